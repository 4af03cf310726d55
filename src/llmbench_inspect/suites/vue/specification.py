"""What a Vue fixture asks for: the model of `validation_spec.json`, and its errors in plain words."""

from __future__ import annotations

import difflib
import json
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from llmbench_inspect.prerequisite import PrerequisiteError
from llmbench_inspect.suites.vue.toolchain import CHECKER

Share = Annotated[float, Field(ge=0, le=1)]


def known_facts() -> list[str]:
    """The names of the facts that the checker extracts: one file each."""
    return sorted(file.stem for file in (CHECKER / "facts").glob("*.mjs"))


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Selector(_Strict):
    """A query over the syntax tree of vue-eslint-parser."""

    where: Literal["script", "template", "document"]
    """Which tree is searched."""
    esquery: str
    """The query, in the language of https://github.com/estools/esquery."""


class Pattern(_Strict):
    """Something to be found, or not, in the answer. Exactly one of `fact`, `selector`, `eslint`."""

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    """Names the pattern in scores and reports."""
    description: str
    """What must hold, in words for people."""
    weight: float = Field(default=1, gt=0)
    """Its part of the pattern score, relative to the other patterns'."""
    fact: str | None = None
    """A fact of the checker (docs/vue-facts.md)."""
    with_: dict[str, Any] = Field(default_factory=dict, alias="with")
    """What the fact's attributes must be."""
    selector: Selector | None = None
    """A query, where no fact says it."""
    eslint: str | None = None
    """A rule of eslint-plugin-vue, such as `vue/no-deprecated-filter`: each report is a match."""
    files: tuple[str, ...] | None = None
    """Globs of the files searched; the target files where it is not given."""
    min: int = Field(default=1, ge=0)
    """Fewest matches that satisfy a required pattern."""
    max: int | None = Field(default=None, ge=0)
    """Most matches that satisfy a required pattern; no limit where it is not given."""

    @model_validator(mode="after")
    def _one_engine(self) -> Pattern:
        if sum(engine is not None for engine in (self.fact, self.selector, self.eslint)) != 1:
            raise ValueError("give exactly one of 'fact', 'selector', 'eslint'")
        if self.fact is not None and self.fact not in known_facts():
            raise ValueError(_unknown("fact", self.fact, known_facts()))
        if self.with_ and self.fact is None:
            raise ValueError("'with' goes with 'fact'")
        return self

    def request(self) -> dict[str, Any]:
        """The pattern as the checker's worker takes it."""
        return self.model_dump(
            by_alias=True, exclude_none=True, include={"fact", "with_", "selector", "eslint", "files"}
        )


class NamingRule(_Strict):
    """How the names that a fact lists must be written; not obeyed where there are none."""

    fact: str
    """The fact whose records' names are read."""
    name: str | None = None
    """A name that must be among them."""
    style: Literal["PascalCase", "camelCase", "useCamelCase"] | None = None
    """How each must be written."""
    suffix: str | None = None
    """How each must end."""
    file: str | None = None
    """Glob of the files whose names count; the target files where it is not given."""

    @model_validator(mode="after")
    def _known(self) -> NamingRule:
        if self.fact not in known_facts():
            raise ValueError(_unknown("fact", self.fact, known_facts()))
        return self


class Scoring(_Strict):
    """The weights of the parts of the score; they add up to 1."""

    compilation: Share = 0.5
    pattern_match: Share = 0.4
    naming: Share = 0.1
    behaviour: Share = 0
    """0 where it is left out; a fixture without hidden tests can have no other."""

    @classmethod
    def with_hidden_tests(cls) -> Scoring:
        """The weights of a fixture that has hidden tests and states none."""
        return cls(compilation=0.4, pattern_match=0.3, naming=0.1, behaviour=0.2)

    @model_validator(mode="after")
    def _whole(self) -> Scoring:
        total = self.compilation + self.pattern_match + self.naming + self.behaviour
        if abs(total - 1) > 1e-9:
            raise ValueError(f"the weights add up to {total:g}, not to 1")
        return self


class Specification(_Strict):
    """A fixture's `validation_spec.json`."""

    schema_: str | None = Field(default=None, alias="$schema")
    """Where an editor finds the JSON Schema."""
    version: int = Field(ge=1)
    """Goes up when an old score and a new one are no longer comparable."""
    title: str
    """A few words for tables."""
    difficulty: Literal["easy", "medium", "hard", "extreme"]
    """From what the smallest embedded model can do, to what the largest cannot."""
    task_description: str
    """One sentence, for the prompt and for people."""
    target_files: tuple[str, ...] = Field(min_length=1)
    """Files the answer changes or creates; the first takes an answer that names no file."""
    editable: tuple[str, ...] = ("src/**",)
    """Globs of what may be written at all."""
    protected: tuple[str, ...] = ()
    """Globs of files that are put back before checking."""
    tsconfigs: tuple[str, ...] = ("tsconfig.json",)
    """The projects that are type-checked, as `vue-tsc -p` takes them."""
    packages: Literal["shared", "own"] = "shared"
    """Whether the fixture brings its own lock file."""
    required: tuple[Pattern, ...] = Field(min_length=1)
    """Patterns that must be found."""
    forbidden: tuple[Pattern, ...] = ()
    """Patterns that must not be found."""
    naming: tuple[NamingRule, ...] = Field(min_length=1)
    """How things must be called."""
    scoring: Scoring | None = None
    """The weights of the score; the usual ones where they are not given."""
    unchanged_score: float = Field(ge=0, le=10)
    """What the untouched project scores, 0 to 10."""

    @model_validator(mode="after")
    def _distinct_ids(self) -> Specification:
        ids = [pattern.id for pattern in (*self.required, *self.forbidden)]
        twice = sorted({name for name in ids if ids.count(name) > 1})
        if twice:
            raise ValueError(f"pattern ids used twice: {', '.join(twice)}")
        return self


def load_specification(file: Path) -> Specification:
    """Read and check a `validation_spec.json`.

    Raises:
        PrerequisiteError: The file is missing, is no JSON, or does not fit the model; the message
            names the file, the key and the known keys.
    """
    try:
        return Specification.model_validate(json.loads(file.read_text("utf-8"), object_pairs_hook=_once))
    except OSError as error:
        raise PrerequisiteError(f"{file}: {error.strerror}; every fixture has this file") from error
    except RecursionError as error:
        raise PrerequisiteError(f"{file}: not valid JSON: nested too deeply") from error
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise PrerequisiteError(f"{file}: not valid JSON: {error}") from error
    except _TwiceError as error:
        raise PrerequisiteError(f"{file}: the key '{error}' is there twice in one object") from error
    except ValidationError as error:
        lines = [_explain(problem) for problem in error.errors()]
        raise PrerequisiteError(f"{file} is not a valid specification:\n" + "\n".join(lines)) from error


def json_schema() -> dict[str, Any]:
    """The JSON Schema of `validation_spec.json`, for editors."""
    schema = Specification.model_json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


class _TwiceError(Exception):
    """A key that an object of the file has twice."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    # JSON's reader would keep the last of two `required` lists and drop the first unseen.
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise _TwiceError(next(name for name in names if names.count(name) > 1))
    return found


def _explain(problem: Any) -> str:
    place = ".".join(map(str, problem["loc"])) or "(whole file)"
    if problem["type"] == "extra_forbidden":
        return f"  {place}: " + _unknown("key", str(problem["loc"][-1]), _keys_at(problem["loc"][:-1]))
    return f"  {place}: {str(problem['msg']).removeprefix('Value error, ')}"


def _keys_at(location: tuple[int | str, ...]) -> list[str]:
    model: type[BaseModel] = Specification
    owners = {
        "required": Pattern,
        "forbidden": Pattern,
        "naming": NamingRule,
        "scoring": Scoring,
        "selector": Selector,
    }
    for part in location:
        model = owners.get(str(part), model)
    return sorted(field.alias or name for name, field in model.model_fields.items())


def _unknown(kind: str, name: str, known: list[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    meant = f", did you mean '{near[0]}'?" if near else ""
    return f"unknown {kind} '{name}'{meant} (known: {', '.join(known)})"
