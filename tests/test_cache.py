"""The cache folder: named by a variable, and shared under a lock."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from llmbench_inspect.cache import cache_dir
from llmbench_inspect.prerequisite import PrerequisiteError

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


def test_a_file_in_its_place_is_told_with_the_variable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "taken").write_text("")
    monkeypatch.setenv("LLMBENCH_CACHE_DIR", str(tmp_path / "taken"))
    told = rf"{re.escape(str(tmp_path))}/taken/models is of no use.*export LLMBENCH_CACHE_DIR="
    with pytest.raises(PrerequisiteError, match=told):
        cache_dir("models")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
@pytest.mark.parametrize("names", [(), ("models",)])
def test_a_folder_that_cannot_be_written_is_told_with_the_variable(
    names: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "shut").mkdir(mode=0o500)
    monkeypatch.setenv("LLMBENCH_CACHE_DIR", str(tmp_path / "shut"))
    with pytest.raises(PrerequisiteError, match=r"shut.* is of no use.*export LLMBENCH_CACHE_DIR="):
        cache_dir(*names)


def test_the_lock_keeps_processes_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LLMBENCH_CACHE_DIR", str(tmp_path))
    counter = tmp_path / "counter"
    counter.write_text("0")
    processes = [subprocess.Popen([sys.executable, "-c", COUNT_UP, str(counter)]) for _ in range(3)]
    assert [process.wait() for process in processes] == [0, 0, 0]
    assert counter.read_text() == "60"
