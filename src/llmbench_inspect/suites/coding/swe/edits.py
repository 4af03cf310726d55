"""How much a change is like another: the changed lines of both, compared piece by piece.

Nothing here depends on the order of lines, so that it takes linear time whatever a model wrote.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Final

_TOKEN: Final = re.compile(r"\w+|[^\w\s]")
_HEADER: Final = re.compile(r"^diff --git a/.+ b/(.+)$", re.MULTILINE)

Lines = dict[tuple[str, str], Counter[str]]
"""Changed lines and how often, by path and sign: `+` for added ones, `-` for removed ones."""


def changed_lines(before: Mapping[str, str], after: Mapping[str, str]) -> Lines:
    """The lines that one version of some files has and the other has not, or not as often."""
    return _net(
        (path, sign, line)
        for path in sorted(before.keys() | after.keys())
        if before.get(path) != after.get(path)
        for sign, texts in (("-", before), ("+", after))
        for line in texts.get(path, "").split("\n")
    )


def patch_lines(patch: str) -> Lines:
    """The lines that a unified diff in the format of git adds and removes.

    A line that it removes from a file and adds to it again elsewhere counts as unchanged.
    """
    return _net(_patch_lines(patch))


def similarity(one: Lines, other: Lines) -> float:
    """How much two changes are alike, 0 to 1.

    The Sorensen-Dice coefficient over pairs of neighbouring tokens: twice the number of pairs that both
    have, over the number of pairs of one and of the other. A pair is told from others by its tokens, its
    file, and whether its line is added or removed; white space does not count. 1 where both are empty.

    Source:
        L. R. Dice, "Measures of the amount of ecologic association between species", Ecology 26 (1945),
        297-302.
    """
    first, second = _pairs(one), _pairs(other)
    total = first.total() + second.total()
    return 2 * (first & second).total() / total if total else 1.0


def patch_files(patch: str) -> list[str]:
    """The files that a unified diff in the format of git creates, changes or deletes."""
    return sorted(set(_HEADER.findall(patch)))


def _patch_lines(patch: str) -> Iterator[tuple[str, str, str]]:
    path, in_hunk = "", False
    for line in patch.split("\n"):
        if line.startswith("diff --git "):
            in_hunk = False
        elif line.startswith("@@ "):
            in_hunk = True
        elif in_hunk and line[:1] in {"+", "-"}:
            yield path, line[0], line[1:]
        elif not in_hunk and line.startswith(("--- a/", "+++ b/")):
            path = line[6:]


def _net(changes: Iterable[tuple[str, str, str]]) -> Lines:
    counted: Lines = {}
    for path, sign, line in changes:
        counted.setdefault((path, sign), Counter())[line] += 1
    net: Lines = {}
    for (path, sign), lines in counted.items():
        left = lines - counted.get((path, "+" if sign == "-" else "-"), Counter())
        if left:
            net[path, sign] = left
    return net


def _pairs(lines: Lines) -> Counter[tuple[str, str, str, str]]:
    pairs: Counter[tuple[str, str, str, str]] = Counter()
    for (path, sign), counted in lines.items():
        for line, times in counted.items():
            tokens = _TOKEN.findall(line)
            for one, two in pairwise(["", *tokens, ""]) if tokens else ():
                pairs[path, sign, one, two] += times
    return pairs
