"""The event of a model call, found by what the call returned."""

from __future__ import annotations

from typing import TypeGuard

from inspect_ai.event import Event, ModelEvent
from inspect_ai.log import transcript
from inspect_ai.model import ModelOutput


def model_event(output: ModelOutput) -> ModelEvent | None:
    """Find what the running sample's transcript tells of a call.

    Args:
        output: What the call returned.

    Returns:
        The event; `None` where the output has no message to know it by.
    """
    if not output.choices:
        return None
    message = output.message.id

    def of_the_call(event: Event) -> TypeGuard[ModelEvent]:
        made = isinstance(event, ModelEvent) and event.output.choices
        return bool(made) and made[0].message.id == message

    return transcript().history.find_last(of_the_call)
