"""The judge's process: runs the tests against a candidate that lives in a process of its own.

The candidate's process is split off before the tests are read, so that neither they nor the sentinel
that marks a genuine verdict are ever in its memory; and it cannot open the judge's.
"""

from __future__ import annotations

import ctypes
import importlib
import json
import os
import signal
import sys
import time
from typing import Any, NoReturn, cast

from llmbench_inspect.judging.inside.candidate import run_candidate
from llmbench_inspect.judging.inside.pipes import Pipes
from llmbench_inspect.judging.inside.values import from_json, to_json

_PR_SET_DUMPABLE = 4
_PATIENCE = 1.0
"""Seconds that a candidate which hung up has to be gone."""
_LONGEST_MESSAGE = 500
_LONGEST_PROGRAM = 50_000
"""Characters of the program that the verdict repeats."""


class CandidateError(Exception):
    """What the candidate did instead of giving a value: the class of failure, and a message."""


class Candidate:
    """The candidate's process, seen from the judge's."""

    def __init__(self, pid: int, pipes: Pipes) -> None:
        self._pid = pid
        self._pipes = pipes
        self._status: int | None = None

    def send(self, message: dict[str, Any]) -> None:
        """Send a message.

        Raises:
            CandidateError: The candidate has ended.
        """
        try:
            self._pipes.send(message)
        except OSError:
            raise self._end() from None

    def receive(self) -> dict[str, Any]:
        """Wait for a message.

        Raises:
            CandidateError: The candidate has ended, or could not do what it was told to.
        """
        try:
            reply: Any = self._pipes.receive()
        except (OSError, EOFError):
            raise self._end() from None
        except (ValueError, RecursionError):
            raise _unreadable() from None
        if not isinstance(reply, dict):
            raise _unreadable()
        reply = cast("dict[str, Any]", reply)
        if "syntax_error" in reply:
            raise CandidateError("syntax_error", str(reply["syntax_error"]))
        if "raised" in reply:
            raise CandidateError(f"exception:{reply['raised']}", str(reply.get("message")))
        return reply

    def request(self, operation: str, target: int, *given: Any, **keywords: Any) -> Any:
        """Have something done with one of the candidate's objects.

        Returns:
            What comes of it: plain data, or a `Remote`.

        Raises:
            CandidateError: The candidate has ended, or could not do it.
        """
        self.send(
            {
                "operation": operation,
                "target": target,
                "given": to_json(list(given), _number),
                "keywords": to_json(keywords, _number),
            }
        )
        reply = self.receive()
        try:
            return from_json(reply["value"], lambda number: Remote(self, number))
        except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError):
            raise _unreadable() from None

    def _end(self) -> CandidateError:
        """How the process ended; one that only hung up is ended."""
        until = time.monotonic() + _PATIENCE
        while self._status is None and time.monotonic() < until:
            pid, status = os.waitpid(self._pid, os.WNOHANG)
            if pid:
                self._status = status
            else:
                time.sleep(0.002)
        if self._status is None:
            return CandidateError("cheated_exit", "hung up")
        if os.WIFSIGNALED(self._status):
            name = signal.Signals(os.WTERMSIG(self._status)).name
            return CandidateError(f"signal:{name}", f"ended by {name}")
        return CandidateError("cheated_exit", f"exit status {os.WEXITSTATUS(self._status)}")


class Remote:
    """An object in the candidate's process. It equals only itself."""

    def __init__(self, candidate: Candidate, number: int) -> None:
        object.__setattr__(self, "_candidate", candidate)
        object.__setattr__(self, "_number", number)

    def __call__(self, *given: Any, **keywords: Any) -> Any:
        """Call it there."""
        return self._candidate.request("call", self._number, *given, **keywords)

    def __getattr__(self, name: str) -> Any:
        return self._candidate.request("get", self._number, name)

    def __setattr__(self, name: str, value: Any) -> None:
        self._candidate.request("set", self._number, name, value)


def _number(thing: Any) -> int:
    if not isinstance(thing, Remote):
        raise TypeError(f"a test cannot hand over a {type(thing).__name__}")
    return thing._number


def _unreadable() -> CandidateError:
    return CandidateError("wrong_answer", "what it returned is no data")


def main() -> NoReturn:
    """Split off the candidate, read the case from standard input, run its tests, print what came of them."""
    to_candidate, from_candidate = os.pipe(), os.pipe()
    pid = os.fork()
    if pid == 0:
        _become_candidate(Pipes(to_candidate[0], from_candidate[1]))
    os.close(to_candidate[0])
    os.close(from_candidate[1])
    if sys.platform == "linux":
        ctypes.pythonapi.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    case = json.loads(_all_input())
    candidate = Candidate(pid, Pipes(from_candidate[0], to_candidate[1]))
    try:
        _judge(case, candidate)
        _tell(case, done=True)
    except CandidateError as error:
        _tell(case, failure=error.args)
    except Exception as error:
        _tell(case, failure=["wrong_answer", _message(error)])
    os._exit(0)


def _judge(case: dict[str, Any], candidate: Candidate) -> None:
    candidate.send(case["answer"])
    program = candidate.receive()["program"]
    _tell(case, program=program and program[:_LONGEST_PROGRAM])
    if program is None:
        raise CandidateError("no_code", "there is no program in the answer")
    candidate.receive()
    namespace: dict[str, Any] = {name: importlib.import_module(name) for name in case["modules"]}
    exec(case["helpers"], namespace)
    for number, name in enumerate(case["answer"]["names"]):
        namespace[name] = Remote(candidate, number)
    exec(case["setup"], namespace)
    for number, test in enumerate(case["tests"]):
        try:
            exec(test, namespace)
            _tell(case, test=number)
        except CandidateError as error:
            _tell(case, test=number, failure=error.args)
        except Exception as error:
            _tell(case, test=number, failure=["wrong_answer", _rejection(error, test)])


def _tell(case: dict[str, Any], **record: Any) -> None:
    sys.stdout.write(f"{case['sentinel']}{json.dumps(record)}\n")
    sys.stdout.flush()


def _rejection(error: Exception, test: str) -> str:
    """The line of the test that the answer does not pass, and why where that is not plain."""
    trace, line = error.__traceback__, 0
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "<string>":
            line = trace.tb_lineno
        trace = trace.tb_next
    reason = "" if isinstance(error, AssertionError) else f" ({_message(error)})"
    return f"{test.splitlines()[line - 1].strip()}{reason}"[:_LONGEST_MESSAGE]


def _message(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:_LONGEST_MESSAGE]


def _all_input() -> bytes:
    parts = [b""]
    while part := os.read(0, 1 << 16):
        parts.append(part)
    return b"".join(parts)


def _become_candidate(pipes: Pipes) -> NoReturn:
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(nothing, stream)
    low, high = sorted((pipes.reading, pipes.writing))
    for first, end in ((3, low), (low + 1, high), (high + 1, 1 << 16)):
        os.closerange(first, end)
    try:
        run_candidate(pipes)
    finally:
        os._exit(1)
