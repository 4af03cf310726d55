"""Vue fixtures as their authors meet them: what a new one is a copy of, and what proves one."""

from __future__ import annotations

import re
from typing import Final

import anyio

from llmbench_inspect.fixture_kind import Claim, FixtureKind
from llmbench_inspect.prerequisite import PrerequisiteError
from llmbench_inspect.suites.vue.calibration import calibrate, claims
from llmbench_inspect.suites.vue.fixtures import fixture_names, fixtures_folder, load_fixtures
from llmbench_inspect.suites.vue.type_checker import CheckerCrash, type_checker

_EXAMPLE: Final = "badge-props"
_NAME: Final = re.compile(r"\w[\w.-]*")


def _verify(name: str) -> list[Claim]:
    [fixture] = load_fixtures([name])
    for mode in ("single_shot", "agent"):
        fixture.prompt(mode)
    try:
        return claims(fixture, anyio.run(calibrate, fixture, type_checker()))
    except CheckerCrash as error:
        raise PrerequisiteError(str(error)) from error


def _word_for(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise PrerequisiteError(
            f"'{name}' will not do for a fixture's name: it is made of letters, digits, '-', '_' and '.'"
        )
    return name


VUE_FIXTURES: Final = FixtureKind(
    name="vue",
    task="vue_refactor",
    argument="fixtures",
    marks=("validation_spec.json", "target_project"),
    example=fixtures_folder() / _EXAMPLE,
    word=_EXAMPLE,
    word_for=_word_for,
    page="docs/adding-a-fixture.md",
    steps=(
        ("target_project/", "the project as the model finds it"),
        ("prompt.md", "the task in words"),
        ("validation_spec.json", "what is checked, and what the unchanged project scores"),
        ("gold/", "the right answer: changed files only"),
        ("bad/", "wrong answers, and in expected.json what each scores"),
        ("behaviour/", "hidden tests; without the folder, there are none"),
        ("tool_sequence.json", "the calls of an agent that does it right"),
    ),
    names=fixture_names,
    verify=_verify,
)
"""The kind."""
