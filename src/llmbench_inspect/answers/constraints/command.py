"""The constraint of a command alone, ready for a shell."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from typing import Final

from pydantic import Field
from typing_extensions import override

from llmbench_inspect.answers.constraints.constraint import Constraint, Problem, constraint
from llmbench_inspect.answers.constraints.keyed import shown

MAX_LINE: Final = 4_000
"""Characters of the longest command line that is read as one."""
_MOST_LINES: Final = 10


@constraint(
    code="command",
    name="A command alone",
    summary="The answer is one command line of a shell and nothing else.",
)
class Command(Constraint):
    """One line, whose quotes are closed and whose first word is a program that was named.

    It has at most 4,000 characters. It is read, never run.

    Passes, with `{"programs": ["df"], "words": ["-h", "/var"]}`:

        df -h /var

    Fails as `fence`, with `{"programs": ["df"]}`:

        ```bash
        df -h
        ```

    Fails as `prose`, with `{"programs": ["df"]}`:

        You can use df -h to see it.

    Fails as `wrong_count`, with `{"programs": ["df"]}`:

        df -h
        df -i

    Fails as `wrong_value`, with `{"programs": ["df"]}`:

        du -sh /var
    """

    programs: list[str] = Field(min_length=1)
    """The programs that will do."""
    words: list[str] = Field(default_factory=list)
    """Words that the line must hold, such as options and paths, in any order."""

    @override
    def problems(self, text: str) -> Iterator[Problem]:
        lines = [line for line in text.splitlines() if line.strip()]
        words = _words(lines[0])
        if words is None:
            yield Problem("wrong_type", f"no command line: {shown(lines[0])}")
        elif words[:1] and words[0] in self.programs:
            if len(lines) > 1:
                commands = all((_words(line) or [""])[0] in self.programs for line in lines[1:_MOST_LINES])
                yield Problem("wrong_count" if commands else "prose", f"{len(lines)} lines, not 1")
            if missing := [word for word in self.words if word not in words]:
                yield Problem("wrong_value", f"without {' '.join(missing)}")
        elif any(
            program in (word.strip("`'\".,:;()$") for word in text.split()) for program in self.programs
        ):
            yield Problem("prose", f"a command with other text around it: {shown(text)}")
        else:
            yield Problem("wrong_value", f"{shown(lines[0])} is no call of {', '.join(self.programs)}")


def _words(line: str) -> list[str] | None:
    if len(line) > MAX_LINE:
        return None
    try:
        return shlex.split(line)
    except ValueError:
        return None
