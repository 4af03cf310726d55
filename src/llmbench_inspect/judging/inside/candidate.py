"""The candidate's process: runs what the model wrote, and answers calls to it until it is ended.

It knows neither the tests nor what they expect: it gets the arguments of one call after another.
"""

from __future__ import annotations

import os
import sys
from typing import Any, NoReturn

from llmbench_inspect.judging.inside.pipes import Pipes
from llmbench_inspect.judging.inside.reading import read_program
from llmbench_inspect.judging.inside.values import from_json, to_json

_LONGEST_MESSAGE = 500


def run_candidate(pipes: Pipes) -> NoReturn:
    """Read the program out of an answer, run it, and serve calls to what it defines."""
    answer = pipes.receive()
    program = read_program(
        answer["blocks"], answer["text"], header=answer["header"], entry_point=answer["entry_point"]
    )
    pipes.send({"program": program})
    namespace: dict[str, Any] = {"__name__": "solution"}
    exec(answer["setup"], namespace)
    namespace.pop(answer["entry_point"], None)
    try:
        code = compile(program or "", "solution.py", "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        pipes.send({"syntax_error": _message(error)})
        os._exit(0)
    # The frames below are ours: the candidate gets as many as a script of its own would have.
    sys.setrecursionlimit(sys.getrecursionlimit() + _depth())
    try:
        exec(code, namespace)
        objects = [_named(namespace, name) for name in answer["names"]]
        pipes.send({"loaded": True})
    except BaseException as error:
        pipes.send(_raised(error))
        objects = []

    def reference(thing: Any) -> int:
        objects.append(thing)
        return len(objects) - 1

    while True:
        request = pipes.receive()
        try:
            given = from_json(request["given"], objects.__getitem__)
            keywords = from_json(request["keywords"], objects.__getitem__)
            result = _result(request["operation"], objects[request["target"]], given, keywords)
            reply = {"value": to_json(result, reference)}
        except BaseException as error:
            reply = _raised(error)
        pipes.send(reply)


def _named(namespace: dict[str, Any], name: str) -> Any:
    if name not in namespace:
        raise NameError(f"name '{name}' is not defined")
    return namespace[name]


def _result(operation: str, thing: Any, given: list[Any], keywords: dict[str, Any]) -> Any:
    if operation == "call":
        return thing(*given, **keywords)
    return getattr(thing, *given) if operation == "get" else setattr(thing, *given)


def _raised(error: BaseException) -> dict[str, Any]:
    known = next(kind.__name__ for kind in type(error).__mro__ if kind.__module__ == "builtins")
    return {"raised": known, "message": f"{type(error).__name__}: {_message(error)}"}


def _message(error: BaseException) -> str:
    return str(error)[:_LONGEST_MESSAGE]


def _depth() -> int:
    depth, frame = 0, sys._getframe()  # pyright: ignore[reportPrivateUsage]
    while (frame := frame.f_back) is not None:
        depth += 1
    return depth
