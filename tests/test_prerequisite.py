"""The one private import: Inspect still shows this error as a message, word for word, without a traceback."""

import subprocess
import sys
from pathlib import Path

from llmbench_inspect.prerequisite import PrerequisiteError

TASK = """
from inspect_ai import Task, task
from llmbench_inspect.prerequisite import PrerequisiteError

@task
def lacking():
    raise PrerequisiteError("Frobnicator is missing in pages/[id].vue: install [bold]it[/bold]")
"""
TOLD = "Frobnicator is missing in pages/[id].vue: install [bold]it[/bold]"


def test_inspect_shows_the_message_alone(tmp_path: Path) -> None:
    (tmp_path / "lacking.py").write_text(TASK)
    command = [
        sys.executable,
        "-m",
        "inspect_ai",
        "eval",
        "lacking.py",
        "--model",
        "mockllm/model",
        "--display",
        "plain",
    ]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert run.returncode != 0
    assert TOLD in run.stdout + run.stderr
    assert "Traceback" not in run.stdout + run.stderr


def test_the_message_is_plain_for_everyone_else() -> None:
    assert str(PrerequisiteError(TOLD)) == TOLD
