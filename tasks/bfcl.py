"""BFCL: does the model call the function that is asked for, with the arguments that were said?

The questions are those of the Berkeley Function-Calling Leaderboard (S. G. Patil et al.); docs/bfcl.md says
how they are asked and scored.
"""

from typing import Literal, get_args

from inspect_ai import Task, task
from inspect_ai.model import GenerateConfig

from llmbench_inspect.data import load_rows
from llmbench_inspect.identity import identified
from llmbench_inspect.named_choice import one_of
from llmbench_inspect.statistics import until_decided
from llmbench_inspect.suites.tooluse import Transport
from llmbench_inspect.suites.tooluse.bfcl import (
    ROWS,
    bfcl_dataset,
    calls_are_accepted,
    choose_categories,
    one_turn,
    played_calls,
)
from llmbench_inspect.telemetry import IDLE_SECONDS, MAX_RETRIES

Solver = Literal["model", "oracle", "does_nothing", "calls_every_tool"]


@task(
    needs=["data"],
    data=[
        "bfcl_simple_python",
        "bfcl_multiple",
        "bfcl_parallel",
        "bfcl_parallel_multiple",
        "bfcl_irrelevance",
    ],
    context=4096,
)
def bfcl(
    categories: str | list[str] | None = None,
    transport: Transport = "native",
    *,
    solver: Solver = "model",
    data: str | None = None,
    seed: int = 0,
    stop_at: float | None = None,
) -> Task:
    """Call functions as questions ask for it; no function is run.

    Args:
        categories: Names of categories, or the groups `non_live` (by default) and `live`.
        transport: `native`, or `prompted`: functions and calls are text of the conversation.
        solver: `model`, or in its place `oracle`, `does_nothing` or `calls_every_tool`.
        data: Folder that holds bfcl/BFCL_v4_*.json; the package bfcl-eval by default.
        seed: Chooses the order of the questions.
        stop_at: A threshold such as 0.8: the run ends when it is certain whether the score reaches it.
    """
    one_of("transport", transport, get_args(Transport))
    one_of("solver", solver, get_args(Solver))
    rows = {name: load_rows(ROWS[name], data) for name in choose_categories(categories)}
    whole = Task(
        dataset=bfcl_dataset(rows, seed=seed),
        solver=one_turn(transport) if solver == "model" else played_calls(solver),
        scorer=calls_are_accepted(),
        config=GenerateConfig(
            temperature=0.0, max_tokens=2048, max_retries=MAX_RETRIES, stream_idle_timeout=IDLE_SECONDS
        ),
        version=1,
        metadata={"data": {name: data.provenance() for name, data in rows.items()}},
    )
    return identified(until_decided(whole, stop_at))
