"""Judging many answers at once in the pool."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

import pytest

from llmbench_inspect.sandbox import python_pool
from llmbench_inspect.suites.coding import Problem, Verdict, run_isolated, run_tests

JudgeAll = Callable[..., list[Verdict]]


def _judge_all(cases: Sequence[tuple[Problem, str]], *, limit: float = 60) -> list[Verdict]:
    async def judge_all() -> list[Verdict]:
        free = asyncio.Semaphore(4)

        async def judge(problem: Problem, answer: str) -> Verdict:
            async with free:
                return await run_tests(problem, answer, run=run_isolated(python_pool().run), limit=limit)

        return await asyncio.gather(*(judge(problem, answer) for problem, answer in cases))

    return asyncio.run(judge_all())


@pytest.fixture(scope="session")
def judge_all() -> JudgeAll:
    """Judges pairs of a problem and an answer; `limit` is in seconds for each."""
    return _judge_all
