"""Makes real logs of a task in which much happens: `python eventful.py FOLDER`; a program as rote.py is."""

from __future__ import annotations

import asyncio
import shutil
import sys
from pathlib import Path

from inspect_ai import Epochs, Task, task
from inspect_ai import eval as run_eval
from inspect_ai.dataset import Sample
from inspect_ai.model import (
    ChatMessage,
    ChatMessageUser,
    GenerateConfig,
    ModelAPI,
    ModelOutput,
    ModelUsage,
    get_model,
    modelapi,
)
from inspect_ai.scorer import Score, Scorer, Target, accuracy, mean, scorer
from inspect_ai.solver import Generate, Solver, TaskState, chain, solver, use_tools
from inspect_ai.tool import Tool, ToolChoice, ToolInfo, tool
from inspect_ai.util import StoreModel, store_as
from pydantic import Field

from llmbench_inspect.telemetry import timed, timed_call

LONG = 'He said: "x": NaN, [-Infinity] \\" and so on. ' * 200
FAILED: set[str] = set()
RUNNING: list[Path] = []
"""From where to where the log is copied while it runs."""


@modelapi(name="eventful")
class Eventful(ModelAPI):
    """Calls the tool once, then answers; tells all kinds of tokens."""

    def __init__(self, model_name: str, *, config: GenerateConfig, **arguments: object) -> None:
        super().__init__(model_name, config=config)

    async def generate(
        self,
        input: list[ChatMessage],  # noqa: A002
        tools: list[ToolInfo],
        tool_choice: ToolChoice,
        config: GenerateConfig,
    ) -> ModelOutput:
        await asyncio.sleep(0.001)
        if input[-1].text == "fail":
            raise RuntimeError("the server is gone")
        if tools and input[-1].role == "user":
            output = ModelOutput.for_tool_call(self.model_name, "look", {"at": "x" * 2000})
        else:
            output = ModelOutput.from_content(
                self.model_name, LONG, stop_reason="max_tokens" if input[0].text == "cut" else "stop"
            )
        output.usage = ModelUsage(
            input_tokens=50,
            output_tokens=20,
            total_tokens=177,
            input_tokens_cache_read=100,
            input_tokens_cache_write=7,
            reasoning_tokens=5,
            total_cost=0.125,
        )
        output.metadata = {"timings": {"load_s": 0.25}, "long": "y" * 9000}
        return output


@tool
def look() -> Tool:
    async def execute(at: str) -> str:
        """Look at something.

        Args:
            at: What.
        """
        return "cut" if len(at) > 3000 else "seen " + LONG

    return execute


class Work(StoreModel):
    """What a suite wants shown."""

    steps: int = 0
    notes: list[str] = Field(default_factory=list)


@solver
def live() -> Solver:
    async def solve(state: TaskState, generate: Generate) -> TaskState:
        if state.sample_id == "flaky" and f"{state.epoch}" not in FAILED:
            await get_model().generate("before the fault")
            FAILED.add(f"{state.epoch}")
            raise RuntimeError("the first time is always hard")
        if state.sample_id == "broken":
            await timed_call(get_model(), [ChatMessageUser(content="fail")])
        work = store_as(Work)
        work.steps, work.notes = state.epoch, ["n" * 10, "n" * 5000]
        if state.sample_id == 12 and state.epoch == 2 and RUNNING:
            shutil.copytree(RUNNING[0], RUNNING[1])
        return state

    return solve


@scorer(metrics=[accuracy()], range=(0, 1))
def judged() -> Scorer:
    async def score(state: TaskState, target: Target) -> Score:
        verdict = await get_model(role="grader").generate("Is it right?")
        return Score(
            value="C" if state.sample_id == 12 else "I",
            answer='"a": NaN',
            explanation=verdict.completion,
            metadata={
                "failure_class": None if state.sample_id == 12 else "wrong_answer",
                "nan": float("nan"),
                "limit": "steps" if state.sample_id == "flaky" else None,
            },
        )

    return score


@scorer(metrics={"*": [mean()]})
def parts() -> Scorer:
    async def score(state: TaskState, target: Target) -> Score:
        return Score(
            value={"calls": len(state.messages), "until": float("nan"), "word": "late", "yes": True},
            reason="grader_failed" if state.epoch == 2 else None,
        )

    return score


@scorer(metrics=[])
def listed() -> Scorer:
    async def score(state: TaskState, target: Target) -> Score:
        if state.epoch == 2:
            return Score.unscored(reason="no_response", explanation='in JSON: {"value": NaN}')
        return Score(value=[1, "two", 3.5])

    return score


@task
def eventful_task(depth: int = 3, text: str = 'a "quoted" NaN') -> Task:
    return Task(
        dataset=[
            Sample(
                id=12,
                input="one",
                target="x",
                metadata={"depth": 3, "text": "z" * 5000, "nested": [1, {"a": 2}]},
            ),
            Sample(id="a/b ü_epoch_1.json", input="cut", target="x"),
            Sample(id="flaky", input="three", target="x"),
            Sample(id="broken", input="four", target="x"),
            Sample(id="long talk", input="five", target="x"),
        ],
        solver=chain(live(), use_tools(look()), timed(_asks())),
        scorer=[judged(), parts(), listed()],
        epochs=Epochs(2),
        message_limit=7,
        metadata={"data": {"digest": "abc"}},
        tags=["nightly", "a"],
        version="1.2",
    )


@solver
def _asks() -> Solver:
    async def solve(state: TaskState, generate: Generate) -> TaskState:
        state = await generate(state, cache=state.sample_id == "flaky")
        while state.sample_id == "long talk":
            state.messages.append(ChatMessageUser(content="go on"))
            state = await generate(state)
        return state

    return solve


def main(folder: Path) -> None:
    """Make all logs."""
    for log_format in ("eval", "json"):
        FAILED.clear()
        if log_format == "eval":
            RUNNING[:] = [folder / "eval", folder / "running"]
        run_eval(
            eventful_task(depth=4),
            model="eventful/one",
            model_roles={"grader": get_model("eventful/judge")},
            log_dir=str(folder / log_format),
            log_format=log_format,
            log_buffer=1,
            max_samples=1,
            fail_on_error=False,
            retry_on_error=1,
            max_retries=1,
            temperature=0.5,
            display="none",
        )
        RUNNING.clear()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
