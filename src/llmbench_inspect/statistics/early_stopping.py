"""A run that ends when its verdict is certain: a sequential test as Inspect's `early_stopping`."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final, cast

import numpy as np
from inspect_ai import Task
from inspect_ai.dataset import Sample
from inspect_ai.log import EvalSpec
from inspect_ai.scorer import SampleScore, value_to_float
from inspect_ai.util import EarlyStop
from pydantic import JsonValue

from llmbench_inspect.prerequisite import PrerequisiteError

from .sequential import Verdict, confidence_sequence, sequential_verdict

_TO_FLOAT: Final = value_to_float()
_SEED: Final = 20210707


def until_decided(task: Task, stop_at: float | None, *, scorer: str | None = None) -> Task:
    """Let a task end when it is certain whether its score reaches a threshold.

    Args:
        task: That is changed; its samples come into a random order, always the same.
        stop_at: The threshold, between 0 and 1; `None` leaves the task as it is.
        scorer: Name of a scorer of values from 0 to 1; the first one where it is not given.

    Returns:
        The task.

    Raises:
        PrerequisiteError: The threshold is out of bounds.
    """
    if stop_at is None:
        return task
    try:
        stopping = StopWhenDecided(stop_at, scorer=scorer)
    except (TypeError, ValueError) as error:
        raise PrerequisiteError(
            f"stop_at={stop_at} is not a number between 0 and 1. Give it with: -T stop_at=0.8"
        ) from error
    task.dataset.shuffle(_SEED)
    task.early_stopping = stopping
    return task


class StopWhenDecided:
    """Starts no more samples once it is certain whether a score's mean reaches a threshold.

    For `Task(early_stopping=...)`, and for any scorer of right and wrong, or of values from 0 to 1. A
    sample's value is the mean of its epochs. The log tells the verdict under `results.early_stopping`.

    The samples have to be in a random order (`--sample-shuffle SEED`, or a dataset that is shuffled): the
    first ones speak for all. Samples that end in an error or without a score count as their worst for
    either verdict. The mean of a run that was stopped is a little too far from the threshold; the interval
    in the log allows for that, those of other reports do not.

    Args:
        threshold: What the mean is to reach; with a baseline, how far above it the mean is to lie, below
            it where negative (-0.05: worse by 0.05 at most).
        baseline: Values from 0 to 1 of another run, by sample id. Samples that it has not are not counted.
        scorer: Name of the scorer, the first one where there are several.
        level: 1 less the chance that the verdict is false, whenever it comes.

    Raises:
        ValueError: When the threshold is out of bounds, or a score is not from 0 to 1.
    """

    def __init__(
        self,
        threshold: float,
        *,
        baseline: Mapping[str | int, float] | None = None,
        scorer: str | None = None,
        level: float = 0.95,
    ) -> None:
        least = 0 if baseline is None else -1
        if not least < threshold < 1:
            raise ValueError(f"threshold={threshold:g} is not between {least} and 1")
        self._threshold = threshold
        self._baseline = baseline
        self._scorer = scorer
        self._level = level
        self._begin([], 1)

    def _begin(self, order: Sequence[str | int], epochs: int) -> None:
        self._order = order
        self._places = {identity: place for place, identity in enumerate(order)}
        self._epochs = epochs
        self._scores: dict[str | int, dict[int, float]] = {identity: {} for identity in order}
        bounds = np.array([self._bounds(identity) for identity in order], dtype=np.float64).reshape(-1, 2)
        # What each value is at least and at most, in order, as far as it is known by now.
        self._lows, self._highs = bounds.T.copy()
        self._reached = 0
        self._verdict: Verdict | None = None
        self._decided_after: int | None = None

    async def start_task(self, task: EvalSpec, samples: list[Sample], epochs: int) -> str:  # noqa: ARG002
        """Take the order of the samples."""
        identities = [sample.id for sample in samples if sample.id is not None]
        known = self._baseline
        self._begin([each for each in identities if known is None or each in known], epochs)
        return "stop_when_decided"

    async def schedule_sample(self, id: str | int, epoch: int) -> EarlyStop | None:  # noqa: A002
        """Start no sample after the verdict."""
        if self._verdict is None:
            return None
        return EarlyStop(id=id, epoch=epoch, reason=self._told())

    async def complete_sample(
        self,
        id: str | int,  # noqa: A002
        epoch: int,
        scores: dict[str, SampleScore],
    ) -> None:
        """Count the sample, and decide if that is now possible."""
        score = scores.get(self._scorer) if self._scorer else next(iter(scores.values()), None)
        if id not in self._scores or score is None or self._verdict is not None:
            return
        value = _TO_FLOAT(score.score.value)
        if math.isnan(value):
            return
        if not 0 <= value <= 1:
            raise ValueError(f"sample {id}: {value:g} is not from 0 to 1; name another scorer")
        self._scores[id][epoch] = value
        place = self._places[id]
        self._lows[place], self._highs[place] = self._bounds(id)
        self._reached = max(self._reached, place + 1)
        threshold = self._threshold if self._baseline is None else (self._threshold + 1) / 2
        self._verdict = sequential_verdict(
            self._lows[: self._reached], self._highs[: self._reached], threshold, level=self._level
        )
        if self._verdict is not None:
            self._decided_after = sum(map(bool, self._scores.values()))

    async def complete_task(self) -> dict[str, JsonValue]:
        """Say in the log what was decided, and by how much."""
        told: dict[str, JsonValue] = {
            "verdict": self._verdict or "undecided",
            "threshold": self._threshold,
            "paired": self._baseline is not None,
            "level": self._level,
            "decided_after": self._decided_after,
            "samples": len(self._order),
        }
        complete = self._lows[: self._complete()]
        if len(complete):
            interval = confidence_sequence(complete, level=self._level)
            scale = 1 if self._baseline is None else 2
            shift = 0 if self._baseline is None else -1
            told["interval"] = cast("JsonValue", [round(scale * end + shift, 3) for end in interval])
        return told

    def _told(self) -> str:
        what = "the mean" if self._baseline is None else "the difference from the baseline"
        return f"decided after {self._decided_after} samples: {what} has {self._verdict} {self._threshold:g}"

    def _complete(self) -> int:
        """How many samples in order lie before the first that lacks a score."""
        lacking = (place for place, each in enumerate(self._order) if len(self._scores[each]) < self._epochs)
        return next(lacking, len(self._order))

    def _bounds(self, identity: str | int) -> tuple[float, float]:
        """The least and the most that a sample's value can be, in the scale of the test."""
        seen = self._scores[identity]
        low = min(1.0, sum(seen.values()) / self._epochs)
        high = min(1.0, low + (self._epochs - len(seen)) / self._epochs)
        if self._baseline is None:
            return low, high
        other = self._baseline[identity]
        return (low - other + 1) / 2, (high - other + 1) / 2
