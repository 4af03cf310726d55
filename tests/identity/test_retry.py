"""A log that `eval_retry` would continue, and what has changed since it was made."""

from __future__ import annotations

import shutil
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest
from inspect_ai import eval as run_eval
from inspect_ai import eval_retry
from inspect_ai.log import EvalLog

from llmbench_inspect.identity.fields import noted_fields
from llmbench_inspect.prerequisite import InspectPrerequisiteError
from tests.identity.conftest import Halting, Run
from tests.providers.ollama.conftest import MODEL, QWEN3, Answer, FakeOllama

pytestmark = pytest.mark.filterwarnings("ignore:The 'initial' parameter is deprecated:DeprecationWarning")


def retried(log: EvalLog) -> EvalLog:
    [again] = eval_retry(log.location, log_dir=str(Path(log.location).parent), display="none")
    return again


def refusal(log: EvalLog) -> str:
    """What a retry says that stops before a call, and leaves no log behind."""
    folder = Path(log.location).parent
    before = sorted(folder.iterdir())
    with pytest.raises(InspectPrerequisiteError) as refused:
        retried(log)
    assert Halting.asked == 0
    assert sorted(folder.iterdir()) == before
    return str(refused.value)


def test_what_has_not_changed_is_continued(broken_off: Run) -> None:
    log = broken_off()
    assert log.status == "error"
    again = retried(log)
    assert again.status == "success"
    assert Halting.asked == 1
    assert again.eval.metadata == log.eval.metadata
    assert set(noted_fields(again.eval.metadata)) == {"suite version", "data digest"}


def test_other_data_is_refused(broken_off: Run, prompts: Path) -> None:
    log = broken_off()
    before = noted_fields(log.eval.metadata)["data digest"]
    prompts.write_text(prompts.read_text("utf-8").replace("Say one.", "Say one!"), encoding="utf-8")
    told = refusal(log)
    assert f"data digest: {str(before)[:12]}…, now " in told
    assert "suite version" not in told
    assert "Run it anew: inspect eval" in told


def test_the_command_names_the_log(broken_off: Run, prompts: Path, tmp_path: Path) -> None:
    log = broken_off()
    prompts.write_text(prompts.read_text("utf-8").replace("two", "2"), encoding="utf-8")
    # A process of its own knows no halting model: of what it is told to make, none is called.
    code = "import tests.identity.conftest; from inspect_ai._cli.main import main; main()"
    command = [sys.executable, "-c", code, "eval-retry", log.location, "--log-dir", str(tmp_path / "again")]
    ended = subprocess.run(command, check=False, capture_output=True, text=True)
    told = " ".join(ended.stdout.replace("\n", "").split())
    assert ended.returncode == 1, ended.stdout + ended.stderr
    assert "data digest:" in told
    assert Path(log.location).name in told.replace(" ", "")
    assert "Traceback" not in ended.stdout + ended.stderr


SUITE = """
from inspect_ai import Task, task
from inspect_ai.dataset import Sample
from llmbench_inspect.identity import identified

@task
def small():
    return identified(Task(dataset=[Sample(id="three", input="three")], version=1))
"""


def test_another_version_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "small.py"
    file.write_text(SUITE, encoding="utf-8")
    Halting.fails_at = "three"
    [log] = run_eval(
        "small.py", model="halting/model", log_dir=str(tmp_path / "logs"), display="none", epochs=2
    )
    file.write_text(SUITE.replace("version=1", "version=2"), encoding="utf-8")
    assert "suite version: 1, now 2" in refusal(log)


@pytest.mark.slow
def test_another_state_of_a_fixture_is_refused(tmp_path: Path) -> None:
    fixture = tmp_path / "own-fixture"
    shutil.copytree(Path(str(files("llmbench_inspect"))) / "fixtures/vue/badge-props", fixture)
    Halting.fails_at = " "
    [log] = run_eval(
        "llmbench_inspect/vue_refactor",
        task_args={"fixtures": str(fixture)},
        model="halting/model",
        log_dir=str(tmp_path / "logs"),
        display="none",
    )
    assert log.status == "error"
    # Known answers move no score of a model.
    (fixture / "gold" / "note.txt").write_text("a note", encoding="utf-8")
    assert retried(log).status == "error"
    prompt = fixture / "prompt.md"
    prompt.write_text(prompt.read_text("utf-8") + "\nBe brief.\n", encoding="utf-8")
    assert "fixture own-fixture: " in refusal(log)


def test_another_model_of_the_same_name_is_refused(broken_off: Run, server: FakeOllama) -> None:
    server.answers.extend([Answer(), Answer(status=500, parts=[{"error": "broken"}])])
    log = broken_off(f"ollama-native/{MODEL}", model_base_url=server.url, max_retries=0)
    assert noted_fields(log.eval.metadata)[f"digest of ollama-native/{MODEL}"] == f"{1:064x}"
    calls = len(server.chats)
    # Its digest is the number of its place.
    server.installed = {"another": QWEN3, **server.installed}
    told = refusal(log)
    assert f"digest of ollama-native/{MODEL}: {f'{1:064x}'[:12]}…, now {f'{2:064x}'[:12]}…" in told
    assert len(server.chats) == calls


def test_a_log_of_before_and_a_silent_server_are_continued(broken_off: Run, server: FakeOllama) -> None:
    server.answers.extend([Answer(), Answer(status=500, parts=[{"error": "broken"}])])
    log = broken_off(f"ollama-native/{MODEL}", model_base_url=server.url, max_retries=0)
    server.tells_digests = False
    again = retried(log)
    assert again.status == "success"
    assert f"digest of ollama-native/{MODEL}" not in noted_fields(again.eval.metadata)
