"""The tag of a run that a sweep did not make, because its model is not there."""

from __future__ import annotations

from typing import Final

SKIPPED: Final = "skipped_unavailable"
"""Also the first word of its error."""
