"""The rules of a gate: a TOML file, checked as a whole before any log is read."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Final, Literal, NamedTuple, Self, cast

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from llmbench_inspect.results.compare import Better, Metric, UnknownMetricError, read_metric

Severity = Literal["critical", "supporting", "advisory"]

_SHARE: Final = re.compile(r"(\d+(?:\.\d+)?) ?%")


class PolicyError(Exception):
    """A policy that cannot be followed; the message names file, rule and key, and what is known instead."""


class AllowedDrop(NamedTuple):
    """How much worse than the baseline a figure may be."""

    amount: float
    """In the metric's unit, or as a share of the baseline's figure."""

    relative: bool


def _allowed_drop(written: object) -> object:
    if isinstance(written, str) and (share := _SHARE.fullmatch(written)):
        return AllowedDrop(float(share[1]) / 100, relative=True)
    if isinstance(written, int | float) and not isinstance(written, bool) and 0 <= written < float("inf"):
        return AllowedDrop(float(written), relative=False)
    raise ValueError('a number in the unit of the metric, or a share of the baseline such as "5%"')


class Rule(BaseModel):
    """What one figure has to be."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)

    metric: str
    """Name of a metric."""

    suite: str | None = None
    """Name of a task, with or without its package; every suite that was run unless it is given."""

    direction: Better | None = None
    """Which is the better one; known for scores, times, tokens, cost and joules."""

    threshold: float | None = None
    """The least figure that passes, or the greatest where lower is better; in the metric's unit."""

    allowed_drop: Annotated[AllowedDrop | None, BeforeValidator(_allowed_drop)] = None
    """How much worse than the baseline it may be: in the metric's unit, or a share of the baseline's figure
    such as "5%"."""

    severity: Severity = "critical"
    """critical: has to be shown to pass; supporting: must not be shown to fail; advisory: is told only."""

    minimum_n: Annotated[int, Field(ge=1)] = 20
    """Fewer samples are no evidence."""

    largest_left_out: Annotated[float, Field(ge=0, le=1)] = 0.05
    """Share of the planned samples that may be without a value, 0 to 1."""

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if (self.threshold is None) == (self.allowed_drop is None):
            raise ValueError('one of "threshold" and "allowed_drop" is needed, and not both')
        try:
            told = self.read_metric()
        except UnknownMetricError as error:
            raise ValueError(f'key "metric": {error}') from error
        if told.better is None and self.direction is None:
            raise ValueError(f'key "direction" is needed for "{self.metric}": "higher" or "lower" is better')
        return self

    def read_metric(self) -> Metric:
        """The metric that is named."""
        return read_metric(self.metric)

    def better(self) -> Better:
        """Which direction is the better one."""
        return self.direction or self.read_metric().better or "higher"


class Policy(BaseModel):
    """All rules of a file."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)

    confidence: Annotated[float, Field(gt=0.5, lt=1)] = 0.95
    """Of the intervals that decide."""

    rule: Annotated[tuple[Rule, ...], Field(strict=False, min_length=1)]
    """Each a table `[[rule]]`."""


def read_policy(file: Path) -> Policy:
    """Read a policy.

    Args:
        file: TOML.

    Raises:
        PolicyError: It is not there, no TOML, or says something unknown.
    """
    try:
        written = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise PolicyError(f"{file}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PolicyError(f"{file}: no TOML: {error}") from error
    try:
        return Policy.model_validate(written)
    except ValidationError as errors:
        every = [cast("Mapping[str, Any]", error) for error in errors.errors()]
        # Of rules that all have faults of their own, pydantic also says that none is there.
        faults = [error for error in every if not (error["type"] == "too_short" and written["rule"])]
        raise PolicyError("\n".join(f"{file}: {_told(fault, written)}" for fault in faults)) from errors


def _told(error: Mapping[str, Any], written: Mapping[str, Any]) -> str:
    where: Sequence[int | str] = error["loc"]
    rule = ""
    fields = list(Policy.model_fields)
    if len(where) > 1 and where[0] == "rule":
        number = int(where[1])
        rule, where, fields = (
            f"rule {number + 1}{_named(written, number)}: ",
            where[2:],
            list(Rule.model_fields),
        )
    key = f'key "{where[0]}": ' if where else ""
    if error["type"] == "extra_forbidden":
        near = get_close_matches(str(where[0]), fields, n=1, cutoff=0)
        return f'{rule}unknown key "{where[0]}"; the nearest known is "{near[0]}"'
    if error["type"] == "missing":
        return f"{rule}{key}is missing" + ("; each rule is a table [[rule]]" if where == ("rule",) else "")
    return rule + key + str(error["msg"]).removeprefix("Value error, ")


def _named(written: Mapping[str, Any], number: int) -> str:
    if not isinstance(rule := written["rule"][number], dict):
        return ""
    entries = cast("dict[str, Any]", rule)
    named = [str(entries[key]) for key in ("suite", "metric") if key in entries]
    return f" ({' '.join(named)})" if named else ""
