"""The Vue suite end to end: from an answer or a chain of tool calls to the scores in the log."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from inspect_ai import eval as inspect_eval
from inspect_ai.log import EvalLog, EvalSample, headline_metric
from inspect_ai.model import ChatCompletionChoice, ChatMessageAssistant, ModelOutput, ModelUsage, get_model
from inspect_ai.scorer import Score
from inspect_ai.tool import ToolCall

from llmbench_inspect.prerequisite import PrerequisiteError
from llmbench_inspect.suites.vue import Fixture, load_fixtures
from llmbench_inspect.suites.vue.fixtures import fixtures_folder
from llmbench_inspect.suites.vue.scorers import failure_classes
from llmbench_inspect.tasks.vue_refactor import vue_refactor

NAMES = [fixture.name for fixture in load_fixtures()]


def _output(text: str = "", calls: list[ToolCall] | None = None, stop: Any = "stop") -> ModelOutput:
    message = ChatMessageAssistant(content=text, tool_calls=calls)
    usage = ModelUsage(input_tokens=10, output_tokens=10, total_tokens=20)
    return ModelOutput(
        model="mockllm/model",
        choices=[ChatCompletionChoice(message=message, stop_reason="tool_calls" if calls else stop)],
        usage=usage,
    )


def _run(name: str, outputs: list[ModelOutput], folder: Path, **arguments: Any) -> EvalLog:
    model = get_model("mockllm/model", custom_outputs=outputs, memoize=False)
    task = vue_refactor(fixtures=[name], **arguments)
    [log] = inspect_eval(task, model=model, log_dir=str(folder), display="none")
    return log


def _sample(log: EvalLog) -> EvalSample:
    assert log.status == "success", log.error
    assert log.samples is not None
    return log.samples[0]


def _score(log: EvalLog, name: str) -> Score:
    scores = _sample(log).scores
    assert scores is not None
    return scores[name]


def _answer(changes: dict[str, str | None]) -> str:
    blocks = [
        f"```{path.rsplit('.', 1)[-1]} {path}\n{text}\n```" if text is not None else f"```delete {path}\n```"
        for path, text in changes.items()
    ]
    return "Here are the files.\n\n" + "\n\n".join(blocks)


def _replay(fixture: Fixture) -> list[ModelOutput]:
    outputs = []
    for number, call in enumerate(fixture.tool_sequence):
        arguments = dict(call["arguments"])
        if source := arguments.pop("content_from", None):
            arguments["content"] = (fixture.root / source).read_text("utf-8")
        outputs.append(
            _output(calls=[ToolCall(id=f"call_{number}", function=call["tool"], arguments=arguments)])
        )
    return outputs


@pytest.mark.parametrize("name", NAMES)
def test_the_gold_answer_gets_full_marks(name: str, tmp_path: Path) -> None:
    fixture = load_fixtures([name])[0]
    log = _run(name, [_output(_answer(fixture.gold))], tmp_path)
    scores = _sample(log).scores
    assert scores is not None
    assert {key: score.value for key, score in scores.items()} == {
        "refactoring": 10,
        "solved": 1,
        "gain": pytest.approx(10 - fixture.specification.unchanged_score, abs=0.01),
        "type_checks": 1,
        "sfc_patterns": 1,
        "naming": 1,
        "behaviour": 1 if fixture.hidden_tests else pytest.approx(float("nan"), nan_ok=True),
        "failure_class": "solved",
    }
    metadata = scores["refactoring"].metadata
    assert metadata is not None
    assert metadata["errors_before"] > 0
    assert metadata["errors_after"] == 0
    assert metadata["diff"].startswith("--- ")


@pytest.mark.parametrize("name", NAMES)
def test_the_example_sequence_gets_full_marks(name: str, tmp_path: Path) -> None:
    fixture = load_fixtures([name])[0]
    log = _run(name, _replay(fixture), tmp_path, mode="agent", max_steps=20)
    assert _score(log, "refactoring").value == 10
    effort = _score(log, "agent_effort")
    assert isinstance(effort.value, dict)
    assert effort.value["tool_calls_count"] == len(fixture.tool_sequence)
    assert effort.value["efficiency_score"] == 1
    assert effort.metadata == {
        "tools_used": [call["tool"] for call in fixture.tool_sequence],
        "steps": len(fixture.tool_sequence),
        "finished": True,
    }


def test_an_agent_that_mends_its_errors_is_seen(tmp_path: Path) -> None:
    fixture = load_fixtures(["simple-component"])[0]
    [path] = fixture.gold
    bad = {answer.name: answer for answer in fixture.bad}["interface-not-used"].changes[path]
    steps = [
        ("write_file", {"path": path, "content": bad}),
        ("run_type_check", {}),
        ("write_file", {"path": "tsconfig.json", "content": "{}"}),
        ("write_file", {"path": path, "content": fixture.gold[path]}),
        ("run_type_check", {}),
        ("list_files", {}),
        ("finish", {}),
    ]
    outputs = [
        _output(calls=[ToolCall(id=str(number), function=function, arguments=arguments)])
        for number, (function, arguments) in enumerate(steps)
    ]
    log = _run("simple-component", [_output("I will begin."), *outputs], tmp_path, mode="agent")
    assert _score(log, "agent_effort").value == {
        "tool_calls_count": 7,
        "iterations_to_success": 5,
        "self_corrected": 1,
        "efficiency_score": pytest.approx(len(fixture.tool_sequence) / 8),
        "steps_after_success": 3,
    }
    told = [message.text for message in _sample(log).messages if message.role == "tool"]
    assert "TS7006" in told[1]
    assert told[4] == "No errors."
    refused = [
        message.error.message for message in _sample(log).messages if message.role == "tool" and message.error
    ]
    assert refused == ["'tsconfig.json' is configuration and must stay as it is."]


def test_steps_end_where_they_must(tmp_path: Path) -> None:
    log = _run("simple-component", [_output("Hm.")] * 3, tmp_path, mode="agent", max_steps=3)
    assert _score(log, "failure_class").value == "no_code"
    assert len([message for message in _sample(log).messages if message.role == "assistant"]) == 3


@pytest.mark.parametrize(
    ("text", "stop", "failure"),
    [
        ("I cannot help with that.", "stop", "no_code"),
        ("```vue src/components/HelloWorld.vue\n<script setup", "max_tokens", "cut_off"),
        (
            "```vue src/components/HelloWorld.vue\n<script setup lang='ts'>\nconst = 1\n</script>\n```",
            "stop",
            "does_not_parse",
        ),
        ("```ts ../../evil.ts\nexport {}\n```", "stop", "no_code"),
        ("```json tsconfig.json\n{}\n```", "stop", "no_code"),
        ("```vue src/components/HelloWorld.vue\n\0\n```", "stop", "does_not_compile"),
        ("```vue\n" + "<script>" * 600_000 + "\n```", "stop", "no_code"),
        (
            "\udcff```vue\n<script setup lang='ts'>\nconst a: string = '\udcff'\n</script>\n```",
            "stop",
            "wrong_behaviour",
        ),
    ],
    ids=["refusal", "cut", "syntax", "escape", "config", "nul", "huge", "surrogate"],
)
def test_what_a_model_may_send_is_classed_and_never_breaks_the_run(
    text: str, stop: str, failure: str, tmp_path: Path
) -> None:
    log = _run("simple-component", [_output(text, stop=stop)], tmp_path)
    assert _score(log, "failure_class").value == failure
    assert _score(log, "refactoring").metadata["failure_class"] == failure  # type: ignore[index]
    assert _score(log, "solved").value == 0


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({"fixtures": "simple-componnent"}, "Did you mean 'simple-component'?"),
        ({"mode": "agnet"}, "Did you mean 'agent'?"),
        ({"variant": "checklst"}, "Did you mean 'checklist'?"),
    ],
)
def test_a_wrong_argument_is_named_with_the_nearest_known(arguments: dict[str, Any], told: str) -> None:
    with pytest.raises(PrerequisiteError, match=told.replace("?", r"\?")):
        vue_refactor(**arguments)


def test_the_checklist_names_what_is_checked() -> None:
    plain, checklist = (
        vue_refactor(fixtures="simple-component", variant=v).dataset[0].input for v in ("plain", "checklist")
    )
    assert checklist != plain
    assert str(checklist).startswith(str(plain))
    for pattern in load_fixtures(["simple-component"])[0].specification.required:
        assert pattern.description in str(checklist)


def test_the_agent_is_not_told_how_to_write_an_answer_down() -> None:
    for sample in vue_refactor(mode="agent").dataset:
        assert "finish" in str(sample.input)
        assert "one code block" not in str(sample.input), sample.id


def test_an_agent_may_read_and_delete_within_the_project(tmp_path: Path) -> None:
    steps = [
        ("read_file", {"path": "src/App.vue"}),
        ("read_file", {"path": "src/Nothing.vue"}),
        ("read_file", {"path": "../../../../etc/passwd"}),
        ("write_file", {"path": "src/components/HelloWorld.vue", "content": "<template><p /></template>\n"}),
        ("delete_file", {"path": "src/components/HelloWorld.vue"}),
        ("delete_file", {"path": "package.json"}),
        ("finish", {}),
    ]
    outputs = [
        _output(calls=[ToolCall(id=str(number), function=function, arguments=arguments)])
        for number, (function, arguments) in enumerate(steps)
    ]
    log = _run("simple-component", outputs, tmp_path, mode="agent")
    results = [message for message in _sample(log).messages if message.role == "tool"]
    assert "<HelloWorld" in results[0].text
    errors = [message.error.message if message.error else None for message in results]
    assert errors[1] is not None
    assert "src/App.vue" in errors[1]
    assert errors[2] is not None
    assert "leads out of the project" in errors[2]
    assert errors[3:] == [None, None, "'package.json' is configuration and must stay as it is.", None]
    assert _sample(log).store["VueWork:files"] == {"src/components/HelloWorld.vue": None}


def test_single_shot_is_the_default_and_no_agent_metric_is_shown(tmp_path: Path) -> None:
    log = _run("simple-component", [_output("no")], tmp_path, mode="single_shot")
    assert log.results is not None
    assert list(dict.fromkeys(score.name for score in log.results.scores)) == [
        "refactoring",
        "solved",
        "gain",
        "type_checks",
        "sfc_patterns",
        "naming",
        "behaviour",
        "failure_class",
    ]


def test_the_headline_is_the_mean_score_and_the_classes_have_shares(tmp_path: Path) -> None:
    fixture = load_fixtures(["simple-component"])[0]
    model = get_model(
        "mockllm/model",
        custom_outputs=[_output("no"), _output(_answer(fixture.gold)), _output("no"), _output("no")],
        memoize=False,
    )
    task = vue_refactor(fixtures=["simple-component"])
    [log] = inspect_eval(
        task, model=model, epochs=4, max_samples=1, max_connections=1, log_dir=str(tmp_path), display="none"
    )
    assert log.results is not None
    headline = headline_metric(log)
    assert headline is not None
    assert (headline.score.name, headline.name) == ("refactoring", "mean")
    assert headline.metric.value == pytest.approx((10 + 3 * fixture.specification.unchanged_score) / 4)
    [classes] = [score for score in log.results.scores if score.name == "failure_class"]
    assert {name: metric.value for name, metric in classes.metrics.items()} == {
        "no_code": 0.75,
        "solved": 0.25,
    }


def test_what_crashes_the_checker_untouched_is_unscored_and_in_no_share(tmp_path: Path) -> None:
    broken = Path(shutil.copytree(fixtures_folder() / "simple-component", tmp_path / "broken"))
    (broken / "target_project/src/deep.ts").write_text(f"let x = {'(' * 50_000}", "utf-8")
    task = vue_refactor(fixtures=["simple-component", str(broken)])
    model = get_model("mockllm/model", custom_outputs=[_output("no"), _output("no")], memoize=False)
    [log] = inspect_eval(task, model=model, log_dir=str(tmp_path / "logs"), display="none")
    assert log.status == "success", log.error
    assert log.results is not None
    for score in log.results.scores:
        assert (score.scored_samples, score.unscored_samples) == (1, 1), score.name
    [classes] = [score for score in log.results.scores if score.name == "failure_class"]
    assert {name: metric.value for name, metric in classes.metrics.items()} == {"no_code": 1}
    reasons = {score.reason for sample in log.samples or [] for score in (sample.scores or {}).values()}
    assert reasons == {None, "checker_crash"}


def test_where_nothing_was_scored_no_class_has_a_share() -> None:
    assert failure_classes()([]) == {}
