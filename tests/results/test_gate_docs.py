"""The pages on compare and gate: their examples run, their options are those of `--help`."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest
import yaml
from click.testing import CliRunner

from llmbench_inspect.cli import main
from llmbench_inspect.results.gate import Rule, read_policy

from .written import outcomes, write_log

DOCS = Path(__file__).parents[2] / "docs"
GATE = (DOCS / "gate.md").read_text("utf-8")
[POLICY] = re.findall(r"```toml\n(.*?)```", GATE, re.DOTALL)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder such as the page and the workflows speak of; the candidate is as good as main."""
    first, second = outcomes(both=138, lost=6, won=6, neither=50)
    ttft = {name: 0.3 + number / 1000 for number, name in enumerate(first)}
    write_log(tmp_path / "logs" / "main" / "gsm8k.eval", first, task="llmbench_inspect/gsm8k", ttft=ttft)
    write_log(
        tmp_path / "logs" / "candidate" / "gsm8k.eval", second, task="llmbench_inspect/gsm8k", ttft=ttft
    )
    (tmp_path / "gate.toml").write_text(POLICY)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("command", ["compare", "gate"])
def test_every_option_is_on_its_page_and_no_other(command: str) -> None:
    page = (DOCS / f"{command}.md").read_text("utf-8")
    options = {
        name
        for option in main.commands[command].params
        if isinstance(option, click.Option)
        for name in option.opts
    }
    table = set(re.findall(r"`(--?[a-z][\w-]*)", page.split("| exit code")[0]))
    assert table == options
    shown = CliRunner().invoke(main, [command, "--help"]).output
    assert all(name in shown for name in options)


def test_every_key_of_a_rule_is_on_the_page() -> None:
    table = GATE.split("| key of a rule | |")[1].split("\n\n")[0]
    assert set(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)) == set(Rule.model_fields)


def test_the_policy_of_the_page_is_followed(project: Path) -> None:
    assert len(read_policy(project / "gate.toml").rule) == 4
    [example] = re.findall(r"^llmbench (gate logs/.*)$", GATE, re.MULTILINE)
    result = CliRunner().invoke(main, example.split(), env={"COLUMNS": "160"})
    assert result.exit_code == 0, result.output
    assert "PASS: 4 PASS" in result.stdout


def script(text: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a step as a CI system does."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        ["bash", "-eo", "pipefail", "-c", text],
        cwd=folder,
        env=os.environ | {"PATH": path, "GITHUB_STEP_SUMMARY": str(folder / "summary.md")},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_github_workflow(project: Path) -> None:
    workflow: dict[str, Any] = yaml.safe_load((DOCS / "ci" / "github-actions.yml").read_text("utf-8"))
    [step] = [step for step in workflow["jobs"]["evals"]["steps"] if step.get("name") == "Gate"]
    for threshold, code in (("0.6", 0), ("0.72", 2), ("0.95", 1)):
        (project / "gate.toml").write_text(POLICY.replace("threshold = 0.6 ", f"threshold = {threshold} "))
        done = script(step["run"], project)
        assert done.returncode == code, done.stdout + done.stderr
        assert ("::warning title=gsm8k score" in done.stdout) == (code == 2)
    assert (project / "summary.md").read_text("utf-8").startswith("## ❌ FAIL")
    assert (project / "gate.xml").is_file()


def test_the_gitlab_workflow(project: Path) -> None:
    workflow: dict[str, Any] = yaml.safe_load((DOCS / "ci" / "gitlab-ci.yml").read_text("utf-8"))
    job = workflow["gate"]
    done = script("\n".join(job["script"]), project)
    assert done.returncode == 0, done.stdout + done.stderr
    for file in (*job["artifacts"]["paths"], job["artifacts"]["reports"]["junit"]):
        assert (project / file).is_file()


@pytest.mark.parametrize("file", ["github-actions.yml", "gitlab-ci.yml"])
def test_the_commands_of_the_workflows_are_known(file: str) -> None:
    text = (DOCS / "ci" / file).read_text("utf-8")
    commands = re.findall(r"(?<![-\w/])llmbench (\w+)", text)
    assert commands
    assert set(commands) <= set(main.commands)
    for task in re.findall(r"inspect eval llmbench_inspect/(\w+)", text):
        assert (DOCS.parent / "tasks" / f"{task}.py").is_file()
