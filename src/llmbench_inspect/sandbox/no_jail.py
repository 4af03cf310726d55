"""The error for a machine on which no jail can be started."""

from __future__ import annotations

from llmbench_inspect.prerequisite import PrerequisiteError


class NoJailError(PrerequisiteError):
    """No jail can be started here; the message also names the sandbox that serves without one.

    Args:
        reason: Why, and the command that mends it.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(f"{reason} Or name another sandbox: --sandbox docker")
        self.reason = reason
        """For what runs in a jail only, and has no other sandbox to name."""
