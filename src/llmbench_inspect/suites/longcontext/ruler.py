"""How a model's server counts tokens, and the proof that it reads prompts of a length to the end."""

from __future__ import annotations

import random
from typing import Final, Literal, NamedTuple

import anyio
from inspect_ai.model import Model, ModelOutput

from llmbench_inspect.suites.longcontext.material import (
    NO_MARKS,
    Marks,
    Material,
    NoRoomError,
    Prompt,
    compose,
)
from llmbench_inspect.suites.longcontext.window import Window, context_window
from llmbench_inspect.suites.longcontext.word_list import words
from llmbench_inspect.telemetry import model_event

Status = Literal["whole", "truncated", "unproven", "beyond_window", "beyond_text", "no_room"]
"""What became of a prompt.

- `whole`: it was read to its last token.
- `truncated`: the server read fewer tokens than it has.
- `unproven`: the server does not count, and the check words were not found.
- `beyond_window`: the model does not take as many.
- `beyond_text`: the text of the user's own is not as long.
- `no_room`: what the question needs, or the room for the answer, leaves none.
"""

_SMALL: Final = 256
_MEDIUM: Final = 1024
_PROBE_SHARE: Final = 0.96
"""How much of its length a probe takes: what is known of the server's tokens is from short prompts yet."""
_SHARE: Final = 0.992
"""How much of its length a prompt takes once that length was probed."""
_EVEN: Final = 0.03
_UNEVEN: Final = 0.12
"""The share of tokens that may be missing before a prompt counts as cut, in text of one kind and in any."""
_READY: Final = "This only tries the connection. Answer with the single word READY."
_ASK: Final = (
    "One check word stands before the text, and one after its end. Answer with these two words alone, the "
    "one before the text first."
)
_WORDS: Final = words(
    """
    PELICAN TURQUOISE HARMONICA ZEPPELIN MARIGOLD OBSIDIAN PINEAPPLE TRAPEZE VOLCANO WATERFALL
    XYLOPHONE ALGEBRA BALLERINA CINNAMON DYNAMITE ELEPHANT FLAMINGO GUITAR HURRICANE JAVELIN
    """
)


class Fit(NamedTuple):
    """The server's tokens of a prompt: `fixed + ratio * tiktoken's`."""

    fixed: float
    """Those of the request's frame and of the model's template."""
    ratio: float

    def server(self, tokens: int) -> float:
        """The server's count of what has so many tokens by tiktoken."""
        return self.fixed + self.ratio * tokens

    def ours(self, tokens: float) -> int:
        """What so many of the server's tokens are by tiktoken."""
        return int((tokens - self.fixed) / self.ratio)


class Ruling(NamedTuple):
    """What is known of a length before a question is asked at it."""

    status: Status
    why: str
    """In words for people."""
    window: Window
    room: int
    """Tokens that are kept for the answer."""
    tokens: int = 0
    """Length of a prompt by tiktoken."""
    fit: Fit = Fit(0, 1)
    counts: bool = True
    """Whether the server tells how many tokens it read."""
    tolerance: float = _EVEN
    head: bool | None = None
    """Whether the model named the check word before a text of this length; `None` where none was sent."""
    tail: bool | None = None

    def cut(self, prompt: Prompt, counted: int | None) -> bool:
        """Whether a server that counted so many tokens of a prompt did not read it all."""
        return counted is not None and counted < (1 - self.tolerance) * self.fit.server(prompt.tokens) - 8

    def shortfall(self, prompt: Prompt, counted: int | None) -> str:
        """The same in words for people."""
        expected = self.fit.server(prompt.tokens)
        return f"the server read {counted:,} tokens of a prompt that has about {expected:,.0f}"


class _Known(NamedTuple):
    """What two short prompts told of a model."""

    fit: Fit
    counts: bool
    window: Window
    room: int


class Ruler:
    """Finds out, once for a model and length, how long a prompt has to be and whether it is read whole.

    Two short prompts tell how the server counts. One at each length, with a check word before and after
    the text, tells whether that holds there too: a count below what is expected is a cut prompt, and
    check words that the model names were not cut off.

    Args:
        material: The text.
        window: Of the model, as the user says.
        seed: Chooses the probes.
    """

    def __init__(self, material: Material, *, window: int | None, seed: int) -> None:
        self._material = material
        self._window = window
        self._seed = seed
        self._known: dict[str, _Known] = {}
        self._rulings: dict[tuple[str, int], Ruling] = {}
        self._asking = anyio.Lock()

    async def ruling(self, length: int, model: Model) -> Ruling:
        """What is known of prompts that, with the answer, take a number of the model's tokens."""
        key = str(model), length
        async with self._asking:
            if key not in self._rulings:
                if key[0] not in self._known:
                    self._known[key[0]] = await self._look(model, length)
                self._rulings[key] = await self._probe(length, self._known[key[0]], model)
            return self._rulings[key]

    async def _look(self, model: Model, length: int) -> _Known:
        points: list[tuple[int, int | None]] = []
        room, output = 0, ModelOutput()
        for tokens in (_SMALL, max(_SMALL + 128, min(_MEDIUM, length // 2))):
            prompt = self._prompt(tokens, ask=_READY, marks=NO_MARKS, seed=f"look {tokens}")
            output = await model.generate(prompt.text)
            room = _most_answered(output)
            points.append((prompt.tokens, counted(output)))
        (few, few_counted), (many, many_counted) = points
        window = await context_window(model, output, told=self._window)
        if few_counted is None or many_counted is None:
            return _Known(Fit(0, 1), counts=False, window=window, room=room)
        ratio = max(0.2, (many_counted - few_counted) / (many - few))
        return _Known(Fit(few_counted - ratio * few, ratio), counts=True, window=window, room=room)

    async def _probe(self, length: int, known: _Known, model: Model) -> Ruling:
        if (refused := self._refused(length, known)) is not None:
            return refused
        size = length - known.room
        head, tail = random.Random(f"{self._seed} {length}").sample(_WORDS, 2)  # noqa: S311
        marks = Marks(f"Check word before the text: {head}", f"Check word after the text: {tail}")
        wanted = known.fit.ours(_PROBE_SHARE * size)
        try:
            prompt = self._prompt(wanted, ask=_ASK, marks=marks, seed=f"probe {length}")
        except NoRoomError:
            why = f"an answer of up to {known.room:,} tokens leaves {size:,} for a prompt: see --max-tokens"
            return Ruling("no_room", why, known.window, known.room)
        output = await model.generate(prompt.text)
        count = counted(output)
        if output.stop_reason == "model_length" and count is None:
            why = f"the server refuses {length:,} tokens: {output.completion[:300]}"
            return Ruling("beyond_window", why, known.window, known.room)
        answer = output.completion.upper()
        found = Ruling(
            "whole",
            "",
            known.window,
            known.room,
            fit=known.fit,
            counts=known.counts,
            tolerance=_EVEN if self._material.most is None else _UNEVEN,
            head=head in answer,
            tail=tail in answer,
        )
        if found.cut(prompt, count):
            return found._replace(status="truncated", why=found.shortfall(prompt, count))
        if count is not None:
            fit = Fit(known.fit.fixed, (count - known.fit.fixed) / prompt.tokens)
            found = found._replace(fit=fit)
        elif not (found.head and found.tail):
            why = (
                "the server does not say how many tokens it read, and the model did not name both check words"
            )
            found = found._replace(status="unproven", why=why)
        return found._replace(tokens=found.fit.ours(_SHARE * size))

    def _refused(self, length: int, known: _Known) -> Ruling | None:
        """Why a length need not be tried."""
        window, most = known.window, self._material.most
        if window.tokens is not None and length > window.tokens:
            why = (
                f"{length:,} tokens, of which {known.room:,} are kept for the answer, are more than the "
                f"{window.tokens:,} that the model takes (by {window.source})"
            )
            return Ruling("beyond_window", why, window, known.room)
        if most is not None and known.fit.ours(_SHARE * (length - known.room)) > most:
            why = f"the text has about {known.fit.server(most):,.0f} tokens"
            return Ruling("beyond_text", why, window, known.room)
        return None

    def _prompt(self, tokens: int, *, ask: str, marks: Marks, seed: str) -> Prompt:
        return compose(
            self._material, None, depth=0.5, tokens=tokens, seed=f"{self._seed} {seed}", ask=ask, marks=marks
        )


def counted(output: ModelOutput) -> int | None:
    """How many tokens of a prompt the server read, known ones included; `None` where it does not say."""
    if output.usage is None:
        return None
    used = output.usage
    total = used.input_tokens + (used.input_tokens_cache_read or 0) + (used.input_tokens_cache_write or 0)
    return total or None


def _most_answered(output: ModelOutput) -> int:
    """The limit of an answer's tokens that holds for the calls of this run, as the call's event tells it."""
    event = model_event(output)
    return (event.config.max_tokens if event is not None else None) or 0
