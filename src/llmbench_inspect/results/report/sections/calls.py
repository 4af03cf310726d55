"""Times and tokens of the calls of each model in a task, where they were timed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from llmbench_inspect.results.report.blocks import NONE, Block, Cell, Heading, Line, Table
from llmbench_inspect.results.report.effort import Effort, efforts
from llmbench_inspect.results.report.evidence import Evidence
from llmbench_inspect.results.report.hardware import hardware_notes, timed_name
from llmbench_inspect.results.report.scores import Scores
from llmbench_inspect.results.report.section import section
from llmbench_inspect.results.report.wording import number_cell, quantile_cell, share_cell
from llmbench_inspect.results.untrusted import printable

_TIMES: Final = (
    "calls",
    "TTFT p50 (s)",
    "p95",
    "answer p50",
    "ITL p50 (ms)",
    "p95",
    "decode tokens/s",
    "whole call p50 (s)",
    "p95",
    "slow to start",
    "queued (s)",
    "retries (s)",
)
_TOKENS: Final = (
    "input",
    "cached",
    "output",
    "reasoning",
    "reasoning share",
    "loops",
    "output when solved",
    "when failed",
    "cost ($)",
)


@section(order=450, title="Calls", pages=("console", "detailed"))
def calls(evidence: Evidence) -> Iterator[Block]:
    """Percentiles of times, with intervals."""
    told = _told(evidence)
    if told:
        yield Table(
            corner="model",
            headings=tuple(Heading(text, joined=text == "p95") for text in _TIMES),
            lines=tuple(Line(model, _times(effort)) for model, effort in told),
            notes=(
                *(note for model, effort in told for note in _notes(model, effort)),
                *hardware_notes(evidence),
            ),
        )


@section(order=460, title="Tokens", pages=("console", "detailed"))
def tokens(evidence: Evidence) -> Iterator[Block]:
    """Tokens by kind, and those of solved and failed samples apart."""
    told = _told(evidence)
    if told:
        yield Table(
            corner="model",
            headings=tuple(Heading(text, joined=text == "when failed") for text in _TOKENS),
            lines=tuple(Line(model, _tokens(effort)) for model, effort in told),
        )


def _told(evidence: Evidence) -> list[tuple[str, Effort]]:
    told = evidence.once(efforts)
    return [
        (timed_name(evidence, model), told[model]) for model in evidence.once(Scores).ranked if model in told
    ]


def _times(told: Effort) -> tuple[Cell, ...]:
    return (
        number_cell(told.calls),
        quantile_cell(told.ttft_p50),
        quantile_cell(told.ttft_p95),
        quantile_cell(told.answer_p50),
        _milliseconds(told.itl_p50),
        _milliseconds(told.itl_p95),
        quantile_cell(told.decode_rate, decimals=1),
        quantile_cell(told.seconds_p50),
        quantile_cell(told.seconds_p95),
        share_cell(told.slow_to_start),
        number_cell(told.queued, decimals=1),
        number_cell(told.retries, decimals=1),
    )


def _tokens(told: Effort) -> tuple[Cell, ...]:
    reasoning = Cell(NONE)
    if told.reasoning_tokens is not None:
        estimated = "~" if told.reasoning_estimated else ""
        reasoning = Cell(f"{estimated}{told.reasoning_tokens:,}", value=told.reasoning_tokens)
    return (
        number_cell(told.input_tokens),
        number_cell(told.cached_tokens),
        number_cell(told.output_tokens),
        reasoning,
        share_cell(told.reasoning_share),
        number_cell(told.loops),
        number_cell(told.tokens_solved),
        number_cell(told.tokens_failed),
        number_cell(told.cost, decimals=4, absent="unavailable"),
    )


def _notes(model: str, told: Effort) -> Iterable[str]:
    parts = [f"{times} without times within the call ({printable(reason)})" for reason, times in told.untimed]
    if told.failed:
        parts.append(f"{told.failed} ended with an error")
    if told.retried:
        parts.append(f"{told.retried} asked for more than once")
    if told.busy:
        parts.append(
            f"{told.busy} while this client was itself at work all the time: their times are partly its own"
        )
    if parts:
        yield f"{model}: of {told.calls} calls, {'; '.join(parts)}"


def _milliseconds(seconds: float | None) -> Cell:
    return number_cell(None if seconds is None else 1000 * seconds)
