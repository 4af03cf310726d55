"""`llmbench compare`: two or more sets of logs on the samples that all ran."""

from __future__ import annotations

from pathlib import Path

import click
from rich.console import Console
from rich.progress import track

from .files import FILE, apart, write


@click.command()
@click.argument("first")
@click.argument("others", nargs=-1, required=True)
@click.option(
    "-o",
    "--output",
    type=FILE,
    help="Markdown file to write as well.",
)
@click.option(
    "--viewer",
    default="http://127.0.0.1:7575",
    show_default=True,
    help="Where the log viewer that links lead to serves.",
)
def compare(first: str, others: tuple[str, ...], output: Path | None, viewer: str) -> None:
    """Compare OTHERS with FIRST, on the samples that both ran.

    Each is a log file (.eval, .json) or a folder of them.
    """
    from llmbench_inspect.results.compare import Side, compare_sides
    from llmbench_inspect.results.compare.render import markdown, print_comparison
    from llmbench_inspect.results.tables import NoLogsError, find_logs, read_tables

    messages = Console(stderr=True)
    try:
        logs = find_logs([first])
        found = [(first, logs), *((name, apart(find_logs([name]), logs)) for name in others)]
    except NoLogsError as error:
        raise click.ClickException(str(error)) from error
    sides = [
        Side(name, read_tables(track(mine, f"Reading {name}", console=messages, transient=True)))
        for name, mine in found
    ]
    for side in sides:
        if side.tables.runs.is_empty():
            raise click.ClickException(f"{side.name}: no log can be read")
    told = compare_sides(sides, viewer_url=viewer)
    print_comparison(told, Console())
    if output is not None:
        write(output, markdown(told), option="-o")
        messages.print(
            f"Written to {click.format_filename(output)}", markup=False, highlight=False, soft_wrap=True
        )
