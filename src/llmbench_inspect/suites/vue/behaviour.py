"""Does a candidate do what it should? A fixture's hidden tests, run in a jail beside its files."""

from __future__ import annotations

import json
import secrets
import sys
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import anyio
import anyio.to_thread
from anyio.lowlevel import RunVar
from inspect_ai.util import SandboxUnavailableError
from pydantic import TypeAdapter, ValidationError

from llmbench_inspect.prerequisite import PrerequisiteError
from llmbench_inspect.sandbox import BwrapConfig, BwrapSandboxEnvironment
from llmbench_inspect.suites.vue import toolchain
from llmbench_inspect.suites.vue.fixtures import Fixture, names_of_tests
from llmbench_inspect.suites.vue.overlay import Overlay
from llmbench_inspect.suites.vue.type_checker import CheckerCrash

_RUNNER: Final = Path(__file__).parent / "test_runner"
_MODULES: Final = "/opt/node_modules"
_INSIDE: Final = "/opt/test_runner"
_NODE: Final = "/opt/node"
_PYTHON: Final = str(Path(sys.executable).resolve())  # where a jail has it too
_SOCKET: Final = "/tmp/tests"  # noqa: S108 - the jail's own folder
_LOG: Final = "/tmp/log"  # noqa: S108
_SECONDS: Final = 45
_RUNS: Final = 200
"""After so many the jail is replaced: vitest keeps a little of each."""
_CPU_SECONDS: Final = 3600
_LAST_WORDS: Final = 2000

_SENTINEL: Final = "\ntest('{nonce}', () => {{\n  expect('{nonce}').toBe('')\n}})\n"

_queue: Final[RunVar[anyio.CapacityLimiter]] = RunVar("vue_behaviour_queue")


@dataclass(frozen=True)
class Behaviour:
    """How a candidate did in the hidden tests."""

    passed: tuple[str, ...]
    """Names of the tests that passed, in the order of the files."""
    failed: Mapping[str, str]
    """Why the others did not pass, by name."""

    @classmethod
    def none_passed(cls, tests: Mapping[str, str], why: str) -> Behaviour:
        """What becomes of tests that could not be run because of the candidate.

        Args:
            tests: Text by path.
            why: The reason, for each of them.
        """
        return cls((), {name: why for text in tests.values() for name in names_of_tests(text)})

    @property
    def share(self) -> float:
        """Share of the tests that passed, 0 to 1."""
        return len(self.passed) / (len(self.passed) + len(self.failed))


@dataclass(frozen=True)
class _Test:
    file: str
    name: str
    state: str
    message: str | None


@dataclass(frozen=True, kw_only=True)
class _Answer:
    tests: tuple[_Test, ...] = ()
    errors: tuple[str, ...] = ()
    crash: str | None = None


class _RunFailure(Exception):  # noqa: N818 - says only that there was no answer
    pass


class HiddenTests:
    """One jail with a warm vitest, which starts when first asked and ends with this process.

    Requests are answered one at a time, each in a fresh process; any number of tasks, in any
    event loop, may wait.

    Args:
        node: The Node program.
        packages: Folder whose `node_modules` holds vitest and what the components import.
        timeout: Seconds after which a run counts as hung.
    """

    def __init__(self, node: Path, packages: Path, *, timeout: int = _SECONDS) -> None:
        binds = {_NODE: node, _INSIDE: _RUNNER, _MODULES: packages / "node_modules"}
        self._config = BwrapConfig(
            binds={inside: str(outside.resolve()) for inside, outside in binds.items()},
            cpu_seconds=_CPU_SECONDS,
        )
        self._timeout = timeout
        self._lock = threading.Lock()
        self._jail: BwrapSandboxEnvironment | None = None
        self._runs = 0

    def prove(self) -> None:
        """Start it, if it is not running.

        Raises:
            PrerequisiteError: No jail can be started on this machine.
            CheckerCrash: Vitest does not start in it.
        """
        with ThreadPoolExecutor(1) as thread:  # this one may have an event loop already
            try:
                thread.submit(self._ask, {}, {}).result()
            except PrerequisiteError as error:
                raise PrerequisiteError(
                    f"The hidden tests of Vue fixtures run in a bubblewrap jail only. {error}"
                ) from error
            except _RunFailure as error:
                raise CheckerCrash(f"The hidden tests cannot run: {error}") from error

    async def run(self, project: Overlay, tests: Mapping[str, str]) -> Behaviour:
        """Run tests beside a candidate's project.

        Args:
            project: The project with the candidate's changes.
            tests: Text by path from the project's folder; each test begins a line with `test('name',`.

        Raises:
            CheckerCrash: The tests cannot be run beside the unchanged project either.
        """
        try:
            queue = _queue.get()
        except LookupError:
            _queue.set(queue := anyio.CapacityLimiter(1))
        return await anyio.to_thread.run_sync(
            self._run_until_sure, project, tests, abandon_on_cancel=True, limiter=queue
        )

    def _run_until_sure(self, project: Overlay, tests: Mapping[str, str]) -> Behaviour:
        nonce = secrets.token_hex(16)
        watched = {path: text + _SENTINEL.format(nonce=nonce) for path, text in tests.items()}
        files = {name: project.read(name) for name in project.files()}
        broken = ""
        for _ in range(2):
            try:
                return _judged(self._ask(files, watched), tests, nonce)
            except _RunFailure as failure:
                broken = str(failure)
        untouched = Overlay(project.project, project.editable)
        try:
            self._ask({name: untouched.read(name) for name in untouched.files()}, watched)
        except _RunFailure as failure:
            raise CheckerCrash(f"The hidden tests {failure}, with the unchanged project too") from failure
        return Behaviour.none_passed(tests, f"the run {broken}, twice")

    def _ask(self, files: Mapping[str, str], tests: Mapping[str, str]) -> _Answer:
        with self._lock:
            return anyio.run(self._ask_once, json.dumps({"files": dict(files), "tests": dict(tests)}))

    async def _ask_once(self, request: str) -> _Answer:
        if self._jail is None or self._runs >= _RUNS:
            await self._end()
            self._jail = await self._start()
        self._runs += 1
        command = [_PYTHON, "-I", "-S", f"{_INSIDE}/ask.py", _SOCKET]
        try:
            asked = await self._jail.exec(command, input=request, timeout=self._timeout, concurrency=False)
            answer = _ANSWER.validate_json(asked.stdout)
        except TimeoutError:
            await self._end()
            raise _RunFailure(f"took more than {self._timeout} seconds") from None
        except (ValidationError, SandboxUnavailableError) as error:
            words = await self._last_words()
            await self._end()
            raise _RunFailure(f"ended without an answer ({words})") from error
        if answer.crash is not None:
            await self._end()
            raise _RunFailure(f"broke the runner ({answer.crash})")
        return answer

    async def _start(self) -> BwrapSandboxEnvironment:
        jail = BwrapSandboxEnvironment(self._config)
        server = f"{_NODE} {_INSIDE}/server.mjs {_SOCKET} /sandbox {_MODULES} >{_LOG} 2>&1 &"
        await jail.exec(["/bin/sh", "-c", server], concurrency=False)
        self._runs = 0
        return jail

    async def _last_words(self) -> str:
        try:
            log = await self._jail.read_file(_LOG) if self._jail else ""
        except (OSError, SandboxUnavailableError, UnicodeDecodeError):
            log = ""
        return log[-_LAST_WORDS:].strip() or "no last words"

    async def _end(self) -> None:
        jail, self._jail = self._jail, None
        if jail is not None:
            await BwrapSandboxEnvironment.sample_cleanup(
                "", self._config, {"default": jail}, interrupted=False
            )


async def behaviour_of(fixture: Fixture, project: Overlay) -> Behaviour | None:
    """Run a fixture's hidden tests.

    Args:
        fixture: The task.
        project: Its project with a candidate's changes, but for those to protected files.

    Returns:
        How the candidate did; `None` where the fixture has no hidden tests.

    Raises:
        CheckerCrash: The tests cannot be run beside the unchanged project either.
    """
    return await hidden_tests().run(project, fixture.hidden_tests) if fixture.hidden_tests else None


@cache
def hidden_tests() -> HiddenTests:
    """The jail that all samples of this process share.

    Raises:
        PrerequisiteError: Node or its packages are missing and cannot be installed.
    """
    return HiddenTests(toolchain.node(), toolchain.packages())


def _judged(answer: _Answer, tests: Mapping[str, str], nonce: str) -> Behaviour:
    """What counts: tests that are there, reported once, in a file whose own false test was found false."""
    passed: list[str] = []
    failed: dict[str, str] = {}
    first = answer.errors[0] if answer.errors else "the test was not reached"
    for file, text in tests.items():
        reported = [test for test in answer.tests if test.file == file]
        false = [test.state for test in reported if test.name == nonce]
        for name in names_of_tests(text):
            found = [test for test in reported if test.name == name]
            if false == ["passed"]:
                failed[name] = "a test that cannot pass was reported as passed: nothing counts"
            elif false != ["failed"] or len(found) != 1:
                failed[name] = first
            elif found[0].state == "passed":
                passed.append(name)
            else:
                failed[name] = found[0].message or found[0].state
    return Behaviour(tuple(passed), failed)


_ANSWER: Final = TypeAdapter(_Answer)
