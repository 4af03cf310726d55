"""Real logs, made once."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Generator
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folders of logs: `models`, `modes`, `unfinished`, and the same run `retried`."""
    folder = tmp_path_factory.mktemp("made")
    subprocess.run([sys.executable, Path(__file__).with_name("rote.py"), folder], check=True, cwd=folder)
    return folder


@pytest.fixture(scope="session")
def logs(made: Path) -> Path:
    """A folder with a log of each of two models."""
    return made / "models"


@pytest.fixture(scope="session")
def eventful(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folders with a log each of a task in which much happens: `eval`, `json`, and `running` in its midst."""
    folder = tmp_path_factory.mktemp("eventful")
    subprocess.run([sys.executable, Path(__file__).with_name("eventful.py"), folder], check=True, cwd=folder)
    return folder


@pytest.fixture(scope="session", autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory) -> Generator[Path]:
    """A cache of the tests' own."""
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LLMBENCH_CACHE_DIR", str(folder))
        yield folder / "tables"
