"""The fence around one program of the pool: its mounts, its user, its limits."""

from __future__ import annotations

import errno
import gc
import os
import resource

from . import control, kernel
from .program import run

TYPE_CHECKING = False  # see control.py
if TYPE_CHECKING:
    from typing import Any, Final, NoReturn

_WORK: Final = "/sandbox"
_OTHER_FOLDERS: Final = ("/tmp", "/var/tmp", "/dev/shm")  # noqa: S108  # the jail's own, not the machine's
_STREAMS: Final = 3


def run_fenced(request: control.Request, settings: dict[str, Any], calls: bytes) -> NoReturn:
    """Fence this process in, and let it be the program.

    Args:
        request: Its files are the program's text, its input, and where its output and its errors go.
        settings: `disk` in bytes, `files`, `processes` and `cpu_seconds`: what each program may use.
        calls: Seccomp filter.
    """
    try:
        os.setsid()
        _make_folder(settings)
        kernel.become_user()
        program = _take_files(request)
        _limit(settings, memory=request.header["memory"])
        kernel.set_readable(True)
        kernel.filter_calls(calls)
    except OSError as error:
        request.answer(errno=error.errno or errno.EIO)
        os._exit(1)
    request.answers.close()
    gc.enable()
    run(program)


def _make_folder(settings: dict[str, Any]) -> None:
    """Mount an empty folder that nobody else sees, wherever programs write."""
    kernel.unshare(kernel.CLONE_NEWNS)
    kernel.mount(
        "tmpfs",
        _WORK,
        kind="tmpfs",
        flags=kernel.MS_NOSUID | kernel.MS_NODEV,
        options=f"size={settings['disk']},nr_inodes={settings['files']},mode=0777",
    )
    for folder in _OTHER_FOLDERS:
        kernel.mount(_WORK, folder, flags=kernel.MS_BIND)
    os.chdir(_WORK)


def _take_files(request: control.Request) -> bytes:
    """Put the streams in their places, close all else, and read the program."""
    text, *streams = request.files
    program = os.pread(text, os.fstat(text).st_size, 0)
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
    answers = request.answers.fileno()
    os.closerange(_STREAMS, answers)
    os.closerange(answers + 1, os.sysconf("SC_OPEN_MAX"))
    return program


def _limit(settings: dict[str, Any], *, memory: int) -> None:
    for kind, value in (
        (resource.RLIMIT_DATA, memory),
        (resource.RLIMIT_FSIZE, settings["disk"]),
        (resource.RLIMIT_NPROC, settings["processes"]),
        (resource.RLIMIT_CPU, settings["cpu_seconds"]),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (value, value))
