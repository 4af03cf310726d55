"""Tool use: does the model find out about a machine by calling tools, and which prompt helps it?

Questions, tools and scoring were made for this project; docs/tool-use.md describes them.
"""

from typing import Literal, get_args

from inspect_ai import Task, task
from inspect_ai.model import GenerateConfig

from llmbench_inspect.identity import identified
from llmbench_inspect.named_choice import one_of
from llmbench_inspect.prerequisite import PrerequisiteError
from llmbench_inspect.statistics import until_decided
from llmbench_inspect.suites.tooluse import Transport
from llmbench_inspect.suites.tooluse.deep_dive import (
    Variant,
    answered,
    calls_made,
    deep_dive_dataset,
    played_answers,
    provenance,
    work_with_tools,
)
from llmbench_inspect.telemetry import IDLE_SECONDS, MAX_RETRIES

Solver = Literal["model", "oracle", "does_nothing", "calls_every_tool"]


@task(needs=["jail"], context=4096)
def tool_use(
    variant: Variant = "plain",
    transport: Transport = "native",
    *,
    solver: Solver = "model",
    sandbox: str = "bwrap",
    seed: int = 0,
    stop_at: float | None = None,
) -> Task:
    """Answer questions about a machine with tools.

    Args:
        variant: How questions are put: `plain`, `few_shot`, `xml` or `step_by_step`.
        transport: `native`, or `prompted`: tools and calls are text of the conversation.
        solver: `model`, or in its place `oracle`, `does_nothing` or `calls_every_tool`.
        sandbox: The machine: `bwrap` or `docker`.
        seed: Chooses the questions' names and numbers.
        stop_at: A threshold such as 0.8: the run ends when it is certain whether the score reaches it.
    """
    one_of("variant", variant, get_args(Variant))
    one_of("transport", transport, get_args(Transport))
    one_of("solver", solver, get_args(Solver))
    if sandbox == "local":
        raise PrerequisiteError(
            "sandbox='local' is not possible: samples start processes and open ports. "
            "Give another: -T sandbox=bwrap or -T sandbox=docker"
        )
    style = "xml" if variant == "xml" else "json"
    whole = Task(
        dataset=deep_dive_dataset(variant, transport, seed=seed),
        solver=work_with_tools(transport, style) if solver == "model" else played_answers(solver),
        scorer=[answered(), calls_made()],
        sandbox=sandbox,
        config=GenerateConfig(
            temperature=0.0, max_tokens=1024, max_retries=MAX_RETRIES, stream_idle_timeout=IDLE_SECONDS
        ),
        version=1,
        metadata={"data": provenance(seed)},
    )
    return identified(until_decided(whole, stop_at))
