"""The warm Vue and TypeScript checker: one Node process, asked from any task or event loop."""

from __future__ import annotations

import json
import tempfile
import threading
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from itertools import count
from pathlib import Path
from subprocess import PIPE
from typing import IO, Any, Final, Literal, TypeVar, cast

import anyio.to_thread
import psutil
from anyio.lowlevel import RunVar
from pydantic import TypeAdapter

from llmbench_inspect.child_process import ChildProcess
from llmbench_inspect.suites.vue import toolchain

_WORKER: Final = Path(__file__).parent / "checker" / "worker.mjs"
_NODE_OPTIONS: Final = (
    # Nuxt's types take 300 MB; a check that builds on the one before it holds two programs for a while.
    "--max-old-space-size=700",
    # A small young generation costs no time here, and keeps some 20 MB from being resident.
    "--max-semi-space-size=8",
    # The checker idles while a model thinks; V8 would tidy up then, and slow the next check 1.7 times.
    "--no-memory-reducer",
    "--no-flush-bytecode",
)
_START_SECONDS: Final = 60
# A machine that is busy with a model is slow, and the answer is not to blame: what counts is processor time,
# and the clock only when this many times as much has gone by.
_STALLED: Final = 6
_GROWTH: Final = 1.6
_WATCH_SECONDS: Final = 0.2
_MAX_ANSWER_BYTES: Final = 64 * 2**20
_STDERR_TAIL_BYTES: Final = 2000

_queue: Final[RunVar[anyio.CapacityLimiter]] = RunVar("vue_type_checker_queue")

_Result = TypeVar("_Result", bound="_Answer")


class CheckerCrash(RuntimeError):  # noqa: N818 - the name that a report shows
    """The checker failed for reasons of its own: whatever was asked has no verdict."""


class CandidateBreaksChecker(Exception):  # noqa: N818 - it says whose fault it is
    """The same files hung or crashed two fresh checkers, which the unchanged project does not."""


class CheckerRequestError(ValueError):
    """The checker refused a request: a missing tsconfig, an unknown fact, a path outside the project."""


@dataclass(frozen=True)
class Diagnostic:
    """One diagnostic of vue-tsc."""

    code: int
    """TypeScript's number, without `TS`."""
    category: Literal["error", "warning", "message", "suggestion"]
    file: str | None
    """Path from the project's folder; `None` for a diagnostic of the whole program."""
    line: int | None
    """From 1; `None` without a file."""
    column: int | None
    """From 1, in UTF-16 units; `None` without a file."""
    message: str
    """The whole chain, as tsc prints it."""

    def __str__(self) -> str:
        place = f"{self.file}({self.line},{self.column}): " if self.file else ""
        return f"{place}TS{self.code}: {self.message}"


@dataclass(frozen=True)
class CompileError:
    """One error of Vue's own compiler or of a parser."""

    file: str
    line: int
    """From 1."""
    column: int
    """From 1."""
    message: str

    def __str__(self) -> str:
        return f"{self.file}({self.line},{self.column}): {self.message}"


@dataclass(frozen=True, kw_only=True)
class _Answer:
    milliseconds: float
    """What the checker spent on it."""
    rss: int
    """Resident memory of the checker afterwards, bytes."""


@dataclass(frozen=True, kw_only=True)
class CheckResult(_Answer):
    """What the compilers say of a project."""

    diagnostics: tuple[Diagnostic, ...]
    """As `vue-tsc --noEmit` reports them, in its order; at most 1000."""
    compile_errors: tuple[CompileError, ...]
    """What `@vue/compiler-sfc` refuses in the given components, which vue-tsc may let pass; at most 1000."""
    omitted: int
    """Diagnostics and compile errors beyond those."""

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        """The diagnostics that make vue-tsc fail."""
        return tuple(diagnostic for diagnostic in self.diagnostics if diagnostic.category == "error")


@dataclass(frozen=True)
class PatternMatch:
    """One place where a pattern matches."""

    file: str
    line: int
    """From 1."""
    text: str
    """The source there, cut to a readable length."""


@dataclass(frozen=True, kw_only=True)
class PatternResult(_Answer):
    """What the pattern engine found in components."""

    matches: tuple[tuple[PatternMatch, ...], ...]
    """One tuple a pattern, in the order asked."""
    facts: Mapping[str, Mapping[str, Sequence[Mapping[str, Any]]]]
    """Records by file and name of the fact."""
    parse_errors: tuple[CompileError, ...]
    """Where a file could not be read; its matches are of what could be."""


class TypeChecker:
    """A checker process that starts when first asked and ends with this one.

    Requests are answered one at a time; any number of tasks, in any event loop, may wait.

    Args:
        node: The Node program.
        packages: Folder whose `node_modules` holds vue-tsc, TypeScript and Vue's compiler.
        timeout: Seconds of processor time after which a request counts as hung.
        max_rss: Resident memory in bytes above which the process is replaced after its answer, unless its
            first check took nearly as much: then a new process would be no smaller, and slower.
    """

    def __init__(
        self, node: Path, packages: Path, *, timeout: float = 20, max_rss: int = 440_000_000
    ) -> None:
        self._command = [node, *_NODE_OPTIONS, _WORKER, packages]
        self._timeout = timeout
        self._max_rss = max_rss
        self._lock = threading.Lock()
        self._worker: _Worker | None = None

    async def check(
        self, project: Path, tsconfigs: Sequence[str], files: Mapping[str, str | None]
    ) -> CheckResult:
        """Type-check a project with files laid over it, and compile the components among them.

        Args:
            project: The project's folder, with `node_modules`; never written to.
            tsconfigs: Configurations to check, relative to the project.
            files: Text by relative path, `None` for a deleted file.

        Raises:
            CandidateBreaksChecker: These files hang or crash the checker.
            CheckerCrash: The checker fails without them too.
            CheckerRequestError: A tsconfig or a path is wrong.
        """
        request = {"op": "check", "project": str(project), "tsconfigs": list(tsconfigs), "files": dict(files)}
        return await self._ask(request, _CHECK)

    async def patterns(
        self,
        project: Path,
        files: Mapping[str, str | None],
        targets: Sequence[str],
        patterns: Sequence[Mapping[str, Any]],
    ) -> PatternResult:
        """Match patterns in components and gather the facts about them.

        Args:
            project: The project's folder.
            files: Text by relative path, `None` for a deleted file.
            targets: Relative paths of the files to read.
            patterns: Patterns as in `validation_spec.json`.

        Raises:
            CandidateBreaksChecker: These files hang or crash the checker.
            CheckerCrash: The checker fails without them too.
            CheckerRequestError: A pattern or a path is wrong.
        """
        request = {
            "op": "patterns",
            "project": str(project),
            "files": dict(files),
            "targets": list(targets),
            "patterns": [dict(pattern) for pattern in patterns],
        }
        return await self._ask(request, _PATTERNS)

    def close(self) -> None:
        """End the process; the next request starts another."""
        with self._lock:
            self._discard()

    async def _ask(self, request: Mapping[str, Any], shape: TypeAdapter[_Result]) -> _Result:
        # One thread a loop waits for the lock, not one a sample: Inspect needs the others.
        try:
            queue = _queue.get()
        except LookupError:
            _queue.set(queue := anyio.CapacityLimiter(1))
        cancelled = threading.Event()
        try:
            return await anyio.to_thread.run_sync(
                self._ask_until_sure, request, shape, cancelled, abandon_on_cancel=True, limiter=queue
            )
        finally:
            cancelled.set()

    def _ask_until_sure(
        self, request: Mapping[str, Any], shape: TypeAdapter[_Result], cancelled: threading.Event
    ) -> _Result:
        with self._lock:
            try:
                return self._ask_once(request, shape)
            except _WorkerFailure:
                if cancelled.is_set():
                    raise
            try:
                return self._ask_once(request, shape)
            except _WorkerFailure as failure:
                if cancelled.is_set():
                    raise
                broken = failure
            try:
                self._ask_once({**request, "files": {}}, shape)
            except _WorkerFailure as failure:
                raise CheckerCrash(
                    f"The Vue checker {failure}, on the unchanged project too. Its last words: "
                    f"{failure.last_words or '(none)'}"
                ) from failure
            raise CandidateBreaksChecker(f"With these files the type checker {broken}, twice") from broken

    def _ask_once(self, request: Mapping[str, Any], shape: TypeAdapter[_Result]) -> _Result:
        try:
            if self._worker is None:
                self._worker = _Worker(self._command)
            answer = self._worker.ask(request, shape, self._timeout)
        except _WorkerFailure:
            self._discard()
            raise
        if answer.rss > max(self._max_rss, _GROWTH * self._worker.first_check):
            self._discard()
        return answer

    def _discard(self) -> None:
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.close()


@cache
def type_checker() -> TypeChecker:
    """The checker that all samples of this process share.

    Raises:
        PrerequisiteError: Node or its packages are missing and cannot be installed.
    """
    return TypeChecker(toolchain.node(), toolchain.packages())


class _WorkerFailure(Exception):  # noqa: N818 - says only that the process is of no more use
    def __init__(self, what: str, last_words: str) -> None:
        super().__init__(what)
        self.last_words = last_words


class _Worker:
    """One process and the talk with it; of no more use after a `_WorkerFailure`."""

    def __init__(self, command: Sequence[str | Path]) -> None:
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - open as long as the process
        self._child = ChildProcess(command, stdin=PIPE, stdout=PIPE, stderr=self._log)
        self._stdin = cast("IO[bytes]", self._child.popen.stdin)
        self._stdout = cast("IO[bytes]", self._child.popen.stdout)
        self._ids = count(1)
        self._overdue = False
        self.first_check = 0
        """Resident memory after it, bytes; 0 until then."""
        self._processes: list[psutil.Process] = []
        try:
            with self._deadline(_START_SECONDS):
                self._receive()
        except _WorkerFailure:
            self.close()
            raise

    def ask(self, request: Mapping[str, Any], shape: TypeAdapter[_Result], seconds: float) -> _Result:
        identity = next(self._ids)
        with self._deadline(seconds):
            self._send({**request, "id": identity})
            answer = self._receive()
        match answer:
            case {"error": {"kind": "request", "message": str(message)}}:
                raise CheckerRequestError(message)
            case {"error": {"message": str(message)}}:
                raise self._failure(f"crashed with {message!r}")
            case {"id": int(answered)} if answered == identity:
                result = shape.validate_python(answer)
                if isinstance(result, CheckResult):
                    self.first_check = self.first_check or result.rss
                return result
            case _:
                raise self._failure("answered another request")

    def close(self) -> None:
        self._child.kill()
        with suppress(BrokenPipeError):
            self._stdin.close()
        self._stdout.close()
        self._log.close()

    def _send(self, message: Mapping[str, Any]) -> None:
        try:
            self._stdin.write(json.dumps(message).encode() + b"\n")
            self._stdin.flush()
        except BrokenPipeError as error:
            raise self._failure("ended") from error

    def _receive(self) -> dict[str, Any]:
        line = self._stdout.readline(_MAX_ANSWER_BYTES)
        if not line.endswith(b"\n"):
            raise self._failure("ended" if len(line) < _MAX_ANSWER_BYTES else "answered without end")
        answer: dict[str, Any] = json.loads(line)
        return answer

    @contextmanager
    def _deadline(self, seconds: float) -> Generator[None]:
        before, latest = self._processor_seconds(), time.monotonic() + _STALLED * seconds
        done = threading.Event()

        def watch() -> None:
            left = seconds
            while not done.wait(max(left, _WATCH_SECONDS)):
                left = seconds - (self._processor_seconds() - before)
                if left <= 0 or time.monotonic() >= latest:
                    self._overdue = True
                    self._child.kill()
                    return

        threading.Thread(target=watch, daemon=True).start()
        try:
            yield
        finally:
            done.set()

    def _processor_seconds(self) -> float:
        try:
            # Found once: looking for children reads every process of the machine.
            self._processes = self._processes or psutil.Process(self._child.popen.pid).children()
            return sum(sum(process.cpu_times()[:2]) for process in self._processes)
        except psutil.NoSuchProcess:
            return 0.0

    def _failure(self, what: str) -> _WorkerFailure:
        if self._overdue:
            what = "hung"
        elif (status := self._child.popen.poll()) is not None:
            what = f"{what} with exit status {status}"
        self._log.seek(0)
        return _WorkerFailure(what, self._log.read()[-_STDERR_TAIL_BYTES:].decode(errors="replace").strip())


_CHECK: Final = TypeAdapter(CheckResult)
_PATTERNS: Final = TypeAdapter(PatternResult)
