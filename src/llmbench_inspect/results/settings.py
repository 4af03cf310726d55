"""What a run was told: the settings by which two runs of one task differ."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

# How the client calls says nothing about what the model does, and a retry may change it.
_CLIENT_OPTIONS: Final = {
    "adaptive_connections",
    "attempt_timeout",
    "max_connections",
    "max_retries",
    "stream_idle_timeout",
    "timeout",
}


class Setting(NamedTuple):
    """A named setting of a run, its value as JSON."""

    name: str
    value: str


def task_settings(run: Mapping[str, Any]) -> tuple[Setting, ...]:
    """Arguments of the task, and the solver where it was named on the command line; sorted.

    Args:
        run: A row of the table `runs`.
    """
    # One that is null says no more than one that an older version of the task did not have.
    arguments = {name: value for name, value in entries(run["task_args"]).items() if value is not None}
    if run["solver"] is not None:
        arguments["solver"] = run["solver"]
    return _settings(arguments)


def model_settings(run: Mapping[str, Any]) -> tuple[Setting, ...]:
    """Arguments of the model and options of generation; sorted.

    Args:
        run: A row of the table `runs`.
    """
    # An argument that is no plain value (an object handed over in Python) differs with every run.
    plain_arguments = {
        name: value
        for name, value in entries(run["model_args"]).items()
        if isinstance(value, str | int | float | bool)
    }
    generation = {
        name: value
        for name, value in entries(run["generate_config"]).items()
        if value is not None and name not in _CLIENT_OPTIONS
    }
    return _settings(plain_arguments | generation)


def entries(text: str | None) -> dict[str, Any]:
    """A JSON column's object; an empty one where the log does not tell."""
    return json.loads(text) if text else {}


def _settings(values: Mapping[str, Any]) -> tuple[Setting, ...]:
    return tuple(Setting(name, json.dumps(value, sort_keys=True)) for name, value in sorted(values.items()))
