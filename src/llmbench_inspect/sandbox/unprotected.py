"""A warning in the log where the user has model-written code run without protection: `--sandbox local`."""

from __future__ import annotations

from logging import getLogger

from inspect_ai.hooks import Hooks, SampleStart, TaskStart, hooks
from typing_extensions import override

_logger = getLogger(__name__)


@hooks(  # pyright: ignore[reportUntypedClassDecorator]
    name="unprotected_sandbox",
    description="Warns where the sandbox is `local`, which protects nothing.",
)
class UnprotectedSandbox(Hooks):
    """Warns once an evaluation, within its first sample, so that the warning is kept with the results."""

    def __init__(self) -> None:
        self._unprotected: set[str] = set()

    @override
    async def on_task_start(self, data: TaskStart) -> None:
        if data.spec.sandbox is not None and data.spec.sandbox.type == "local":
            self._unprotected.add(data.eval_id)

    @override
    async def on_sample_start(self, data: SampleStart) -> None:
        if data.eval_id in self._unprotected:
            self._unprotected.remove(data.eval_id)
            _logger.warning(
                "The sandbox 'local' protects nothing: what the model writes runs as you, with your files, "
                "keys and network. Use --sandbox bwrap or --sandbox docker."
            )
