"""The check of the solver that optimization models are repaired with."""

from __future__ import annotations

from importlib.metadata import version

from llmbench_inspect.doctor import Asked, check
from llmbench_inspect.suites.ordebug.solving import INSTALL, require_solver


@check(
    code="highs",
    name="HiGHS",
    area="The suite",
    looks_at="Whether the solver HiGHS is installed, and its version.",
    mends={"no HiGHS": INSTALL},
    concerns="suites",
)
def _highs(asked: Asked) -> str:  # noqa: ARG001
    """The solver tells the model what its repairs come to, and judges them in the end."""
    require_solver()
    return f"highspy {version('highspy')}"
