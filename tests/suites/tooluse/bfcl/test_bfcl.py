"""BFCL end to end: right calls count over both transports, and each wrong one is told for what it is."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from inspect_ai import eval as inspect_eval
from inspect_ai.log import EvalLog, EvalSample
from inspect_ai.model import (
    ChatCompletionChoice,
    ChatMessage,
    ChatMessageAssistant,
    ModelOutput,
    ModelUsage,
    get_model,
)
from inspect_ai.tool import ToolCall, ToolInfo

from llmbench_inspect.data import load_rows
from llmbench_inspect.prerequisite import PrerequisiteError
from llmbench_inspect.suites.tooluse.bfcl import CATEGORIES, GROUPS, choose_categories
from llmbench_inspect.suites.tooluse.bfcl.baselines import first_accepted
from llmbench_inspect.suites.tooluse.written_calls import write_call
from llmbench_inspect.tasks.bfcl import bfcl


def _output(text: str = "", calls: list[tuple[str, dict[str, Any], str | None]] = []) -> ModelOutput:  # noqa: B006
    made = [
        ToolCall(id=f"call{number}", function=name, arguments=arguments, parse_error=error)
        for number, (name, arguments, error) in enumerate(calls)
    ]
    message = ChatMessageAssistant(content=text, tool_calls=made or None)
    return ModelOutput(
        model="mockllm/model",
        choices=[ChatCompletionChoice(message=message)],
        usage=ModelUsage(input_tokens=10, output_tokens=10, total_tokens=20),
    )


def _run(data_dir: Path, folder: Path, outputs: Callable[..., ModelOutput], **arguments: Any) -> EvalLog:
    options = {
        name: arguments.pop(name)
        for name in ("limit", "sample_id", "epochs", "max_samples")
        if name in arguments
    }
    [log] = inspect_eval(
        bfcl(data=str(data_dir), **arguments),
        model=get_model("mockllm/model", custom_outputs=outputs, memoize=False),
        log_dir=str(folder),
        display="none",
        **options,
    )
    assert log.status == "success", log.error
    return log


def _metrics(log: EvalLog) -> dict[str, float]:
    assert log.results is not None
    return {name: metric.value for score in log.results.scores for name, metric in score.metrics.items()}


def _right(data_dir: Path) -> dict[str, list[tuple[str, dict[str, Any]]]]:
    """The right calls, by the text of the question."""
    right: dict[str, list[tuple[str, dict[str, Any]]]] = {}
    for name in ("bfcl_simple_python", "bfcl_multiple", "bfcl_parallel", "bfcl_irrelevance"):
        for row in load_rows(name, str(data_dir)).rows:
            calls = [made for call in row["ground_truth"] or () for made in first_accepted(call)]
            right[row["question"][0][-1]["content"]] = [
                (call.replace(".", "_"), dict(arguments)) for call, arguments in calls
            ]
    return right


@pytest.mark.parametrize("transport", ["native", "prompted"])
def test_right_calls_count(transport: Any, data_dir: Path, tmp_path: Path) -> None:
    right = _right(data_dir)

    def answer(messages: list[ChatMessage], tools: list[ToolInfo], *_: Any) -> ModelOutput:
        calls = right[messages[-1].text]
        if transport == "native":
            assert {call for call, _ in calls} <= {tool.name for tool in tools}
            return _output(calls=[(*call, None) for call in calls])
        assert not tools
        return _output("\n".join(write_call(*call, "json") for call in calls) or "None of them helps.")

    log = _run(
        data_dir,
        tmp_path,
        answer,
        categories="simple_python,multiple,parallel,irrelevance",
        transport=transport,
        limit=40,
    )
    metrics = _metrics(log)
    assert log.plan.steps[-1].solver == "llmbench_inspect/one_turn"
    assert metrics["accuracy"] == 1
    assert metrics["lower"] < 1
    assert {"simple_python", "multiple", "parallel", "irrelevance", "irrelevance_lower"} <= metrics.keys()
    assert metrics["does_nothing"] == 0.25
    assert log.eval.metadata is not None
    assert log.eval.metadata["data"]["parallel"]["revision"] == "bfcl-eval@2026.3.23"


FAILURES: list[tuple[str, ModelOutput, str]] = [
    ("simple_python_0", _output("The area is 25."), "no_call"),
    ("simple_python_0", _output("calculate_triangle_area(base=10, height=5)"), "call_as_text"),
    ("simple_python_0", _output(calls=[("area", {"base": 10, "height": 5}, None)]), "hallucinated_tool"),
    ("simple_python_0", _output(calls=[("calculate_triangle_area", {}, "no JSON")]), "malformed_arguments"),
    ("simple_python_0", _output(calls=[("calculate_triangle_area", {"base": 10}, None)]), "wrong_argument"),
    (
        "simple_python_0",
        _output(calls=[("calculate_triangle_area", {"base": 10, "height": "5"}, None)]),
        "wrong_argument",
    ),
    (
        "simple_python_0",
        _output(calls=[("calculate_triangle_area", {"base": 10, "height": 5}, None)] * 2),
        "spurious_call",
    ),
    ("multiple_0", _output(calls=[("circle_properties_get", {"radius": 5.0}, None)]), "wrong_tool"),
    (
        "parallel_0",
        _output(calls=[("spotify_play", {"artist": "Maroon 5", "duration": 15}, None)]),
        "no_call",
    ),
    ("irrelevance_0", _output(calls=[("determine_body_mass_index", {}, None)]), "spurious_call"),
    ("irrelevance_0", _output(calls=[("determine_body_mass_index", {}, "no JSON")]), "malformed_arguments"),
]


def test_a_failure_is_told_for_what_it_is(data_dir: Path, tmp_path: Path) -> None:
    cut_off = _output("Let me")
    cut_off.choices[0].stop_reason = "max_tokens"
    failures = [*FAILURES, ("simple_python_0", cut_off, "limit")]
    told: list[tuple[str, str]] = []
    for sample in dict.fromkeys(sample for sample, _, _ in failures):
        expected = [(output, mode) for name, output, mode in failures if name == sample]
        outputs = iter([output for output, _ in expected])
        log = _run(
            data_dir,
            tmp_path,
            lambda *_, outputs=outputs: next(outputs),
            categories=sample.rpartition("_")[0],
            sample_id=sample,
            epochs=len(expected),
            max_samples=1,
        )
        assert _metrics(log)["accuracy"] == 0
        told += [
            ((score.metadata or {})["failure_class"], mode)
            for run, (_, mode) in zip(_by_epoch(log), expected, strict=True)
            for score in (run.scores or {}).values()
        ]
    assert len(told) == len(failures)
    assert all(mine == mode for mine, mode in told), told


def _by_epoch(log: EvalLog) -> list[EvalSample]:
    return sorted(log.samples or [], key=lambda sample: sample.epoch)


def test_players_without_a_model(data_dir: Path, tmp_path: Path) -> None:
    def score(solver: Any) -> dict[str, float]:
        log = _run(data_dir, tmp_path, lambda *_: _output(), solver=solver, limit=20)
        assert log.plan.steps[-1].solver == "llmbench_inspect/played_calls"
        assert log.results is not None
        assert {score.name for score in log.results.scores} == {"calls_are_accepted"}
        return _metrics(log)

    nothing, everything, oracle = map(score, ("does_nothing", "calls_every_tool", "oracle"))
    assert nothing["accuracy"] == nothing["does_nothing"] == 0.2
    assert everything["accuracy"] == everything["calls_every_tool"] == 0
    assert oracle["accuracy"] == 1


def test_groups_and_names() -> None:
    assert choose_categories(None) == GROUPS["non_live"]
    assert choose_categories("live, simple_python") == ("simple_python", *GROUPS["live"])
    assert len(choose_categories(["live", "non_live"])) == len(CATEGORIES) == 11
    with pytest.raises(PrerequisiteError, match="Did you mean 'parallel'"):
        choose_categories("paralel")


def test_arguments_that_are_not_known(data_dir: Path) -> None:
    with pytest.raises(PrerequisiteError, match="Did you mean 'prompted'"):
        bfcl(data=str(data_dir), transport="promted")  # type: ignore[arg-type]
    with pytest.raises(PrerequisiteError, match="oracle"):
        bfcl(data=str(data_dir), solver="gold")  # type: ignore[arg-type]


def test_the_first_part_holds_every_category(data_dir: Path) -> None:
    samples = list(bfcl(data=str(data_dir)).dataset)[:10]
    names = [str((sample.metadata or {})["category"]) for sample in samples]
    assert names == [*GROUPS["non_live"]] * 2
    assert all(json.loads(sample.target) for sample in samples if "irrelevance" not in str(sample.id))
