"""`llmbench fixtures`: a new fixture of one's own, and the proof that one holds."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from textwrap import shorten
from typing import TYPE_CHECKING, Final

import click
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

if TYPE_CHECKING:
    from llmbench_inspect.fixture_kind import Claim, FixtureKind

_IN_TABLE: Final = 60
_IN_FULL: Final = 500


@click.group()
def fixtures() -> None:
    """Make fixtures of your own, and prove that they hold."""


@fixtures.command()
@click.argument("kind", metavar="vue|swe")
@click.argument("path", type=click.Path(path_type=Path))
def new(kind: str, path: Path) -> None:
    """Make a new fixture in the folder PATH: a small one that holds, to be changed step by step.

    `vue` is a Vue project to refactor, for the task vue_refactor; `swe` is a Python package with an issue,
    for swe_bench.
    """
    from llmbench_inspect.named_choice import did_you_mean
    from llmbench_inspect.prerequisite import PrerequisiteError

    kinds = {each.name: each for each in _kinds()}
    if kind not in kinds:
        known = ", ".join(kinds)
        raise click.BadParameter(
            f"there is no kind '{kind}'.{did_you_mean(kind, kinds)} Known: {known}", param_hint="KIND"
        )
    if path.is_file() or (path.is_dir() and any(path.iterdir())):
        raise click.ClickException(
            f"{path} is there already. Name a new folder: llmbench fixtures new {kind} PATH"
        )
    try:
        kinds[kind].copy_example(path.absolute())
    except PrerequisiteError as error:
        raise click.ClickException(str(error)) from error
    except OSError as error:
        raise click.FileError(
            str(path), f"{error.strerror}. Name another folder: llmbench fixtures new {kind} PATH"
        ) from error
    _tell_next(kinds[kind], path)


@fixtures.command()
@click.argument("fixtures", nargs=-1, required=True, metavar="FIXTURE...")
def verify(fixtures: tuple[str, ...]) -> None:
    """Prove fixtures: what they say of themselves holds, or is told with what mends it.

    FIXTURE is a folder, or the name of one of this package's. The right answer gets full marks; the
    untouched project and wrong answers get what is stated; hidden tests tell them apart. Ends with 1 when
    something does not hold.
    """
    from llmbench_inspect.prerequisite import PrerequisiteError

    messages = Console(stderr=True)
    kinds = _kinds()
    found = [_found(named, kinds) for named in fixtures]
    claims: list[Claim] = []
    try:
        with messages.status("Looking at what is needed") as status:
            for kind in {kind.name: kind for kind, _ in found}.values():
                _require(kind)
            for kind, named in found:
                status.update(Text(f"Judging {Path(named).name}"))
                claims += kind.verify(named)
    except PrerequisiteError as error:
        raise click.ClickException(str(error)) from error
    _show(claims, Console())
    if not all(claim.holds for claim in claims):
        raise SystemExit(1)


def _kinds() -> list[FixtureKind]:
    from llmbench_inspect.suites.coding.swe import SWE_FIXTURES
    from llmbench_inspect.suites.vue import VUE_FIXTURES

    return [VUE_FIXTURES, SWE_FIXTURES]


def _tell_next(kind: FixtureKind, path: Path) -> None:
    name = str(path) if "/" in str(path) else f"./{path}"
    quoted = shlex.quote(name)
    width = max(len(part) for part, _ in kind.steps)
    click.echo(f"{path} is made: a fixture that holds. Change it step by step, in this order:\n")
    for part, told in kind.steps:
        click.echo(f"  {part:<{width}}  {told}")
    click.echo(f"\nAfter each step, prove it:\n\n  llmbench fixtures verify {quoted}\n")
    task = f"llmbench_inspect/{kind.task} -T {kind.argument}={quoted}"
    click.echo(f"Then have a model do it:\n\n  inspect eval {task} --model MODEL\n")
    click.echo(f"{kind.page} describes each file.")


def _found(named: str, kinds: Sequence[FixtureKind]) -> tuple[FixtureKind, str]:
    """The kind of a fixture, and its name or absolute path."""
    from llmbench_inspect.named_choice import did_you_mean

    folder = Path(named).expanduser()
    if folder.is_dir():
        for kind in kinds:
            if kind.is_in(folder):
                return kind, str(folder.absolute())
        marks = "; ".join(f"{kind.name}: {', '.join(kind.marks)}" for kind in kinds)
        raise click.ClickException(
            f"{named}: no fixture lies here. What marks one: {marks}. "
            "Make a new one: llmbench fixtures new vue|swe PATH"
        )
    for kind in kinds:
        if named in kind.names():
            return kind, named
    known = [name for kind in kinds for name in kind.names()]
    raise click.ClickException(
        f"there is no folder or fixture '{named}'.{did_you_mean(named, known)} Known: {', '.join(known)}"
    )


def _require(kind: FixtureKind) -> None:
    """Look at what a run of the kind's task needs, in the words of `llmbench doctor`."""
    from llmbench_inspect.doctor import Asked, examine, suites

    suite = suites()[kind.task]
    missing = [finding for finding in examine(Asked(suite=suite), only=suite.needs) if finding.stops]
    if missing:
        raise click.ClickException("\n".join(finding.told for finding in missing))


def _show(claims: Sequence[Claim], console: Console) -> None:
    table = Table(Column("", overflow="fold"), "wanted", "found", "why", box=SIMPLE_HEAD, pad_edge=False)
    for fixture, theirs in groupby(claims, lambda claim: claim.fixture):
        table.add_section()
        table.add_row(Text(fixture, style="bold"))
        for claim in theirs:
            cells = (
                claim.what,
                claim.wanted,
                claim.found,
                shorten(claim.note, _IN_TABLE, placeholder=" ..."),
            )
            table.add_row(*map(Text, cells), style=None if claim.holds else "bold red")
    console.print(table)
    wrong = [claim for claim in claims if not claim.holds]
    for claim in wrong:
        told = f"{claim.fixture}, {claim.what}: wanted: {claim.wanted}; found: {claim.found}"
        console.print(Text(f"✗ {told}", style="red"), soft_wrap=True)
        for line in filter(None, (shorten(claim.note, _IN_FULL, placeholder=" ..."), claim.mend)):
            console.print(Text(f"    {line}"), soft_wrap=True)
    holding = f"{len(claims) - len(wrong)} of {len(claims)} hold."
    console.print(Text(holding, style="bold red" if wrong else "bold green"))
