"""Problems as samples: the committed ones, or models of the user's own."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any, Final, get_args

from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.model import ChatMessageSystem, ChatMessageUser
from inspect_ai.solver import TaskState

from llmbench_inspect.data import read_committed
from llmbench_inspect.named_choice import some_of
from llmbench_inspect.prerequisite import PrerequisiteError
from llmbench_inspect.suites.ordebug.linear_model import Kind
from llmbench_inspect.suites.ordebug.lp_text import lp_text, number_text
from llmbench_inspect.suites.ordebug.problem import DIFFICULTIES, TYPES, Problem

DIGEST: Final = "70912e3dd9b72139281efd25a0ae12a4d148aeeb0380ffdc4432eaa8bc6ed1df"
"""SHA-256 of the committed file."""

KINDS: Final[tuple[Kind, ...]] = get_args(Kind)

SYSTEM: Final = (
    "You repair optimization models with tools. One or more mistakes have made the model infeasible: a "
    "wrong comparison, number, term or bound, or a constraint that does not belong there. Find and undo "
    "them. Each change tells you the solver's answer. Keep every constraint that belongs to the model: "
    "correct it, do not drop or loosen it. When the model is right again, call submit and name what held "
    "the mistakes."
)
"""What the model is told before each problem."""


@cache
def load_problems() -> tuple[Problem, ...]:
    """The committed problems; the types take turns.

    Raises:
        PrerequisiteError: The file is not the one that this version was released with.
    """
    content = read_committed(
        "or_debug/problems.jsonl", digest=DIGEST, made_by="llmbench_inspect.suites.ordebug.generate"
    )
    return tuple(Problem.model_validate_json(line) for line in content.splitlines())


@cache
def repaired_by_baselines() -> dict[str, frozenset[str]]:
    """Ids of the problems that each baseline repairs; measured, and committed."""
    text = (files("llmbench_inspect") / "datasets" / "or_debug" / "baselines.json").read_text("utf-8")
    told: dict[str, list[str]] = json.loads(text)
    return {name: frozenset(ids) for name, ids in told.items()}


def or_dataset(
    problems: Sequence[Problem],
    *,
    types: str | Sequence[str] | None = None,
    difficulty: str | Sequence[str] | None = None,
    kind: str | None = None,
) -> MemoryDataset:
    """The problems that are asked for, in their order.

    Args:
        problems: All there are.
        types: Letters of fault types; all where none is named.
        difficulty: Names of difficulties; all where none is named.
        kind: `lp` or `mip`; both where none is named.

    Raises:
        PrerequisiteError: There is no such type, difficulty or kind, or no problem that has all.
    """
    wanted = (
        some_of("types", types, TYPES),
        some_of("difficulty", difficulty, DIFFICULTIES),
        some_of("kind", kind, KINDS),
    )
    chosen = [
        problem
        for problem in problems
        if (problem.type is None or problem.type in wanted[0])
        and problem.difficulty in wanted[1]
        and problem.kind in wanted[2]
    ]
    if not chosen:
        raise PrerequisiteError(
            "No problem is of the types, difficulty and kind asked for. B is only in kind mip, and F is "
            "never easy; ask for others: -T types=A,C -T difficulty=easy -T kind=lp"
        )
    return MemoryDataset([_sample(problem) for problem in chosen], name="or_debug")


def problem_of(state: TaskState) -> Problem:
    """The problem that a sample was made from."""
    return Problem.model_validate(state.metadata["problem"])


def _sample(problem: Problem) -> Sample:
    was = "" if problem.optimum is None else f" Before, its optimal objective was {_told(problem.optimum)}."
    metadata: dict[str, Any] = {
        "fault": problem.type or "own",
        "difficulty": problem.difficulty,
        "kind": problem.kind,
        "iis_size": len(problem.iis),
        "problem": problem.model_dump(mode="json", exclude_defaults=True),
    }
    if problem.type is not None:
        done = any(problem.id in ids for ids in repaired_by_baselines().values())
        metadata |= {"baseline": {"repaired": float(done)}, "baseline_label": "either baseline"}
    return Sample(
        id=problem.id,
        input=[
            ChatMessageSystem(content=SYSTEM),
            ChatMessageUser(content=f"This model is infeasible.{was}\n\n{lp_text(problem.model)}"),
        ],
        target=", ".join(problem.culprits) or "unknown",
        metadata=metadata,
    )


def _told(optimum: float) -> str:
    return number_text(round(optimum, 6))
