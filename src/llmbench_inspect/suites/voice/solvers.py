"""Ways from a recording to an answer: the model hears it, or reads what a recogniser heard."""

from __future__ import annotations

from pathlib import Path

from inspect_ai.model import get_model
from inspect_ai.solver import Generate, Solver, TaskState, generate, solver
from inspect_ai.util import StoreModel

from llmbench_inspect.suites.voice.dataset import Way, transcript_prompt
from llmbench_inspect.suites.voice.hearing import check_hears
from llmbench_inspect.suites.voice.transcribers import Transcriber, named_transcriber, transcribe
from llmbench_inspect.suites.voice.words import check_jiwer


class Transcription(StoreModel):
    """What a recogniser heard of a sample's recording."""

    words: str | None = None
    """`None` until there is a transcription."""
    seconds: float | None = None
    """What it took."""
    by: str | None = None
    """The recogniser, its version and its model."""


def answered_by(path: Way, transcriber: str) -> Solver:
    """The solver of a path.

    Args:
        path: Which.
        transcriber: Name of the recogniser, where the path has one.

    Raises:
        PrerequisiteError: The transcriber is not known, or a Python package is not installed.
    """
    if path == "transcribe":
        check_jiwer()
        return transcribed(named_transcriber(transcriber))
    return heard() if path == "audio" else generate()


@solver
def heard() -> Solver:
    """Have the model hear the recording, once it is known that its provider takes sound."""

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        check_hears(get_model())
        return await generate(state)

    return solve


@solver
def transcribed(transcriber: Transcriber) -> Solver:
    """Have a recogniser hear the recording, and the model read its words.

    Args:
        transcriber: The recogniser.
    """

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        words, seconds = await transcribe(transcriber, Path(state.metadata["file"]))
        kept = state.store_as(Transcription)
        kept.words, kept.seconds, kept.by = words, seconds, transcriber.release
        state.user_prompt.text = transcript_prompt(words)
        return await generate(state)

    return solve
