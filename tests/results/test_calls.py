"""Calls in the report: worked out by hand from rows, and shown from a log."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest
from inspect_ai import Task
from inspect_ai import eval as run_eval
from inspect_ai.dataset import Sample as InspectSample
from inspect_ai.model import ModelOutput, ModelUsage, get_model
from inspect_ai.scorer import match
from inspect_ai.solver import generate

from llmbench_inspect.results.report import Evidence, document, gather
from llmbench_inspect.results.report.effort import Effort, efforts
from llmbench_inspect.results.report.evidence import LABELS
from llmbench_inspect.results.report.render import markdown
from llmbench_inspect.results.tables import COLUMNS, NO_FAILURE, find_logs, read_tables
from llmbench_inspect.telemetry import Call, timed


def call(**changes: Any) -> Call:
    plain: dict[str, Any] = {
        "model": "m",
        "started": 0.0,
        "queued": 0.5,
        "attempts": 1,
        "retries": 0.0,
        "pauses": 0.0,
        "seconds": 2.0,
        "first_answer": 0.4,
        "itl_p50": 0.01,
        "itl_p95": 0.02,
        "chunks": 20,
        "decode_rate": 50.0,
        "input_tokens": 100,
        "cached_tokens": 10,
        "output_tokens": 80,
        "total_tokens": 190,
        "cost": 0.25,
    }
    return Call(**plain | changes)


def account(*samples: tuple[str | None, list[Call]]) -> Effort | None:
    """The account of samples, each with its failure class and its calls."""
    key = {"log": "a.eval", "epoch": 1, "task_label": "t", "model_label": "m"}
    calls = [
        key | {"sample_id": str(number), "timed": True} | _columns(one)
        for number, (_, mine) in enumerate(samples)
        for one in mine
    ]
    solved = [
        key | {"sample_id": str(number), "solved": None if name is None else name == NO_FAILURE}
        for number, (name, _) in enumerate(samples)
    ]
    schema = {column.name: column.type for column in COLUMNS["calls"]} | dict.fromkeys(LABELS, pl.String())
    nothing = pl.DataFrame()
    evidence = Evidence(
        tables=read_tables([]),
        runs=nothing,
        samples=pl.DataFrame(solved, schema_overrides={"epoch": pl.Int64, "solved": pl.Boolean}),
        scores=nothing,
        calls=pl.DataFrame(calls, schema=schema),
        gpu=nothing,
        not_run=nothing,
    )
    return efforts(evidence).get("m")


def _columns(one: Call) -> dict[str, Any]:
    told = one.model_dump() | {"ttft": one.ttft, "exception": one.error}
    told["input_tokens_cache_read"] = told.pop("cached_tokens")
    return {
        name: value for name, value in told.items() if name in {c.name for c in COLUMNS["calls"]} - {"error"}
    }


def test_times_are_of_the_calls_that_tell_them() -> None:
    silent = call(first_answer=None, itl_p50=None, itl_p95=None, decode_rate=None, unavailable="one piece")
    told = account(
        (NO_FAILURE, [call(), call(first_answer=1.2), silent, call(error="TimeoutError", seconds=99)])
    )
    assert told is not None
    assert told.calls == 4
    assert told.failed == 1
    assert told.ttft_p50 is not None
    assert (told.ttft_p50.value, told.ttft_p50.values) == (pytest.approx(0.8), 2)
    assert told.ttft_p95 is None
    assert told.answer_p50 is None
    assert told.itl_p50 == 0.01
    assert told.slow_to_start == 0.5
    assert told.seconds_p50 is not None
    assert told.seconds_p50.value == 2
    assert told.queued == 2
    assert told.untimed == (("one piece", 1),)


def test_a_95th_percentile_needs_twenty_calls() -> None:
    told = account((NO_FAILURE, [call(first_answer=number / 100) for number in range(1, 21)]))
    assert told is not None
    assert told.ttft_p95 is not None
    assert told.ttft_p95.value == pytest.approx(0.1905)


def test_tokens_of_solved_and_failed_samples_are_apart() -> None:
    told = account(
        (NO_FAILURE, [call(output_tokens=30)]),
        ("wrong_answer", [call(output_tokens=200), call(output_tokens=100)]),
        ("wrong_answer", []),
    )
    assert told is not None
    assert (told.tokens_solved, told.tokens_failed) == (30, 300)
    assert (told.input_tokens, told.cached_tokens, told.output_tokens) == (300, 30, 330)
    assert told.cost == 0.75


def test_reasoning_is_a_share_of_the_calls_that_tell_it() -> None:
    told = account(
        (
            NO_FAILURE,
            [
                call(reasoning_tokens=60, reasoning_source="reported", first_reasoning=0.1, cost=None),
                call(reasoning_tokens=20, reasoning_source="estimated", reasoning_repeated=0.9),
                call(output_tokens=1000),
            ],
        )
    )
    assert told is not None
    assert told.reasoning_tokens == 80
    assert told.reasoning_share == 0.5
    assert told.reasoning_estimated
    assert told.loops == 1
    assert told.cost is None
    assert told.answer_p50 is not None
    assert told.ttft_p50 is not None
    assert told.ttft_p50.value == 0.4


def test_without_timed_calls_there_is_no_account() -> None:
    assert account((NO_FAILURE, [])) is None


def test_the_report_shows_the_calls_of_any_task(tmp_path: Path) -> None:
    output = ModelOutput.from_content("mockllm", "yes")
    output.usage = ModelUsage(input_tokens=5, output_tokens=2, total_tokens=7)
    task = Task(dataset=[InspectSample(input="?", target="yes")], solver=timed(generate()), scorer=match())
    model = get_model("mockllm/model", custom_outputs=[output])
    run_eval(task, model=model, log_dir=str(tmp_path), display="none")
    page = markdown(document(gather(read_tables(find_logs([str(tmp_path)]))), "console"))
    assert "Calls" in page
    assert "of 1 calls, 1 without times within the call (nothing was streamed)" in page
    assert "output when solved" in page
