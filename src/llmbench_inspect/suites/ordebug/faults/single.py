"""Mistakes in one place: types A, B, C, D and I."""

from __future__ import annotations

import math

from llmbench_inspect.suites.ordebug.faults.draft import Draft, reach
from llmbench_inspect.suites.ordebug.faults.planted import Planted
from llmbench_inspect.suites.ordebug.linear_model import Bounds, Row, Sense


def flipped_sense(draft: Draft) -> Planted | None:
    """A: a comparison the wrong way round.

    The right row is one that the others imply: only then does turning it leave no point.
    """
    terms, up, name = draft.terms(), draft.chance.random() < 0.5, draft.new_row()  # noqa: PLR2004
    rhs = out_of_reach(draft, terms, up)
    if rhs is None:
        return None
    right, wrong = senses(not up), senses(up)
    original = draft.model.with_rows({name: Row(terms, right, rhs)})
    return Planted(original, {name: Row(terms, wrong, rhs)})


def made_binary(draft: Draft) -> Planted | None:
    """B: a whole number declared 0 or 1, while a row needs more."""
    chance, model = draft.chance, draft.model
    victims = [name for name in model.integers if (model.bounds[name].upper or 0) > 2]  # noqa: PLR2004
    if not victims:
        return None
    victim, name = chance.choice(victims), draft.new_row()
    others = [other for other in draft.variables() if other != victim]
    terms: dict[str, float] = {other: chance.randint(1, 5) for other in others[1:]}
    terms[victim] = chance.randint(2, 9)
    binary = Bounds(0, 1)
    most, least = reach(model, terms, True), reach(model.with_bounds({victim: binary}), terms, True)
    if most is None or least is None or math.floor(most) <= math.floor(least) + 1:
        return None
    rhs = chance.randint(math.floor(least) + 1, math.floor(most))
    return Planted(model.with_rows({name: Row(terms, ">=", rhs)}), bounds={victim: binary})


def shrunk_term(draft: Draft) -> Planted | None:
    """C: a term is missing, or its coefficient is too small."""
    chance, name = draft.chance, draft.new_row()
    terms = {variable: float(chance.randint(1, 9)) for variable in draft.variables()}
    rest = [variable for variable in draft.point if variable not in terms]
    if not rest:
        return None
    victim, up = chance.choice(rest), chance.random() < 0.5  # noqa: PLR2004
    factor = chance.randint(4, 12) * (1 if up else -1)
    shrunk = {**terms, victim: float(factor // abs(factor))} if chance.random() < 0.5 else terms  # noqa: PLR2004
    right = shuffled(draft, {**terms, victim: float(factor)})
    wrong = {variable: shrunk[variable] for variable in right if variable in shrunk}
    far, near = reach(draft.model, right, up), reach(draft.model, wrong, up)
    if far is None or near is None:
        return None
    low, high = (
        (math.floor(near) + 1, math.floor(far)) if up else (math.ceil(far), math.ceil(near) - 1)
    )
    if low > high or high < 1:
        return None
    rhs, sense = chance.randint(max(low, 1), high), senses(up)
    return Planted(draft.model.with_rows({name: Row(right, sense, rhs)}), {name: Row(wrong, sense, rhs)})


def contradiction(draft: Draft) -> Planted | None:
    """D: a row was added that contradicts the others."""
    terms, up = draft.terms(), draft.chance.random() < 0.5  # noqa: PLR2004
    rhs = out_of_reach(draft, terms, up)
    return None if rhs is None else Planted(draft.model, {draft.new_row(): Row(terms, senses(up), rhs)})


def chain(draft: Draft) -> Planted | None:
    """D: a row was added that closes a chain of differences to a circle."""
    chance, model = draft.chance, draft.model
    length = {"easy": 2, "medium": chance.randint(3, 5), "hard": chance.randint(6, 7)}[draft.difficulty]
    if length > len(draft.point):
        return None
    members = sorted(chance.sample(list(draft.point), length), key=lambda name: -draft.point[name])
    total = 0
    for place, (first, second) in enumerate(zip(members, members[1:], strict=False)):
        least = chance.randint(0, draft.point[first] - draft.point[second])
        model = model.with_rows({f"s{place}": Row({first: 1, second: -1}, ">=", least)})
        total += least
    if total < 1:
        return None
    closing = Row({members[0]: 1, members[-1]: -1}, "<=", chance.randint(0, total - 1))
    return Planted(model, {"s": closing})


def contradiction_or_chain(draft: Draft) -> Planted | None:
    """D: a row was added that contradicts the others, alone or by closing a chain."""
    return (contradiction if draft.chance.random() < 0.5 else chain)(draft)  # noqa: PLR2004


def moved_rhs(draft: Draft) -> Planted | None:
    """I: a right-hand side beyond what the others allow, where the right one counts for the optimum."""
    terms, up, name = draft.terms(), draft.model.goal == "min", draft.new_row()
    far, near, rhs = reach(draft.model, terms, up), reach(draft.model, terms, not up), None
    if far is not None and near is not None:
        rhs = out_of_reach(draft, terms, up)
    if far is None or near is None or rhs is None:
        return None
    low, high = sorted((math.ceil((near + far) / 2), math.floor(far) if up else math.ceil(far)))
    right = draft.chance.randint(low, high)
    if right < 1:
        return None
    sense = senses(up)
    return Planted(draft.model.with_rows({name: Row(terms, sense, right)}), {name: Row(terms, sense, rhs)})


def senses(up: bool) -> Sense:
    """The comparison that asks for more, or for less."""
    return ">=" if up else "<="


def shuffled(draft: Draft, terms: dict[str, float]) -> dict[str, float]:
    """The same terms in an order of chance."""
    return {name: terms[name] for name in draft.chance.sample(list(terms), len(terms))}


def out_of_reach(draft: Draft, terms: dict[str, float], up: bool) -> int | None:
    """A right-hand side, of at least 1, that no point of the model gets to; `None` where there is none."""
    far = reach(draft.model, terms, up)
    if far is None:
        return None
    step = draft.chance.randint(1, 9)
    if draft.model.integers and draft.chance.random() < 0.5:  # noqa: PLR2004
        # Between the reach in whole numbers and that without: infeasible by integrality alone.
        linear = reach(draft.model.relaxed(), terms, up)
        if linear is not None and abs(linear - far) > 1:
            step = 1
    rhs = math.floor(far) + step if up else math.ceil(far) - step
    return rhs if rhs >= 1 else None
