"""GSM8K end to end: every reference answer counts in every writing, and no other number does."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from inspect_ai import Task
from inspect_ai import eval as inspect_eval
from inspect_ai.dataset import Sample
from inspect_ai.log import EvalLog
from inspect_ai.model import ChatMessage, ModelName, ModelOutput, ModelUsage, get_model
from inspect_ai.scorer import Score, Target
from inspect_ai.solver import TaskState

from llmbench_inspect.data import load_rows
from llmbench_inspect.prerequisite import PrerequisiteError
from llmbench_inspect.suites.knowledge import final_number_is_right
from llmbench_inspect.tasks.gsm8k import gsm8k

WRITINGS = [
    "{}",
    "{}.00",
    "${}",
    "{}%",
    "{}\\%",
    "x={}",
    "\\({}\\)",
    "\\boxed{{{}}}",
    "$\\boxed{{\\${}}}$",
    "ANSWER: {}",
    "**ANSWER:** ${}.",
    "The answer is {} dollars.",
    "First 2 + 3 = 5.\n\n#### {}",
    "<think>perhaps 7</think>\nThat makes {} in all.",
]


@pytest.fixture(scope="module")
def samples(data_dir: Path) -> list[Sample]:
    return list(gsm8k(data=str(data_dir)).dataset)


def _output(text: str, stop: Any = "stop") -> ModelOutput:
    output = ModelOutput.from_content("mockllm/model", text, stop_reason=stop)
    output.usage = ModelUsage(input_tokens=10, output_tokens=10, total_tokens=20)
    return output


def _values(samples: list[Sample], answer: Callable[[str], str], *, stop: Any = "stop") -> set[Any]:
    """All values that the scorer gives where `answer` makes the model's answer out of the target."""
    score = final_number_is_right()

    async def scores() -> list[Score | None]:
        return [
            await score(
                TaskState(
                    model=ModelName("mockllm/model"),
                    sample_id="1",
                    epoch=1,
                    input="",
                    messages=[],
                    output=_output(answer(str(sample.target)), stop),
                ),
                Target(sample.target),
            )
            for sample in samples
        ]

    return {score.value for score in asyncio.run(scores()) if score is not None}


@pytest.mark.parametrize("writing", WRITINGS)
def test_every_reference_counts_in_every_writing(writing: str, samples: list[Sample]) -> None:
    assert len(samples) == 1319
    assert _values(samples, writing.format) == {"C"}
    grouped = [sample for sample in samples if "," in sample.target]
    assert _values(grouped, lambda target: writing.format(target.replace(",", ""))) == {"C"}


@pytest.mark.parametrize("writing", WRITINGS)
def test_no_other_number_counts(writing: str, samples: list[Sample]) -> None:
    assert _values(samples[::5], lambda target: writing.format(int(target.replace(",", "")) + 1)) == {"I"}
    assert _values(samples[::5], lambda target: writing.format(f"{target.replace(',', '')}1")) == {"I"}


@pytest.mark.parametrize("answer", ["", "I do not know.", "ANSWER: none"])
def test_no_number_does_not_count(answer: str, samples: list[Sample]) -> None:
    assert _values(samples, lambda _: answer) == {"N"}


def test_an_answer_that_was_cut_off_counts_only_where_it_had_arrived(samples: list[Sample]) -> None:
    assert _values(samples, lambda target: f"Then {target} are left, so", stop="max_tokens") == {"N"}
    assert _values(samples, lambda target: f"ANSWER: {target}\n\nLet me", stop="max_tokens") == {"C"}


def test_several_numbers_do_not_count(samples: list[Sample]) -> None:
    assert _values(samples, lambda target: f"ANSWER: {target} or 123456789") == {"N"}


def test_reference_solutions_count(data_dir: Path) -> None:
    rows = load_rows("gsm8k_test", str(data_dir)).rows
    solutions = [Sample(input="", target=row["answer"].rsplit("####", 1)[1].strip()) for row in rows]
    texts = iter([row["answer"] for row in rows])
    assert _values(solutions, lambda _: next(texts)) == {"C"}


def _run(
    task: Task, answer: Callable[[list[ChatMessage]], ModelOutput], folder: Path, **options: Any
) -> EvalLog:
    model = get_model("mockllm/model", custom_outputs=lambda messages, *_: answer(messages), memoize=False)
    [log] = inspect_eval(task, model=model, log_dir=str(folder), display="none", **options)
    assert log.status == "success", log.error
    return log


def _metrics(log: EvalLog) -> dict[str, float]:
    assert log.results is not None
    return {name: metric.value for score in log.results.scores for name, metric in score.metrics.items()}


def test_a_run_tells_right_wrong_none_and_cut_off_apart(data_dir: Path, tmp_path: Path) -> None:
    answers = {
        row["question"]: row["answer"].rsplit("####", 1)[1].strip()
        for row in load_rows("gsm8k_test", str(data_dir)).rows
    }
    asked = iter(range(40))

    def answer(messages: list[ChatMessage]) -> ModelOutput:
        right = answers[messages[-1].text.split("\n\n", 1)[1]]
        match next(asked) % 4:
            case 0 | 1:
                return _output(f"Let me see.\n\nANSWER: {right}")
            case 2:
                return _output("ANSWER: 123456789")
            case _:
                return _output("Let me see", "max_tokens" if next(asked) % 8 == 4 else "stop")

    log = _run(gsm8k(data=str(data_dir)), answer, tmp_path, limit=20, max_connections=1)
    metrics = _metrics(log)
    assert metrics["accuracy"] == metrics["solved"]
    assert metrics["lower"] < metrics["accuracy"] < metrics["upper"]
    assert metrics["stderr"] > 0
    shares = [metrics[name] for name in ("solved", "wrong_answer", "no_answer", "cut_off")]
    assert all(share > 0 for share in shares)
    assert sum(shares) == pytest.approx(1)
    provenance = load_rows("gsm8k_test", str(data_dir)).provenance()
    assert log.eval.metadata == {
        "data": provenance,
        "identity": {"suite version": 1, "data digest": provenance["digest"]},
    }
    classes = {
        (score.value, score.reason, (score.metadata or {})["failure_class"])
        for sample in log.samples or []
        for score in (sample.scores or {}).values()
    }
    assert classes == {
        ("C", None, None),
        ("I", None, "wrong_answer"),
        ("N", "invalid_response_format", "no_answer"),
        ("N", "invalid_response_format", "cut_off"),
    }


def _texts(sample: Sample) -> list[str]:
    assert isinstance(sample.input, list)
    return [message.text for message in sample.input]


def test_examples_are_worked_out_and_come_before(data_dir: Path) -> None:
    one, eight = (_texts(gsm8k(shots=shots, data=str(data_dir)).dataset[0]) for shots in (1, 8))
    assert one[:2] == eight[:2]
    assert one[-1] == eight[-1]
    assert len(eight) == 17
    train = {row["question"] for row in load_rows("gsm8k_train", str(data_dir)).rows}
    assert {question.split("\n\n", 1)[1] for question in eight[:-1:2]} <= train
    for solution in eight[1::2]:
        assert "<<" not in solution
        assert "####" not in solution
        assert solution.splitlines()[-1].startswith("ANSWER: ")


def test_ids_are_fixed_and_the_seed_orders(data_dir: Path) -> None:
    first, again, other = (gsm8k(data=str(data_dir), seed=seed).dataset for seed in (0, 0, 1))
    assert [sample.id for sample in first] == [sample.id for sample in again]
    assert [sample.id for sample in first] != [sample.id for sample in other]
    by_id = {sample.id: sample.target for sample in first}
    assert by_id == {sample.id: sample.target for sample in other}
    assert by_id["test-0001"] == "18"


@pytest.mark.parametrize("shots", [-1, 9])
def test_shots_have_bounds(shots: int) -> None:
    with pytest.raises(PrerequisiteError, match="-T shots="):
        gsm8k(shots=shots)
