"""Real logs, made once."""

from __future__ import annotations

import subprocess
import sys
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
