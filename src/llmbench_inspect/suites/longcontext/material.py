"""What a kind of question brings: the text, the questions about it, and how a prompt is put together."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final, NamedTuple, Protocol

from llmbench_inspect.suites.longcontext.filler import Sentence
from llmbench_inspect.suites.longcontext.tokens import quick_estimate

_PARAGRAPH: Final = 6
"""Sentences of a paragraph."""
_CLOSE: Final = 0.98
"""A prompt that is this near to its length is near enough."""
_TRIES: Final = 4


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is asked, the same at every length and depth."""

    name: str
    """Such as `needle-3`."""
    ask: str
    """The request at the end of the prompt."""
    target: tuple[str, ...]
    """What a right answer gives, in this order; empty where `form` alone decides."""
    candidate: str
    """Regular expression of all that might be meant as an answer."""
    form: tuple[Mapping[str, object], ...]
    """The constraints that an answer in the demanded form keeps."""


class NoRoomError(Exception):
    """What the question needs does not fit into so short a text."""


class Material(Protocol):
    """A kind of question, and the text that it is about."""

    @property
    def opening(self) -> str:
        """The first words of a prompt."""
        ...

    @property
    def most(self) -> int | None:
        """Tokens of text there are, by tiktoken; `None` for as many as one likes, made here, all alike."""
        ...

    def question(self, number: int) -> Question:
        """The question with a number, from 0 on."""
        ...

    def text(self, number: int | None, *, depth: float, tokens: int, chance: random.Random) -> str:
        """The text that a question is about.

        Args:
            number: Of the question; `None` for a text that answers none.
            depth: Where the first thing that is needed stands: 0 is the beginning, 1 the end.
            tokens: How long it is, by tiktoken.
            chance: Chooses the rest.

        Raises:
            NoRoomError: It cannot be so short.
        """
        ...


class Marks(NamedTuple):
    """What stands before and after the text, within the prompt."""

    head: str = ""
    tail: str = ""


NO_MARKS: Final = Marks()


class Prompt(NamedTuple):
    """A whole prompt."""

    text: str
    tokens: int
    """By tiktoken."""


def compose(
    material: Material,
    number: int | None,
    *,
    depth: float,
    tokens: int,
    seed: str,
    ask: str,
    marks: Marks = NO_MARKS,
) -> Prompt:
    """Put a prompt together.

    Args:
        material: What it is about.
        number: Of the question that the text answers; `None` for none.
        depth: As in `Material.text`.
        tokens: What it has at most, and nearly, by tiktoken.
        seed: Chooses the text.
        ask: The request at the end.
        marks: What stands around the text.

    Raises:
        NoRoomError: It cannot be so short.
    """
    head = "\n\n".join(part for part in (material.opening, marks.head) if part) + "\n\n"
    tail = "\n\n" + "\n\n".join(part for part in (marks.tail, ask) if part)
    room = tokens - quick_estimate(head) - quick_estimate(tail)
    prompt = None
    for _ in range(_TRIES):
        if room <= 0:
            break
        chance = random.Random(seed)  # noqa: S311
        text = head + material.text(number, depth=depth, tokens=room, chance=chance) + tail
        made = Prompt(text, quick_estimate(text))
        if made.tokens <= tokens and (prompt is None or made.tokens > prompt.tokens):
            prompt = made
        if _CLOSE * tokens <= made.tokens <= tokens:
            break
        room += int((1 + _CLOSE) / 2 * tokens) - made.tokens
    if prompt is None:
        raise NoRoomError
    return prompt


class Piece(NamedTuple):
    """A sentence that is planted."""

    depth: float
    text: str


def plant(sentences: Sequence[Sentence], pieces: Sequence[Piece]) -> str:
    """Paragraphs of sentences with pieces between them.

    Args:
        sentences: What surrounds the pieces.
        pieces: What is planted, each after that share of the tokens.
    """
    before = [0, *accumulate(sentence.tokens for sentence in sentences)]
    texts: list[str] = []
    left = sorted(pieces, key=lambda piece: piece.depth)
    for place, sentence in enumerate([*sentences, None]):
        while left and (sentence is None or before[place] >= left[0].depth * before[-1]):
            texts.append(left.pop(0).text)
        if sentence is not None:
            texts.append(sentence.text)
    return "\n\n".join(
        " ".join(texts[start : start + _PARAGRAPH]) for start in range(0, len(texts), _PARAGRAPH)
    )
