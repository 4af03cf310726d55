"""Models that work, from chance: what faults are planted in."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Final

from llmbench_inspect.suites.ordebug.linear_model import Bounds, Kind, LinearModel, Row
from llmbench_inspect.suites.ordebug.problem import Difficulty
from llmbench_inspect.suites.ordebug.solving import solve

_LENGTHS: Final = {"easy": (1, 2), "medium": (2, 4), "hard": (4, 7)}


@dataclass(frozen=True)
class Draft:
    """A feasible model to begin with, and the chance to go on by."""

    chance: random.Random
    difficulty: Difficulty
    """What the fault is to come to, if chance has it so."""
    model: LinearModel
    point: dict[str, int]
    """Whole numbers that satisfy all rows."""

    def with_model(self, model: LinearModel) -> Draft:
        """The same with another model."""
        return Draft(self.chance, self.difficulty, model, self.point)

    def new_row(self) -> str:
        """A name that no row has."""
        return f"r{len(self.model.rows)}"

    def variables(self) -> list[str]:
        """Some variables, as many as a row of the difficulty's IIS may have."""
        low, high = _LENGTHS[self.difficulty]
        count = self.chance.randint(low, min(high, len(self.point)))
        return self.chance.sample(list(self.point), count)

    def terms(self) -> dict[str, float]:
        """A sum of some variables; now and then one that a row has, times a number."""
        if self.difficulty != "hard" and self.chance.random() < 0.4 and self.model.rows:  # noqa: PLR2004
            factor = self.chance.choice([1, 1, 2])
            known = self.chance.choice(list(self.model.rows.values())).terms
            return {name: factor * amount for name, amount in known.items()}
        return {name: self.chance.randint(1, 9) for name in self.variables()}


def draft(chance: random.Random, kind: Kind, difficulty: Difficulty) -> Draft:
    """A model with whole numbers all over that has a feasible point."""
    lp = kind == "lp"
    names = [f"v{place}" for place in range(chance.randint(5, 10) if lp else chance.randint(8, 15))]
    bounds: dict[str, Bounds] = {}
    point: dict[str, int] = {}
    for name in names:
        lower = chance.choice([0, 0, 0, 1, 2, 3])
        upper = lower + chance.randint(4, 20)
        bounds[name] = Bounds(lower, upper)
        point[name] = chance.randint(lower + 1, upper - 1)
    rows: dict[str, Row] = {}
    for place in range(chance.randint(2, 5) if lp else chance.randint(4, 8)):
        terms: dict[str, float] = {
            name: chance.choice([-1, 1, 1, 1, 1, 1, 1]) * chance.randint(1, 9)
            for name in chance.sample(names, min(chance.choice([1, 2, 2, 3, 3, 4, 5, 6]), len(names)))
        }
        if max(terms.values()) < 0:
            terms = {name: -factor for name, factor in terms.items()}
        reached = sum(factor * point[name] for name, factor in terms.items())
        slack = chance.randint(0, 12)
        rows[f"r{place}"] = (
            Row(terms, "<=", reached + slack)
            if chance.random() < 0.5  # noqa: PLR2004
            else Row(terms, ">=", reached - slack)
        )
    integers = [] if lp else [name for name in names if chance.random() < 0.7] or names[:1]  # noqa: PLR2004
    objective: dict[str, float] = {name: chance.randint(1, 12) for name in names}
    goal = chance.choice(["min", "max"])
    model = LinearModel(goal=goal, objective=objective, rows=rows, bounds=bounds, integers=integers)
    return Draft(chance, difficulty, model, point)


def reach(model: LinearModel, terms: dict[str, float], up: bool) -> float | None:
    """The greatest value, or the least, that a sum of variables takes in a model; `None` for none."""
    asked = model.model_copy(update={"goal": "max" if up else "min", "objective": terms, "offset": 0})
    found = solve(asked)
    return found.objective if found.status == "optimal" else None
