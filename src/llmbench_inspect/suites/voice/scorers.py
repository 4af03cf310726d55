"""The scores of a recording: whether the code does what was asked, what was misheard, how long it took."""

from __future__ import annotations

from typing import Final

from inspect_ai.scorer import Metric, Score, Scorer, Target, accuracy, scorer
from inspect_ai.solver import TaskState

from llmbench_inspect.judging import JudgingError, judging_failed, pass_score, sample_verdict
from llmbench_inspect.suites.voice.dataset import Way
from llmbench_inspect.suites.voice.metrics import pass_rate, pass_rate_by_hearing, seconds, words_wrong
from llmbench_inspect.suites.voice.solvers import Transcription
from llmbench_inspect.suites.voice.words import WordErrors, word_errors
from llmbench_inspect.telemetry import ModelCalls

_GROUPS: Final = ("noise", "voice")
_TIMES: Final[list[Metric]] = [seconds(), *(seconds(by) for by in _GROUPS)]
_NOT_CALLED: Final = Score.unscored(reason="no_call", explanation="no call of the model was timed")
_RATES: Final[list[Metric]] = [
    accuracy(),
    pass_rate(),
    pass_rate_by_hearing(),
    *(pass_rate(by) for by in _GROUPS),
]


def voice_scorers(path: Way) -> list[Scorer]:
    """What is scored on a path; without a transcription there are no word errors and no time of its own."""
    if path != "transcribe":
        return [request_met(), generation_seconds()]
    return [
        request_met(),
        word_error_rate(),
        transcription_seconds(),
        generation_seconds(),
        answer_seconds(),
    ]


def _errors(state: TaskState) -> WordErrors | None:
    words = state.store_as(Transcription).words
    return None if words is None else word_errors(state.metadata["text"], words)


@scorer(metrics=_RATES, range=(0, 1))
def request_met() -> Scorer:
    """1 when the answer passes all tests of the function that was asked for, else 0."""

    async def score(state: TaskState, target: Target) -> Score:  # noqa: ARG001
        verdict, errors = await sample_verdict(state), _errors(state)
        if isinstance(verdict, JudgingError):
            return judging_failed(verdict)
        return pass_score(verdict, state.output, word_errors=errors and errors.errors)

    return score


@scorer(metrics=[words_wrong(), *(words_wrong(by) for by in _GROUPS)])
def word_error_rate() -> Scorer:
    """Words that the recogniser got wrong, left out or added, over those that were said; may be above 1."""

    async def score(state: TaskState, target: Target) -> Score:  # noqa: ARG001
        errors = _errors(state)
        if errors is None:
            return _not_heard()
        return Score(
            value=errors.errors / errors.words,
            answer=state.store_as(Transcription).words,
            explanation=errors.alignment,
            metadata={
                "errors": errors.errors,
                "words": errors.words,
                "substitutions": errors.substitutions,
                "deletions": errors.deletions,
                "insertions": errors.insertions,
                "transcriber": state.store_as(Transcription).by,
            },
        )

    return score


@scorer(metrics=_TIMES)
def transcription_seconds() -> Scorer:
    """Seconds from a recording to its words."""

    async def score(state: TaskState, target: Target) -> Score:  # noqa: ARG001
        transcription = state.store_as(Transcription).seconds
        if transcription is None:
            return _not_heard()
        return Score(value=transcription, metadata={"audio_seconds": state.metadata["seconds"]})

    return score


@scorer(metrics=_TIMES)
def generation_seconds() -> Scorer:
    """Seconds of the calls of the model, without waits for a connection or before a retry."""

    async def score(state: TaskState, target: Target) -> Score:  # noqa: ARG001
        calls = state.store_as(ModelCalls).calls
        return Score(value=sum(call.seconds for call in calls)) if calls else _NOT_CALLED

    return score


@scorer(metrics=_TIMES)
def answer_seconds() -> Scorer:
    """Seconds from a recording to the answer: of the transcription and of the calls."""

    async def score(state: TaskState, target: Target) -> Score:  # noqa: ARG001
        transcription = state.store_as(Transcription).seconds
        calls = state.store_as(ModelCalls).calls
        if transcription is None:
            return _not_heard()
        return Score(value=transcription + sum(call.seconds for call in calls)) if calls else _NOT_CALLED

    return score


def _not_heard() -> Score:
    return Score.unscored(reason="not_transcribed", explanation="the recogniser was not asked")
