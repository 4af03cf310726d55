"""A run and its metrics as rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import msgspec

from .bounded import COUNT, compact, cut, entries, finite, utc
from .call_rows import Row
from .log_json import NULL, HeaderJson


def run_row(header: HeaderJson, *, samples: int) -> Row:
    """The row of a run.

    Args:
        header: Of its log.
        samples: Number of samples times epochs in the log.
    """
    spec = header.eval
    epochs = COUNT.decode(spec.config.get("epochs", NULL)) or 1
    return {
        "version": header.version,
        "status": header.status,
        "error": None if header.error is None else cut(header.error.message),
        "eval_set_id": spec.eval_set_id,
        "eval_id": spec.eval_id,
        "run_id": spec.run_id,
        "task_id": spec.task_id,
        "created": utc(spec.created),
        "started_at": _moment(header.stats.started_at),
        "completed_at": _moment(header.stats.completed_at),
        "task": spec.task,
        "task_version": str(spec.task_version),
        "task_file": spec.task_file,
        "task_args": entries(spec.task_args),
        "solver": spec.solver,
        "solver_args": entries(spec.solver_args),
        "scorers": compact(msgspec.json.encode(spec.scorers or [])).decode(),
        "model": spec.model,
        "model_base_url": spec.model_base_url,
        "model_args": entries(spec.model_args),
        "generate_config": entries(spec.model_generate_config | header.plan.config),
        "model_roles": entries(spec.model_roles),
        "dataset": spec.dataset.name,
        "dataset_location": spec.dataset.location,
        "dataset_samples": spec.dataset.samples,
        "sample_ids": None if spec.dataset.sample_ids is None else list(map(str, spec.dataset.sample_ids)),
        "epochs": epochs,
        "planned": len(spec.dataset.sample_ids or ()) * epochs,
        "samples": samples,
        "limits": entries(spec.config),
        "git_commit": spec.revision.commit if spec.revision else None,
        "git_dirty": spec.revision.dirty if spec.revision else None,
        "packages": entries(spec.packages),
        "tags": sorted(set(spec.tags or ())) if header.tags is None else header.tags,
        "metadata": entries(spec.metadata or {} if header.metadata is None else header.metadata),
        "invalidated": header.invalidated,
    }


def metric_rows(header: HeaderJson) -> Iterator[Row]:
    """The rows of a run's metrics."""
    if header.results is None:
        return
    headline = header.results.headline
    for score in header.results.scores:
        for key, metric in score.metrics.items():
            yield {
                "score": score.name,
                "scorer": score.scorer,
                "reducer": score.reducer,
                "metric": metric.name,
                "group": metric.group,
                "value": finite(metric.value),
                "headline": headline is not None
                and (headline.scorer, headline.score, headline.metric, headline.reducer)
                == (score.scorer, score.name, key, score.reducer),
                "scored_samples": score.scored_samples,
                "unscored_samples": score.unscored_samples,
            }


def _moment(text: str) -> datetime | None:
    return utc(datetime.fromisoformat(text)) if text else None
