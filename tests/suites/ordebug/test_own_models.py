"""Models of the user's own: what is read, what is refused, what is scored."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import highspy
import pytest
from inspect_ai import eval as inspect_eval
from inspect_ai.log import EvalLog

from llmbench_inspect.prerequisite import PrerequisiteError
from llmbench_inspect.suites.ordebug import TYPES, Bounds, LinearModel, Row, find_iis, own_problems
from llmbench_inspect.suites.ordebug.generate import generate, written
from llmbench_inspect.suites.ordebug.solving import NoAnswerError, solve
from llmbench_inspect.tasks.or_debug import or_debug

ORIGINAL = """Minimize
 obj: 2 x + 3 y + 4
Subject To
 demand: x + y >= 10
 capacity: x <= 8
 share: x - y >= -1
Bounds
 x <= 20
 y <= 6
General
 y
End
"""
BROKEN = ORIGINAL.replace("x <= 8", "x <= 3")


def write(folder: Path, **texts: str) -> Path:
    for name, text in texts.items():
        (folder / name.replace("__", ".")).write_text(text, "utf-8")
    return folder


def run(data: Path, tmp_path: Path, solver: Any) -> EvalLog:
    [log] = inspect_eval(
        or_debug(data=str(data), solver=solver), model="none", log_dir=str(tmp_path / "logs"), display="none"
    )
    assert log.status == "success", log.error
    return log


def values(log: EvalLog, name: str) -> Any:
    assert log.samples
    return (log.samples[0].scores or {})[name].value


def test_a_model_with_its_original_is_scored_in_full(tmp_path: Path) -> None:
    folder = write(tmp_path, plan__lp=BROKEN, plan__original__lp=ORIGINAL)
    [problem] = own_problems(str(folder))
    assert (problem.id, problem.culprits, problem.kind) == ("plan", ["capacity"], "mip")
    assert problem.optimum == pytest.approx(26)
    assert set(problem.model.rows) == {"demand", "capacity", "share"}
    log = run(folder / "plan.lp", tmp_path, "oracle")
    assert values(log, "repaired") == 1
    assert values(log, "repair")["feasibility"] == 1
    dropped = run(folder, tmp_path, "drop_iis")
    assert values(dropped, "repaired") == 0


def test_without_an_original_recovery_and_the_iis_are_scored(tmp_path: Path) -> None:
    folder = write(tmp_path, plan__lp=BROKEN)
    log = run(folder, tmp_path, "drop_iis")
    assert log.samples
    told = values(log, "repair")
    assert (told["recovered"], told["iis_precision"]) == (1, 1)
    assert told["optimality"] != told["optimality"]
    given = (log.samples[0].scores or {})["repaired"]
    assert given.explanation == "No original is known to compare with."
    with pytest.raises(PrerequisiteError, match=r"NAME\.original\.lp beside NAME\.lp"):
        or_debug(data=str(folder), solver="oracle")


def test_generated_problems_are_read_and_others_refused(tmp_path: Path) -> None:
    path = tmp_path / "others.jsonl"
    path.write_text(written(generate(seed=7, each=1)), "utf-8")
    assert [sample.id for sample in or_debug(data=str(path)).dataset] == [f"{fault}-1" for fault in TYPES]
    with pytest.raises(PrerequisiteError, match=r"cannot be read. Make it: python -m"):
        own_problems(str(write(tmp_path, broken__jsonl="{}") / "broken.jsonl"))


def test_mps_is_read_as_lp_is(tmp_path: Path) -> None:
    folder = write(tmp_path, plan__lp=BROKEN)
    highs = highspy.Highs()
    highs.silent()
    highs.readModel(str(folder / "plan.lp"))
    highs.writeModel(str(tmp_path / "same.mps"))
    [lp], [mps] = own_problems(str(folder / "plan.lp")), own_problems(str(tmp_path / "same.mps"))
    assert mps.model == lp.model


def test_a_row_with_two_sides_becomes_two(tmp_path: Path) -> None:
    highs = highspy.Highs()
    highs.silent()
    highs.readModel(str(write(tmp_path, plan__lp=BROKEN) / "plan.lp"))
    highs.changeRowBounds(2, -1, 9)
    highs.writeModel(str(tmp_path / "ranged.mps"))
    [problem] = own_problems(str(tmp_path / "ranged.mps"))
    rows = {name: (row.sense, row.rhs) for name, row in problem.model.rows.items()}
    assert (rows["share_least"], rows["share_most"]) == ((">=", -1), ("<=", 9))


@pytest.mark.parametrize(
    ("text", "error"),
    [
        (ORIGINAL, "is not infeasible"),
        ("what is this", "cannot be read by HiGHS|is not infeasible"),
        (BROKEN.replace("3 y + 4", "3 y + [ x^2 ] / 2"), "is not linear"),
    ],
)
def test_what_is_no_problem_is_refused(text: str, error: str, tmp_path: Path) -> None:
    with pytest.raises(PrerequisiteError, match=error):
        own_problems(str(write(tmp_path, plan__lp=text)))


def test_a_folder_without_models_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PrerequisiteError, match="has no model"):
        own_problems(str(tmp_path))


def test_infeasible_by_whole_numbers_alone_has_an_iis() -> None:
    model = LinearModel(
        goal="min",
        objective={"x": 1},
        rows={
            "odd": Row({"x": 2, "y": 4}, "=", 7),
            "idle": Row({"x": 1, "z": 1}, "<=", 30),
        },
        bounds={"x": Bounds(0, 9), "y": Bounds(0, 9), "z": Bounds(0, 9)},
        integers=["x", "y"],
    )
    assert solve(model.relaxed()).status == "optimal"
    iis = find_iis(model)
    assert iis[0] == "odd"
    assert not {"idle", "z"} & set(iis)


def test_a_feasible_model_has_no_iis_and_one_without_end_is_told_as_that() -> None:
    model = LinearModel(goal="max", objective={"x": 1}, rows={}, bounds={"x": Bounds(0, None)})
    assert find_iis(model) == ()
    assert solve(model).status == "unbounded"


def test_a_large_model_gets_its_iis_from_a_process_that_can_be_ended() -> None:
    names = [f"x{place}" for place in range(150)]
    links = {
        f"c{place}": Row({one: 1, other: -1}, ">=", 1) for place, (one, other) in enumerate(pairwise(names))
    }
    links["last"] = Row({names[-1]: 1, names[0]: -1}, ">=", 1)
    model = LinearModel(
        goal="min", objective={"x0": 1}, rows=links, bounds=dict.fromkeys(names, Bounds(None, None))
    )
    assert set(find_iis(model, 60)) == set(links)
    with pytest.raises(NoAnswerError):
        find_iis(model, 0.05)
