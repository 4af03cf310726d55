"""The single-turn categories of BFCL: what is right in each, and their names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, Literal

from llmbench_inspect.data import Name
from llmbench_inspect.named_choice import did_you_mean
from llmbench_inspect.prerequisite import PrerequisiteError

Right = Literal["one_function", "accepted_calls", "no_call", "any_call"]
"""What answers a question of a category: calls that are accepted, of the first function or of those that the
answer names; no call; or any call."""

CATEGORIES: Final[Mapping[str, Right]] = {
    "simple_python": "one_function",
    "multiple": "accepted_calls",
    "parallel": "accepted_calls",
    "parallel_multiple": "accepted_calls",
    "irrelevance": "no_call",
    "live_simple": "one_function",
    "live_multiple": "accepted_calls",
    "live_parallel": "accepted_calls",
    "live_parallel_multiple": "accepted_calls",
    "live_irrelevance": "no_call",
    "live_relevance": "any_call",
}

GROUPS: Final[Mapping[str, tuple[str, ...]]] = {
    "non_live": tuple(name for name in CATEGORIES if not name.startswith("live_")),
    "live": tuple(name for name in CATEGORIES if name.startswith("live_")),
}

ROWS: Final[Mapping[str, Name]] = {
    "simple_python": "bfcl_simple_python",
    "multiple": "bfcl_multiple",
    "parallel": "bfcl_parallel",
    "parallel_multiple": "bfcl_parallel_multiple",
    "irrelevance": "bfcl_irrelevance",
    "live_simple": "bfcl_live_simple",
    "live_multiple": "bfcl_live_multiple",
    "live_parallel": "bfcl_live_parallel",
    "live_parallel_multiple": "bfcl_live_parallel_multiple",
    "live_irrelevance": "bfcl_live_irrelevance",
    "live_relevance": "bfcl_live_relevance",
}
"""The dataset of each category."""


def choose_categories(names: str | Sequence[str] | None) -> tuple[str, ...]:
    """The categories that are asked for, by name or by group; the group `non_live` where none is named.

    Raises:
        PrerequisiteError: There is no such category or group.
    """
    named = (names.split(",") if isinstance(names, str) else names) or ["non_live"]
    chosen: set[str] = set()
    for name in (name.strip() for name in named):
        if name not in GROUPS and name not in CATEGORIES:
            meant = did_you_mean(name, [*GROUPS, *CATEGORIES])
            raise PrerequisiteError(
                f"categories='{name}' is not known.{meant} Groups: {', '.join(GROUPS)}. Categories: "
                f"{', '.join(CATEGORIES)}. Give them with: -T categories=NAME,NAME"
            )
        chosen.update(GROUPS.get(name, (name,)))
    return tuple(name for name in CATEGORIES if name in chosen)
