"""What `doctor` says of a sweep: each suite and each model of it looked at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from llmbench_inspect.doctor import Asked, Finding, examine, suites

from .cells import Cell
from .known import PACKAGE


def examination(cells: Sequence[Cell]) -> Iterator[Finding]:
    """Make the checks that the cells' suites and models need.

    A model with base URLs of its own is not looked at: the checks know the providers' usual servers.

    Args:
        cells: The cells.

    Yields:
        A finding once, though several suites or models have it.
    """
    known = suites()
    tasks = dict.fromkeys(cell.task.removeprefix(f"{PACKAGE}/") for cell in cells)
    models = dict.fromkeys(cell.model for cell in cells if not cell.base_urls)
    asked = [
        *(Asked(suite=known[task]) for task in tasks if task in known),
        *(Asked(model=model) for model in models),
    ]
    told: set[tuple[str, str]] = set()
    for each in asked:
        for finding in examine(each):
            # The machine is the same for all, though its load is another by now; that a suite can be made,
            # the dry run itself says, with the cells' arguments.
            check = finding.check
            key = (check.code, "" if check.concerns == "every run" else finding.told)
            if check.code != "suite" and key not in told:
                told.add(key)
                yield finding
