"""Every fixture scores what it says: gold 10, unchanged and each bad answer as stated."""

import json
import subprocess
import sys
from pathlib import Path

import anyio
import jsonschema
import pytest

from llmbench_inspect.suites.vue.calibration import calibrate
from llmbench_inspect.suites.vue.fixtures import fixtures_folder, load_fixtures
from llmbench_inspect.suites.vue.specification import json_schema
from llmbench_inspect.suites.vue.type_checker import type_checker

NAMES = sorted(folder.parent.name for folder in fixtures_folder().glob("*/validation_spec.json"))


def test_there_are_enough_fixtures_with_four_bad_answers_each() -> None:
    assert len(NAMES) >= 10
    for fixture in load_fixtures(NAMES):
        assert len(fixture.bad) >= 4, fixture.name


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_every_answer_scores_what_it_must(name: str) -> None:
    cases = anyio.run(calibrate, load_fixtures([name])[0], type_checker())
    wrong = [
        (case.answer, case.score, case.verdict.score, case.failure, case.verdict.failure)
        for case in cases
        if not case.holds
    ]
    assert wrong == []
    assert cases[0].answer == "gold"
    assert cases[0].verdict.solved
    assert not any(case.verdict.solved for case in cases[1:])


@pytest.mark.parametrize("name", NAMES)
def test_the_specification_fits_the_published_schema(name: str) -> None:
    folder = fixtures_folder()
    schema = json.loads((folder / "validation_spec.schema.json").read_text("utf-8"))
    assert schema == json_schema()
    jsonschema.validate(json.loads((folder / name / "validation_spec.json").read_text("utf-8")), schema)


def test_the_command_shows_what_does_not_hold(tmp_path: Path) -> None:
    source = fixtures_folder() / "simple-component"
    copy = tmp_path / "simple-component"
    subprocess.run(["cp", "-r", str(source), str(copy)], check=True)
    expected = json.loads((copy / "bad" / "expected.json").read_text("utf-8"))
    expected["syntax-error"]["score"] = 9.9
    (copy / "bad" / "expected.json").write_text(json.dumps(expected), encoding="utf-8")
    command = [sys.executable, "-m", "llmbench_inspect.suites.vue.calibration"]
    run = subprocess.run([*command, str(copy)], capture_output=True, text=True, check=False)
    assert run.returncode == 1
    assert "9.9" in run.stdout
    run = subprocess.run([*command, "no-such-fixture"], capture_output=True, text=True, check=False)
    assert run.returncode == 2
    assert "no-such-fixture" in run.stderr
