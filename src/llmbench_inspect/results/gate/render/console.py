"""A judgement in a terminal."""

from __future__ import annotations

from typing import Final

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from llmbench_inspect.results.gate.judgement import Judgement
from llmbench_inspect.results.gate.sentences import evidence, found, legend, limit, summary

_COLORS: Final = {"PASS": "green", "FAIL": "red", "INCONCLUSIVE": "yellow"}


def print_judgement(judgement: Judgement, console: Console) -> None:
    """Print a judgement.

    Args:
        judgement: The verdicts.
        console: Where to.
    """
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="dim")
    table.add_column("verdict", no_wrap=True)
    for heading in ("suite", "model", "metric", "found", "limit", "evidence"):
        table.add_column(heading, overflow="fold")
    for one in judgement.judged:
        verdict = Text(one.verdict, style=f"bold {_COLORS[one.verdict]}")
        if one.severity != "critical":
            verdict.append(f"\n{one.severity}", style="dim")
        cells = (one.suite, one.arm, one.metric, found(one), limit(one), evidence(one))
        table.add_row(verdict, *map(Text, cells))
    console.print(table)
    for line in judgement.unfinished:
        console.print(Text(f"FAIL {line}", style="red"))
    console.print()
    console.print(Text(legend(judgement), style="dim"))
    console.print(Text(summary(judgement), style=f"bold {_COLORS[judgement.verdict]}"))
