"""Every number about one model in one task: what results.csv and results.json hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from llmbench_inspect.statistics import Interval, Quantile

from .effects import Effects, effects
from .effort import Effort, efforts, speeds
from .evidence import Evidence
from .scores import Column, Scores, Spread
from .tallies import Tally, tallies


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One number; `None` is "the logs do not tell", never 0."""

    name: str
    unit: str
    """`rate` (0 to 1), `score`, `samples`, `calls`, `s`, `tokens`, `tokens/s`, `US $`, `J`, `%` or `GB`."""

    value: float | None
    interval: Interval | None = None
    """95 % confidence interval."""

    n: int | None = None
    """Number of values that it comes from."""

    samples: int | None = None
    """Number of samples that these are of."""

    median: float | None = None
    deviation: float | None = None
    stderr: float | None = None
    baseline: float | None = None


def measures(task: Evidence) -> Mapping[str, tuple[Measure, ...]]:
    """All measures of one task, by the model's label, the best model first."""
    scores, counts = task.once(Scores), task.once(tallies)
    pace, effort, taken = task.once(speeds), task.once(efforts), task.once(effects)
    return {
        model: (
            *_counts(counts[model]),
            *(
                _score(column, spread)
                for column in scores.columns
                if (spread := scores.models.get((model, column.name))) is not None
            ),
            Measure(name="output_speed", unit="tokens/s", value=pace.get(model)),
            *(_calls(effort[model]) if model in effort else ()),
            *_samples(taken[model]),
        )
        for model in scores.ranked
    }


def _counts(tally: Tally) -> Iterator[Measure]:
    yield Measure(name="samples_counted", unit="samples", value=tally.counted)
    yield Measure(name="samples_left_out", unit="samples", value=tally.left_out.total())
    yield Measure(name="samples_cut_off", unit="samples", value=tally.cut_off.total())


def _score(column: Column, spread: Spread) -> Measure:
    return Measure(
        name=f"score/{column.name}",
        unit="rate" if column.is_rate else "score",
        value=spread.estimate.mean,
        interval=spread.estimate.interval,
        n=spread.estimate.values,
        samples=1 if spread.one_sample else spread.estimate.clusters,
        median=spread.median,
        deviation=spread.deviation,
        stderr=spread.stderr,
        baseline=spread.baseline,
    )


def _calls(told: Effort) -> Iterator[Measure]:
    yield Measure(name="calls", unit="calls", value=told.calls)
    yield Measure(name="calls_failed", unit="calls", value=told.failed)
    yield Measure(name="calls_retried", unit="calls", value=told.retried)
    yield _percentile("ttft_p50", "s", told.ttft_p50)
    yield _percentile("ttft_p95", "s", told.ttft_p95)
    yield _percentile("first_answer_p50", "s", told.answer_p50)
    yield Measure(name="itl_p50", unit="s", value=told.itl_p50)
    yield Measure(name="itl_p95", unit="s", value=told.itl_p95)
    yield _percentile("decode_rate_p50", "tokens/s", told.decode_rate)
    yield _percentile("call_p50", "s", told.seconds_p50)
    yield _percentile("call_p95", "s", told.seconds_p95)
    yield Measure(name="queued", unit="s", value=told.queued)
    yield Measure(name="retries", unit="s", value=told.retries)
    yield Measure(name="output_tokens_solved", unit="tokens", value=told.tokens_solved)
    yield Measure(name="output_tokens_failed", unit="tokens", value=told.tokens_failed)


def _samples(told: Effects) -> Iterator[Measure]:
    yield _percentile("sample_p50", "s", told.seconds_p50)
    yield _percentile("sample_p95", "s", told.seconds_p95)
    yield _percentile("sample_working_p50", "s", told.working_p50)
    yield Measure(name="suite_wall_p50", unit="s", value=told.suite_wall_p50, n=told.runs)
    yield Measure(name="input_tokens", unit="tokens", value=told.input_tokens)
    yield Measure(name="cached_tokens", unit="tokens", value=told.cached_tokens)
    yield Measure(name="output_tokens", unit="tokens", value=told.output_tokens)
    yield Measure(name="reasoning_tokens", unit="tokens", value=told.reasoning_tokens)
    yield Measure(name="cost", unit="US $", value=told.cost)
    yield Measure(name="joules", unit="J", value=told.joules)
    yield Measure(name="gpu_utilization", unit="%", value=told.gpu_utilization)
    yield Measure(name="gpu_memory_peak", unit="GB", value=told.gpu_memory_gb)


def _percentile(name: str, unit: str, told: Quantile | None) -> Measure:
    if told is None:
        return Measure(name=name, unit=unit, value=None)
    return Measure(name=name, unit=unit, value=told.value, interval=told.interval, n=told.values)
