"""The Vue projects that models work on: found by name, loaded whole, refused where they are broken."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any, Final, NamedTuple

from jinja2 import Environment, StrictUndefined, TemplateError, TemplateSyntaxError
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from llmbench_inspect.folder_digest import digest_of_folder
from llmbench_inspect.named_choice import did_you_mean
from llmbench_inspect.named_path import path_from_shell
from llmbench_inspect.prerequisite import PrerequisiteError
from llmbench_inspect.suites.vue.overlay import Overlay, changed_files
from llmbench_inspect.suites.vue.specification import Scoring, Specification, load_specification

HIDDEN: Final = "behaviour"
"""Folder of a fixture's hidden tests; beside them, in the jail, lies the project."""

VISIBLE: Final = "tests"
"""Folder of a project's own tests, which the model sees and an agent may run."""

_TEST: Final = re.compile(r"^test\('((?:[^'\\\n]|\\.)+)',", re.MULTILINE)
_IMPORTS: Final = re.compile(r"^import \{[^}]*\bexpect\b[^}]*\btest\b[^}]*\} from 'vitest'", re.MULTILINE)


def names_of_tests(text: str) -> list[str]:
    """The names of the tests in a file: each begins a line with `test('name',`."""
    return _TEST.findall(text)


class _Stated(BaseModel):
    """What `bad/expected.json` says of a wrong answer."""

    model_config = ConfigDict(extra="forbid")

    score: float
    failure: str
    why: str = ""


_STATED: Final = TypeAdapter(dict[str, _Stated])


class BadAnswer(NamedTuple):
    """A wrong answer that ships with a fixture, and what it must score."""

    name: str
    changes: dict[str, str | None]
    score: float
    """0 to 10."""
    failure: str
    """The failure class it must be given."""


@dataclass(frozen=True)
class Fixture:
    """One refactoring task: a project, what is asked, and answers whose scores are known."""

    name: str
    root: Path
    specification: Specification
    argument: str
    """What names it in `fixtures=`: its name, or its absolute path."""

    @property
    def target_project(self) -> Path:
        """The project as the model finds it."""
        return self.root / "target_project"

    @cached_property
    def tool_sequence(self) -> list[dict[str, Any]]:
        """The calls of an agent that does it right: `tool`, `arguments`; one call a step."""
        calls: list[dict[str, Any]] = json.loads((self.root / "tool_sequence.json").read_text("utf-8"))
        return calls

    def overlay(self, changes: Mapping[str, str | None] | None = None) -> Overlay:
        """The project with some changes on top."""
        return Overlay(self.target_project, self.specification.editable, dict(changes or {}))

    @cached_property
    def hidden_tests(self) -> dict[str, str]:
        """The tests of what a component does, which no model sees: text by path; none for some fixtures."""
        return _texts(self.root, f"{HIDDEN}/*.test.ts")

    @cached_property
    def test_support(self) -> dict[str, str]:
        """What the hidden tests import, and the `vite.config` of theirs where they need one: text by path."""
        texts = _texts(self.root, f"{HIDDEN}/*.ts")
        return {name: text for name, text in texts.items() if name not in self.hidden_tests}

    @cached_property
    def visible_tests(self) -> dict[str, str]:
        """The tests that the project comes with, as it comes with them: text by path; most have none."""
        return _texts(self.target_project, f"{VISIBLE}/*.test.ts")

    @property
    def digest(self) -> str:
        """SHA-256 of all that an answer and its scores depend on: all but the known answers."""
        return digest_of_folder(self.root, without=("gold", "bad", "tool_sequence.json", "README.md"))

    @property
    def scoring(self) -> Scoring:
        """The weights that its specification states, or the usual ones, with hidden tests or without."""
        return self.specification.scoring or (Scoring.with_hidden_tests() if self.hidden_tests else Scoring())

    @cached_property
    def gold(self) -> dict[str, str | None]:
        """The changes of the answer that scores 10."""
        return changed_files(self.root / "gold")

    @cached_property
    def bad(self) -> list[BadAnswer]:
        """The wrong answers, by name; what one must score is NaN where `bad/expected.json` does not say.

        Raises:
            PrerequisiteError: The file is broken.
        """
        folder = self.root / "bad"
        file = folder / "expected.json"
        try:
            stated = _STATED.validate_json(file.read_bytes()) if file.exists() else {}
        except ValidationError as error:
            lines = [f"{'.'.join(map(str, part['loc'])) or 'file'}: {part['msg']}" for part in error.errors()]
            raise PrerequisiteError("\n".join([f"{file}:", *lines])) from error
        names = sorted({path.name for path in folder.glob("*/")} | stated.keys())
        answers = {name: stated.get(name, _Stated(score=math.nan, failure="not stated")) for name in names}
        return [
            BadAnswer(name, changed_files(folder / name), answer.score, answer.failure)
            for name, answer in answers.items()
        ]

    def prompt(self, mode: str) -> str:
        """The task in words, from `prompt.md`.

        Args:
            mode: `single_shot` or `agent`: the first says how an answer is to be written down.

        Raises:
            PrerequisiteError: The template is missing, broken, or uses a name that is not there.
        """
        overlay = self.overlay()
        existing = [
            name for name in self.specification.target_files if (self.target_project / name).is_file()
        ]
        texts = {name: overlay.read(name) for name in existing}
        file = self.root / "prompt.md"
        try:
            return _ENVIRONMENT.from_string(file.read_text("utf-8")).render(
                original_code=texts.get(self.specification.target_files[0], ""),
                files=texts,
                mode=mode,
                project_files={name: overlay.read(name) for name in overlay.files()},
                task_description=self.specification.task_description,
            )
        except TemplateSyntaxError as error:
            raise PrerequisiteError(f"{file}, line {error.lineno}: {error.message}") from error
        except (OSError, UnicodeDecodeError, TemplateError) as error:
            raise PrerequisiteError(f"{file}: {error}") from error


# Prompts are plain text for a model: HTML escaping would change the code in them.
_ENVIRONMENT = Environment(undefined=StrictUndefined, keep_trailing_newline=True, autoescape=False)  # noqa: S701


def fixtures_folder() -> Path:
    """Where the fixtures lie, in a checkout and in an installed wheel alike."""
    return Path(str(files("llmbench_inspect"))) / "fixtures" / "vue"


def fixture_names() -> list[str]:
    """The fixtures of this project."""
    return sorted(
        folder.name for folder in fixtures_folder().iterdir() if (folder / "validation_spec.json").exists()
    )


def load_fixtures(names: Sequence[str] | None = None) -> list[Fixture]:
    """Load fixtures in a fixed order.

    Args:
        names: Fixtures of this project, or paths of fixture folders; all of this project where
            it is `None`, but for those that bring packages of their own (they install on demand).

    Raises:
        PrerequisiteError: A name that is not known (the nearest is told), or a broken fixture.
    """
    root = fixtures_folder()
    known = fixture_names()
    if names is None:
        fixtures = [_load(root / name, name) for name in known]
        return [fixture for fixture in fixtures if fixture.specification.packages == "shared"]
    found = {name: _find(name, root, known) for name in names}
    return [_load(path, name if name in known else str(path)) for name, path in found.items()]


def _find(name: str, root: Path, known: list[str]) -> Path:
    if name in known:
        return root / name
    if "/" in name and (path := path_from_shell(name)).is_dir():
        return path.resolve()
    raise PrerequisiteError(
        f"Unknown Vue fixture '{name}'.{did_you_mean(name, known)}\n"
        f"Known: {', '.join(known)}, or the path of a fixture folder.\n"
        "Choose with: -T fixtures=NAME,NAME"
    )


def _load(root: Path, argument: str) -> Fixture:
    fixture = Fixture(root.name, root, load_specification(root / "validation_spec.json"), argument)
    if not fixture.target_project.is_dir():
        raise PrerequisiteError(f"{root}: a fixture has a folder 'target_project', and this one has none")
    overlay = fixture.overlay()
    for name in overlay.files():
        overlay.read(name)  # refused here if it is no text, rather than amid a run
    _check_tests(fixture.root, fixture.hidden_tests)
    _check_tests(fixture.target_project, fixture.visible_tests)
    if fixture.scoring.behaviour and not fixture.hidden_tests:
        raise PrerequisiteError(f"{fixture.root}: scoring.behaviour is not 0, without {HIDDEN}/*.test.ts")
    return fixture


def _check_tests(folder: Path, tests: Mapping[str, str]) -> None:
    names = [name for text in tests.values() for name in names_of_tests(text)]
    for file, text in tests.items():
        if not names_of_tests(text) or not _IMPORTS.search(text):
            raise PrerequisiteError(
                f"{folder / file}: tests import `expect` and `test` from 'vitest', "
                "and each begins a line with: test('name',"
            )
    if len(set(names)) < len(names):
        raise PrerequisiteError(f"{folder}: each test in {', '.join(tests)} needs a name of its own")


def _texts(folder: Path, pattern: str) -> dict[str, str]:
    return {
        file.relative_to(folder).as_posix(): file.read_text("utf-8") for file in sorted(folder.glob(pattern))
    }
