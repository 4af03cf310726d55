"""The `llmbench` command."""

from __future__ import annotations

import os
import traceback
from pathlib import Path
from typing import Any, Final

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, track

_FILE: Final = click.Path(dir_okay=False, writable=True, path_type=Path)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="llmbench-inspect", prog_name="llmbench")
def main() -> None:
    """What the logs of Inspect evals say about models."""


@main.command()
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
    # Inspect and scipy take seconds to load; --help and --version need neither.
    from llmbench_inspect.prerequisite import PrerequisiteError  # noqa: PLC0415
    from llmbench_inspect.results.report import (  # noqa: PLC0415
        VIEWER,
        Options,
        document,
        gather,
        read_reference,
        write_bundle,
        write_report,
    )
    from llmbench_inspect.results.report.render import markdown, print_document  # noqa: PLC0415
    from llmbench_inspect.results.tables import NoLogsError, find_logs, read_tables  # noqa: PLC0415

    if output is None and (reference is not None or history or bundle):
        raise click.UsageError("--reference, --history and --bundle go with -o DIR.")
    messages = Console(stderr=True)
    try:
        options = Options(
            **({"viewer": VIEWER} if bundle else {}),
            history=history,
            reference=() if reference is None else read_reference(reference),
        )
        found = find_logs(logs or (os.environ.get("INSPECT_LOG_DIR") or "./logs",))
    except (NoLogsError, PrerequisiteError) as error:
        raise click.ClickException(str(error)) from error
    tables = read_tables(track(found, "Reading logs", console=messages, transient=True))
    evidence = gather(tables, options=options)
    told = document(evidence, "console")
    if tables.runs.is_empty():
        reasons = "; ".join(f"{Path(log).name}: {reason}" for log, reason in tables.left_out[:3])
        raise click.ClickException(f"no log can be read: {reasons}")
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


@main.command()
@click.argument("first")
@click.argument("others", nargs=-1, required=True)
@click.option(
    "-o",
    "--output",
    type=_FILE,
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
    from llmbench_inspect.results.compare import Side, compare_sides  # noqa: PLC0415
    from llmbench_inspect.results.compare.render import markdown, print_comparison  # noqa: PLC0415
    from llmbench_inspect.results.tables import NoLogsError, find_logs, read_tables  # noqa: PLC0415

    messages = Console(stderr=True)
    try:
        logs = find_logs([first])
        found = [(first, logs), *((name, _apart(find_logs([name]), logs)) for name in others)]
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
        _write(output, markdown(told), option="-o")
        messages.print(
            f"Written to {click.format_filename(output)}", markup=False, highlight=False, soft_wrap=True
        )


class _Gate(click.Command):
    """A command that ends with 3 whenever it could not judge: 1 and 2 are verdicts."""

    def make_context(self, *args: Any, **extra: Any) -> click.Context:
        try:
            return super().make_context(*args, **extra)
        except click.ClickException as error:
            error.show()
            raise click.exceptions.Exit(3) from error

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except click.exceptions.Exit:
            raise
        except click.ClickException as error:
            error.show()
            ctx.exit(3)
        # Python would end with 1, which is the verdict FAIL.
        except (Exception, KeyboardInterrupt):  # noqa: BLE001
            traceback.print_exc()
            ctx.exit(3)


@main.command(cls=_Gate)
@click.argument("logs", nargs=-1, required=True)
@click.option(
    "--policy",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="TOML file with the rules.",
)
@click.option("--baseline", multiple=True, help="Logs to compare with; may be given several times.")
@click.option("--github", is_flag=True, help="Print annotations for GitHub Actions as well.")
@click.option("--markdown", "markdown_file", type=_FILE, help="Markdown file to write.")
@click.option("--junit", "junit_file", type=_FILE, help="JUnit XML file to write.")
@click.option("--json", "json_file", type=_FILE, help="JSON file to write.")
@click.pass_context
def gate(  # noqa: PLR0917
    context: click.Context,
    logs: tuple[str, ...],
    policy: Path,
    baseline: tuple[str, ...],
    github: bool,
    markdown_file: Path | None,
    junit_file: Path | None,
    json_file: Path | None,
) -> None:
    """Hold LOGS against the rules of a policy.

    LOGS are log files (.eval, .json) or folders of them. Ends with 0 for PASS, 1 for FAIL, 2 for
    INCONCLUSIVE, and 3 when it could not judge.
    """
    from llmbench_inspect.prerequisite import PrerequisiteError  # noqa: PLC0415
    from llmbench_inspect.results import gate as gates  # noqa: PLC0415
    from llmbench_inspect.results.gate import render  # noqa: PLC0415
    from llmbench_inspect.results.tables import NoLogsError, find_logs, read_tables  # noqa: PLC0415

    messages = Console(stderr=True)
    try:
        rules = gates.read_policy(policy)
        theirs = find_logs(baseline)
        mine = _apart(find_logs(logs), theirs)
        told = gates.judge(
            rules,
            read_tables(track(mine, "Reading logs", console=messages, transient=True)),
            baseline=read_tables(track(theirs, "Reading baseline", console=messages, transient=True))
            if theirs
            else None,
        )
    except (NoLogsError, PrerequisiteError, gates.PolicyError, gates.UnreadableLogError) as error:
        raise click.ClickException(str(error)) from error
    render.print_judgement(told, Console())
    if github:
        click.echo(render.github(told), nl=False)
    for option, file, text in (
        ("--markdown", markdown_file, render.markdown),
        ("--junit", junit_file, render.junit),
        ("--json", json_file, render.json_text),
    ):
        if file is not None:
            _write(file, text(told), option=option)
    context.exit(gates.EXIT_CODES[told.verdict])


def _apart(logs: list[str], others: list[str]) -> list[str]:
    """Those that are not among the others, as where one folder is in the other; all, where none would be."""
    return [log for log in logs if log not in others] or logs


def _write(file: Path, text: str, *, option: str) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise click.FileError(
            str(file), f"{error.strerror}. Name another file with {option} FILE."
        ) from error
