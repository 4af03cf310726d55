"""What a load came to: rates within its window, percentiles of what its requests took."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterable, Sequence

from inspect_ai.util import StoreModel
from pydantic import BaseModel, Field

from llmbench_inspect.statistics import percentile
from llmbench_inspect.suites.serving.drive import Window
from llmbench_inspect.suites.serving.objective import Objective
from llmbench_inspect.suites.serving.requests import Request


class Measured(BaseModel):
    """Figures of one load. Rates are a second, times in milliseconds; `None` is not known."""

    concurrency: int | None = None
    """Requests in flight, of a closed loop."""
    requests: int
    """Sent after the warm-up."""
    errors: float
    """Share of them that failed."""
    first_error: str | None = None
    """The most frequent reason."""
    started: float
    """When the time begins that the rates are of: UNIX time."""
    window: float
    """Its length in seconds."""
    output_tokens_per_s: float
    input_tokens_per_s: float
    requests_per_s: float
    goodput: float | None = None
    """Requests a second that kept the objective; `None` where the first token could not be seen."""
    correct_per_s: float | None = None
    """Of them, those with a right answer; `None` where nobody judges."""
    correct: float | None = None
    """Share of all answers that are right, however late."""
    ttft_p50_ms: float | None = None
    ttft_p95_ms: float | None = None
    ttft_p99_ms: float | None = None
    itl_p50_ms: float | None = None
    itl_p95_ms: float | None = None
    itl_p99_ms: float | None = None
    e2e_p50_ms: float | None = None
    e2e_p95_ms: float | None = None
    e2e_p99_ms: float | None = None
    prompt_tokens: float | None = None
    """Mean length of a prompt, as the server counts."""
    answer_tokens: float | None = None
    """Mean length of an answer, as the server counts."""
    cached: float | None = None
    """Share of the prompts' tokens that the server had in its cache."""
    in_flight: float
    """Mean number of requests in flight."""
    queued_p50_ms: float
    queued_p95_ms: float
    """What requests waited in this program: for one of Inspect's connections, or because it was busy."""
    late_p95_ms: float
    """By how much this program sent them too late."""
    unjudged: int = 0
    """Answers that their scorer could not score."""


class ServingLoads(StoreModel):
    """The loads of a sample: one, or those that the search for the knee tried."""

    loads: list[Measured] = Field(default_factory=list)
    knee: int | None = None
    """Requests in flight at the knee."""


def measure(
    requests: Sequence[Request],
    window: Window,
    *,
    warmup: int,
    objective: Objective,
    correct: Sequence[bool | None] | None = None,
    concurrency: int | None = None,
) -> Measured:
    """Work out the figures of a load.

    A request that lies partly within the window counts in the rates by that part of its time, and its output
    tokens by the part of the time in which they came.

    Args:
        requests: All, warm-up first.
        window: When the load was as it should be.
        warmup: How many of the first are warm-up.
        objective: What a good request keeps.
        correct: For each request whether its answer is right, `None` where nobody could tell.
        concurrency: Requests in flight, of a closed loop.
    """
    seconds = window.end - window.start
    within = [_share(request.due, request.end, window) / seconds for request in requests]
    good = [
        request.error is None and objective.met(ttft=request.ttft, itl=request.itl, e2e=request.e2e)
        for request in requests
    ]
    right = [verdict is True for verdict in correct or ()]
    counted = requests[warmup:]
    answered = [request for request in counted if request.error is None]
    reasons = Counter(request.error for request in counted if request.error is not None)
    prompt, cached = (
        sum(request.input_tokens for request in answered),
        sum(request.cached_tokens for request in answered),
    )
    return Measured(
        concurrency=concurrency,
        in_flight=_rate((request.e2e for request in requests), within),
        requests=len(counted),
        errors=1 - len(answered) / len(counted),
        first_error=reasons.most_common(1)[0][0] if reasons else None,
        started=window.start,
        window=seconds,
        output_tokens_per_s=sum(_written(request, window) for request in requests) / seconds,
        input_tokens_per_s=_rate((request.input_tokens for request in requests), within),
        requests_per_s=_rate((request.error is None for request in requests), within),
        goodput=_rate((kept is True for kept in good), within) if None not in good else None,
        correct_per_s=(
            _rate((kept is True and said for kept, said in zip(good, right, strict=True)), within)
            if right and None not in good
            else None
        ),
        correct=statistics.fmean(right[warmup:]) if right else None,
        unjudged=sum(
            verdict is None and request.error is None
            for verdict, request in zip(correct or (), requests, strict=False)
        ),
        **_percentiles("ttft", (request.ttft for request in answered)),
        **_percentiles("itl", (request.itl for request in answered)),
        **_percentiles("e2e", (request.e2e for request in answered)),
        prompt_tokens=prompt / len(answered) if answered else None,
        answer_tokens=statistics.fmean(request.output_tokens for request in answered) if answered else None,
        cached=cached / prompt if prompt else None,
        queued_p50_ms=1000 * percentile([request.queued for request in counted], 50),
        queued_p95_ms=1000 * percentile([request.queued for request in counted], 95),
        late_p95_ms=1000 * percentile([request.late for request in counted], 95),
    )


def _share(start: float, end: float, window: Window) -> float:
    """Of the time from start to end, the share that lies within the window."""
    if end <= start:
        return float(window.start <= end <= window.end)
    return max(0.0, min(end, window.end) - max(start, window.start)) / (end - start)


def _written(request: Request, window: Window) -> float:
    """The request's output tokens that came within the window."""
    return sum(
        (call.output_tokens or 0)
        * _share(call.started + (call.ttft or 0), call.started + call.seconds, window)
        for call in request.calls
    )


def _rate(amounts: Iterable[float], within: Sequence[float]) -> float:
    return sum(amount * share for amount, share in zip(amounts, within, strict=True))


def _percentiles(name: str, values: Iterable[float | None]) -> dict[str, float]:
    known = [1000 * value for value in values if value is not None]
    # Of fewer than 20 values the 95th percentile is no more than the highest, of fewer than 100 the 99th.
    return {
        f"{name}_p{percent}_ms": percentile(known, percent)
        for percent, least in ((50, 1), (95, 20), (99, 100))
        if len(known) >= least
    }
