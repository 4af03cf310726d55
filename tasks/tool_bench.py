"""Tool use: can the model get things done with files, commands and an HTTP server?

The tasks were made for this project, from templates; docs/tool-bench.md says how they are scored.
"""

from typing import get_args

from inspect_ai import Task, task
from inspect_ai.model import GenerateConfig

from llmbench_inspect.identity import identified
from llmbench_inspect.named_choice import one_of
from llmbench_inspect.prerequisite import PrerequisiteError
from llmbench_inspect.statistics import until_decided
from llmbench_inspect.suites.tooluse import (
    DIGEST,
    Player,
    Transport,
    bench_dataset,
    completed,
    played,
    stage_world,
    tool_calls,
    tool_user,
)
from llmbench_inspect.telemetry import IDLE_SECONDS, MAX_RETRIES


@task(needs=["jail"], context=4096)
def tool_bench(
    categories: str | list[str] | None = None,
    difficulty: str | list[str] | None = None,
    transport: Transport = "native",
    sandbox: str = "bwrap",
    solver: Player = "model",
    *,
    stop_at: float | None = None,
) -> Task:
    """Complete tasks with tools.

    Args:
        categories: `files`, `system`, `api`, `workflow`, `recovery`; all by default.
        difficulty: `easy`, `medium`, `hard`; all by default.
        transport: `native`, or `prompted`: tools are described in the prompt, calls read from the text.
        sandbox: Where the tools work: `bwrap`, or `docker`.
        solver: `model`, or in its place `oracle`, `does_nothing` or `calls_every_tool`.
        stop_at: A threshold such as 0.8: the run ends when it is certain whether the score reaches it.
    """
    one_of("transport", transport, get_args(Transport))
    one_of("solver", solver, get_args(Player))
    if sandbox == "local":
        raise PrerequisiteError(
            "sandbox='local' is not possible: every sample starts processes and a server of its own. "
            "Give another: -T sandbox=bwrap or -T sandbox=docker"
        )
    whole = Task(
        dataset=bench_dataset(categories, difficulty),
        setup=stage_world(),
        solver=tool_user(transport) if solver == "model" else played(solver),
        # Inspect shows a run by the first metric of its first score.
        scorer=[completed(), tool_calls()],
        sandbox=sandbox,
        config=GenerateConfig(
            temperature=0.0, max_tokens=2048, max_retries=MAX_RETRIES, stream_idle_timeout=IDLE_SECONDS
        ),
        version=1,
        metadata={"data": {"source": "datasets/tool_bench/tasks.jsonl", "digest": DIGEST}, "solver": solver},
    )
    return identified(until_decided(whole, stop_at))
