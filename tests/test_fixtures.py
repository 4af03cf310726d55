"""`llmbench fixtures`: what is new holds, and what does not hold is told by its name."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from llmbench_inspect.cli import main
from llmbench_inspect.suites.vue import load_fixtures

HIDDEN = "tests.test_small_cents.SmallCentsTests"


def fixtures(*arguments: str | Path, status: int = 0) -> Result:
    result = CliRunner().invoke(main, ["fixtures", *map(str, arguments)])
    assert result.exit_code == status, result.output
    return result


def told(result: Result) -> str:
    """The lines below the table, which are not cut to the terminal's width."""
    return result.stdout[result.stdout.index("✗") :]


def replaced(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture
def package(tmp_path: Path) -> Path:
    fixtures("new", "swe", tmp_path / "my-package")
    return tmp_path / "my-package"


@pytest.fixture
def issue(package: Path) -> Path:
    return package / "issues" / "small-cents"


@pytest.mark.slow
def test_a_new_vue_fixture_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    made = fixtures("new", "vue", "my-fixture")
    assert "\n  llmbench fixtures verify ./my-fixture\n" in made.stdout
    assert "inspect eval llmbench_inspect/vue_refactor -T fixtures=./my-fixture --model MODEL" in made.stdout
    [fixture] = load_fixtures([f"{tmp_path}/my-fixture"])
    named = json.loads((fixture.target_project / "package.json").read_text("utf-8"))
    assert named["name"] == "my-fixture"
    result = fixtures("verify", "my-fixture")
    assert re.search(r"^(\d+) of \1 hold\.$", result.stdout, re.MULTILINE)
    for what in ("gold", "unchanged", "bad/", "hidden tests", "tool_sequence.json"):
        assert what in result.stdout
    assert re.findall(r"^  (\S+)  +\w", made.stdout, re.MULTILINE)[:7] == [
        "target_project/",
        "prompt.md",
        "validation_spec.json",
        "gold/",
        "bad/",
        "behaviour/",
        "tool_sequence.json",
    ]
    assert all((fixture.root / part).exists() for part in ("prompt.md", "gold", "bad", "behaviour"))


@pytest.mark.slow
def test_what_does_not_hold_in_a_vue_fixture_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "my-fixture"
    fixtures("new", "vue", folder)
    replaced(folder / "gold/src/components/StatusBadge.vue", "count: number", "count: string")
    stated = json.loads((folder / "bad/expected.json").read_text("utf-8"))
    for bad in (folder / "bad").glob("*/"):
        if bad.name not in {"wrong-name", "runtime-props"}:
            shutil.rmtree(bad)
    wrong = {"wrong-name": stated["wrong-name"] | {"score": 9.9}}
    (folder / "bad/expected.json").write_text(json.dumps(wrong), encoding="utf-8")
    replaced(folder / "validation_spec.json", '"unchanged_score": 3.23', '"unchanged_score": 2')
    replaced(folder / "tool_sequence.json", '"finish"', '"list_files"')
    lines = told(fixtures("verify", folder, status=1)).splitlines()
    assert [line.removeprefix("✗ my-fixture, ") for line in lines if line.startswith("✗")] == [
        "gold: wanted: 10; found: 5.32, types_fail",
        "unchanged: wanted: 2; found: 3.23",
        "bad/runtime-props: wanted: a stated score; found: 7.64, pattern_missing",
        "bad/wrong-name: wanted: 9.9, pattern_missing; found: 8.64, pattern_missing",
        "hidden tests, before: wanted: fail, or find a wrong answer; found: 4 pass, find none",
        "bad/: wanted: 4 wrong answers or more; found: 2",
        "tool_sequence.json: wanted: leads to gold/; found: the last call is not finish",
    ]
    mending = "\n".join(lines)
    assert '"unchanged_score": 3.23' in mending
    assert '"wrong-name": {"score": 8.64, "failure": "pattern_missing", "why": "..."}' in mending
    assert "There are: shows the label and the count, shows a count of zero, " in mending


def test_a_new_package_holds(package: Path) -> None:
    assert (package / "repository/my_package/writing.py").is_file()
    assert "pricetag" not in "".join(file.read_text("utf-8") for file in package.rglob("*.*"))
    result = fixtures("verify", package)
    assert re.search(r"^(\d+) of \1 hold\.$", result.stdout, re.MULTILINE)
    assert re.search(r"fail_to_pass +fail before, .* +3 do", result.stdout)
    # So does a copy of its issue, which is the start of another.
    shutil.copytree(package / "issues/small-cents", package / "issues/another")
    assert "my-package-another" in fixtures("verify", package / "issues/another").stdout


def test_what_comes_next_names_what_to_edit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    made = fixtures("new", "swe", "my-package").stdout
    assert "  llmbench fixtures verify ./my-package\n" in made
    assert "inspect eval llmbench_inspect/swe_bench -T instances=./my-package --model MODEL" in made
    issue = tmp_path / "my-package/issues/small-cents"
    for part in ("issue.md", "tests/", "gold.patch", "specification.json"):
        assert f"\n    {part} " in made
        assert (issue / part).exists()


def test_a_gold_patch_that_resolves_nothing_is_told(issue: Path) -> None:
    replaced(issue / "gold.patch", ":02}", ":03}")
    lines = told(fixtures("verify", issue, status=1))
    assert "✗ my-package-small-cents, gold.patch: wanted: resolved; found: not resolved" in lines
    assert (
        f"✗ my-package-small-cents, {HIDDEN}.test_no_cents: "
        "wanted: fail before, pass after; found: fails after\n"
        "    failed: AssertionError: '3.000' != '3.00'"
    ) in lines


def test_a_gold_patch_that_does_not_apply_is_told(issue: Path) -> None:
    replaced(issue / "gold.patch", "a negative price", "another price")
    lines = told(fixtures("verify", issue, status=1))
    assert "gold.patch: wanted: applies to repository/; found: does not\n    error: patch failed: " in lines
    assert "git diff --no-index --no-prefix a b > gold.patch" in lines


def test_tests_that_are_not_as_listed_are_told(issue: Path) -> None:
    file = issue / "specification.json"
    specification = json.loads(file.read_text("utf-8"))
    _, no_cents, there_and_back = specification["fail_to_pass"]
    *others, refused = specification["pass_to_pass"]
    specification["fail_to_pass"] = [refused, there_and_back, f"{HIDDEN}.test_rounding"]
    specification["pass_to_pass"] = [*others, no_cents]
    file.write_text(json.dumps(specification), encoding="utf-8")
    replaced(issue / "issue.md", "# Prices lose a zero", "# Prices lose a zero, says test_small_cents")
    lines = told(fixtures("verify", issue, status=1)).splitlines()
    assert [
        line.removeprefix("✗ my-package-small-cents, ").removeprefix(f"{HIDDEN}.")
        for line in lines
        if line.startswith("✗")
    ] == [
        "gold.patch: wanted: resolved; found: not resolved",
        "test_negative_prices_are_refused: wanted: fail before, pass after; found: passes before",
        "test_rounding: wanted: fail before, pass after; found: no such test",
        "test_no_cents: wanted: pass before and after; found: fails before",
        "specification.json: wanted: lists every test; found: 1 not listed",
        "tests/: wanted: hidden from the model; found: issue.md names test_small_cents",
    ]
    assert f"    {HIDDEN}.test_less_than_ten_cents" in lines


def test_a_name_stands_for_a_fixture_of_this_package() -> None:
    assert "stowage-call-keys" in fixtures("verify", "stowage-call-keys").stdout


def test_an_unknown_name_is_told(tmp_path: Path) -> None:
    assert "Did you mean 'stowage'?" in fixtures("verify", "stowag", status=1).stderr
    assert "Did you mean 'pinia-store'?" in fixtures("verify", "pinia-stor", status=1).stderr
    assert "there is no kind 'vu'. Did you mean 'vue'?" in fixtures("new", "vu", "mine", status=2).stderr
    nothing = fixtures("verify", tmp_path, status=1).stderr
    assert f"{tmp_path}: no fixture lies here." in nothing
    assert "vue: validation_spec.json, target_project; swe: repository, issues" in nothing


@pytest.mark.parametrize("name", ["json", "tests", "class", "3d", "a b"])
def test_a_name_that_no_package_can_have_is_refused(tmp_path: Path, name: str) -> None:
    assert f"'{name}' will not do" in fixtures("new", "swe", tmp_path / name, status=1).stderr
    assert not (tmp_path / name).exists()


@pytest.mark.parametrize("kind", ["vue", "swe"])
def test_nothing_is_written_over(tmp_path: Path, kind: str) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("mine", encoding="utf-8")
    assert "mine is there already" in fixtures("new", kind, tmp_path / "mine", status=1).stderr
    assert [file.name for file in (tmp_path / "mine").iterdir()] == ["notes.txt"]


def test_a_broken_file_is_told_by_its_place(tmp_path: Path) -> None:
    folder = tmp_path / "my-fixture"
    fixtures("new", "vue", folder)
    replaced(folder / "bad/expected.json", '"score": 9.5', '"scores": 9.5')
    error = fixtures("verify", folder, status=1).stderr
    assert f"{folder}/bad/expected.json:\n" in error
    assert "zero-hidden.scores" in error


def test_what_is_missing_on_this_machine_is_told_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    result = fixtures("verify", "badge-props", status=1)
    assert "Error: Checking Vue components needs Node, and `node` is not on PATH: " in result.stderr
    assert result.stdout == ""
