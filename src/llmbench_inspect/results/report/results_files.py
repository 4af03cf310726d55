"""The figures of the report for programs: results.csv and results.json."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import PurePosixPath
from typing import Any, Final

from llmbench_inspect.results.settings import entries, model_settings, task_settings
from llmbench_inspect.statistics import Interval

from .checks import checks
from .evidence import Evidence
from .facts import model_facts
from .hardware import hardware
from .measures import Measure, measures
from .scores import Scores
from .tallies import tallies

SCHEMA_VERSION: Final = 1
"""Of results.json: raised whenever what a program reads there changes its name, place or meaning."""

_COLUMNS: Final = (
    "task",
    "task_version",
    "model",
    "task_label",
    "model_label",
    "measure",
    "unit",
    "value",
    "low",
    "high",
    "n",
    "samples",
    "median",
    "deviation",
    "stderr",
    "baseline",
    "hardware",
)


def results_csv(evidence: Evidence) -> str:
    """A line for each measure of each model in each task."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for label, task in evidence.tasks.items():
        runs = _first_runs(task)
        for model, rows in measures(task).items():
            run = runs[model]
            for row in rows:
                told = _measure(row)
                interval = told.pop("interval") or (None, None)
                told |= {"measure": told.pop("name"), "low": interval[0], "high": interval[1]}
                told |= {"task": run["task"], "task_version": run["task_version"], "model": run["model"]}
                told |= {"task_label": label, "model_label": model}
                told |= {"hardware": " + ".join(task.once(hardware).get(model, {})) or None}
                writer.writerow([_harmless(told[column]) for column in _COLUMNS])
    return text.getvalue()


def results_json(evidence: Evidence) -> str:
    """Everything of results.csv, with settings, reasons, checks and logs."""
    told = {
        "schema_version": SCHEMA_VERSION,
        "made_by": f"llmbench-inspect {version('llmbench-inspect')}",
        "tasks": [_task(label, task) for label, task in evidence.tasks.items()],
        "models": [
            {name: getattr(fact, name) for name in fact.__slots__} for fact in evidence.once(model_facts)
        ],
        "checks": [{"name": check.name, "found": list(check.found)} for check in evidence.once(checks)],
        "logs": [_log(run) for run in evidence.runs.iter_rows(named=True)],
        "unreadable_logs": [
            {"log": PurePosixPath(log).name, "reason": reason} for log, reason in evidence.tables.left_out
        ],
    }
    return json.dumps(told, indent=2, ensure_ascii=True) + "\n"


def _task(label: str, task: Evidence) -> dict[str, Any]:
    runs = _first_runs(task)
    counts, headline = task.once(tallies), task.once(Scores).headline
    run = next(iter(runs.values()))
    return {
        "task": run["task"],
        "label": label,
        "settings": {name: json.loads(value) for name, value in task_settings(run)},
        "version": run["task_version"],
        "headline": None if headline is None else f"score/{headline.name}",
        "models": [
            {
                "model": runs[model]["model"],
                "label": model,
                "settings": {name: json.loads(value) for name, value in model_settings(runs[model])},
                "left_out": dict(sorted(counts[model].left_out.items())),
                "unscored": dict(sorted(counts[model].unscored.items())),
                "cut_off": dict(sorted(counts[model].cut_off.items())),
                "failures": dict(sorted(counts[model].failures.items())),
                "hardware": dict(task.once(hardware).get(model, {})),
                "measures": [_measure(row) for row in rows],
            }
            for model, rows in measures(task).items()
        ],
    }


def _first_runs(task: Evidence) -> dict[str, dict[str, Any]]:
    runs: dict[str, dict[str, Any]] = {}
    for run in task.runs.iter_rows(named=True):
        runs.setdefault(run["model_label"], run)
    return runs


def _measure(row: Measure) -> dict[str, Any]:
    return {
        "name": row.name,
        "unit": row.unit,
        "value": _rounded(row.value),
        "interval": None if row.interval is None else [_rounded(end) for end in _ends(row.interval)],
        "n": row.n,
        "samples": row.samples,
        "median": _rounded(row.median),
        "deviation": _rounded(row.deviation),
        "stderr": _rounded(row.stderr),
        "baseline": _rounded(row.baseline),
    }


def _log(run: dict[str, Any]) -> dict[str, Any]:
    return {
        "log": PurePosixPath(run["log"]).name,
        "task_label": run["task_label"],
        "model_label": run["model_label"],
        "status": run["status"],
        "created": run["created"].isoformat(),
        "planned": run["planned"],
        "samples": run["samples"],
        "samples_counted": run["samples_counted"],
        "packages": entries(run["packages"]),
        "git_commit": run["git_commit"],
    }


def _ends(interval: Interval) -> Iterator[float]:
    yield from interval


def _rounded(value: float | None) -> float | None:
    """With twelve digits: the last bits of a sum depend on the machine's arithmetic."""
    return value if value is None or isinstance(value, int) else float(f"{value:.12g}")


def _harmless(value: Any) -> Any:
    """Text that a spreadsheet would take for a formula is quoted."""
    return (
        f"'{value}"
        if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r"))
        else value
    )
