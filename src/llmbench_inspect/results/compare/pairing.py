"""Which arms of two sets of logs can be compared, and why others cannot."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from .arm import Arm

# Most alike first: what is left over after one is tried with the next.
_ALIKE: Final[tuple[Callable[[Arm], Any], ...]] = (
    lambda arm: (arm.suite, arm.model, arm.settings),
    lambda arm: (arm.suite, arm.model, arm.task_settings),
    lambda arm: (arm.suite, arm.task_settings, arm.model_settings),
    lambda arm: (arm.suite, arm.task_settings),
    lambda arm: (arm.suite, arm.model),
    lambda arm: arm.suite,
)


@dataclass(frozen=True, kw_only=True, eq=False)
class Pair:
    """Two arms on the same samples."""

    first: Arm
    second: Arm
    samples: tuple[str, ...]
    """Ids that both were to run, at the same version; sorted."""

    changed: int
    """Number of ids that both have and that are not the same samples: their versions differ."""


@dataclass(frozen=True, kw_only=True, eq=False)
class NoPair:
    """Arms of one suite that cannot be compared."""

    first: tuple[Arm, ...]
    second: tuple[Arm, ...]
    why: str


def match(first: Sequence[Arm], second: Sequence[Arm]) -> tuple[tuple[Pair, ...], tuple[NoPair, ...]]:
    """Pair the arms of two sets of logs, suite by suite.

    Arms that agree in model and settings belong together; then those that agree in less, as long as it is
    plain which belongs to which.

    Args:
        first: Those that are compared with.
        second: Those that are compared.

    Returns:
        The pairs, and what is left over with the reason; both by suite.
    """
    pairs: list[Pair] = []
    none: list[NoPair] = []
    left, right = list(first), list(second)
    for alike in _ALIKE:
        for one in tuple(left):
            mine = [arm for arm in left if alike(arm) == alike(one)]
            theirs = [arm for arm in right if alike(arm) == alike(one)]
            if len(mine) == len(theirs) == 1:
                left.remove(one)
                right.remove(theirs[0])
                told = _pair(one, theirs[0])
                if isinstance(told, Pair):
                    pairs.append(told)
                else:
                    none.append(told)
    for suite in sorted({arm.suite for arm in left + right}):
        mine = tuple(arm for arm in left if arm.suite == suite)
        theirs = tuple(arm for arm in right if arm.suite == suite)
        if mine and theirs:
            why = "it is not plain which run belongs to which; name logs of one model and one setting"
        elif any(arm.suite == suite for arm in (second if mine else first)):
            why = "the other side has no run at these settings"
        else:
            why = "the other side did not run it"
        none.append(NoPair(first=mine, second=theirs, why=why))
    return (
        tuple(sorted(pairs, key=lambda pair: (pair.first.suite, pair.first.settings))),
        tuple(sorted(none, key=lambda pair: (pair.first or pair.second)[0].suite)),
    )


def _pair(first: Arm, second: Arm) -> Pair | NoPair:
    why = _why_not(first, second)
    ids = set(first.planned["sample_id"]) & set(second.planned["sample_id"])
    before, after = first.sample_versions(), second.sample_versions()
    run = first.places.keys() & second.places.keys()
    changed = {name for name in ids & run if before.get(name) != after.get(name)}
    if why is None and not ids - changed:
        why = "the versions of all samples differ" if changed else "no sample is in both"
    if why is not None:
        return NoPair(first=(first,), second=(second,), why=why)
    return Pair(first=first, second=second, samples=tuple(sorted(ids - changed)), changed=len(changed))


def _why_not(first: Arm, second: Arm) -> str | None:
    if first.task != second.task and "/" in first.task and "/" in second.task:
        return f"two tasks of one name: {first.task} and {second.task}"
    if first.version != second.version:
        return f"version {first.version} of the suite and version {second.version}"
    before, after = dict(first.digests), dict(second.digests)
    if bool(before) != bool(after):
        return "only one side tells the digest of its data"
    for place in sorted(before.keys() & after.keys()):
        if before[place] != after[place]:
            return f"the data differ ({place}): digest {before[place][:12]} and {after[place][:12]}"
    return None
