"""Where Inspect tells of runs, tasks and samples: a window for each sample, a file for each log."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from logging import getLogger
from typing import Final, NamedTuple

import anyio.to_thread
from inspect_ai.hooks import (
    Hooks,
    RunEnd,
    SampleAttemptEnd,
    SampleAttemptStart,
    SampleEnd,
    SampleScoring,
    TaskEnd,
    TaskStart,
    hooks,
)
from inspect_ai.log import transcript
from inspect_ai.util import store_as
from typing_extensions import override

from llmbench_inspect.telemetry.gpu.hardware import gpus_of_this_machine
from llmbench_inspect.telemetry.gpu.nvml import GpuUnavailableError, Machine, open_machine
from llmbench_inspect.telemetry.gpu.sampler import Sampler, interval_from_environment
from llmbench_inspect.telemetry.gpu.served import why_not_here
from llmbench_inspect.telemetry.gpu.sidecar import Stretch, sidecar_location, write_sidecar
from llmbench_inspect.telemetry.gpu.use import FEWEST_READINGS, GpuUse, GpuWindow, low_utilization, measure
from llmbench_inspect.telemetry.gpu.windows import Crowd

_SOURCE: Final = "llmbench_inspect/gpu"

_logger = getLogger(__name__)


class _Recording:
    """The GPUs read for all evals that run in this process."""

    def __init__(self, machine: Machine) -> None:
        self.sampler = Sampler(machine, interval=interval_from_environment())
        self.crowd = Crowd()
        self.evals: set[str] = set()


@dataclass
class _Eval:
    run_id: str
    model: str
    recording: _Recording | None
    unavailable: str | None
    started: datetime
    """On the wall."""
    start: float
    """The same, of `time.monotonic()`."""
    last: float
    """When anything of it was last heard."""
    noted: bool = False
    """Whether the reason for the lack of figures is in a transcript."""


class _Busy(NamedTuple):
    seconds: float
    utilization: float


@dataclass
class _Sample:
    eval_id: str
    attempt: int = 0
    start: float | None = None
    """Of the window that is open."""
    joules: float = 0.0
    """Of the windows that have ended."""


@hooks(name="gpu", description="Notes what the GPU that serves the model did, sample by sample.")  # pyright: ignore[reportUntypedClassDecorator]
class GpuHook(Hooks):
    """Measures the GPUs of this machine while a model is served from them, and says why where it cannot."""

    def __init__(self) -> None:
        self._greeted = False
        self._recording: _Recording | None = None
        self._evals: dict[str, _Eval] = {}
        self._samples: dict[str, _Sample] = {}
        self._busy: dict[str, dict[str, list[_Busy]]] = {}
        self._warned = False

    @override
    def enabled(self) -> bool:
        # Inspect asks for the first time when it lists, on the screen, which hooks are at work. Without a
        # driver nothing is measured, but the logs shall say so.
        if not self._greeted:
            self._greeted = True
            return gpus_of_this_machine().nvidia_driver
        return True

    @override
    async def on_task_start(self, data: TaskStart) -> None:
        started, start = datetime.now(UTC), time.monotonic()
        reason = why_not_here(data.spec)
        recording: _Recording | None = None
        if reason is None:
            try:
                recording = await self._record()
                recording.evals.add(data.eval_id)
            except GpuUnavailableError as error:
                reason = str(error)
                self._warn(reason)
        self._evals[data.eval_id] = _Eval(
            data.run_id, data.spec.model, recording, reason, started=started, start=start, last=start
        )

    @override
    async def on_sample_attempt_start(self, data: SampleAttemptStart) -> None:
        evaluation = self._evals.get(data.eval_id)
        if evaluation is None or evaluation.recording is None:
            return
        sample = self._samples.setdefault(data.sample_id, _Sample(data.eval_id))
        self._leave(sample)
        sample.attempt = data.attempt
        sample.start = time.monotonic()
        evaluation.recording.crowd.enter(sample.start)

    @override
    async def on_sample_scoring(self, data: SampleScoring) -> None:
        evaluation = self._evals.get(data.eval_id)
        if evaluation is None:
            return
        use = store_as(GpuUse)
        if evaluation.recording is None:
            use.unavailable = evaluation.unavailable
            if not evaluation.noted:
                evaluation.noted = True
                transcript().info({"unavailable": evaluation.unavailable}, source=_SOURCE)
            return
        sample = self._samples.get(data.sample_id)
        window = sample and self._close(evaluation, sample)
        if window is None:
            use.unavailable = "the sample failed before its model could be asked"
            return
        use.window = window
        transcript().info(window.model_dump(mode="json"), source=_SOURCE)

    @override
    async def on_sample_attempt_end(self, data: SampleAttemptEnd) -> None:
        if sample := self._samples.get(data.sample_id):
            self._leave(sample)

    @override
    async def on_sample_end(self, data: SampleEnd) -> None:
        if sample := self._samples.pop(data.sample_id, None):
            self._leave(sample)

    @override
    async def on_task_end(self, data: TaskEnd) -> None:
        if evaluation := self._evals.get(data.eval_id):
            evaluation.last = time.monotonic()
            await self._finish(data.eval_id, data.log.location)

    @override
    async def on_run_end(self, data: RunEnd) -> None:
        logs = {log.eval.eval_id: log.location for log in data.logs}
        # Inspect tells of no end where a task has failed or was interrupted.
        for eval_id in [key for key, value in self._evals.items() if value.run_id == data.run_id]:
            await self._finish(eval_id, logs.get(eval_id))
        averages = {
            model: sum(busy.seconds * busy.utilization for busy in windows)
            / sum(busy.seconds for busy in windows)
            for model, windows in self._busy.pop(data.run_id, {}).items()
        }
        for model, average in averages.items():
            if warning := low_utilization(average):
                _logger.warning(f"{model}: {warning}")

    def _warn(self, reason: str) -> None:
        # Who has no GPU need not hear of it; who has one may want to mend what is missing.
        if not self._warned and gpus_of_this_machine().nvidia_driver:
            self._warned = True
            _logger.warning(f"The GPU is not measured: {reason}")

    async def _record(self) -> _Recording:
        if self._recording is None:
            machine = await anyio.to_thread.run_sync(open_machine)
            # Another task of this process may have been faster.
            if self._recording is not None:
                machine.close()
                return self._recording
            self._recording = _Recording(machine)
            self._recording.sampler.start()
        return self._recording

    def _close(self, evaluation: _Eval, sample: _Sample) -> GpuWindow | None:
        start = sample.start
        end = self._leave(sample)
        if evaluation.recording is None or start is None or end is None:
            return None
        pieces = evaluation.recording.crowd.pieces(start, end)
        if not pieces:
            return None
        window = measure(
            evaluation.recording.sampler, pieces, attempt=sample.attempt, earlier_joules=sample.joules
        )
        sample.joules += window.joules or 0.0
        if window.utilization_average is not None and window.readings >= FEWEST_READINGS:
            models = self._busy.setdefault(evaluation.run_id, {})
            busy = _Busy(window.seconds, window.utilization_average)
            models.setdefault(evaluation.model, []).append(busy)
        return window

    def _leave(self, sample: _Sample) -> float | None:
        evaluation = self._evals.get(sample.eval_id)
        if sample.start is None or evaluation is None or evaluation.recording is None:
            return None
        sample.start = None
        evaluation.last = time.monotonic()
        evaluation.recording.crowd.leave(evaluation.last)
        return evaluation.last

    async def _finish(self, eval_id: str, log: str | None) -> None:
        evaluation = self._evals[eval_id]
        for sample_id in [key for key, value in self._samples.items() if value.eval_id == eval_id]:
            self._leave(self._samples.pop(sample_id))
        del self._evals[eval_id]
        recording = evaluation.recording
        if recording is None:
            return
        recording.evals.discard(eval_id)
        if not recording.evals and self._recording is recording:
            self._recording = None
            await anyio.to_thread.run_sync(recording.sampler.stop)
        _tell_failures(evaluation, recording.sampler)
        if not log:
            _logger.warning("The run ended without a log: the GPU's series was not written")
            return
        await anyio.to_thread.run_sync(_save, eval_id, evaluation, recording, log)


def _save(eval_id: str, evaluation: _Eval, recording: _Recording, log: str) -> None:
    location = sidecar_location(log)
    try:
        write_sidecar(
            location,
            recording.sampler,
            recording.crowd,
            stretch=Stretch(evaluation.started, evaluation.start, evaluation.last),
            ids={"run_id": evaluation.run_id, "eval_id": eval_id, "model": evaluation.model},
        )
    except OSError as error:
        _logger.warning(f"The GPU's series cannot be written to {location}: {error}")


def _tell_failures(evaluation: _Eval, sampler: Sampler) -> None:
    for series in sampler.series:
        for failure in series.failures:
            if evaluation.start <= failure.end and failure.start <= evaluation.last:
                _logger.warning(
                    f"GPU {series.device.index} did not answer for {failure.end - failure.start:.1f} s: "
                    f"{failure.message}"
                )
