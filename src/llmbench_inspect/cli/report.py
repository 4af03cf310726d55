"""`llmbench report`: what a set of logs says."""

from __future__ import annotations

from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, track

from .files import named_logs


@click.command()
@click.argument("logs", nargs=-1)
@click.option(
    "-o",
    "--output",
    type=click.Path(file_okay=False, writable=True, path_type=Path),
    metavar="DIR",
    help="Folder for the whole report: Markdown, HTML, PDF, CSV, JSON, figures. Without it, the terminal "
    "alone, and report/REPORT.md.",
)
@click.option(
    "--reference",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Published scores (TOML) to set beside those of the logs; marked as not paired.",
)
@click.option("--history", is_flag=True, help="Show each metric by the date of its runs.")
@click.option(
    "--bundle",
    is_flag=True,
    help="Put the log viewer and the logs into DIR too, with versions, settings and SHA-256 sums, "
    "and all of it into DIR/bundle.zip.",
)
def report(
    logs: tuple[str, ...], output: Path | None, reference: Path | None, *, history: bool, bundle: bool
) -> None:
    """Show scores with their intervals, speed and failures, by model and sample.

    LOGS are log files (.eval, .json) or folders of them; without any, $INSPECT_LOG_DIR, else ./logs.
    """
    from llmbench_inspect.prerequisite import PrerequisiteError
    from llmbench_inspect.results.report import (
        VIEWER,
        Options,
        document,
        gather,
        read_reference,
        write_bundle,
        write_report,
    )
    from llmbench_inspect.results.report.render import markdown, print_document
    from llmbench_inspect.results.tables import read_tables

    if output is None and (reference is not None or history or bundle):
        raise click.UsageError("--reference, --history and --bundle go with -o DIR.")
    messages = Console(stderr=True)
    try:
        options = Options(
            **({"viewer": VIEWER} if bundle else {}),
            history=history,
            reference=() if reference is None else read_reference(reference),
        )
    except PrerequisiteError as error:
        raise click.ClickException(str(error)) from error
    found = named_logs(logs)
    tables = read_tables(track(found, "Reading logs", console=messages, transient=True))
    if tables.runs.is_empty():
        reasons = "; ".join(f"{Path(log).name}: {reason}" for log, reason in tables.left_out[:3])
        raise click.ClickException(f"no log can be read: {reasons}")
    evidence = gather(tables, options=options)
    told = document(evidence, "console")
    print_document(told, Console())
    page = Path("report/REPORT.md")
    try:
        if output is None:
            page.parent.mkdir(parents=True, exist_ok=True)
            page.write_text(markdown(told), encoding="utf-8")
        else:
            with Progress(
                TextColumn("{task.description}"), BarColumn(), console=messages, transient=True
            ) as bar:
                steps = bar.add_task("Composing", total=None)
                files = write_report(
                    evidence,
                    output,
                    step=lambda what, done, every: bar.update(
                        steps, description=what, completed=done, total=every
                    ),
                )
                if bundle:
                    bar.update(steps, description="Bundling", total=None)
                    write_bundle(evidence, output, files=files, reference=reference)
    except OSError as error:
        raise click.FileError(
            str(output or page), f"{error.strerror}. Name another folder with -o DIR."
        ) from error
    written = click.format_filename(output or page)
    messages.print(f"Written to {written}", markup=False, highlight=False, soft_wrap=True)
