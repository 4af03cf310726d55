"""Logs with the scores that a test wants, written with Inspect and without a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from inspect_ai.log import EvalConfig, EvalDataset, EvalLog, EvalSample, EvalSpec, write_eval_log
from inspect_ai.model import ModelUsage
from inspect_ai.scorer import Score

Values = Mapping[str, Sequence[float | str | None]]
"""By sample, the value of each epoch; `None` for one that is unscored."""


def write_log(
    path: Path,
    values: Values,
    *,
    model: str = "made/one",
    task: str = "quiz",
    version: int = 1,
    scorer: str = "solved",
    metadata: Mapping[str, Any] | None = None,
    task_args: Mapping[str, Any] | None = None,
    status: Literal["started", "success", "cancelled", "error"] = "success",
    seconds: Mapping[str, float] | None = None,
    ttft: Mapping[str, float] | None = None,
) -> Path:
    """Write a log.

    Args:
        path: Where to, `.eval` or `.json`.
        values: The scores.
        seconds: Working time of samples, by id.
        ttft: Of a sample's only call, by id; also its output tokens, a hundred for each second.
    """
    samples = [
        EvalSample(
            id=sample_id,
            epoch=epoch,
            uuid=f"{path} {sample_id} {epoch}",
            input="question",
            target="answer",
            completed_at="2026-01-01T00:00:00+00:00",
            working_time=(seconds or {}).get(sample_id),
            scores={scorer: Score.unscored(reason="no compiler") if value is None else Score(value=value)},
            model_usage={model: ModelUsage(output_tokens=round(100 * ttft[sample_id]))} if ttft else {},
            store={"ModelCalls:calls": [call(model, ttft[sample_id])]} if ttft else {},
        )
        for sample_id, epochs in values.items()
        for epoch, value in enumerate(epochs, start=1)
    ]
    spec = EvalSpec(
        created="2026-01-01T00:00:00+00:00",
        eval_id=f"eval {path}",
        run_id=f"run {path}",
        task_id=f"task {path}",
        task=task,
        task_version=version,
        task_args=dict(task_args or {}),
        model=model,
        metadata={"data": {"digest": "a" * 64}} if metadata is None else dict(metadata),
        dataset=EvalDataset(name=task, samples=len(values), sample_ids=list(values)),
        config=EvalConfig(epochs=max(map(len, values.values()))),
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    write_eval_log(EvalLog(status=status, eval=spec, samples=samples), str(path))
    return path


def call(model: str, ttft: float) -> dict[str, Any]:
    """A timed call, as the store of a sample has it."""
    return {
        "model": model,
        "started": 0.0,
        "queued": 0.0,
        "attempts": 1,
        "retries": 0.0,
        "pauses": 0.0,
        "seconds": 2 * ttft,
        "first_answer": ttft,
    }


def outcomes(*, both: int = 0, lost: int = 0, won: int = 0, neither: int = 0) -> tuple[Values, Values]:
    """Two runs of one epoch: samples that both solve, that only the first does, only the second, and none."""
    first = ["C"] * (both + lost) + ["I"] * (won + neither)
    second = ["C"] * both + ["I"] * lost + ["C"] * won + ["I"] * neither
    return (
        {f"s{number:03}": [value] for number, value in enumerate(first)},
        {f"s{number:03}": [value] for number, value in enumerate(second)},
    )
