"""What holds for every test."""

import asyncio
import json
import os
import re
import signal
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

import hypothesis
import pytest
from click.testing import CliRunner

from llmbench_inspect.cli import main
from llmbench_inspect.judging import Problem, Verdict, run_isolated, run_tests
from llmbench_inspect.sandbox import python_pool

_DATA_DIR: Final = os.environ.get("LLMBENCH_DATA_DIR")

# A shell that runs the tests in its background has them ignore Ctrl-C, and so all that they start.
signal.signal(signal.SIGINT, signal.default_int_handler)

# Seconds are measured in benchmarks/: here a busy machine, or a first import, is no failure.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with slow tests go first: a process that is given one last works on while the others are done."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """The folder of real datasets that `LLMBENCH_DATA_DIR` names."""
    if not _DATA_DIR:
        pytest.skip("needs the real datasets: export LLMBENCH_DATA_DIR=/path/to/folder")
    return Path(_DATA_DIR).absolute()


@pytest.fixture(scope="session")
def judge_all() -> Callable[..., list[Verdict]]:
    """Judges pairs of a problem and an answer in the pool; `limit` is in seconds for each."""

    async def judge_each(cases: Sequence[tuple[Problem, str]], limit: float) -> list[Verdict]:
        free = asyncio.Semaphore(4)

        async def judge(problem: Problem, answer: str) -> Verdict:
            async with free:
                return await run_tests(problem, answer, run=run_isolated(python_pool().run), limit=limit)

        return await asyncio.gather(*(judge(problem, answer) for problem, answer in cases))

    def judge_all(cases: Sequence[tuple[Problem, str]], *, limit: float = 60) -> list[Verdict]:
        return asyncio.run(judge_each(cases, limit))

    return judge_all


@pytest.fixture(autouse=True)
def asyncio_is_left_alone() -> Iterator[None]:
    """Inspect patches asyncio where it has to run a loop within one; later tests then leave loops open.

    The samples of a log that `eval` returned are read when first looked at: look before you score it again.
    """
    yield
    assert asyncio.run.__module__ == "asyncio.runners", "this test had Inspect patch asyncio"


Told = Callable[..., dict[str, tuple[str, str]]]


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Told:
    """What `llmbench doctor` tells: outcome and words by check, in a shell without keys and servers."""
    for name in list(os.environ):
        if re.search(r"_API_KEY$|_BASE_URL$|^INSPECT_", name):
            monkeypatch.delenv(name)
    monkeypatch.setenv("OLLAMA_HOST", "127.0.0.1:9")
    monkeypatch.chdir(tmp_path)

    def ask(*arguments: str, status: int = 0) -> dict[str, tuple[str, str]]:
        result = CliRunner().invoke(main, ["doctor", "--json", *arguments])
        assert result.exit_code == status, result.output
        return {
            finding["check"]: (finding["outcome"], finding["told"]) for finding in json.loads(result.stdout)
        }

    return ask
