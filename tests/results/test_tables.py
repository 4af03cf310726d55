"""Logs to tables: every column against what Inspect itself reads in the same log."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args

import polars as pl
import pytest
from inspect_ai.event import ModelEvent
from inspect_ai.log import EvalLog, EvalSample, read_eval_log
from inspect_ai.model import ModelUsage
from pydantic import BaseModel

from llmbench_inspect.results.tables import COLUMNS, TableName, Tables, find_logs, read_tables
from llmbench_inspect.telemetry import Call, Hardware, ModelCalls
from llmbench_inspect.telemetry.gpu import GpuFigures, GpuUse, GpuWindow

DOCS = Path(__file__).parents[2] / "docs/tables.md"


def read(*places: Path | str) -> Tables:
    tables = read_tables(find_logs([str(place) for place in places]))
    assert tables.left_out == ()
    return tables


def plain(value: Any) -> Any:
    """As JSON has it: no NaN, no models."""
    if isinstance(value, BaseModel):
        return plain(value.model_dump(mode="json", exclude_none=True))
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {name: plain(part) for name, part in value.items()}
    return [plain(part) for part in value] if isinstance(value, list) else value


def kept(entries: Mapping[str, Any]) -> dict[str, Any]:
    """The entries that a JSON column holds."""
    return {
        name: value
        for name, value in plain(entries).items()
        if len(json.dumps(value, separators=(",", ":"))) <= 4000
    }


def at(time: str | None) -> datetime | None:
    return datetime.fromisoformat(time).astimezone(UTC) if time else None


def used(usage: ModelUsage | None) -> dict[str, Any]:
    told = usage.model_dump() if usage else dict.fromkeys(ModelUsage.model_fields)
    return {"cost": told.pop("total_cost"), **told}


def expected_run(log: EvalLog, location: str) -> dict[str, Any]:
    spec = log.eval
    ids = [str(one) for one in spec.dataset.sample_ids or []]
    return {
        "log": location,
        "version": log.version,
        "status": log.status,
        "error": log.error and log.error.message,
        "eval_set_id": spec.eval_set_id,
        "eval_id": spec.eval_id,
        "run_id": spec.run_id,
        "task_id": spec.task_id,
        "created": at(spec.created),
        "started_at": at(log.stats.started_at),
        "completed_at": at(log.stats.completed_at),
        "task": spec.task,
        "task_version": str(spec.task_version),
        "task_file": spec.task_file,
        "task_args": kept(spec.task_args),
        "solver": spec.solver,
        "solver_args": spec.solver_args,
        "scorers": [{"name": one.name, "metadata": plain(one.metadata)} for one in spec.scorers or []],
        "model": spec.model,
        "model_base_url": spec.model_base_url,
        "model_args": kept(spec.model_args),
        "generate_config": plain(spec.model_generate_config) | plain(log.plan.config),
        "model_roles": plain(spec.model_roles),
        "dataset": spec.dataset.name,
        "dataset_location": spec.dataset.location,
        "dataset_samples": spec.dataset.samples,
        "sample_ids": ids,
        "epochs": spec.config.epochs,
        "planned": len(ids) * (spec.config.epochs or 1),
        "samples": len(log.samples or []),
        "limits": plain(spec.config),
        "git_commit": spec.revision and spec.revision.commit,
        "git_dirty": spec.revision and spec.revision.dirty,
        "packages": spec.packages,
        "tags": log.tags,
        "metadata": kept(log.metadata),
        "invalidated": log.invalidated,
    }


def expected_sample(sample: EvalSample, log: EvalLog) -> dict[str, Any]:
    return {
        "sample_id": str(sample.id),
        "epoch": sample.epoch,
        "uuid": sample.uuid,
        "started_at": at(sample.started_at),
        "completed_at": at(sample.completed_at),
        "total_seconds": sample.total_time,
        "working_seconds": sample.working_time,
        "error": sample.error and sample.error.message,
        "limit": sample.limit and sample.limit.type,
        "limit_reason": sample.limit and sample.limit.reason,
        "retries": None if sample.error_retries is None else len(sample.error_retries),
        "messages": len(sample.messages),
        "turns": sample.turn_count,
        "calls": sum(isinstance(event, ModelEvent) for event in sample.events),
        **used(sample.model_usage.get(log.eval.model)),
        "all_models_tokens": sum(usage.total_tokens for usage in sample.model_usage.values()),
        "metadata": kept(sample.metadata),
        "store": {
            name: value
            for name, value in kept(sample.store).items()
            if not name.startswith(("ModelCalls:", "GpuUse:", "Hardware:"))
        },
        "hardware": ran_on(sample.store_as(Hardware)),
    }


def ran_on(told: Hardware) -> str | None:
    # The machine that the tests run on may have a GPU, or none.
    assert not told.server
    parts = [f"{told.processor}, {told.cores} cores"] if told.processor else []
    cards = ", ".join(f"{count} x {name}" for name, count in sorted(Counter(told.gpus).items()))
    parts += [f"{cards}, driver {told.driver}" if told.driver else cards] if cards else []
    return "; ".join(parts) or None


def expected_scores(sample: EvalSample) -> Iterator[dict[str, Any]]:
    words = {"C": 1.0, "I": 0.0}
    for name, score in (sample.scores or {}).items():
        parts = score.value.items() if isinstance(score.value, Mapping) else [(None, score.value)]
        for key, value in parts:
            number = words.get(value) if isinstance(value, str) else value
            number = None if isinstance(number, list) else plain(number)
            worded = isinstance(value, str | list)
            yield {
                "sample_id": str(sample.id),
                "epoch": sample.epoch,
                "scorer": name,
                "key": key,
                "value": number,
                "text": (value if isinstance(value, str) else json.dumps(value)) if worded else None,
                "answer": score.answer,
                "explanation": score.explanation and score.explanation[:3999],
                "metadata": None if score.metadata is None else kept(score.metadata),
            }


def expected_calls(sample: EvalSample) -> Iterator[dict[str, Any]]:
    events = [event for event in sample.events if isinstance(event, ModelEvent)]
    for number, event in enumerate(events, start=1):
        output = event.output
        yield {
            "sample_id": str(sample.id),
            "epoch": sample.epoch,
            "call": number,
            "event_id": event.uuid,
            "model": event.model,
            "role": event.role,
            "started_at": event.timestamp,
            "completed_at": event.completed,
            "working_start": event.working_start,
            "working_seconds": event.working_time,
            "model_seconds": output.time,
            "provider_retries": event.retries,
            "cache": event.cache,
            "error": event.error,
            "stop_reason": output.choices[0].stop_reason if output.choices else None,
            "tool_calls": len(output.choices[0].message.tool_calls or []) if output.choices else None,
            **used(output.usage),
            "context_tokens": output.input_context_tokens,
            "output_metadata": None if output.metadata is None else kept(output.metadata),
        }


def rows_of(table: TableName, frame: pl.DataFrame) -> list[dict[str, Any]]:
    """With JSON decoded, and texts cut where a longer one was cut."""
    decoded = {column.name for column in COLUMNS[table] if column.unit == "JSON"}
    return [
        {
            name: json.loads(value)
            if name in decoded and value is not None
            else value.removesuffix("…")
            if isinstance(value, str)
            else value
            for name, value in row.items()
        }
        for row in frame.iter_rows(named=True)
    ]


def in_order(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(rows, key=lambda row: [str(row.get(name)) for name in ("sample_id", "epoch", "call")])


def assert_equal(table: TableName, got: pl.DataFrame, expected: list[dict[str, Any]]) -> None:
    rows = in_order(rows_of(table, got.select(expected[0].keys())))
    assert len(rows) == len(expected)
    for mine, theirs in zip(rows, in_order(expected), strict=True):
        assert mine == theirs


@pytest.mark.parametrize("kind", ["eval", "json", "running", "models", "unfinished"])
def test_every_column_says_what_inspect_reads(made: Path, eventful: Path, kind: str) -> None:
    folder = made if kind in ("models", "unfinished") else eventful
    for location in find_logs([str(folder / kind)]):
        log = read_eval_log(location)
        samples = log.samples or []
        tables = read(location)
        assert samples
        assert_equal("runs", tables.runs, [expected_run(log, location)])
        assert_equal("samples", tables.samples.collect(), [expected_sample(one, log) for one in samples])
        scores = [row for one in samples for row in expected_scores(one)]
        assert_equal("scores", tables.scores.collect(), scores)
        calls = tables.calls.filter(pl.col("event_id").is_not_null()).collect()
        assert_equal("calls", calls, [row for one in samples for row in expected_calls(one)])


def test_metrics_are_those_of_the_log(eventful: Path) -> None:
    [location] = find_logs([str(eventful / "eval")])
    results = read_eval_log(location, header_only=True).results
    assert results is not None
    expected = [
        (score.name, score.scorer, score.reducer, metric.name, plain(metric.value), score.scored_samples)
        for score in results.scores
        for metric in score.metrics.values()
    ]
    columns = ("score", "scorer", "reducer", "metric", "value", "scored_samples")
    got = read(location).metrics.collect()
    assert got.select(columns).rows() == expected
    assert got.filter("headline").select("score", "metric").rows() == [("judged", "accuracy")]


def test_timings_are_those_of_the_store(eventful: Path) -> None:
    [location] = find_logs([str(eventful / "eval")])
    calls = read(location).calls.filter("timed").sort("started").collect()
    timings = [
        call for sample in read_eval_log(location).samples or [] for call in sample.store_as(ModelCalls).calls
    ]
    timings.sort(key=lambda call: call.started)
    own = {
        "error": "exception",
        "cached_tokens": "input_tokens_cache_read",
        **dict.fromkeys(("input_tokens", "output_tokens", "total_tokens", "cost")),
    }
    for name in Call.model_fields:
        column = own.get(name, name)
        if column is not None:
            assert calls[column].to_list() == [getattr(call, name) for call in timings], name
    assert calls["ttft"].to_list() == [call.ttft for call in timings]
    # The limit was hit before the server was asked.
    assert set(calls.filter(pl.col("event_id").is_null())["exception"]) == {"LimitExceededError"}
    assert (
        calls.filter(exception="RuntimeError")["error"].to_list()
        == ["RuntimeError('the server is gone')"] * 2
    )


def test_what_happened_to_a_sample_is_told(eventful: Path) -> None:
    samples = {
        (row["sample_id"], row["epoch"]): row
        for row in read(eventful / "eval").samples.collect().iter_rows(named=True)
    }
    assert samples["broken", 1]["left_out"] == "error: RuntimeError('the server is gone')"
    assert samples["flaky", 1]["retries"] == 1
    assert samples["long talk", 2]["cut_off"] == "message limit"
    assert samples["flaky", 1]["cut_off"] == "steps limit"
    assert samples["a/b ü_epoch_1.json", 1]["cut_off"] == "max_tokens"
    assert samples["12", 1]["failure_class"] == "no failure"
    assert samples["a/b ü_epoch_1.json", 1]["failure_class"] == "wrong_answer"
    assert samples["12", 1]["left_out"] is None


def test_why_there_is_no_number_is_told(eventful: Path) -> None:
    scores = read(eventful / "eval").scores.filter(sample_id="12").collect()
    reasons = {
        (row["scorer"], row["key"], row["epoch"]): row["reason"] for row in scores.iter_rows(named=True)
    }
    assert reasons["listed", None, 1] == "not a number"
    assert reasons["listed", None, 2] == "no_response"
    assert reasons["parts", "until", 1] == "unscored"
    assert reasons["parts", "calls", 1] is None


def test_a_log_that_still_runs_is_read_as_far_as_it_is(eventful: Path) -> None:
    tables = read(eventful / "running")
    assert tables.runs.select("status", "latest").rows() == [("started", True)]
    samples = tables.samples.collect()
    assert 0 < len(samples) < 10
    assert len(samples) + len(tables.not_run) == 10


def test_a_gpu_window_has_a_row(eventful: Path, tmp_path: Path) -> None:
    from inspect_ai.log import write_eval_log  # noqa: PLC0415

    [location] = find_logs([str(eventful / "eval")])
    log = read_eval_log(location)
    figures = GpuFigures(index=1, name="H", readings=9, coverage=0.5, joules=2.5, throttled=["power_cap"])
    window = GpuWindow(
        seconds=4.5, interval=0.5, attempt=1, joules=2.5, earlier_joules=1, readings=9, coverage=0.5,
        shared=True, running=1.5, gpus=[figures],
    )  # fmt: skip
    samples = log.samples or []
    for sample in samples:
        sample.store |= {"GpuUse:window": window.model_dump(), "GpuUse:unavailable": None}
    samples[0].store |= {"GpuUse:window": None, "GpuUse:unavailable": "no driver"}
    samples[1].store |= {"GpuUse:window": {"of another": "version"}}
    write_eval_log(log, str(tmp_path / "a.eval"))
    rows = read(tmp_path / "a.eval").gpu.collect()
    assert len(rows) == len(samples) - 1
    first, *others = rows.drop("log", "sample_id", "epoch").rows(named=True)
    assert first == dict.fromkeys(first) | {"unavailable": "no driver"}
    assert others == [window.model_dump() | {"unavailable": None}] * (len(samples) - 2)
    assert {column.name for column in COLUMNS["gpu"]} >= set(GpuWindow.model_fields)
    assert {"unavailable"} <= set(GpuUse.model_fields)


def test_the_page_has_every_column_with_its_type_and_unit() -> None:
    page = DOCS.read_text(encoding="utf-8")
    for table in get_args(TableName):
        lines = [
            f"| `{column.name}` | {str(column.type).split('(')[0]} | {column.unit} | {column.meaning} |"
            for column in COLUMNS[table]
        ]
        section = re.search(rf"^### {table}\n(?s:.*?)^\|:--.*\n((?:\|.*\n)*)", page, re.MULTILINE)
        assert section is not None
        assert section[1].splitlines() == lines


def test_tables_have_the_columns_that_are_told(eventful: Path) -> None:
    for tables in (read(eventful / "eval"), read_tables([])):
        for table in get_args(TableName):
            frame = getattr(tables, table).lazy()
            told = {column.name: column.type for column in COLUMNS[table]}
            assert dict(frame.collect_schema()) == told
