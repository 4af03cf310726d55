"""A model's fingerprint, which stays the same when rows and variables are renamed or reordered."""

from __future__ import annotations

import hashlib
from typing import Final

from llmbench_inspect.suites.ordebug.linear_model import LinearModel

_ROUNDS: Final = 4


def fingerprint(model: LinearModel) -> str:
    """Equal for models that differ in names and order alone.

    Each row and variable has a colour, made again and again from those of its neighbours (Weisfeiler and
    Leman 1968). Two different models have the same fingerprint very rarely, and then one is lost.
    """
    whole = set(model.integers)
    variables = {
        name: _hash(bounds, name in whole, model.objective.get(name, 0.0))
        for name, bounds in model.bounds.items()
    }
    rows = {name: _hash(row.sense, row.rhs) for name, row in model.rows.items()}
    for _ in range(_ROUNDS):
        around: dict[str, list[tuple[str, float]]] = {name: [] for name in variables}
        seen: dict[str, str] = {}
        for name, row in model.rows.items():
            seen[name] = _hash(rows[name], sorted((variables[key], value) for key, value in row.terms.items()))
            for key, value in row.terms.items():
                around[key].append((rows[name], value))
        variables = {name: _hash(colour, sorted(around[name])) for name, colour in variables.items()}
        rows = seen
    return _hash(model.goal, model.offset, sorted(rows.values()), sorted(variables.values()))


def _hash(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()
