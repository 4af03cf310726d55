"""Makes the recordings: `python -m llmbench_inspect.suites.voice.record [--crossed] [FOLDER]`.

Debian's package `flite` speaks (A. W. Black and K. A. Lenzo, "Flite: a small fast run-time synthesis engine",
2001): `apt-get install flite`. The same version of it on the same kind of machine makes the same bytes.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path
from typing import Final

import click
import numpy as np
from numpy.typing import NDArray

from llmbench_inspect.suites.voice.noise import at_level
from llmbench_inspect.suites.voice.recordings import (
    RECORDINGS,
    REQUESTS,
    Recording,
    SpokenRequest,
    committed_folder,
    read_lines,
    written,
)
from llmbench_inspect.suites.voice.sound import RATE, samples_of, wav_file

VOICES: Final = ("slt", "rms", "awb", "kal16")
"""Voices of flite at that rate: a woman and three men, one of them Scottish; the last is made of diphones."""
NOISES: Final[tuple[float | None, ...]] = (None, 20.0, 15.0)
"""Decibels from speech down to noise."""


Take = tuple[SpokenRequest, str, float | None]
"""What is said, by which voice, how many decibels above the noise."""


def plan(requests: Sequence[SpokenRequest], *, crossed: bool) -> Iterator[Take]:
    """Who speaks each request, in how much noise.

    Args:
        requests: What is said.
        crossed: Whether every voice speaks every request in every noise. Otherwise each is spoken once, and
            every pair of a voice and a noise has as many requests as any other.
    """
    pairs = list(product(VOICES, NOISES))
    for number, request in enumerate(requests):
        for voice, snr_db in pairs if crossed else [pairs[number % len(pairs)]]:
            yield request, voice, snr_db


def record(request: SpokenRequest, voice: str, snr_db: float | None) -> bytes:
    """The WAV file of a request: with nothing but the request in it, or noise over it.

    Raises:
        click.ClickException: flite is missing or does not know the voice.
    """
    if not shutil.which("flite"):
        raise click.ClickException("flite is missing: apt-get install flite")
    done = subprocess.run(
        ["flite", "-voice", voice, "-t", request.text, "-o", "/dev/stdout"], capture_output=True, check=False
    )
    if done.returncode:
        raise click.ClickException(f"flite: {done.stderr.decode(errors='replace').strip()}")
    mixed = at_level(_samples(done.stdout), snr_db=snr_db, seed=_seed(request.id, voice))
    return wav_file(mixed.astype("<i2").tobytes())


def _seed(*names: str) -> int:
    return int.from_bytes(hashlib.sha256("/".join(names).encode()).digest()[:4], "big")


def _samples(content: bytes) -> NDArray[np.int16]:
    return np.frombuffer(samples_of(content), dtype="<i2")


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default=committed_folder())
@click.option("--crossed", is_flag=True, help="Every voice speaks every request in every noise.")
def main(folder: Path, crossed: bool) -> None:
    """Have flite speak the requests into FOLDER."""
    requests = committed_folder() / REQUESTS
    (folder / "audio").mkdir(parents=True, exist_ok=True)
    recordings: list[Recording] = []
    for request, voice, snr_db in plan(read_lines(requests, SpokenRequest), crossed=crossed):
        content = record(request, voice, snr_db)
        name = f"{request.id}-{voice}-{'quiet' if snr_db is None else f'{snr_db:g}db'}.wav"
        (folder / "audio" / name).write_bytes(content)
        recordings.append(
            Recording(
                request=request.id,
                voice=voice,
                snr_db=snr_db,
                audio=f"audio/{name}",
                seconds=round(len(_samples(content)) / RATE, 3),
                sha256=hashlib.sha256(content).hexdigest(),
                synthetic=True,
            )
        )
    if folder.resolve() != requests.parent.resolve():
        shutil.copyfile(requests, folder / REQUESTS)
    (folder / RECORDINGS).write_text(written(recordings), encoding="utf-8")
    click.echo(f"{len(recordings)} recordings in {folder}")


if __name__ == "__main__":
    main()
