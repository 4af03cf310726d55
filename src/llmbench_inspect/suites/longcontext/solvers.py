"""Asks each question at the end of its text, once its length has been ruled on."""

from __future__ import annotations

from inspect_ai.model import ChatMessageUser, get_model
from inspect_ai.solver import Generate, Solver, TaskState, solver
from inspect_ai.util import StoreModel, store_as

from llmbench_inspect.suites.longcontext.cells import Cell
from llmbench_inspect.suites.longcontext.material import Material, NoRoomError, Prompt, compose
from llmbench_inspect.suites.longcontext.ruler import Ruler, Ruling, Status, counted


class LongPrompt(StoreModel):
    """What became of a sample's prompt."""

    status: Status = "no_room"
    why: str = ""
    """In words for people; empty where it was read whole."""
    asked: bool = False
    """Whether the question was sent."""
    estimate: int | None = None
    """Tokens of the prompt by tiktoken."""
    expected: int | None = None
    """Tokens of the prompt that the server should count."""
    counted: int | None = None
    """Tokens of the prompt that the server did count."""
    room: int = 0
    """Tokens that were kept for the answer."""
    window: int | None = None
    """Tokens that the model takes, prompt and answer together; `None` where nobody says."""
    window_source: str = ""
    """Who says so."""
    head: bool | None = None
    """Whether the model named the check word before a text of this length."""
    tail: bool | None = None
    """Whether it named the one after the text."""


@solver
def at_length(material: Material, *, window: int | None, seed: int) -> Solver:
    """Put the question behind its text and ask it, unless its length is known not to work.

    Args:
        material: What the questions are about.
        window: Tokens that the model takes, as the user says; `None` to find out.
        seed: Chooses the texts.
    """
    ruler = Ruler(material, window=window, seed=seed)

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        cell = state.metadata_as(Cell)
        kept = store_as(LongPrompt)
        ruling = await ruler.ruling(cell.tokens, get_model())
        _note(kept, ruling)
        if ruling.status != "whole":
            return state
        try:
            prompt = compose(
                material,
                cell.number,
                depth=cell.place,
                tokens=ruling.tokens,
                seed=f"{seed} {state.sample_id} {state.epoch}",
                ask=state.input_text,
            )
        except NoRoomError:
            kept.status, kept.why = "no_room", f"what the question needs does not fit into {cell.length}"
            return state
        kept.asked, kept.estimate = True, prompt.tokens
        kept.expected = round(ruling.fit.server(prompt.tokens))
        state.messages = [ChatMessageUser(content=prompt.text)]
        state = await generate(state)
        _judge(kept, ruling, prompt, state)
        return state

    return solve


def _note(kept: LongPrompt, ruling: Ruling) -> None:
    kept.status, kept.why, kept.room = ruling.status, ruling.why, ruling.room
    kept.window, kept.window_source = ruling.window
    kept.head, kept.tail = ruling.head, ruling.tail


def _judge(kept: LongPrompt, ruling: Ruling, prompt: Prompt, state: TaskState) -> None:
    """Whether this prompt too was read whole, as one of its length was."""
    kept.counted = counted(state.output)
    if state.output.stop_reason == "model_length" and kept.counted is None:
        kept.status, kept.why = "beyond_window", f"the server refuses it: {state.output.completion[:300]}"
    elif ruling.counts and ruling.cut(prompt, kept.counted):
        kept.status = "truncated"
        kept.why = ruling.shortfall(prompt, kept.counted)
