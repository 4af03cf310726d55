"""WAV files of the one kind that recordings have: mono, 16 bits, 16,000 samples a second."""

from __future__ import annotations

import io
import wave
from typing import Final

RATE: Final = 16000
"""Samples a second."""
_KIND: Final = (1, 2, RATE)


def samples_of(content: bytes) -> bytes:
    """The samples of a WAV file, two bytes each, the low one first.

    Raises:
        ValueError: It is none, or of another kind.
    """
    try:
        with wave.open(io.BytesIO(content)) as file:
            found = (file.getnchannels(), file.getsampwidth(), file.getframerate())
            samples = file.readframes(file.getnframes())
    except (wave.Error, EOFError) as error:
        raise ValueError(f"no WAV file: {error or 'it is too short'}") from None
    if found != _KIND:
        raise ValueError(f"{found[0]} channels of {8 * found[1]} bits, {found[2]} samples a second")
    return samples


def wav_file(samples: bytes) -> bytes:
    """A WAV file of such samples."""
    content = io.BytesIO()
    with wave.open(content, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples)
    return content.getvalue()
