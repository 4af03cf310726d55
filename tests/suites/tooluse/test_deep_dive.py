"""The deep dive end to end: what the machine says counts, over every variant and transport."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import pytest
from inspect_ai import eval as inspect_eval
from inspect_ai.log import EvalLog
from inspect_ai.model import (
    ChatCompletionChoice,
    ChatMessage,
    ChatMessageAssistant,
    ChatMessageTool,
    ModelOutput,
    ModelUsage,
    get_model,
)
from inspect_ai.tool import ToolCall, ToolInfo

from llmbench_inspect.prerequisite import PrerequisiteError
from llmbench_inspect.suites.tooluse.deep_dive import EACH, MOST_TURNS, TASKS, Variant, questions
from llmbench_inspect.suites.tooluse.written_calls import write_call
from llmbench_inspect.tasks.tool_use import tool_use

Calls = list[tuple[str, dict[str, Any]]]


@pytest.fixture(autouse=True)
def _bubblewrap() -> None:
    if shutil.which("bwrap") is None:
        pytest.skip("bubblewrap is not installed: apt-get install bubblewrap")


def _output(text: str = "", calls: Calls = []) -> ModelOutput:  # noqa: B006
    message = ChatMessageAssistant(content=text)
    message.tool_calls = [
        ToolCall(id=f"{message.id}{number}", function=name, arguments=arguments)
        for number, (name, arguments) in enumerate(calls)
    ] or None
    return ModelOutput(
        model="mockllm/model",
        choices=[ChatCompletionChoice(message=message)],
        usage=ModelUsage(input_tokens=10, output_tokens=10, total_tokens=20),
    )


def _run(folder: Path, outputs: Callable[..., ModelOutput], **options: Any) -> EvalLog:
    arguments = {name: options.pop(name) for name in ("variant", "transport", "solver") if name in options}
    [log] = inspect_eval(
        tool_use(**arguments),
        model=get_model("mockllm/model", custom_outputs=outputs, memoize=False),
        log_dir=str(folder),
        display="none",
        **options,
    )
    assert log.status == "success", log.error
    return log


def _metrics(log: EvalLog) -> dict[str, float]:
    assert log.results is not None
    prefix = re.compile("llmbench_inspect/(shares|amounts)_")
    return {
        f"{score.name}.{prefix.sub('', name)}": metric.value
        for score in log.results.scores
        for name, metric in score.metrics.items()
    }


def _silent(*_: Any) -> ModelOutput:
    raise AssertionError("no model is asked")


def test_the_oracle_answers_all(tmp_path: Path) -> None:
    log = _run(tmp_path, _silent, solver="oracle")
    assert log.plan.steps[-1].solver == "llmbench_inspect/played_answers"
    assert log.results is not None
    assert {score.scorer for score in log.results.scores} == {"answered", "calls_made"}
    metrics = _metrics(log)
    assert metrics["answered.accuracy"] == 1
    assert metrics["answered.n"] == len(TASKS) * EACH == 60
    assert {task: metrics[f"answered.{task}"] for task in TASKS} == dict.fromkeys(TASKS, 1)
    assert metrics["call_accuracy.all"] == metrics["parameters.all"] == 1
    assert metrics["spurious_calls.all"] == 0


@pytest.mark.parametrize("player", ["does_nothing", "calls_every_tool"])
def test_what_baselines_score(player: Any, tmp_path: Path) -> None:
    ids = None if player == "does_nothing" else [f"{task}-0{number}" for task in TASKS for number in (1, 2)]
    metrics = _metrics(_run(tmp_path, _silent, solver=player, sample_id=ids))
    assert metrics["answered.accuracy"] == metrics[f"answered.{player}"] == 0
    if player == "does_nothing":
        assert metrics["answered.no_call"] == metrics["answered.n"] == 60
        assert metrics["call_accuracy.all"] == 0
    else:
        assert metrics["spurious_calls.all"] > 5


def _asked(messages: list[ChatMessage]) -> str:
    """The id of the sample: the question is the last text of a user that no tool gave."""
    [text] = [m.text for m in messages if m.role == "user" and "<tool_result" not in m.text][-1:]
    return next(question.id for question in questions() if question.text in text)


@pytest.mark.parametrize(
    ("variant", "transport"),
    [
        ("plain", "native"),
        ("few_shot", "prompted"),
        ("xml", "native"),
        ("xml", "prompted"),
        ("step_by_step", "native"),
    ],
)
def test_right_calls_and_answers_count(variant: Any, transport: Any, tmp_path: Path) -> None:
    known = {question.id: question for question in questions()}
    told: list[str] = []

    def answer(messages: list[ChatMessage], tools: list[ToolInfo], *_: Any) -> ModelOutput:
        question = known[_asked(messages)]
        told.append("\n".join(message.text for message in messages))
        assert bool(tools) == (transport == "native")
        if messages[-1].role == "tool" or messages[-1].text.startswith("<tool_result"):
            results = [
                json.loads(found) for found in re.findall(r"^\{.*\}$", messages[-1].text, re.MULTILINE)
            ]
            if question.answer.kind == "measured":
                return _output(f"**ANSWER:** {results[0][question.answer.fields[0][1]]} {question.form}")
            return _output(f"I see.\nANSWER: {', '.join(question.answer.values)}")
        calls = [(call.ways[0].tool, _arguments(call)) for call in question.calls]
        if transport == "native":
            return _output(calls=calls)
        return _output("\n".join(write_call(*call, "xml" if variant == "xml" else "json") for call in calls))

    ids = ["memory-01", "reach-02"]
    if variant == "plain":
        ids += ["disk-02", "processes-02", "search-01", "status-03"]
    log = _run(tmp_path, answer, sample_id=ids, variant=variant, transport=transport)
    metrics = _metrics(log)
    assert log.plan.steps[-1].solver == "llmbench_inspect/work_with_tools"
    assert metrics["answered.accuracy"] == metrics["call_accuracy.all"] == metrics["parameters.all"] == 1
    assert metrics["tokens_per_completed.all"] == 40
    assert metrics["calls_per_completed.all"] == pytest.approx(
        sum(len(known[i].calls) for i in ids) / len(ids)
    )
    assert ("<parameter" in told[0]) == (variant == "xml")
    assert ("8082" in told[0]) == (variant == "few_shot")
    assert ("step by step" in told[0]) == (variant == "step_by_step")


def _arguments(call: Any) -> dict[str, Any]:
    way = call.ways[0]
    return way.arguments | {name: " ".join(words) for name, words in way.mentions.items()}


Turns = list[ModelOutput]

FAILURES: list[tuple[str, Callable[[str, str], Turns]]] = [
    ("no_call", lambda name, right: [_output(f"ANSWER: {right}")]),
    ("call_as_text", lambda name, right: [_output(f'list_processes(name="{name}")')]),
    ("call_as_text", lambda name, right: [_output(f"```bash\npgrep -c {name}\n```")]),
    (
        "hallucinated_tool",
        lambda name, right: [_output(calls=[("pgrep", {"name": name})]), _output(f"ANSWER: {right}")],
    ),
    ("wrong_tool", lambda name, right: [_output(calls=[("uptime", {})]), _output("ANSWER: 0")]),
    (
        "wrong_argument",
        lambda name, right: [
            _output(calls=[("list_processes", {"name": "sh"})]),
            _output(f"ANSWER: {right}"),
        ],
    ),
    (
        "malformed_arguments",
        lambda name, right: [_output(calls=[("list_processes", {"program": name})]), _output("ANSWER: 0")],
    ),
    (
        "wrong_result",
        lambda name, right: [_output(calls=[("list_processes", {"name": name})]), _output("ANSWER: 99")],
    ),
    ("wrong_result", lambda name, right: [_output(calls=[("list_processes", {"name": name})]), _output("")]),
    (
        "spurious_call",
        lambda name, right: [
            _output(calls=[("list_processes", {"name": name}), ("uptime", {})]),
            _output("ANSWER: 99"),
        ],
    ),
    (
        "loop",
        lambda name, right: [_output(calls=[("list_processes", {"name": "x"})]) for _ in range(MOST_TURNS)],
    ),
    (
        "limit",
        lambda name, right: [
            _output(calls=[("list_processes", {"name": f"x{number}"})]) for number in range(MOST_TURNS)
        ],
    ),
    (
        "gave_up_after_error",
        lambda name, right: [_output(calls=[("search_file", {"path": "x", "text": "y"})]), _output("Alas.")],
    ),
]


def test_a_failure_is_told_for_what_it_is(tmp_path: Path) -> None:
    [question] = [question for question in questions() if question.id == "processes-01"]
    assert question.answer.kind == "number"
    name, right = question.calls[0].ways[0].arguments["name"], question.answer.values[0]
    expected: list[str] = []
    turns: list[ModelOutput] = []
    for mode, outputs in FAILURES:
        expected.append(mode)
        turns += outputs(name, right)
    # One after the other: an epoch takes the turns of one failure.
    asked = iter(turns)
    log = _run(
        tmp_path,
        lambda *_: next(asked),
        sample_id="processes-01",
        epochs=len(FAILURES),
        max_samples=1,
    )
    assert log.samples is not None
    told = {sample.epoch: (sample.scores or {})["answered"] for sample in log.samples}
    assert [(told[epoch].metadata or {})["failure_class"] for epoch in sorted(told)] == expected
    limited = [epoch for epoch in sorted(told) if (told[epoch].metadata or {})["limit"] == "turns"]
    assert [expected[epoch - 1] for epoch in limited] == ["loop", "limit"]
    assert {score.value for score in told.values()} == {0}
    assert next(asked, None) is None
    metrics = _metrics(log)
    assert (metrics["answered.call_as_text"], metrics["answered.limit"]) == (2, 1)
    last = max(log.samples, key=lambda sample: sample.epoch).messages
    [result] = [message for message in last if isinstance(message, ChatMessageTool)]
    assert result.error is not None
    assert "No such file" in result.error.message


def test_what_the_tools_tell(tmp_path: Path) -> None:
    [question] = [question for question in questions() if question.id == "reach-02"]
    opened, closed = question.ports[0], 19_999
    calls: list[tuple[str, dict[str, Any], str]] = [
        ("tcp_connect", {"host": "localhost", "port": opened}, '"reachable": true'),
        ("tcp_connect", {"host": "127.0.0.1", "port": closed}, "Connection refused"),
        ("tcp_connect", {"host": "no.such.host", "port": 80}, '"reachable": false'),
        ("tcp_connect", {"host": "x" * 300, "port": 80}, '"reachable": false'),
        ("tcp_connect", {"host": "127.0.0.1", "port": 70_000}, '"reachable": false'),
        ("memory_info", {"unit": "GB"}, "is not one of"),
        ("disk_usage", {"path": "none"}, "no such file or folder"),
        ("disk_usage", {"path": "/etc/passwd"}, '"files": 1'),
        ("list_processes", {"name": "world"}, '"count": 1'),
        ("search_file", {"path": "/etc/passwd", "text": "sandbox"}, '"matching_lines": 1'),
        ("search_file", {"path": "/etc/passwd", "text": ""}, "must not be empty"),
        ("search_file", {"path": "/dev/zero", "text": "x"}, "is no file"),
        ("search_file", {"path": "a\0b", "text": "x"}, "null"),
        ("current_user", {}, '"user": "sandbox"'),
    ]
    turns = iter([_output(calls=[call[:2] for call in calls]), _output("Done.")])
    log = _run(tmp_path, lambda *_: next(turns), sample_id="reach-02")
    assert log.samples is not None
    results = [message for message in log.samples[0].messages if isinstance(message, ChatMessageTool)]
    told = [message.error.message if message.error else message.text for message in results]
    assert [text for (_, _, part), text in zip(calls, told, strict=True) if part not in text] == []


def test_every_variant_has_the_same_samples() -> None:
    def seen(variant: Any, transport: Any) -> list[Any]:
        return [
            (sample.id, sample.target, sample.files, (sample.metadata or {})["question"])
            for sample in tool_use(variant=variant, transport=transport).dataset
        ]

    alike = [
        seen(variant, transport) for variant in get_args(Variant) for transport in ("native", "prompted")
    ]
    assert all(each == alike[0] for each in alike)
    assert len({sample[0] for sample in alike[0]}) == 60
    assert [sample[0] for sample in alike[0][:6]] == [f"{task}-01" for task in TASKS]


def test_a_seed_makes_other_questions() -> None:
    assert questions(0) == questions(0)
    assert not {question.text for question in questions(1)} >= {question.text for question in questions(0)}


def test_arguments_that_are_not_possible() -> None:
    with pytest.raises(PrerequisiteError, match="Did you mean 'few_shot'"):
        tool_use(variant="fewshot")  # type: ignore[arg-type]
    with pytest.raises(PrerequisiteError, match="native, prompted"):
        tool_use(transport="text")  # type: ignore[arg-type]
    with pytest.raises(PrerequisiteError, match="calls_every_tool"):
        tool_use(solver="everything")  # type: ignore[arg-type]
    with pytest.raises(PrerequisiteError, match="sandbox='local' is not possible"):
        tool_use(sandbox="local")
