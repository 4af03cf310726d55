"""Makes real logs of a small task on a model that answers by rote: `python rote.py FOLDER`.

A program of its own, because Inspect warns while it runs, and here a warning is an error.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from inspect_ai import Epochs, Task, eval_retry, task
from inspect_ai import eval as run_eval
from inspect_ai.dataset import Sample
from inspect_ai.event import ModelEvent
from inspect_ai.log import list_eval_logs, read_eval_log, write_eval_log
from inspect_ai.model import (
    ChatMessage,
    ChatMessageUser,
    GenerateConfig,
    ModelAPI,
    ModelOutput,
    ModelUsage,
    modelapi,
)
from inspect_ai.scorer import Score, Scorer, Target, accuracy, mean, scorer
from inspect_ai.solver import Generate, Solver, TaskState, solver
from inspect_ai.tool import ToolChoice, ToolInfo

ANSWERS = {
    "rote/alpha": {"a": ["10", "4", "none"], "b": ["5", "error", "1"], "c": ["10", "10", "7"]},
    "rote/beta": {"a": ["0", "0", "0"], "b": ["0", "2", "2"], "c": ["0", "0", "2"]},
}
FAILING: set[str] = set()
"""Prompts that end in an error until they are taken out."""


@modelapi(name="rote")
class Rote(ModelAPI):
    """Answers a prompt `SAMPLE EPOCH` from `ANSWERS`; `beta` does not tell its usage."""

    def __init__(self, model_name: str, *, config: GenerateConfig, **arguments: object) -> None:
        super().__init__(model_name, config=config)

    async def generate(
        self,
        input: list[ChatMessage],  # noqa: A002
        tools: list[ToolInfo],
        tool_choice: ToolChoice,
        config: GenerateConfig,
    ) -> ModelOutput:
        sample, epoch = input[-1].text.split()
        answer = ANSWERS[f"rote/{self.model_name}"].get(sample, ["6"] * 9)[int(epoch) - 1]
        output = ModelOutput.from_content(
            self.model_name, answer, stop_reason="max_tokens" if answer == "1" else "stop"
        )
        if self.model_name != "beta":
            output.usage = ModelUsage(input_tokens=5, output_tokens=10, total_tokens=15)
        return output


@solver
def ask() -> Solver:
    async def solve(state: TaskState, generate: Generate) -> TaskState:
        prompt = f"{state.sample_id} {state.epoch}"
        if prompt in FAILING or (state.model.name, prompt) == ("alpha", "b 2"):
            raise RuntimeError(f"no server for |{prompt}| <b>now</b>")
        state.messages = [ChatMessageUser(content=prompt)]
        return await generate(state)

    return solve


@scorer(metrics=[mean()], range=(0, 10))
def quality() -> Scorer:
    async def score(state: TaskState, target: Target) -> Score:
        if state.output.completion == "none":
            return Score.unscored(reason="checker crashed")
        value = float(state.output.completion)
        return Score(value=value, metadata={"failure_class": None if value == 10 else "types_fail"})

    return score


@scorer(metrics=[accuracy()])
def solved() -> Scorer:
    async def score(state: TaskState, target: Target) -> Score:
        if state.output.completion == "none":
            return Score.unscored(reason="checker crashed")
        return Score(value="C" if state.output.completion == "10" else "I")

    return score


@scorer(metrics=[])
def kind() -> Scorer:
    async def score(state: TaskState, target: Target) -> Score:
        if state.output.completion == "none":
            return Score.unscored(reason="checker crashed")
        return Score(value="full marks" if state.output.completion == "10" else "some mistake")

    return score


@scorer(metrics={"*": [mean()]})
def effort() -> Scorer:
    async def score(state: TaskState, target: Target) -> Score:
        won = state.output.completion == "10"
        return Score(value={"calls": 3, "until_success": state.epoch if won else float("nan")})

    return score


@task
def rote_task(mode: str = "plain", epochs: int = 3) -> Task:
    return Task(
        dataset=[
            Sample(
                id=name, input=name, metadata={"baseline": {"quality": 1.5}, "baseline_label": "unchanged"}
            )
            for name in "abc"
        ],
        solver=ask(),
        scorer=[quality(), solved(), kind(), effort()],
        epochs=Epochs(epochs),
        version=2,
    )


def run(folder: Path, *, model: str, mode: str = "plain", fail_on_error: bool = False) -> None:
    """Run the task, and set the time of every call, which no two runs share."""
    run_eval(
        rote_task(mode=mode),
        model=model,
        log_dir=str(folder),
        fail_on_error=fail_on_error,
        max_samples=1,
        display="none",
    )
    for info in list_eval_logs(str(folder)):
        log = read_eval_log(info)
        for sample in log.samples or []:
            for event in sample.events:
                if isinstance(event, ModelEvent):
                    event.working_time = 0.25
        write_eval_log(log, info.name)


def main(folder: Path) -> None:
    """Make all logs."""
    for model in ANSWERS:
        run(folder / "models", model=model)
    run(folder / "modes", model="rote/alpha", mode="other")
    FAILING.add("c 1")
    run(folder / "unfinished", model="rote/alpha", fail_on_error=True)
    shutil.copytree(folder / "unfinished", folder / "retried")
    FAILING.clear()
    [unfinished] = list_eval_logs(str(folder / "retried"))
    eval_retry(unfinished.name, log_dir=str(folder / "retried"), fail_on_error=False, display="none")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
