"""Needles: keys of words and numbers in a text that is about something else."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Final

from llmbench_inspect.suites.longcontext.filler import Source
from llmbench_inspect.suites.longcontext.keys import KEY, make_key
from llmbench_inspect.suites.longcontext.material import NoRoomError, Piece, Question, plant
from llmbench_inspect.suites.longcontext.tokens import quick_estimate
from llmbench_inspect.suites.longcontext.word_list import words

MANY: Final = 4
"""Keys that are asked for at once, and as many others that are not."""

_DEPOTS: Final = words(
    """
    Alderney Bastion Corvus Dunmore Elkhart Farrier Gannet Hawthorn Icarus Juniper Kittiwake Lodestar
    Mistral Nutmeg Obelisk Pelican Quartz Redwing Sextant Tamarind Umbra Vesper Wolfram Xenon Yarrow
    Zephyr Antares Bramble Cobra Drumlin Ember Falcon Granite Heron Indigo Jasper
    """
)


@dataclass(frozen=True, kw_only=True)
class Needles:
    """One key to find, or four among eight; see `Material`."""

    source: Source
    """The text around them."""
    many: bool
    seed: int

    opening = "Below is a text. Read it: a question about it comes after its end."

    @property
    def most(self) -> int | None:
        """As much as the source has."""
        return self.source.most

    def question(self, number: int) -> Question:
        """Ask for the key of one depot, or for those of four."""
        asked = self._keys(number)[: MANY if self.many else 1]
        depots = [depot for depot, _ in asked]
        if self.many:
            ask = (
                f"What are the access keys of the depots {', '.join(depots[:-1])} and {depots[-1]}? Answer "
                f"with the {MANY} keys in this order, one on each line, as they stand in the text, and "
                "nothing else."
            )
        else:
            ask = (
                f"What is the access key of the depot {depots[0]}? Answer with the key alone, as it "
                "stands in the text, and nothing else."
            )
        lines = r"\s*\n\s*".join([KEY] * len(asked))
        return Question(
            name=f"{'multi_needle' if self.many else 'needle'}-{number + 1}",
            ask=ask,
            target=tuple(key for _, key in asked),
            candidate=KEY,
            form=({"constraint": "regex", "pattern": lines},),
        )

    def text(self, number: int | None, *, depth: float, tokens: int, chance: random.Random) -> str:
        """The first key stands at `depth`, the others anywhere."""
        depths = [depth, *(chance.random() for _ in range(2 * MANY - 1))]
        keys = [] if number is None else self._keys(number)
        pieces = [
            Piece(place, f"The access key of the depot {depot} is {key}.")
            for place, (depot, key) in zip(depths, keys, strict=False)
        ]
        room = tokens - sum(quick_estimate(piece.text) for piece in pieces)
        if room <= 0:
            raise NoRoomError
        return plant(self.source.sentences(room, chance), pieces)

    def _keys(self, number: int) -> list[tuple[str, str]]:
        chance = random.Random(f"{self.seed} needles {number}")  # noqa: S311
        count = 2 * MANY if self.many else 1
        return [(depot, make_key(chance)) for depot in chance.sample(_DEPOTS, count)]
