"""How to read the figures."""

from __future__ import annotations

from collections.abc import Iterator

from llmbench_inspect.results.report.blocks import Block, Prose
from llmbench_inspect.results.report.evidence import Evidence
from llmbench_inspect.results.report.scores import Scores
from llmbench_inspect.results.report.section import section


@section(order=790, title="How to read this", scope="whole", pages=("console", "headline", "detailed"))
def reading(evidence: Evidence) -> Iterator[Block]:
    """What means, intervals and signs stand for."""
    yield Prose(
        "Means, as percentages where every score is 0 or 1, with their 95 % confidence interval in brackets, "
        "or — where too few values or no spread tell none. n: samples that count, every epoch by itself."
    )
    if any(
        spread.one_sample and spread.estimate.interval
        for task in evidence.tasks.values()
        for spread in task.once(Scores).models.values()
    ):
        yield Prose(
            "† One sample alone: the interval is over its epochs and says nothing about other samples."
        )
