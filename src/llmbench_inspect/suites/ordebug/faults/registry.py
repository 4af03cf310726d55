"""The types of faults by their letters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from llmbench_inspect.suites.ordebug.faults.draft import Draft
from llmbench_inspect.suites.ordebug.faults.planted import Planted
from llmbench_inspect.suites.ordebug.faults.several import (
    cascading,
    exchanged_sides,
    hidden_dependency,
    two_faults,
)
from llmbench_inspect.suites.ordebug.faults.single import (
    contradiction_or_chain,
    flipped_sense,
    made_binary,
    moved_rhs,
    shrunk_term,
)
from llmbench_inspect.suites.ordebug.linear_model import Kind
from llmbench_inspect.suites.ordebug.problem import DIFFICULTIES, Difficulty, FaultType


@dataclass(frozen=True)
class Fault:
    """A type of mistake."""

    name: str
    plant: Callable[[Draft], Planted | None]
    """Puts one into a model; `None` where chance did not allow it."""
    kinds: tuple[Kind, ...] = ("lp", "mip")
    """Models that it can be in."""
    difficulties: tuple[Difficulty, ...] = DIFFICULTIES
    """How large its IIS can be."""


FAULTS: Final[Mapping[FaultType, Fault]] = {
    "A": Fault("sense flipped", flipped_sense),
    "B": Fault("integer made binary", made_binary, kinds=("mip",)),
    "C": Fault("term missing or shrunk", shrunk_term),
    "D": Fault("contradiction or chain", contradiction_or_chain),
    "E": Fault("two faults", two_faults),
    # A limit, a definition and a demand are three at least.
    "F": Fault("hidden dependency", hidden_dependency, difficulties=("medium", "hard")),
    "G": Fault("cascading", cascading),
    "H": Fault("partly outside the IIS", exchanged_sides),
    "I": Fault("one repair keeps the objective", moved_rhs),
}
"""What is planted, by type."""
