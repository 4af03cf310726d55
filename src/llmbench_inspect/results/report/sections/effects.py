"""What a sample took of each model: time, tokens, money, energy; for logs of any task."""

from __future__ import annotations

from collections.abc import Iterator

from llmbench_inspect.results.report.blocks import Block, Heading, Line, Table
from llmbench_inspect.results.report.effects import Effects, effects
from llmbench_inspect.results.report.evidence import Evidence
from llmbench_inspect.results.report.hardware import hardware_notes, timed_name
from llmbench_inspect.results.report.scores import Scores
from llmbench_inspect.results.report.section import section
from llmbench_inspect.results.report.wording import number_cell, quantile_cell, told_only


@section(order=445, title="What samples took")
def samples_took(evidence: Evidence) -> Iterator[Block]:
    """Time of whole samples and of whole runs, and tokens as the provider counts them."""
    told = evidence.once(effects)
    heads = (
        "runs",
        "sample p50 (s)",
        "p95",
        "without waits p50",
        "run p50 (s)",
        "input",
        "cached",
        "output",
        "reasoning",
        "cost ($)",
    )
    yield told_only(
        Table(
            corner="model",
            headings=tuple(Heading(head, joined=head == "p95") for head in heads),
            lines=tuple(
                Line(
                    timed_name(evidence, model),
                    (
                        number_cell(told[model].runs),
                        quantile_cell(told[model].seconds_p50, decimals=1),
                        quantile_cell(told[model].seconds_p95, decimals=1),
                        quantile_cell(told[model].working_p50, decimals=1),
                        number_cell(told[model].suite_wall_p50),
                        number_cell(told[model].input_tokens),
                        number_cell(told[model].cached_tokens),
                        number_cell(told[model].output_tokens),
                        number_cell(told[model].reasoning_tokens),
                        number_cell(told[model].cost, decimals=4),
                    ),
                )
                for model in evidence.once(Scores).ranked
            ),
            notes=hardware_notes(evidence),
        )
    )


@section(order=470, title="GPU")
def gpu(evidence: Evidence) -> Iterator[Block]:
    """Energy, utilisation and memory, where the GPU hook saw the model's GPUs."""
    told = {model: each for model, each in evidence.once(effects).items() if _has_gpu(each)}
    if not told:
        return
    yield Table(
        corner="model",
        headings=(
            Heading("samples"),
            Heading("joules"),
            Heading("joules a sample"),
            Heading("joules an output token"),
            Heading("utilisation (%)"),
            Heading("memory peak (GB)"),
        ),
        lines=tuple(
            Line(
                timed_name(evidence, model),
                (
                    number_cell(each.samples),
                    number_cell(each.joules),
                    number_cell(_over(each.joules, each.samples), decimals=1),
                    number_cell(_over(each.joules, each.output_tokens), decimals=2),
                    number_cell(each.gpu_utilization),
                    number_cell(each.gpu_memory_gb, decimals=1),
                ),
            )
            for model, each in told.items()
        ),
    )


def _has_gpu(told: Effects) -> bool:
    return told.joules is not None or told.gpu_utilization is not None


def _over(joules: float | None, number: int | None) -> float | None:
    return joules / number if joules is not None and number else None
