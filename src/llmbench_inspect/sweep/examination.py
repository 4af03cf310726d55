"""What `doctor` says of a sweep: of each suite, and of each model with the suites that it is to do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from llmbench_inspect.doctor import Asked, Finding, examine, ordered, suites

from .cells import Cell
from .known import PACKAGE


def examination(cells: Sequence[Cell]) -> Iterator[Finding]:
    """Make the checks that the cells' suites and models need, with the cells' arguments and base URLs.

    Args:
        cells: The cells.

    Yields:
        A finding once, though several suites or models have it.
    """
    known = suites()
    tasks = dict.fromkeys(cell.task.removeprefix(f"{PACKAGE}/") for cell in cells)
    of_models = {check.code for check in ordered() if check.concerns == "models"}
    # That a suite can be made, the dry run itself says, with the cells' arguments.
    of_suites = {check.code for check in ordered()} - of_models - {"suite"}
    runs = [
        Asked(
            suite=known.get(cell.task.removeprefix(f"{PACKAGE}/")),
            model=cell.model,
            base_url=base_url,
            model_args=cell.model_args,
        )
        for cell in cells
        for base_url in cell.base_urls or (None,)
    ]
    asked = [
        *((Asked(suite=known[task]), of_suites) for task in tasks if task in known),
        # Cells that differ in the task's arguments or in options of generation ask a server the same.
        *((run, of_models) for index, run in enumerate(runs) if run not in runs[:index]),
    ]
    told: set[tuple[str, str]] = set()
    for each, only in asked:
        for finding in examine(each, only):
            # The machine is the same for all, though its load is another by now.
            check = finding.check
            key = (check.code, "" if check.concerns == "every run" else finding.told)
            if key not in told:
                told.add(key)
                yield finding
