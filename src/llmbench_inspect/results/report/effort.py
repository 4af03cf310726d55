"""What a model's answers took: times and tokens of its calls, where the logs hold them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean

from llmbench_inspect.results.tables import NO_FAILURE
from llmbench_inspect.statistics import Quantile, estimate_quantile, percentile
from llmbench_inspect.telemetry import BUSY, LOOP

from .rows import Sample


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """All calls of one model in one task; times are in seconds."""

    calls: int
    failed: int
    """Calls that ended with an exception."""

    ttft_p50: Quantile | None
    """To the first token of any kind; `None` where no call tells."""

    ttft_p95: Quantile | None
    """`None` also for fewer than 20 calls."""

    answer_p50: Quantile | None
    """To the first token after the reasoning; `None` where no call reasoned."""

    itl_p50: float | None
    """Median over calls of their median time between chunks."""

    itl_p95: float | None
    """Median over calls of their 95th percentile."""

    decode_rate: Quantile | None
    """Output tokens a second after the first, median."""

    seconds_p50: Quantile | None
    seconds_p95: Quantile | None
    slow_to_start: float | None
    """Share of timed calls that waited longer for the first token than for all others."""

    queued: float
    """Waiting for a free connection, all calls together."""

    retried: int
    """Calls that were asked for more than once."""

    retries: float
    """Failed attempts and the pauses after them, all calls together."""

    busy: int
    """Timed calls whose times are partly this client's own work."""

    untimed: tuple[tuple[str, int], ...]
    """Why calls have no times within them; most frequent first."""

    input_tokens: int
    cached_tokens: int
    output_tokens: int
    reasoning_tokens: int | None
    """`None` where no call tells."""

    reasoning_estimated: bool
    """Whether some of them are estimates."""

    reasoning_share: float | None
    """Of the output of the calls that tell."""

    loops: int
    """Calls whose reasoning went in circles."""

    cost: float | None
    """US dollars; `None` unless every call tells."""

    tokens_solved: float | None
    """Mean output tokens of a sample that is solved; `None` where there is none, or nothing tells."""

    tokens_failed: float | None
    """The same for one that is not."""


def effort(samples: Sequence[Sample]) -> Effort | None:
    """Add up the calls of a model's samples.

    Returns:
        The account; `None` where no sample holds timed calls.
    """
    calls = [call for sample in samples for call in sample.calls]
    if not calls:
        return None
    answered = [call for call in calls if call.error is None]
    timed = [call for call in answered if call.unavailable is None]
    reasoned = [call for call in timed if call.first_reasoning is not None and call.first_answer is not None]
    told = [call for call in calls if call.reasoning_tokens is not None and call.output_tokens]
    reasoning = sum(call.reasoning_tokens or 0 for call in told)
    untimed = Counter(call.unavailable for call in answered if call.unavailable is not None)
    costs = [call.cost for call in calls]
    return Effort(
        calls=len(calls),
        failed=len(calls) - len(answered),
        ttft_p50=_quantile((call.ttft for call in timed), 50),
        ttft_p95=_quantile((call.ttft for call in timed), 95),
        answer_p50=_quantile((call.first_answer for call in reasoned), 50),
        itl_p50=_median(call.itl_p50 for call in timed),
        itl_p95=_median(call.itl_p95 for call in timed),
        decode_rate=_quantile((call.decode_rate for call in timed), 50),
        seconds_p50=_quantile((call.seconds for call in answered), 50),
        seconds_p95=_quantile((call.seconds for call in answered), 95),
        slow_to_start=fmean(call.slow == "to_start" for call in timed) if timed else None,
        queued=sum(call.queued for call in calls),
        retried=sum(call.attempts > 1 for call in calls),
        retries=sum(call.retries for call in calls),
        busy=sum((call.client_busy or 0) >= BUSY for call in timed),
        untimed=tuple(sorted(untimed.items(), key=lambda item: (-item[1], item[0]))),
        input_tokens=sum(call.input_tokens or 0 for call in calls),
        cached_tokens=sum(call.cached_tokens or 0 for call in calls),
        output_tokens=sum(call.output_tokens or 0 for call in calls),
        reasoning_tokens=reasoning if told else None,
        reasoning_estimated=any(call.reasoning_source == "estimated" for call in told),
        reasoning_share=reasoning / sum(call.output_tokens or 0 for call in told) if told else None,
        loops=sum((call.reasoning_repeated or 0) >= LOOP for call in calls),
        cost=sum(cost for cost in costs if cost is not None) if None not in costs else None,
        tokens_solved=_tokens(sample for sample in samples if _solved(sample) is True),
        tokens_failed=_tokens(sample for sample in samples if _solved(sample) is False),
    )


def _solved(sample: Sample) -> bool | None:
    if sample.failure_class is not None:
        return sample.failure_class == NO_FAILURE
    first = next((score.value for score in sample.scores if score.key is None), None)
    return {0.0: False, 1.0: True}.get(first) if first is not None else None


def _tokens(samples: Iterable[Sample]) -> float | None:
    each = [sum(call.output_tokens or 0 for call in sample.calls) for sample in samples if sample.calls]
    return fmean(each) if each else None


def _quantile(values: Iterable[float | None], percent: int) -> Quantile | None:
    known = _known(values)
    # Of fewer than 20 values the 95th percentile is no more than the highest.
    least = 1 if percent == 50 else 20
    return estimate_quantile(known, percent) if len(known) >= least else None


def _median(values: Iterable[float | None]) -> float | None:
    known = _known(values)
    return percentile(known, 50) if known else None


def _known(values: Iterable[float | None]) -> list[float]:
    return [value for value in values if value is not None]
