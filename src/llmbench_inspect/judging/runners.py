"""Where the judging program runs: in the pool of warm interpreters, or by a sandbox's own `python3`."""

from __future__ import annotations

import math
import secrets
from collections.abc import Awaitable, Callable
from typing import Final

import anyio
from inspect_ai.util import SandboxEnvironment, sandbox

from llmbench_inspect.judging.program import compiled_program, portable_program
from llmbench_inspect.judging.verdict import Ending
from llmbench_inspect.sandbox import ProgramResult, is_bwrap, python_pool

Runner = Callable[[str, float], Awaitable[Ending]]
"""Runs the judging program on a case, a JSON text, for so many seconds at most."""

_MEMORY: Final = 1 << 30


def run_isolated(run_program: Callable[..., Awaitable[ProgramResult]]) -> Runner:
    """Run it by the pool's `run` or in a fresh jail: isolated from this machine and from other programs."""

    async def run(case: str, limit: float) -> Ending:
        result = await run_program(compiled_program(), input=case, timeout=limit, memory=_MEMORY)
        return Ending(
            stdout=result.stdout,
            stderr=result.stderr,
            timed_out=result.timed_out,
            out_of_memory=result.out_of_memory,
            seconds=result.seconds,
        )

    return run


def run_in(environment: SandboxEnvironment) -> Runner:
    """Run it in a sandbox that has a `python3`, out of a file that is new for each run."""

    async def run(case: str, limit: float) -> Ending:
        file = f"judge_{secrets.token_hex(8)}.py"
        await environment.write_file(file, portable_program())
        start = anyio.current_time()
        stdout = stderr = ""
        timed_out = False
        try:
            result = await environment.exec(
                ["python3", "-I", file], input=case, timeout=math.ceil(limit), timeout_retry=False
            )
            stdout, stderr = result.stdout, result.stderr
        except TimeoutError as error:
            stdout, timed_out = getattr(error, "truncated_output", None) or "", True
        return Ending(
            stdout=stdout,
            stderr=stderr,
            timed_out=timed_out,
            out_of_memory=False,
            seconds=anyio.current_time() - start,
        )

    return run


def runner_of_sample() -> Runner:
    """The runner for the sandbox of the current sample."""
    environment = sandbox()
    return run_isolated(python_pool().run) if is_bwrap(environment) else run_in(environment)
