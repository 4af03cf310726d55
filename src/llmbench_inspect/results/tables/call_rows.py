"""A sample's calls of models as rows: what the transcript tells, with the timing that the store keeps."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from math import inf
from operator import itemgetter
from typing import Any, Final

import msgspec
from msgspec import Raw

from .bounded import COUNT, MOMENT, NUMBER, TEXT, cut, entries, utc
from .log_json import NULL, CallJson, EventJson, OutputJson, SampleJson, UsageJson

Row = dict[str, Any]

CALLS: Final = "ModelCalls:"
"""What the store's entries of timings begin with."""

_NEAR: Final = 2.0
"""Seconds between the start of a failed call by its timing and by its event."""

_outputs: Final = msgspec.json.Decoder(OutputJson | None)
_timings: Final = msgspec.json.Decoder(list[CallJson] | None)


def call_rows(sample: SampleJson, *, model: str) -> tuple[list[Row], list[str]]:
    """The rows of a sample's calls, and why the answers of the evaluated model ended."""
    timings = _Timings(_timings_in(sample.store))
    rows: list[Row] = []
    stop_reasons: list[str] = []
    failed: list[tuple[Row, float]] = []
    for event in sample.events:
        if event.event != "model":
            continue
        output = _outputs.decode(event.output) or OutputJson()
        row = _event(event, output)
        timing = timings.of(row["model"], output.time)
        rows.append(row)
        if timing is not None:
            row |= _timing(timing)
        elif row["error"] is not None and event.timestamp is not None:
            failed.append((row, row["started_at"].timestamp()))
        if (row["model"], row["role"], row["error"]) == (model, None, None) and row["cache"] != "read":
            stop_reasons += (choice.stop_reason for choice in output.choices)
    failed.sort(key=itemgetter(1))
    for timing in timings.left:
        row = _nearest(failed, timing)
        if row is None:
            rows.append(_call_of(timing) | _timing(timing))
        else:
            row |= _timing(timing)
    return rows, stop_reasons


def _event(event: EventJson, output: OutputJson) -> Row:
    first = output.choices[0] if output.choices else None
    used = tokens(output.usage)
    return {
        "event_id": event.uuid,
        "model": TEXT.decode(event.model),
        "role": TEXT.decode(event.role),
        "started_at": utc(event.timestamp),
        "completed_at": utc(MOMENT.decode(event.completed)),
        "working_start": event.working_start,
        "working_seconds": NUMBER.decode(event.working_time),
        "model_seconds": output.time,
        "provider_retries": COUNT.decode(event.retries),
        "cache": TEXT.decode(event.cache),
        "error": cut(TEXT.decode(event.error)),
        "stop_reason": None if first is None else first.stop_reason,
        "tool_calls": None if first is None else len(first.message.tool_calls or ()),
        **used,
        "reasoning_source": None if used.get("reasoning_tokens") is None else "reported",
        "context_tokens": output.input_context_tokens,
        "output_metadata": entries(output.metadata),
        "timed": False,
    }


def _call_of(timing: CallJson) -> Row:
    """A call of which the log has no event."""
    return {
        "event_id": None,
        "model": timing.model,
        "started_at": datetime.fromtimestamp(timing.started, UTC),
        "input_tokens": timing.input_tokens,
        "input_tokens_cache_read": timing.cached_tokens,
        "output_tokens": timing.output_tokens,
        "total_tokens": timing.total_tokens,
        "cost": timing.cost,
    }


def _timing(timing: CallJson) -> Row:
    firsts = [first for first in (timing.first_reasoning, timing.first_answer) if first]
    row = {
        "timed": True,
        "started": timing.started,
        "queued": timing.queued,
        "attempts": timing.attempts,
        "retries": timing.retries,
        "pauses": timing.pauses,
        "seconds": timing.seconds,
        "ttft": min(firsts, default=None),
        "first_reasoning": timing.first_reasoning,
        "first_answer": timing.first_answer,
        "itl_p50": timing.itl_p50,
        "itl_p95": timing.itl_p95,
        "chunks": timing.chunks,
        "decode_rate": timing.decode_rate,
        "client_busy": timing.client_busy,
        "unavailable": cut(timing.unavailable),
        "exception": cut(timing.error),
        "reasoning_repeated": timing.reasoning_repeated,
    }
    if timing.reasoning_tokens is not None:
        row |= {"reasoning_tokens": timing.reasoning_tokens, "reasoning_source": timing.reasoning_source}
    return row


class _Timings:
    """A sample's timings, given away to its events.

    Inspect's measure of a request is in both, to the last digit: no two calls of a model share it.
    """

    def __init__(self, timings: Iterable[CallJson]) -> None:
        self._by_time: defaultdict[tuple[str, float], list[CallJson]] = defaultdict(list)
        for timing in timings:
            self._by_time[timing.model, timing.seconds].append(timing)

    def of(self, model: str | None, seconds: float | None) -> CallJson | None:
        """The timing of an event, which no other gets."""
        if model is None or seconds is None:
            return None
        found = self._by_time.get((model, seconds))
        return found.pop(0) if found else None

    @property
    def left(self) -> list[CallJson]:
        """Those of no event so far."""
        return [timing for found in self._by_time.values() for timing in found]


def _timings_in(store: Mapping[str, Raw]) -> list[CallJson]:
    try:
        return _timings.decode(store.get(f"{CALLS}calls", NULL)) or []
    except msgspec.ValidationError:
        # Written by another version of this package.
        return []


def _nearest(failed: list[tuple[Row, float]], timing: CallJson) -> Row | None:
    """The failed call that began when the timing did, taken out of the list."""
    if timing.error is None:
        return None
    first = bisect_left(failed, timing.started - _NEAR, key=itemgetter(1))
    near = [
        (abs(started - timing.started), index)
        for index, (row, started) in enumerate(failed[first : first + 8], first)
        if row["model"] == timing.model
    ]
    seconds, index = min(near, default=(inf, -1))
    return failed.pop(index)[0] if seconds <= _NEAR else None


def tokens(usage: UsageJson | None) -> Row:
    """The columns of an account of tokens; none where there is none."""
    if usage is None:
        return {}
    return {
        "input_tokens": usage.input_tokens,
        "input_tokens_cache_read": usage.input_tokens_cache_read,
        "input_tokens_cache_write": usage.input_tokens_cache_write,
        "output_tokens": usage.output_tokens,
        "reasoning_tokens": usage.reasoning_tokens,
        "total_tokens": usage.total_tokens,
        "cost": usage.total_cost,
    }
