"""What a task's model has to have brought about, and whether it has."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, Final, Literal

from pydantic import BaseModel, Field

from llmbench_inspect.answers import final_number
from llmbench_inspect.answers.reasoning import without_reasoning
from llmbench_inspect.suites.tooluse.worlds import World

IMPOSSIBLE: Final = "IMPOSSIBLE"
"""Answer to a task that none of the tools can do."""

_LONGEST_ANSWER: Final = 4000
_LONGEST_JSON: Final = 1 << 20
_MARK: Final = re.compile(r"\banswer\b[\s*_`]{0,6}[:=]", re.IGNORECASE)
_WORD: Final = re.compile(r"[\w./@:+~%-]+")


class Answer(BaseModel, frozen=True, extra="forbid"):
    """What the last message has to say."""

    kind: Literal["number", "text", "impossible"]
    value: str = ""
    """The right answer: a number, or a text without blanks."""
    others: list[str] = Field(default_factory=list)
    """Answers that are wrong: who names one of these beside the right one has not answered."""


class FileGoal(BaseModel, frozen=True, extra="forbid"):
    """What a file has to hold; nothing where both are left out: it must not exist."""

    text: str | None = None
    """Its text, but for blanks at the ends of lines and empty lines at its end."""
    value: Any = None
    """Its content as JSON, however it is laid out."""

    @property
    def absent(self) -> bool:
        """Whether there must be no such file."""
        return self.text is None and self.value is None


class Goal(BaseModel, frozen=True, extra="forbid"):
    """The end state of a task. What is not named must be as it was; new files beside it may lie about."""

    answer: Answer | None = None
    files: dict[str, FileGoal] = Field(default_factory=dict)
    collections: dict[str, list[dict[str, Any]]] = Field(default_factory=dict)
    """The server's items at the end, of those collections that change."""
    stopped: list[str] = Field(default_factory=list)
    """Services that must have ended, by path; all others must run."""
    executable: list[str] = Field(default_factory=list)
    """Files that must have become executable."""


class EndState(BaseModel):
    """What a model left behind."""

    files: dict[str, str | None]
    """Text by path, of all files that the world or the goal knows; `None` where there is none to read."""
    executable: list[str] = Field(default_factory=list)
    """Those of the goal's files that can be executed."""
    stopped: list[str] = Field(default_factory=list)
    """Services that have ended, by path."""
    collections: dict[str, list[dict[str, Any]]] | None = None
    """The server's items; `None` where there is no server, or none that proves who it is."""
    requests: list[dict[str, Any]] = Field(default_factory=list[dict[str, Any]])
    """The server's log: method, target, status, and whether a refusal was met."""


def faults(goal: Goal, world: World, end: EndState, answer: str) -> list[str]:
    """What is not as it should be; nothing where the task is complete.

    Args:
        goal: What has to be.
        world: What was.
        end: What is.
        answer: The model's last message.
    """
    found = [*_file_faults(goal, world, end), *_server_faults(goal, world, end)]
    for service in world.services:
        if (service.path in goal.stopped) != (service.path in end.stopped):
            state = "still runs" if service.path in goal.stopped else "was ended"
            found.append(f"the service {service.path} {state}")
    found += [f"{path} is not executable" for path in goal.executable if path not in end.executable]
    if goal.answer is not None and not is_answer(answer, goal.answer):
        found.append(f"the answer is not {goal.answer.value or IMPOSSIBLE}")
    return found


def _file_faults(goal: Goal, world: World, end: EndState) -> list[str]:
    found: list[str] = []
    untouched = {path: FileGoal(text=text) for path, text in world.files.items()}
    for path, wanted in {**untouched, **goal.files}.items():
        text = end.files.get(path)
        if wanted.absent:
            if text is not None:
                found.append(f"{path} still exists")
        elif text is None:
            found.append(f"{path} does not exist")
        elif wanted.value is not None:
            if not _holds(text, wanted.value):
                found.append(f"{path} does not hold {json.dumps(wanted.value)}")
        elif _lines(text) != _lines(wanted.text or ""):
            found.append(f"{path} has another text" if path in goal.files else f"{path} was changed")
    return found


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.rstrip().splitlines()]


def _holds(text: str, value: Any) -> bool:
    try:
        return len(text) <= _LONGEST_JSON and json.loads(text) == value
    except (ValueError, RecursionError):
        return False


def _server_faults(goal: Goal, world: World, end: EndState) -> list[str]:
    if world.server is None:
        return []
    if end.collections is None:
        return ["the server was ended, or another was put in its place"]
    found: list[str] = []
    for name, items in {**world.server.collections, **goal.collections}.items():
        if _items(end.collections.get(name, [])) != _items(items):
            found.append(f"the items of /{name} are not as they should be")
    return found


def _items(items: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Items without their version, which counts changes."""
    return [{key: value for key, value in item.items() if key != "version"} for item in items]


def is_answer(text: str, wanted: Answer) -> bool:
    """Whether a message gives an answer, and no other beside it.

    What counts is what follows the last `ANSWER:`; without any, the whole message. Reasoning in think
    tags is not read.
    """
    if wanted.kind == "number":
        return final_number(text) == Fraction(wanted.value)
    said = without_reasoning(text)[-_LONGEST_ANSWER:]
    marks = list(_MARK.finditer(said))
    if marks and said[marks[-1].end() :].strip(" *_`\n"):
        said = said[marks[-1].end() :]
    words = {_bare(word) for word in _WORD.findall(said)}
    if wanted.kind == "impossible":
        return IMPOSSIBLE.casefold() in words
    return _bare(wanted.value) in words and not words & {_bare(other) for other in wanted.others}


def _bare(word: str) -> str:
    word = word.strip(":").rstrip(".").removeprefix("/sandbox/").removeprefix("./")
    return word.strip("_").casefold() or word
