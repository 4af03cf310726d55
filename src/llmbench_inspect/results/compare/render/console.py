"""A comparison in a terminal."""

from __future__ import annotations

from typing import Final

from rich import box
from rich.console import Console
from rich.rule import Rule
from rich.style import Style
from rich.table import Table
from rich.text import Text

from llmbench_inspect.results.compare.findings import Comparison, Measure, PairFindings
from llmbench_inspect.results.compare.sentences import (
    MEASURE_COLUMNS,
    legend,
    measure_cells,
    summary,
    test_sentences,
    verdict,
)
from llmbench_inspect.results.compare.wording import amount

_MOST_FLIPS: Final = 20
_COLORS: Final = {"better": "green", "worse": "red"}


def print_comparison(comparison: Comparison, console: Console) -> None:
    """Print a comparison.

    Args:
        comparison: The findings.
        console: Where to.
    """
    console.print(Text(summary(comparison), style="bold"))
    for warning in comparison.warnings:
        console.print(Text(f"! {warning}", style="yellow"))
    for none in comparison.not_compared:
        sides = " and ".join(none.first + none.second)
        console.print(Text(f"! {none.suite} not compared: {none.why} ({sides})", style="yellow"))
    for pair in comparison.pairs:
        _print_pair(pair, console)
    console.print()
    for line in legend(comparison):
        console.print(Text(line, style="dim"))


def _print_pair(pair: PairFindings, console: Console) -> None:
    console.print()
    console.print(Rule(Text(pair.suite, style="bold"), align="left", style="dim"))
    console.print(Text(f"{pair.first}\n→ {pair.second}"))
    first, *more = test_sentences(pair)
    console.print(Text(first, style=_COLORS.get(verdict(pair), "")))
    for sentence in more:
        console.print(Text(sentence))
    for note in pair.notes:
        console.print(Text(f"! {note}", style="yellow"))
    if pair.measures:
        table = _table(*MEASURE_COLUMNS)
        for measure in pair.measures:
            table.add_row(*map(Text, measure_cells(measure)), style=_color(measure))
        console.print(table)
    if pair.flips and pair.test is not None:
        table = _table("flipped sample", "first", "second")
        unit = pair.test.unit
        for flip in pair.flips[:_MOST_FLIPS]:
            table.add_row(
                Text(flip.sample_id),
                Text(amount(flip.first, unit), style=Style(link=flip.first_link)),
                Text(amount(flip.second, unit), style=Style(link=flip.second_link)),
            )
        console.print(table)
        if unseen := len(pair.flips[_MOST_FLIPS:]):
            console.print(Text(f"{unseen} more are in the written comparison (-o FILE)", style="dim"))


def _color(measure: Measure) -> str:
    interval = measure.interval
    if measure.better is None or interval is None or interval.low <= 0 <= interval.high:
        return ""
    return _COLORS["better" if (measure.difference > 0) == (measure.better == "higher") else "worse"]


def _table(label: str, *figures: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="dim")
    table.add_column(label, overflow="fold")
    for figure in figures:
        table.add_column(figure, justify="right")
    return table
