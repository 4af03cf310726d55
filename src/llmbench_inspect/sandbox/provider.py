"""`--sandbox bwrap`: an Inspect sandbox of one bubblewrap jail a sample, without daemon and without root."""

from __future__ import annotations

import marshal
import os
from errno import EACCES, ENOENT
from pathlib import PurePosixPath
from typing import Any, Final, Literal, NamedTuple, overload

import anyio
from inspect_ai.util import (
    ExecResult,
    OutputLimitExceededError,
    SandboxEnvironment,
    SandboxEnvironmentConfigType,
    SandboxEnvironmentLimits,
    SandboxUnavailableError,
    SandboxUserUnsupportedError,
    sandboxenv,
)
from inspect_ai.util import concurrency as limited
from typing_extensions import override

from llmbench_inspect.prerequisite import PrerequisiteError
from llmbench_inspect.sandbox.command import SHARED_MEMORY, WRITABLE
from llmbench_inspect.sandbox.config import WORK, BwrapConfig
from llmbench_inspect.sandbox.jail import Jail, file_with
from llmbench_inspect.sandbox.output import ask_for_output

_USERS: Final = (None, "sandbox", "1000")
_SHARED_MEMORY_BYTES: Final = 64 << 20
_NOT_FOUND: Final = 127
_CANNOT_RUN: Final = 126
_KILLED: Final = 137
_SIGNALLED: Final = 128
_SETTLING_SECONDS: Final = 0.1


def _start(config: BwrapConfig) -> Jail:
    folders = {**dict.fromkeys(WRITABLE, config.disk), SHARED_MEMORY: _SHARED_MEMORY_BYTES}
    limits = {name: getattr(config, name) for name in ("memory", "disk", "processes", "cpu_seconds")}
    return Jail(
        "session",
        settings={"folders": folders, "files": config.files, "limits": limits},
        binds=config.binds,
        environment={"USER": "sandbox"},
        flags=["-I", "-S"],
    )


def prove(config: BwrapConfig) -> None:
    """Start a jail and end it.

    Raises:
        PrerequisiteError: None can be started; says what mends it.
    """
    _start(config).end()


def _configuration(config: SandboxEnvironmentConfigType | None) -> BwrapConfig:
    if config is None:
        return BwrapConfig()
    if isinstance(config, BwrapConfig):
        return config
    raise PrerequisiteError(f"The bwrap sandbox takes a BwrapConfig from a task, not {config!r}.")


def _bytes(text: str | bytes) -> bytes:
    return text.encode() if isinstance(text, str) else text


class _Work(NamedTuple):
    cmd: list[str]
    cwd: str
    env: dict[str, str]


class _ExpiredError(TimeoutError):
    """With the name by which Inspect's tools show a model what a command wrote until then."""

    def __init__(self, message: str, truncated_output: str) -> None:
        super().__init__(message)
        self.truncated_output = truncated_output


@sandboxenv(name="bwrap")  # pyright: ignore[reportUntypedClassDecorator]
class BwrapSandboxEnvironment(SandboxEnvironment):
    """One sample's jail, which starts with the first command or file.

    Args:
        config: What it may see and use.
    """

    def __init__(self, config: BwrapConfig) -> None:
        super().__init__()
        self._config = config
        self._starting = anyio.Lock()
        self._jail: Jail | None = None

    @override
    @classmethod
    async def task_init(cls, task_name: str, config: SandboxEnvironmentConfigType | None) -> None:
        """Prove by starting one that jails work here.

        Raises:
            PrerequisiteError: With what mends it, when they do not.
        """
        await anyio.to_thread.run_sync(prove, _configuration(config))

    @override
    @classmethod
    async def sample_init(
        cls, task_name: str, config: SandboxEnvironmentConfigType | None, metadata: dict[str, str]
    ) -> dict[str, SandboxEnvironment]:
        return {"default": cls(_configuration(config))}

    @override
    @classmethod
    async def sample_cleanup(
        cls,
        task_name: str,
        config: SandboxEnvironmentConfigType | None,
        environments: dict[str, SandboxEnvironment],
        interrupted: bool,
    ) -> None:
        for environment in environments.values():
            jail = environment.as_type(BwrapSandboxEnvironment)._jail
            if jail is not None:
                await anyio.to_thread.run_sync(jail.end)

    @override
    @classmethod
    def config_deserialize(cls, config: dict[str, Any]) -> BwrapConfig:
        return BwrapConfig.model_validate(config)

    @override
    def default_polling_interval(self) -> float:
        return 0.2

    async def _started(self) -> Jail:
        async with self._starting:
            if self._jail is None:
                self._jail = await anyio.to_thread.run_sync(_start, self._config)
        return self._jail

    @override
    async def exec(
        self,
        cmd: list[str],
        input: str | bytes | None = None,  # Inspect's names and order
        cwd: str | None = None,
        env: dict[str, str] | None = None,
        user: str | None = None,
        timeout: int | None = None,
        timeout_retry: bool = True,
        concurrency: bool = True,
    ) -> ExecResult[str]:
        """As Inspect says; the end of long output is kept, and a timeout ends all that the command started.

        Raises:
            SandboxUserUnsupportedError: For any user but `sandbox`, the only one inside.
            SandboxUnavailableError: When the jail has ended.
            TimeoutError: When `timeout` expires; `truncated_output` holds what was written until then.
            PermissionError: For what cannot be executed.
        """
        if user not in _USERS:
            raise SandboxUserUnsupportedError(f"The bwrap sandbox has no user {user!r}, only 'sandbox'.")
        work = _Work([str(part) for part in cmd], str(PurePosixPath(WORK, cwd or "")), dict(env or {}))
        if not concurrency:
            return await self._execute(work, input, seconds=timeout)
        async with limited("bwrap", os.cpu_count() or 1):
            return await self._execute(work, input, seconds=timeout)

    async def _execute(
        self, work: _Work, contents: str | bytes | None, *, seconds: int | None
    ) -> ExecResult[str]:
        jail = await self._started()
        stdin = os.open(os.devnull, os.O_RDONLY) if contents is None else file_with(_bytes(contents))
        ending = await ask_for_output(
            jail,
            {},
            files=[file_with(marshal.dumps({"kind": "exec", **work._asdict()})), stdin],
            limit=SandboxEnvironmentLimits.MAX_EXEC_OUTPUT_SIZE,
            seconds=seconds,
        )
        written = ending.stdout + ending.stderr
        if ending.expired:
            raise _ExpiredError(f"The command was ended after {seconds} seconds.", written)
        if ending.fields is None:
            await self._check_running(jail)
            return ExecResult(False, _KILLED, ending.stdout, ending.stderr)
        if "errno" in ending.fields:
            return _not_run(work, **ending.fields)
        code: int = ending.fields["returncode"]
        code = code if code >= 0 else _SIGNALLED - code
        return ExecResult(code == 0, code, ending.stdout, ending.stderr)

    async def _check_running(self, jail: Jail) -> None:
        await anyio.sleep(_SETTLING_SECONDS)
        if not jail.running:
            raise SandboxUnavailableError("The bwrap jail has ended.")

    async def _ask(self, body: dict[str, Any], file: int) -> int:
        """Have a file read or written; its size."""
        path = body["file"]
        try:
            jail = await self._started()
            async with jail.asked({}, [file_with(marshal.dumps(body)), os.dup(file)]) as answer:
                fields = await answer.receive()
        finally:
            os.close(file)
        if fields is None:
            raise SandboxUnavailableError("The bwrap jail has ended.")
        if "errno" in fields:
            raise OSError(fields["errno"], os.strerror(fields["errno"]), path)
        return fields["size"]

    @override
    async def write_file(self, file: str, contents: str | bytes) -> None:
        """As Inspect says. Only plain files are written, never a pipe or a device.

        Raises:
            PermissionError: Also for what is no plain file.
            IsADirectoryError: When it is a folder.
            OSError: When the folder's limit is reached.
        """
        body: dict[str, Any] = {"kind": "write", "file": str(PurePosixPath(WORK, file))}
        await self._ask(body, file_with(_bytes(contents)))

    @overload
    async def read_file(self, file: str, text: Literal[True] = True) -> str: ...

    @overload
    async def read_file(self, file: str, text: Literal[False]) -> bytes: ...

    @override
    async def read_file(self, file: str, text: bool = True) -> str | bytes:
        """As Inspect says. Only plain files are read, never a pipe or a device.

        Raises:
            FileNotFoundError: When there is none.
            PermissionError: Also for what is no plain file.
            IsADirectoryError: When it is a folder.
            UnicodeDecodeError: When text was asked for and it is no UTF-8.
            OutputLimitExceededError: When it is larger than Inspect's limit.
        """
        limit = SandboxEnvironmentLimits.MAX_READ_FILE_SIZE
        copy = file_with(b"")
        try:
            body: dict[str, Any] = {"kind": "read", "file": str(PurePosixPath(WORK, file)), "limit": limit}
            size = await self._ask(body, os.dup(copy))
            if size > limit:
                raise OutputLimitExceededError(SandboxEnvironmentLimits.MAX_READ_FILE_SIZE_STR, None)
            contents = os.pread(copy, size, 0)
        finally:
            os.close(copy)
        return contents.decode() if text else contents


def is_bwrap(environment: SandboxEnvironment) -> bool:
    """Whether a sample's sandbox is one of these jails, also behind what Inspect wraps around it."""
    try:
        environment.as_type(BwrapSandboxEnvironment)
    except TypeError:
        return False
    return True


def _not_run(work: _Work, *, errno: int, arrived: int | None = None) -> ExecResult[str]:
    """For a command that was not started; `arrived` says whether its folder was entered."""
    reason = os.strerror(errno)
    if arrived is None:
        raise SandboxUnavailableError(f"The bwrap jail cannot start a process: {reason}.")
    about = work.cmd[0] if arrived else work.cwd
    if errno == EACCES:
        raise PermissionError(errno, reason, about)
    return ExecResult(False, _NOT_FOUND if errno == ENOENT else _CANNOT_RUN, "", f"{about}: {reason}\n")
