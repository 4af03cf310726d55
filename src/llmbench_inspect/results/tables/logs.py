"""Finding logs and reading them all, each epoch of a sample once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from inspect_ai.log import list_eval_logs, read_eval_log

from .convert import planned_epochs, run_row, sample_not_run, sample_row
from .rows import Run, Sample, Tables, UnreadableLog

_NOT_NEEDED = {"messages", "attachments", "timelines"}


class NoLogsError(Exception):
    """A place that should hold logs holds none; the message says what to do."""


def find_logs(places: Sequence[str]) -> list[str]:
    """The log files at some places.

    Args:
        places: Log files (`.eval`, `.json`), or folders that hold some at any depth; paths or
            fsspec URLs.

    Returns:
        Their names, each once, sorted.

    Raises:
        NoLogsError: When a path is not there, or a folder holds no log.
    """
    found: set[str] = set()
    for place in places:
        remote = "://" in place
        if not remote and not Path(place).exists():
            raise NoLogsError(f"{place}: no such file or folder. Name a log, or a folder of logs.")
        if place.endswith((".eval", ".json")) if remote else Path(place).is_file():
            found.add(place if remote else str(Path(place).resolve()))
            continue
        logs = [info.name for info in list_eval_logs(place)]
        if not logs:
            raise NoLogsError(f"{place}: no logs here. Run `inspect eval TASK --model MODEL` first.")
        found.update(log.removeprefix("file://") for log in logs)
    return sorted(found)


def read_tables(logs: Iterable[str]) -> Tables:
    """Read logs into rows.

    The same epoch of the same sample of the same task run (Inspect's `task_id`) counts once,
    however often it is there: in a retry, in a copy, as `.eval` and as `.json`. The one in the log
    that was started last is taken.

    Args:
        logs: Names of log files, as `find_logs` gives them.

    Returns:
        The rows; a file that cannot be read is listed in them and stops nothing.
    """
    read: list[_ReadLog] = []
    unreadable: list[UnreadableLog] = []
    for location in logs:
        name = PurePosixPath(location).name
        try:
            log = read_eval_log(location, exclude_fields=_NOT_NEEDED)
        # A damaged or foreign file can fail in any way; the report names it, and the others are read.
        except Exception as error:  # noqa: BLE001
            unreadable.append(UnreadableLog(name, f"{type(error).__name__}: {error}"))
        else:
            run = run_row(log, name=name)
            read.append(
                _ReadLog(run, [sample_row(sample, run) for sample in log.samples or ()], planned_epochs(log))
            )
    read.sort(key=lambda one: (one.run.created, PurePosixPath(one.run.log).stem, one.run.log))
    samples = {_key(sample): sample for one in read for sample in one.samples}
    last = {one.run.task_id: one for one in read}
    for task_id, one in last.items():
        for sample_id, epoch in one.planned:
            key = (task_id, sample_id, epoch)
            if key not in samples:
                samples[key] = sample_not_run(one.run, sample_id, epoch=epoch)
    return Tables(
        runs=tuple(one.run for one in read), samples=tuple(samples.values()), unreadable=tuple(unreadable)
    )


class _ReadLog(NamedTuple):
    run: Run
    samples: list[Sample]
    planned: list[tuple[str, int]]


def _key(sample: Sample) -> tuple[str, str, int]:
    return sample.run.task_id, sample.sample_id, sample.epoch
