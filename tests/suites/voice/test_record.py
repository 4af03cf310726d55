"""The script that makes the recordings makes these."""

from __future__ import annotations

import shutil
from collections import Counter
from itertools import islice

import numpy as np
import pytest

from llmbench_inspect.suites.voice import load_recordings
from llmbench_inspect.suites.voice.record import plan, record
from llmbench_inspect.suites.voice.sound import samples_of

RECORDINGS = load_recordings()
REQUESTS = list(RECORDINGS.requests.values())


def test_the_plan_is_what_was_recorded() -> None:
    planned = [(one.id, voice, snr_db) for one, voice, snr_db in plan(REQUESTS, crossed=False)]
    assert planned == [(one.request, one.voice, one.snr_db) for one in RECORDINGS.recordings]


def test_crossed_everybody_says_everything() -> None:
    planned = Counter((one.id, voice, snr_db) for one, voice, snr_db in plan(REQUESTS, crossed=True))
    assert len(planned) == 24 * 4 * 3
    assert set(planned.values()) == {1}


@pytest.mark.skipif(not shutil.which("flite"), reason="needs flite: apt-get install flite")
def test_the_same_sound_again() -> None:
    for request, voice, snr_db in islice(plan(REQUESTS, crossed=False), 6):
        [known] = [one for one in RECORDINGS.recordings if one.request == request.id]
        before = np.frombuffer(samples_of((RECORDINGS.folder / known.audio).read_bytes()), dtype="<i2")
        again = np.frombuffer(samples_of(record(request, voice, snr_db)), dtype="<i2")
        # Other versions of flite differ in some samples.
        assert again.size == pytest.approx(before.size, rel=0.02)
        assert np.std(again.astype(float)) == pytest.approx(np.std(before.astype(float)), rel=0.02)
