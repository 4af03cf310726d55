"""OR debugging: can the model repair infeasible linear and mixed-integer models, with a solver's help?

The problems were made for this project from seeded chance; docs/or-debug.md says how they are scored.
"""

from typing import get_args

from inspect_ai import Task, task
from inspect_ai.model import GenerateConfig

from llmbench_inspect.identity import identified
from llmbench_inspect.named_choice import one_of
from llmbench_inspect.prerequisite import PrerequisiteError
from llmbench_inspect.statistics import until_decided
from llmbench_inspect.suites.ordebug import (
    DIGEST,
    MOST_STEPS,
    Player,
    digest_of,
    load_problems,
    or_dataset,
    own_problems,
    played,
    repair,
    repaired,
    repairer,
    require_solver,
)
from llmbench_inspect.suites.tooluse import Transport, model_over
from llmbench_inspect.telemetry import IDLE_SECONDS, MAX_RETRIES


@task(needs=["highs"], context=8192)
def or_debug(
    *,
    types: str | list[str] | None = None,
    difficulty: str | list[str] | None = None,
    kind: str | None = None,
    data: str | None = None,
    max_steps: int = MOST_STEPS,
    transport: Transport = "native",
    solver: Player = "model",
    stop_at: float | None = None,
) -> Task:
    """Repair infeasible models.

    Args:
        types: Fault types, letters from `A` to `I`; all by default.
        difficulty: `easy`, `medium`, `hard`; all by default.
        kind: `lp` or `mip`; both by default.
        data: LP, MPS or generated JSONL file in place of the committed one, or a folder of LP and MPS files.
        max_steps: Most model turns for a problem.
        transport: `native`, or `prompted`: tools are described in the prompt, calls read from the text.
        solver: `model`, or in its place `oracle`, `drop_iis` or `relax_iis`.
        stop_at: A threshold such as 0.8: the run ends when it is certain whether the score reaches it.
    """
    one_of("transport", transport, get_args(Transport))
    one_of("solver", solver, get_args(Player))
    require_solver()
    problems = own_problems(data) if data else load_problems()
    if solver == "oracle" and not all(problem.repair for problem in problems):
        raise PrerequisiteError(
            "solver='oracle' needs the original of each model beside it: NAME.original.lp beside NAME.lp. "
            "Without: -T solver=drop_iis"
        )
    source = {"source": "datasets/or_debug/problems.jsonl", "digest": DIGEST}
    if data:
        source = {"source": data, "digest": digest_of(problems)}
    whole = Task(
        dataset=or_dataset(problems, types=types, difficulty=difficulty, kind=kind),
        solver=repairer(max_steps, model_over(transport)) if solver == "model" else played(solver),
        # Inspect shows a run by the first metric of its first score.
        scorer=[repaired(), repair()],
        config=GenerateConfig(
            temperature=0.0, max_tokens=1024, max_retries=MAX_RETRIES, stream_idle_timeout=IDLE_SECONDS
        ),
        version=1,
        metadata={"data": source, "solver": solver},
    )
    return identified(until_decided(whole, stop_at))
