"""The error for a run that would continue a log of something else."""

from __future__ import annotations

from collections.abc import Sequence

from inspect_ai.util import LimitExceededError

from llmbench_inspect.identity.fields import Difference
from llmbench_inspect.prerequisite import PrerequisiteError


class OtherRunError(PrerequisiteError, LimitExceededError):
    """A run differs from the log that it would continue.

    Of what a hook raises, Inspect lets through a `LimitExceededError` alone; a `PrerequisiteError` it shows
    as a message.

    Args:
        log: The log.
        differences: At least one.
        mend: What to do, as a sentence.
    """

    def __init__(self, log: str, differences: Sequence[Difference], *, mend: str) -> None:
        told = "\n".join(f"  {difference}" for difference in differences)
        message = (
            f"This run would continue {log}, and differs from it:\n{told}\n"
            f"Together they would be the results of neither. {mend}"
        )
        LimitExceededError.__init__(self, "custom", value=0, limit=0, message=message)
        PrerequisiteError.__init__(self, message)
