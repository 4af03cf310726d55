"""First process of a sample's jail: runs commands, reads and writes files for the sandbox provider.

Each command gets a process of its own, forked from this one, that waits for it and ends with it: a
command that is taken back takes its whole tree of processes with it. What a finished command
left running in the background stays until the jail ends, which is when this process ends.

Files are read and written by this process itself, which no process of the jail can stop or end.
"""

from __future__ import annotations

import errno
import marshal
import os
import resource
import select
import stat

from . import control, kernel, processes, seccomp

TYPE_CHECKING = False  # see control.py
if TYPE_CHECKING:
    from _socket import socket
    from typing import Any, Final, NoReturn

_WATCH_SECONDS: Final = 0.1
_REAP_MILLISECONDS: Final = 500
_CHUNK: Final = 1 << 20
_NOT_FOUND: Final = 127


def main() -> None:
    """Serve until the other side of the control socket closes."""
    asking, settings = control.connect()
    control.limit_folders(settings["folders"], files=settings["files"])
    control.offer_to_oom_killer()
    kernel.protect_settings()
    kernel.become_user()
    kernel.set_readable(False)
    kernel.filter_calls(seccomp.call_filter(os.uname().machine, sockets=seccomp.ORDINARY_SOCKETS))
    asking.send(control.READY)
    memory: int = settings["limits"]["memory"]
    waiting = select.poll()
    waiting.register(asking, select.POLLIN)
    busy = False
    while True:
        if waiting.poll(_WATCH_SECONDS * 1000 if busy else None):
            request = control.receive(asking)
            if request is None:
                return
            _serve(request, settings["limits"], asking)
            request.close()
        busy = _reap()
        if busy:
            others = [process for pid, process in processes.processes().items() if pid != os.getpid()]
            for pid in processes.over_limit(others, memory):
                processes.kill(pid)


def _reap() -> bool:
    """Clear away what has ended; whether anything still runs."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        return False
    return True


def _serve(request: control.Request, limits: dict[str, int], asking: socket) -> None:
    body: dict[str, Any] = marshal.loads(_whole(request.files[0]))
    try:
        match body["kind"]:
            case "read":
                request.answer(size=_read(body["file"], request.files[1], limit=body["limit"]))
            case "write":
                request.answer(size=_write(body["file"], request.files[1]))
            case _:
                if os.fork() == 0:
                    asking.close()
                    _attend(body, request, limits)
    except OSError as error:
        request.answer(errno=error.errno or errno.EIO)
    except ValueError:  # a path that cannot be one
        request.answer(errno=errno.EINVAL)


def _attend(body: dict[str, Any], request: control.Request, limits: dict[str, int]) -> NoReturn:
    try:
        request.answer(**_execute(body, request, limits))
    except OSError as error:
        request.answer(errno=error.errno or errno.EIO)
    finally:
        os._exit(0)


def _whole(file: int) -> bytes:
    return os.pread(file, os.fstat(file).st_size, 0)


def _execute(body: dict[str, Any], request: control.Request, limits: dict[str, int]) -> dict[str, int]:
    kernel.adopt_orphans()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        arrived = False
        try:
            _limit(request.files[1:], limits)
            os.chdir(body["cwd"])
            arrived = True
            os.execvpe(body["cmd"][0], body["cmd"], {**os.environ, **body["env"]})  # noqa: S606  # its whole purpose
        except OSError as error:
            os.write(writing, bytes([error.errno or errno.EIO, arrived]))
        finally:
            os._exit(_NOT_FOUND)
    os.close(writing)
    failure = os.read(reading, 2)
    if failure:
        return {"errno": failure[0], "arrived": failure[1]}
    for file in request.files:
        os.close(file)
    request.files.clear()
    waiting = select.poll()
    waiting.register(os.pidfd_open(child), select.POLLIN)
    waiting.register(request.answers, select.POLLIN | select.POLLRDHUP)
    while True:
        gone = any(file == request.answers.fileno() for file, _ in waiting.poll(_REAP_MILLISECONDS))
        while (ended := os.waitpid(-1, os.WNOHANG))[0]:
            if ended[0] == child:
                return {"returncode": os.waitstatus_to_exitcode(ended[1])}
        if gone:
            processes.end_descendants()
            return {}


def _limit(streams: list[int], limits: dict[str, int]) -> None:
    os.setsid()
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
    kernel.set_readable(True)
    for kind, value in (
        (resource.RLIMIT_DATA, limits["memory"]),
        (resource.RLIMIT_FSIZE, limits["disk"]),
        (resource.RLIMIT_NPROC, limits["processes"]),
        (resource.RLIMIT_CPU, limits["cpu_seconds"]),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (value, value))
    kernel.restore_signals()


def _regular(file: int) -> int:
    """Size of an open file that is nothing but a file: no pipe, device or socket is ever waited for."""
    state = os.fstat(file)
    if stat.S_ISDIR(state.st_mode):
        raise OSError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not stat.S_ISREG(state.st_mode):
        raise OSError(errno.EACCES, os.strerror(errno.EACCES))
    return state.st_size


def _copy(source: int, target: int, *, limit: int) -> int:
    """Copy at most one byte more than a limit."""
    copied = 0
    while copied <= limit and (chunk := os.read(source, min(_CHUNK, limit + 1 - copied))):
        view = memoryview(chunk)
        while view:
            view = view[os.write(target, view) :]
        copied += len(chunk)
    return copied


def _read(path: str, target: int, *, limit: int) -> int:
    """Copy a file out; a size over the limit says that not all was copied."""
    source = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        size = _regular(source)
        return size if size > limit else _copy(source, target, limit=limit)
    finally:
        os.close(source)


def _write(path: str, source: int) -> int:
    os.makedirs(os.path.dirname(path), exist_ok=True)  # pathlib would make the start slow
    target = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_NONBLOCK | os.O_CLOEXEC, 0o644)
    try:
        _regular(target)
        os.ftruncate(target, 0)
        return _copy(source, target, limit=os.fstat(source).st_size)
    finally:
        os.close(target)
