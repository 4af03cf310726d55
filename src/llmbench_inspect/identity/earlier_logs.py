"""The logs that a run would continue or take over: each held against what its run would be now."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Final

import anyio.to_thread
import click
from inspect_ai import Task
from inspect_ai.hooks import EvalSetStart, Hooks, RunStart, hooks
from inspect_ai.log import (
    EvalSpec,
    list_eval_logs_async,
    read_eval_log_async,
    read_eval_log_headers_async,
    read_eval_log_sample,
    read_eval_log_sample_summaries,
)
from inspect_ai.util import registry_create
from typing_extensions import override

from llmbench_inspect.identity.fields import (
    Fields,
    differences,
    loaded_context,
    model_fields,
    noted_fields,
    told_context,
)
from llmbench_inspect.identity.refusal import OtherRunError
from llmbench_inspect.prerequisite import InspectPrerequisiteError

_PACKAGE: Final = "llmbench_inspect"
_OTHER_FOLDER: Final = "Give another log folder, or take that log out of its own."
_ANEW: Final = "Run it anew: inspect eval, in the place of inspect eval-retry."


@hooks(  # pyright: ignore[reportUntypedClassDecorator]
    name="same_run",
    description="Refuses to continue a log of another version, of other data, fixtures or models.",
)
class SameRun(Hooks):
    """Looks at the logs of an eval set, and at those that `inspect eval-retry` names, before one is begun."""

    @override
    async def on_eval_set_start(self, data: EvalSetStart) -> None:
        infos = await list_eval_logs_async(data.log_dir)
        logs = zip(infos, await read_eval_log_headers_async(infos), strict=True)
        # Logs of others may lie in the same folder.
        mine = {info.name: log.eval for info, log in logs if log.eval.eval_set_id == data.eval_set_id}
        await anyio.to_thread.run_sync(_refuse, mine, _OTHER_FOLDER)

    @override
    async def on_run_start(self, data: RunStart) -> None:
        # Inspect tells nowhere which logs a retry is of; its command line does. What Python code retries,
        # the task itself looks at.
        command = click.get_current_context(silent=True)
        if command is not None and command.info_name == "eval-retry":
            named: Sequence[str] = command.params["log_files"]
            specs = {name: (await read_eval_log_async(name, header_only=True)).eval for name in named}
            await anyio.to_thread.run_sync(_refuse, specs, _ANEW)


def _refuse(logs: Mapping[str, EvalSpec], mend: str) -> None:
    now = _Now()
    for log, spec in logs.items():
        now.refuse(log, spec, mend=mend)


class _Now:
    """What runs would be now, worked out once for each task and each model."""

    def __init__(self) -> None:
        self._task = cache(_task_fields)
        self._model = cache(_model_fields)
        self._context = cache(_loaded_context)

    def refuse(self, log: str, spec: EvalSpec, *, mend: str) -> None:
        """Hold a log against its run.

        Raises:
            OtherRunError: It was made of something else.
        """
        earlier = noted_fields(spec.metadata)
        if not earlier:
            return
        model = (spec.model, spec.model_base_url, json.dumps(spec.model_args, sort_keys=True))
        now = self._task(_name(spec), json.dumps(spec.task_args_passed, sort_keys=True)) | self._model(*model)
        found = differences(earlier, now)
        if not found and (context := _context(log, spec.model)):
            found = differences(told_context(spec.model, context), self._context(*model))
        if found:
            raise OtherRunError(log.removeprefix("file://"), found, mend=mend)


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
        # The run itself will say what is wrong.
        return {}
    return noted_fields(task.metadata)


def _model_fields(model: str, base_url: str | None, arguments: str) -> Fields:
    return model_fields(model, base_url, json.loads(arguments))


def _loaded_context(model: str, base_url: str | None, arguments: str) -> Fields:
    return loaded_context(model, base_url, json.loads(arguments))


def _context(log: str, model: str) -> int | None:
    """The context that an Ollama server gave a model, by the first whole sample of a log."""
    provider, _, name = model.partition("/")
    if provider != "ollama-native":
        return None
    whole = (each for each in read_eval_log_sample_summaries(log) if each.completed and not each.error)
    if (first := next(whole, None)) is None:
        return None
    sample = read_eval_log_sample(log, first.id, first.epoch)
    return sample.store.get("OllamaModels:facts", {}).get(name, {}).get("context_size")
