"""The committed problems: that they are what they are said to be, each of the 450."""

from __future__ import annotations

import json
import random
from collections import Counter
from itertools import combinations
from pathlib import Path

import highspy
import pytest

from llmbench_inspect.suites.ordebug import (
    DIFFICULTIES,
    TYPES,
    LinearModel,
    Problem,
    find_iis,
    load_problems,
    lp_text,
    or_dataset,
    solve,
)
from llmbench_inspect.suites.ordebug.faults.planted import Planted
from llmbench_inspect.suites.ordebug.fingerprint import fingerprint
from llmbench_inspect.suites.ordebug.generate import COMMITTED, generate, written
from llmbench_inspect.suites.ordebug.judging import judge
from llmbench_inspect.suites.ordebug.linear_model import Bounds

PROBLEMS = load_problems()


def _only(model: LinearModel, members: set[str]) -> LinearModel:
    """The model with some rows and bounds alone."""
    rows = {name: row for name, row in model.rows.items() if name in members}
    free = {name: Bounds(None, None) for name in model.bounds if name not in members}
    return model.model_copy(update={"rows": rows, "objective": {}}).with_bounds(free)


def test_the_repair_of_each_brings_the_original_back() -> None:
    for problem in PROBLEMS:
        assert problem.original is not None
        verdict = judge(problem, problem.original)
        assert (verdict.repaired, verdict.optimality, verdict.rows_kept) == (True, 1, 1), problem.id


def test_each_is_infeasible_and_left_as_it_is_not_repaired() -> None:
    for problem in PROBLEMS:
        verdict = judge(problem, problem.model)
        assert (verdict.repaired, verdict.failure_class) == (False, "infeasible"), problem.id


def test_each_iis_is_the_solvers_and_holds_the_mistake_or_the_part_of_it_that_its_type_says() -> None:
    for problem in PROBLEMS:
        assert tuple(problem.iis) == find_iis(problem.model), problem.id
        held = set(problem.culprits) & set(problem.iis)
        assert len(held) == 1 or problem.type == "E", problem.id
        assert len(problem.culprits) == (2 if problem.type in {"E", "G", "H"} else 1), problem.id


def test_every_iis_is_infeasible_and_with_anything_less_it_is_not() -> None:
    for problem in PROBLEMS[::3]:
        if problem.kind == "mip":
            # Whole numbers without bounds may keep the solver busy for ever.
            if solve(problem.model.relaxed()).status != "infeasible":
                continue
            model = problem.model.relaxed()
        else:
            model = problem.model
        members = set(problem.iis)
        assert solve(_only(model, members)).status == "infeasible", problem.id
        for less in combinations(members, len(members) - 1):
            assert solve(_only(model, set(less))).status == "optimal", problem.id


def test_types_difficulties_and_kinds_are_balanced() -> None:
    by_type = Counter(problem.type for problem in PROBLEMS)
    assert by_type == dict.fromkeys(TYPES, 50)
    pairs = Counter((problem.type, problem.difficulty) for problem in PROBLEMS)
    assert ("F", "easy") not in pairs
    for fault in TYPES:
        counts = [pairs[fault, name] for name in DIFFICULTIES if (fault, name) in pairs]
        assert max(counts) - min(counts) <= 1
    kinds = Counter((problem.type, problem.kind) for problem in PROBLEMS)
    assert kinds == {("B", "mip"): 50, **{(t, k): 25 for t in TYPES if t != "B" for k in ("lp", "mip")}}


def test_any_first_part_holds_each_type_about_as_often() -> None:
    first = Counter(problem.type for problem in PROBLEMS[:36])
    assert first == dict.fromkeys(TYPES, 4)


def test_sizes_are_those_that_are_published() -> None:
    for problem in PROBLEMS:
        variables, rows = len(problem.model.bounds), len(problem.model.rows)
        low, high = ((5, 3), (10, 8)) if problem.kind == "lp" else ((8, 5), (15, 12))
        assert low[0] <= variables <= high[0]
        assert low[1] <= rows <= high[1]


def test_no_problem_is_another_with_other_names() -> None:
    assert len({fingerprint(problem.model) for problem in PROBLEMS}) == len(PROBLEMS)


def test_a_fingerprint_knows_a_model_by_other_names_and_not_another() -> None:
    model = PROBLEMS[0].model
    again = Planted(model).renamed(random.Random(7)).original
    assert again.rows != model.rows
    assert fingerprint(again) == fingerprint(model)
    name, row = next(iter(model.rows.items()))
    assert fingerprint(model.with_rows({name: row._replace(rhs=row.rhs + 1)})) != fingerprint(model)


def test_neither_names_nor_places_nor_sizes_give_the_mistake_away() -> None:
    """What a text tells without thinking finds the mistake hardly more often than a guess."""
    in_rows = [problem for problem in PROBLEMS if problem.type != "B"]
    chance = sum(
        len(set(problem.culprits) & set(problem.model.rows)) / len(problem.model.rows) for problem in in_rows
    ) / len(in_rows)
    for guess in (
        lambda rows: next(iter(rows)),
        lambda rows: list(rows)[-1],
        lambda rows: max(rows, key=lambda name: len(rows[name].terms)),
        lambda rows: min(rows, key=lambda name: len(rows[name].terms)),
        lambda rows: max(rows, key=lambda name: rows[name].rhs),
        lambda rows: max(rows, key=lambda name: rows[name].rhs / sum(map(abs, rows[name].terms.values()))),
        lambda rows: max(rows, key=lambda name: max(map(abs, rows[name].terms.values()))),
    ):
        found = sum(guess(problem.model.rows) in problem.culprits for problem in in_rows) / len(in_rows)
        assert found < chance + 0.12
    for problem in PROBLEMS:
        assert list(problem.model.rows) == [f"c{n}" for n in range(1, len(problem.model.rows) + 1)]
        assert list(problem.model.bounds) == [f"x{n}" for n in range(1, len(problem.model.bounds) + 1)]


def test_the_same_seed_makes_the_committed_problems() -> None:
    made = written(generate(each=2))
    committed = COMMITTED.read_text("utf-8").splitlines(keepends=True)
    assert made == "".join(committed[:18])
    assert written(generate(seed=2, each=1)) != "".join(committed[:9])


def test_the_text_is_read_by_the_solver_as_the_model(tmp_path: Path) -> None:
    for problem in PROBLEMS[:36]:
        assert problem.original is not None
        path = tmp_path / f"{problem.id}.lp"
        path.write_text(lp_text(problem.original), "utf-8")
        highs = highspy.Highs()
        highs.silent()
        highs.readModel(str(path))
        highs.run()
        found = highs.getInfo().objective_function_value
        assert found == pytest.approx(problem.optimum, rel=1e-4), problem.id


def test_the_prompt_tells_the_model_and_nothing_of_the_mistake() -> None:
    for sample, problem in zip(or_dataset(PROBLEMS), PROBLEMS, strict=True):
        assert isinstance(sample.input, list)
        told = sample.input[1].text
        assert told.endswith(lp_text(problem.model))
        assert len(told.split("\n\n")[0]) < 80


def test_a_problem_fits_a_small_window() -> None:
    assert max(len(lp_text(problem.model)) for problem in PROBLEMS) < 2000
    assert COMMITTED.stat().st_size < 400_000
    assert all(Problem.model_validate(json.loads(line)) for line in COMMITTED.read_text("utf-8").splitlines())
