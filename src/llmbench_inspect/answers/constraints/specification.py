"""From the constraints that a sample names to constraints, or to an error that says what is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from pydantic import ValidationError

from llmbench_inspect.answers.constraints.constraint import CONSTRAINTS, Constraint
from llmbench_inspect.named_choice import did_you_mean
from llmbench_inspect.prerequisite import PrerequisiteError

NAMED_BY: Final = "constraint"
"""The key at which a specification names its constraint."""


def read_constraints(specification: Sequence[Mapping[str, object]], *, where: str) -> tuple[Constraint, ...]:
    """The constraints that a sample names.

    Args:
        specification: Each `{"constraint": code, ...parameters}`.
        where: What an error names: the file and the line.

    Raises:
        PrerequisiteError: There is none, one is not known, or a parameter is not as it should be.
    """
    if not specification:
        raise PrerequisiteError(f"{where}: it names no constraint. {_known()}")
    return tuple(_read(one, where) for one in specification)


def _read(one: Mapping[str, object], where: str) -> Constraint:
    code = one.get(NAMED_BY)
    if not isinstance(code, str) or code not in CONSTRAINTS:
        meant = did_you_mean(str(code), CONSTRAINTS)
        raise PrerequisiteError(f"{where}: '{code}' is no constraint.{meant} {_known()}")
    kind = CONSTRAINTS[code]
    try:
        return kind.model_validate({name: value for name, value in one.items() if name != NAMED_BY})
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        message = first["msg"].removeprefix("Value error, ")
        said = f"{place}: {message}" if place else message
        names = ", ".join(parameters(kind)) or "none"
        raise PrerequisiteError(
            f"{where}: constraint '{code}': {said}. Its parameters: {names}. docs/constraints.md has each"
        ) from None


def parameters(kind: type[Constraint]) -> list[str]:
    """Names of a constraint's parameters, as a specification writes them."""
    return [field.alias or name for name, field in kind.model_fields.items()]


def _known() -> str:
    return f"Known: {', '.join(sorted(CONSTRAINTS))}. docs/constraints.md has each"
