"""Voice: can the model write the function that somebody asks for aloud?

Requests and recordings were made for this project, the voices are synthetic; docs/voice.md describes them.
"""

from typing import get_args

from inspect_ai import Task, task
from inspect_ai.model import GenerateConfig

from llmbench_inspect.identity import identified
from llmbench_inspect.named_choice import one_of
from llmbench_inspect.statistics import until_decided
from llmbench_inspect.suites.voice import (
    Way,
    answered_by,
    load_recordings,
    voice_dataset,
    voice_scorers,
)
from llmbench_inspect.telemetry import IDLE_SECONDS, MAX_RETRIES, timed


@task(needs=["jail", "recogniser"], context=4096)
def voice(
    path: Way = "transcribe",
    transcriber: str = "pocketsphinx",
    *,
    sandbox: str = "bwrap",
    data: str | None = None,
    stop_at: float | None = None,
) -> Task:
    """Write functions that are asked for aloud.

    Args:
        path: `transcribe`: a recogniser hears, the model reads; `audio`: the model hears; `text`: the model
            reads the request as it was written, to compare with.
        transcriber: The recogniser: `pocketsphinx`, or `faster-whisper`; the latter may have the name or the
            folder of a model after a slash.
        sandbox: Where answers run: `bwrap` or `docker`.
        data: Folder of recordings to ask in the place of this project's.
        stop_at: A threshold such as 0.8: the run ends when it is certain whether the score reaches it.
    """
    one_of("path", path, get_args(Way))
    recordings = load_recordings(data)
    whole = Task(
        dataset=voice_dataset(recordings, path),
        solver=timed(answered_by(path, transcriber)),
        scorer=voice_scorers(path),
        sandbox=sandbox,
        config=GenerateConfig(
            temperature=0.0, max_tokens=1024, max_retries=MAX_RETRIES, stream_idle_timeout=IDLE_SECONDS
        ),
        version=1,
        metadata={"data": recordings.provenance()},
    )
    return identified(until_decided(whole, stop_at))
