"""The error for what a run lacks before it can start: shown by Inspect as a message, without traceback."""

from __future__ import annotations

# Private, because Inspect's command line catches this class alone and does not export it;
# tests/test_prerequisite.py fails when it moves or is shown in another way.
from inspect_ai._util import error
from rich.markup import escape

InspectPrerequisiteError = error.PrerequisiteError
"""Inspect's own, which all of ours are too; the message of one that is not ours has rich's markup."""


class PrerequisiteError(error.PrerequisiteError):
    """Something a run needs is missing, broken or named wrongly.

    Args:
        message: What, where, and the command that mends it; plain text, shown as it is.
    """

    def __init__(self, message: str) -> None:
        # Inspect prints it as markup, where a path such as `pages/[id].vue` would lose its brackets.
        super().__init__(escape(message))
        self._plain = message

    def __str__(self) -> str:
        return self._plain
