"""How a task was run: its data, arguments, limits, options of generation and seeds."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from llmbench_inspect.results.report.blocks import Block, Cell, Heading, Line, Table
from llmbench_inspect.results.report.evidence import Evidence
from llmbench_inspect.results.report.section import section
from llmbench_inspect.results.settings import entries
from llmbench_inspect.results.tables import is_shard
from llmbench_inspect.results.untrusted import printable

_LIMITS: Final = (
    "message_limit",
    "token_limit",
    "time_limit",
    "working_limit",
    "cost_limit",
    "turn_limit",
    "limit",
    "sample_shuffle",
)
_MOST_VALUES: Final = 4
_UNSAID: Final = (
    "An option that is not here was left to the provider; without a seed, answers at a temperature above 0 "
    "differ from run to run."
)


@section(order=640, title="Method and settings")
def settings(evidence: Evidence) -> Iterator[Block]:
    """What is the same for all runs, and what differs between them."""
    told: dict[str, dict[str, set[str]]] = {}
    for run in evidence.runs.iter_rows(named=True):
        for name, value in _settings(run):
            told.setdefault(name, {}).setdefault(value, set()).add(run["model_label"])
    models = set(evidence.models)
    lines: list[Line] = []
    for name, values in told.items():
        is_same = len(values) == 1 and next(iter(values.values())) == models
        for value, of_models in list(values.items())[:_MOST_VALUES]:
            of = (
                "all runs"
                if is_same
                else ", ".join(printable(model, limit=60) for model in sorted(of_models))
            )
            lines.append(
                Line(
                    printable(name, limit=60),
                    (Cell(printable(value, limit=240)), Cell(printable(of, limit=200))),
                )
            )
        if len(values) > _MOST_VALUES:
            lines.append(Line(printable(name, limit=60), (Cell(f"{len(values)} values in all"), Cell(""))))
    yield Table(
        corner="setting",
        headings=(Heading("value", is_text=True), Heading("of", is_text=True)),
        lines=tuple(lines),
        notes=(_UNSAID,),
    )


def _settings(run: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield "task version", run["task_version"]
    scorers: list[dict[str, Any]] = json.loads(run["scorers"])
    yield "scorers", ", ".join(str(scorer["name"]) for scorer in scorers)
    data = [run["dataset"], run["dataset_location"], f"{run['dataset_samples']} samples"]
    yield "dataset", ", ".join(str(part) for part in data if part)
    for name, value in entries(run["metadata"]).items():
        yield f"metadata: {name}", _text(value)
    for name, value in entries(run["task_args"]).items():
        if value is not None:
            yield f"-T {name}", _text(value)
    if run["solver"]:
        yield "solver", f"{run['solver']} {run['solver_args'] or ''}".strip()
    yield "epochs", str(run["epochs"])
    limits = entries(run["limits"])
    for name in _LIMITS:
        # The limit of a shard is its place in the whole.
        if limits.get(name) is not None and not (name == "limit" and is_shard(run["log"])):
            yield name, _text(limits[name])
    for name, value in entries(run["model_args"]).items():
        yield f"-M {name}", _text(value)
    generation = entries(run["generate_config"])
    for name, value in generation.items():
        if value is not None:
            yield name, _text(value)
    if generation.get("seed") is None:
        yield "seed", "none"


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True)
