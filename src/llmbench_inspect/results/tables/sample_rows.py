"""One epoch of one sample as rows: itself, its scores, and its window on the GPUs."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple, cast

import msgspec
from msgspec import Raw

from .bounded import ANYTHING, TEXT, cut, entries, finite, utc
from .call_rows import CALLS, Row, call_rows, tokens
from .log_json import NULL, GpuWindowJson, SampleJson, ScoreJson

NO_FAILURE: Final = "no failure"
"""Failure class of a sample whose scorer looked for a failure and found none."""

NOT_A_NUMBER: Final = "not a number"
"""Why a score that is text or a list has no value, but for the words that Inspect reads as numbers."""

_UNSCORED: Final = "unscored"
_WORDS: Final = {"C": 1.0, "I": 0.0, "P": 0.5, "N": 0.0, "yes": 1.0, "true": 1.0, "no": 0.0, "false": 0.0}
_GPU: Final = "GpuUse:"
_HARDWARE: Final = "Hardware:"

_windows: Final = msgspec.json.Decoder(GpuWindowJson | None)


class SampleRows(NamedTuple):
    """One epoch of one sample."""

    sample: Row
    scores: list[Row]
    calls: list[Row]
    gpu: Row | None


def sample_rows(sample: SampleJson, *, model: str) -> SampleRows:
    """The rows of one epoch of one sample.

    Args:
        sample: As its log has it.
        model: The evaluated model.
    """
    key = {"sample_id": str(sample.id), "epoch": sample.epoch}
    scores = sample.scores or {}
    usage = sample.model_usage.get(model)
    row = {
        **key,
        "uuid": sample.uuid,
        "started_at": utc(sample.started_at),
        "completed_at": utc(sample.completed_at),
        "total_seconds": sample.total_time,
        "working_seconds": sample.working_time,
        "left_out": _left_out(sample),
        "error": None if sample.error is None else cut(sample.error.message),
        "limit": None if sample.limit is None else sample.limit.type,
        "limit_reason": None if sample.limit is None else cut(sample.limit.reason),
        "failure_class": _failure_class(scores),
        "retries": None if sample.error_retries is None else len(sample.error_retries),
        "messages": len(sample.messages),
        "turns": sample.turn_count,
        **tokens(usage),
        "all_models_tokens": sum(used.total_tokens for used in sample.model_usage.values()),
        "hardware": _hardware(sample.store),
        "metadata": entries(sample.metadata),
        "store": entries(
            {name: raw for name, raw in sample.store.items() if not name.startswith((CALLS, _GPU, _HARDWARE))}
        ),
    }
    calls, stop_reasons = call_rows(sample, model=model)
    row["calls"] = sum(call["event_id"] is not None for call in calls)
    row["cut_off"] = _cut_off(sample, scores, stop_reasons)
    gpu = _gpu(sample.store)
    return SampleRows(
        sample=row,
        scores=[key | told for name, score in scores.items() for told in _score(name, score)],
        calls=[key | {"call": number} | call for number, call in enumerate(calls, start=1)],
        gpu=None if gpu is None else key | gpu,
    )


def _left_out(sample: SampleJson) -> str | None:
    if sample.error is not None:
        return f"error: {cut(sample.error.message)}"
    if sample.invalidation is not None:
        return "invalidated"
    return None if sample.scores else "no score"


def _score(name: str, score: ScoreJson) -> Iterator[Row]:
    told = score.reason or _earlier_reason(score) or score.explanation or _UNSCORED
    common = {
        "scorer": name,
        "answer": cut(score.answer),
        "explanation": cut(score.explanation),
        "metadata": entries(score.metadata),
    }
    if isinstance(score.value, dict):
        for key, part in cast("dict[str, Any]", score.value).items():
            number, text = _number(part)
            yield common | {
                "key": key,
                "value": number,
                "text": text,
                "reason": None if number is not None else _UNSCORED,
            }
        return
    number, text = _number(score.value)
    reason = None if number is not None else cut(told) if text is None else NOT_A_NUMBER
    yield common | {"key": None, "value": number, "text": text, "reason": reason}


def _earlier_reason(score: ScoreJson) -> str | None:
    """Where Inspect kept the reason before it had a field for it."""
    told = score.metadata or {}
    raw = told.get("unscored_reason", NULL)  # inspect-evals-lint: ignore[unscored_reason] -- reads old logs
    return TEXT.decode(raw)


def _number(value: object) -> tuple[float | None, str | None]:
    """A value as a number, and as text where it is something else."""
    if isinstance(value, str):
        return _WORDS.get(value, _WORDS.get(value.lower())), cut(value)
    if value is None or isinstance(value, int | float):
        return finite(value), None
    return None, cut(json.dumps(value))


def _failure_class(scores: Mapping[str, ScoreJson]) -> str | None:
    told = [
        ANYTHING.decode(score.metadata["failure_class"])
        for score in scores.values()
        if score.metadata is not None and "failure_class" in score.metadata
    ]
    if not told:
        return None
    return next((cut(str(name)) for name in told if name is not None), NO_FAILURE)


def _gpu(store: Mapping[str, Raw]) -> Row | None:
    try:
        window = _windows.decode(store.get(f"{_GPU}window", NULL))
        unavailable = TEXT.decode(store.get(f"{_GPU}unavailable", NULL))
    except msgspec.ValidationError:
        # Written by another version of this package.
        return None
    if window is not None:
        return {"unavailable": None} | msgspec.to_builtins(window)
    return None if unavailable is None else {"unavailable": cut(unavailable)}


def _hardware(store: Mapping[str, Raw]) -> str | None:
    """What `llmbench_inspect.telemetry.Hardware` tells, in one line; equal for equal hardware."""

    def told(name: str) -> Any:
        return ANYTHING.decode(store.get(f"{_HARDWARE}{name}", NULL))

    parts: list[str] = []
    if processor := told("processor"):
        cores = told("cores")
        parts.append(f"{processor}, {cores} cores" if cores else str(processor))
    names = told("gpus")
    counts = Counter(map(str, cast("list[Any]", names))) if isinstance(names, list) else Counter[str]()
    if counts:
        cards = ", ".join(f"{count} x {name}" for name, count in sorted(counts.items()))
        driver = told("driver")
        parts.append(f"{cards}, driver {driver}" if driver else cards)
    if server := told("server"):
        parts.append(f"served from {server}")
    return cut("; ".join(parts)) or None


def _cut_off(sample: SampleJson, scores: Mapping[str, ScoreJson], stop_reasons: Iterable[str]) -> str | None:
    if sample.limit is not None:
        return f"{sample.limit.type} limit"
    for score in scores.values():
        own = ANYTHING.decode((score.metadata or {}).get("limit", NULL))
        if isinstance(own, str):
            return f"{cut(own)} limit"
    # "length" is what logs of 2024 have.
    return "max_tokens" if {"max_tokens", "model_length", "length"}.intersection(stop_reasons) else None
