"""`llmbench doctor`: what it looks at, what it says, and how it ends."""

from __future__ import annotations

import json
import os
import re
import sys
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


def found(*arguments: str) -> dict[str, dict[str, str]]:
    """The findings by code."""
    return {finding["check"]: finding for finding in json.loads(doctor("--json", *arguments).stdout)}


@pytest.fixture(autouse=True)
def a_shell_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No keys, no servers, no `.env` of whoever runs the tests."""
    for name in os.environ:
        if re.search(r"_API_KEY$|_BASE_URL$|^INSPECT_", name):
            monkeypatch.delenv(name)
    monkeypatch.setenv("OLLAMA_HOST", "127.0.0.1:9")
    monkeypatch.chdir(tmp_path)


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


def test_a_node_that_is_too_old_is_no_failure(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program(tmp_path, "node", "echo v16.0.0")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "v16.0.0: too old, so that Node 22 comes from npm" in found()["node"]["told"]


def test_without_jails_it_says_what_a_run_says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program(tmp_path, "bwrap", "echo 'bwrap: No permissions to create a new namespace' >&2; exit 1")
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    with pytest.raises(NoJailError) as raised:
        anyio.run(BwrapSandboxEnvironment.task_init, "task", None)
    result = doctor("--suite", "tool_use")
    assert result.exit_code == 1
    assert "\n".join(f"      {line}" for line in str(raised.value).split("\n")[1:]) in result.stdout
    assert str(raised.value).split("\n")[0] in result.stdout


def test_missing_data_is_told_as_the_suite_tells_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LLMBENCH_DATA_DIR", str(tmp_path))
    with pytest.raises(PrerequisiteError) as raised:
        load_rows("gsm8k_test")
    findings = found("--suite", "gsm8k")
    assert findings["data"]["told"] == str(raised.value)
    assert findings["suite"]["outcome"] == "skipped"
    assert doctor("--suite", "gsm8k").exit_code == 1


def test_data_is_proven(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LLMBENCH_DATA_DIR", str(data_dir))
    told = found("--suite", "gsm8k")
    assert told["data"]["told"].startswith("gsm8k_test (1319 rows, ")
    assert told["suite"]["told"] == "gsm8k is ready: 1319 samples"
    assert re.search(r"holds \d+ of \d+", found()["data"]["told"])


def test_a_key_is_told_and_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    result = doctor("--model", "anthropic/claude-sonnet-5")
    assert result.exit_code == 1
    assert "✗ api_key  ERROR: Unable to initialise Anthropic client\n" in result.stdout
    assert "No ANTHROPIC_API_KEY defined in the environment." in result.stdout
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-ant-secret")
    result = doctor("--model", "anthropic/claude-sonnet-5")
    assert result.exit_code == 0
    assert "✓ api_key  the client can be made" in result.stdout
    assert "secret" not in result.stdout
    assert found()["api_key"]["told"].startswith("ANTHROPIC_API_KEY of ")


def test_a_key_in_the_file_env_counts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "")  # so that what the file sets is taken back
    monkeypatch.delenv("OPENAI_API_KEY")
    (tmp_path / ".env").write_text("OPENAI_API_KEY=sk-secret\n", encoding="utf-8")
    assert "OPENAI_API_KEY of " in found()["api_key"]["told"]
    monkeypatch.delenv("OPENAI_API_KEY")


def test_an_unknown_provider_is_told() -> None:
    result = doctor("--model", "opena/gpt-5")
    assert result.exit_code == 1
    assert "✗ api_key  opena/gpt-5 cannot be made: " in result.stdout


def test_a_package_of_another_version_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "inspect_ai-0.3.1.dist-info").mkdir()
    text = "Metadata-Version: 2.1\nName: inspect-ai\nVersion: 0.3.1\n"
    (tmp_path / "inspect_ai-0.3.1.dist-info" / "METADATA").write_text(text, encoding="utf-8")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    packages = found("--suite", "prompts")["packages"]
    assert packages["outcome"] == "failed"
    assert " is needed, and inspect-ai 0.3.1 is installed" in packages["told"]
    assert "pip install --upgrade" in packages["told"]


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a file system without room")
def test_a_full_disk_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INSPECT_LOG_DIR", "/proc/logs")
    disk = found("--suite", "prompts")["disk"]
    assert disk["outcome"] == "failed"
    assert disk["told"].startswith("/proc, where logs are written, has 0.0 GB left.")
    assert disk["told"].endswith("export INSPECT_LOG_DIR=/path/with/space")


def test_a_cache_that_cannot_be_written_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("LLMBENCH_CACHE_DIR", str(tmp_path / "file"))
    assert "is of no use as a cache folder" in found("--suite", "prompts")["disk"]["told"]


def test_a_daemon_that_does_not_answer_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program(tmp_path, "docker", "echo Cannot connect >&2; exit 1")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("LLMBENCH_DATA_DIR", str(tmp_path))
    assert found()["docker"]["told"] == (
        "Docker cannot be used: no daemon answers (Cannot connect). "
        "Start it, with: sudo systemctl start docker"
    )
