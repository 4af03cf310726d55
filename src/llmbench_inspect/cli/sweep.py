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
    "--max-cells",
    type=click.IntRange(1),
    help="Most cells, or shards of cells, at a time; by default 4, and with Ray what it has room for.",
)
@click.option(
    "--shards",
    type=click.IntRange(1),
    default=1,
    show_default=True,
    help="Parts that a cell is done in, side by side. A cell that has logs keeps to their number.",
)
@click.option(
    "--engine",
    type=click.Choice(["local", "ray"]),
    default="local",
    show_default=True,
    help="What runs the cells: this machine, or a Ray cluster.",
)
@click.option(
    "--address",
    help="Of the Ray cluster: auto, HOST:PORT or ray://HOST:PORT. Without it RAY_ADDRESS, else a cluster "
    "that runs here, else one of this machine alone.",
)
@click.option("--log-dir", help="Folder or URL for logs, in the place of the plan's.")
@click.option(
    "--earlier",
    multiple=True,
    help="Logs or folders that tokens and costs are estimated from; the sweep's own folder by default.",
)
def sweep(
    plan: Path,
    *,
    dry_run: bool,
    smoke: bool,
    max_cells: int | None,
    shards: int,
    engine: str,
    address: str | None,
    log_dir: str | None,
    earlier: tuple[str, ...],
) -> None:
    """Have every model of a PLAN do every suite of it.

    The same command again does only what is missing.
    """
    from llmbench_inspect.sweep import command

    if address and engine != "ray":
        raise click.UsageError("--address needs --engine ray")
    command.sweep(
        plan,
        dry_run=dry_run,
        smoke=smoke,
        max_cells=max_cells,
        shards=shards,
        engine=engine,
        address=address,
        log_dir=log_dir,
        earlier=earlier,
    )
