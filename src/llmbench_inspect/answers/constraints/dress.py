"""Constraints on what must not stand around an answer: code fences, and words that were not asked for."""

from __future__ import annotations

from collections.abc import Iterator

from typing_extensions import override

from llmbench_inspect.answers.constraints.constraint import Constraint, Problem, constraint
from llmbench_inspect.answers.constraints.keyed import shown
from llmbench_inspect.answers.constraints.repair import has_fence, repair


@constraint(code="no_fence", name="No code fence", summary="The answer has no code fence anywhere.")
class NoFence(Constraint):
    """A fence is a line that begins with three backticks or tildes.

    Passes, with `{}`:

        SELECT count(*) FROM orders;

    Fails as `fence`, with `{}`:

        ```sql
        SELECT count(*) FROM orders;
        ```
    """

    @override
    def problems(self, text: str) -> Iterator[Problem]:
        if has_fence(text):
            yield Problem("fence", "it has a code fence")


@constraint(code="no_prose", name="No prose around", summary="No words stand around what was asked for.")
class NoProse(Constraint):
    """Such words are what the rules of repair take away, below.

    These are an opening such as `Sure!` or `Here is the list:`, a closing remark, and all that stands around
    a code fence or a JSON object.

    Passes, with `{}`:

        SELECT count(*) FROM orders;

    Fails as `prose`, with `{}`:

        Sure! Here is the query:

        SELECT count(*) FROM orders;

    Fails as `prose`, with `{}`:

        SELECT count(*) FROM orders;

        Let me know if you need anything else.
    """

    @override
    def problems(self, text: str) -> Iterator[Problem]:
        mended = repair(text)
        if "prose" in mended.removed:
            yield Problem("prose", f"words around {shown(mended.text)}")
