"""Does a candidate do what it should? A fixture's tests, run in a jail beside its files."""

from __future__ import annotations

import json
import secrets
import shlex
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Literal

import anyio
import anyio.to_thread
from anyio.lowlevel import RunVar
from inspect_ai.util import SandboxUnavailableError
from pydantic import TypeAdapter, ValidationError

from llmbench_inspect.prerequisite import PrerequisiteError
from llmbench_inspect.sandbox import BwrapConfig, BwrapSandboxEnvironment, NoJailError, interpreter
from llmbench_inspect.suites.vue import toolchain
from llmbench_inspect.suites.vue.fixtures import HIDDEN, Fixture, names_of_tests
from llmbench_inspect.suites.vue.overlay import Overlay
from llmbench_inspect.suites.vue.type_checker import CheckerCrash

Dom = Literal["happy-dom", "browser"]
"""What the components are shown in: a model of a document, or the document of a real Chromium."""

_RUNNER: Final = Path(__file__).parent / "test_runner"
_MODULES: Final = "/opt/node_modules"
_INSIDE: Final = "/opt/test_runner"
_NODE: Final = "/opt/node"
_SOCKET: Final = "/tmp/tests"  # noqa: S108 - the jail's own folder
_LOG: Final = "/tmp/log"  # noqa: S108
_SECONDS: Final = 45
_RUNS: Final = 200
"""After so many the jail is replaced: vitest keeps a little of each."""
_CPU_SECONDS: Final = 3600
_LAST_WORDS: Final = 2000
_BROWSER_SETTINGS: Final = Path("/etc/chromium.d")
"""Read by Debian's start script, which fails without it."""
_BROWSER_MEMORY: Final = 3 << 30
_BROWSER_PROCESSES: Final = 512

_PROOF: Final = "import { expect, test } from 'vitest'\ntest('runs', () => {\n  expect(1).toBe(1)\n})\n"
_SENTINEL: Final = "\ntest('{nonce}', () => {{\n  expect('{nonce}').toBe('')\n}})\n"

_queue: Final[RunVar[anyio.CapacityLimiter]] = RunVar("vue_behaviour_queue")


@dataclass(frozen=True)
class Behaviour:
    """How a candidate did in a fixture's tests."""

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


class VitestJail:
    """One jail with a warm vitest, which starts when first asked and ends with this process.

    Requests are answered one at a time, each in a fresh process, or in a fresh context of a warm
    browser; any number of tasks, in any event loop, may wait.

    Args:
        node: The Node program.
        packages: Folder whose `node_modules` holds vitest and what the components import.
        browser: The Chromium program that shows the components, in the jail; happy-dom without one.
        timeout: Seconds after which a run counts as hung.
    """

    def __init__(
        self, node: Path, packages: Path, *, browser: Path | None = None, timeout: int = _SECONDS
    ) -> None:
        binds = {_NODE: node, _INSIDE: _RUNNER, _MODULES: packages / "node_modules"}
        if browser is not None and _BROWSER_SETTINGS.is_dir():
            binds[str(_BROWSER_SETTINGS)] = _BROWSER_SETTINGS
        config = BwrapConfig(
            binds={inside: str(outside.resolve()) for inside, outside in binds.items()},
            cpu_seconds=_CPU_SECONDS,
        )
        larger = {"memory": _BROWSER_MEMORY, "processes": _BROWSER_PROCESSES}
        self._config = config.model_copy(update=larger) if browser else config
        self._browser = browser
        self._timeout = timeout
        self._lock = threading.Lock()
        self._jail: BwrapSandboxEnvironment | None = None
        self._runs = 0

    def prove(self) -> None:
        """Start it, if it is not running, and see a test pass in it.

        Raises:
            PrerequisiteError: No jail can be started on this machine, or no browser in the jail.
            CheckerCrash: Vitest does not run in it.
        """
        with ThreadPoolExecutor(1) as thread:  # this one may have an event loop already
            try:
                thread.submit(self._see_a_test_pass).result()
            except NoJailError as error:
                raise PrerequisiteError(
                    f"The tests of Vue fixtures run in a bubblewrap jail only. {error.reason}"
                ) from error
            except _RunFailure as error:
                if self._browser is not None:
                    raise PrerequisiteError(
                        f"Tests in {self._browser}, with dom=browser, {error}\n"
                        f"What is known to work is Debian's own: {toolchain.CHROMIUM_INSTALL}"
                    ) from error
                raise CheckerCrash(f"The tests of Vue fixtures {error}") from error

    def _see_a_test_pass(self) -> None:
        answer = self._ask({}, {"proof.test.ts": _PROOF})
        if [test.state for test in answer.tests] != ["passed"]:
            raise _RunFailure(f"do not pass where they must ({'; '.join(answer.errors)})")

    async def run(
        self, project: Overlay, tests: Mapping[str, str], support: Mapping[str, str] | None = None
    ) -> Behaviour:
        """Run tests beside a candidate's project.

        Args:
            project: The project with the candidate's changes.
            tests: Text by path from the project's folder; each test begins a line with `test('name',`.
            support: What the tests import, and a `vite.config` for their sake, by path likewise.

        Raises:
            CheckerCrash: The tests cannot be run beside the unchanged project either.
        """
        try:
            queue = _queue.get()
        except LookupError:
            _queue.set(queue := anyio.CapacityLimiter(1))
        return await anyio.to_thread.run_sync(
            self._run_until_sure, project, tests, support or {}, abandon_on_cancel=True, limiter=queue
        )

    def _run_until_sure(
        self, project: Overlay, tests: Mapping[str, str], support: Mapping[str, str]
    ) -> Behaviour:
        nonce = secrets.token_hex(16)
        watched = {path: text + _SENTINEL.format(nonce=nonce) for path, text in tests.items()}
        broken = ""
        for _ in range(2):
            try:
                return _judged(self._ask(_files(project), watched, support), tests, nonce)
            except _RunFailure as failure:
                broken = str(failure)
        try:
            self._ask(_files(Overlay(project.project, project.editable)), watched, support)
        except _RunFailure as failure:
            raise CheckerCrash(f"The tests {failure}, with the unchanged project too") from failure
        return Behaviour.none_passed(tests, f"the run {broken}, twice")

    def _ask(
        self, files: Mapping[str, str], tests: Mapping[str, str], support: Mapping[str, str] | None = None
    ) -> _Answer:
        request = {"files": dict(files), "tests": dict(tests), "support": dict(support or {})}
        with self._lock:
            return anyio.run(self._ask_once, json.dumps(request))

    async def _ask_once(self, request: str) -> _Answer:
        if self._jail is None or self._runs >= _RUNS:
            await self._end()
            self._jail = await self._start()
        self._runs += 1
        command = [str(interpreter()), "-I", "-S", f"{_INSIDE}/ask.py", _SOCKET]
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
        browser = shlex.quote(str(self._browser)) if self._browser else ""
        server = f"{_NODE} {_INSIDE}/server.mjs {_SOCKET} /sandbox {_MODULES} {browser} >{_LOG} 2>&1 &"
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


async def behaviour_of(fixture: Fixture, project: Overlay, *, dom: Dom = "happy-dom") -> Behaviour | None:
    """Run a fixture's hidden tests.

    Args:
        fixture: The task.
        project: Its project with a candidate's changes, but for those to protected files.
        dom: What shows the components.

    Returns:
        How the candidate did; `None` where the fixture has no hidden tests.

    Raises:
        CheckerCrash: The tests cannot be run beside the unchanged project either.
    """
    if not fixture.hidden_tests:
        return None
    return await vitest_jail(dom).run(project, fixture.hidden_tests, fixture.test_support)


@cache
def vitest_jail(dom: Dom) -> VitestJail:
    """The jail that all samples of this process share, one for each `dom`.

    Raises:
        PrerequisiteError: Node, its packages or Chromium are missing and cannot be installed.
    """
    browser = toolchain.chromium() if dom == "browser" else None
    return VitestJail(toolchain.node(), toolchain.packages(), browser=browser)


def _files(project: Overlay) -> dict[str, str]:
    return {name: project.read(name) for name in project.files() if not name.startswith(f"{HIDDEN}/")}


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
