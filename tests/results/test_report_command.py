"""`llmbench report` on real logs, in this process and as a program."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from llmbench_inspect.cli import main


def test_a_broken_log_is_a_warning(logs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "broken.eval").write_text("no zip")
    result = CliRunner().invoke(main, ["report", str(tmp_path), str(logs)])
    assert result.exit_code == 0
    assert "! broken.eval is no readable log and left out" in result.stdout


def test_a_folder_that_cannot_be_written_is_one_line(logs: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    result = CliRunner().invoke(main, ["report", str(logs), "-o", str(tmp_path / "file" / "new")])
    assert result.exit_code == 1
    assert result.stderr.splitlines()[-1].startswith("Error: Could not open file")
    assert "-o DIR" in result.stderr.splitlines()[-1]


@pytest.mark.parametrize("columns", ["80", "100"])
def test_as_a_program_in_a_folder_with_logs(made: Path, tmp_path: Path, columns: str) -> None:
    (tmp_path / "logs").symlink_to(made / "models")
    environment = {name: value for name, value in os.environ.items() if name != "INSPECT_LOG_DIR"}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", "from llmbench_inspect.cli import main; main()", "report"],
        cwd=tmp_path,
        env=environment | {"COLUMNS": columns},
        capture_output=True,
        text=True,
        check=True,
    )
    assert max(map(len, done.stdout.splitlines())) <= int(columns)
    assert "rote/alpha" in done.stdout
    assert "Written to report/REPORT.md" in done.stderr
    assert (tmp_path / "report" / "REPORT.md").is_file()
