"""Published scores, out of a file, to be set beside those of the logs."""

from __future__ import annotations

import tomllib
from pathlib import Path

from pydantic import BaseModel, Field, ValidationError, model_validator

from llmbench_inspect.prerequisite import PrerequisiteError


class PublishedScore(BaseModel, frozen=True, extra="forbid"):
    """One score that somebody published."""

    task: str
    """Name of the task, as the logs have it, without arguments; its package may be left out."""

    model: str
    """Name of the model; where a model of the logs has the same, the difference is shown."""

    score: str | None = None
    """Name of the score; the task's headline unless given."""

    value: float = Field(allow_inf_nan=False)
    """In the score's own unit: 0 to 1 for a rate."""

    n: int | None = Field(default=None, ge=1)
    """Number of samples that it comes from; a rate then has Wilson's interval."""

    low: float | None = None
    high: float | None = None
    """Ends of the interval that was published."""

    source: str
    """Where it was published: an address, or words."""

    @model_validator(mode="after")
    def _both_ends(self) -> PublishedScore:
        if (self.low is None) != (self.high is None):
            raise ValueError("low and high go together")
        return self


class _Reference(BaseModel, frozen=True, extra="forbid"):
    score: tuple[PublishedScore, ...]


def read_reference(path: Path) -> tuple[PublishedScore, ...]:
    """Read a file of published scores.

    Args:
        path: TOML with a table `[[score]]` for each.

    Raises:
        PrerequisiteError: It cannot be read, or is no such file; the message names the place.
    """
    try:
        return _Reference.model_validate(tomllib.loads(path.read_text(encoding="utf-8"))).score
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part + 1) if isinstance(part, int) else part for part in first["loc"])
        raise PrerequisiteError(f"{path}: {place}: {first['msg']}. docs/report.md has an example.") from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise PrerequisiteError(f"{path}: {error}. docs/report.md has an example.") from error
