"""The seccomp filter: kernel interfaces that no judged program needs and that exploits start from."""

from __future__ import annotations

import errno
import struct

TYPE_CHECKING = False  # see control.py
if TYPE_CHECKING:
    from collections.abc import Collection
    from typing import Final

_ARCHITECTURE: Final = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}

# Number on x86-64, number on ARM64.
_REFUSED: Final = {
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271),
    "process_madvise": (440, 440), "kcmp": (312, 272), "pidfd_getfd": (438, 438),
    "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41), "chroot": (161, 51),
    "move_mount": (429, 429), "open_tree": (428, 428), "fsopen": (430, 430), "fsconfig": (431, 431),
    "fsmount": (432, 432), "fspick": (433, 433), "mount_setattr": (442, 442), "setns": (308, 268),
    "bpf": (321, 280), "perf_event_open": (298, 241), "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425), "io_uring_enter": (426, 426), "io_uring_register": (427, 427),
    "keyctl": (250, 219), "add_key": (248, 217), "request_key": (249, 218),
    "kexec_load": (246, 104), "kexec_file_load": (320, 294), "init_module": (175, 105),
    "finit_module": (313, 273), "delete_module": (176, 106), "reboot": (169, 142),
    "swapon": (167, 224), "swapoff": (168, 225), "syslog": (103, 116), "acct": (163, 89),
    "quotactl": (179, 60), "quotactl_fd": (443, 443), "open_by_handle_at": (304, 265),
    "fanotify_init": (300, 262), "vmsplice": (278, 75),
}  # fmt: skip

# Memory that no process maps is counted by no limit, and these calls are ways to it.
_ABSENT: Final = {
    "memfd_create": (319, 279), "memfd_secret": (447, 447), "shmget": (29, 194), "semget": (64, 190),
    "msgget": (68, 186), "mq_open": (240, 180),
    "clone3": (435, 435),  # a filter cannot read its flags; the C library falls back to clone
}  # fmt: skip

# Their argument of this position names a process: only the caller itself (0) may be meant. All processes of a
# jail belong to one user, who could otherwise slow down or cripple the first of them.
_OWN_ONLY: Final = {
    "prlimit64": (302, 261, 0), "sched_setscheduler": (144, 119, 0), "sched_setparam": (142, 118, 0),
    "sched_setattr": (314, 274, 0), "sched_setaffinity": (203, 122, 0), "setpriority": (141, 140, 1),
    "ioprio_set": (251, 30, 1),
}  # fmt: skip

_SOCKET: Final = (41, 198)
_IOCTL: Final = (16, 29)
_CLONE: Final = (56, 220)
_UNSHARE: Final = (272, 97)

ORDINARY_SOCKETS: Final = (1, 2, 10, 16)
"""Address families of Unix, IPv4, IPv6 and netlink sockets: those that a network namespace contains."""

_CLONE_NAMESPACES: Final = 0x7E020000
_UNSHARE_NAMESPACES: Final = _CLONE_NAMESPACES | 0x80
_TIOCSTI: Final = 0x5412
_TIOCLINUX: Final = 0x541C
_X32: Final = 0x40000000

_ALLOW: Final = 0x7FFF0000
_FAIL: Final = 0x00050000
_REFUSE: Final = _FAIL | errno.EPERM
_LACK: Final = _FAIL | errno.ENOSYS


# Where the filter finds what it looks at.
_NUMBER: Final = 0
_PROCESSOR: Final = 4
_ARGUMENTS: Final = (16, 24)


def _load(offset: int) -> bytes:
    return struct.pack("=HBBI", 0x20, 0, 0, offset)


def _skip_unless_equal(value: int, *, count: int = 1) -> bytes:
    return struct.pack("=HBBI", 0x15, 0, count, value)


def _skip_unless_any_bit(value: int) -> bytes:
    return struct.pack("=HBBI", 0x45, 0, 1, value)


def _skip_unless_at_least(value: int) -> bytes:
    return struct.pack("=HBBI", 0x35, 0, 1, value)


def _skip(count: int) -> bytes:
    return struct.pack("=HBBI", 0x05, 0, 0, count)


def _answer(action: int) -> bytes:
    return struct.pack("=HBBI", 0x06, 0, 0, action)


def _if_call(number: int, then: list[bytes]) -> list[bytes]:
    body = [*then, _load(_NUMBER)]
    return [_skip_unless_equal(number, count=len(body)), *body]


def supports(machine: str) -> bool:
    """Whether a filter can be made for a processor, named as `os.uname().machine` does."""
    return machine in _ARCHITECTURE


def call_filter(machine: str, *, sockets: Collection[int]) -> bytes:
    """Instructions of the filter for `kernel.filter_calls`.

    Args:
        machine: Processor, as `os.uname().machine` names it.
        sockets: Address families that a program may open sockets of. Socket pairs are always free.
    """
    column = list(_ARCHITECTURE).index(machine)
    program = [
        _load(_PROCESSOR),
        _skip_unless_equal(_ARCHITECTURE[machine]),
        _skip(1),
        _answer(_LACK),
        _load(_NUMBER),
        _skip_unless_at_least(_X32),
        _answer(_LACK),
    ]
    for numbers in _REFUSED.values():
        program += [_skip_unless_equal(numbers[column]), _answer(_REFUSE)]
    for numbers in _ABSENT.values():
        program += [_skip_unless_equal(numbers[column]), _answer(_LACK)]
    for numbers, namespaces in ((_CLONE, _CLONE_NAMESPACES), (_UNSHARE, _UNSHARE_NAMESPACES)):
        program += _if_call(
            numbers[column], [_load(_ARGUMENTS[0]), _skip_unless_any_bit(namespaces), _answer(_REFUSE)]
        )
    for *numbers, position in _OWN_ONLY.values():
        program += _if_call(
            numbers[column],
            [
                _load(_ARGUMENTS[position]),
                _skip_unless_equal(0),
                _skip(1),
                _answer(_REFUSE),
            ],
        )
    terminal = [_load(_ARGUMENTS[1])]
    for request in (_TIOCSTI, _TIOCLINUX):
        terminal += [_skip_unless_equal(request), _answer(_REFUSE)]
    program += _if_call(_IOCTL[column], terminal)
    families = [_load(_ARGUMENTS[0])]
    for family in sorted(sockets):
        families += [_skip_unless_equal(family), _answer(_ALLOW)]
    program += _if_call(_SOCKET[column], [*families, _answer(_REFUSE)])
    return b"".join([*program, _answer(_ALLOW)])
