"""A made-up code base of many files, and the question where a chain of calls through them ends."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise, product
from typing import Final, NamedTuple

from llmbench_inspect.suites.longcontext.keys import KEY, make_key
from llmbench_inspect.suites.longcontext.material import NoRoomError, Question
from llmbench_inspect.suites.longcontext.tokens import quick_estimate
from llmbench_inspect.suites.longcontext.word_list import words

CALLS: Final = 3
"""From the function that is asked about to the one that ends its chain."""

_VERBS: Final = words(
    """
    load weigh settle check merge route print stamp fetch trim pack count seal grade sort scan close
    open split renew audit label queue patch draft clear guard trace adjust bundle credit defer enrol
    flag gather index
    """
)
_WHAT: Final = words(
    """
    upper lower spare daily weekly local remote paid late early raw final blank broken damp empty
    frozen heavy hidden idle known lost mixed narrow odd partial quiet rough shared tagged urgent
    valid wide yearly
    """
)
_THINGS: Final = words(
    """
    ledger tariff parcel permit invoice voyage cargo berth manifest ticket voucher quota roster crate
    pallet harbour depot customs refund charge tender lease meter reading sample report entry order
    stock batch lot
    """
)
_PACKAGES: Final = words(
    """
    accounts archive billing cargo customs depot harbour office planning stores
    """
)
_LINKS: Final = (
    """def {name}(items):
    \"\"\"{title}.\"\"\"
    kept = [item for item in items if item > {number}]
    return {callee}(kept)
""",
    """def {name}(items):
    \"\"\"{title}, the largest first.\"\"\"
    if len(items) > {number}:
        items = items[:{number}]
    return {callee}(sorted(items, reverse=True))
""",
    """def {name}(items):
    \"\"\"{title} in one pass.\"\"\"
    total = sum(items) + {number}
    return {callee}([total, *items])
""",
    """def {name}(items):
    \"\"\"{title}; nothing is dropped.\"\"\"
    doubled = []
    for item in items:
        doubled.append(item * 2 - {number})
    return {callee}(doubled)
""",
)
_END: Final = """def {name}(items):
    \"\"\"{title}; the items do not matter any more.\"\"\"
    return "{key}"
"""
_FILE_TOKENS: Final = 400
"""Tokens of a file, about."""
_FUNCTION_TOKENS: Final = 40
"""Tokens of a function, at least."""


class _Function(NamedTuple):
    """A function, and what calls it needs an import of."""

    name: str
    code: str
    callee: str | None


@dataclass(frozen=True)
class MadeCode:
    """Functions that call one another, `CALLS` times, until one returns a key; see `Material`."""

    seed: int

    opening = "Below are the files of a Python project. Read them: a question comes after the last."
    most: int | None = None

    def question(self, number: int) -> Question:
        """Ask what the first function of a chain returns."""
        names, key = self._chain(number)
        return Question(
            name=f"codebase-{number + 1}",
            ask=f"What does `{names[0]}([1, 2, 3])` return? Follow the calls from file to file. Answer "
            "with the returned text alone, without quotes, and nothing else.",
            target=(key,),
            candidate=KEY,
            form=({"constraint": "regex", "pattern": KEY},),
        )

    def text(self, number: int | None, *, depth: float, tokens: int, chance: random.Random) -> str:
        """The first function is in the file at `depth`, each other one of its chain in any file."""
        count = max(CALLS + 1, tokens // (_FILE_TOKENS + 20))
        files: list[list[_Function]] = [[] for _ in range(count)]
        left = tokens - 8 * count
        if number is not None:
            names, key = self._chain(number)
            first = round(depth * (count - 1))
            elsewhere = chance.sample([place for place in range(count) if place != first], CALLS)
            for place, function in zip([first, *elsewhere], _functions(names, key, chance), strict=True):
                files[place].append(function)
                left -= quick_estimate(function.code) + 11
        if left < 0:
            raise NoRoomError
        taken = () if number is None else self._chain(number)[0]
        most = min(len(self._names), tokens // _FUNCTION_TOKENS + len(taken))
        free = [name for name in chance.sample(self._names, most) if name not in taken]
        calls = CALLS
        while len(free) > CALLS and calls >= 0:
            made = _functions(tuple(free.pop() for _ in range(calls + 1)), make_key(chance), chance)
            # An import stands beside each call.
            cost = quick_estimate("\n".join(function.code for function in made)) + 11 * calls
            if cost > left:
                calls -= 1
                continue
            left -= cost
            for function in made:
                files[chance.randrange(count)].append(function)
        return _written(files, chance)

    @cached_property
    def _names(self) -> list[str]:
        return ["_".join(parts) for parts in product(_VERBS, _WHAT, _THINGS)]

    def _chain(self, number: int) -> tuple[tuple[str, ...], str]:
        chance = random.Random(f"{self.seed} code {number}")  # noqa: S311
        return tuple(chance.sample(self._names, CALLS + 1)), make_key(chance)


def _functions(names: tuple[str, ...], key: str, chance: random.Random) -> list[_Function]:
    made = [
        _Function(
            name,
            chance.choice(_LINKS).format(
                name=name, callee=callee, title=_title(name), number=chance.randrange(2, 90)
            ),
            callee,
        )
        for name, callee in pairwise(names)
    ]
    end = names[-1]
    return [*made, _Function(end, _END.format(name=end, title=_title(end), key=key), None)]


def _title(name: str) -> str:
    verb, *rest = name.split("_")
    return f"{verb.capitalize()} the {' '.join(rest)}"


def _written(files: list[list[_Function]], chance: random.Random) -> str:
    modules = [f"{chance.choice(_PACKAGES)}.part_{place + 1:03}" for place in range(len(files))]
    home = {function.name: modules[place] for place, file in enumerate(files) for function in file}
    texts: list[str] = []
    for module, file in zip(modules, files, strict=True):
        chance.shuffle(file)
        imports = sorted(
            f"from {home[function.callee]} import {function.callee}"
            for function in file
            if function.callee is not None and home[function.callee] != module
        )
        head = [f"# file: {module.replace('.', '/')}.py", *imports]
        texts.append("\n".join(head) + "\n\n" + "\n\n".join(function.code for function in file))
    return "\n".join(texts)
