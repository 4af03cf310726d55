"""`run_tests`: an agent may run the tests that its project came with, as the project came with them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import anyio
import pytest
from inspect_ai import eval as inspect_eval
from inspect_ai.model import ChatCompletionChoice, ChatMessageAssistant, ModelOutput, ModelUsage, get_model
from inspect_ai.tool import ToolCall

from llmbench_inspect.prerequisite import PrerequisiteError
from llmbench_inspect.suites.vue import Fixture, load_fixtures, vitest_jail
from llmbench_inspect.suites.vue.fixtures import fixtures_folder
from llmbench_inspect.tasks.vue_refactor import vue_refactor

NAME = "options-to-composition"
COMPONENT = "src/components/ParcelTracker.vue"
TESTS = "tests/parcel-tracker.test.ts"
ALWAYS = "import { expect, test } from 'vitest'\ntest('is fine', () => {\n  expect(1).toBe(1)\n})\n"

Call = tuple[str, dict[str, Any]]


def told(fixture: str, calls: list[Call], folder: Path) -> list[str]:
    """What an agent is told that makes these calls, one after the other."""
    outputs = [
        ModelOutput(
            model="mockllm/model",
            choices=[
                ChatCompletionChoice(
                    message=ChatMessageAssistant(
                        content="", tool_calls=[ToolCall(id=str(number), function=name, arguments=arguments)]
                    ),
                    stop_reason="tool_calls",
                )
            ],
            usage=ModelUsage(input_tokens=10, output_tokens=10, total_tokens=20),
        )
        for number, (name, arguments) in enumerate([*calls, ("finish", {})])
    ]
    model = get_model("mockllm/model", custom_outputs=outputs, memoize=False)
    task = vue_refactor(mode="agent", fixtures=[fixture])
    [log] = inspect_eval(task, model=model, log_dir=str(folder / "logs"), display="none")
    assert log.status == "success", log.error
    assert log.samples is not None
    answers = [message for message in log.samples[0].messages if message.role == "tool"]
    return [message.error.message if message.error else message.text for message in answers]


def emptied(fixture: Fixture) -> str:
    text = {bad.name: bad for bad in fixture.bad}["emptied"].changes[COMPONENT]
    assert text is not None
    return text


def test_an_agent_sees_and_runs_the_tests_of_its_project(tmp_path: Path) -> None:
    fixture = load_fixtures([NAME])[0]
    calls: list[Call] = [
        ("read_file", {"path": TESTS}),
        ("run_tests", {}),
        ("write_file", {"path": COMPONENT, "content": emptied(fixture)}),
        ("write_file", {"path": "src/App.vue", "content": "<template></template>"}),
        ("run_tests", {}),
        ("write_file", {"path": COMPONENT, "content": fixture.gold[COMPONENT]}),
        ("run_tests", {}),
    ]
    answers = told(NAME, calls, tmp_path)
    assert answers[0] == fixture.visible_tests[TESTS]
    assert answers[1] == "4 of 4 tests pass."
    head, *failures, note = answers[4].splitlines()
    assert head == "0 of 4 tests pass."
    assert "FAILED turns the order around: Unable to get li" in "\n".join(failures)
    assert note == "Note: src/App.vue must stay as it was; your changes there do not count."
    assert answers[6].startswith("4 of 4 tests pass.")


def test_a_project_without_tests_comes_without_the_tool(tmp_path: Path) -> None:
    assert "run_tests" in told("simple-component", [("run_tests", {})], tmp_path)[0]
    asked = {str(sample.id): str(sample.input) for sample in vue_refactor(mode="agent").dataset}
    assert [name for name, text in asked.items() if "run_tests" in text] == [NAME]


@pytest.mark.parametrize(
    "change", [("write_file", {"path": TESTS, "content": ALWAYS}), ("delete_file", {"path": TESTS})]
)
def test_tests_that_the_agent_edits_or_deletes_are_run_as_they_were(change: Call, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(fixtures_folder() / NAME, tmp_path / "mine"))
    file = folder / "validation_spec.json"
    specification = json.loads(file.read_text("utf-8"))
    specification["editable"] = ["**"]
    file.write_text(json.dumps(specification), "utf-8")
    fixture = load_fixtures([str(folder)])[0]
    own: Call = ("write_file", {"path": "tests/mine.test.ts", "content": ALWAYS})
    broken: Call = ("write_file", {"path": COMPONENT, "content": emptied(fixture)})
    *_, answer, _ = told(str(folder), [change, own, broken, ("run_tests", {})], tmp_path)
    assert answer.startswith("0 of 4 tests pass.")


def test_what_a_component_throws_is_told_in_few_plain_words(tmp_path: Path) -> None:
    fixture = load_fixtures([NAME])[0]
    text = fixture.gold[COMPONENT]
    assert text is not None
    loud = text.replace(
        "defineExpose(", "throw new Error('\\u001b[31m' + 'red '.repeat(100_000))\ndefineExpose(", 1
    )
    _, answer, _ = told(
        NAME, [("write_file", {"path": COMPONENT, "content": loud}), ("run_tests", {})], tmp_path
    )
    assert answer.startswith("0 of 4 tests pass.")
    assert "red red" in answer
    assert len(answer) < 4 * 600
    assert "\x1b" not in answer


@pytest.mark.parametrize(
    "fixture", [one for one in load_fixtures() if one.visible_tests], ids=lambda one: one.name
)
def test_the_right_answer_passes_the_tests_of_its_project(fixture: Fixture) -> None:
    jail = vitest_jail("happy-dom")
    found = anyio.run(jail.run, fixture.overlay(fixture.gold), fixture.visible_tests, fixture.test_support)
    assert found.share == 1, found.failed
    assert [call["tool"] for call in fixture.tool_sequence].count("run_tests") == 1


def test_broken_tests_of_a_project_are_refused_before_the_run(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(fixtures_folder() / NAME, tmp_path / "mine"))
    (folder / "target_project" / TESTS).write_text("it('works', () => {})\n", "utf-8")
    with pytest.raises(
        PrerequisiteError, match=r"parcel-tracker\.test\.ts: tests import `expect` and `test`"
    ):
        load_fixtures([str(folder)])
