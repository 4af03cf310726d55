"""BFCL's questions as samples: one talk each, the functions on offer, and the calls that are accepted."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping, Sequence
from itertools import chain, zip_longest
from typing import Any, Final

from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.model import ChatMessage, ChatMessageAssistant, ChatMessageSystem, ChatMessageUser

from llmbench_inspect.data import DataSet
from llmbench_inspect.suites.tooluse.bench_dataset import BASELINES
from llmbench_inspect.suites.tooluse.bfcl.baselines import calls_by
from llmbench_inspect.suites.tooluse.bfcl.categories import CATEGORIES
from llmbench_inspect.suites.tooluse.bfcl.checker import Call
from llmbench_inspect.suites.tooluse.bfcl.functions import tool_name
from llmbench_inspect.suites.tooluse.bfcl.verdict import verdict

_MESSAGES: Final = {"system": ChatMessageSystem, "user": ChatMessageUser, "assistant": ChatMessageAssistant}


def bfcl_dataset(rows: Mapping[str, DataSet], *, seed: int) -> MemoryDataset:
    """One sample a question, the categories taking turns.

    Any first part of the dataset holds each category about as often as any other, while it lasts.

    Args:
        rows: The questions of each category.
        seed: Chooses the order of the questions, the same within a category whatever the others.
    """
    groups: list[list[Sample]] = []
    for category, data in rows.items():
        samples = [_sample(category, row) for row in data.rows]
        random.Random(seed).shuffle(samples)  # noqa: S311
        groups.append(samples)
    ordered = [sample for sample in chain.from_iterable(zip_longest(*groups)) if sample is not None]
    return MemoryDataset(ordered, name="bfcl")


def _sample(category: str, row: dict[str, Any]) -> Sample:
    functions = [function | {"name": tool_name(function["name"])} for function in row["function"]]
    accepted = [
        {tool_name(name): values for name, values in call.items()} for call in row["ground_truth"] or ()
    ]
    question: dict[str, Any] = {"category": category, "functions": functions, "accepted": accepted}
    baselines = {name: _is_right(calls_by(name, question), question) for name in BASELINES}
    return Sample(
        id=row["id"],
        input=[_message(message) for message in row["question"][0]],
        target=json.dumps(accepted) if accepted else CATEGORIES[category],
        metadata=question
        | {
            "baseline": {"calls_are_accepted": baselines["does_nothing"]},
            "baseline_label": "does nothing",
            "baselines": baselines,
        },
    )


def _is_right(calls: Sequence[tuple[str, Mapping[str, Any]]], question: Mapping[str, Any]) -> float:
    return float(verdict(question, [Call(*call) for call in calls]) is None)


def _message(message: dict[str, Any]) -> ChatMessage:
    return _MESSAGES[message["role"]](content=message["content"])
