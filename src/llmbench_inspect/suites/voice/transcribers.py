"""Speech to text on this machine, in a process of its own so that no other sample waits."""

from __future__ import annotations

import atexit
import json
import subprocess
import sys
from importlib.metadata import version
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Final, NamedTuple, cast

import anyio.to_thread
from inspect_ai.util import concurrency

from llmbench_inspect.child_process import ChildProcess
from llmbench_inspect.named_choice import one_of
from llmbench_inspect.named_path import path_from_shell
from llmbench_inspect.prerequisite import PrerequisiteError

WHISPER_MODEL: Final = "base.en"
"""What faster-whisper loads where no model is named."""

INSTALL: Final = "pip install 'llmbench-inspect[voice]'"
"""Brings pocketsphinx."""

_PACKAGES: Final = {
    "pocketsphinx": ("pocketsphinx", INSTALL),
    "faster-whisper": ("faster_whisper", "pip install faster-whisper"),
}


class Transcriber(NamedTuple):
    """A recogniser of speech."""

    name: str
    model: str = ""
    """The model it loads, or a folder that holds one; empty where it brings its own."""

    @property
    def release(self) -> str:
        """The name with its version and its model."""
        return f"{self.name} {version(self.name)} {self.model}".rstrip()


class Heard(NamedTuple):
    """What a transcriber made of a recording."""

    text: str
    """The words, as it writes them; empty where it heard none."""
    seconds: float
    """From the samples to the words, with the transcriber loaded and nothing else to transcribe."""


def named_transcriber(named: str) -> Transcriber:
    """The transcriber of a name such as `pocketsphinx`, `faster-whisper` or `faster-whisper/tiny.en`.

    Raises:
        PrerequisiteError: There is none of that name, or it is not installed.
    """
    name, _, model = named.partition("/")
    one_of("transcriber", name, _PACKAGES)
    module, install = _PACKAGES[name]
    if find_spec(module) is None:
        raise PrerequisiteError(f"transcriber='{named}' needs a Python package that is not here: {install}")
    if name == "pocketsphinx":
        return Transcriber(name)
    folder = path_from_shell(model or WHISPER_MODEL)
    return Transcriber(name, str(folder) if folder.is_dir() else model or WHISPER_MODEL)


async def transcribe(by: Transcriber, audio: Path) -> Heard:
    """Transcribe a recording, one at a time in this process: others would make it slower.

    Args:
        by: By what.
        audio: A WAV file as recordings are.

    Raises:
        PrerequisiteError: The transcriber cannot be loaded, or fails.
    """
    async with concurrency("transcription", 1):
        if by not in _ears:
            _ears[by] = _Ear(by)
        try:
            return await anyio.to_thread.run_sync(_ears[by].hear, audio, abandon_on_cancel=True)
        except BaseException:
            # What it may still answer is not to be taken for the answer to the next question.
            _ears.pop(by).end()
            raise


class _Ear:
    """The other process."""

    def __init__(self, by: Transcriber) -> None:
        self._by = by
        program = Path(str(files("llmbench_inspect.suites.voice.inside"))) / "listen.py"
        self._child = ChildProcess(
            [sys.executable, program, by.name, by.model], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self._asking = cast("IO[bytes]", self._child.popen.stdin)
        self._answers = cast("IO[bytes]", self._child.popen.stdout)

    def hear(self, audio: Path) -> Heard:
        self._asking.write(json.dumps(str(audio)).encode() + b"\n")
        self._asking.flush()
        answer = json.loads(self._answers.readline() or '{"error": "its process ended"}')
        if "error" in answer:
            raise PrerequisiteError(f"{self._by.release} cannot transcribe {audio}: {answer['error']}")
        return Heard(answer["text"], answer["seconds"])

    def end(self) -> None:
        self._child.kill()
        self._asking.close()
        self._answers.close()


_ears: Final[dict[Transcriber, _Ear]] = {}


@atexit.register
def _end_all() -> None:
    while _ears:
        _ears.popitem()[1].end()
