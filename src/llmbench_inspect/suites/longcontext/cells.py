"""What is asked: each question at each length and depth, as a sample without its text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import product
from typing import Final, Literal, NamedTuple, cast

from inspect_ai.dataset import MemoryDataset, Sample
from pydantic import BaseModel

from llmbench_inspect.prerequisite import PrerequisiteError
from llmbench_inspect.suites.longcontext.material import Material

Kind = Literal["constraints", "needle", "multi_needle", "multi_doc", "codebase"]

SHORTEST: Final = 512
LONGEST: Final = 10_000_000

_LENGTH: Final = re.compile(r"(\d+(?:\.\d+)?)([km]?)", re.IGNORECASE)
_UNITS: Final = {"": 1, "k": 1024, "m": 1024 * 1024}


class Length(NamedTuple):
    """Tokens of prompt and answer together."""

    name: str
    """As people write it, such as `8k`."""
    tokens: int


class Cell(BaseModel, frozen=True):
    """One question at one length and depth, as its sample's metadata."""

    kind: Kind
    length: str
    """Name of the length, such as `8k`."""
    tokens: int
    """The length: tokens of the model's server, prompt and answer together."""
    depth: str
    """Where what is needed stands, `0` (beginning) to `1` (end); `end` where it is the request itself."""
    number: int
    """Of the question, from 0 on."""
    form: list[dict[str, object]]
    """The constraints of the demanded form."""
    candidate: str
    """Regular expression of all that might be meant as an answer."""

    @property
    def place(self) -> float:
        """The depth as a number."""
        return 1.0 if self.depth == "end" else float(self.depth)


def read_lengths(given: object) -> list[Length]:
    """Read lengths such as `2k,8k`, in rising order.

    Raises:
        PrerequisiteError: When one is none, or out of bounds.
    """
    lengths: dict[int, Length] = {}
    for part in _parts(given):
        written = _LENGTH.fullmatch(part)
        tokens = round(float(written[1]) * _UNITS[written[2].lower()]) if written else 0
        if not SHORTEST <= tokens <= LONGEST:
            raise PrerequisiteError(
                f"lengths: '{part}' is not a number of tokens from {SHORTEST} to {LONGEST:,}, such as 8k or "
                "8192. Give it with: -T lengths=2k,8k,32k"
            )
        lengths[tokens] = Length(_name(tokens), tokens)
    return [lengths[tokens] for tokens in sorted(lengths)]


def read_depths(given: object) -> list[str]:
    """Read depths such as `0,0.5,1`, in rising order.

    Raises:
        PrerequisiteError: When one is not from 0 to 1.
    """
    depths: set[float] = set()
    for part in _parts(given):
        try:
            depth = float(part)
        except ValueError:
            depth = -1.0
        if not 0 <= depth <= 1:
            raise PrerequisiteError(
                f"depths: '{part}' is not a number from 0 (beginning) to 1 (end). "
                "Give it with: -T depths=0,0.5,1"
            )
        depths.add(depth)
    return [f"{depth:g}" for depth in sorted(depths)]


def long_context_dataset(
    kind: Kind, material: Material, *, lengths: Sequence[Length], depths: Sequence[str], questions: int
) -> MemoryDataset:
    """One sample for each question, length and depth.

    A question is the same at every length, and another at every depth. Lengths and depths take turns, so
    that any first part of the dataset holds each about as often as any other. Prompts are made when they
    are asked.

    Args:
        kind: The kind of question.
        material: What the questions are about.
        lengths: In rising order.
        depths: As `Cell.depth`.
        questions: How many at each length and depth.
    """
    samples: list[Sample] = []
    # No depth has a question of another, so that what is asked at a length are different questions.
    for number, (_, depth) in enumerate(product(range(questions), depths)):
        question = material.question(number)
        for length in lengths:
            cell = Cell(
                kind=kind,
                length=length.name,
                tokens=length.tokens,
                depth=depth,
                number=number,
                form=[dict(one) for one in question.form],
                candidate=question.candidate,
            )
            place = "" if depth == "end" else f"-at-{depth}"
            samples.append(
                Sample(
                    id=f"{question.name}-{length.name}{place}",
                    input=question.ask,
                    target=list(question.target),
                    metadata=cell.model_dump(),
                )
            )
    return MemoryDataset(samples, name=f"long_context_{kind}")


def _parts(given: object) -> list[str]:
    if isinstance(given, str):
        return [part.strip() for part in given.split(",")]
    if isinstance(given, list) and given:
        return [str(part).strip() for part in cast("list[object]", given)]
    return [str(cast("object", given))]


def _name(tokens: int) -> str:
    if tokens % _UNITS["m"] == 0:
        return f"{tokens // _UNITS['m']}m"
    return f"{tokens // 1024}k" if tokens % 1024 == 0 else str(tokens)
