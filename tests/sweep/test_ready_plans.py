"""The plans in `sweeps/`: each can be read, and shows its cells without running one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from llmbench_inspect.cli import main

FOLDER = Path(__file__).parents[2] / "sweeps"

CELLS = {
    "claude": (2, 22),
    "four-days": (9, None),
    "local-baseline": (13, 143),
    "long-context": (2, 24),
    "openai": (4, 44),
    "or-debug": (8, 1600),
    "tool-use": (7, 420),
    "tool-use-deep-dive": (12, 720),
}
"""Cells, and samples of all where no dataset, Docker or the like has a say."""


def test_each_is_checked() -> None:
    assert {file.stem for file in FOLDER.glob("*.toml")} == set(CELLS)


@pytest.mark.parametrize("name", sorted(CELLS))
def test_a_dry_run_shows_its_cells(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # No server is asked whether it has a model.
    monkeypatch.setenv("OLLAMA_HOST", "127.0.0.1:1")
    cells, samples = CELLS[name]
    plan = str(FOLDER / f"{name}.toml")
    result = CliRunner().invoke(
        main, ["sweep", plan, "--dry-run", "--log-dir", str(tmp_path)], env={"COLUMNS": "160"}
    )
    assert result.exit_code == 0, result.output
    total, *_ = re.findall(rf"^{cells} cells +(\S+(?: [\d,]+)?) ", result.stdout, re.MULTILINE)
    if samples is not None:
        assert total == f"{samples:,}"
    assert list(tmp_path.iterdir()) == []
