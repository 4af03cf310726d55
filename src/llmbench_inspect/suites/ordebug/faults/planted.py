"""A mistake in a model that worked: what was there, what is there now, and what undoes it."""

from __future__ import annotations

import random
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from llmbench_inspect.suites.ordebug.changes import Change
from llmbench_inspect.suites.ordebug.linear_model import Bounds, LinearModel, Row


@dataclass(frozen=True)
class Planted:
    """One or more mistakes in a model."""

    original: LinearModel
    """The model that worked."""
    rows: Mapping[str, Row] = field(default_factory=dict[str, Row])
    """Rows as the mistake left them; those that the original has not were added by it."""
    bounds: Mapping[str, Bounds] = field(default_factory=dict[str, Bounds])
    """Bounds as the mistake left them."""

    @property
    def mutated(self) -> LinearModel:
        """The model with the mistake."""
        return self.original.with_rows(self.rows).with_bounds(self.bounds)

    @property
    def culprits(self) -> list[str]:
        """Rows and variables that hold the mistake; in the order in which they were planted."""
        return [*self.rows, *self.bounds]

    def without(self, undone: Collection[str]) -> LinearModel:
        """The model with the mistakes in some places undone."""
        rows = {name: row for name, row in self.rows.items() if name not in undone}
        bounds = {name: bound for name, bound in self.bounds.items() if name not in undone}
        return Planted(self.original, rows, bounds).mutated

    def repair(self) -> list[Change]:
        """What undoes all of it."""
        changes = [
            Change("update_bounds", {"variable": name, "lower": lower, "upper": upper})
            for name in self.bounds
            for lower, upper in [self.original.bounds[name]]
        ]
        for name, row in self.rows.items():
            before = self.original.rows.get(name)
            if before is None:
                changes.append(Change("drop_constraint", {"constraint": name}))
                continue
            if before.sense != row.sense:
                changes.append(Change("set_sense", {"constraint": name, "sense": before.sense}))
            changes += [
                Change("set_coefficient", {"constraint": name, "variable": variable, "value": value})
                for variable in {**before.terms, **row.terms}
                if (value := before.terms.get(variable, 0.0)) != row.terms.get(variable, 0.0)
            ]
            if before.rhs != row.rhs:
                changes.append(Change("update_rhs", {"constraint": name, "value": before.rhs}))
        return changes

    def renamed(self, chance: random.Random) -> Planted:
        """The same with rows and variables in an order of chance, and named by their places."""
        variables = chance.sample(list(self.original.bounds), len(self.original.bounds))
        rows = chance.sample(list(self.mutated.rows), len(self.mutated.rows))
        of_variable = {name: f"x{place}" for place, name in enumerate(variables, 1)}
        of_row = {name: f"c{place}" for place, name in enumerate(rows, 1)}

        def terms(given: Mapping[str, float]) -> dict[str, float]:
            return {of_variable[name]: given[name] for name in variables if name in given}

        def row(given: Row) -> Row:
            return given._replace(terms=terms(given.terms))

        first = self.original
        original = LinearModel(
            goal=first.goal,
            objective=terms(first.objective),
            offset=first.offset,
            rows={of_row[name]: row(first.rows[name]) for name in rows if name in first.rows},
            bounds={of_variable[name]: first.bounds[name] for name in variables},
            integers=[of_variable[name] for name in variables if name in first.integers],
        )
        return Planted(
            original,
            {of_row[name]: row(given) for name, given in self.rows.items()},
            {of_variable[name]: given for name, given in self.bounds.items()},
        )

    def in_order(self) -> LinearModel:
        """The model with the mistake, its rows in the order of their numbers."""
        rows = self.mutated.rows
        return self.mutated.model_copy(
            update={"rows": {name: rows[name] for name in sorted(rows, key=lambda name: int(name[1:]))}}
        )
