"""The cache folder: named by a variable, and shared under a lock."""

import subprocess
import sys
from pathlib import Path

import pytest

from llmbench_inspect.cache import cache_dir

COUNT_UP = """
import sys, time
from pathlib import Path
from llmbench_inspect.cache import cache_lock
for _ in range(20):
    with cache_lock("counter"):
        number = int(Path(sys.argv[1]).read_text())
        time.sleep(0.001)
        Path(sys.argv[1]).write_text(str(number + 1))
"""


def test_the_variable_names_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LLMBENCH_CACHE_DIR", str(tmp_path / "elsewhere"))
    assert cache_dir("models") == tmp_path / "elsewhere" / "models"
    assert cache_dir("models").is_dir()


def test_the_lock_keeps_processes_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LLMBENCH_CACHE_DIR", str(tmp_path))
    counter = tmp_path / "counter"
    counter.write_text("0")
    processes = [subprocess.Popen([sys.executable, "-c", COUNT_UP, str(counter)]) for _ in range(3)]
    assert [process.wait() for process in processes] == [0, 0, 0]
    assert counter.read_text() == "60"
