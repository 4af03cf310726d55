"""Every code block of the documentation is what it says: commands and options exist, files can be read."""

from __future__ import annotations

import ast
import json
import re
import tomllib
from pathlib import Path

import pytest
import yaml

from llmbench_inspect import _registry
from llmbench_inspect.results.gate import read_policy
from llmbench_inspect.results.report import read_reference
from llmbench_inspect.sweep.plan import read_plan

from .blocks import PAGES, ROOT, Block, blocks, inline_code
from .commands import argument_faults, commands, faults

LANGUAGES = {"bash", "json", "python", "text", "toml", "ts", "yaml"}

BLOCKS = [
    block
    for page in PAGES
    # Its examples are answers of models; tests/answers/constraints/test_examples.py judges each.
    if page != "docs/constraints.md"
    for block in blocks(page)
]

NEEDS = {
    "a browser",
    "a GPU",
    "a key",
    "a server of a model",
    "an embedded model",
    "Docker",
    "logs of your own",
    "minutes",
    "Ollama",
    "root",
    "the network",
    "your own files",
}
"""Why a block may stay unrun."""

READERS = {"rule": read_policy, "suites": read_plan, "score": read_reference}
"""Of TOML files, by a table that only theirs have."""


def of(language: str) -> pytest.MarkDecorator:
    mine = [block for block in BLOCKS if block.language == language]
    return pytest.mark.parametrize("block", mine, ids=lambda block: block.where)


def test_each_is_fenced_and_says_its_language() -> None:
    assert [block.where for block in BLOCKS if block.language not in LANGUAGES] == []


def test_one_that_is_not_run_says_why_in_words_that_are_known() -> None:
    told = {need for block in BLOCKS if block.needs for need in block.needs.split(", ")}
    assert told - NEEDS == set()


@of("bash")
def test_commands_are_known_with_their_options(block: Block) -> None:
    for command in commands(block.text):
        assert faults(command) == [], " ".join(command)


@pytest.mark.parametrize("page", PAGES)
def test_commands_within_the_text_are_known(page: str) -> None:
    for code in inline_code(page):
        if re.match(r"(inspect|llmbench|python|pip|make) ", code.text):
            # Of alternatives, as in `new vue|swe`, the first stands for all.
            for command in commands(re.sub(r"(?<=\w)\|[\w|]+", "", code.text)):
                assert faults(command, whole=False) == [], f"{code.where}: {code.text}"


@pytest.mark.parametrize("page", PAGES)
def test_arguments_within_the_text_are_those_of_a_task(page: str) -> None:
    name = Path(page).stem.replace("-", "_")
    tasks = [getattr(_registry, file.stem) for file in ROOT.glob("tasks/*.py")]
    mine = [task for task in tasks if task.__name__ == name] or tasks
    for code in inline_code(page):
        for pair in re.findall(r"(?<!\S)-T (\w+=\S*)", code.text):
            assert any(argument_faults(task, pair) == [] for task in mine), f"{code.where}: {pair}"


@of("text")
def test_options_of_a_synopsis_are_known(block: Block) -> None:
    found = re.fullmatch(r"llmbench (\w+) (.*)", block.text, re.DOTALL)
    if found:
        for option in re.findall(r"(?<!\w)--?[a-z][\w-]*", found[2]):
            [fault, *_] = [*faults(["llmbench", found[1], option], whole=False), ""]
            assert "No such" not in fault, fault


@of("toml")
def test_a_file_is_read_by_who_reads_such_files(block: Block, tmp_path: Path) -> None:
    file = tmp_path / "example.toml"
    file.write_text(block.text, "utf-8")
    [reader] = [read for key, read in READERS.items() if key in tomllib.loads(block.text)]
    reader(file)


@of("json")
def test_json_can_be_read(block: Block) -> None:
    # Several objects may stand under each other, as in a file of JSON lines.
    rest = block.text.strip()
    while rest:
        _, end = json.JSONDecoder().raw_decode(rest)
        rest = rest[end:].strip()


@of("yaml")
def test_yaml_can_be_read(block: Block) -> None:
    assert yaml.safe_load(block.text)


@of("ts")
def test_a_hidden_test_is_one_of_a_fixture(block: Block) -> None:
    """The fixture's calibration runs it."""
    tests = [file.read_text("utf-8") for file in ROOT.glob("fixtures/vue/*/behaviour/*.test.ts")]
    *head, test = block.text.split("\n\n")
    assert any(test.strip() in text and all(line in text for line in head) for text in tests)


@of("python")
def test_python_can_be_read(block: Block) -> None:
    assert ast.parse(block.text).body
