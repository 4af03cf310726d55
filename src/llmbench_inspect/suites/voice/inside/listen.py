"""The process that transcribes: a transcriber, loaded once, and a line of JSON for each recording.

Started by its path with the names of the transcriber and of its model, so that it imports nothing else.
"""

from __future__ import annotations

import json
import os
import sys
import wave
from collections.abc import Callable
from importlib import import_module
from time import perf_counter
from typing import Any

Hear = Callable[[bytes], str]
"""Makes words of mono 16-bit samples, 16,000 a second."""

_WARM_UP = bytes(16000)
"""Half a second of silence."""


def _pocketsphinx(_: str) -> Hear:
    pocketsphinx: Any = import_module("pocketsphinx")
    decoder = pocketsphinx.Decoder(samprate=16000.0, cmn="batch", loglevel="FATAL")

    def hear(samples: bytes) -> str:
        # It learns a speaker's noise as it goes; each recording is to be heard as if it were the first.
        decoder.reinit_feat()
        decoder.start_utt()
        decoder.process_raw(samples, full_utt=True)
        decoder.end_utt()
        hypothesis = decoder.hyp()
        return hypothesis.hypstr if hypothesis is not None else ""

    return hear


def _faster_whisper(model: str) -> Hear:
    numpy: Any = import_module("numpy")
    faster_whisper: Any = import_module("faster_whisper")
    loaded = faster_whisper.WhisperModel(model, device="auto", compute_type="auto")

    def hear(samples: bytes) -> str:
        sound = numpy.frombuffer(samples, dtype="<i2").astype(numpy.float32) / 32768
        segments, _ = loaded.transcribe(sound, language="en", beam_size=5)
        return " ".join(segment.text.strip() for segment in segments)

    return hear


_LOAD: dict[str, Callable[[str], Hear]] = {"pocketsphinx": _pocketsphinx, "faster-whisper": _faster_whisper}


def _heard(hear: Hear, audio: str) -> dict[str, Any]:
    with wave.open(audio) as file:
        samples = file.readframes(file.getnframes())
    start = perf_counter()
    text = hear(samples)
    return {"text": text.strip(), "seconds": perf_counter() - start}


def main(name: str, model: str) -> None:
    """Answer until there is nobody who asks; what goes wrong is an answer too."""
    hear: Hear | None = None
    # What a library prints must not come between the answers.
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as answers:
        os.dup2(2, 1)
        for line in sys.stdin:
            try:
                if hear is None:
                    hear = _LOAD[name](model)
                    hear(_WARM_UP)
                answer = _heard(hear, json.loads(line))
            except Exception as error:  # noqa: BLE001 - told to who asked
                answer = {"error": f"{type(error).__name__}: {error}"}
            answers.write(json.dumps(answer) + "\n")
            answers.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
