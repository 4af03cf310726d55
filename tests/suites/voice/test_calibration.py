"""Every request is well posed: its reference passes, its wrong answer fails; recordings are as described."""

from __future__ import annotations

import io
import json
import wave
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from llmbench_inspect.judging import Problem, Verdict
from llmbench_inspect.prerequisite import PrerequisiteError
from llmbench_inspect.suites.voice import load_recordings, voice_dataset
from llmbench_inspect.suites.voice.noise import SPEECH_LEVEL, at_level

JudgeAll = Callable[..., list[Verdict]]

RECORDINGS = load_recordings()


def _samples(content: bytes) -> np.ndarray:
    with wave.open(io.BytesIO(content)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 16000)
        return np.frombuffer(file.readframes(file.getnframes()), dtype="<i2")


def _decibels(samples: np.ndarray) -> float:
    return 10 * np.log10(np.mean(np.square(samples.astype(float))) / 32768**2)


def test_references_pass_and_wrong_answers_do_not(judge_all: JudgeAll) -> None:
    problems = [Problem.model_validate(sample.metadata) for sample in voice_dataset(RECORDINGS, "text")]
    requests = [RECORDINGS.requests[recording.request] for recording in RECORDINGS.recordings]
    right = judge_all([(problem, problem.reference) for problem in problems])
    assert [verdict.failure for verdict in right] == [None] * 24
    wrong = judge_all([(problem, one.wrong) for problem, one in zip(problems, requests, strict=True)])
    assert {verdict.passed for verdict in wrong} == {False}
    idle = judge_all([(problem, "I did not hear anything.") for problem in problems])
    assert {verdict.failure for verdict in idle} == {"no_code"}


def test_each_request_is_recorded_once_and_groups_are_of_one_size() -> None:
    recordings = RECORDINGS.recordings
    assert {recording.request for recording in recordings} == set(RECORDINGS.requests)
    assert len(recordings) == len(RECORDINGS.requests) == 24
    assert set(Counter((one.voice, one.noise) for one in recordings).values()) == {2}
    assert len({one.voice for one in recordings}) == 4
    assert all(one.synthetic for one in recordings)


def test_recordings_are_as_they_are_described() -> None:
    for recording in RECORDINGS.recordings:
        samples = _samples((RECORDINGS.folder / recording.audio).read_bytes())
        assert len(samples) / 16000 == pytest.approx(recording.seconds, abs=0.001)
        assert 2 < recording.seconds < 6
        # Speech and noise do not depend on one another, so that their powers add up.
        share = 0 if recording.snr_db is None else 10 ** (-recording.snr_db / 10)
        assert _decibels(samples) == pytest.approx(SPEECH_LEVEL + 10 * np.log10(1 + share), abs=0.1)


@pytest.mark.parametrize("snr_db", [0.0, 15.0, 30.0])
def test_the_noise_is_as_far_below_the_speech_as_is_said(snr_db: float) -> None:
    speech = (3000 * np.sin(np.arange(32000) / 9)).astype(np.int16)
    quiet, noisy = (at_level(speech, snr_db=db, seed=1).astype(float) for db in (None, snr_db))
    assert _decibels(quiet) == pytest.approx(SPEECH_LEVEL, abs=0.01)
    assert _decibels(quiet) - _decibels(noisy - quiet) == pytest.approx(snr_db, abs=0.1)


def test_silence_has_no_ratio_to_noise() -> None:
    with pytest.raises(ValueError, match="no sound"):
        at_level(np.zeros(100, dtype=np.int16), snr_db=None, seed=1)


def _own_folder(folder: Path, change: Callable[[dict[str, object]], None]) -> str:
    """A folder with one recording, its description changed."""
    first = RECORDINGS.recordings[0]
    (folder / "audio").mkdir()
    (folder / first.audio).write_bytes((RECORDINGS.folder / first.audio).read_bytes())
    (folder / "requests.jsonl").write_bytes((RECORDINGS.folder / "requests.jsonl").read_bytes())
    line = json.loads(first.model_dump_json())
    change(line)
    (folder / "recordings.jsonl").write_text(json.dumps(line) + "\n")
    return str(folder)


def test_a_folder_of_ones_own(tmp_path: Path) -> None:
    own = load_recordings(_own_folder(tmp_path, lambda line: line.update(voice="Ada", synthetic=False)))
    assert [one.voice for one in own.recordings] == ["Ada"]
    assert own.provenance() == {"source": str(tmp_path), "digest": own.digest, "recordings": 1}
    assert own.digest != RECORDINGS.digest


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"sha256": "0" * 64}, "is not the file"),
        ({"audio": "audio/none.wav"}, "No such file"),
        ({"request": "sonnet"}, "there is no request 'sonnet'"),
        ({"snr_db": "loud"}, "line 1: snr_db"),
    ],
)
def test_a_folder_that_is_not_as_it_says(tmp_path: Path, change: dict[str, object], message: str) -> None:
    with pytest.raises(PrerequisiteError, match=message):
        load_recordings(_own_folder(tmp_path, lambda line: line.update(change)))
