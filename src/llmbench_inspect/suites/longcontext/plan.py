"""What a run is to ask, from the arguments of its task: all that is wrong with them is said here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, get_args

from inspect_ai.dataset import Dataset

from llmbench_inspect.named_choice import did_you_mean
from llmbench_inspect.prerequisite import PrerequisiteError
from llmbench_inspect.suites.longcontext.cells import (
    LONGEST,
    SHORTEST,
    Kind,
    long_context_dataset,
    read_depths,
    read_lengths,
)
from llmbench_inspect.suites.longcontext.documents import Documents
from llmbench_inspect.suites.longcontext.filler import Chronicle
from llmbench_inspect.suites.longcontext.forms import Forms
from llmbench_inspect.suites.longcontext.haystack import Haystack
from llmbench_inspect.suites.longcontext.made_code import MadeCode
from llmbench_inspect.suites.longcontext.material import Material
from llmbench_inspect.suites.longcontext.needles import Needles
from llmbench_inspect.suites.longcontext.real_code import RealCode

_DEPTHS: Final = "0,0.25,0.5,0.75,1"
_MOST_QUESTIONS: Final = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Samples, and what their prompts are made of."""

    dataset: Dataset
    material: Material
    text: dict[str, Any]
    """Where the text comes from, for the metadata of the task."""


def plan(
    kind: Kind,
    *,
    lengths: object,
    depths: object = None,
    questions: int,
    haystack: str | None = None,
    codebase: str | None = None,
    window: int | None = None,
    seed: int,
) -> Plan:
    """Plan a run; the arguments are those of the task `long_context`, `None` where not given.

    Raises:
        PrerequisiteError: When an argument is wrong, or contradicts another.
    """
    if kind not in get_args(Kind):
        meant = did_you_mean(str(kind), get_args(Kind))
        raise _wrong(f"kind='{kind}' is not known.{meant} Known: {', '.join(get_args(Kind))}", "kind=NAME")
    if depths is not None and kind == "constraints":
        raise _wrong(
            "depths have no meaning with kind=constraints, whose request is all that counts", "kind=needle"
        )
    if codebase is not None and kind != "codebase":
        raise _wrong(f"codebase has no meaning with kind={kind}", "kind=codebase")
    if haystack is not None and kind == "codebase":
        raise _wrong("haystack has no meaning with kind=codebase, whose text is code", "codebase=PATH")
    if not 1 <= questions <= _MOST_QUESTIONS:
        raise _wrong(f"questions={questions} is not among 1 to {_MOST_QUESTIONS}", "questions=4")
    if window is not None and not SHORTEST <= window <= LONGEST:
        raise _wrong(f"window={window} is not among {SHORTEST} to {LONGEST:,} tokens", "window=32768")

    source = Chronicle() if haystack is None else Haystack(haystack)
    text: dict[str, Any] = {"source": "made", "seed": seed} if haystack is None else {}
    if isinstance(source, Haystack):
        text = source.provenance()
    material: Material
    match kind:
        case "constraints":
            material = Forms(source=source)
        case "needle" | "multi_needle":
            material = Needles(source=source, many=kind == "multi_needle", seed=seed)
        case "multi_doc":
            material = Documents(source, seed)
        case "codebase" if codebase is not None:
            material = real = RealCode(codebase, seed=seed)
            text = real.provenance()
        case "codebase":
            material = MadeCode(seed)
    at = ["end"] if kind == "constraints" else read_depths(_DEPTHS if depths is None else depths)
    return Plan(
        dataset=long_context_dataset(
            kind, material, lengths=read_lengths(lengths), depths=at, questions=questions
        ),
        material=material,
        text=text,
    )


def _wrong(what: str, mend: str) -> PrerequisiteError:
    return PrerequisiteError(f"{what}. Give it with: -T {mend}")
