"""The deep dive's questions as samples: files to plant, processes and ports to start, and what to ask."""

from __future__ import annotations

import json
from functools import cache
from hashlib import sha256
from typing import Final

from inspect_ai.dataset import MemoryDataset, Sample

from llmbench_inspect.suites.tooluse.bench_dataset import BASELINES
from llmbench_inspect.suites.tooluse.deep_dive.probes import INSIDE
from llmbench_inspect.suites.tooluse.deep_dive.questions import Known, Question, questions
from llmbench_inspect.suites.tooluse.deep_dive.variants import Variant, conversation
from llmbench_inspect.suites.tooluse.transport import Transport

# Not in the work folder, where a model might come upon them.
_WORLD: Final = "/var/tmp/world.py"  # noqa: S108  # of the sandbox
_WANTED: Final = "/var/tmp/world.json"  # noqa: S108
_SETUP: Final = f"#!/bin/sh\nexec python3 -I -S {_WORLD} {_WANTED}\n"


def deep_dive_dataset(variant: Variant, transport: Transport, *, seed: int) -> MemoryDataset:
    """One sample a question, the six tasks taking turns; its id says nothing of variant and transport.

    Args:
        variant: How questions are put.
        transport: How calls travel.
        seed: Chooses the questions.
    """
    samples = [_sample(question, variant, transport) for question in questions(seed)]
    return MemoryDataset(samples, name="tool_use")


def provenance(seed: int) -> dict[str, object]:
    """Where a seed's questions come from, and the SHA-256 of all that they hold."""
    held = json.dumps([question.model_dump(mode="json") for question in questions(seed)])
    return {"source": "generated", "seed": seed, "digest": sha256(held.encode()).hexdigest()}


def question_of(metadata: dict[str, object]) -> Question:
    """The question that a sample's metadata holds."""
    return Question.model_validate(metadata["question"])


def _sample(question: Question, variant: Variant, transport: Transport) -> Sample:
    files = dict(question.files)
    runs = bool(question.processes or question.ports)
    if runs:
        files[_WORLD] = _world()
        files[_WANTED] = json.dumps({"processes": question.processes, "ports": question.ports})
    answer = question.answer
    return Sample(
        id=question.id,
        input=conversation(question, variant, transport),
        target=", ".join(answer.values) if isinstance(answer, Known) else "as measured",
        files=files,
        setup=_SETUP if runs else None,
        metadata={
            "category": question.task,
            "difficulty": "one_call" if len(question.calls) == 1 else "several_calls",
            "variant": variant,
            "transport": transport,
            "question": question.model_dump(mode="json", exclude={"files"}),
            "baseline": {"answered": 0.0},
            "baseline_label": "does nothing",
            # Held by a test: an answer is needed, and neither gives one.
            "baselines": dict.fromkeys(BASELINES, 0.0),
        },
    )


@cache
def _world() -> str:
    return (INSIDE / "world.py").read_text(encoding="utf-8")
