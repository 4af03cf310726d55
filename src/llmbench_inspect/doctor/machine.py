"""Checks of the machine that a run is started on: disk, memory, load, clock."""

from __future__ import annotations

import ctypes
import os
import sys
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import psutil

from llmbench_inspect.cache import CACHE_DIR_VARIABLE, cache_dir
from llmbench_inspect.doctor.check import Asked, DoubtError, check
from llmbench_inspect.fetch_errors import need_room, storing
from llmbench_inspect.prerequisite import PrerequisiteError

_ROOM: Final = 1_000_000_000
"""Bytes: the npm packages of the type checker and the largest data set, with their downloads."""
_MEMORY: Final = 1_000_000_000
"""Bytes: Inspect, the tables and one type checker."""
_EASE: Final = 3_000_000_000
"""Bytes: the same, and a jail filled to its limit."""
_BUSY: Final = 0.5
"""Load for each processor from which on figures of time are of a shared machine."""
_CGROUP: Final = Path("/sys/fs/cgroup")
_UNSYNCHRONISED: Final = 5
"""What `adjtimex` returns where no service keeps the clock right."""


@check(
    code="disk",
    name="Disk",
    area="This machine",
    looks_at="Free room, 1 GB at least, where things are fetched to and where logs are written.",
    mends={
        "a full disk": "df -h",
        "a cache folder without room": f"export {CACHE_DIR_VARIABLE}=/path/with/space",
        "a log folder without room": "export INSPECT_LOG_DIR=/path/with/space",
    },
    concerns="every run",
)
def _disk(asked: Asked) -> str:  # noqa: ARG001
    """A disk that fills up during a run ends it, and may leave a log that cannot be read."""
    told: list[str] = []
    cache = cache_dir()
    with storing("What is fetched on first use", cache):
        need_room(cache, _ROOM)
    told.append(f"{_gigabytes(psutil.disk_usage(str(cache)).free)} free in {cache}")
    logs = _logs()
    if logs is not None:
        free = psutil.disk_usage(str(logs)).free
        if free < _ROOM:
            raise PrerequisiteError(
                f"{logs}, where logs are written, has {_gigabytes(free)} left. Make room there, or name "
                "another folder: export INSPECT_LOG_DIR=/path/with/space"
            )
        told.append(f"{_gigabytes(free)} for logs in {logs}")
    return ", ".join(told)


@check(
    code="memory",
    name="Memory",
    area="This machine",
    looks_at="Memory that new processes can have, within the container's limit if there is one.",
    mends={"other programs hold it": "top -o %MEM"},
    concerns="every run",
)
def _memory(asked: Asked) -> str:  # noqa: ARG001
    """Where memory runs out, the kernel ends processes: a checker, a jail or the model's server.

    Samples then become errors. A machine that swaps is slow in a way that no figure tells.
    """
    free = min(psutil.virtual_memory().available, _container_memory())
    told = f"{_gigabytes(free)} free"
    mend = "See what holds it: top -o %MEM"
    if free < _MEMORY:
        raise PrerequisiteError(f"Of memory only {told}; a run takes 1 GB and more. {mend}")
    if free < _EASE:
        raise DoubtError(f"{told}: enough for one sample at a time (--max-samples 1). {mend}")
    return told


@check(
    code="load",
    name="Load",
    area="This machine",
    looks_at="How many processes want a processor, over the last minute.",
    mends={"other programs are at work": "top"},
    concerns="every run",
)
def _load(asked: Asked) -> str:  # noqa: ARG001
    """Seconds measured on a machine that does other work are seconds of that work too.

    Time to the first token, rates and the time limits of tests all suffer. Quality does not, so that this
    is a doubt and no failure.
    """
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else psutil.cpu_count() or 1
    load = psutil.getloadavg()[0]
    told = f"{load:.1f} on {processors} processors"
    if load > _BUSY * processors:
        raise DoubtError(f"{told}: times measured now are those of a busy machine. See what works: top")
    return told


@check(
    code="clock",
    name="Clock",
    area="This machine",
    looks_at="Whether the system's clock is right, as far as the machine itself can tell.",
    mends={"a wrong clock": "timedatectl set-ntp true"},
    concerns="every run",
)
def _clock(asked: Asked) -> str:  # noqa: ARG001
    """Logs are named and ordered by the clock, and figures of several machines are joined by it.

    With a clock that is far off no certificate is valid. Durations do not depend on it: they are measured
    by another clock.
    """
    now = datetime.now(UTC)
    installed = datetime.fromtimestamp(Path(__file__).stat().st_mtime, UTC)
    if now < installed:
        raise PrerequisiteError(
            f"The clock says {now:%Y-%m-%d %H:%M} UTC, which is before this package was installed "
            f"({installed:%Y-%m-%d %H:%M}). Set it: timedatectl set-ntp true"
        )
    told = f"{now:%Y-%m-%d %H:%M:%S} UTC"
    if _clock_state() == _UNSYNCHRONISED:
        raise DoubtError(f"{told}, which no service keeps right here: timedatectl set-ntp true")
    return told


def _clock_state() -> int | None:
    """What the kernel says of its clock; `None` where it cannot be asked."""
    if sys.platform != "linux":
        return None
    with suppress(AttributeError, OSError):
        # A `struct timex` of zeros asks and changes nothing; it takes 208 bytes.
        state = ctypes.CDLL(None, use_errno=True).adjtimex(ctypes.create_string_buffer(512))
        return None if state < 0 else state
    return None


def _logs() -> Path | None:
    """The folder of logs, or the nearest above it that exists; `None` for one that is not on a disk here."""
    named = os.environ.get("INSPECT_LOG_DIR") or "./logs"
    if "://" in named:
        return None
    folder = Path(named).expanduser().absolute()
    return next(each for each in (folder, *folder.parents) if each.is_dir())


def _container_memory() -> float:
    """Bytes that the container's limit leaves."""
    with suppress(OSError, ValueError):
        limit, used = ((_CGROUP / name).read_text("ascii") for name in ("memory.max", "memory.current"))
        return int(limit) - int(used)
    return float("inf")


def _gigabytes(size: float) -> str:
    return f"{size / 1e9:.1f} GB"
