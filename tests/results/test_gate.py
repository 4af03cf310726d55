"""`llmbench gate` on written logs: how it ends, and what it says in every output."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner, Result
from inspect_ai.log import read_eval_log, write_eval_log
from markdown_it import MarkdownIt

from llmbench_inspect.cli import main

from .written import outcomes, write_log

HOSTILE = (
    "a|b\x1b[2J`c` <script>x</script> [l](http://e) [red]r[/red] \u202e ]]> ::error::x %0A \n::error::y "
    + "z" * 900
)


def gate(folder: Path, policy: str, *arguments: str) -> Result:
    (folder / "gate.toml").write_text(policy)
    return CliRunner().invoke(
        main,
        ["gate", str(folder / "logs"), "--policy", str(folder / "gate.toml"), *arguments],
        env={"COLUMNS": "200"},
    )


def rule(**keys: Any) -> str:
    return "[[rule]]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in keys.items())


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Logs of a run that solves 70 %, and of a baseline that solves 80 %; 100 samples."""
    folder = tmp_path_factory.mktemp("written")
    first, second = outcomes(both=65, lost=15, won=5, neither=15)
    write_log(folder / "main" / "quiz.eval", first)
    write_log(folder / "logs" / "quiz.eval", second)
    return folder


@pytest.fixture
def folder(written: Path, tmp_path: Path) -> Path:
    """The same, for one test to change."""
    return Path(shutil.copytree(written, tmp_path, dirs_exist_ok=True))


@pytest.mark.parametrize(
    ("rules", "code", "told"),
    [
        (rule(suite="quiz", metric="score", threshold=0.5), 0, "PASS: 1 PASS"),
        (rule(metric="score:solved", threshold=0.9), 1, "FAIL: 1 FAIL"),
        (rule(metric="score", threshold=0.65), 2, "more samples would do"),
        (rule(metric="score", allowed_drop=0.0), 1, "drop of at most 0.0 points"),
        (rule(metric="score", allowed_drop=0.05), 2, "INCONCLUSIVE: 1 INCONCLUSIVE"),
        (rule(metric="score", allowed_drop="50%"), 0, "drop of at most 50%"),
        (
            rule(metric="score", threshold=0.5, minimum_n=101),
            2,
            "the rule asks for 101 samples; about 1 more",
        ),
        (rule(metric="joules", threshold=10), 2, "no sample has a value"),
        (rule(metric="score", threshold=0.9, severity="supporting"), 1, "supporting"),
        (rule(metric="score", threshold=0.65, severity="supporting"), 0, "PASS: 1 INCONCLUSIVE"),
        (rule(metric="score", threshold=0.9, severity="advisory"), 0, "PASS: 1 FAIL"),
        (
            rule(metric="score", threshold=0.5) + rule(metric="score", threshold=0.9),
            1,
            "FAIL: 1 PASS, 1 FAIL",
        ),
    ],
)
def test_verdicts_and_exit_codes(folder: Path, rules: str, code: int, told: str) -> None:
    result = gate(folder, rules, "--baseline", str(folder / "main"))
    assert told in result.stdout
    assert result.exit_code == code, result.output


@pytest.mark.parametrize(
    ("rules", "told"),
    [
        (rule(metric="scor", threshold=1), 'the nearest known is "score"'),
        (rule(suite="quizz", metric="score", threshold=1), 'suite "quizz"; the nearest known is "quiz"'),
        (rule(metric="score:solvd", threshold=1), 'has no score "solvd"; the nearest known is "solved"'),
        (rule(metric="score", allowed_drop=0.1), '"allowed_drop" needs --baseline LOGS'),
    ],
)
def test_a_policy_that_cannot_be_followed_is_3(folder: Path, rules: str, told: str) -> None:
    result = gate(folder, rules)
    assert told in result.stderr
    assert result.exit_code == 3


@pytest.mark.parametrize(
    "arguments",
    [
        ["gate"],
        ["gate", "logs"],
        ["gate", "logs", "--policy", "gate.toml", "--nonsense"],
        ["gate", "nowhere", "--policy", "gate.toml"],
        ["gate", "logs", "--policy", "nowhere.toml"],
        ["gate", "logs", "--policy", "gate.toml", "--markdown", "gate.toml/x"],
    ],
)
def test_a_wrong_command_line_is_3(
    folder: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    (folder / "gate.toml").write_text(rule(metric="score", threshold=0.5))
    monkeypatch.chdir(folder)
    assert CliRunner().invoke(main, arguments).exit_code == 3


def test_a_cache_that_cannot_be_written_is_3(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "file").touch()
    monkeypatch.setenv("LLMBENCH_CACHE_DIR", str(folder / "file"))
    assert gate(folder, rule(metric="score", threshold=0.5)).exit_code == 3


@pytest.mark.parametrize("side", ["logs", "main"])
def test_a_log_that_cannot_be_read_is_3(folder: Path, side: str) -> None:
    (folder / side / "broken.eval").write_text("no zip")
    result = gate(folder, rule(metric="score", threshold=0.5), "--baseline", str(folder / "main"))
    assert result.exit_code == 3
    assert "broken.eval: " in result.stderr


def test_the_baseline_may_be_a_folder_within_the_logs(folder: Path) -> None:
    (folder / "gate.toml").write_text(rule(metric="score", allowed_drop=0.0))
    policy = str(folder / "gate.toml")
    arguments = ["gate", str(folder), "--baseline", str(folder / "main"), "--policy", policy]
    result = CliRunner().invoke(main, arguments, env={"COLUMNS": "200"})
    assert "70.0%, -10.0 points" in result.stdout
    assert result.exit_code == 1


@pytest.mark.parametrize("status", ["error", "cancelled", "started"])
def test_an_eval_that_did_not_end_fails(folder: Path, status: Any) -> None:
    values, _ = outcomes(both=100)
    write_log(folder / "logs" / "other.eval", values, task="other", status=status)
    result = gate(folder, rule(suite="quiz", metric="score", threshold=0.5))
    assert result.exit_code == 1
    assert "FAIL other.eval (made/one): the eval " in result.stdout


def test_what_is_left_out_is_no_evidence(folder: Path) -> None:
    values, _ = outcomes(both=90)
    write_log(folder / "logs" / "quiz.eval", values | {f"lost {n}": [None] for n in range(10)})
    rules = rule(metric="score", threshold=0.5)
    result = gate(folder, rules)
    assert result.exit_code == 2
    assert "10.0% left out; the rule allows 5.0% left out" in result.stdout
    assert gate(folder, rules + "largest_left_out = 0.1").exit_code == 0


def test_a_baseline_of_another_version_is_no_evidence(folder: Path) -> None:
    values, _ = outcomes(both=100)
    write_log(folder / "main" / "quiz.eval", values, version=2)
    result = gate(folder, rule(metric="score", allowed_drop=0.5), "--baseline", str(folder / "main"))
    assert result.exit_code == 2
    assert "no comparison: version 2 of the suite and version 1" in result.stdout


def test_a_suite_that_only_the_baseline_ran_is_missed(folder: Path) -> None:
    values, _ = outcomes(both=100)
    write_log(folder / "main" / "exam.eval", values, task="exam")
    baseline = ("--baseline", str(folder / "main"))
    result = gate(folder, rule(metric="score", allowed_drop="50%"), *baseline)
    assert "no comparison: the other side did not run it" in result.stdout
    assert result.exit_code == 2
    assert gate(folder, rule(suite="quiz", metric="score", allowed_drop="50%"), *baseline).exit_code == 0


def test_a_rule_without_a_suite_is_for_each_and_each_model(folder: Path) -> None:
    values, _ = outcomes(both=100)
    write_log(folder / "logs" / "exam.eval", values, task="package/exam", model="made/two")
    assert "PASS: 2 PASS" in gate(folder, rule(metric="score", threshold=0.5)).stdout


def test_every_output_says_the_same(folder: Path) -> None:
    _, worse = outcomes(both=60, lost=20, won=2, neither=18)
    write_log(folder / "logs" / "quiz.eval", worse)
    files = {name: folder / f"out.{name}" for name in ("markdown", "junit", "json")}
    rules = (
        rule(metric="score", threshold=0.5)
        + rule(metric="score", allowed_drop=0.0)
        + rule(metric="score", threshold=0.65)
        + rule(metric="score", threshold=0.9, severity="advisory")
    )
    result = gate(
        folder,
        rules,
        "--baseline",
        str(folder / "main"),
        "--github",
        *(part for name, file in files.items() for part in (f"--{name}", str(file))),
    )
    assert result.exit_code == 1
    told = json.loads(files["json"].read_text())
    assert (told["schema"], told["verdict"], told["exit_code"]) == (1, "FAIL", 1)
    assert [one["verdict"] for one in told["judged"]] == ["PASS", "FAIL", "INCONCLUSIVE", "FAIL"]
    assert told["judged"][1]["allowed"] == {"amount": 0.0, "relative": False}

    [suite] = ET.parse(files["junit"]).getroot()
    assert {name: suite.get(name) for name in ("name", "tests", "failures", "errors", "skipped")} == {
        "name": "quiz",
        "tests": "4",
        "failures": "1",
        "errors": "1",
        "skipped": "1",
    }
    properties = {entry.get("name"): entry.get("value") for entry in suite[1][0]}
    assert properties["value"] == "0.62"
    assert properties["baseline"] == "0.8"
    assert float(properties["interval_low"] or 0) < -0.18 < float(properties["interval_high"] or 0)

    annotations = [line for line in result.stdout.splitlines() if line.startswith("::")]
    assert [line.split(" ")[0] for line in annotations] == ["::error", "::warning", "::warning", "::notice"]
    assert annotations[-1] == "::notice title=llmbench gate::FAIL: 1 PASS, 2 FAIL, 1 INCONCLUSIVE"
    page = files["markdown"].read_text("utf-8")
    assert page.startswith("## ❌ FAIL: 1 PASS, 2 FAIL, 1 INCONCLUSIVE\n")
    assert "| ❌ FAIL | critical | quiz | made/one | score | 62.0%, -18.0 points [" in page


def test_a_hostile_log_is_shown_as_text(folder: Path) -> None:
    for path in (folder / "logs" / "quiz.eval", folder / "main" / "quiz.eval"):
        log = read_eval_log(str(path))
        log.eval.task = log.eval.model = HOSTILE
        log.status = "error"
        for sample in log.samples or []:
            sample.id = f"{sample.id}{HOSTILE}"
        log.eval.dataset.sample_ids = None
        path.unlink()
        write_eval_log(log, str(path.with_name("2026-01-01T00-00-00+00-00_quiz_made.json")))
    files = {name: folder / f"out.{name}" for name in ("markdown", "junit", "json")}
    outputs = [part for name, file in files.items() for part in (f"--{name}", str(file))]
    rules = rule(metric="score", threshold=0.9)
    result = gate(folder, rules, "--baseline", str(folder / "main"), "--github", *outputs)
    assert result.exit_code == 1, result.output
    compared = folder / "compared.md"
    sides = [str(folder / "main"), str(folder / "logs")]
    comparison = CliRunner().invoke(main, ["compare", *sides, "-o", str(compared)])
    assert comparison.exit_code == 0, comparison.output
    everything = [
        result.output,
        comparison.output,
        *(file.read_text("utf-8") for file in (*files.values(), compared)),
    ]
    assert not any(bad in text for text in everything for bad in ("\x1b[2J", "\u202e"))
    ET.parse(files["junit"])
    commands = [line for line in result.stdout.splitlines() if line.startswith("::")]
    assert len(commands) == 4
    assert not any("%0A" in line.replace("%250A", "") for line in commands)
    for page in (files["markdown"], compared):
        rendered = MarkdownIt("commonmark").enable("table").render(page.read_text("utf-8"))
        assert "<script" not in rendered
        assert 'href="http://e"' not in rendered
        assert "<img" not in rendered
