"""Warnings in the log of a run whose figures suffer from how its Ollama server holds models."""

from __future__ import annotations

from logging import getLogger
from typing import Final

import anyio
from inspect_ai.hooks import Hooks, SampleStart, TaskStart, hooks
from inspect_ai.log import EvalSpec
from typing_extensions import override

from llmbench_inspect.doctor import Asked, Suite, examine

_PACKAGE: Final = "llmbench_inspect/"
_PROVIDERS: Final = ("ollama/", "ollama-native/")
_CODES: Final = {"server", "model", "idle", "context", "spill"}
_logger = getLogger(__name__)


@hooks(  # pyright: ignore[reportUntypedClassDecorator]
    name="ollama_doubts",
    description="Warns where an Ollama server is not idle, or a model's context is too small, or it spills.",
)
class OllamaDoubts(Hooks):
    """Makes these checks before the first call, and warns once an evaluation, within its first sample.

    They stop nothing: a run whose answers count and whose seconds do not is still a run.
    """

    def __init__(self) -> None:
        self._doubts: dict[str, list[str]] = {}

    @override
    async def on_task_start(self, data: TaskStart) -> None:
        asked = _asked(data.spec)
        if asked is not None:
            self._doubts[data.eval_id] = await anyio.to_thread.run_sync(_told, asked)

    @override
    async def on_sample_start(self, data: SampleStart) -> None:
        for doubt in self._doubts.pop(data.eval_id, ()):
            _logger.warning(doubt)


def _asked(spec: EvalSpec) -> Asked | None:
    """The run, where it is of a suite of this package and of a model of Ollama's."""
    name = spec.task_registry_name or ""
    if not name.startswith(_PACKAGE) or not spec.model.startswith(_PROVIDERS):
        return None
    suite = Suite(name=name.removeprefix(_PACKAGE), context=spec.task_attribs.get("context"))
    return Asked(suite=suite, model=spec.model, base_url=spec.model_base_url, model_args=spec.model_args)


def _told(asked: Asked) -> list[str]:
    findings = examine(asked, only=_CODES)
    return [finding.told for finding in findings if finding.outcome in {"doubt", "failed"}]
