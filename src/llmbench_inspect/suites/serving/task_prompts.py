"""Prompts that another task asks and judges: any task that Inspect knows by name."""

from __future__ import annotations

import math
from copy import deepcopy
from typing import Final

from inspect_ai import Task
from inspect_ai.dataset import Sample
from inspect_ai.model import ChatMessage, ChatMessageUser, Model
from inspect_ai.scorer import Scorer, Target, value_to_float
from inspect_ai.solver import Solver, TaskState
from inspect_ai.util import registry_create, registry_info

from llmbench_inspect.prerequisite import PrerequisiteError
from llmbench_inspect.suites.serving.cells import Cell
from llmbench_inspect.suites.serving.requests import Ask, Request
from llmbench_inspect.telemetry import timed

_MEND: Final = (
    "Give a task of one question and one judged answer with: -T prompts_from=llmbench_inspect/gsm8k"
)


class TaskPrompts:
    """The samples of a task, solved by its solver and judged by its scorer.

    Args:
        name: What the task is registered as.

    Raises:
        PrerequisiteError: When there is no such task, or its samples are no single requests.
    """

    def __init__(self, name: str) -> None:
        try:
            task = registry_create("task", name)
        except LookupError as error:
            raise PrerequisiteError(f"prompts_from: there is no task '{name}'. {_MEND}") from error
        self.task: Task = task
        self._samples: list[Sample] = list(task.dataset)
        self._solver: Solver = timed(task.solver)
        self._scorer: Scorer = _judge(task, name)
        if not self._samples or task.setup is not None:
            raise PrerequisiteError(
                f"prompts_from: '{name}' has {'a setup' if self._samples else 'no samples'}. {_MEND}"
            )
        for sample in self._samples:
            if sample.sandbox is not None or sample.files or sample.setup:
                raise PrerequisiteError(
                    f"prompts_from: sample {sample.id} of '{name}' has files or a sandbox of its own. {_MEND}"
                )

    async def asks(
        self,
        cell: Cell,  # noqa: ARG002
        count: int,
        *,
        sample: TaskState,
        part: int,
        model: Model,  # noqa: ARG002
    ) -> list[Ask]:
        """Make requests, of other samples in each round as far as there are enough.

        Args:
            cell: What they are for.
            count: How many.
            sample: The cell's state, of whose epoch they are.
            part: Which of the cell's loads.
            model: Who is asked.
        """
        first = (sample.epoch - 1 + part) * count
        return [
            Ask(
                state=_state(self._samples[(first + index) % len(self._samples)], sample, number=index + 1),
                solver=self._solver,
            )
            for index in range(count)
        ]

    async def right(self, request: Request) -> bool | None:
        """Whether an answer is right; `None` where the scorer cannot tell."""
        state = request.ask.state
        score = await self._scorer(state, state.target)
        if score is None or not isinstance(score.value, str | int | float | bool):
            return None
        value = value_to_float()(score.value)
        return None if math.isnan(value) else value == 1


def _judge(task: Task, name: str) -> Scorer:
    """The first of the task's scorers that says right or wrong."""
    for scorer in task.scorer or ():
        limits = registry_info(scorer).metadata.get("range")
        if limits is None or tuple(limits) == (0, 1):
            return scorer
    raise PrerequisiteError(f"prompts_from: '{name}' has no scorer that says right or wrong. {_MEND}")


def _state(asked: Sample, sample: TaskState, *, number: int) -> TaskState:
    messages: list[ChatMessage]
    messages = asked.input if isinstance(asked.input, list) else [ChatMessageUser(content=asked.input)]
    return TaskState(
        model=sample.model,
        sample_id=asked.id or number,
        epoch=sample.epoch,
        input=asked.input,
        messages=deepcopy(messages),
        target=Target(asked.target),
        choices=asked.choices,
        metadata=deepcopy(asked.metadata),
    )
