"""`llmbench doctor`: is this machine ready for a run?"""

from __future__ import annotations

import json

import click
import yaml
from dotenv import find_dotenv, load_dotenv
from rich.console import Console


@click.command()
@click.option("--suite", help="Task that is to run, such as vue_refactor.")
@click.option(
    "--model", envvar="INSPECT_EVAL_MODEL", help="Model that is to be asked, such as ollama/llama3.2:3b."
)
@click.option("--model-base-url", envvar="INSPECT_EVAL_MODEL_BASE_URL", help="Address of its server.")
@click.option("-M", "model_args", metavar="NAME=VALUE", multiple=True, help="Argument of the model.")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
def doctor(
    suite: str | None,
    model: str | None,
    model_base_url: str | None,
    *,
    model_args: tuple[str, ...],
    as_json: bool,
) -> None:
    """Check this machine, and what a run needs, before the run.

    With --suite or --model, only what that run needs is looked at, and the exit status is 1 where it would
    stop. Without, everything is looked at, and only what every run needs counts.
    """
    from llmbench_inspect.doctor import Asked, examine, suites
    from llmbench_inspect.doctor.console import print_findings
    from llmbench_inspect.named_choice import did_you_mean

    load_dotenv(find_dotenv(usecwd=True))  # as Inspect does
    known = suites()
    name = suite.removeprefix("llmbench_inspect/") if suite else None
    if name is not None and name not in known:
        message = f"there is no suite '{name}'.{did_you_mean(name, known)} Known: {', '.join(sorted(known))}"
        raise click.BadParameter(message, param_hint="--suite")
    given = {name: yaml.safe_load(value) for name, _, value in (each.partition("=") for each in model_args)}
    findings = examine(
        Asked(suite=known[name] if name else None, model=model, base_url=model_base_url, model_args=given)
    )
    if as_json:
        found = list(findings)
        click.echo(json.dumps([finding.as_dict() for finding in found], indent=2))
    else:
        found = print_findings(findings, Console())
    if any(finding.stops for finding in found):
        raise SystemExit(1)
