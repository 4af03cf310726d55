"""`tool_bench` end to end: from a scripted model's calls to the scores in the log."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from inspect_ai import eval as inspect_eval
from inspect_ai import score
from inspect_ai.log import EvalLog, EvalSample, headline_metric
from inspect_ai.model import ChatMessage, ModelOutput, ModelUsage, get_model

from llmbench_inspect.prerequisite import PrerequisiteError
from llmbench_inspect.suites.tooluse import completed, load_tasks
from llmbench_inspect.suites.tooluse.played import played_turn
from llmbench_inspect.tasks.tool_bench import tool_bench

Turn = list[tuple[str, dict[str, Any]]] | str
Play = Callable[..., EvalLog]


@pytest.fixture
def play(tmp_path: Path) -> Play:
    """Run one task with a model that makes given calls, or says given texts, one turn after the other."""

    def run(task_id: str, turns: list[Turn], *, epochs: int = 1, **arguments: Any) -> EvalLog:
        limit = arguments.pop("message_limit", None)
        outputs = [_output(turn) for turn in turns] * epochs
        [log] = inspect_eval(
            tool_bench(**arguments),
            model=get_model("mockllm/model", custom_outputs=outputs, memoize=False),
            sample_id=task_id,
            log_dir=str(tmp_path),
            display="none",
            epochs=epochs,
            max_samples=1,
            message_limit=limit,
        )
        assert log.status == "success", log.error
        return log

    return run


def _output(turn: Turn) -> ModelOutput:
    output = played_turn(text=turn) if isinstance(turn, str) else played_turn(turn)
    output.usage = ModelUsage(input_tokens=90, output_tokens=10, total_tokens=100)
    return output


def sample_of(log: EvalLog) -> EvalSample:
    assert log.samples
    return log.samples[0]


def completed_of(log: EvalLog) -> tuple[object, str | None, str | None]:
    given = (sample_of(log).scores or {})["completed"]
    assert given.metadata is not None
    return given.value, given.metadata["failure_class"], given.explanation


def calls_told(log: EvalLog) -> dict[str, float]:
    value = (sample_of(log).scores or {})["tool_calls"].value
    assert isinstance(value, dict)
    return {key: float(number) for key, number in value.items() if number == number}  # type: ignore[arg-type]


def first(template: str) -> Any:
    return next(task for task in load_tasks() if task.template == template)


RENAME = first("rename_file")
SOURCE, TARGET = (RENAME.calls[0].ways[0].arguments[name] for name in ("source", "destination"))
ORDER = first("place_order")
TWICE = first("renamed_twice")


def test_another_way_to_the_same_end_is_complete(play: Play) -> None:
    log = play(RENAME.id, [[("run_command", {"command": f"mv {SOURCE} {TARGET}"})], "ANSWER: done"])
    assert completed_of(log) == (1, None, "completed")
    assert calls_told(log) == {
        "call_accuracy": 1,
        "parameters": 1,
        "spurious_calls": 0,
        "calls_per_completed": 1,
        "tokens_per_completed": 200,
    }
    headline = headline_metric(log)
    assert headline is not None
    assert headline.name == "accuracy"


def test_looking_around_costs_accuracy_and_not_completion(play: Play) -> None:
    rename = ("move_file", {"source": SOURCE, "destination": TARGET})
    log = play(RENAME.id, [[("list_files", {})], [rename], "Done."])
    assert completed_of(log)[0] == 1
    assert calls_told(log)["call_accuracy"] == 0.5


def test_harm_done_on_the_way_is_no_completion(play: Play) -> None:
    other = next(path for path in RENAME.world.files if path != SOURCE)
    log = play(RENAME.id, [[("move_file", {"source": SOURCE, "destination": TARGET}),
                            ("delete_file", {"path": other})], "ANSWER: done"])  # fmt: skip
    assert completed_of(log) == (0, "spurious_call", f"spurious_call: {other} does not exist")


def test_each_failure_has_its_mode(tmp_path: Path) -> None:
    tasks = [task for task in load_tasks() if task.template == "rename_file"]
    prompts = {task.prompt: number for number, task in enumerate(tasks)}
    source, target = [
        [task.calls[0].ways[0].arguments[name] for task in tasks] for name in ("source", "destination")
    ]
    cases: list[tuple[str, list[Turn]]] = [
        ("no_call", ["I would rename it."]),
        ("call_as_text", ['{"name": "move_file", "arguments": {}}']),
        ("hallucinated_tool", [[("rename", {"from": source[2]})], "Done."]),
        ("malformed_arguments", [[("move_file", {"source": source[3]})], "Done."]),
        ("gave_up_after_error", [[("move_file", {"source": "no", "destination": target[4]})], "Hm."]),
        ("wrong_argument", [[("move_file", {"source": source[5], "destination": "x.txt"})], "Done."]),
        ("wrong_tool", [[("write_file", {"path": target[6], "content": "?"})], "Done."]),
        ("loop", [*[[("list_files", {})]] * 3, "Done."]),
        ("limit", [[("read_file", {"path": f"{number}.txt"})] for number in range(20)]),
    ]

    def answer(messages: list[ChatMessage], *_: object) -> ModelOutput:
        turns = cases[prompts[messages[1].text]][1]
        return _output(turns[sum(message.role == "assistant" for message in messages)])

    [log] = inspect_eval(
        tool_bench(),
        model=get_model("mockllm/model", custom_outputs=answer, memoize=False),
        sample_id=[task.id for task in tasks],
        log_dir=str(tmp_path),
        display="none",
    )
    assert log.status == "success", log.error
    found = {sample.id: (sample.scores or {})["completed"] for sample in log.samples or []}
    modes = [(found[task.id].metadata or {})["failure_class"] for task in tasks]
    assert modes == [mode for mode, _ in cases]
    assert all(score.value == 0 for score in found.values())
    assert log.results is not None
    counts = {name: value.value for each in log.results.scores for name, value in each.metrics.items()}
    assert {mode: counts[mode] for mode, _ in cases} == dict.fromkeys((mode for mode, _ in cases), 1)


def test_a_limit_of_messages_is_a_limit(play: Play) -> None:
    log = play(RENAME.id, [[("read_file", {"path": f"{n}.txt"})] for n in range(4)], message_limit=7)
    assert completed_of(log)[:2] == (0, "limit")


def test_calls_may_travel_as_text(play: Play) -> None:
    call = {"name": "move_file", "arguments": {"source": SOURCE, "destination": TARGET}}
    text = f"<tool_call>\n{json.dumps(call)}\n</tool_call>"
    log = play(RENAME.id, [text, "ANSWER: done"], transport="prompted")
    assert completed_of(log)[0] == 1
    assert calls_told(log)["call_accuracy"] == 1


def test_a_workflow_needs_its_order(play: Play) -> None:
    read, post, write = [(call.ways[0].tool, call.ways[0].arguments) for call in ORDER.calls]
    right = play(ORDER.id, [[read], [post], [write], "ANSWER: done"])
    guessed = play(ORDER.id, [[write], [read], [post], "ANSWER: done"])
    assert (completed_of(right)[0], calls_told(right)["workflow_success"]) == (1, 1)
    assert (completed_of(guessed)[0], calls_told(guessed)["workflow_success"]) == (1, 0)


def test_a_call_that_nothing_needed_breaks_restraint(play: Play) -> None:
    plain = play(TWICE.id, [TWICE.final])
    curious = play(TWICE.id, [[("list_files", {})], TWICE.final])
    assert (completed_of(plain)[0], calls_told(plain)["restraint"]) == (1, 1)
    assert (completed_of(curious)[0], calls_told(curious)["restraint"]) == (1, 0)
    assert calls_told(curious)["call_accuracy"] == 0


def test_a_run_is_told_with_intervals_groups_tier_and_baselines(play: Play) -> None:
    log = play(TWICE.id, [TWICE.final], epochs=2)
    assert log.results is not None
    told = {name: value.value for each in log.results.scores for name, value in each.metrics.items()
            if each.name == "completed"}  # fmt: skip
    assert told["accuracy"] == told["all"] == told["files"] == told["easy"] == 1
    assert math.isnan(told["tier"])
    assert told["no_call"] == told["does_nothing"] == told["calls_every_tool"] == 0


def test_a_log_can_be_scored_again_without_its_sandbox(play: Play) -> None:
    log = play(RENAME.id, [[("move_file", {"source": SOURCE, "destination": TARGET})], "ANSWER: done"])
    assert log.samples  # read before Inspect's event loop runs, which it would patch to read them in
    again = score(log, completed(), action="overwrite", display="none")
    assert completed_of(again)[0] == 1


def test_what_cannot_run_is_refused_before_it_does() -> None:
    with pytest.raises(PrerequisiteError, match="sandbox='local' is not possible"):
        tool_bench(sandbox="local")
    with pytest.raises(PrerequisiteError, match="solver='oracl' is not known"):
        tool_bench(solver="oracl")  # type: ignore[arg-type]
