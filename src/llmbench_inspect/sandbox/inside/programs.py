"""First process of the pool's jail: a warm Python, and the guards that fork a fenced process a program.

A guard is the first process of a PID namespace in which one program runs at a time, and which is empty
again before the next. Neither a guard nor the first process ever holds a program's text or output: those
are in the files that come with a request, which no process but the program's own reads or keeps.
"""

from __future__ import annotations

import errno
import gc
import os
import select
import site
import time

from . import control, fence, kernel, processes, seccomp

TYPE_CHECKING = False  # see control.py
if TYPE_CHECKING:
    from _socket import socket
    from typing import Any, Final, NoReturn

# What programs of the known suites import, so that each finds it warm.
_WARM: Final = (
    "abc", "array", "ast", "binascii", "bisect", "calendar", "cmath", "collections", "contextlib", "copy",
    "ctypes", "dataclasses", "datetime", "decimal", "enum", "fractions", "functools", "hashlib", "heapq",
    "importlib", "inspect", "itertools", "json", "marshal", "math", "numbers", "operator", "os", "pathlib",
    "pprint", "queue", "random", "re", "signal", "statistics", "string", "struct", "sys", "textwrap",
    "threading", "time", "traceback", "types", "typing", "unicodedata", "warnings",
)  # fmt: skip

_WATCH_SECONDS: Final = 0.03


def main() -> None:
    """Keep as many guards as programs may run at a time, until the control socket's other side closes."""
    asking, settings = control.connect()
    control.offer_to_oom_killer()
    kernel.set_readable(False)
    for name in _WARM if settings["warm"] else ():
        __import__(name)
    site.setquit()
    site.sethelper()
    calls = seccomp.call_filter(os.uname().machine, sockets=())
    gc.disable()
    gc.freeze()
    own_pids = os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC)
    for _ in range(settings["workers"]):
        _start_guard(asking, settings, calls, own_pids=own_pids)
    asking.send(control.READY)
    while os.wait()[1] != 0:
        # The machine ran out of memory, and its kernel ended one.
        _start_guard(asking, settings, calls, own_pids=own_pids)


def _start_guard(asking: socket, settings: dict[str, Any], calls: bytes, *, own_pids: int) -> None:
    reading, writing = os.pipe()
    kernel.unshare(kernel.CLONE_NEWPID)
    if os.fork() == 0:
        kernel.unshare(kernel.CLONE_NEWNS)
        kernel.mount_processes()
        kernel.protect_settings()
        os.write(writing, control.READY)
        os.close(writing)
        os.close(reading)
        _guard(asking, settings, calls)
    kernel.enter_namespace(own_pids, kernel.CLONE_NEWPID)
    os.close(writing)
    if not os.read(reading, len(control.READY)):
        raise SystemExit("a guard of the Python pool could not start")
    os.close(reading)


def _guard(asking: socket, settings: dict[str, Any], calls: bytes) -> NoReturn:
    while request := control.receive(asking):
        try:
            _judge(request, asking, settings, calls)
        except OSError as error:
            request.answer(errno=error.errno or errno.EIO)
        request.close()
    os._exit(0)


def _judge(request: control.Request, asking: socket, settings: dict[str, Any], calls: bytes) -> None:
    """Run a program to its end, and end what it leaves."""
    started = time.monotonic()
    child = os.fork()
    if child == 0:
        fence.run_fenced(request, settings, calls)
    reason = _wait(child, request, asking, deadline=started + request.header["timeout"])
    processes.kill(-1)
    _, status, used = os.wait4(child, 0)
    seconds = time.monotonic() - started
    try:
        while os.wait():
            pass
    except ChildProcessError:
        pass
    request.answer(
        returncode=os.waitstatus_to_exitcode(status),
        seconds=seconds,
        cpu_seconds=used.ru_utime + used.ru_stime,
        **({reason: True} if reason else {}),
    )


def _wait(child: int, request: control.Request, asking: socket, *, deadline: float) -> str | None:
    """Wait until a program has ended or has to be ended; for which of its limits, where it is one."""
    ended = os.pidfd_open(child)
    waiting = select.poll()
    waiting.register(ended, select.POLLIN)
    waiting.register(request.answers, select.POLLRDHUP)
    waiting.register(asking, 0)
    try:
        while (left := deadline - time.monotonic()) > 0:
            if waiting.poll(min(left, _WATCH_SECONDS) * 1000):
                return None
            others = [process for process in processes.processes().values() if process.pid != os.getpid()]
            if processes.over_limit(others, request.header["memory"]):
                return "out_of_memory"
        return "timed_out"
    finally:
        os.close(ended)
