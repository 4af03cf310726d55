"""Results as the metadata of a model card: `model-index` of the Hugging Face hub."""

from __future__ import annotations

import re
from typing import Any, Final, cast

import yaml

from llmbench_inspect.results.settings import entries

from .evidence import Evidence
from .scores import Column, Scores, Spread

_HUB_NAME: Final = re.compile(r"(?:[\w-]+/)?[\w.-]+")
_FILE_NAME: Final = re.compile(r"[^A-Za-z0-9._-]+")


def model_indexes(evidence: Evidence) -> dict[str, str]:
    """The metadata of each model, to be put between the lines `---` of its card's README.md.

    Args:
        evidence: All that was read.

    Returns:
        YAML by file name; models whose names make the same file name share it.

    Source:
        https://github.com/huggingface/hub-docs/blob/main/modelcard.md, the keys of `model-index`.
    """
    results: dict[str, list[dict[str, Any]]] = {}
    for task in evidence.tasks.values():
        scores = task.once(Scores)
        for model in scores.ranked:
            name = task.runs.filter(task.runs["model_label"] == model)["model"][0]
            metrics = [
                _metric(column, spread, is_headline=column == scores.headline)
                for column in scores.columns
                if column.name.key is None and (spread := scores.models.get((model, column.name))) is not None
            ]
            if metrics:
                results.setdefault(name, []).append(_result(task, model, metrics))
    files: dict[str, list[dict[str, Any]]] = {}
    for name in sorted(results):
        file = _FILE_NAME.sub("-", name).strip("-.") or "model"
        files.setdefault(f"{file}.yml", []).append({"name": name, "results": results[name]})
    return {
        file: yaml.safe_dump({"model-index": indexes}, sort_keys=False, allow_unicode=False, width=1000)
        for file, indexes in files.items()
    }


def _result(task: Evidence, model: str, metrics: list[dict[str, Any]]) -> dict[str, Any]:
    run = next(task.runs.filter(task.runs["model_label"] == model).iter_rows(named=True))
    data = entries(run["metadata"]).get("data")
    revision = cast("dict[str, Any]", data).get("revision") if isinstance(data, dict) else None
    places = [str(place) for place in (run["dataset_location"], run["dataset"], run["task"]) if place]
    # The hub takes names of its datasets alone, and a path of this machine is nobody's business.
    dataset = {
        "type": next(filter(_HUB_NAME.fullmatch, places), _FILE_NAME.sub("-", run["task"])),
        "name": str(run["dataset"] or run["task"]),
        "args": {"task": run["task_label"], "model": run["model_label"]},
    }
    if isinstance(revision, str):
        dataset["revision"] = revision
    return {
        "task": {"type": "text-generation", "name": run["task"]},
        "dataset": dataset,
        "metrics": metrics,
    }


def _metric(column: Column, spread: Spread, *, is_headline: bool) -> dict[str, Any]:
    estimate = spread.estimate
    told: dict[str, Any] = {"n": estimate.values}
    if estimate.interval is not None:
        told["interval_95"] = [round(end, 4) for end in estimate.interval]
    if is_headline:
        told["headline"] = True
    return {
        "type": "accuracy" if column.is_rate else "mean",
        "name": column.name.scorer,
        "value": round(estimate.mean, 4),
        "args": told,
        "verified": False,
    }
