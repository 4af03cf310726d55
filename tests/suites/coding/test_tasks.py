"""HumanEval and MBPP end to end: from a model's answer to the scores and metrics in the log."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from inspect_ai import Task
from inspect_ai import eval as inspect_eval
from inspect_ai.dataset import Sample
from inspect_ai.log import EvalLog
from inspect_ai.model import ChatMessage, ModelOutput, ModelUsage, get_model
from inspect_ai.scorer import Score

from llmbench_inspect.judging import Problem, Verdict
from llmbench_inspect.prerequisite import PrerequisiteError
from llmbench_inspect.suites.coding import passes_tests
from llmbench_inspect.tasks.humaneval import humaneval
from llmbench_inspect.tasks.mbpp import mbpp

Answer = Callable[[str], str]
JudgeAll = Callable[..., list[Verdict]]

PROBLEM = Problem(
    task_id="one",
    entry_point="f",
    names=("f",),
    tests=("assert f(1) == 2", "assert f(2) == 3", "assert f(3) == 4"),
    reference="def f(x):\n    return x + 1\n",
)


def _run(task: Task, answer: Answer, folder: Path, *, stop: Any = "stop", **options: Any) -> EvalLog:
    def output(messages: list[ChatMessage], *_: object) -> ModelOutput:
        told = ModelOutput.from_content("mockllm/model", answer(messages[-1].text), stop)
        told.usage = ModelUsage(input_tokens=60, output_tokens=40, total_tokens=100)
        return told

    model = get_model("mockllm/model", custom_outputs=output, memoize=False)
    [log] = inspect_eval(task, model=model, log_dir=str(folder), display="none", **options)
    assert log.status == "success", log.error
    return log


def _scores(log: EvalLog, name: str) -> dict[str, list[Score]]:
    """The scores of each sample, by epoch."""
    found: dict[str, list[Score]] = {}
    for sample in sorted(log.samples or [], key=lambda sample: sample.epoch):
        assert sample.scores is not None
        found.setdefault(str(sample.id), []).append(sample.scores[name])
    return found


def _metrics(log: EvalLog, name: str) -> dict[str, float]:
    assert log.results is not None
    [scores] = [score for score in log.results.scores if score.name == name]
    return {key: metric.value for key, metric in scores.metrics.items()}


def _references(task: Task) -> Answer:
    """Answers each sample of a task with its reference solution, fenced."""
    known = {
        sample.input if isinstance(sample.input, str) else sample.input[-1].text: str(sample.target)
        for sample in task.dataset
    }
    return lambda prompt: f"Here it is:\n\n```python\n{known[prompt]}\n```\n"


def test_references_solve_humaneval(data_dir: Path, tmp_path: Path) -> None:
    task = humaneval(data=str(data_dir))
    log = _run(task, _references(task), tmp_path, limit=8)
    assert log.eval.sandbox is not None
    assert log.eval.sandbox.type == "bwrap"
    assert log.eval.metadata is not None
    assert log.eval.metadata["data"]["revision"].startswith("openai/openai_humaneval@")
    assert list(_scores(log, "passes_tests"))[:2] == ["HumanEval_0", "HumanEval_1"]
    metrics = _metrics(log, "passes_tests")
    assert metrics["pass@1"] == metrics["solved"] == metrics["pass@1_high"] == 1
    assert 0.6 < metrics["pass@1_low"] < 0.7
    assert metrics["tokens_per_solved"] == 100
    assert metrics["time_to_solution"] >= 0


def test_the_prompt_holds_the_function_and_not_its_tests(data_dir: Path) -> None:
    for variant in ("instruct", "completion"):
        sample = humaneval(variant=variant, data=str(data_dir)).dataset[0]
        assert "def has_close_elements(" in str(sample.input)
        assert "assert" not in str(sample.input)
        assert "METADATA" not in str(sample.input)


def test_pass_at_k_over_epochs(data_dir: Path, tmp_path: Path) -> None:
    task = humaneval(k=[1, 3], samples=4, data=str(data_dir))
    reference = _references(task)
    asked: dict[str, int] = {}

    def answer(prompt: str) -> str:
        asked[prompt] = asked.get(prompt, 0) + 1
        # The first problem is solved once in four, the second never, the third always.
        times = {"has_close_elements": 1, "separate_paren_groups": 0, "truncate_number": 4}
        [most] = [number for name, number in times.items() if name in prompt]
        return reference(prompt) if asked[prompt] <= most else "no idea"

    log = _run(task, answer, tmp_path, limit=3, max_connections=1)
    metrics = _metrics(log, "passes_tests")
    assert metrics["pass@1"] == pytest.approx((1 / 4 + 0 + 1) / 3)
    assert metrics["pass@3"] == pytest.approx((3 / 4 + 0 + 1) / 3)
    assert metrics["pass@3_low"] < metrics["pass@3"] < metrics["pass@3_high"]
    assert metrics["solved"] == pytest.approx(5 / 12)
    assert metrics["no_code"] == pytest.approx(7 / 12)
    assert metrics["tokens_per_solved"] == 12 * 100 / 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"k": [1, 10]}, "-T samples=10"),
        ({"k": 0}, "positive"),
        ({"k": "many"}, "positive"),
        ({"variant": "chat"}, "neither instruct nor completion"),
    ],
)
def test_what_cannot_be_is_told_before_the_run(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(PrerequisiteError, match=message):
        humaneval(**arguments)


@pytest.mark.parametrize("arguments", [{"split": "train"}, {"shots": 4}, {"k": 2}])
def test_mbpp_too_tells_it_before_the_run(arguments: dict[str, Any]) -> None:
    with pytest.raises(PrerequisiteError, match="-T"):
        mbpp(**arguments)


def test_fewer_epochs_on_the_command_line_are_refused(data_dir: Path, tmp_path: Path) -> None:
    task = humaneval(k=[1, 3], samples=4, data=str(data_dir))
    with pytest.raises(Exception, match="requires 3 epochs"):
        _run(task, lambda _: "no idea", tmp_path, epochs=2)


@pytest.mark.parametrize(("split", "count"), [("test", 500), ("sanitized", 257)])
def test_references_solve_mbpp(data_dir: Path, tmp_path: Path, split: Any, count: int) -> None:
    task = mbpp(split=split, data=str(data_dir))
    assert len(task.dataset) == count
    log = _run(task, _references(task), tmp_path, limit=4)
    assert _metrics(log, "passes_tests")["pass@1"] == 1
    assert _metrics(log, "share_of_tests")["execution_accuracy"] == 1
    assert next(iter(_scores(log, "passes_tests"))) == "MBPP_11"


def test_examples_come_before_the_problem(data_dir: Path) -> None:
    for shots in (0, 3):
        sample = mbpp(shots=shots, data=str(data_dir)).dataset[0]
        assert isinstance(sample.input, list)
        assert [message.role for message in sample.input] == ["user", "assistant"] * shots + ["user"]
        assert "assert remove_Occ(" in sample.input[-1].text


def _task(problem: Problem = PROBLEM, **options: Any) -> Task:
    sample = Sample(id=problem.task_id, input="?", metadata=problem.model_dump(mode="json"))
    return Task(dataset=[sample], scorer=passes_tests(), **{"sandbox": "bwrap", **options})


@pytest.mark.parametrize(
    ("answer", "failure", "passed"),
    [
        ("```python\ndef f(x):\n    return x + 1\n```", None, 3),
        ("```python\ndef f(x):\n    return 2\n```", "wrong_answer", 1),
        ("```python\ndef f(x):\n    return 6 / (3 - x)\n```", "wrong_answer", 0),
        ("```python\ndef f(x):\n    return [2, 3][x - 1]\n```", "exception:IndexError", 2),
        ("```python\nclass Odd(ValueError): pass\ndef f(x):\n    raise Odd\n```", "exception:ValueError", 0),
        ("```python\ndef g(x):\n    return x + 1\n```", "exception:NameError", 0),
        ("```python\ndef f(x):\n    return f(x)\n```", "exception:RecursionError", 0),
        ("```python\ndef f(x)\n    return x + 1\n```", "syntax_error", 0),
        ("I would rather not.", "no_code", 0),
        ("```python\ndef f(x):\n    return 'a' * (8 << 30)\n```", "memory", 0),
        ("```python\nimport sys\ndef f(x):\n    sys.exit(0)\n```", "cheated_exit", 0),
    ],
)
def test_failure_classes(tmp_path: Path, answer: str, failure: str | None, passed: int) -> None:
    log = _run(_task(), lambda _: answer, tmp_path)
    [[score]] = _scores(log, "passes_tests").values()
    assert score.metadata is not None
    assert (score.metadata["failure_class"], score.metadata["tests_passed"]) == (failure, passed)
    assert score.value == float(failure is None)
    if failure == "wrong_answer":
        assert score.explanation is not None
        assert "assert f(" in score.explanation
    assert _metrics(log, "passes_tests")[failure or "solved"] == 1


def test_an_answer_that_ends_at_the_token_limit_is_told_apart(tmp_path: Path) -> None:
    for answer, failure in (
        ("```python\ndef f(x):\n    return (", "cut_off"),
        ("```python\ndef f(x):\n    return 0", "wrong_answer"),
    ):
        log = _run(_task(), lambda _, answer=answer: answer, tmp_path, stop="max_tokens")
        [[score]] = _scores(log, "passes_tests").values()
        assert score.metadata is not None
        assert score.metadata["failure_class"] == failure


def test_time_that_is_up(judge_all: JudgeAll) -> None:
    answers = ["while True: pass", "def f(x):\n    while x > 2: pass\n    return x + 1"]
    verdicts = judge_all([(PROBLEM, f"```python\n{answer}\n```") for answer in answers], limit=1.5)
    assert [(verdict.failure, verdict.tests_passed) for verdict in verdicts] == [
        ("timeout", 0),
        ("timeout", 2),
    ]


def test_a_reference_that_fails_blames_no_answer(tmp_path: Path) -> None:
    broken = PROBLEM.model_copy(update={"task_id": "broken", "reference": "def f(x):\n    return x\n"})
    log = _run(_task(broken), lambda _: "```python\ndef f(x):\n    return x + 1\n```", tmp_path)
    [[score]] = _scores(log, "passes_tests").values()
    assert math.isnan(score.as_float())
    assert score.reason == "judging_failed"
    assert score.explanation is not None
    assert "the reference solution of broken fails: wrong_answer" in score.explanation


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        ("```python\ndef f(x):\n    return x + 1\n```", None),
        ("```python\ndef f(x):\n    return 2\n```", "wrong_answer"),
        ("```python\nimport os\ndef f(x):\n    os._exit(0)\n```", "cheated_exit"),
    ],
)
def test_any_sandbox_with_a_python_will_do(tmp_path: Path, answer: str, failure: str | None) -> None:
    log = _run(_task(sandbox="local"), lambda _: answer, tmp_path)
    [[score]] = _scores(log, "passes_tests").values()
    assert score.metadata is not None
    assert score.metadata["failure_class"] == failure
