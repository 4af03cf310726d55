"""How a prompt is asked: once as it stands, and where it has a schema once more under it."""

from __future__ import annotations

from inspect_ai.model import GenerateConfig, ModelOutput, get_model
from inspect_ai.solver import Generate, Solver, TaskState, solver
from inspect_ai.util import StoreModel, store_as

from llmbench_inspect.answers.constraints import read_constraints
from llmbench_inspect.suites.prompts.schema_mode import (
    known_not_to_send,
    response_schema,
    schema_of,
    sends_schema,
)
from llmbench_inspect.telemetry import ModelCalls, timed_call


class UnderSchema(StoreModel):
    """What came of asking under the sample's schema."""

    asked: bool = False
    """Whether the model was asked so."""
    output: ModelOutput | None = None
    """What it gave."""
    sent: bool | None = None
    """Whether the request held the schema; `None` where no request of the run was logged."""
    seconds: float | None = None
    """Of the call, from its request to its last token."""


@solver
def asked(constrained: bool = False) -> Solver:
    """Ask as the prompt stands; that answer is the sample's output.

    Args:
        constrained: Whether samples with a schema are asked under it too, before.
    """

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        if constrained:
            await _under_schema(state)
        return await generate(state)

    return solve


async def _under_schema(state: TaskState) -> None:
    schema = schema_of(read_constraints(state.metadata["constraints"], where=f"sample {state.sample_id}"))
    model = get_model()
    kept = state.store_as(UnderSchema)
    if schema is None:
        return
    kept.asked = True
    if known_not_to_send(model):
        kept.sent = False
        return
    output = await timed_call(
        model, state.messages, config=GenerateConfig(response_schema=response_schema(schema))
    )
    kept.output = output
    kept.sent = sends_schema(model, output, schema)
    kept.seconds = store_as(ModelCalls).calls[-1].seconds
