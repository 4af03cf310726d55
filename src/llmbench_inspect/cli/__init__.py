"""The `llmbench` command; each of its commands has a file of its own."""

from __future__ import annotations

import click

from .compare import compare
from .doctor import doctor
from .export import export
from .fixtures import fixtures
from .gate import gate
from .report import report
from .sweep import sweep

__all__ = ["main"]


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="llmbench-inspect", prog_name="llmbench")
def main() -> None:
    """What the logs of Inspect evals say about models."""


for command in (compare, doctor, export, fixtures, gate, report, sweep):
    main.add_command(command)
