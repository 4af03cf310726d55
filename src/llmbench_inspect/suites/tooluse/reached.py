"""How far a sample came besides its end: milestones in their order, and whether the fault was met."""

from __future__ import annotations

from collections.abc import Sequence

from llmbench_inspect.suites.tooluse.bench_tasks import ToolTask
from llmbench_inspect.suites.tooluse.calls import Call
from llmbench_inspect.suites.tooluse.goals import EndState
from llmbench_inspect.suites.tooluse.matching import fits

_ERROR: int = 400


def milestones_met(task: ToolTask, calls: Sequence[Call]) -> bool:
    """Whether every milestone came about after those before it.

    A milestone comes about with a call that is one of its ways, and that brought no error. One shell
    command may bring about several.
    """
    place = 0
    for group in task.milestones:
        found = [_first(task, number, calls, place) for number in group]
        reached = [number for number in found if number is not None]
        if len(reached) < len(found):
            return False
        last = max(reached)
        place = last if calls[last].tool == "run_command" else last + 1
    return True


def _first(task: ToolTask, number: int, calls: Sequence[Call], place: int) -> int | None:
    return next(
        (
            at
            for at in range(place, len(calls))
            if not calls[at].failed and fits(calls[at], task.calls[number])
        ),
        None,
    )


def met_fault(task: ToolTask, calls: Sequence[Call], end: EndState) -> bool:
    """Whether the fault of a fault task was met: the server says so, or a call came back with an error."""
    if task.fault is None:
        return False
    if any(request["refused"] or request["status"] >= _ERROR for request in end.requests):
        return True
    return any(call.failed or fits(call, task.calls[task.fault]) for call in calls)
