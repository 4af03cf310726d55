"""Mistakes in more than one place, and one that shows far from where it is: types E, F, G and H."""

from __future__ import annotations

import math

from llmbench_inspect.suites.ordebug.faults.draft import Draft, reach
from llmbench_inspect.suites.ordebug.faults.planted import Planted
from llmbench_inspect.suites.ordebug.faults.single import (
    contradiction,
    flipped_sense,
    moved_rhs,
    out_of_reach,
    senses,
    shrunk_term,
)
from llmbench_inspect.suites.ordebug.linear_model import Bounds, Row

_PARTS = (flipped_sense, shrunk_term, contradiction, moved_rhs)


def two_faults(draft: Draft) -> Planted | None:
    """E: two mistakes, each of which leaves no point."""
    first, second = draft.chance.sample(_PARTS, 2)
    one = first(draft)
    if one is None:
        return None
    # The second one's row must not take the name of a row that the first one adds.
    model = one.original
    added = {name: row for name, row in one.rows.items() if name not in model.rows}
    two = second(draft.with_model(model))
    if two is None:
        return None
    rows = {f"e{place}": row for place, row in enumerate(added.values())}
    kept = {name: row for name, row in one.rows.items() if name not in added}
    return Planted(two.original, {**kept, **rows, **two.rows})


def hidden_dependency(draft: Draft) -> Planted | None:
    """F: a limit on a quantity that other rows define contradicts a demand that it shares no variable with."""
    chance, model = draft.chance, draft.model
    names = draft.variables() if draft.difficulty == "hard" else chance.sample(list(draft.point), 2)
    total, most = "t", 0.0
    terms: dict[str, float] = {}
    for name in names:
        terms[name] = chance.randint(1, 4)
        most += terms[name] * (model.bounds[name].upper or 0)
    spread = chance.sample(list(terms), len(terms))
    model = model.with_bounds({total: Bounds(0, math.ceil(most / 10) * 10)})
    model = model.with_rows({"define": Row({**terms, total: -1}, "=", 0)})
    if chance.random() < 0.5:  # noqa: PLR2004
        model = model.with_rows(
            {"demand": Row({name: 1 for name in spread}, ">=", sum(draft.point[name] for name in spread) - 1)}
        )
    others = [name for name in draft.point if name not in terms]
    extra = chance.sample(others, min(len(others), chance.choice([0, 1, 1, 2])))
    limited: dict[str, float] = {total: 1, **{name: chance.randint(1, 4) for name in extra}}
    up = chance.random() < 0.3  # noqa: PLR2004
    if model.integers and all(name in model.integers for name in terms):
        model = model.model_copy(update={"integers": [*model.integers, total]})
    inner = draft.with_model(model)
    wrong = out_of_reach(inner, limited, up)
    far, near = reach(model, limited, up), reach(model, limited, not up)
    if wrong is None or far is None or near is None:
        return None
    low, high = sorted((math.floor(far) if up else math.ceil(far), math.floor((near + far) / 2)))
    right = chance.randint(low, high)
    sense = senses(up)
    return Planted(model.with_rows({"limit": Row(limited, sense, right)}), {"limit": Row(limited, sense, wrong)})


def cascading(draft: Draft) -> Planted | None:
    """G: undoing the first mistake brings the second to light, which needs the right first row to show."""
    chance, model = draft.chance, draft.model
    up = chance.random() < 0.5  # noqa: PLR2004
    terms = draft.terms()
    far, near, wrong = reach(model, terms, up), reach(model, terms, not up), out_of_reach(draft, terms, up)
    if far is None or near is None or wrong is None:
        return None
    low, high = sorted((math.ceil((near + far) / 2), math.floor(far) if up else math.ceil(far)))
    first = Row(terms, senses(up), chance.randint(low, high))
    both = model.with_rows({"first": first})
    other: dict[str, float] = {name: chance.randint(1, 9) for name in terms}
    for name in chance.sample(list(draft.point), min(2, len(draft.point))):
        other.setdefault(name, chance.randint(1, 9))
    shown, unseen = reach(both, other, not up), reach(model, other, not up)
    if shown is None or unseen is None:
        return None
    second_wrong = (
        _between(draft, math.ceil(unseen), math.ceil(shown) - 1)
        if up
        else _between(draft, math.floor(shown) + 1, math.floor(unseen))
    )
    if second_wrong is None or first.rhs < 1:
        return None
    gap = chance.randint(0, 15)
    right = math.ceil(shown) + gap if up else math.floor(shown) - gap
    if right < 1 or second_wrong < 1:
        return None
    sense = senses(not up)
    original = both.with_rows({"second": Row(other, sense, right)})
    return Planted(
        original,
        {"first": first._replace(rhs=wrong), "second": Row(other, sense, second_wrong)},
    )


def exchanged_sides(draft: Draft) -> Planted | None:
    """H: the right-hand sides of two rows exchanged; one is out of reach, the other only too loose."""
    chance, model = draft.chance, draft.model
    up = model.goal == "min"
    terms = draft.terms()
    other: dict[str, float] = {
        name: chance.randint(1, 9)
        for name in chance.sample(list(draft.point), chance.randint(2, min(6, len(draft.point))))
    }
    far, beyond, back = reach(model, terms, up), reach(model, other, up), reach(model, other, not up)
    if far is None or beyond is None or back is None:
        return None
    if up:
        low, high = max(math.floor(far) + 1, math.ceil((beyond + back) / 2)), math.floor(beyond)
    else:
        low, high = math.ceil(beyond), min(math.ceil(far) - 1, math.floor((beyond + back) / 2))
    theirs = _between(draft, low, high)
    mine = sum(factor * draft.point[name] for name, factor in terms.items())
    if theirs is None or theirs < 1 or mine < 1:
        return None
    sense = senses(up)
    original = model.with_rows({"p": Row(terms, sense, mine), "q": Row(other, sense, theirs)})
    return Planted(original, {"p": Row(terms, sense, theirs), "q": Row(other, sense, mine)})


def _between(draft: Draft, low: int, high: int) -> int | None:
    return draft.chance.randint(low, high) if low <= high else None
