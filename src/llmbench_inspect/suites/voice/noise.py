"""Speech in noise at a stated ratio, as 16-bit samples."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

SPEECH_LEVEL: Final = -26.0
"""Root mean square of the speech, in decibels under full scale: the usual one for tests of telephony."""

_FULL_SCALE: Final = 32768


def at_level(speech: NDArray[np.int16], *, snr_db: float | None, seed: int) -> NDArray[np.int16]:
    """Bring speech to `SPEECH_LEVEL` and lay pink noise over it.

    Args:
        speech: Its samples; the pauses in it count as speech.
        snr_db: Decibels from the mean power of the speech down to that of the noise; `None` for no noise.
        seed: Chooses the noise.

    Raises:
        ValueError: When nothing is heard in the speech, or the sum does not fit into 16 bits.
    """
    level = np.sqrt(np.mean(np.square(speech.astype(np.float64)))) if speech.size else 0.0
    if not level:
        raise ValueError("there is no sound in it")
    wanted = _FULL_SCALE * 10 ** (SPEECH_LEVEL / 20)
    mixed = speech * (wanted / level)
    if snr_db is not None:
        mixed = mixed + _pink(speech.size, seed) * (wanted * 10 ** (-snr_db / 20))
    rounded = np.rint(mixed)
    if np.abs(rounded).max() >= _FULL_SCALE:
        raise ValueError("speech and noise together are louder than 16 bits can hold")
    return rounded.astype(np.int16)


def _pink(size: int, seed: int) -> NDArray[np.float64]:
    """Noise whose power falls by 3 dB an octave, of root mean square 1."""
    spectrum = np.fft.rfft(np.random.default_rng(seed).standard_normal(size))
    spectrum[0] = 0
    spectrum[1:] /= np.sqrt(np.arange(1, spectrum.size))
    noise = np.fft.irfft(spectrum, size)
    return noise / np.sqrt(np.mean(np.square(noise)))
