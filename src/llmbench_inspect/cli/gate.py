"""`llmbench gate`: a verdict on logs by the rules of a policy."""

from __future__ import annotations

import traceback
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import track

from .files import FILE, apart, write


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


@click.command(cls=_Gate)
@click.argument("logs", nargs=-1, required=True)
@click.option(
    "--policy",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="TOML file with the rules.",
)
@click.option("--baseline", multiple=True, help="Logs to compare with; may be given several times.")
@click.option("--github", is_flag=True, help="Print annotations for GitHub Actions as well.")
@click.option("--markdown", "markdown_file", type=FILE, help="Markdown file to write.")
@click.option("--junit", "junit_file", type=FILE, help="JUnit XML file to write.")
@click.option("--json", "json_file", type=FILE, help="JSON file to write.")
@click.pass_context
def gate(
    context: click.Context,
    logs: tuple[str, ...],
    *,
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
    from llmbench_inspect.prerequisite import PrerequisiteError
    from llmbench_inspect.results import gate as gates
    from llmbench_inspect.results.gate import render
    from llmbench_inspect.results.tables import NoLogsError, find_logs, read_tables

    messages = Console(stderr=True)
    try:
        rules = gates.read_policy(policy)
        theirs = find_logs(baseline)
        mine = apart(find_logs(logs), theirs)
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
            write(file, text(told), option=option)
    context.exit(gates.EXIT_CODES[told.verdict])
