"""OR debugging: can the model repair infeasible linear and mixed-integer models, with a solver's help?

The problems were made for this project from seeded chance; docs/or-debug.md says how, and how they are scored.
"""

from typing import get_args

from inspect_ai import Task, task
from inspect_ai.model import GenerateConfig

from llmbench_inspect.named_choice import one_of
from llmbench_inspect.suites.ordebug import (
    DIGEST,
    MOST_STEPS,
    Player,
    load_problems,
    or_dataset,
    played,
    repair,
    repaired,
    repairer,
    require_solver,
)
from llmbench_inspect.telemetry import IDLE_SECONDS, MAX_RETRIES


@task
def or_debug(
    types: str | list[str] | None = None,
    difficulty: str | list[str] | None = None,
    kind: str | None = None,
    max_steps: int = MOST_STEPS,
    solver: Player = "model",
) -> Task:
    """Repair infeasible models.

    Args:
        types: Fault types, letters from `A` to `I`; all by default.
        difficulty: `easy`, `medium`, `hard`; all by default.
        kind: `lp` or `mip`; both by default.
        max_steps: Most model turns for a problem.
        solver: `model`, or in its place `oracle`, `drop_iis` or `relax_iis`.
    """
    one_of("solver", solver, get_args(Player))
    require_solver()
    return Task(
        dataset=or_dataset(load_problems(), types=types, difficulty=difficulty, kind=kind),
        solver=repairer(max_steps) if solver == "model" else played(solver),
        # Inspect shows a run by the first metric of its first score.
        scorer=[repaired(), repair()],
        config=GenerateConfig(
            temperature=0.0, max_tokens=1024, max_retries=MAX_RETRIES, stream_idle_timeout=IDLE_SECONDS
        ),
        version=1,
        metadata={"data": {"source": "datasets/or_debug/problems.jsonl", "digest": DIGEST}, "solver": solver},
    )
