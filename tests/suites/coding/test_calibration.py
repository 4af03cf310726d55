"""On the real data every reference solution passes, and what returns nothing or something else does not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from llmbench_inspect.data import load_rows
from llmbench_inspect.judging import Problem, Verdict
from llmbench_inspect.suites.coding import humaneval_problem, mbpp_problem

JudgeAll = Callable[..., list[Verdict]]


@pytest.fixture(scope="module")
def humaneval(data_dir: Path) -> list[Problem]:
    return [humaneval_problem(row) for row in load_rows("humaneval", str(data_dir)).rows]


@pytest.fixture(scope="module")
def mbpp(data_dir: Path) -> list[Problem]:
    return [mbpp_problem(row) for row in load_rows("mbpp", str(data_dir)).rows]


@pytest.fixture(scope="module")
def sanitized(data_dir: Path) -> list[Problem]:
    return [mbpp_problem(row) for row in load_rows("mbpp_sanitized", str(data_dir)).rows]


def _failures(judge_all: JudgeAll, cases: list[tuple[Problem, str]]) -> dict[str, str | None]:
    fenced = [(problem, f"```python\n{program}\n```") for problem, program in cases]
    verdicts = judge_all(fenced)
    return {problem.task_id: verdict.failure for (problem, _), verdict in zip(cases, verdicts, strict=True)}


def _failed(told: dict[str, str | None]) -> dict[str, str | None]:
    return {task_id: failure for task_id, failure in told.items() if failure}


def test_every_reference_of_humaneval_passes(humaneval: list[Problem], judge_all: JudgeAll) -> None:
    told = _failures(judge_all, [(problem, problem.reference) for problem in humaneval])
    assert (len(told), _failed(told)) == (164, {})


def test_every_reference_of_mbpp_passes(mbpp: list[Problem], judge_all: JudgeAll) -> None:
    told = _failures(judge_all, [(problem, problem.reference) for problem in mbpp])
    assert (len(told), _failed(told)) == (974, {})


def test_the_tests_that_were_checked_by_hand_accept_their_references(
    mbpp: list[Problem], sanitized: list[Problem], judge_all: JudgeAll
) -> None:
    tests = {(problem.task_id, problem.tests, problem.reference) for problem in mbpp}
    changed = [
        problem for problem in sanitized if (problem.task_id, problem.tests, problem.reference) not in tests
    ]
    assert _failed(_failures(judge_all, [(problem, problem.reference) for problem in changed])) == {}


@pytest.mark.parametrize(
    "mutant",
    [
        "def {name}(*given, **named):\n    return None",
        "def {name}(*given, **named):\n    return given",
    ],
    ids=["nothing", "its arguments"],
)
def test_no_problem_of_humaneval_accepts_a_mutant(
    humaneval: list[Problem], judge_all: JudgeAll, mutant: str
) -> None:
    told = _failures(judge_all, [(problem, mutant.format(name=problem.entry_point)) for problem in humaneval])
    assert [task_id for task_id, failure in told.items() if failure is None] == []


def test_no_problem_of_mbpp_accepts_a_mutant(mbpp: list[Problem], judge_all: JudgeAll) -> None:
    mutant = "def {name}(*given, **named):\n    return given"
    sampled = mbpp[::8]
    told = _failures(judge_all, [(problem, mutant.format(name=problem.entry_point)) for problem in sampled])
    assert [task_id for task_id, failure in told.items() if failure is None] == []
