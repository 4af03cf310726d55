"""Regular expressions that take linear time, whatever they are tried on: RE2's."""

from __future__ import annotations

from typing import Protocol, cast

import re2  # pyright: ignore[reportMissingTypeStubs]


class Pattern(Protocol):
    """A compiled expression, as far as it is used here."""

    def fullmatch(self, text: str) -> object | None:
        """A match of the whole text."""
        ...

    def search(self, text: str) -> object | None:
        """A match anywhere."""
        ...


def compiled(pattern: str) -> Pattern:
    """Compile an expression in RE2's syntax, which has no look-around and no back references.

    Raises:
        ValueError: It is none.

    Source:
        https://github.com/google/re2/wiki/Syntax
    """
    try:
        # Of the module's flags this one is seen nowhere else: errors are raised, and not printed as well.
        options = re2.Options()
        options.log_errors = False
        return cast("Pattern", re2.compile(pattern, options))  # pyright: ignore[reportUnknownMemberType]
    except re2.error as error:  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
        said = cast("object", next(iter(error.args), "no such expression"))  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]
        reason = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
        raise ValueError(f"{pattern!r} is no regular expression of RE2: {reason}") from None
