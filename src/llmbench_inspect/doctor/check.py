"""What a check is: a function that looks at one thing, and the data that documents it."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from llmbench_inspect.doctor.suite import Suite

Area = Literal["This machine", "What answers run in", "Vue components", "The model", "Data", "The suite"]
"""A group of checks, in the order in which they are made."""

Concern = Literal["every run", "suites", "models"]
"""Whose run stops, or whose figures suffer, when the check fails."""

_CODE: Final = re.compile(r"[a-z]+(?:_[a-z]+)*")


class DoubtError(Exception):
    """What was looked at works, and figures will suffer from it; the message says how, and what mends it."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """The run that the checks are made for; without suite and model, no run in particular."""

    suite: Suite | None = None
    """The task that is to run."""
    model: str | None = None
    """As in `--model`, such as `ollama/llama3.2:3b`."""
    base_url: str | None = None
    """As in `--model-base-url`; what the provider takes from the environment where it is `None`."""
    model_args: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """As in `-M`, by name."""

    @property
    def anything(self) -> bool:
        """Whether a run is named at all."""
        return self.suite is not None or self.model is not None


Look = Callable[[Asked], str | None]
"""Looks at one thing: what it found, or `None` where there is nothing of the kind in that run.

Raises:
    PrerequisiteError: It fails; the words that a run would stop with.
    DoubtError: It is good enough to run, and not for good figures.
"""


@dataclass(frozen=True, kw_only=True)
class Check:
    """One thing that a run needs."""

    code: str
    """What suites name it by."""
    name: str
    """Its heading."""
    area: Area
    """Its group."""
    looks_at: str
    """What is looked at, in one line."""
    why: str
    """Why it matters: the docstring of the function."""
    mends: Mapping[str, str]
    """What mends it: by what is wrong, a command or an address."""
    concerns: Concern
    """Who needs it. Of the checks that concern suites, a suite needs those that it names."""
    after: tuple[str, ...]
    """Checks without which this one says nothing."""
    look: Look
    """Looks."""

    def needed(self, asked: Asked) -> bool:
        """Whether that run needs it."""
        match self.concerns:
            case "every run":
                return True
            case "suites":
                return asked.suite is not None and self.code in asked.suite.needs
            case "models":
                return asked.model is not None


CHECKS: Final[dict[str, Check]] = {}
"""All that are declared, by code."""


def check(
    *,
    code: str,
    name: str,
    area: Area,
    looks_at: str,
    mends: Mapping[str, str],
    concerns: Concern,
    after: tuple[str, ...] = (),
) -> Callable[[Look], Look]:
    """Declare a check. The function's docstring, without sections, says why it matters.

    Args:
        code: Lower-case words joined by `_`; not taken yet.
        name: Heading of its documentation.
        area: Group.
        looks_at: One line, ending in a full stop.
        mends: By what is wrong, the command or address that mends it; at least one.
        concerns: Who needs it.
        after: Codes of checks without which it says nothing.

    Raises:
        ValueError: One of them is not as it should be, or the function has no docstring.
    """
    if not _CODE.fullmatch(code) or code in CHECKS:
        raise ValueError(f"the code of a check is new and made of lower-case words: {code!r}")
    if not name or not looks_at.endswith(".") or "\n" in looks_at:
        raise ValueError(f"{code}: a check has a name, and one line that ends in a full stop")
    if not mends:
        raise ValueError(f"{code}: a check names what mends it")

    def declare(look: Look) -> Look:
        why = inspect.cleandoc(look.__doc__ or "")
        if not why:
            raise ValueError(f"{code}: the docstring of a check says why it matters, and this one has none")
        CHECKS[code] = Check(
            code=code,
            name=name,
            area=area,
            looks_at=looks_at,
            why=why,
            mends=mends,
            concerns=concerns,
            after=after,
            look=look,
        )
        return look

    return declare
