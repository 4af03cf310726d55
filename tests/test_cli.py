"""The `llmbench` command: where it looks, what it writes, and how it ends."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

import pytest
from click.testing import CliRunner

from llmbench_inspect.cli import main

PAGES = {"doctor": "troubleshooting", "export": "sweep", "fixtures": "adding-a-fixture"}
"""Commands that share a page."""


def test_version() -> None:
    result = CliRunner().invoke(main, ["--version"])
    assert (result.exit_code, result.output) == (0, f"llmbench, version {version('llmbench-inspect')}\n")


@pytest.mark.parametrize("arguments", [["--help"], ["report", "--help"]])
def test_help(arguments: list[str]) -> None:
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0
    assert "Usage:" in result.output


@pytest.mark.parametrize("name", sorted(main.commands))
def test_every_option_of_a_command_is_on_its_page(name: str) -> None:
    page = Path(__file__).parents[1] / "docs" / f"{PAGES.get(name, name)}.md"
    text = page.read_text(encoding="utf-8")
    command = main.commands[name]
    options = [option for param in command.params for option in param.opts if option.startswith("-")]
    missing = [option for option in options if f"`{option}" not in text and f"[{option}" not in text]
    assert missing == []


def test_an_unknown_option_is_a_wrong_command_line() -> None:
    assert CliRunner().invoke(main, ["report", "--pdf"]).exit_code == 2


def test_without_logs_it_says_how_to_make_some(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["report", str(tmp_path)])
    assert result.exit_code == 1
    assert result.stderr == f"Error: {tmp_path}: no logs here. Run `inspect eval TASK --model MODEL` first.\n"


def test_it_looks_where_inspect_writes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("INSPECT_LOG_DIR", raising=False)
    assert "./logs: no such file or folder" in CliRunner().invoke(main, ["report"]).stderr
    monkeypatch.setenv("INSPECT_LOG_DIR", "elsewhere")
    assert "elsewhere: no such file or folder" in CliRunner().invoke(main, ["report"]).stderr


def test_when_nothing_can_be_read_it_names_the_file(tmp_path: Path) -> None:
    (tmp_path / "broken.eval").write_text("no zip")
    result = CliRunner().invoke(main, ["report", str(tmp_path), "-o", str(tmp_path / "out")])
    assert result.exit_code == 1
    assert "Error: no log can be read: broken.eval" in result.stderr
    assert not (tmp_path / "out").exists()
