"""The process of one cell: an eval set of one eval in the cell's own folder.

Inspect runs one eval set a process. The job comes as the first line of standard input; what happens is told
in lines on standard output; whatever else is printed goes to standard error.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from typing import IO

from dotenv import find_dotenv, load_dotenv
from inspect_ai import eval_set  # pyright: ignore[reportUnknownVariableType] - Inspect's annotations
from inspect_ai.hooks import Hooks, SampleEnd, TaskStart, hooks
from inspect_ai.log import EvalLog, list_eval_logs, read_eval_log_sample_summaries
from inspect_ai.model import ModelInfo, get_model_info, set_model_info

from llmbench_inspect.prerequisite import InspectPrerequisiteError
from llmbench_inspect.results.skipped import SKIPPED

from .available import plain, unavailable
from .cells import Cell
from .messages import STOP, Done, Ended, Job, Message, Started
from .shards import part_of
from .skipped import mark_skipped, unmark

_ATTEMPTS = 2
"""Times that Inspect goes on with a cell after an error; each does only the samples that lack."""


def main() -> None:
    """Do the cell that standard input names."""
    # A shell that starts programs in its background has them ignore it.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    # Ray's workers hold it back, and so do those that they start.
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    tell = _Tell(os.fdopen(os.dup(1), "w", encoding="utf-8"))
    os.dup2(2, 1)
    job = Job.model_validate_json(sys.stdin.readline())
    threading.Thread(target=_listen, args=(sys.stdin,), daemon=True).start()
    # As Inspect does before it makes a model: keys may stand there.
    load_dotenv(find_dotenv(usecwd=True))
    try:
        tell(_run(job, tell))
    except KeyboardInterrupt:
        tell(Ended(status="stopped", reason="interrupted"))


class _Tell:
    """Writes messages; samples of one eval may end at the same time."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream
        self._lock = threading.Lock()

    def __call__(self, message: Message) -> None:
        with self._lock:
            self._stream.write(message.model_dump_json() + "\n")
            self._stream.flush()


def _listen(orders: IO[str]) -> None:
    for line in orders:
        if line.strip() == STOP:
            os.kill(os.getpid(), signal.SIGINT)


def _run(job: Job, tell: _Tell) -> Ended:
    cell = job.cell
    if reason := unavailable(cell, job.base_url):
        mark_skipped(cell, reason)
        return Ended(status=SKIPPED, reason=reason)
    unmark(cell)
    if cell.prices:
        # Inspect sets the price of a model that it knows; of any other, all that is known is the price.
        info = get_model_info(cell.model) or ModelInfo()
        set_model_info(cell.model, info.model_copy(update={"cost": cell.prices.cost()}))
    _tell_of_samples(cell, tell)
    try:
        part = part_of(cell)
        if part and part.limit[0] == part.limit[1]:
            return Ended(status="complete")
        _, logs = eval_set(
            part.task if part else cell.task,
            log_dir=cell.folder,
            # A task that is made has its arguments.
            task_args={} if part else cell.task_args,
            model=cell.model,
            model_base_url=job.base_url,
            model_args=cell.model_args,
            epochs=cell.epochs,
            tags=list(cell.tags),
            # A sample's error ends no other sample, and the log says that it is to be continued.
            continue_on_fail=True,
            retry_attempts=_ATTEMPTS,
            # A log of another version that is there is refused in words of this project's own.
            log_dir_allow_dirty=True,
            display="none",
            ctl_server=False,
            log_shared=job.other_machines,
            limit=part.limit if part else cell.limits.limit,
            **cell.limits.model_dump(exclude_none=True, exclude={"limit"}),
            **cell.generate_config,
        )
    except InspectPrerequisiteError as error:
        return Ended(status="failed", reason=plain(error))
    return _ended(logs[0])


def _ended(log: EvalLog) -> Ended:
    if log.status == "success":
        return Ended(status="complete")
    reason = log.error.message if log.error else f"its log has the status '{log.status}'"
    return Ended(status="failed", reason=reason)


def _tell_of_samples(cell: Cell, tell: _Tell) -> None:
    held = _held(cell)

    # Inspect makes one of the class; its decorator has no annotations.
    @hooks(name="llmbench_sweep_progress", description="Tells the sweep how far a cell is.")  # pyright: ignore[reportUntypedClassDecorator]
    class Progress(Hooks):  # pyright: ignore[reportUnusedClass]
        # Begins anew with each attempt, which takes over what the one before has done.
        async def on_task_start(self, data: TaskStart) -> None:
            planned = len(data.spec.dataset.sample_ids or ()) * (data.spec.config.epochs or 1)
            tell(Started(planned=planned, held=min(held, planned)))

        async def on_sample_end(self, data: SampleEnd) -> None:
            nonlocal held
            held += data.sample.error is None
            tell(Done(errors=int(data.sample.error is not None)))


def _held(cell: Cell) -> int:
    """Samples without error in the newest log of the cell, which an eval set takes over."""
    try:
        logs = list_eval_logs(cell.folder)
    except FileNotFoundError:
        return 0
    if not logs:
        return 0
    return sum(summary.error is None for summary in read_eval_log_sample_summaries(logs[0]))


if __name__ == "__main__":
    main()
