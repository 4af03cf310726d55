"""`llmbench sweep`: every model of a plan does every suite of it."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("plan", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--dry-run", is_flag=True, help="Show the cells, their samples and what they may cost; run none."
)
@click.option("--smoke", is_flag=True, help="Run 5 samples a cell. A later run without it goes on from them.")
@click.option(
    "--max-cells", type=click.IntRange(1), default=4, show_default=True, help="Most cells at a time."
)
@click.option("--log-dir", help="Folder or URL for logs, in the place of the plan's.")
@click.option(
    "--earlier",
    multiple=True,
    help="Logs or folders that tokens and costs are estimated from; the sweep's own folder by default.",
)
def sweep(
    plan: Path, *, dry_run: bool, smoke: bool, max_cells: int, log_dir: str | None, earlier: tuple[str, ...]
) -> None:
    """Have every model of a PLAN do every suite of it.

    The same command again does only what is missing.
    """
    from llmbench_inspect.sweep import command

    command.sweep(plan, dry_run=dry_run, smoke=smoke, max_cells=max_cells, log_dir=log_dir, earlier=earlier)
