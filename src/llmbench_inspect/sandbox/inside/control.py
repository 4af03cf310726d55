"""How requests reach the first process of a jail: a message on its control socket, with open files attached.

A request holds one end of a socket of its own, over which its answer goes back and whose closing
takes the request back, and the files that the request reads and fills. What a judged program
brings or writes lies in those files only, so that the first process itself never holds it.

A jail starts with each sample, and half of its start would be imports. Therefore nothing that a sample's
jail needs imports `typing`, `json`, `socket`, `signal`, `contextlib` or `pathlib` while running. Both sides
are the same Python: messages to the inside are marshalled; answers, which are not to be trusted, are JSON.
"""

from __future__ import annotations

# Private, because the public module costs 8 ms of a start of 20; tests/sandbox would notice a change.
import _socket
import marshal
import os
import struct
import sys

from . import kernel

TYPE_CHECKING = False
if TYPE_CHECKING:
    from _socket import socket
    from typing import Any, Final

READY: Final = b"ready"
"""First message from inside: the jail is set up."""

_MESSAGE: Final = 4096
_FILES: Final = 8
_FILE_SIZE: Final = struct.calcsize("i")


class Request:
    """One message and what came with it.

    Args:
        header: What the message said.
        answers: Takes one answer; readable once the asker has gone.
        files: Open files, in the order that the kind of request names.
    """

    def __init__(self, header: dict[str, Any], answers: socket, files: list[int]) -> None:
        self.header = header
        self.answers = answers
        self.files = files

    def close(self) -> None:
        """Give up this process's copies."""
        self.answers.close()
        for file in self.files:
            os.close(file)

    def answer(self, **fields: float) -> None:
        """Send the answer, numbers all; an asker who has gone is passed over."""
        pairs = ", ".join(f'"{name}": {+value!r}' for name, value in fields.items())
        try:
            self.answers.send(f"{{{pairs}}}".encode())
        except (BrokenPipeError, ConnectionResetError):
            pass


def connect() -> tuple[socket, dict[str, Any]]:
    """The control socket, whose number is the first argument, and the settings, its first message."""
    asking = _open_socket(int(sys.argv[1]))
    return asking, marshal.loads(asking.recv(_MESSAGE))


def _open_socket(file: int) -> socket:
    return _socket.socket(fileno=file)


def receive(control: socket) -> Request | None:
    """Take the next request.

    Returns:
        The request; `None` once the other side has gone.
    """
    message, attached, _, _ = control.recvmsg(_MESSAGE, _socket.CMSG_SPACE(_FILES * _FILE_SIZE))
    if not message:
        return None
    data = attached[0][2]
    answers, *files = struct.unpack(f"{len(data) // _FILE_SIZE}i", data)
    for file in (answers, *files):
        os.set_inheritable(file, False)  # unlike all else that Python opens, these are
    return Request(marshal.loads(message), _open_socket(answers), files)


def limit_folders(folders: dict[str, int], *, files: int) -> None:
    """Cap the writable folders, which bubblewrap mounted without a limit on the number of files.

    Args:
        folders: Bytes that each may hold, by path.
        files: Files and folders that each may hold.
    """
    for folder, size in folders.items():
        kernel.mount(
            "tmpfs",
            folder,
            flags=kernel.MS_REMOUNT | kernel.MS_NOSUID | kernel.MS_NODEV,
            options=f"size={size},nr_inodes={files}",
        )


def offer_to_oom_killer() -> None:
    """Let the kernel end this jail's processes first where the machine runs out of memory."""
    kernel.write("/proc/self/oom_score_adj", "1000")
