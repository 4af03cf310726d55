"""Puts the model's server under the load of a cell, one cell at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from inspect_ai.model import get_model
from inspect_ai.solver import Generate, Solver, TaskState, solver
from inspect_ai.util import concurrency, store_as

from llmbench_inspect.suites.serving.cells import Cell
from llmbench_inspect.suites.serving.drive import Driven, closed_loop, open_loop, poisson
from llmbench_inspect.suites.serving.knee import find_knee
from llmbench_inspect.suites.serving.measured import Measured, ServingLoads, measure
from llmbench_inspect.suites.serving.objective import Objective
from llmbench_inspect.suites.serving.prompts import MadePrompts
from llmbench_inspect.suites.serving.requests import Request
from llmbench_inspect.suites.serving.task_prompts import TaskPrompts
from llmbench_inspect.telemetry import ModelCalls

PER_STREAM: Final = 4
"""Requests after the warm-up that each stream of a closed loop sends at least, on average."""


@solver
def under_load(
    prompts: MadePrompts | TaskPrompts,
    objective: Objective,
    *,
    requests: int,
    warmup: int,
    seed: int = 0,
    moments: Sequence[float] = (),
) -> Solver:
    """Send the requests of a cell, and keep what they took in the sample's `ServingLoads`.

    Args:
        prompts: What is asked.
        objective: What a good request keeps.
        requests: How many are sent after the warm-up, and at least four for each stream of a closed loop.
        warmup: How many are left out before; unless 0, one for each stream of a closed loop at least.
        seed: Chooses the moments of arrival.
        moments: When the requests of a trace arrive, in seconds.
    """

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        cell = state.metadata_as(Cell)
        kept = store_as(ServingLoads)

        async def load(streams: int | None) -> Measured:
            part = len(kept.loads)
            warm, count = warmup, requests
            if streams is not None:
                warm, count = warmup and max(warmup, streams), max(requests, PER_STREAM * streams)
            elif moments:
                warm, count = min(warmup, len(moments) - 2), len(moments)
                count -= warm
            asks = await prompts.asks(cell, warm + count, sample=state, part=part, model=get_model())
            driven: Driven
            if streams is not None:
                driven = await closed_loop(asks, generate, concurrency=streams, warmup=warm)
            else:
                arrivals = moments
                if cell.rate is not None:
                    arrivals = poisson(cell.rate, warm + count, seed=seed * 1000 + state.epoch)
                driven = await open_loop(asks, generate, arrivals=arrivals, warmup=warm)
            _keep_calls(driven.requests[warm:])
            measured = measure(
                driven.requests,
                driven.window,
                warmup=warm,
                objective=objective,
                correct=await _judged(prompts, driven.requests),
                concurrency=streams,
            )
            kept.loads = [*kept.loads, measured]
            return measured

        async def throughput(streams: int) -> float:
            return (await load(streams)).output_tokens_per_s

        # Loads at once would measure one another; this one name holds for the whole process.
        async with concurrency("llmbench_inspect/serving", 1, visible=False):
            if cell.load == "knee":
                kept.knee = await find_knee(throughput, most=cell.concurrency or 1)
            else:
                await load(cell.concurrency)
        return state

    return solve


async def _judged(
    prompts: MadePrompts | TaskPrompts, requests: Sequence[Request]
) -> list[bool | None] | None:
    if isinstance(prompts, MadePrompts):
        return None
    return [None if request.error else await prompts.right(request) for request in requests]


def _keep_calls(requests: Sequence[Request]) -> None:
    calls = store_as(ModelCalls)
    calls.calls = [*calls.calls, *(call for request in requests for call in request.calls)]
