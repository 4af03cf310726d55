"""A comparison as Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from llmbench_inspect.results.compare.findings import Comparison, PairFindings
from llmbench_inspect.results.compare.sentences import (
    MEASURE_COLUMNS,
    legend,
    measure_cells,
    summary,
    test_sentences,
)
from llmbench_inspect.results.compare.wording import amount
from llmbench_inspect.results.untrusted import escape_markdown

_MOST_FLIPS: Final = 200


def markdown(comparison: Comparison) -> str:
    """Print a comparison as Markdown.

    Args:
        comparison: The findings.

    Returns:
        The text, ending with a line break.
    """
    parts = ["# Comparison", escape_markdown(summary(comparison))]
    warnings = [*comparison.warnings]
    for none in comparison.not_compared:
        sides = " and ".join(none.first + none.second)
        warnings.append(f"{none.suite} not compared: {none.why} ({sides})")
    if warnings:
        parts.append("\n".join(f"- ⚠ {escape_markdown(warning)}" for warning in warnings))
    parts += [escape_markdown(line) for line in legend(comparison)]
    for pair in comparison.pairs:
        parts += _pair(pair)
    return "\n\n".join(parts) + "\n"


def _pair(pair: PairFindings) -> Iterator[str]:
    yield f"## {escape_markdown(pair.suite)}"
    yield f"{escape_markdown(pair.first)} → {escape_markdown(pair.second)}"
    yield "\n".join(f"- {escape_markdown(line)}" for line in (*test_sentences(pair), *pair.notes))
    if pair.measures:
        rows = [tuple(map(escape_markdown, measure_cells(measure))) for measure in pair.measures]
        yield _table(MEASURE_COLUMNS, rows)
    if pair.flips and pair.test is not None:
        unit = pair.test.unit
        yield "### Flipped samples"
        yield _table(
            ("sample", "first", "second"),
            [
                (
                    escape_markdown(flip.sample_id),
                    _linked(amount(flip.first, unit), flip.first_link),
                    _linked(amount(flip.second, unit), flip.second_link),
                )
                for flip in pair.flips[:_MOST_FLIPS]
            ],
        )
        if unseen := len(pair.flips[_MOST_FLIPS:]):
            yield f"{unseen} more are left out here."


def _linked(text: str, address: str | None) -> str:
    return escape_markdown(text) if address is None else f"[{escape_markdown(text)}](<{address}>)"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, (":--", *("--:" for _ in head[1:])), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
