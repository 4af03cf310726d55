"""What `llmbench sweep` does, and how it ends."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import click
from rich.console import Console

from llmbench_inspect.results.skipped import SKIPPED

from .cells import Cell, expand
from .messages import Ended
from .plan import PlanError, read_plan
from .progress import Display
from .run import Sweep

SMOKE_SAMPLES: Final = 5

_INTERRUPTED: Final = 130


def sweep(
    file: Path, *, dry_run: bool, smoke: bool, max_cells: int, log_dir: str | None, earlier: Sequence[str]
) -> None:
    """Run a plan, or show what it would run.

    Args:
        file: The plan.
        dry_run: Whether cells are shown only.
        smoke: Whether a cell has at most `SMOKE_SAMPLES` samples.
        max_cells: Most cells at a time.
        log_dir: Where logs go, in the place of what the plan says.
        earlier: Logs that tokens and costs are estimated from.

    Raises:
        click.ClickException: The plan has a fault.
        SystemExit: With 1 where a cell failed or none could run, with 130 after a Ctrl-C.
    """
    try:
        plan = read_plan(file)
        logs = log_dir or plan.log_dir or f"{os.environ.get('INSPECT_LOG_DIR') or './logs'}/{file.stem}"
        cells = expand(plan, log_dir=logs, most_samples=SMOKE_SAMPLES if smoke else None)
    except PlanError as error:
        raise click.ClickException(str(error)) from error
    if dry_run:
        # Tables take a second to load, which a run does not need.
        from .dry_run import print_dry_run  # noqa: PLC0415

        print_dry_run(cells, Console(), earlier=earlier or (logs,))
        return
    console = Console(stderr=True)
    running = Sweep(cells, max_cells=max_cells, tell=(display := Display(len(cells), console)).tell)
    with display:
        ended = running.run()
    _tell(cells, ended, console, again=running.interrupted)
    if running.interrupted:
        raise SystemExit(_INTERRUPTED)
    statuses = {one.status for one in ended.values()}
    if "failed" in statuses or statuses == {SKIPPED}:
        raise SystemExit(1)


def _tell(cells: Sequence[Cell], ended: Mapping[str, Ended], console: Console, *, again: bool) -> None:
    counts = Counter(ended[cell.name].status if cell.name in ended else "not begun" for cell in cells)
    told = ", ".join(f"{count} {status}" for status, count in counts.items())
    console.print(
        f"{len(cells)} cells: {told}. Logs are in {cells[0].log_dir}", highlight=False, soft_wrap=True
    )
    if again or counts["failed"]:
        console.print("The same command again does what is missing.", highlight=False)
