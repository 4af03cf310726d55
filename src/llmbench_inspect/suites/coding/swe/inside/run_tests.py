"""Runs hidden tests against a candidate's files, each test in a process of its own.

This process never imports what a model wrote. For every test it splits off a child that has neither its
standard streams nor the word that marks genuine results. The tests are compiled from memory, so that
they lie nowhere; the standard library comes before the candidate's files on the path, and `site` and
any test framework's configuration are not read. A child tells its outcome with a token of its own: one
that ends early, by `os._exit(0)` for example, has told nothing, and its test has not passed.
"""

from __future__ import annotations

import argparse
import builtins
import calendar
import collections
import contextlib
import csv
import ctypes
import dataclasses
import datetime as dt
import functools
import importlib
import inspect
import io
import itertools
import json
import os
import pathlib
import re
import secrets
import select
import shutil
import signal
import socket
import sys
import tempfile
import textwrap
import threading
import time
import types
import unicodedata
import unittest
import unittest.case
from typing import Any, NoReturn

_PR_SET_DUMPABLE = 4
_LONGEST_MESSAGE = 300
_WORD: list[str] = []
"""What marks genuine results; a child forgets it."""
_NEEDED_BY_MANY = (
    argparse,
    calendar,
    collections,
    csv,
    dataclasses,
    dt,
    functools,
    importlib,
    inspect,
    io,
    itertools,
    pathlib,
    re,
    textwrap,
    threading,
    types,
    unicodedata,
)
"""Imported before the tests, so that a child need not read them again."""
_GUARDED: tuple[object, ...] = (
    builtins,
    os,
    unittest.TestCase,
    unittest.TestResult,
    unittest.TestSuite,
    unittest.case,
    *(value for value in vars(unittest.case).values() if isinstance(value, type)),
)
"""What decides whether a test passes: a child in which any of it was exchanged has not passed."""


def _guarded() -> list[dict[str, object]]:
    return [
        {key: value for key, value in vars(thing).items() if key != "__warningregistry__"}
        for thing in _GUARDED
    ]


def _exchanged(before: list[dict[str, object]]) -> str | None:
    for thing, was, now in zip(_GUARDED, before, _guarded(), strict=True):
        for key in was.keys() | now.keys():
            if was.get(key, was) is not now.get(key, now):
                return f"{getattr(thing, '__name__', thing)}.{key}"
    return None


def _outcome(name: str, tests: dict[str, types.CodeType], source: str) -> str:
    """`passed`, or the class of what went wrong and a message."""
    before = _guarded()
    os.chdir(source)
    sys.path.append(source)
    sys.argv = ["tests"]
    sys.dont_write_bytecode = True
    module_name, class_name, method = name.rsplit(".", 2)
    path = module_name.replace(".", "/") + ".py"
    module = types.ModuleType(module_name)
    sys.modules[module_name] = module
    result, stopped = unittest.TestResult(), None
    try:
        exec(tests[path], module.__dict__)
        unittest.TestSuite([getattr(module, class_name)(method)]).run(result)
    except BaseException as error:
        stopped = f"error: {type(error).__name__}: {error}"
    if exchanged := _exchanged(before):
        return f"tampered: {exchanged} was exchanged"
    if stopped:
        return stopped
    if result.testsRun == 1 and result.wasSuccessful() and not (result.skipped or result.expectedFailures):
        return "passed"
    told = [*result.failures, *result.errors, *result.skipped]
    if not told:
        return "failed: the test did not run"
    # A traceback is indented, the exception below it is not.
    lines = told[0][1].strip().splitlines()
    return f"failed: {next((line for line in lines if not line.startswith((' ', 'Traceback '))), lines[-1])}"


def _child(name: str, case: dict[str, Any], folder: str, report: int) -> NoReturn:
    os.setsid()
    _WORD.clear()
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(nothing, stream)
    os.dup2(report, 3)
    os.closerange(4, 1024)
    token = os.read(3, 32)
    write, leave = os.write, os._exit
    for path, text in case["files"].items():
        file = pathlib.Path(folder, path)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    outcome = _outcome(name, case["tests"], folder)[:_LONGEST_MESSAGE]
    write(3, token + outcome.encode(errors="replace"))
    leave(0)


def _run_one(name: str, case: dict[str, Any], deadline: float) -> str:
    ours, theirs = socket.socketpair()
    folder = tempfile.mkdtemp()
    child = os.fork()
    if child == 0:
        _child(name, case, folder, theirs.fileno())
    theirs.close()
    # Made after the split, so that only the child's own copy lies in its memory.
    token = secrets.token_hex(16).encode()
    with ours:
        try:
            ours.sendall(token)
            told = _told(ours, token, deadline)
        except ConnectionError:
            told = b""
    for end in (os.killpg, os.kill):
        with contextlib.suppress(ProcessLookupError):
            end(child, signal.SIGKILL)
    os.waitpid(child, 0)
    shutil.rmtree(folder, ignore_errors=True)
    if told is None:
        return "timeout: not done in time"
    if not told.startswith(token):
        return "ended: the process of the test ended without a result"
    return told.removeprefix(token).decode(errors="replace")


def _told(connection: socket.socket, token: bytes, deadline: float) -> bytes | None:
    ready, _, _ = select.select([connection], [], [], max(0.0, deadline - time.monotonic()))
    return connection.recv(len(token) + 4 * _LONGEST_MESSAGE) if ready else None


def main() -> None:
    """Read the case from standard input, and write the word and the outcome of each test."""
    ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    case: dict[str, Any] = json.load(sys.stdin)
    _WORD.append(case.pop("word"))
    case["tests"] = {
        path: compile(text, path, "exec", dont_inherit=True) for path, text in case["tests"].items()
    }
    end = time.monotonic() + case["seconds"]
    outcomes = {
        name: _run_one(name, case, min(end, time.monotonic() + case["seconds_each"]))
        for name in case["names"]
    }
    print(json.dumps({"word": _WORD[0], "outcomes": outcomes}))


if __name__ == "__main__":
    main()
