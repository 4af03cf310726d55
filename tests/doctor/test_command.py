"""`llmbench doctor`: what it looks at, what it says, and how it ends."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable
from pathlib import Path

import anyio
import pytest
from click.testing import CliRunner, Result

from llmbench_inspect.cli import main
from llmbench_inspect.data import load_rows
from llmbench_inspect.prerequisite import PrerequisiteError
from llmbench_inspect.sandbox import BwrapSandboxEnvironment, NoJailError
from llmbench_inspect.suites.vue import toolchain


def doctor(*arguments: str) -> Result:
    result = CliRunner().invoke(main, ["doctor", *arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.output
    return result


pytestmark = pytest.mark.usefixtures("told")
Told = Callable[..., dict[str, tuple[str, str]]]


def program(folder: Path, name: str, script: str) -> None:
    file = folder / name
    file.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    file.chmod(0o755)


def test_what_nobody_asked_for_may_be_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("LLMBENCH_DATA_DIR", str(tmp_path / "nowhere"))
    result = doctor()
    assert result.exit_code == 0
    assert "  ✓ python  " in result.stdout
    assert "  - docker  Docker cannot be used: there is no `docker` command." in result.stdout
    assert "  - node  Checking Vue components needs Node, and `node` is not on PATH: " in result.stdout
    assert "  - server  No Ollama server answers at http://127.0.0.1:9" in result.stdout
    assert f"  - data  Datasets: {tmp_path}/nowhere is no folder." in result.stdout
    assert "Nothing stops a run." in result.stdout


def test_a_suite_is_looked_at_whole() -> None:
    result = doctor("--suite", "llmbench_inspect/prompts")
    assert result.exit_code == 0
    assert "suite  prompts is ready: 11 samples" in result.stdout
    assert "docker" not in result.stdout
    assert "server" not in result.stdout


def test_an_unknown_suite_is_a_wrong_command_line() -> None:
    result = doctor("--suite", "vue_refactr")
    assert result.exit_code == 2
    assert "Did you mean 'vue_refactor'?" in re.sub(r"\s+", " ", result.stderr)


def test_without_node_it_says_what_the_suite_says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    result = doctor("--suite", "vue_refactor")
    assert result.exit_code == 1
    toolchain.node.cache_clear()
    with pytest.raises(PrerequisiteError) as raised:
        toolchain.node()
    assert f"✗ node  {raised.value}\n" in result.stdout
    assert "- checker_packages  not looked at, because of: node" in result.stdout
    assert "- suite  not looked at, because of: node, checker_packages" in result.stdout
    assert "A run would stop: node." in result.stdout


def test_a_node_that_is_too_old_is_no_failure(
    told: Told, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    program(tmp_path, "node", "echo v16.0.0")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "v16.0.0: too old, so that Node 22 comes from npm" in told()["node"][1]


def test_without_jails_it_says_what_a_run_says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program(tmp_path, "bwrap", "echo 'bwrap: No permissions to create a new namespace' >&2; exit 1")
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    with pytest.raises(NoJailError) as raised:
        anyio.run(BwrapSandboxEnvironment.task_init, "task", None)
    result = doctor("--suite", "tool_use")
    assert result.exit_code == 1
    assert "\n".join(f"      {line}" for line in str(raised.value).split("\n")[1:]) in result.stdout
    assert str(raised.value).split("\n")[0] in result.stdout


def test_missing_data_is_told_as_the_suite_tells_it(
    told: Told, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("LLMBENCH_DATA_DIR", str(tmp_path))
    with pytest.raises(PrerequisiteError) as raised:
        load_rows("gsm8k_test")
    findings = told("--suite", "gsm8k", status=1)
    assert findings["data"] == ("failed", str(raised.value))
    assert findings["suite"][0] == "skipped"


def test_data_is_proven(told: Told, data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LLMBENCH_DATA_DIR", str(data_dir))
    findings = told("--suite", "gsm8k")
    assert findings["data"][1].startswith("gsm8k_test (1319 rows, ")
    assert findings["suite"] == ("ok", "gsm8k is ready: 1319 samples")
    assert re.search(r"holds \d+ of \d+", told()["data"][1])


def test_a_key_is_told_and_never_shown(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    result = doctor("--model", "anthropic/claude-sonnet-5")
    assert result.exit_code == 1
    assert "✗ api_key  ERROR: Unable to initialise Anthropic client\n" in result.stdout
    assert "No ANTHROPIC_API_KEY defined in the environment." in result.stdout
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-ant-secret")
    result = doctor("--model", "anthropic/claude-sonnet-5")
    assert result.exit_code == 0
    assert "✓ api_key  the client can be made" in result.stdout
    assert "secret" not in result.stdout
    assert told()["api_key"][1].startswith("ANTHROPIC_API_KEY of ")


def test_a_key_in_the_file_env_counts(told: Told, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "")  # so that what the file sets is taken back
    monkeypatch.delenv("OPENAI_API_KEY")
    (tmp_path / ".env").write_text("OPENAI_API_KEY=sk-secret\n", encoding="utf-8")
    assert told()["api_key"][1].startswith("OPENAI_API_KEY of ")
    monkeypatch.delenv("OPENAI_API_KEY")


def test_an_unknown_provider_is_told(told: Told) -> None:
    result = doctor("--model", "opena/gpt-5")
    assert result.exit_code == 1
    assert "✗ api_key  opena/gpt-5 cannot be made: " in result.stdout


def test_a_package_of_another_version_is_named(
    told: Told, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "inspect_ai-0.3.1.dist-info").mkdir()
    text = "Metadata-Version: 2.1\nName: inspect-ai\nVersion: 0.3.1\n"
    (tmp_path / "inspect_ai-0.3.1.dist-info" / "METADATA").write_text(text, encoding="utf-8")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    outcome, words = told("--suite", "prompts", status=1)["packages"]
    assert outcome == "failed"
    assert " is needed, and inspect-ai 0.3.1 is installed" in words
    assert "pip install --upgrade" in words


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a file system without room")
def test_a_full_disk_is_told(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INSPECT_LOG_DIR", "/proc/logs")
    outcome, words = told("--suite", "prompts", status=1)["disk"]
    assert outcome == "failed"
    assert words.startswith("/proc, where logs are written, has 0.0 GB left.")
    assert words.endswith("export INSPECT_LOG_DIR=/path/with/space")


def test_a_cache_that_cannot_be_written_is_told(
    told: Told, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("LLMBENCH_CACHE_DIR", str(tmp_path / "file"))
    assert "is of no use as a cache folder" in told("--suite", "prompts", status=1)["disk"][1]


def test_a_daemon_that_does_not_answer_is_told(
    told: Told, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    program(tmp_path, "docker", "echo Cannot connect >&2; exit 1")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("LLMBENCH_DATA_DIR", str(tmp_path))
    assert told()["docker"][1] == (
        "Docker cannot be used: no daemon answers (Cannot connect). "
        "Start it, with: sudo systemctl start docker"
    )
