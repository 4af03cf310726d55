"""Judging an answer, within the time that its problem needs on this machine."""

from __future__ import annotations

import json
import secrets
from collections import defaultdict
from typing import Final, NamedTuple

import anyio

from llmbench_inspect.answers import MAX_ANSWER_CHARACTERS, code_blocks
from llmbench_inspect.answers.reasoning import without_reasoning
from llmbench_inspect.judging.problem import Problem
from llmbench_inspect.judging.runners import Runner
from llmbench_inspect.judging.verdict import JudgingError, Verdict, read_verdict

REFERENCE_LIMIT: Final = 120.0
"""Seconds that a reference solution may take."""
LEAST_LIMIT: Final = 5.0
"""Seconds that every answer has, however fast the reference is."""
TIMES_REFERENCE: Final = 4
"""How many times as long as the reference an answer may take besides."""

_LANGUAGES: Final = {"", "ipython", "py", "python", "python2", "python3"}

_limits: dict[str, float] = {}
_measuring: defaultdict[str, anyio.Lock] = defaultdict(anyio.Lock)


async def judge(problem: Problem, answer: str, *, run: Runner) -> Verdict:
    """Judge an answer; its time is up after a multiple of what the reference solution takes here.

    Raises:
        JudgingError: The sandbox or the reference solution failed, not the answer.
    """
    return await run_tests(problem, answer, run=run, limit=await _time_limit(problem, run))


async def run_tests(problem: Problem, answer: str, *, run: Runner, limit: float) -> Verdict:
    """Judge an answer within a given time.

    Args:
        problem: What was asked.
        answer: All that the model wrote.
        run: Where to do it.
        limit: Seconds for everything.

    Raises:
        JudgingError: The sandbox failed, not the answer.
    """
    sentinel = secrets.token_hex(16)
    ending = await run(json.dumps(_case(problem, answer, sentinel)), limit)
    return read_verdict(ending, sentinel=sentinel, tests=len(problem.tests))


async def _time_limit(problem: Problem, run: Runner) -> float:
    """Seconds that an answer has; the reference is measured once a process."""
    async with _measuring[problem.task_id]:
        if problem.task_id not in _limits:
            answer = f"```python\n{problem.reference}\n```"
            verdict = await run_tests(problem, answer, run=run, limit=REFERENCE_LIMIT)
            if not verdict.passed:
                raise JudgingError(
                    f"the reference solution of {problem.task_id} fails: {verdict.failure}, {verdict.message}"
                )
            _limits[problem.task_id] = LEAST_LIMIT + TIMES_REFERENCE * verdict.seconds
    return _limits[problem.task_id]


class Pieces(NamedTuple):
    """An answer taken apart, its reasoning left out."""

    blocks: list[str]
    """Its fenced blocks of Python, or of no language, in order."""
    text: str
    """All of it."""


def take_apart(answer: str) -> Pieces:
    """Take an answer apart; all beyond `MAX_ANSWER_CHARACTERS` is not read."""
    text = without_reasoning(answer[:MAX_ANSWER_CHARACTERS].replace("\r\n", "\n"))
    blocks = [block.text for block in code_blocks(answer) if block.language in _LANGUAGES]
    # An answer without fences comes back as one block where it begins like a script.
    whole = [block.strip() for block in blocks] == [text.strip()]
    return Pieces([] if whole else blocks, text)


def _case(problem: Problem, answer: str, sentinel: str) -> dict[str, object]:
    pieces = take_apart(answer)
    return {
        "sentinel": sentinel,
        "answer": {
            "blocks": pieces.blocks,
            "text": pieces.text,
            "header": problem.header,
            "setup": problem.setup,
            "entry_point": problem.entry_point,
            "names": problem.names,
        },
        "helpers": problem.helpers,
        "modules": problem.modules,
        "setup": problem.test_setup,
        "tests": problem.tests,
    }
