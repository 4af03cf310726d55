"""One Inspect log as rows."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any, Final, cast

from inspect_ai.event import ModelEvent
from inspect_ai.log import EvalLog, EvalSample
from inspect_ai.scorer import Score
from pydantic import ValidationError

from llmbench_inspect.statistics import Bounds
from llmbench_inspect.telemetry import Call, ModelCalls

from .rows import NO_FAILURE, NOT_A_NUMBER, Run, Sample, ScoreValue, Setting

# How the client calls says nothing about what the model does, and a retry may change it.
_CLIENT_OPTIONS: Final = {
    "adaptive_connections",
    "attempt_timeout",
    "max_connections",
    "max_retries",
    "stream_idle_timeout",
    "timeout",
}
_WORDS: Final = {"C": 1.0, "I": 0.0, "P": 0.5, "N": 0.0, "yes": 1.0, "true": 1.0, "no": 0.0, "false": 0.0}
_UNSCORED: Final = "unscored"


def run_row(log: EvalLog, *, name: str) -> Run:
    """The row of a whole log.

    Args:
        log: The log, with its samples.
        name: Location of its file, a path or URL.

    Returns:
        The row.
    """
    spec = log.eval
    generation = {
        **spec.model_generate_config.model_dump(mode="json", exclude_none=True),
        **log.plan.config.model_dump(mode="json", exclude_none=True),
    }
    task_settings = dict(spec.task_args)
    if spec.solver is not None:
        task_settings["solver"] = spec.solver
    # An argument that is no plain value (an object handed over in Python) differs with every run.
    plain_arguments = {
        name: value for name, value in spec.model_args.items() if isinstance(value, str | int | float | bool)
    }
    return Run(
        log=PurePosixPath(name).name,
        task=spec.task,
        task_id=spec.task_id,
        task_version=str(spec.task_version),
        task_settings=_settings(task_settings),
        model=spec.model,
        model_settings=_settings(
            plain_arguments | {name: generation[name] for name in generation.keys() - _CLIENT_OPTIONS}
        ),
        score_bounds={
            scorer.name: bounds
            for scorer in spec.scorers or ()
            if (bounds := _bounds((scorer.metadata or {}).get("range"))) is not None
        },
        created=spec.created,
        status=log.status,
        error=None if log.error is None else log.error.message,
        planned=len(spec.dataset.sample_ids or ()) * (spec.config.epochs or 1),
        finished=len(log.samples or ()),
    )


def sample_row(sample: EvalSample, run: Run) -> Sample:
    """The row of one epoch of one sample.

    Args:
        sample: The sample, its events included.
        run: The row of its log.

    Returns:
        The row.
    """
    scores = tuple(value for name, score in (sample.scores or {}).items() for value in _values(name, score))
    calls = [
        event
        for event in sample.events
        if isinstance(event, ModelEvent)
        and event.model == run.model
        and event.role is None
        and event.error is None
        and event.cache != "read"
    ]
    timed = [
        (event.output.usage.output_tokens, event.working_time)
        for event in calls
        if event.output.usage is not None and event.working_time
    ]
    left_out = _left_out(sample)
    return Sample(
        run=run,
        sample_id=str(sample.id),
        epoch=sample.epoch,
        left_out=left_out,
        scores=() if left_out else scores,
        failure_class=None if left_out else _failure_class(sample.scores or {}),
        baselines=_baselines(sample.metadata.get("baseline")),
        baseline_label=str(sample.metadata.get("baseline_label", "baseline")),
        output_tokens=sum(tokens for tokens, _ in timed) if timed else None,
        model_seconds=sum(seconds for _, seconds in timed) if timed else None,
        calls=_calls(sample),
        cut_off=_cut_off(sample, calls),
    )


def planned_epochs(log: EvalLog) -> list[tuple[str, int]]:
    """What the log was to hold: pairs of sample id and epoch."""
    epochs = range(1, (log.eval.config.epochs or 1) + 1)
    return [(str(sample_id), epoch) for sample_id in log.eval.dataset.sample_ids or () for epoch in epochs]


def sample_not_run(run: Run, sample_id: str, *, epoch: int) -> Sample:
    """The row of what a run was to do and did not."""
    return Sample(
        run=run,
        sample_id=sample_id,
        epoch=epoch,
        left_out="not run",
        scores=(),
        failure_class=None,
        baselines={},
        baseline_label="baseline",
        output_tokens=None,
        model_seconds=None,
        calls=(),
        cut_off=None,
    )


def _settings(values: Mapping[str, Any]) -> tuple[Setting, ...]:
    return tuple(
        Setting(name, json.dumps(value, sort_keys=True, default=str))
        for name, value in sorted(values.items())
    )


def _bounds(declared: Any) -> Bounds | None:
    match declared:
        case [int() | float() as low, int() | float() as high] if -math.inf < low < high < math.inf:
            return Bounds(low, high)
        case _:
            return None


def _left_out(sample: EvalSample) -> str | None:
    if sample.error is not None:
        return f"error: {sample.error.message}"
    if sample.invalidation is not None:
        return "invalidated"
    if not sample.scores:
        return "no score"
    return None


def _values(name: str, score: Score) -> Iterator[ScoreValue]:
    value = score.value
    if isinstance(value, Mapping):
        for key, part in value.items():
            number = _number(part)
            yield ScoreValue(
                scorer=name, key=key, value=number, reason=None if number is not None else _UNSCORED
            )
    elif isinstance(value, str | int | float):
        number = _number(value)
        reason = None
        if number is None:
            told = score.reason or score.explanation or _UNSCORED
            reason = NOT_A_NUMBER if isinstance(value, str) else told
        yield ScoreValue(scorer=name, key=None, value=number, reason=reason)


def _number(value: str | float | None) -> float | None:
    if isinstance(value, str):
        value = _WORDS.get(value, _WORDS.get(value.lower()))
    return float(value) if value is not None and math.isfinite(value) else None


def _failure_class(scores: Mapping[str, Score]) -> str | None:
    told = [
        score.metadata["failure_class"]
        for score in scores.values()
        if score.metadata is not None and "failure_class" in score.metadata
    ]
    if not told:
        return None
    return next((str(name) for name in told if name is not None), NO_FAILURE)


def _baselines(declared: Any) -> dict[str, float]:
    if not isinstance(declared, Mapping):
        return {}
    scores = cast("Mapping[object, object]", declared)
    return {
        str(scorer): float(value)
        for scorer, value in scores.items()
        if isinstance(value, int | float) and math.isfinite(value)
    }


def _calls(sample: EvalSample) -> tuple[Call, ...]:
    try:
        return tuple(sample.store_as(ModelCalls).calls)
    except ValidationError:
        # Written by another version of this package.
        return ()


def _cut_off(sample: EvalSample, calls: list[ModelEvent]) -> str | None:
    if sample.limit is not None:
        return f"{sample.limit.type} limit"
    for event in calls:
        if any(choice.stop_reason in ("max_tokens", "model_length") for choice in event.output.choices):
            return "max_tokens"
    return None
