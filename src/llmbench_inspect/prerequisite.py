"""The error for what a run lacks before it can start: shown by Inspect as a message, without traceback."""

# Private, because Inspect's command line catches this class alone and does not export it;
# tests/test_prerequisite.py fails when it moves or is shown in another way.
from inspect_ai._util.error import PrerequisiteError

__all__ = ["PrerequisiteError"]
