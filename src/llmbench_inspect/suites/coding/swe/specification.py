"""What an issue asks of its tests: the model of `specification.json`, and its errors in plain words."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from llmbench_inspect.prerequisite import PrerequisiteError

TestName = Annotated[str, Field(pattern=r"^tests(\.[a-z_0-9]+)+\.[A-Za-z_0-9]+\.test_\w+$")]


class Specification(BaseModel):
    """The facts of an issue besides its text, its tests and its gold patch."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: int = Field(ge=1)
    """Goes up when old and new results are no longer comparable."""
    title: str
    """The issue in a few words."""
    difficulty: Literal["easy", "medium", "hard"]
    """How hard it is meant to be."""
    fail_to_pass: tuple[TestName, ...] = Field(min_length=1)
    """Tests that fail before, and pass with the gold patch: `tests.MODULE.CLASS.METHOD`."""
    pass_to_pass: tuple[TestName, ...] = Field(min_length=1)
    """Tests that pass before and after."""

    @model_validator(mode="after")
    def _once(self) -> Specification:
        names = self.tests
        if twice := {name for name in names if names.count(name) > 1}:
            raise ValueError(f"listed twice: {', '.join(sorted(twice))}")
        return self

    @property
    def tests(self) -> tuple[str, ...]:
        """All tests."""
        return self.fail_to_pass + self.pass_to_pass


def load_specification(file: Path) -> Specification:
    """Read `specification.json`.

    Raises:
        PrerequisiteError: The file is missing or broken; told by file and key.
    """
    try:
        return Specification.model_validate_json(file.read_bytes())
    except OSError as error:
        raise PrerequisiteError(f"{file}: {error.strerror}") from error
    except ValidationError as error:
        lines = [f"{'.'.join(map(str, part['loc'])) or 'file'}: {part['msg']}" for part in error.errors()]
        raise PrerequisiteError("\n".join([f"{file}:", *lines])) from error
