"""Problems as samples: the committed ones, or models of the user's own."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any, Final, get_args

from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.model import ChatMessageSystem, ChatMessageUser
from inspect_ai.solver import TaskState

from llmbench_inspect.named_choice import did_you_mean
from llmbench_inspect.prerequisite import PrerequisiteError
from llmbench_inspect.suites.ordebug.linear_model import Kind
from llmbench_inspect.suites.ordebug.lp_text import lp_text, number_text
from llmbench_inspect.suites.ordebug.problem import DIFFICULTIES, TYPES, Problem

DIGEST: Final = "62117ff9fd5b9ff2de71595a4aa16e6a57ffa6a30d674d4f9a8d3fb54caad5b7"
"""SHA-256 of the committed file."""

KINDS: Final[tuple[Kind, ...]] = get_args(Kind)

SYSTEM: Final = (
    "You repair optimization models with tools. One or more mistakes have made the model infeasible: a wrong "
    "comparison, number, term or bound, or a constraint that does not belong there. Find and undo them. "
    "Each change tells you the solver's answer. Keep every constraint that belongs to the model: correct "
    "it, do not drop or loosen it. When the model is right again, call submit and name what held the mistakes."
)
"""What the model is told before each problem."""


@cache
def load_problems() -> tuple[Problem, ...]:
    """The committed problems; the types take turns.

    Raises:
        PrerequisiteError: The file is not the one that this version was released with.
    """
    content = (files("llmbench_inspect") / "datasets" / "or_debug" / "problems.jsonl").read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    if digest != DIGEST:
        raise PrerequisiteError(
            f"datasets/or_debug/problems.jsonl has the digest {digest}, not {DIGEST}. "
            "Make it again: python -m llmbench_inspect.suites.ordebug.generate"
        )
    return tuple(Problem.model_validate_json(line) for line in content.splitlines())


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
        _chosen("types", types, TYPES),
        _chosen("difficulty", difficulty, DIFFICULTIES),
        _chosen("kind", kind, KINDS),
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


def _chosen(argument: str, names: str | Sequence[str] | None, known: Sequence[str]) -> Sequence[str]:
    if not names:
        return known
    asked = [name.strip() for name in (names.split(",") if isinstance(names, str) else names)]
    for name in asked:
        if name not in known:
            meant = did_you_mean(name, known)
            raise PrerequisiteError(
                f"{argument}='{name}' is not known.{meant} Known: {', '.join(known)}. "
                f"Give it with: -T {argument}=NAME,NAME"
            )
    return asked
