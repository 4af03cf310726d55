"""The code blocks of the documentation run as they stand, unless a comment says what they need."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from llmbench_inspect.cli import main
from tests.results.written import outcomes, write_log

from .blocks import PAGES, ROOT, Block, blocks
from .commands import commands

FOLDERS = ("src", "tasks", "datasets", "fixtures", "sweeps", "docs")
"""Of a checkout, what commands read and write."""

LOGS = {
    "main": "made/one",
    "before": "made/one",
    "after": "made/one",
    "llama3.2": "ollama/llama3.2:3b",
    "qwen2.5": "ollama/qwen2.5:3b",
    "gemma3": "ollama/gemma3:4b",
}
"""Folders that examples name, and whose runs they hold."""

FILE = re.compile(r"# ([\w./-]+\.\w+)\n")
"""The first line of a block that is a file."""


def runs(block: Block) -> bool:
    return block.language in {"bash", "python"} and not block.needs and not FILE.match(block.text)


WITH_COMMANDS = [page for page in PAGES if any(runs(block) for block in blocks(page))]


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Runs of which the later is as good as the first, as far as can be told."""
    folder = tmp_path_factory.mktemp("runs") / "logs"
    first, second = outcomes(both=138, lost=6, won=6, neither=50)
    ttft = {name: 0.3 + number / 1000 for number, name in enumerate(first)}
    for name, model in LOGS.items():
        scores = second if name == "after" else first
        write_log(folder / name / "gsm8k.eval", scores, task="llmbench_inspect/gsm8k", model=model, ttft=ttft)
    write_log(folder / "prompts.eval", first, task="llmbench_inspect/prompts", model="made/one", ttft=ttft)
    return folder


@pytest.fixture
def checkout(tmp_path: Path, logs: Path) -> Path:
    """A folder like a checkout, with logs of earlier runs."""
    for name in FOLDERS:
        shutil.copytree(ROOT / name, tmp_path / name, symlinks=True)
    shutil.copytree(logs, tmp_path / "logs")
    return tmp_path


@pytest.fixture
def shell(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A shell in the checkout, with its environment active, without keys and servers."""
    monkeypatch.chdir(checkout)
    for name in list(os.environ):
        if re.search(r"_API_KEY$|_BASE_URL$|^INSPECT_", name):
            monkeypatch.delenv(name)
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
    monkeypatch.setenv("PYTHONPATH", str(checkout / "src"))
    monkeypatch.setenv("COLUMNS", "160")
    monkeypatch.setenv("INSPECT_DISPLAY", "plain")
    monkeypatch.setenv("OLLAMA_HOST", "127.0.0.1:9")


def run(block: Block) -> tuple[int, str]:
    """Run a block; its exit status, and all that it said."""
    if block.language == "bash" and all(command[0] == "llmbench" for command in commands(block.text)):
        # As the program does, without its start of seconds for each.
        for command in commands(block.text):
            result = CliRunner().invoke(main, command[1:])
            if result.exit_code:
                return result.exit_code, result.output
        return 0, ""
    program = ["bash", "-eo", "pipefail", "-c"] if block.language == "bash" else [sys.executable, "-c"]
    done = subprocess.run([*program, block.text], capture_output=True, text=True, timeout=300, check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.slow
@pytest.mark.usefixtures("shell")
@pytest.mark.parametrize("page", WITH_COMMANDS)
def test_a_page_can_be_followed(page: str, checkout: Path) -> None:
    for block in blocks(page):
        # A file that a page shows is named in its first line.
        named = FILE.match(block.text)
        if named:
            file = checkout / named[1]
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(block.text, "utf-8")
    for block in blocks(page):
        if runs(block):
            status, said = run(block)
            assert status == 0, f"{block.where}\n{block.text}\n{said}"
