"""Reads a command of the documentation as its program would, without running it."""

from __future__ import annotations

import re
import shlex
import tomllib
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from inspect import signature
from itertools import dropwhile, groupby, takewhile
from typing import Any, Final, Literal, get_args, get_origin, get_type_hints

import click

# Inspect has no other list of its commands and options; if it moves, this import says so.
from inspect_ai._cli.main import inspect as inspect_command

from llmbench_inspect import _registry
from llmbench_inspect.cli import main

from .blocks import ROOT

OTHERS: Final = {
    "apt-get",
    "cd",
    "cmp",
    "cp",
    "docker",
    "echo",
    "git",
    "mkdir",
    "node",
    "ollama",
    "sha256sum",
    "unzip",
    ".",
}
"""Programs whose commands nothing here can check."""

_EXTRAS: Final = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"][
    "optional-dependencies"
]
_ENDS: Final = {"&&", "||", "|", ";", "&"}


def commands(script: str) -> Iterator[list[str]]:
    """The commands of a shell script, as lists of words; where output goes is left out."""
    for line in script.replace("\\\n", " ").splitlines():
        words = shlex.shlex(line, posix=True, punctuation_chars=True)
        words.whitespace_split = True
        for end, group in groupby(words, key=lambda word: word in _ENDS):
            if not end:
                command = [*takewhile(lambda word: word not in {">", ">>"}, group)]
                yield [*dropwhile(lambda word: re.fullmatch(r"[A-Z_]+=.*", word), command)]


def faults(command: Sequence[str], *, whole: bool = True) -> list[str]:
    """What is wrong with a command.

    Args:
        command: Its words.
        whole: Whether it is to be run as it stands; of one that is only spoken of, arguments may be missing.
    """
    program, *rest = command
    match program.removeprefix(".venv/bin/"), rest:
        case "llmbench", _:
            return _read(main, rest, whole=whole)[1]
        case "inspect", _:
            read, wrong = _read(inspect_command, rest, whole=whole)
            return wrong if read is None or read.info_name not in {"eval", "eval-set"} else _run(read.params)
        case "python", ["-m", module, *_]:
            known = not module.startswith("llmbench_inspect") or find_spec(module) is not None
            return [] if known else [f"no module {module}"]
        case "python", ["-c", text, *_]:
            compile(text, "documentation", "exec")
            return []
        case "python", [script, *_]:
            return [] if (ROOT / script).is_file() else [f"no file {script}"]
        case "pip", _:
            asked = [
                name
                for extras in re.findall(r"llmbench-inspect\[(.*?)\]", " ".join(rest))
                for name in extras.split(",")
            ]
            return [f"no extra {name}" for name in asked if name not in _EXTRAS]
        case "make", _:
            makefile = (ROOT / "Makefile").read_text("utf-8")
            return [
                f"nothing in the Makefile for {word}"
                for word in rest
                if not re.search(rf"^{re.escape(word.partition('=')[0])}( \?=|:)", makefile, re.MULTILINE)
            ]
        case name, _:
            return [] if name in OTHERS else [f"unknown program {name}"]


def _read(command: click.Command, words: list[str], *, whole: bool) -> tuple[click.Context | None, list[str]]:
    """The options of a command, or what its program would say."""
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        if words[0] not in command.commands:
            return None, [f"no command {words[0]}"]
        command, words = command.commands[words[0]], words[1:]
    try:
        # By its own class: that of `llmbench gate` shows faults itself.
        return click.Command.make_context(command, command.name, list(words)), []
    except click.MissingParameter as error:
        return None, [error.format_message()] if whole else []
    except (click.exceptions.Exit, click.exceptions.NoArgsIsHelpError):
        return None, []
    except click.UsageError as error:
        return None, [error.format_message()]


def _run(options: dict[str, Any]) -> list[str]:
    """What is wrong with the tasks of `inspect eval` and their arguments."""
    wrong: list[str] = []
    for asked in options["tasks"] or ():
        if re.fullmatch(r"(llmbench_inspect/)?[A-Z_]+(\.py)?|\.\.\.", asked):
            continue
        name = re.fullmatch(r"(?:llmbench_inspect/(\w+)|tasks/(\w+)\.py)", asked)
        task = getattr(_registry, name[1] or name[2], None) if name else None
        if task is None:
            wrong.append(f"no task {asked}")
            continue
        for pair in options["t"]:
            wrong += argument_faults(task, pair)
    return wrong


def argument_faults(task: Any, pair: str) -> list[str]:
    """What is wrong with `-T NAME=VALUE` for a task."""
    name, _, value = pair.partition("=")
    if name not in signature(task).parameters:
        return [f"{task.__name__} takes no {name}"]
    kind = get_type_hints(task)[name]
    if get_origin(kind) is Literal and value not in get_args(kind):
        return [f"{name}={value} is none of {get_args(kind)}"]
    return []
