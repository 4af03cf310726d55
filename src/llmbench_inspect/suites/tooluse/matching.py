"""Which of a model's calls are those that a task needs, and how right their arguments are."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, cast

from pydantic import BaseModel, Field

from llmbench_inspect.suites.tooluse.calls import Call

_METHODS: Final = {"GET", "POST", "PUT", "PATCH", "DELETE"}
_LONGEST_JSON: Final = 65536
_WORK: Final = "/sandbox/"


class Way(BaseModel, frozen=True, extra="forbid"):
    """One way to make a call."""

    tool: str
    """Name of the tool."""
    arguments: dict[str, Any] = Field(default_factory=dict)
    """Arguments that have to be equal, in meaning rather than in writing."""
    mentions: dict[str, list[str]] = Field(default_factory=dict)
    """Words that an argument has to hold, in any letter case; goes before `arguments` for that argument."""


class ExpectedCall(BaseModel, frozen=True, extra="forbid"):
    """A call that a task needs."""

    ways: list[Way] = Field(min_length=1)
    """The ways that count as this call; the first is the one that is known to work."""


@dataclass(frozen=True, kw_only=True)
class Matching:
    """What became of a task's expected calls."""

    matched: Mapping[int, Call]
    """The call made for an expected one, by the place of the latter."""
    parameters: Mapping[int, float]
    """The share of its arguments that are right, by the same place."""
    missing: Sequence[int]
    """Places of expected calls that were not made."""
    spurious: Sequence[Call] = field(default_factory=list[Call])
    """Calls that none of the expected ones asked for."""


def match(calls: Sequence[Call], expected: Sequence[ExpectedCall]) -> Matching:
    """Pair calls with expected ones.

    First those are paired whose arguments are all right, those of the known way before the others, then
    calls of the right tool with the expected calls that are left. A call that only has to mention words,
    as a shell command does, may stand for several expected calls that no call of their own is made for.

    Args:
        calls: What the model called.
        expected: What the task needs.
    """
    matched: dict[int, int] = {}
    shares: dict[int, float] = {}

    def pair(fit: Callable[[int, ExpectedCall], float | None], *, again: bool = False) -> None:
        for place, wanted in enumerate(expected):
            for number in range(len(calls)) if place not in matched else ():
                if (again or number not in matched.values()) and (share := fit(number, wanted)) is not None:
                    matched[place], shares[place] = number, share
                    break

    def right(number: int, ways: Sequence[Way]) -> float | None:
        return 1.0 if any(_share(calls[number], way) == 1 for way in ways) else None

    def partly(number: int, wanted: ExpectedCall) -> float | None:
        known = wanted.ways[0]
        return max(0.0, _share(calls[number], known)) if calls[number].tool == known.tool else None

    pair(lambda number, wanted: right(number, [way for way in wanted.ways if _exact(way)]))
    pair(lambda number, wanted: right(number, wanted.ways))
    pair(lambda number, wanted: right(number, [way for way in wanted.ways if not _exact(way)]), again=True)
    pair(partly)
    return Matching(
        matched={place: calls[number] for place, number in matched.items()},
        parameters=shares,
        missing=[place for place in range(len(expected)) if place not in matched],
        spurious=[call for number, call in enumerate(calls) if number not in matched.values()],
    )


def fits(call: Call, wanted: ExpectedCall) -> bool:
    """Whether a call is one of the ways, with all arguments right."""
    return any(_share(call, way) == 1 for way in wanted.ways)


def _exact(way: Way) -> bool:
    return bool(way.arguments.keys() - way.mentions.keys()) or not way.mentions


def _share(call: Call, way: Way) -> float:
    """The share of a way's arguments that a call has right; -1 for another tool or unreadable arguments."""
    if call.tool != way.tool or call.malformed:
        return -1
    names = way.arguments.keys() | way.mentions.keys()
    if not names:
        return 1
    right = 0
    for name in names:
        given = call.arguments.get(name)
        if name in way.mentions:
            text = (given if isinstance(given, str) else json.dumps(given, default=str)).casefold()
            right += all(word.casefold() in text for word in way.mentions[name])
        else:
            right += same(way.arguments[name], given)
    return right / len(names)


def same(wanted: Any, given: Any) -> bool:
    """Whether an argument means what was wanted.

    Blanks around a text, `./` and the work folder before a path, the letter case of an HTTP method,
    `localhost`, a slash after an address, and JSON given as text make no difference; neither does a
    number written as text.
    """
    if isinstance(wanted, str):
        return not isinstance(given, bool | None) and _plain(wanted) == _plain(str(given))
    if isinstance(given, str):
        try:
            given = json.loads(given[:_LONGEST_JSON])
        except (ValueError, RecursionError):
            return False
    if isinstance(wanted, dict) and isinstance(given, dict):
        mine, theirs = cast("dict[str, Any]", wanted), cast("dict[str, Any]", given)
        return mine.keys() == theirs.keys() and all(same(mine[key], theirs[key]) for key in mine)
    if isinstance(wanted, list) and isinstance(given, list):
        items, others = cast("list[Any]", wanted), cast("list[Any]", given)
        return len(items) == len(others) and all(map(same, items, others))
    return wanted == given and isinstance(wanted, bool) == isinstance(given, bool)


def _plain(text: str) -> str:
    text = text.strip()
    if text.upper() in _METHODS:
        return text.upper()
    if text.startswith("http://"):
        return text.replace("//localhost", "//127.0.0.1", 1).rstrip("/")
    text = text.removeprefix(_WORK).removeprefix("./")
    return text.rstrip("/") or text
