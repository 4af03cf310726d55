"""A running jail: started, asked over its control socket, ended."""

from __future__ import annotations

import json
import marshal
import os
import platform
import signal
import socket
import subprocess
import sys
import weakref
from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from contextlib import ExitStack, asynccontextmanager, suppress
from pathlib import Path
from typing import Any, Final

import anyio
from inspect_ai.util import SandboxUnavailableError

from llmbench_inspect.prerequisite import PrerequisiteError
from llmbench_inspect.sandbox.command import jail_command
from llmbench_inspect.sandbox.inside import seccomp
from llmbench_inspect.sandbox.no_jail import NoJailError

_START_SECONDS: Final = 30
_END_SECONDS: Final = 5
_MESSAGE: Final = 65536
_FULL_PAUSE: Final = 0.01

SETTINGS: Final = {
    "kernel.unprivileged_userns_clone": "1",
    "kernel.apparmor_restrict_unprivileged_userns": "0",
    "user.max_user_namespaces": "15000",
}
"""Settings that keep ordinary users from the namespaces a jail is made of, and the values that allow them."""


def _refusing_setting() -> str | None:
    for name, allowing in SETTINGS.items():
        with suppress(OSError):
            value = Path("/proc/sys", *name.split(".")).read_text(encoding="ascii").strip()
            if value != allowing and (value == "0" or allowing == "0"):
                return f"sysctl -w {name}={allowing}"
    return None


def _check_platform() -> None:
    if sys.platform != "linux":
        raise NoJailError(f"The bwrap sandbox runs on Linux only, not on {platform.system()}.")
    if not seccomp.supports(platform.machine()):
        raise NoJailError(f"The bwrap sandbox knows x86-64 and ARM64, not {platform.machine()}.")


def _refusal(errors: str) -> NoJailError:
    reason = (errors.strip().splitlines() or ["it gave no reason"])[-1]
    if setting := _refusing_setting():
        mending = f"\nThe machine keeps ordinary users from making namespaces. Allow them: {setting}."
    elif reason.startswith("bwrap:"):
        mending = (
            "\nIn a container: start it with --security-opt seccomp=unconfined "
            "--security-opt apparmor=unconfined --security-opt systempaths=unconfined."
        )
    else:
        mending = "."
    return NoJailError(f"No bubblewrap jail can be started here: {reason}{mending}")


def _end(popen: subprocess.Popen[bytes], control: socket.socket) -> None:
    control.close()
    try:
        popen.wait(_END_SECONDS)
    except subprocess.TimeoutExpired:
        with suppress(ProcessLookupError):
            os.killpg(popen.pid, signal.SIGKILL)
        popen.wait()


def file_with(contents: bytes) -> int:
    """An open file in memory that holds these bytes, at its start."""
    with os.fdopen(os.memfd_create("contents"), "wb") as file:
        file.write(contents)
        file.seek(0)
        return os.dup(file.fileno())


class Jail:
    """A bubblewrap jail with one of the modules of `inside` as its first process.

    It ends with this process, however that ends: its first process leaves when the control socket
    closes, and the kernel ends all other processes of a PID namespace with the first.

    Args:
        module: Module of `inside`.
        settings: For it: numbers, texts, and lists and dicts of them.
        binds: Further read-only binds, path inside to path outside.
        environment: Further variables.
        flags: Options of the interpreter.

    Raises:
        PrerequisiteError: When no jail can be started on this machine.
    """

    def __init__(
        self,
        module: str,
        *,
        settings: dict[str, Any],
        binds: Mapping[str, str],
        environment: Mapping[str, str],
        flags: Iterable[str],
    ) -> None:
        _check_platform()
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        errors = os.memfd_create("errors")
        with theirs, os.fdopen(errors, "rb"), ExitStack() as failing:
            failing.callback(self._control.close)
            command = jail_command(
                module, control=theirs.fileno(), binds=binds, environment=environment, flags=flags
            )
            self._popen = subprocess.Popen(
                command,
                env={},  # bubblewrap's own can be read from inside
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=errors,
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )
            theirs.close()
            self.end = weakref.finalize(self, _end, self._popen, self._control)
            failing.callback(self.end)
            self._control.settimeout(_START_SECONDS)
            with suppress(BrokenPipeError):
                self._control.send(marshal.dumps(settings))
            try:
                ready = self._control.recv(_MESSAGE)
            except ConnectionResetError:
                ready = b""
            except TimeoutError:
                raise PrerequisiteError(
                    f"A bubblewrap jail did not start in {_START_SECONDS} seconds."
                ) from None
            if not ready:
                raise _refusal(os.pread(errors, _MESSAGE, 0).decode(errors="replace"))
            failing.pop_all()
        self._control.setblocking(False)

    @property
    def running(self) -> bool:
        """Whether it can still be asked."""
        return self.end.alive and self._popen.poll() is None

    @asynccontextmanager
    async def asked(self, header: dict[str, float], files: Sequence[int]) -> AsyncGenerator[Answer]:
        """Send a request, and take it back where the block is left before the answer has come.

        Args:
            header: Numbers.
            files: Descriptors that go with it; this process's copies are closed.

        Raises:
            SandboxUnavailableError: When the jail has ended.
        """
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        answer = Answer(ours)
        try:
            with theirs:
                await self._send(marshal.dumps(header), [theirs.fileno(), *files])
        except BaseException:
            ours.close()
            raise
        finally:
            for file in files:
                os.close(file)
        try:
            yield answer
        finally:
            await answer.close()

    async def _send(self, message: bytes, files: list[int]) -> None:
        while self.end.alive:
            try:
                socket.send_fds(self._control, [message], files)
            except BlockingIOError:
                await anyio.sleep(_FULL_PAUSE)
            except (BrokenPipeError, ConnectionResetError):
                break
            else:
                return
        raise SandboxUnavailableError("The bwrap jail has ended.")


class Answer:
    """What comes back for one request."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        connection.setblocking(False)

    async def receive(self) -> dict[str, Any] | None:
        """Wait for the answer.

        Returns:
            Its fields; `None` when the process that worked on it was killed.
        """
        await anyio.wait_readable(self._connection)
        try:
            message = self._connection.recv(_MESSAGE)
        except ConnectionResetError:
            return None
        return json.loads(message) if message else None

    async def close(self) -> None:
        """Take the request back if it is not done, and wait until nothing works on it any more."""
        with anyio.CancelScope(shield=True), anyio.move_on_after(_END_SECONDS), suppress(OSError):
            self._connection.shutdown(socket.SHUT_WR)
            while await self.receive():
                pass
        self._connection.close()
