"""The task `prompts` end to end: forms, failure classes, repair, schemas and latencies, read from the log."""

import json
import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from inspect_ai import eval as inspect_eval
from inspect_ai import score
from inspect_ai.log import EvalLog, EvalSample
from inspect_ai.model import (
    ChatCompletionChoice,
    ChatMessage,
    ChatMessageAssistant,
    ContentReasoning,
    ContentText,
    Model,
    ModelOutput,
    ModelUsage,
    get_model,
)
from inspect_ai.scorer import Score

from llmbench_inspect.prerequisite import PrerequisiteError
from llmbench_inspect.suites.prompts import (
    constraints_kept,
    load_prompts,
    objective_pass,
    repaired,
    success,
    under_schema,
)
from llmbench_inspect.tasks.prompts import prompts

Chat = Callable[..., Any]

GOLD = {prompt.line.prompt: prompt.line.gold for prompt in load_prompts("extended").prompts}
BAD = {prompt.line.prompt: prompt.line.bad for prompt in load_prompts("extended").prompts}


def _output(text: str, stop: Any = "stop") -> ModelOutput:
    output = ModelOutput.from_content("mockllm/model", text, stop_reason=stop)
    output.usage = ModelUsage(input_tokens=10, output_tokens=10, total_tokens=20)
    return output


def _mock(answer: Callable[[str], str | ModelOutput]) -> Model:
    def reply(messages: list[ChatMessage], *_: Any) -> ModelOutput:
        made = answer(messages[-1].text)
        return _output(made) if isinstance(made, str) else made

    return get_model("mockllm/model", custom_outputs=reply, memoize=False)


def _run(model: Model, folder: Path, **arguments: Any) -> EvalLog:
    [log] = inspect_eval(prompts(**arguments), model=model, log_dir=str(folder), display="none")
    assert log.status == "success", log.error
    return log


def _metrics(log: EvalLog, name: str) -> dict[str, float]:
    assert log.results is not None
    return {
        key: metric.value
        for score in log.results.scores
        if score.name == name
        for key, metric in score.metrics.items()
    }


def _scores(log: EvalLog, name: str) -> dict[str, Score]:
    samples: list[EvalSample] = log.samples or []
    return {str(sample.id): (sample.scores or {})[name] for sample in samples}


def test_right_answers_pass_every_way(tmp_path: Path) -> None:
    log = _run(_mock(GOLD.__getitem__), tmp_path)
    passed = _metrics(log, "objective_pass")
    assert passed["accuracy"] == passed["passed"] == 1
    assert 0.7 < passed["lower"] < passed["upper"] == 1
    assert passed["json"] == passed["number"] == 1
    assert 0 < passed["json_lower"] < passed["json_upper"] == 1
    assert 0 < passed["pass_p50_s"] <= passed["pass_p95_s"]
    assert math.isnan(passed["fail_p50_s"])
    assert _metrics(log, "repaired")["accuracy"] == _metrics(log, "success")["accuracy"] == 1
    assert _metrics(log, "json_keys")["accuracy"] == 1
    assert (log.eval.metadata or {})["data"]["prompts"] == 11


def test_known_wrong_answers_fail_and_some_can_be_repaired(tmp_path: Path) -> None:
    log = _run(_mock(BAD.__getitem__), tmp_path, suite="extended")
    passed, mended = _metrics(log, "objective_pass"), _metrics(log, "repaired")
    assert passed["accuracy"] == passed["passed"] == 0
    assert _metrics(log, "success")["accuracy"] == 1
    assert 0.15 < mended["accuracy"] < 0.6
    shares = [passed[name] for name in ("fence", "prose", "wrong_type", "wrong_count", "wrong_value")]
    assert all(share > 0 for share in shares)
    assert mended["fence"] < passed["fence"]
    assert math.isnan(passed["pass_p50_s"])
    assert 0 < passed["fail_p50_s"] <= passed["fail_p95_s"]


def _reasoned(channel: str, answer: str) -> ModelOutput:
    message = ChatMessageAssistant(
        content=[ContentReasoning(reasoning=channel), ContentText(text=answer)], source="generate"
    )
    usage = ModelUsage(input_tokens=10, output_tokens=10, total_tokens=20)
    choice = ChatCompletionChoice(message=message, stop_reason="stop")
    return ModelOutput(model="mockllm/model", choices=[choice], usage=usage)


ENDINGS: Mapping[str, tuple[Callable[[str], str | ModelOutput], str | None, str]] = {
    "think tags": (lambda gold: f"<think>It is 5.</think>\n{gold}", None, "C"),
    "a channel": (lambda gold: _reasoned("It is 5.", gold), None, "C"),
    "a closing tag alone": (lambda gold: f"It is 5.</think>{gold}", "reasoning_leak", "C"),
    "an opening tag alone": (lambda gold: f"{gold}<think>Or not?", "reasoning_leak", "C"),
    "endless thought": (lambda _: "<think>It is 5, or", "reasoning_leak", "I"),
    "thought to the limit": (lambda _: _output("<think>It is 5, or", "max_tokens"), "truncated", "I"),
    "the limit": (lambda _: _output('{"team": "bil', "max_tokens"), "truncated", "I"),
    "nothing": (lambda _: "  \n", "empty", "I"),
    "a refusal": (lambda _: "I'm sorry, but I can't help with that.", "refusal", "I"),
    "a filter": (lambda _: _output("", "content_filter"), "refusal", "I"),
    "a fence": (lambda gold: f"```\n{gold}\n```", "fence", "C"),
    "an opening": (lambda gold: f"Sure! {gold}", "prose", "C"),
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_how_an_answer_came_to_fail(ending: str, tmp_path: Path) -> None:
    make, failure, after = ENDINGS[ending]
    file = tmp_path / "mine.jsonl"
    line = {"id": "a", "form": "x", "prompt": "Say it.", "gold": "4"}
    file.write_text(json.dumps({**line, "constraints": [{"constraint": "integer", "answer": 4}]}), "utf-8")
    log = _run(_mock(lambda _: make("4")), tmp_path, data=str(file))
    judged = _scores(log, "objective_pass")["a"]
    assert (judged.metadata or {})["failure_class"] == failure
    assert judged.value == ("I" if failure else "C")
    assert _scores(log, "repaired")["a"].value == after
    came = "I" if ending in {"nothing", "a filter", "endless thought", "thought to the limit"} else "C"
    assert _scores(log, "success")["a"].value == came
    if failure:
        assert _metrics(log, "objective_pass")[failure] == 1


def test_what_the_instrument_lost_is_not_scored(tmp_path: Path) -> None:
    def broken(prompt: str) -> ModelOutput:
        if "HEARTBEAT_OK" in prompt:
            lost = _output("")
            lost.error = "the server went away"
            return lost
        return _output(GOLD[prompt])

    log = _run(_mock(broken), tmp_path)
    assert _metrics(log, "objective_pass")["accuracy"] == 1
    assert log.results is not None
    assert {one.name: one.unscored_samples for one in log.results.scores}["objective_pass"] == 1
    lost = _scores(log, "objective_pass")["heartbeat"]
    assert (lost.reason, lost.explanation) == ("no_answer", "the server went away")


def _served(server: Any) -> Model:
    return get_model("openai-api/local/m", base_url=server.url, api_key="x", memoize=False)


def _fenced(body: dict[str, Any]) -> dict[str, Any]:
    return {"content": f"```\n{GOLD[body['messages'][-1]['content']]}\n```"}


def _enforcing(body: dict[str, Any]) -> dict[str, Any]:
    if "response_format" not in body:
        return _fenced(body)
    assert body["response_format"]["json_schema"]["schema"]["type"] == "object"
    return {"content": GOLD[body["messages"][-1]["content"]]}


def test_a_schema_recovers_what_a_fence_lost(chat: Chat, tmp_path: Path) -> None:
    log = _run(_served(chat(_enforcing)), tmp_path, constrained=True)
    constrained = _metrics(log, "constrained")
    assert constrained["accuracy"] == constrained["schema_kept"] == 1
    assert constrained["without_schema"] == 0
    assert constrained["pass_p50_s"] > 0
    assert _metrics(log, "objective_pass")["accuracy"] == 0
    told = {name: one.reason for name, one in _scores(log, "constrained").items()}
    assert {name for name, reason in told.items() if reason is None} == {
        "router-json",
        "json-numbers",
        "operator",
    }
    assert {reason for reason in told.values() if reason} == {"no_schema"}


def test_a_server_that_ignores_the_schema_is_told(chat: Chat, tmp_path: Path) -> None:
    log = _run(_served(chat(_fenced)), tmp_path, constrained=True)
    constrained = _metrics(log, "constrained")
    assert constrained["accuracy"] == constrained["schema_kept"] == 0
    assert constrained["fence"] == 1


def test_a_provider_that_sends_no_schema_is_told(tmp_path: Path) -> None:
    log = _run(_mock(GOLD.__getitem__), tmp_path, constrained=True)
    told = {one.reason for one in _scores(log, "constrained").values()}
    assert told == {"no_schema", "schema_not_sent"}
    assert math.isnan(_metrics(log, "constrained")["accuracy"])
    assert _metrics(log, "objective_pass")["accuracy"] == 1


def test_a_suite_that_is_not_known() -> None:
    with pytest.raises(
        PrerequisiteError, match=r"suite='cor' is not known. Did you mean 'core'\? Known: core, ext"
    ):
        prompts(suite="cor")  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('{"id": "a"', "line 2: no JSON"),
        ('{"id": "b", "form": "x", "prompt": "p"}', "line 2: constraints: Field required"),
        ('{"id": "b", "form": "x", "prompt": "p", "constraints": [], "more": 1}', "line 2: more: Extra"),
        ('{"id": "b", "form": "x", "prompt": "p", "constraints": []}', "line 2: it names no constraint"),
        (
            '{"id": "b", "form": "x", "prompt": "p", "constraints": [{"constraint": "yesno"}]}',
            "line 2: 'yesno' is no constraint. Did you mean 'yes_no'? Known: bullets, command",
        ),
        (
            '{"id": "a", "form": "x", "prompt": "p", "constraints": [{"constraint": "yes_no"}]}',
            "line 2: the id 'a' stands there a second time",
        ),
    ],
)
def test_a_broken_line_is_named_before_any_call(line: str, said: str, tmp_path: Path) -> None:
    file = tmp_path / "mine.jsonl"
    good = {"id": "a", "form": "x", "prompt": "Say yes.", "constraints": [{"constraint": "yes_no"}]}
    file.write_text(f"{json.dumps(good)}\n{line}\n", "utf-8")
    with pytest.raises(PrerequisiteError) as caught:
        prompts(data=str(file))
    assert f"{file}, {said}" in str(caught.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(PrerequisiteError, match=r"cannot be read.*-T data=PATH"):
        prompts(data=str(tmp_path / "none.jsonl"))


def test_a_log_is_scored_again_without_a_model(
    chat: Chat, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = _run(_served(chat(_enforcing)), tmp_path, constrained=True)
    monkeypatch.setenv("LOCAL_API_KEY", "x")
    scorers = [
        objective_pass(),
        repaired(),
        under_schema(),
        success(),
        constraints_kept(load_prompts("core").codes),
    ]
    assert log.samples  # read before Inspect's event loop runs, which it would patch to read them in
    again = score(log, scorers, action="overwrite", display="none")
    for name in ("objective_pass", "repaired", "constrained", "success", "json_keys", "words"):
        assert _metrics(again, name) == pytest.approx(_metrics(log, name), nan_ok=True)


def test_epochs_add_up(tmp_path: Path) -> None:
    turns = iter(range(100))

    def sometimes(prompt: str) -> str:
        return (GOLD if next(turns) % 2 else BAD)[prompt]

    [log] = inspect_eval(
        prompts(), model=_mock(sometimes), log_dir=str(tmp_path), display="none", epochs=2, max_connections=1
    )
    assert log.status == "success", log.error
    metrics = _metrics(log, "objective_pass")
    assert metrics["accuracy"] == metrics["passed"] == pytest.approx(0.5)
    assert metrics["pass_p50_s"] > 0
    assert metrics["fail_p50_s"] > 0
    assert _metrics(log, "json_keys")["accuracy"] == pytest.approx(0.5)
