"""What the tests say of an answer, read out of what the judging program printed."""

from __future__ import annotations

import builtins
import json
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

_EXITS: Final = {"SystemExit", "KeyboardInterrupt", "GeneratorExit"}
_LONGEST_EXPLANATION: Final = 500


class JudgingError(Exception):
    """The judging failed for reasons of its own, and says nothing about the answer."""


@dataclass(frozen=True, kw_only=True)
class Ending:
    """How the run of the judging program ended."""

    stdout: str
    stderr: str
    timed_out: bool
    out_of_memory: bool
    seconds: float
    """Wall time."""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What came of one answer."""

    program: str | None
    """What was run, as read out of the answer."""
    tests: int
    """Number of tests."""
    tests_passed: int
    failure: str | None
    """`None` where all tests passed, else `no_code`, `syntax_error`, `wrong_answer`, `exception:TYPE`,
    `timeout`, `memory` or `cheated_exit`: what went wrong first."""
    message: str
    seconds: float
    """Wall time of the judging program."""

    @property
    def passed(self) -> bool:
        """Whether the answer passes every test."""
        return self.failure is None


def read_verdict(ending: Ending, *, sentinel: str, tests: int) -> Verdict:
    """Read a verdict. Only lines that begin with the sentinel count.

    Args:
        ending: The run's end.
        sentinel: The word that the judging program was told and the answer was not.
        tests: Number of tests in the case.

    Raises:
        JudgingError: The judging program stopped before it had come to the answer.
    """
    program: str | None = None
    passed: set[int] = set()
    failure: tuple[str, str] | None = None
    begun = done = False
    for record in _records(ending.stdout, sentinel):
        begun = begun or "program" in record
        done = done or "done" in record
        program = record.get("program", program)
        if "failure" in record:
            kind, message = record["failure"]
            failure = failure or _failure(kind, message, ending)
        elif "test" in record:
            passed.add(record["test"])
    if not (done or failure):
        if not (begun or ending.timed_out or ending.out_of_memory):
            raise JudgingError(
                ending.stderr.strip()[-_LONGEST_EXPLANATION:] or "no word from the judging program"
            )
        failure = _cut_short(ending)
    if failure is None and len(passed) != tests:
        raise JudgingError(f"{len(passed)} of {tests} tests told what came of them")
    return Verdict(
        program=program,
        tests=tests,
        tests_passed=len(passed),
        failure=failure and failure[0],
        message=failure[1] if failure else f"passes {tests} of {tests}",
        seconds=ending.seconds,
    )


def _records(stdout: str, sentinel: str) -> Iterator[dict[str, Any]]:
    for line in stdout.split("\n"):
        if line.startswith(sentinel):
            try:
                yield json.loads(line.removeprefix(sentinel))
            except ValueError:
                # The last line of a program that was ended while it wrote.
                return


def _cut_short(ending: Ending) -> tuple[str, str]:
    if ending.out_of_memory:
        return "memory", "used more memory than it may"
    if ending.timed_out:
        return "timeout", f"was not done after {ending.seconds:.1f} s"
    return "cheated_exit", "ended the program that judges it"


def _failure(kind: str, message: str, ending: Ending) -> tuple[str, str]:
    kind, _, detail = kind.partition(":")
    if kind == "signal":
        if detail == signal.SIGXCPU.name:
            return "timeout", "used more processor time than it may"
        return ("memory", message) if ending.out_of_memory else (f"exception:{detail}", message)
    if kind != "exception":
        return kind, message
    if detail in _EXITS:
        return "cheated_exit", message
    if detail == "MemoryError":
        return "memory", message
    known = getattr(builtins, detail, None)
    is_known = isinstance(known, type) and issubclass(known, BaseException)
    return f"exception:{detail if is_known else 'Exception'}", message
