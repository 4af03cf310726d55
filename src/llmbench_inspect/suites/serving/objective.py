"""The latency objective: what a request must keep to count as good."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

from llmbench_inspect.prerequisite import PrerequisiteError


@dataclass(frozen=True, slots=True, kw_only=True)
class Objective:
    """Limits in seconds; `None` for what may take any time."""

    ttft: float | None = None
    """To the first token."""
    itl: float | None = None
    """Mean time from one token to the next."""
    e2e: float | None = None
    """To the last token."""

    @classmethod
    def parse(cls, text: str | Sequence[str]) -> Objective:
        """Read `ttft=2,itl=0.2`, whole or already split at its commas.

        Raises:
            PrerequisiteError: When a part is not a known name with a number above 0.
        """
        known = [field.name for field in fields(cls)]
        limits: dict[str, float] = {}
        for part in text.split(",") if isinstance(text, str) else text:
            name, _, value = str(part).partition("=")
            try:
                limit = float(value)
            except ValueError:
                limit = 0.0
            if name.strip() not in known or not 0 < limit < float("inf"):
                raise PrerequisiteError(
                    f"objective: '{part}' is not one of {', '.join(known)} with a limit in seconds. "
                    "Give it with: -T objective=ttft=2,itl=0.2"
                )
            limits[name.strip()] = limit
        return cls(**limits)

    def met(self, *, ttft: float | None, itl: float | None, e2e: float) -> bool | None:
        """Whether a request kept it.

        Args:
            ttft: Seconds to the first token; `None` where it could not be seen.
            itl: Mean seconds from token to token; `None` where it could not be seen, or there was one token.
            e2e: Seconds to the last token.

        Returns:
            `None` where the first token was not seen and a limit depends on it.
        """
        if ttft is None and (self.ttft is not None or self.itl is not None):
            return None
        pairs = ((ttft, self.ttft), (itl, self.itl), (e2e, self.e2e))
        return all(took is None or limit is None or took <= limit for took, limit in pairs)
