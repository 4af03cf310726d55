"""MMLU end to end: subjects, disciplines, duplicates, letters, and answers that are none."""

import asyncio
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from inspect_ai import Task
from inspect_ai import eval as inspect_eval
from inspect_ai.dataset import Dataset, Sample
from inspect_ai.log import EvalLog
from inspect_ai.model import ChatMessage, ModelName, ModelOutput, ModelUsage, get_model
from inspect_ai.scorer import Target
from inspect_ai.solver import TaskState

from llmbench_inspect.data import load_rows
from llmbench_inspect.prerequisite import PrerequisiteError
from llmbench_inspect.suites.knowledge import DISCIPLINES, SUBJECTS, chosen_letter_is_right
from llmbench_inspect.tasks.mmlu import mmlu


@pytest.fixture(scope="module")
def dataset(data_dir: Path) -> Dataset:
    return mmlu(data=str(data_dir)).dataset


def _subject(sample: Sample) -> str:
    assert sample.metadata is not None
    return sample.metadata["subject"]


def _question(sample: Sample) -> str:
    assert isinstance(sample.input, list)
    return sample.input[-1].text


def _output(text: str) -> ModelOutput:
    output = ModelOutput.from_content("mockllm/model", text)
    output.usage = ModelUsage(input_tokens=10, output_tokens=10, total_tokens=20)
    return output


def _run(task: Task, answer: Callable[[list[ChatMessage]], str], folder: Path, **options: Any) -> EvalLog:
    model = get_model(
        "mockllm/model", custom_outputs=lambda messages, *_: _output(answer(messages)), memoize=False
    )
    [log] = inspect_eval(task, model=model, log_dir=str(folder), display="none", **options)
    assert log.status == "success", log.error
    return log


def _metrics(log: EvalLog) -> dict[str, float]:
    assert log.results is not None
    return {name: metric.value for score in log.results.scores for name, metric in score.metrics.items()}


def test_all_questions_without_duplicates(dataset: Dataset, data_dir: Path) -> None:
    assert len(load_rows("mmlu_test", str(data_dir)).rows) == 14042
    assert len(dataset) == 13937
    assert len({sample.id for sample in dataset}) == 13937
    assert {_subject(sample) for sample in dataset} == set(SUBJECTS)
    assert len(SUBJECTS) == 57
    assert {discipline: len(subjects) for discipline, subjects in DISCIPLINES.items()} == {
        "stem": 18,
        "humanities": 13,
        "social_sciences": 12,
        "other": 14,
    }
    asked = {(_question(sample), *(sample.choices or ()), str(sample.target)) for sample in dataset}
    assert len(asked) == 13937


def test_any_first_part_holds_every_subject_alike(dataset: Dataset) -> None:
    assert Counter(_subject(sample) for sample in dataset[:57]) == Counter(SUBJECTS.keys())
    assert set(Counter(_subject(sample) for sample in dataset[:570]).values()) == {10}


def test_ids_are_fixed_and_the_seed_orders(dataset: Dataset, data_dir: Path) -> None:
    again, other = (mmlu(data=str(data_dir), seed=seed).dataset for seed in (0, 1))
    assert [sample.id for sample in dataset] == [sample.id for sample in again]
    assert [sample.id for sample in dataset] != [sample.id for sample in other]
    contents = {sample.id: (sample.choices, sample.target) for sample in dataset}
    assert contents == {sample.id: (sample.choices, sample.target) for sample in other}


def test_shuffled_choices_keep_the_right_one(dataset: Dataset, data_dir: Path) -> None:
    shuffled = mmlu(data=str(data_dir), shuffle_choices=True).dataset
    few = mmlu(data=str(data_dir), shuffle_choices=True, subjects="anatomy").dataset
    moved = 0
    for plain, sample in zip(dataset, shuffled, strict=True):
        assert plain.choices is not None
        assert sample.choices is not None
        assert plain.id == sample.id
        assert (
            sample.choices["ABCD".index(str(sample.target))] == plain.choices["ABCD".index(str(plain.target))]
        )
        moved += plain.choices != sample.choices
    assert moved > 10_000
    chosen = {sample.id: sample.choices for sample in shuffled}
    assert all(sample.choices == chosen[sample.id] for sample in few)


def test_a_subject_or_a_discipline(data_dir: Path) -> None:
    task = mmlu(data=str(data_dir), subjects="anatomy,stem")
    assert {_subject(sample) for sample in task.dataset} == {"anatomy", *DISCIPLINES["stem"]}


def test_names_that_are_not_known(data_dir: Path) -> None:
    with pytest.raises(PrerequisiteError, match="Did you mean 'abstract_algebra'"):
        mmlu(data=str(data_dir), subjects=["algebra"])
    with pytest.raises(PrerequisiteError, match="-T shots=5"):
        mmlu(data=str(data_dir), shots=3)


def test_examples_are_of_the_same_subject(data_dir: Path) -> None:
    task = mmlu(data=str(data_dir), shots=5)
    dev = {row["question"]: row["subject"] for row in load_rows("mmlu_dev", str(data_dir)).rows}
    for sample in task.dataset[:57]:
        assert isinstance(sample.input, list)
        assert [message.role for message in sample.input] == ["user", "assistant"] * 5 + ["user"]
        for message in sample.input[:-1:2]:
            found = {subject for question, subject in dev.items() if question in message.text}
            assert _subject(sample) in found
    assert {"data", "examples"} <= set(task.metadata or {})


WRITINGS = [
    "ANSWER: {}",
    "{}",
    "({})",
    "**Answer:** {}.",
    "The answer is {}) as shown.",
    "\\boxed{{{}}}",
    "So:\n\n{}",
]


def test_every_key_counts_and_no_other_letter(dataset: Dataset) -> None:
    score = chosen_letter_is_right()

    async def values(turn: int) -> set[Any]:
        """What is given where each answer is the letter `turn` places after the right one."""
        met: set[Any] = set()
        for number, sample in enumerate(dataset):
            letter = "ABCD"[("ABCD".index(str(sample.target)) + turn) % 4]
            state = TaskState(
                model=ModelName("mockllm/model"),
                sample_id=str(sample.id),
                epoch=1,
                input=sample.input,
                messages=[],
                output=_output(WRITINGS[number % len(WRITINGS)].format(letter)),
            )
            given = await score(state, Target(sample.target))
            assert given is not None
            met.add(given.value)
        return met

    assert asyncio.run(values(0)) == {"C"}
    assert asyncio.run(values(1)) == {"I"}


def test_epochs_that_agree_change_nothing(data_dir: Path, tmp_path: Path) -> None:
    once, twice = (
        _metrics(_run(mmlu(data=str(data_dir)), lambda _: "B", tmp_path, limit=12, epochs=epochs))
        for epochs in (1, 2)
    )
    assert twice == pytest.approx({name: value for name, value in once.items() if name in twice}, abs=1e-9)
    assert {"accuracy", "lower", "upper", "stem_lower", "answered_B", "wrong_answer"} <= twice.keys()


def test_right_wrong_and_no_answer_are_told_apart(dataset: Dataset, data_dir: Path, tmp_path: Path) -> None:
    samples = {_question(sample): sample for sample in dataset}

    def answer(messages: list[ChatMessage]) -> str:
        text = messages[-1].text
        sample = next(sample for question, sample in samples.items() if f"{question}\n\nA) " in text)
        assert sample.metadata is not None
        match sample.metadata["discipline"]:
            case "stem":
                return f"ANSWER: {sample.target}"
            case "humanities":
                return f"The answer is {'B' if sample.target == 'A' else 'A'}."
            case _:
                return "I would rather not say."

    log = _run(mmlu(data=str(data_dir)), answer, tmp_path, limit=57, max_samples=8)
    metrics = _metrics(log)
    assert metrics["accuracy"] == pytest.approx(18 / 57)
    assert metrics["solved"] == pytest.approx(18 / 57)
    assert metrics["wrong_answer"] == pytest.approx(13 / 57)
    assert metrics["no_answer"] == pytest.approx(26 / 57)
    assert metrics["answered_none"] == metrics["no_answer"]
    assert sum(metrics[f"answered_{letter}"] for letter in "ABCD") == pytest.approx(31 / 57)
    assert (metrics["stem"], metrics["humanities"], metrics["other"]) == (1, 0, 0)
    assert metrics["stem_upper"] == 1
    assert 0.7 < metrics["stem_lower"] < 1
    assert metrics["lower"] < metrics["accuracy"] < metrics["upper"]
    assert all(metrics[subject] == (discipline == "stem") for subject, discipline in SUBJECTS.items())
    assert metrics["mean_of_subjects"] == pytest.approx(18 / 57)
    provenance = load_rows("mmlu_test", str(data_dir)).provenance()
    assert log.eval.metadata == {
        "data": provenance,
        "identity": {"suite version": 1, "data digest": provenance["digest"]},
    }


@pytest.mark.parametrize("arguments", [{"shots": 5}, {"reasoning": True}, {"shots": 5, "reasoning": True}])
def test_the_model_is_told_how_to_answer(arguments: dict[str, Any], data_dir: Path, tmp_path: Path) -> None:
    told: list[list[ChatMessage]] = []

    def answer(messages: list[ChatMessage]) -> str:
        told.append(messages)
        return "B"

    _run(mmlu(data=str(data_dir), subjects="anatomy", **arguments), answer, tmp_path, limit=1)
    [messages] = told
    assert len(messages) == 2 * arguments.get("shots", 0) + 1
    assert "ANSWER: $LETTER" in messages[-1].text
    assert ("step by step" in messages[-1].text) == arguments.get("reasoning", False)
    assert "D) " in messages[-1].text
    assert all(message.text.startswith("ANSWER: ") for message in messages[1::2])
