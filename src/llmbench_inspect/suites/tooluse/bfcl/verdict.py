"""Whether the calls that answer a question are right, in whichever category it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from llmbench_inspect.suites.tooluse.bfcl.categories import CATEGORIES
from llmbench_inspect.suites.tooluse.bfcl.checker import Call, Fault, fault


def verdict(question: Mapping[str, Any], calls: Sequence[Call], *, unread: int = 0) -> Fault | None:
    """What is wrong with the calls; `None` where nothing is.

    Args:
        question: The metadata of a sample: its category, functions, and accepted calls.
        calls: What was called.
        unread: Number of further calls that cannot be read; with one of those no accepted calls are found.
    """
    right = CATEGORIES[question["category"]]
    if right == "no_call":
        made = len(calls) + unread
        return Fault("wrong_count", f"{made} calls, none is needed") if made else None
    if right == "any_call":
        return None if calls else Fault("wrong_count", "no call that can be read")
    return fault(
        [] if unread else calls,
        question["functions"],
        question["accepted"],
        one_function=right == "one_function",
    )
