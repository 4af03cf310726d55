"""What is read out of a working folder, however hostile it is."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

COLLECT = Path(str(files("llmbench_inspect"))) / "suites/coding/swe/inside/collect.py"


def _run(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", "-S", "-B", str(COLLECT)]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=20, check=False)


def test_only_plain_text_files_are_read(tmp_path: Path) -> None:
    (tmp_path / "a" / "__pycache__").mkdir(parents=True)
    (tmp_path / "a" / "__pycache__" / "b.py").write_text("left out")
    (tmp_path / "a" / "b.py").write_bytes("é\r\n".encode())
    (tmp_path / "binary.so").write_bytes(b"\x7fELF\xff")
    (tmp_path / "link.py").symlink_to("/etc/hostname")
    (tmp_path / "folder").symlink_to("/etc")
    os.mkfifo(tmp_path / "pipe.py")
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.py")).write_text("x", encoding="utf-8")
    run = _run(tmp_path)
    assert run.returncode == 0, run.stderr
    assert json.loads(run.stdout) == {"a/b.py": "é\n"}


def test_too_many_files_are_refused(tmp_path: Path) -> None:
    for number in range(501):
        (tmp_path / f"{number}.txt").touch()
    run = _run(tmp_path)
    assert (run.returncode, run.stdout, run.stderr) == (3, "", "more than 500 files or 1 MiB\n")


def test_too_much_text_is_refused(tmp_path: Path) -> None:
    with (tmp_path / "sparse.txt").open("wb") as file:
        file.truncate(1 << 40)
    assert _run(tmp_path).returncode == 3
