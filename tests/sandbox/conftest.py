"""A jail for each test, and a hostile program's two places: a sample's jail and the pool."""

import shutil
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass

import pytest

from llmbench_inspect.sandbox import BwrapConfig, BwrapSandboxEnvironment, python_pool


@dataclass(frozen=True)
class Outcome:
    returncode: int
    stdout: str
    stderr: str


Run = Callable[[str, int], Awaitable[Outcome]]
"""Runs a Python program for so many seconds at most; TimeoutError when they are over."""


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(autouse=True)
def _bubblewrap() -> None:
    if shutil.which("bwrap") is None:
        pytest.skip("bubblewrap is not installed: apt-get install bubblewrap")


@pytest.fixture
def config() -> BwrapConfig:
    return BwrapConfig()


@pytest.fixture
async def sandbox_env(config: BwrapConfig) -> AsyncGenerator[BwrapSandboxEnvironment]:
    environments = await BwrapSandboxEnvironment.sample_init("test", config, {})
    yield environments["default"].as_type(BwrapSandboxEnvironment)
    await BwrapSandboxEnvironment.sample_cleanup("test", config, environments, False)


@pytest.fixture(params=["session", "pool"])
def run(request: pytest.FixtureRequest, sandbox_env: BwrapSandboxEnvironment, config: BwrapConfig) -> Run:
    async def in_session(program: str, seconds: int) -> Outcome:
        result = await sandbox_env.exec(["python3", "-I", "-S", "-c", program], timeout=seconds)
        return Outcome(result.returncode, result.stdout, result.stderr)

    async def in_pool(program: str, seconds: int) -> Outcome:
        result = await python_pool().run(program, timeout=seconds, memory=config.memory)
        if result.timed_out:
            raise TimeoutError
        return Outcome(result.returncode, result.stdout, result.stderr)

    return in_session if request.param == "session" else in_pool
