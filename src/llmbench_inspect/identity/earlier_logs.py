"""The logs that an eval set would continue or take over: each held against what its run would be now."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

import anyio.to_thread
from inspect_ai import Task
from inspect_ai.hooks import EvalSetStart, Hooks, hooks
from inspect_ai.log import EvalSpec, list_eval_logs, read_eval_log
from inspect_ai.util import registry_create
from typing_extensions import override

from llmbench_inspect.identity.fields import Fields, differences, model_fields, noted_fields
from llmbench_inspect.identity.refusal import OtherRunError
from llmbench_inspect.prerequisite import InspectPrerequisiteError

_PACKAGE: Final = "llmbench_inspect"
_MEND: Final = "Give another log folder, or take that log out of its own."


@hooks(  # pyright: ignore[reportUntypedClassDecorator]
    name="same_run",
    description="Refuses an eval set that would continue a log of other data, fixtures, versions or models.",
)
class SameRun(Hooks):
    """Looks at an eval set's logs before any task of it is made."""

    @override
    async def on_eval_set_start(self, data: EvalSetStart) -> None:
        await anyio.to_thread.run_sync(_refuse_others, data.log_dir, data.eval_set_id)


def _refuse_others(folder: str, eval_set_id: str) -> None:
    """Hold the logs of an eval set against what their runs would be now.

    Args:
        folder: Of the logs.
        eval_set_id: Logs of others, which may lie in the same folder, are not looked at.

    Raises:
        OtherRunError: One was made of something else; names it and each field.
    """
    made = cache(_task_fields)
    served = cache(_model_fields)
    for info in list_eval_logs(folder):
        spec = read_eval_log(info, header_only=True).eval
        earlier = noted_fields(spec.metadata)
        if spec.eval_set_id != eval_set_id or not earlier:
            continue
        arguments = json.dumps(spec.task_args_passed, sort_keys=True)
        model_arguments = json.dumps(spec.model_args, sort_keys=True)
        now = made(_name(spec), arguments) | served(spec.model, spec.model_base_url, model_arguments)
        if found := differences(earlier, now):
            raise OtherRunError(info.name.removeprefix("file://"), found, mend=_MEND)


def _name(spec: EvalSpec) -> str:
    """As the task is registered: also where it was given as a file of this package."""
    name = spec.task_registry_name or spec.task
    return name if "/" in name else f"{_PACKAGE}/{name}"


def _task_fields(name: str, arguments: str) -> Fields:
    """What a task would note if it were made now; nothing where it cannot be."""
    passed: Mapping[str, Any] = json.loads(arguments)
    try:
        task: Task = registry_create("task", name, **passed)
    except (LookupError, InspectPrerequisiteError):
        # The eval set itself will say what is wrong.
        return {}
    return noted_fields(task.metadata)


def _model_fields(model: str, base_url: str | None, arguments: str) -> Fields:
    return model_fields(model, base_url, json.loads(arguments))
