"""What a sweep would do, as a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from llmbench_inspect.doctor.console import print_findings

from .cells import Cell
from .estimate import GUESSED_INPUT, GUESSED_OUTPUT, Estimate, estimates
from .examination import examination
from .servers import server_of


def print_dry_run(cells: Sequence[Cell], console: Console, *, earlier: Sequence[str]) -> None:
    """Print the cells, their samples, tokens and costs, what these numbers are from, and what `doctor` says.

    Args:
        cells: The cells.
        console: Where.
        earlier: Logs to estimate from.
    """
    told = estimates(cells, earlier=earlier)
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("cell", overflow="fold")
    for heading in ("samples", "tokens in", "out", "US $"):
        table.add_column(heading, justify="right")
    table.add_column("from")
    for cell, estimate in zip(cells, told, strict=True):
        table.add_row(*map(Text, _row(cell, estimate)))
    table.add_row(*map(Text, _total(told)), style="bold")
    console.print(table)
    for line in _notes(cells, told):
        console.print(Text(line), soft_wrap=True)
    console.print()
    print_findings(examination(cells), console)


def _row(cell: Cell, estimate: Estimate) -> tuple[str, ...]:
    times = f" x {estimate.size.epochs}" if estimate.size.epochs > 1 else ""
    return (
        cell.label,
        f"{_count(estimate.size.samples)}{times}",
        _count(estimate.input_tokens),
        _count(estimate.output_tokens),
        "?" if estimate.dollars is None else f"{estimate.dollars:,.2f}",
        estimate.source,
    )


def _total(told: Sequence[Estimate]) -> tuple[str, ...]:
    return (
        f"{len(told)} cells",
        _sum(None if one.size.samples is None else one.size.samples * one.size.epochs for one in told),
        _sum(one.input_tokens for one in told),
        _sum(one.output_tokens for one in told),
        _sum((one.dollars for one in told), ",.2f"),
        "",
    )


def _notes(cells: Sequence[Cell], told: Sequence[Estimate]) -> Iterable[str]:
    if alike := [f"{name}={value}" for name, value in cells[0].options.items() if name in cells[0].alike]:
        yield f"All cells: {' '.join(alike)}"
    yield f"Logs go to {cells[0].log_dir}"
    places = Counter(
        " or ".join(sorted({server_of(cell, url) or "" for url in cell.base_urls or (None,)}))
        for cell in cells
    )
    for place, count in places.items():
        if place and count > 1:
            yield f"{count} cells take turns on {place}"
    sources = {one.source for one in told}
    if "guess" in sources:
        yield (
            f"guess: {GUESSED_INPUT:,} tokens in and {GUESSED_OUTPUT:,} out a sample, for no earlier log has "
            "the task. Name some with --earlier"
        )
    if any(one.dollars is None for one in told):
        yield "?: not known. A cost needs prices in the plan, or an earlier log of the same model with costs"
    for problem, task in {
        one.size.problem: cell.task for cell, one in zip(cells, told, strict=True) if one.size.problem
    }.items():
        yield f"{task} cannot be made here, so that its samples are not known: {problem}"


def _count(number: float | None) -> str:
    return "?" if number is None else f"{number:,.0f}"


def _sum(numbers: Iterable[float | None], form: str = ",.0f") -> str:
    """The sum of what is known, marked where something is not."""
    all_of_them = list(numbers)
    known = [number for number in all_of_them if number is not None]
    if not known:
        return "?"
    return f"{'' if len(known) == len(all_of_them) else '≥ '}{sum(known):{form}}"
