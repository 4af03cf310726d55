"""A broken fixture is refused before a run, with the file, the key and the known keys in the message."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from llmbench_inspect.prerequisite import PrerequisiteError
from llmbench_inspect.suites.vue.fixtures import Fixture, fixtures_folder, load_fixtures
from llmbench_inspect.suites.vue.specification import known_facts, load_specification

GOOD: dict[str, Any] = {
    "version": 1,
    "title": "A title",
    "difficulty": "easy",
    "task_description": "Do it.",
    "target_files": ["src/App.vue"],
    "required": [{"id": "props", "description": "Props are typed.", "fact": "props"}],
    "naming": [{"fact": "interfaces", "style": "PascalCase"}],
    "unchanged_score": 1,
}
PATTERN = GOOD["required"][0]


def _refusal(folder: Path, text: str) -> str:
    file = folder / "validation_spec.json"
    file.write_text(text, "utf-8")
    with pytest.raises(PrerequisiteError) as caught:
        load_specification(file)
    message = str(caught.value)
    assert message.startswith(str(file))
    return message


def test_the_smallest_specification_is_read(tmp_path: Path) -> None:
    file = tmp_path / "validation_spec.json"
    file.write_text(json.dumps(GOOD), "utf-8")
    assert load_specification(file).title == "A title"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (
            {"titel": "x"},
            r"titel: unknown key 'titel', did you mean 'title'\? \(known: \$schema, difficulty, ",
        ),
        ({"zzzz": 1}, r"zzzz: unknown key 'zzzz' \(known: \$schema, difficulty, .*version\)"),
        (
            {"required": [{**PATTERN, "wit": {}}]},
            r"required\.0\.wit: unknown key 'wit', did you mean 'with'\? \(known: description, eslint, ",
        ),
        (
            {"forbidden": [{**PATTERN, "id": "b", "maximum": 1}]},
            r"forbidden\.0\.maximum: unknown key 'maximum', .*\(known: description, eslint, fact, ",
        ),
        (
            {"required": [{"id": "a", "description": "b", "selector": {"wher": "script", "esquery": "x"}}]},
            r"required\.0\.selector\.wher: unknown key 'wher', did you mean 'where'\? \(known: esq",
        ),
        (
            {"naming": [{"fact": "interfaces", "sufix": "Props"}]},
            r"naming\.0\.sufix: unknown key 'sufix', did you mean 'suffix'\? \(known: fact, file, name, ",
        ),
        (
            {"scoring": {"compile": 1}},
            r"scoring\.compile: unknown key 'compile', .*\(known: behaviour, compilation, naming, p",
        ),
        (
            {"required": [{**PATTERN, "fact": "prop"}]},
            r"required\.0: unknown fact 'prop', did you mean 'props'\? \(known: any, ",
        ),
        (
            {"naming": [{"fact": "interface"}]},
            r"naming\.0: unknown fact 'interface', did you mean 'interfaces'\? \(known: any, ",
        ),
        (
            {"scoring": {"compilation": 0.5, "pattern_match": 0.5, "naming": 0.5}},
            r"scoring: the weights add up to 1\.5, not to 1",
        ),
        ({"scoring": {"compilation": 2}}, r"scoring\.compilation: .*less than or equal to 1"),
        (
            {"required": [{**PATTERN, "eslint": "vue/no-deprecated-filter"}]},
            r"required\.0: give exactly one of 'fact', 'selector', 'eslint'",
        ),
        (
            {"required": [{"id": "a", "description": "b"}]},
            r"required\.0: give exactly one of 'fact', 'selector', 'eslint'",
        ),
        (
            {"required": [{"id": "a", "description": "b", "eslint": "vue/no-v-html", "with": {"line": 1}}]},
            r"required\.0: 'with' goes with 'fact'",
        ),
        ({"forbidden": [PATTERN]}, r"\(whole file\): pattern ids used twice: props"),
        ({"required": [{**PATTERN, "id": "No Id"}]}, r"required\.0\.id: .*pattern"),
        ({"required": []}, r"required: .*at least 1 item"),
        ({"difficulty": "hopeless"}, r"difficulty: .*'easy', 'medium', 'hard' or 'extreme'"),
        ({"unchanged_score": 11}, r"unchanged_score: .*less than or equal to 10"),
        ({"unchanged_score": float("nan")}, r"unchanged_score: "),
    ],
)
def test_an_error_names_the_file_the_key_and_what_is_known(
    change: dict[str, Any], told: str, tmp_path: Path
) -> None:
    assert re.search(told, _refusal(tmp_path, json.dumps({**GOOD, **change})))


@pytest.mark.parametrize("key", list(GOOD))
def test_a_missing_key_is_named(key: str, tmp_path: Path) -> None:
    without = {name: value for name, value in GOOD.items() if name != key}
    assert f"\n  {key}: Field required" in _refusal(tmp_path, json.dumps(without))


def test_all_errors_are_told_at_once(tmp_path: Path) -> None:
    message = _refusal(tmp_path, json.dumps({**GOOD, "titel": "x", "version": 0, "scoring": {"naming": 1}}))
    assert [line.split(":")[0].strip() for line in message.splitlines()[1:]] == [
        "version",
        "scoring",
        "titel",
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{"version": 1,}', r"not valid JSON: .*line 1 column "),
        ("", r"not valid JSON: .*line 1 column 1"),
        ("[]", r"\(whole file\): "),
        ("[" * 100_000, r"nested"),
        (json.dumps(GOOD).replace('"title"', '"version": 2, "title"'), r"the key 'version' is there twice"),
    ],
    ids=["comma", "empty", "list", "deep", "twice"],
)
def test_what_is_no_specification_at_all_is_told_so(text: str, told: str, tmp_path: Path) -> None:
    assert re.search(told, _refusal(tmp_path, text))


def test_bytes_that_are_no_text_and_a_missing_file_are_told_so(tmp_path: Path) -> None:
    file = tmp_path / "validation_spec.json"
    with pytest.raises(PrerequisiteError, match=r"validation_spec\.json: No such file"):
        load_specification(file)
    file.write_bytes(b'{"title": "\xff"}')
    with pytest.raises(PrerequisiteError, match=r"validation_spec\.json: not valid JSON: .*utf-8"):
        load_specification(file)


def test_facts_are_known_by_their_files() -> None:
    assert {"props", "interfaces", "any", "suppressions"} <= set(known_facts())


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(fixtures_folder() / "simple-component", tmp_path / "mine"))


def _edit(file: Path, change: Callable[[str], str]) -> None:
    file.write_text(change(file.read_text("utf-8")), "utf-8")


def test_a_fixture_is_found_by_its_path(copy: Path) -> None:
    [fixture] = load_fixtures([str(copy)])
    assert fixture.name == "mine"
    assert "HelloWorld" in fixture.prompt("single_shot")


def test_a_fixture_without_a_project_is_refused(copy: Path) -> None:
    shutil.rmtree(copy / "target_project")
    with pytest.raises(PrerequisiteError, match="mine: a fixture has a folder 'target_project'"):
        load_fixtures([str(copy)])


def test_a_project_file_that_is_no_text_is_named(copy: Path) -> None:
    (copy / "target_project/src/latin.ts").write_bytes("// caf\xe9\n".encode("latin-1"))
    with pytest.raises(PrerequisiteError, match=r"mine/target_project/src/latin\.ts: byte 6 is not UTF-8"):
        load_fixtures([str(copy)])


def test_an_answer_that_is_no_text_is_named(copy: Path) -> None:
    (copy / "gold/latin.ts").write_bytes(b"\xff")
    with pytest.raises(PrerequisiteError, match=r"mine/gold/latin\.ts: byte 0 is not UTF-8"):
        _ = _loaded(copy).gold


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("simple-componnet", r"Unknown Vue fixture 'simple-componnet'\. Did you mean 'simple-component'\?"),
        ("multifile", r"Did you mean 'multi-file'\?"),
        ("zzzz", r"Unknown Vue fixture 'zzzz'\.\nKnown: .*design-system, .*fixtures=NAME"),
        ("/not/there", r"Unknown Vue fixture '/not/there'"),
    ],
)
def test_an_unknown_fixture_is_told_with_the_nearest(name: str, told: str) -> None:
    with pytest.raises(PrerequisiteError) as caught:
        load_fixtures([name])
    assert re.search(told, str(caught.value), re.DOTALL)


@pytest.mark.parametrize(
    ("template", "told"),
    [
        ("{{ orginal_code }}", "'orginal_code' is undefined"),
        ("line\n{% if mode %}", "line 2: Unexpected end of template"),
        ("{{ files['nowhere.vue'] }}", "has no attribute 'nowhere.vue'"),
    ],
)
def test_a_broken_prompt_names_its_file(template: str, told: str, copy: Path) -> None:
    fixture = _loaded(copy)
    (copy / "prompt.md").write_text(template, "utf-8")
    with pytest.raises(PrerequisiteError, match=rf"mine/prompt\.md.*{re.escape(told)}"):
        fixture.prompt("agent")


def test_a_missing_prompt_names_its_file(copy: Path) -> None:
    (copy / "prompt.md").unlink()
    with pytest.raises(PrerequisiteError, match=r"mine/prompt\.md"):
        _loaded(copy).prompt("agent")


def test_a_prompt_keeps_its_code_as_it_is(copy: Path) -> None:
    _edit(copy / "target_project/src/components/HelloWorld.vue", lambda text: text + "<!-- {{ a }} & 'b' -->")
    assert "<!-- {{ a }} & 'b' -->" in _loaded(copy).prompt("single_shot")


def _loaded(folder: Path) -> Fixture:
    return load_fixtures([str(folder)])[0]


def test_a_relative_path_is_seen_from_the_shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = Path(shutil.copytree(fixtures_folder() / "badge-props", tmp_path / "shell" / "mine"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PWD", str(copy.parent))
    [fixture] = load_fixtures(["./mine"])
    assert fixture.root == copy
    # The log names it so that it is found from any folder.
    assert load_fixtures([fixture.argument]) == [fixture]
