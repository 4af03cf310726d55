"""The figures of a cell, a score each: a row for a cell and a column for a figure, wherever shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from inspect_ai.scorer import Score, Scorer, Target, grouped, mean, scorer
from inspect_ai.solver import TaskState

from llmbench_inspect.suites.serving.cells import Cell
from llmbench_inspect.suites.serving.measured import Measured, ServingLoads

_FIGURES: Final = (
    "output_tokens_per_s",
    "input_tokens_per_s",
    "requests_per_s",
    "goodput",
    "ttft_p50_ms",
    "ttft_p95_ms",
    "ttft_p99_ms",
    "itl_p50_ms",
    "itl_p95_ms",
    "itl_p99_ms",
    "e2e_p50_ms",
    "e2e_p95_ms",
    "e2e_p99_ms",
    "errors",
)
_JUDGED: Final = ("correct_per_s", "correct")
_RATES: Final = ("errors", "correct")
_MOST: Final = 1e9
"""Tells readers that a figure is no rate from 0 to 1."""
_MISSING: Final = {
    "p95": "fewer than 20 requests tell",
    "p99": "fewer than 100 requests tell",
}


def _figure(name: str) -> Callable[[], Scorer]:
    @scorer(
        name=name,
        metrics=[grouped(mean(), "cell", all=False)],
        range=(0, 1) if name in _RATES else (0, _MOST),
        timed=name not in _RATES,
    )
    def figure() -> Scorer:
        async def score(state: TaskState, target: Target) -> Score:  # noqa: ARG001
            measured = _measured(state)
            if isinstance(measured, Score):
                return measured
            value: float | None = getattr(measured, name)
            if value is None:
                reason = next((text for part, text in _MISSING.items() if part in name), "not streamed")
                return Score.unscored(reason=reason, explanation=_told(measured))
            return Score(value=value, explanation=_told(measured))

        return score

    return figure


_SCORERS: Final = {name: _figure(name) for name in (*_FIGURES, *_JUDGED)}


@scorer(metrics=[grouped(mean(), "cell", all=False)], range=(0, _MOST), timed=True)
def knee() -> Scorer:
    """Requests in flight beyond which the server gives hardly more tokens a second."""

    async def score(state: TaskState, target: Target) -> Score:  # noqa: ARG001
        measured = _measured(state)
        if isinstance(measured, Score):
            return measured
        tried = state.store_as(ServingLoads).loads
        curve = ", ".join(
            f"{one.concurrency}: {one.output_tokens_per_s:.1f}"
            for one in sorted(tried, key=lambda one: one.concurrency or 0)
        )
        return Score(
            value=measured.concurrency or 0, explanation=f"output tokens/s by requests in flight: {curve}"
        )

    return score


@scorer(metrics={"*": [mean()]}, timed=True)
def output_tokens_per_s_at() -> Scorer:
    """Output tokens a second at each number of requests in flight that the search doubled through."""

    async def score(state: TaskState, target: Target) -> Score:  # noqa: ARG001
        most = state.metadata_as(Cell).concurrency or 1
        tried = {one.concurrency: one.output_tokens_per_s for one in state.store_as(ServingLoads).loads}
        levels = [2**power for power in range(most.bit_length())]
        return Score(value={str(level): tried.get(level, float("nan")) for level in levels})

    return score


def serving_scorers(*, judged: bool, searched: bool) -> list[Scorer]:
    """The scorers of a run.

    Args:
        judged: Whether the answers are judged.
        searched: Whether cells search for the knee.
    """
    names = _FIGURES + (_JUDGED if judged else ())
    return [*([knee()] if searched else []), *(_SCORERS[name]() for name in names)] + (
        [output_tokens_per_s_at()] if searched else []
    )


def _measured(state: TaskState) -> Measured | Score:
    """The load that a cell stands for, or why it stands for none."""
    kept = state.store_as(ServingLoads)
    measured = kept.loads[-1]
    if state.metadata_as(Cell).load == "knee":
        if kept.knee is None:
            return Score.unscored(
                reason="no knee",
                explanation=f"{measured.output_tokens_per_s:.1f} tokens/s at {measured.concurrency} and "
                "still growing. Try more with: -T concurrency=NUMBER",
            )
        measured = next(one for one in kept.loads if one.concurrency == kept.knee)
    if measured.errors == 1:
        return Score.unscored(reason="every request failed", explanation=measured.first_error)
    if measured.queued_p50_ms > max(50.0, 0.1 * (measured.e2e_p50_ms or 0)):
        return Score.unscored(
            reason="throttled",
            explanation=f"Requests waited {measured.queued_p50_ms:.0f} ms (median) before they were sent, so "
            "that the load was not the one asked for. Run without --max-connections; where that was not it, "
            "this machine is too busy: let the server run on another one.",
        )
    return measured


def _told(measured: Measured) -> str:
    parts = [
        f"{measured.requests} requests, {measured.window:.1f} s",
        f"prompts of {measured.prompt_tokens or 0:.1f} tokens, {measured.cached or 0:.0%} out of a cache",
        f"answers of {measured.answer_tokens or 0:.1f} tokens",
        f"{measured.in_flight:.1f} in flight on average",
        f"sent {measured.late_p95_ms:.1f} ms late, queued here {measured.queued_p95_ms:.1f} ms (p95)",
    ]
    if measured.first_error is not None:
        parts.append(f"{measured.errors:.1%} failed: {measured.first_error}")
    if measured.unjudged:
        parts.append(f"{measured.unjudged} answers could not be judged")
    return "; ".join(parts)
