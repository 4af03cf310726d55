"""Recordings as samples: what the model is told in writing, and what it is to hear."""

from __future__ import annotations

from typing import Final, Literal

from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.model import ChatMessage, ChatMessageUser, ContentAudio, ContentText

from llmbench_inspect.judging import Problem
from llmbench_inspect.suites.voice.recordings import Recording, Recordings, SpokenRequest

Way = Literal["transcribe", "audio", "text"]

ENTRY_POINT: Final = "solution"
"""The name of every function, told in writing: how a name is spelled cannot be heard."""

_ANSWER: Final = (
    f"Name the function `{ENTRY_POINT}`; its arguments come in the order in which the request speaks of "
    "them. Answer with the whole code in one Python code block."
)
_AUDIO: Final = f"The recording is a spoken request for a Python function. {_ANSWER}"
_TRANSCRIPT: Final = (
    "Somebody asked for a Python function by voice. A speech recogniser wrote down what follows, and may "
    f"have misheard some words:\n\n{{words}}\n\n{_ANSWER}"
)
_TEXT: Final = f"Somebody asks for a Python function:\n\n{{words}}\n\n{_ANSWER}"


def transcript_prompt(words: str) -> str:
    """What a model is asked that gets what a recogniser heard."""
    return _TRANSCRIPT.format(words=words or "(no words)")


def voice_dataset(recordings: Recordings, path: Way) -> MemoryDataset:
    """One sample a recording.

    Args:
        recordings: The recordings.
        path: `audio`: the input holds the sound; `text`: the sentence as written; `transcribe`: the name of
            the file, in whose place a solver puts what it hears.
    """
    return MemoryDataset(
        [
            _sample(recordings, recording, recordings.requests[recording.request], path)
            for recording in recordings.recordings
        ],
        name="voice",
    )


def _sample(recordings: Recordings, recording: Recording, request: SpokenRequest, path: Way) -> Sample:
    file = recordings.folder / recording.audio
    problem = Problem(
        task_id=f"voice/{request.id}",
        entry_point=ENTRY_POINT,
        names=(ENTRY_POINT,),
        tests=request.tests,
        reference=request.reference,
    )
    sound = ChatMessageUser(content=[ContentText(text=_AUDIO), ContentAudio(audio=str(file), format="wav")])
    prompts: dict[Way, str | list[ChatMessage]] = {
        "audio": [sound],
        "text": _TEXT.format(words=request.text),
        "transcribe": recording.audio,
    }
    return Sample(
        id=recording.id,
        input=prompts[path],
        target=request.reference,
        metadata={
            **problem.model_dump(mode="json"),
            "text": request.text,
            "file": str(file),
            "voice": recording.voice,
            "noise": recording.noise,
            "seconds": recording.seconds,
            "synthetic": recording.synthetic,
        },
    )
