"""The Linux calls that Python has no function for: namespaces, mounts, capabilities, process flags."""

from __future__ import annotations

import ctypes
import os

TYPE_CHECKING = False  # see control.py
if TYPE_CHECKING:
    from typing import Final

USER: Final = 1000
"""User and group of everything that runs in a jail, as seen from inside."""

CLONE_NEWNS: Final = 0x00020000
CLONE_NEWUSER: Final = 0x10000000
CLONE_NEWPID: Final = 0x20000000

MS_RDONLY: Final = 1
MS_NOSUID: Final = 2
MS_NODEV: Final = 4
MS_NOEXEC: Final = 8
MS_REMOUNT: Final = 32
MS_BIND: Final = 4096

_PR_SET_DUMPABLE: Final = 4
_PR_SET_SECCOMP: Final = 22
_PR_SET_CHILD_SUBREAPER: Final = 36
_PR_CAP_AMBIENT: Final = 47
_PR_CAP_AMBIENT_CLEAR_ALL: Final = 4
_SECCOMP_MODE_FILTER: Final = 2
_CAPABILITY_VERSION_3: Final = 0x20080522

_CHUNK: Final = 1 << 16
_SIGPIPE: Final = 13
_SIGXFSZ: Final = 25

_libc: Final = ctypes.CDLL(None, use_errno=True)


class _CapabilityHeader(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _CapabilityData(ctypes.Structure):
    _fields_ = (
        ("effective", ctypes.c_uint32),
        ("permitted", ctypes.c_uint32),
        ("inheritable", ctypes.c_uint32),
    )


class _SeccompProgram(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def _checked(result: int) -> None:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def _prctl(option: int, argument: int | ctypes.Array[ctypes.c_char] = 0, value: object = 0) -> None:
    _checked(_libc.prctl(option, argument, value, 0, 0))


def read(path: str) -> str:
    """Text of one of the kernel's files."""
    file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        parts: list[bytes] = []
        while part := os.read(file, _CHUNK):
            parts.append(part)
    finally:
        os.close(file)
    return b"".join(parts).decode(errors="replace")


def write(path: str, text: str) -> None:
    """Write one of the kernel's files."""
    file = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
    try:
        os.write(file, text.encode())
    finally:
        os.close(file)


def unshare(flags: int) -> None:
    """Put this process, or with `CLONE_NEWPID` its next children, into new namespaces."""
    _checked(_libc.unshare(flags))


def enter_namespace(descriptor: int, flags: int) -> None:
    """Join the namespace that an open `/proc/*/ns` file stands for."""
    _checked(_libc.setns(descriptor, flags))


def mount(source: str, target: str, *, kind: str = "", flags: int = 0, options: str = "") -> None:
    """Mount a file system, or with `MS_BIND` and `MS_REMOUNT` change what is mounted."""
    _checked(_libc.mount(source.encode(), target.encode(), kind.encode(), flags, options.encode()))


def mount_processes() -> None:
    """Mount `/proc` for this PID namespace; a process sees only those that it might trace."""
    mount("proc", "/proc", kind="proc", flags=MS_NOSUID | MS_NODEV | MS_NOEXEC, options="hidepid=2")


def protect_settings() -> None:
    """Make the kernel's settings read-only; some would let all programs of a jail speak to one another."""
    mount("/proc/sys", "/proc/sys", flags=MS_BIND)
    flags = MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC
    mount("/proc/sys", "/proc/sys", flags=flags)


def become_user() -> None:
    """Leave the jail's root for an ordinary user of a new user namespace, without any capability.

    The namespace counts its own processes, so that their limit holds for what starts in it alone. No
    capability comes back: bubblewrap has set the flag that keeps programs from gaining privileges.
    """
    user, group = os.getuid(), os.getgid()
    unshare(CLONE_NEWUSER)
    write("/proc/self/uid_map", f"{USER} {user} 1")
    write("/proc/self/setgroups", "deny")
    write("/proc/self/gid_map", f"{USER} {group} 1")
    _prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL)
    header = _CapabilityHeader(_CAPABILITY_VERSION_3, 0)
    _checked(_libc.capset(ctypes.byref(header), (_CapabilityData * 2)()))


def set_readable(readable: bool) -> None:
    """Let others of the same user read this process's memory and environment, or forbid it."""
    _prctl(_PR_SET_DUMPABLE, int(readable))


def restore_signals() -> None:
    """Undo what Python ignores on its own account, for a command that is no Python."""
    for number in (_SIGPIPE, _SIGXFSZ):
        _libc.signal(number, None)


def adopt_orphans() -> None:
    """Become the parent of descendants whose own parent ends."""
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)


def filter_calls(program: bytes) -> None:
    """Install a seccomp filter, for good and for all descendants.

    Args:
        program: Instructions, eight bytes each; see `seccomp.py`.
    """
    _prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(_SeccompProgram(len(program) // 8, program)))
