"""Models that read a prompt as a careful person would, behind servers of known habits."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from inspect_ai import Task
from inspect_ai import eval as inspect_eval
from inspect_ai.log import EvalLog
from inspect_ai.model import ChatMessage, GenerateConfig, ModelOutput, ModelUsage, get_model
from inspect_ai.scorer import Score

from llmbench_inspect.suites.longcontext.tokens import estimate

FRAME = 21
"""Tokens that the server counts beyond the text."""


def read(prompt: str) -> str:
    """The right answer to a prompt, from what stands in it."""
    asked = prompt.rsplit("\n\n", 1)[1]
    if "READY" in asked:
        return "READY"
    if "check word" in asked:
        return " ".join(re.findall(r"Check word \w+ the text: (\w+)", prompt))
    if "access key" in asked:
        keys = dict(re.findall(r"key of the depot (\w+) is ([\w-]+)\.", prompt))
        return "\n".join(keys[depot] for depot in re.findall(r"[A-Z]\w+", asked) if depot in keys) or "none"
    if "project" in asked:
        [project] = re.findall(r"leader of project (\w+ \w+)", asked)
        [leader] = re.findall(rf"Project {project} is led by (\w+ \w+)\.", prompt)
        return re.findall(rf"{leader} has an office in (\w+)\.", prompt)[0]
    return follow(prompt, asked)


def follow(prompt: str, asked: str) -> str:
    """Where a chain of calls ends in the made-up code base."""
    name = re.findall(r"`(\w+)\(", asked)[0]
    while True:
        body = prompt.split(f"def {name}(", 1)[1].split("\ndef ", 1)[0]
        if ended := re.search(r'return "([\w-]+)"', body):
            return ended[1]
        name = re.findall(r"return (\w+)\(", body)[0]


@dataclass
class Server:
    """A server with a tokenizer of its own, and a window of its own."""

    ratio: float = 1.2
    """Its tokens for each of tiktoken's."""
    window: int = 10_000_000
    """Tokens of which it reads no more: from the end, and the rest is lost without a word."""
    counts: Callable[[int, int], int] = lambda read, sent: read
    """What it reports, from what it read and what it was sent; 0 is nothing."""
    answers: Callable[[str], str] = read
    prompts: list[str] = field(default_factory=list)
    """As they were sent."""

    def __call__(
        self, messages: list[ChatMessage], tools: Any, tool_choice: Any, config: GenerateConfig
    ) -> ModelOutput:
        sent = messages[-1].text
        self.prompts.append(sent)
        tokens = round(self.ratio * estimate(sent)) + FRAME
        kept = sent if tokens <= self.window else sent[-int(len(sent) * self.window / tokens) :]
        output = ModelOutput.from_content("mockllm/model", self.answers(kept))
        counted = self.counts(min(tokens, self.window), tokens)
        # Where there is no usage at all, mockllm counts by itself, with a download.
        output.usage = ModelUsage(input_tokens=counted, output_tokens=5, total_tokens=counted + 5)
        return output


@dataclass
class Ran:
    """A run to its end."""

    log: EvalLog
    server: Server

    @property
    def metrics(self) -> dict[str, dict[str, float]]:
        assert self.log.results is not None
        return {
            score.name: {name: metric.value for name, metric in score.metrics.items()}
            for score in self.log.results.scores
        }

    def scores(self, scorer: str) -> dict[str, Score]:
        """The score of each sample, by its id."""
        return {str(sample.id): (sample.scores or {})[scorer] for sample in self.log.samples or []}


Run = Callable[..., Ran]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    def runs(task: Task, server: Server, **options: Any) -> Ran:
        model = get_model("mockllm/model", custom_outputs=server, memoize=False)
        [log] = inspect_eval(task, model=model, log_dir=str(tmp_path), display="none", **options)
        assert log.status == "success", log.error
        return Ran(log, server)

    return runs


@pytest.fixture
def server() -> type[Server]:
    return Server
