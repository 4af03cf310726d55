"""Loads end to end: an eval against a server of a known pace, read back from its log."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from click.testing import CliRunner
from inspect_ai import Task, eval, task  # noqa: A004
from inspect_ai.dataset import Sample
from inspect_ai.log import EvalLog
from inspect_ai.model import ModelOutput, ModelUsage, get_model
from inspect_ai.scorer import includes
from inspect_ai.solver import Generate, Solver, TaskState, generate, solver

from llmbench_inspect.cli import main
from llmbench_inspect.suites.serving import Measured, ServingLoads, poisson
from llmbench_inspect.tasks.serving import serving
from llmbench_inspect.telemetry import ModelCalls

from .conftest import TEMPLATE, Paced

Start = Callable[..., Paced]
Run = Callable[..., EvalLog]


def loads(log: EvalLog) -> list[Measured]:
    assert log.samples
    return [load for sample in log.samples for load in sample.store_as(ServingLoads).loads]


def scores(log: EvalLog, sample: int = 0) -> dict[str, Any]:
    assert log.samples
    return {name: score.value for name, score in (log.samples[sample].scores or {}).items()}


def wait(seconds: float) -> Callable[[int], float]:
    return lambda number: seconds


def test_a_closed_loop_keeps_its_number_in_flight_and_counts_as_the_server_does(
    paced: Start, run: Run
) -> None:
    server = paced(ttft=wait(0.2))
    log = run(server, concurrency=4, requests=20, warmup=4, prompt_tokens=64, output_tokens=10)
    seen = server.load
    assert len(seen) == 24
    assert max(request.in_flight for request in seen) == 4
    [load] = loads(log)
    assert (load.concurrency, load.requests, load.errors) == (4, 20, 0)
    start, end = max(one.ended for one in seen[:4]), sorted(one.ended for one in seen)[-4]
    within = [
        max(0, min(one.ended, end) - max(one.arrived, start)) / (one.ended - one.arrived) for one in seen
    ]
    assert load.output_tokens_per_s == pytest.approx(10 * sum(within) / (end - start), rel=0.15)
    assert load.input_tokens_per_s == pytest.approx(6.4 * load.output_tokens_per_s, rel=0.1)
    assert load.requests_per_s == pytest.approx(load.output_tokens_per_s / 10, rel=0.1)
    assert load.ttft_p50_ms is not None
    assert load.e2e_p50_ms is not None
    assert 200 <= load.ttft_p50_ms < load.e2e_p50_ms
    assert load.ttft_p95_ms is not None
    assert load.ttft_p99_ms is None
    # An answer's end sends the next request, and nothing else does.
    assert log.samples
    calls = log.samples[0].store_as(ModelCalls).calls
    starts, ends = (
        sorted(call.started for call in calls),
        sorted(call.started + call.seconds for call in calls),
    )
    assert all(later >= earlier - 0.001 for later, earlier in zip(starts[4:], ends, strict=False))


def test_prompts_have_the_length_that_was_asked_for_and_none_is_sent_twice(paced: Start, run: Run) -> None:
    server = paced()
    log = run(server, epochs=2, concurrency=2, requests=8, warmup=2, prompt_tokens=[50, 90], output_tokens=4)
    prompts = [seen.prompt for seen in server.load]
    assert len({prompt[:30] for prompt in prompts}) == len(prompts) == 40
    assert [len(prompt.split()) + TEMPLATE for prompt in prompts] == [50] * 10 + [90] * 10 + [50] * 10 + [
        90
    ] * 10
    # Cells wait for one another.
    assert max(seen.in_flight for seen in server.load) == 2
    assert [load.prompt_tokens for load in loads(log)] == [50, 90, 50, 90]
    assert [load.answer_tokens for load in loads(log)] == [4] * 4
    assert log.results is not None
    names = {score.name: set(score.metrics) for score in log.results.scores}
    assert names["output_tokens_per_s"] == {"closed-2-in50-out4", "closed-2-in90-out4"}


def test_poisson_arrivals_follow_their_seed_and_wait_for_nobody(paced: Start, run: Run) -> None:
    server = paced(ttft=wait(1.0))
    log = run(server, load="poisson", rates=10, requests=16, warmup=4, output_tokens=4, seed=3)
    arrived = [seen.arrived - server.load[0].arrived for seen in server.load]
    moments = poisson(10, 20, seed=3001)
    late = [there - (moment - moments[0]) for there, moment in zip(arrived, moments, strict=True)]
    assert median(map(abs, late)) < 0.15
    assert max(seen.in_flight for seen in server.load) >= 5
    [load] = loads(log)
    assert load.window == pytest.approx(moments[-1] - moments[4], abs=0.001)
    assert load.concurrency is None
    assert load.queued_p50_ms < 100
    other = [after - before for before, after in pairwise(poisson(10, 20, seed=3002))]
    assert other != [after - before for before, after in pairwise(moments)]


def test_only_requests_within_the_objective_are_good(paced: Start, run: Run) -> None:
    server = paced(ttft=lambda number: 0.8 if number % 2 else 0.05)
    log = run(server, concurrency=1, requests=6, warmup=0, output_tokens=2, objective="ttft=0.6")
    [load] = loads(log)
    assert load.goodput is not None
    # The last answer, a slow one, is within the window like all others.
    assert load.goodput == pytest.approx(load.requests_per_s / 2, rel=0.01)


def test_the_warm_up_is_left_out(paced: Start, run: Run) -> None:
    server = paced(ttft=lambda number: 1.5 if number < 3 else 0.05)
    log = run(server, concurrency=2, requests=20, warmup=3, output_tokens=2)
    [load] = loads(log)
    assert load.requests == 20
    assert load.ttft_p50_ms is not None
    assert load.ttft_p50_ms < 1000
    assert log.samples
    calls = log.samples[0].store_as(ModelCalls).calls
    assert len(calls) == 20
    assert len(server.load) == 23


def test_a_failed_request_is_an_error_and_no_latency(paced: Start, run: Run) -> None:
    server = paced(ttft=wait(0.3), fails=lambda number: number % 4 == 1)
    [load] = loads(log := run(server, concurrency=1, requests=8, warmup=0, output_tokens=2))
    assert load.errors == 0.25
    assert load.first_error is not None
    assert "broken" in load.first_error
    assert load.e2e_p50_ms is not None
    assert load.e2e_p50_ms > 300
    assert load.requests_per_s * load.window == pytest.approx(6, abs=0.01)
    assert scores(log)["errors"] == 0.25


def test_a_server_that_fails_every_request_has_no_figures(paced: Start, run: Run) -> None:
    log = run(paced(fails=lambda number: True), concurrency=1, requests=4, warmup=0)
    assert log.samples
    assert {score.reason for score in (log.samples[0].scores or {}).values()} == {"every request failed"}


def test_a_load_that_inspect_held_back_has_no_figures(paced: Start, run: Run) -> None:
    server = paced(ttft=wait(0.3))
    log = run(server, concurrency=2, requests=8, warmup=2, output_tokens=2, options={"max_connections": 1})
    assert log.samples
    [score] = {(score.reason) for score in (log.samples[0].scores or {}).values()}
    assert score == "throttled"


def test_the_knee_is_where_the_server_is_full(paced: Start, run: Run) -> None:
    server = paced(ttft=wait(0.2), capacity=2)
    log = run(server, load="knee", concurrency=16, requests=6, warmup=1, output_tokens=4)
    assert log.samples
    kept = log.samples[0].store_as(ServingLoads)
    assert [load.concurrency for load in kept.loads][:3] == [1, 2, 4]
    # A third in flight fills the gap between an answer and the next request, where the machine is busy.
    assert kept.knee in {2, 3}
    assert kept.knee == scores(log)["knee"]
    curve = scores(log)["output_tokens_per_s_at"]
    assert scores(log)["output_tokens_per_s"] > 1.4 * curve["1"]
    assert "16" not in {str(load.concurrency) for load in kept.loads}
    assert list(curve) == ["1", "2", "4", "8", "16"]


def test_a_knee_beyond_the_most_that_was_tried_is_not_told(paced: Start, run: Run) -> None:
    log = run(paced(ttft=wait(0.3)), load="knee", concurrency=2, requests=4, warmup=2, output_tokens=4)
    assert log.samples
    score = (log.samples[0].scores or {})["knee"]
    assert (score.reason, "concurrency=NUMBER" in (score.explanation or "")) == ("no knee", True)


@task
def sums() -> Task:
    return Task(
        dataset=[Sample(input=f"{n} + {n}?", target=str(2 * n)) for n in (11, 22, 33, 44)],
        solver=generate(),
        scorer=includes(),
    )


def test_right_answers_of_any_task_are_counted_a_second(paced: Start, run: Run, tmp_path: Path) -> None:
    server = paced(ttft=wait(0.1), word=lambda prompt, index: " 22" if prompt[:2] in {"11", "22"} else " 66")
    log = run(server, concurrency=2, requests=16, warmup=4, output_tokens=3, prompts_from="sums", epochs=2)
    for load in loads(log):
        assert load.correct == 0.5
        assert load.goodput is not None
        assert load.correct_per_s is not None
        assert load.correct_per_s == pytest.approx(load.goodput / 2, rel=0.3)
        assert load.answer_tokens == 3
    assert [seen.prompt for seen in server.load[:4]] == ["11 + 11?", "22 + 22?", "33 + 33?", "44 + 44?"]
    written = tmp_path / "report"
    result = CliRunner().invoke(main, ["report", str(tmp_path), "-o", str(written)])
    assert result.exit_code == 0, result.output
    report = (written / "BENCHMARKS_DETAILED.md").read_text("utf-8")
    assert "correct_per_s" in report
    assert "closed-2" in report


def test_a_trace_gives_lengths_and_moments(paced: Start, run: Run, tmp_path: Path) -> None:
    trace = tmp_path / "trace.jsonl"
    lines = [f'{{"prompt_tokens": {40 + n}, "output_tokens": {2 + n}, "at": {n / 4}}}\n' for n in range(8)]
    trace.write_text("".join(lines), "utf-8")
    server = paced(ttft=wait(0.6))
    [load] = loads(run(server, load="trace", trace=str(trace), warmup=2))
    assert [len(seen.prompt.split()) + TEMPLATE for seen in server.load] == [40 + n for n in range(8)]
    assert [seen.tokens for seen in server.load] == [2 + n for n in range(8)]
    assert load.window == pytest.approx(1.25, abs=0.001)
    assert load.requests == 6


def test_under_load_needs_a_server_that_counts_tokens(tmp_path: Path) -> None:
    output = ModelOutput.from_content("mockllm/model", "x")
    output.usage = ModelUsage(input_tokens=0, output_tokens=0, total_tokens=0)
    model = get_model("mockllm/model", custom_outputs=[output])
    [log] = eval(serving(concurrency=1), model=model, log_dir=str(tmp_path), display="none", epochs=1)
    assert log.status == "error"
    assert log.error is not None
    assert "does not count the tokens of a prompt" in log.error.message


@task
def self_willed() -> Task:
    @solver
    def own_way() -> Solver:
        async def solve(state: TaskState, generate: Generate) -> TaskState:
            state.output = await get_model().generate(state.input_text)
            return state

        return solve

    return Task(dataset=[Sample(input="x", target="x")], solver=own_way(), scorer=includes())


def test_calls_that_nobody_times_are_no_load(paced: Start, tmp_path: Path) -> None:
    load = serving(concurrency=1, requests=4, prompts_from="self_willed")
    [log] = eval(load, model=paced().model, log_dir=str(tmp_path), display="none", epochs=1)
    assert log.error is not None
    assert "calls the model by itself" in log.error.message
