"""What `llmbench sweep` does, and how it ends."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Final

import click
from rich.console import Console

from llmbench_inspect.results.skipped import SKIPPED

from .cells import Cell, expand
from .engine import Engine
from .local import Local
from .messages import Ended
from .plan import PlanError, read_plan
from .progress import Display
from .run import Sweep
from .shards import in_shards

SMOKE_SAMPLES: Final = 5
MOST_CELLS: Final = 4

_INTERRUPTED: Final = 130


def sweep(
    file: Path,
    *,
    dry_run: bool,
    smoke: bool,
    max_cells: int | None,
    shards: int,
    engine: str,
    address: str | None,
    log_dir: str | None,
    earlier: Sequence[str],
) -> None:
    """Run a plan, or show what it would run.

    Args:
        file: The plan.
        dry_run: Whether cells are shown only.
        smoke: Whether a cell has at most `SMOKE_SAMPLES` samples.
        max_cells: Most cells or shards at a time; where it is `None`, `MOST_CELLS` on this machine, and on
            a cluster what it has room for.
        shards: Parts in which a cell is done that has no logs yet.
        engine: `local` or `ray`.
        address: Of the Ray cluster.
        log_dir: Where logs go, in the place of what the plan says.
        earlier: Logs that tokens and costs are estimated from.

    Raises:
        click.ClickException: The plan has a fault.
        SystemExit: With 1 where a cell failed or none could run, with 130 after a Ctrl-C.
    """
    try:
        plan = read_plan(file)
        logs = log_dir or plan.log_dir or f"{os.environ.get('INSPECT_LOG_DIR') or './logs'}/{file.stem}"
        if engine != "local" and "://" not in logs:
            # The nodes have working folders of their own.
            logs = str(Path(logs).resolve())
        cells = expand(plan, log_dir=logs, most_samples=SMOKE_SAMPLES if smoke else None)
    except PlanError as error:
        raise click.ClickException(str(error)) from error
    if dry_run:
        # Tables take a second to load, which a run does not need.
        from .dry_run import print_dry_run  # noqa: PLC0415

        print_dry_run(cells, Console(), earlier=earlier or (logs,))
        return
    console = Console(stderr=True)
    try:
        parts = in_shards(cells, shards)
    except PlanError as error:
        raise click.ClickException(str(error)) from error
    with _engine(engine, address, parts, console) as runs_them:
        most = max_cells or (MOST_CELLS if runs_them.one_machine else len(parts))
        display = Display(len(parts), console)
        running = Sweep(parts, engine=runs_them, max_cells=most, tell=display.tell)
        with display:
            ended = running.run()
    _tell(parts, ended, console, again=running.interrupted)
    if running.interrupted:
        raise SystemExit(_INTERRUPTED)
    statuses = {one.status for one in ended.values()}
    if "failed" in statuses or statuses == {SKIPPED}:
        raise SystemExit(1)


def _engine(
    name: str, address: str | None, cells: Sequence[Cell], console: Console
) -> AbstractContextManager[Engine]:
    if name == "local":
        return nullcontext(Local())
    for cell in cells:
        if "api_key" in cell.model_args:
            raise click.ClickException(
                f"models.args.api_key: Ray would show the key of {cell.model} in its logs and dashboard. "
                "Set the provider's variable on the nodes, such as OPENAI_API_KEY"
            )
    try:
        from .on_ray import Cluster, NoClusterError  # noqa: PLC0415 - an extra, and slow to load
    except ModuleNotFoundError as error:
        raise click.ClickException(
            f"--engine ray needs the package '{error.name}', which is not installed. "
            "Run: pip install 'llmbench-inspect[ray]'"
        ) from error
    try:
        cluster = Cluster(address)
    except NoClusterError as error:
        raise click.ClickException(f"no Ray cluster at {address or 'this machine'}: {error}") from error
    for cpus, gpus in cluster.too_small_for(cells):
        console.print(
            f"no node has {cpus:g} CPUs and {gpus:g} GPUs yet: cells that need them wait for one",
            highlight=False,
        )
    return cluster


def _tell(cells: Sequence[Cell], ended: Mapping[str, Ended], console: Console, *, again: bool) -> None:
    counts = Counter(ended[cell.folder].status if cell.folder in ended else "not begun" for cell in cells)
    told = ", ".join(f"{count} {status}" for status, count in counts.items())
    whole = len({cell.name for cell in cells})
    parts = "" if whole == len(cells) else f" in {len(cells)} parts"
    console.print(
        f"{whole} cells{parts}: {told}. Logs are in {cells[0].log_dir}", highlight=False, soft_wrap=True
    )
    if again or counts["failed"]:
        console.print("The same command again does what is missing.", highlight=False)
