"""The page docs/constraints.md, made of what the constraints say of themselves.

python -m llmbench_inspect.answers.constraints.page > docs/constraints.md
"""

from __future__ import annotations

import inspect
import json
import sys
from typing import Final

from llmbench_inspect.answers.constraints import CONSTRAINTS, FAILURE_CLASSES, Constraint, repaired

_HEAD: Final = """\
# Constraints on answers

<!-- Made by: python -m llmbench_inspect.answers.constraints.page > docs/constraints.md -->

A constraint is a rule about the form of an answer. A sample names those that its answer must keep, in any \
number and combination, each by its code and parameters:

    "constraints": [
        {"constraint": "bullets", "exactly": 3},
        {"constraint": "words", "at_most": 40}
    ]

The tasks [`prompts`](prompts.md) and [`long_context`](long-context.md) use them. A code that is not known, \
or a parameter that is not as it should be, ends a run before its first call, with the file, the line and \
what is known.

Answers are taken to be hostile. They are read, never run; one of more than 200,000 characters keeps no \
constraint, and every check takes time in proportion to the answer.
"""

_CLASSES: Final = """\
## Failure classes

Each way in which an answer breaks a constraint has a class. Where there are several, the first in this \
order says what went wrong first: what hides the most comes before what hides the least.

| class | meaning |
|:--|:--|
"""

_DRESS: Final = """\

`fence` and `prose` are told by trying: where a constraint is broken as the answer was sent, and the rules \
of repair take Markdown or words off, the constraint is checked again on what is left. If it holds, these \
alone broke it; if it is broken in another way, both are told.
"""


def page() -> str:
    """The page as Markdown."""
    return "\n".join(
        [
            _HEAD,
            "| code | what it asks for |",
            "|:--|:--|",
            *(f"| [`{code}`](#{_anchor(kind)}) | {kind.summary} |" for code, kind in CONSTRAINTS.items()),
            "",
            *(_section(kind) for kind in CONSTRAINTS.values()),
            _CLASSES
            + "\n".join(f"| `{name}` | {meaning} |" for name, meaning in FAILURE_CLASSES.items())
            + "\n"
            + _DRESS,
            "## Rules of repair",
            "",
            *_rules(),
            "",
        ]
    )


def _section(kind: type[Constraint]) -> str:
    return "\n".join(
        [
            f"## {kind.name}",
            "",
            f"`{kind.code}`: {kind.summary}",
            "",
            *_parameters(kind),
            _docstring(kind),
            "",
        ]
    )


def _parameters(kind: type[Constraint]) -> list[str]:
    if not kind.model_fields:
        return []
    rows: list[str] = []
    for name, field in kind.model_fields.items():
        default = (
            "required" if field.is_required() else _default(field.get_default(call_default_factory=True))
        )
        rows.append(
            f"| `{field.alias or name}` | {default} | {' '.join((field.description or '').split())} |"
        )
    return ["| parameter | default | meaning |", "|:--|:--|:--|", *rows, ""]


def _default(value: object) -> str:
    return "" if value in (None, [], {}) else f"`{json.dumps(value)}`"


def _docstring(kind: type[Constraint]) -> str:
    return inspect.cleandoc(kind.__doc__ or "")


def _rules() -> list[str]:
    lines = inspect.cleandoc(repaired.__doc__ or "").split("\n")
    return lines[: lines.index("Args:") - 1]


def _anchor(kind: type[Constraint]) -> str:
    return kind.name.lower().replace(" ", "-")


if __name__ == "__main__":
    sys.stdout.write(page())
