"""`or_debug` end to end: from the calls of a model (`repairer()`) or a baseline (`played()`) to the log."""

from __future__ import annotations

import asyncio
import json
import math
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from inspect_ai import eval as inspect_eval
from inspect_ai import score
from inspect_ai.log import EvalLog, EvalSample
from inspect_ai.model import ChatMessage, ChatMessageTool, ModelOutput, ModelUsage, get_model

from llmbench_inspect.prerequisite import PrerequisiteError
from llmbench_inspect.suites.ordebug import TYPES, Problem, load_problems, repaired
from llmbench_inspect.suites.ordebug.dataset import repaired_by_baselines
from llmbench_inspect.suites.ordebug.linear_model import Bounds, LinearModel, Row
from llmbench_inspect.suites.ordebug.solving import NoAnswerError, find_iis, solve
from llmbench_inspect.suites.ordebug.threads import in_thread
from llmbench_inspect.tasks.or_debug import or_debug

Turn = tuple[str, dict[str, Any]] | str
Play = Callable[..., EvalSample]

USAGE = ModelUsage(input_tokens=90, output_tokens=10, total_tokens=100)
BY_ID = {problem.id: problem for problem in load_problems()}
# How Inspect names what a metric of several values tells of one key of a score.
_GROUPED = "llmbench_inspect/group_means_"
FIRSTS = [f"{fault}-1" for fault in TYPES]


def _output(turn: Turn) -> ModelOutput:
    if isinstance(turn, str):
        output = ModelOutput.from_content("mockllm/model", turn)
    else:
        output = ModelOutput.for_tool_call("mockllm/model", *turn)
    output.usage = USAGE
    return output


def run(folder: Path, **options: Any) -> EvalLog:
    arguments = options.pop("arguments", {})
    [log] = inspect_eval(or_debug(**arguments), log_dir=str(folder), display="none", **options)
    assert log.status == "success", log.error
    assert log.samples
    return log


@pytest.fixture
def play(tmp_path: Path) -> Play:
    """Work on one problem with a model that makes given calls, or says given texts, a turn each."""

    def work(problem_id: str, turns: list[Turn], **arguments: Any) -> EvalSample:
        model = get_model("mockllm/model", custom_outputs=[_output(turn) for turn in turns], memoize=False)
        [sample] = run(tmp_path, model=model, sample_id=problem_id, arguments=arguments).samples or []
        return sample

    return work


def repaired_of(sample: EvalSample) -> tuple[object, object]:
    given = (sample.scores or {})["repaired"]
    return given.value, (given.metadata or {})["failure_class"]


def told(sample: EvalSample) -> dict[str, float]:
    value = (sample.scores or {})["repair"].value
    assert isinstance(value, dict)
    return {key: float(number) for key, number in value.items()}  # type: ignore[arg-type]


def metrics_of(log: EvalLog) -> dict[str, dict[str, float]]:
    assert log.results
    told: dict[str, dict[str, float]] = {}
    for each in log.results.scores:
        named = {key.removeprefix(_GROUPED): metric.value for key, metric in each.metrics.items()}
        told.setdefault(each.name, {}).update(named)
    return told


def answers(sample: EvalSample) -> list[str]:
    return [
        message.error.message if message.error else message.text
        for message in sample.messages
        if isinstance(message, ChatMessageTool)
    ]


def moves(problem: Problem) -> list[Turn]:
    return [(change.tool, change.arguments) for change in problem.repair]


A, B, D, H, MOVED = (BY_ID[f"{letter}-1"] for letter in "ABDHI")
SUBMIT: Turn = ("submit", {"blamed": A.culprits})


def test_undoing_the_mistake_and_naming_it_is_a_repair(play: Play) -> None:
    sample = play(A.id, [("get_iis", {}), *moves(A), SUBMIT])
    assert repaired_of(sample) == (1, None)
    assert told(sample) == {
        "recovered": 1,
        "optimality": 1,
        "feasibility": 1,
        "submitted": 1,
        "fault_precision": 1,
        "fault_recall": 1,
        "iis_precision": 1,
        "iis_recall": 1 / len(A.iis),
        "steps": 3,
        "tokens": 300,
    }
    assert "The model is now optimal, objective" in answers(sample)[1]


def test_dropping_the_row_recovers_and_repairs_nothing(play: Play) -> None:
    [culprit] = A.culprits
    sample = play(A.id, [("drop_constraint", {"constraint": culprit}), SUBMIT])
    assert repaired_of(sample) == (0, "rows_lost")
    assert (told(sample)["recovered"], told(sample)["optimality"]) == (1, 1)
    assert told(sample)["feasibility"] == 1 - 1 / len(A.model.rows)


def test_a_row_that_was_added_has_to_go(play: Play) -> None:
    [culprit] = D.culprits
    assert culprit not in (D.original or D.model).rows
    sample = play(D.id, [("drop_constraint", {"constraint": culprit}), ("submit", {"blamed": [culprit]})])
    assert repaired_of(sample) == (1, None)


def test_a_repair_that_the_iis_shows_alone_has_another_optimum(play: Play) -> None:
    [shown] = [change for change in H.repair if change.arguments["constraint"] in H.iis]
    sample = play(H.id, [tuple(shown), ("submit", {"blamed": H.iis[:1]})])
    assert repaired_of(sample) == (0, "other_optimum")
    assert 0 <= told(sample)["optimality"] < 1


def test_bounds_that_held_no_mistake_may_not_be_widened(play: Play) -> None:
    variable = next(iter(A.model.bounds))
    widen: Turn = ("update_bounds", {"variable": variable, "lower": 0, "upper": 1000})
    value, why = repaired_of(play(A.id, [*moves(A), widen, SUBMIT]))
    assert (value, why in {"rows_lost", "other_optimum"}) == (0, True)
    [culprit] = B.culprits
    upper = (B.original or B.model).bounds[culprit].upper or 0
    wide: Turn = ("update_bounds", {"variable": culprit, "lower": 0, "upper": upper + 1})
    assert repaired_of(play(B.id, [*moves(B), wide, SUBMIT]))[1] != "rows_lost"


def test_reset_takes_all_back(play: Play) -> None:
    sample = play(A.id, [*moves(A), ("reset", {}), SUBMIT])
    assert repaired_of(sample) == (0, "infeasible")
    assert told(sample)["recovered"] == 0


REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("update_rhs", {"constraint": "c99", "value": 1}, "There is no constraint 'c99'."),
    ("update_rhs", {"constraint": "c1", "value": math.nan}, "value has to be a finite number"),
    ("update_rhs", {"constraint": "c1", "value": math.inf}, "value has to be a finite number"),
    ("update_rhs", {"constraint": "c1", "value": 1e300}, "value has to be a finite number"),
    ("update_rhs", {"constraint": "c1", "value": "a lot"}, "'a lot' is not of type 'number'"),
    ("update_rhs", {"constraint": "c1", "value": True}, "True is not of type 'number'"),
    ("update_rhs", {"constraint": "c1"}, "'value' is a required property"),
    ("update_rhs", {"constraint": ["c1"], "value": 1}, "is not of type 'string'"),
    ("update_rhs", {"constraint": "obj", "value": 1}, "The objective stays as it is."),
    ("relax_constraint", {"constraint": "c1", "amount": 0}, "amount has to be greater than 0"),
    ("relax_constraint", {"constraint": "c1", "amount": math.nan}, "amount has to be a finite number"),
    ("drop_constraint", {"constraint": "x1"}, "There is no constraint 'x1'."),
    ("update_bounds", {"variable": "x99", "lower": 0, "upper": 1}, "There is no variable 'x99'."),
    ("update_bounds", {"variable": "x1", "lower": 3, "upper": 1}, "lower (3) is greater than upper (1)"),
    ("update_bounds", {"variable": "x1", "lower": 0, "upper": math.inf}, "upper has to be a finite"),
    ("set_sense", {"constraint": "c1", "sense": "<"}, "'<' is not one of"),
    ("set_coefficient", {"constraint": "c1", "variable": "y", "value": 1}, "There is no variable 'y'."),
    ("check_slack", {"constraint": "c0"}, "There is no constraint 'c0'."),
    ("submit", {"blamed": []}, "blamed is empty"),
    ("submit", {"blamed": ["c1", "nobody"]}, "There is no constraint or variable 'nobody'."),
    ("solve", {}, "not found"),
]


def test_what_makes_no_sense_is_told_and_changes_nothing(play: Play) -> None:
    calls: list[Turn] = [(tool, arguments) for tool, arguments, _ in REFUSED]
    sample = play(A.id, [*calls, "I am done.", "Really."], max_steps=len(calls) + 2)
    told_errors = answers(sample)
    assert len(told_errors) == len(REFUSED)
    for answer, (tool, arguments, error) in zip(told_errors, REFUSED, strict=True):
        assert error in answer, (tool, arguments)
    work = {key: value for key, value in sample.store.items() if key.startswith("RepairWork:")}
    assert (work.get("RepairWork:model"), work.get("RepairWork:blamed")) == (None, None)
    assert repaired_of(sample) == (0, "infeasible")


def test_what_the_tools_tell_is_short_and_right(play: Play) -> None:
    [culprit] = MOVED.culprits
    row = MOVED.model.rows[culprit]
    sample = play(
        MOVED.id,
        [
            ("get_iis", {}),
            ("check_slack", {"constraint": culprit}),
            *moves(MOVED),
            ("get_iis", {}),
            ("check_slack", {"constraint": culprit}),
            ("submit", {"blamed": [culprit]}),
        ],
    )
    iis, before, _, after, slack, submitted = answers(sample)
    assert len(iis.splitlines()) == len(MOVED.iis)
    assert f"{culprit}: " in iis
    assert before.startswith("Where all is violated least: ")
    assert after == "The model is feasible: there is no IIS."
    assert slack.startswith(f"At the optimum: {culprit} has ")
    assert row.sense in slack
    assert submitted == "Submitted."
    assert max(map(len, answers(sample))) < 500


def test_turns_without_a_call_are_asked_once_more_and_then_end(play: Play) -> None:
    sample = play(A.id, ["I would flip c3.", "As I said."])
    assert told(sample)["steps"] == 2
    assert (told(sample)["submitted"], told(sample)["fault_recall"]) == (0, 0)


def test_calls_may_travel_as_text(play: Play) -> None:
    [change] = A.repair
    texts = [
        f"<tool_call>\n{json.dumps({'name': tool, 'arguments': arguments})}\n</tool_call>"
        for tool, arguments in (change, SUBMIT)
    ]
    sample = play(A.id, texts, transport="prompted")
    assert repaired_of(sample) == (1, None)
    assert told(sample)["fault_recall"] == 1


def test_turns_have_an_end(play: Play) -> None:
    sample = play(A.id, [("get_iis", {})] * 3, max_steps=3)
    assert told(sample)["steps"] == 3
    assert repaired_of(sample) == (0, "infeasible")
    assert ((sample.scores or {})["repaired"].metadata or {})["limit"] == "steps"


def test_a_run_is_told_by_type_difficulty_and_kind_with_intervals(tmp_path: Path) -> None:
    def answer(messages: list[ChatMessage], *_: object) -> ModelOutput:
        return _output("?")

    model = get_model("mockllm/model", custom_outputs=answer, memoize=False)
    log = run(tmp_path, model=model, sample_id=FIRSTS)
    metrics = metrics_of(log)
    for group in (*TYPES, "easy", "medium", "lp", "mip"):
        assert metrics["repaired"][group] == metrics["repaired"][f"{group}_lower"] == 0
        assert 0 < metrics["repaired"][f"{group}_upper"] < 1
        assert metrics["tokens"][group] == 200
    assert metrics["repaired"]["infeasible"] == 1
    assert metrics["recovered"]["all_upper"] < 0.4
    assert metrics["optimality"]["n"] == 9


@pytest.mark.parametrize("player", ["oracle", "drop_iis", "relax_iis"])
def test_a_baseline_of_each_type(player: str, tmp_path: Path) -> None:
    log = run(tmp_path, model="none", sample_id=FIRSTS, arguments={"solver": player})
    metrics = metrics_of(log)
    assert metrics["recovered"]["all"] == metrics["submitted"]["all"] == 1
    if player == "oracle":
        assert metrics["repaired"]["accuracy"] == metrics["optimality"]["all"] == 1
        assert metrics["feasibility"]["all"] == 1
        assert metrics["fault_precision"]["all"] == metrics["fault_recall"]["all"] == 1
    else:
        done = {str(sample.id) for sample in log.samples or [] if repaired_of(sample)[0] == 1}
        assert done == repaired_by_baselines()[player] & set(FIRSTS)
        assert metrics["feasibility"]["all"] < 1


def test_a_log_can_be_scored_again(play: Play, tmp_path: Path) -> None:
    log = run(tmp_path, model="none", sample_id=A.id, arguments={"solver": "oracle"})
    again = score(log, repaired(), action="overwrite", display="none")
    assert again.samples
    assert repaired_of(again.samples[0]) == (1, None)


def test_arguments_choose_problems() -> None:
    chosen = or_debug(types="A,E", difficulty="hard", kind="lp").dataset
    about = [sample.metadata or {} for sample in chosen]
    assert {each["fault"] for each in about} == {"A", "E"}
    assert {each["difficulty"] for each in about} == {"hard"}
    assert {each["kind"] for each in about} == {"lp"}


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"types": "A,Z"}, "types='Z' is not known"),
        ({"difficulty": "eazy"}, "difficulty='eazy' is not known. Did you mean 'easy'"),
        ({"kind": "qp"}, "kind='qp' is not known"),
        ({"types": "B", "kind": "lp"}, "B is only in kind mip"),
        ({"solver": "oracl"}, "solver='oracl' is not known. Did you mean 'oracle'"),
        ({"data": "/no/such/model.lp"}, "/no/such/model.lp"),
    ],
)
def test_what_cannot_run_is_refused_before_it_does(arguments: dict[str, Any], error: str) -> None:
    with pytest.raises(PrerequisiteError, match=error.replace("?", r"\?")):
        or_debug(**arguments)


def test_fifty_at_once_do_not_stall_the_event_loop() -> None:
    """While all cores solve what takes long, a coroutine that sleeps a moment wakes again and again."""
    wakes, done = 0, False

    async def clock() -> None:
        nonlocal wakes
        while not done:
            await asyncio.sleep(0.01)
            wakes += 1

    async def work() -> None:
        nonlocal done
        ticking = asyncio.create_task(clock())
        hard, seconds = market_split(), 1.0
        easy = [in_thread(solve, problem.model) for problem in load_problems()[:50]]
        first, *others = await asyncio.gather(in_thread(solve, hard, seconds), *easy)
        done = True
        await ticking
        assert first.status == "unknown"
        assert {solution.status for solution in others} == {"infeasible"}

    asyncio.run(work())
    assert wakes > 5


def market_split() -> LinearModel:
    """A model that takes a solver very long: equations in whole numbers (Cornuejols and Dawande 1998)."""
    chance = random.Random(1)
    names = [f"x{place}" for place in range(50)]
    rows: dict[str, Row] = {}
    for place in range(6):
        terms = {name: float(chance.randint(0, 99)) or 1.0 for name in names}
        rows[f"c{place}"] = Row(terms, "=", sum(terms.values()) // 2)
    bounds = dict.fromkeys(names, Bounds(0, 1))
    return LinearModel(goal="min", objective={"x0": 1}, rows=rows, bounds=bounds, integers=names)


def test_a_solver_that_comes_to_no_end_is_no_answer() -> None:
    with pytest.raises(NoAnswerError, match=r"no answer within 0\.2 s"):
        find_iis(market_split(), 0.2)
