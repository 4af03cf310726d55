"""A server with two models, the command `llmbench`, and plans that use both."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.sweep.loopback import Served, serving

COMMAND = [sys.executable, "-c", "from llmbench_inspect.cli import main; main()"]


@pytest.fixture
def served() -> Iterator[Served]:
    with serving() as served:
        yield served


Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts `llmbench` in a folder of its own."""
    started: list[subprocess.Popen[str]] = []
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in {"OPENAI_API_KEY", "INSPECT_LOG_DIR", "INSPECT_EVAL_MODEL"}
    }

    def start(*arguments: str | Path) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [*COMMAND, *map(str, arguments)],
            cwd=tmp_path,
            env=environment | {"LOCAL_API_KEY": "none", "COLUMNS": "120"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


@pytest.fixture
def plan(tmp_path: Path, served: Served) -> Callable[[str], Path]:
    """Writes a plan; `SERVER` in it is the loopback server."""

    def write(text: str) -> Path:
        file = tmp_path / "plan.toml"
        file.write_text(text.replace("SERVER", served.url), encoding="utf-8")
        return file

    return write
