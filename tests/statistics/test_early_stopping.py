"""A run that ends when its verdict is certain: what is run, what the log says."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest
from inspect_ai import Task
from inspect_ai import eval as run_eval
from inspect_ai.dataset import Sample
from inspect_ai.log import EvalLog
from inspect_ai.model import ModelOutput, ModelUsage, get_model
from inspect_ai.scorer import Score, Scorer, Target, accuracy, scorer
from inspect_ai.solver import Generate, Solver, TaskState, solver

from llmbench_inspect import _registry, statistics
from llmbench_inspect.prerequisite import PrerequisiteError
from llmbench_inspect.statistics import StopWhenDecided, until_decided

PAGE = (Path(__file__).parents[2] / "docs" / "early-stopping.md").read_text("utf-8")


@solver
def silent() -> Solver:
    async def solve(state: TaskState, generate: Generate) -> TaskState:
        if state.metadata["fails"]:
            raise RuntimeError("a sample that ends in an error")
        return state

    return solve


@scorer(metrics=[accuracy()])
def as_stated() -> Scorer:
    async def score(state: TaskState, target: Target) -> Score:
        return Score(value=state.metadata["value"])

    return score


def run(
    folder: Path, values: list[float], stop: StopWhenDecided, *, epochs: int = 1, failing: int = 0
) -> EvalLog:
    samples = [
        Sample(id=number, input="?", metadata={"value": value, "fails": number < failing})
        for number, value in enumerate(values)
    ]
    task = Task(dataset=samples, solver=silent(), scorer=as_stated(), early_stopping=stop, epochs=epochs)
    [log] = run_eval(
        task, model="mockllm/model", log_dir=str(folder), display="none", max_samples=4, fail_on_error=False
    )
    return log


def told(log: EvalLog) -> dict[str, object]:
    assert log.results is not None
    assert log.results.early_stopping is not None
    return dict(log.results.early_stopping.metadata)


def test_a_clear_case_ends_early_and_the_log_says_why(tmp_path: Path) -> None:
    log = run(tmp_path, [1.0] * 200, StopWhenDecided(0.5))
    verdict = told(log)
    assert verdict["verdict"] == "reached"
    assert log.samples is not None
    assert 5 <= len(log.samples) <= 20
    low, high = verdict["interval"]
    assert 0.5 < low < high == 1.0
    assert log.results is not None
    assert log.results.early_stopping is not None
    stopped = log.results.early_stopping.early_stops
    assert len(stopped) == 200 - len(log.samples)
    assert stopped[0].reason == f"decided after {verdict['decided_after']} samples: the mean has reached 0.5"


def test_a_threshold_that_is_not_reached(tmp_path: Path) -> None:
    log = run(tmp_path, [0.0, 0.0, 0.0, 1.0] * 50, StopWhenDecided(0.8))
    assert told(log)["verdict"] == "missed"
    assert len(log.samples or ()) < 60


def test_what_cannot_be_told_runs_to_its_end(tmp_path: Path) -> None:
    log = run(tmp_path, [0.0, 1.0] * 20, StopWhenDecided(0.5))
    assert told(log)["verdict"] == "undecided"
    assert len(log.samples or ()) == 40


def test_beside_a_baseline_the_difference_decides(tmp_path: Path) -> None:
    values = [1.0, 1.0, 1.0, 0.0] * 50
    baseline: dict[str | int, float] = {number: 1 - value for number, value in enumerate(values)}
    better = told(run(tmp_path, values, StopWhenDecided(0.0, baseline=baseline)))
    assert better["verdict"] == "reached"
    assert better["paired"] is True
    low, _ = better["interval"]
    assert low > 0
    worse = told(
        run(
            tmp_path,
            [1 - value for value in values],
            StopWhenDecided(-0.05, baseline=dict(enumerate(values))),
        )
    )
    assert worse["verdict"] == "missed"


def test_samples_that_the_baseline_has_not_are_not_counted(tmp_path: Path) -> None:
    log = run(tmp_path, [1.0] * 40, StopWhenDecided(0.0, baseline=dict.fromkeys(range(3), 0.0)))
    assert told(log)["verdict"] == "undecided"
    assert told(log)["samples"] == 3


def test_failed_samples_speak_for_neither_side(tmp_path: Path) -> None:
    # The first forty fail, the others are right: too few to outweigh the worst that the forty could be.
    log = run(tmp_path, [1.0] * 80, StopWhenDecided(0.5), failing=40)
    assert told(log)["verdict"] == "undecided"
    assert told(run(tmp_path, [1.0] * 80, StopWhenDecided(0.5), failing=1))["verdict"] == "reached"


def test_a_sample_counts_by_the_mean_of_its_epochs(tmp_path: Path) -> None:
    log = run(tmp_path, [1.0] * 30, StopWhenDecided(0.5), epochs=2)
    assert told(log)["verdict"] == "reached"
    assert len(log.samples or ()) < 60


def test_values_of_another_scale_are_refused(tmp_path: Path) -> None:
    log = run(tmp_path, [10.0] * 3, StopWhenDecided(0.5))
    assert log.status == "error"
    assert log.error is not None
    assert "name another scorer" in log.error.message


def test_a_threshold_out_of_bounds_is_refused() -> None:
    with pytest.raises(ValueError, match="threshold=7 is not between 0 and 1"):
        StopWhenDecided(7)
    with pytest.raises(ValueError, match="between -1 and 1"):
        StopWhenDecided(-1, baseline={})


def numbered(count: int) -> Task:
    return Task(dataset=[Sample(id=number, input="?") for number in range(count)])


def order(task: Task) -> list[int | str | None]:
    return [sample.id for sample in task.dataset]


def test_a_task_comes_into_a_random_order_and_always_the_same() -> None:
    stopping, again = (until_decided(numbered(50), 0.8) for _ in range(2))
    assert isinstance(stopping.early_stopping, StopWhenDecided)
    assert order(stopping) == order(again) != list(range(50))
    assert sorted(map(int, order(stopping))) == list(range(50))


def test_without_a_threshold_a_task_stays_as_it_is() -> None:
    task = until_decided(numbered(50), None)
    assert task.early_stopping is None
    assert order(task) == list(range(50))


@pytest.mark.parametrize("stop_at", [0, 1, 80, -0.5, "high"])
def test_a_threshold_that_is_none_is_told_with_the_argument(stop_at: float) -> None:
    with pytest.raises(PrerequisiteError, match=f"stop_at={stop_at} .*-T stop_at=0.8"):
        until_decided(numbered(5), stop_at)


def test_the_tasks_of_the_page_take_a_threshold() -> None:
    table = PAGE.split("| task |")[1].split("\n\n")[0]
    names = [name for row in table.splitlines()[2:] for name in re.findall(r"`(\w+)`", row.split("|")[1])]
    assert len(names) >= 10
    for name in names:
        task = getattr(_registry, name)
        assert "stop_at" in inspect.signature(task).parameters, name
        page = Path(__file__).parents[2] / "docs" / f"{name.replace('_', '-')}.md"
        assert "| `stop_at` |" in page.read_text("utf-8"), page


def test_what_the_page_imports_is_there() -> None:
    imported = re.findall(r"^from llmbench_inspect\.statistics import (\w+)$", PAGE, re.MULTILINE)
    assert set(imported) == {"StopWhenDecided", "until_decided"} <= set(statistics.__all__)


def test_a_task_of_the_project_ends_when_it_is_decided(tmp_path: Path) -> None:
    output = ModelOutput.from_content("mockllm/model", "no form at all")
    output.usage = ModelUsage(input_tokens=1, output_tokens=1, total_tokens=2)
    model = get_model("mockllm/model", custom_outputs=lambda *_: output, memoize=False)
    task = _registry.prompts(suite="extended", stop_at=0.8)
    [log] = run_eval(task, model=model, log_dir=str(tmp_path), display="none", max_samples=4)
    assert told(log)["verdict"] == "missed"
    assert log.eval.task_args["stop_at"] == 0.8
    assert 2 <= len(log.samples or ()) <= 20
