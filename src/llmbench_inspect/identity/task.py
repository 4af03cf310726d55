"""A task that notes what it is in its logs, and refuses to continue one of something else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from inspect_ai import Task

# Private, because get_model() makes a model where none is being evaluated, as when a task is only looked at;
# tests/identity/test_retry.py fails when it moves.
from inspect_ai.model._model import active_model

from llmbench_inspect.identity.fields import KEY, Fields, differences, model_fields, noted_fields, task_fields
from llmbench_inspect.identity.refusal import OtherRunError

_MEND: Final = "Run it anew: inspect eval, in the place of inspect eval-retry."


def identified(task: Task, fixtures: Mapping[str, str] | None = None) -> Task:
    """Have a task note what it is: its version, its data, its fixtures, the model.

    A log of it that a retry would continue is held against that before a new log is begun, and refused
    where a field has changed. `SameRun` does so for eval sets, and for what `inspect eval-retry` names.

    Args:
        task: That is changed.
        fixtures: Digests by the names of the fixtures that it uses.

    Returns:
        The task.
    """
    fields = task_fields(task, fixtures or {})
    task.metadata = _Noted({**(task.metadata or {}), KEY: _with_model(fields)})
    return task


class _Noted(dict[str, Any]):
    """A task's metadata. Inspect joins them to those that a run is given: in a retry, the earlier log's."""

    def __ror__(self, earlier: dict[str, Any]) -> dict[str, Any]:  # pyright: ignore[reportIncompatibleMethodOverride]
        # A task that was made before its eval began did not know the model.
        fields = _with_model(self[KEY])
        if found := differences(noted_fields(earlier), fields):
            raise OtherRunError("an earlier log", found, mend=_MEND)
        return {**earlier, **self, KEY: fields}


def _with_model(fields: Fields) -> Fields:
    """The fields with those of the model that is being evaluated, if one is."""
    model = active_model()
    if model is None or any(field.endswith(f" of {model}") for field in fields):
        return fields
    return fields | model_fields(str(model), model.api.base_url, model.model_args)
