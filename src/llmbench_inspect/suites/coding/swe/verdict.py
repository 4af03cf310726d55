"""What the hidden tests say of a candidate, and how far its change is from the gold patch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

PASSED: Final = "passed"

FailureClass = Literal[
    "no_change", "unreadable", "tampered", "early_exit", "timeout", "not_fixed", "breaks_others"
]
_KINDS: Final[Mapping[str, FailureClass]] = {
    "unreadable": "unreadable",
    "tampered": "tampered",
    "ended": "early_exit",
    "timeout": "timeout",
}


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """One candidate, judged."""

    fail_to_pass: Mapping[str, str]
    """For each test that must come to pass: `passed`, or what went wrong, its kind first."""
    pass_to_pass: Mapping[str, str]
    """For each test that must still pass: the same."""
    similarity: float
    """How much the change is like the gold patch, 0 to 1."""
    touched: tuple[str, ...]
    """Files created, changed or deleted, tests left out."""
    tests_touched: tuple[str, ...]
    """Files of tests among them; their changes do not count."""
    diff: str
    """The change, for people."""

    @property
    def resolved(self) -> bool:
        """Whether every test passes."""
        return not self.failures

    @property
    def failures(self) -> dict[str, str]:
        """The tests that do not pass, and why."""
        outcomes = {**self.fail_to_pass, **self.pass_to_pass}
        return {name: told for name, told in outcomes.items() if told != PASSED}

    @property
    def failure_class(self) -> FailureClass | None:
        """The first class that fits; `None` when it is resolved."""
        if self.resolved:
            return None
        if not self.touched:
            return "no_change"
        kinds = {told.partition(":")[0] for told in self.failures.values()}
        for kind, name in _KINDS.items():
            if kind in kinds:
                return name
        return "not_fixed" if share(self.fail_to_pass) < 1 else "breaks_others"


def share(outcomes: Mapping[str, str]) -> float:
    """The share of tests that pass; 1 where there are none."""
    return sum(told == PASSED for told in outcomes.values()) / len(outcomes) if outcomes else 1.0
