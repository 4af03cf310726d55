"""Questions that one document of many cannot answer: who leads a project, and where that person works."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Final, NamedTuple

from llmbench_inspect.suites.longcontext.filler import Sentence, Source
from llmbench_inspect.suites.longcontext.material import NoRoomError, Question
from llmbench_inspect.suites.longcontext.word_list import words

_FIRST: Final = words(
    """
    Adela Boris Clara Dmitri Elena Farid Grace Hugo Irina Jonas Kamala Leon Maya Nikolai Olga Pablo
    Renata Samir Teresa Umar Vera Walter Xenia Yusuf Zora Anton Bianca Cedric Daria Emil
    """
)
_LAST: Final = words(
    """
    Abbott Brandt Castell Dvorak Eklund Ferrari Gruber Haddad Ivanov Jansen Kovacs Lindqvist Moreau
    Novak Okafor Petersen Quiroga Rossi Schmidt Takeda Ueda Vargas Whitlock Yilmaz Zeller Almeida
    Becker Cho Duarte Engel
    """
)
_KIND: Final = words(
    """
    Blue Silver Crimson Hidden Rapid Northern Golden Silent Broken Rising Distant Emerald Frozen Iron
    Lucky Marble Narrow Open Purple Royal Scarlet Tall Upper Violet White Brave Calm Double Eastern
    Final
    """
)
_THING: Final = words(
    """
    Anchor Bridge Compass Delta Echo Falcon Glacier Harbor Island Jaguar Kite Lantern Meadow Nimbus
    Orchid Pilot Quarry River Summit Torch Unicorn Valley Willow Yonder Zenith Arrow Beacon Canyon
    Dune Ember
    """
)
CITIES: Final = words(
    """
    Athens Berlin Cairo Dublin Edinburgh Florence Geneva Havana Istanbul Jakarta Kyoto Lisbon Madrid
    Nairobi Oslo Prague Quito Rome Seoul Tokyo Utrecht Vienna Warsaw Yerevan Zagreb Antwerp Bogota
    Chicago Denver Toronto
    """
)

_BODY: Final = 180
"""Tokens of a document beside its fact, where there is room for as many."""
_FACT: Final = 20
"""Tokens of its title and fact."""
_FEWEST: Final = 4


class _Pair(NamedTuple):
    """A project, its leader, and the leader's city."""

    project: str
    leader: str
    city: str

    @property
    def memo(self) -> tuple[str, str]:
        """Title and fact of the first document."""
        return f"Memo on project {self.project}", f"Project {self.project} is led by {self.leader}."

    @property
    def profile(self) -> tuple[str, str]:
        """Title and fact of the second document."""
        return f"Staff profile of {self.leader}", f"{self.leader} has an office in {self.city}."


@dataclass(frozen=True)
class Documents:
    """Memos on projects and profiles of staff; see `Material`."""

    source: Source
    """Of the text beside the facts."""
    seed: int

    opening = "Below are documents. Read them: a question about them comes after the last."

    @property
    def most(self) -> int | None:
        """As much as the source has."""
        return self.source.most

    def question(self, number: int) -> Question:
        """Ask for the city of a project's leader."""
        pair = self._asked(number)
        return Question(
            name=f"multi_doc-{number + 1}",
            ask=f"In which city does the leader of project {pair.project} have an office? Answer with the "
            "name of the city alone and nothing else.",
            target=(pair.city,),
            candidate=rf"\b(?:{'|'.join(CITIES)})\b",
            form=({"constraint": "regex", "pattern": "|".join(CITIES)},),
        )

    def text(self, number: int | None, *, depth: float, tokens: int, chance: random.Random) -> str:
        """The memo stands at `depth`, the profile anywhere else; all other projects are whole as well."""
        count = max(_FEWEST, tokens // (_BODY + _FACT))
        pairs = self._others(number, chance)[: count // 2 - 1]
        documents = [document for pair in pairs for document in (pair.memo, pair.profile)]
        chance.shuffle(documents)
        if number is not None:
            asked = self._asked(number)
            documents.insert(chance.randrange(len(documents) + 1), asked.profile)
            documents.insert(round(depth * len(documents)), asked.memo)
        body = tokens - _FACT * len(documents)
        if body < 0:
            raise NoRoomError
        around = self.source.sentences(body, chance)
        texts: list[str] = []
        for place, (title, said) in enumerate(documents):
            part = around[place * len(around) // len(documents) : (place + 1) * len(around) // len(documents)]
            texts.append(_document(place + 1, title, said, part, chance))
        return "\n\n".join(texts)

    @cached_property
    def _projects(self) -> list[str]:
        return [" ".join(parts) for parts in product(_KIND, _THING)]

    @cached_property
    def _people(self) -> list[str]:
        return [" ".join(parts) for parts in product(_FIRST, _LAST)]

    def _asked(self, number: int) -> _Pair:
        chance = random.Random(f"{self.seed} documents {number}")  # noqa: S311
        return _Pair(chance.choice(self._projects), chance.choice(self._people), chance.choice(CITIES))

    def _others(self, number: int | None, chance: random.Random) -> list[_Pair]:
        """All projects but the one asked about, none with its leader."""
        projects = chance.sample(self._projects, len(self._projects))
        people = chance.sample(self._people, len(self._people))
        asked = None if number is None else self._asked(number)
        return [
            _Pair(project, leader, chance.choice(CITIES))
            for project, leader in zip(projects, people, strict=True)
            if asked is None or (project != asked.project and leader != asked.leader)
        ]


def _document(number: int, title: str, fact: str, around: list[Sentence], chance: random.Random) -> str:
    sentences = [sentence.text for sentence in around]
    sentences.insert(chance.randrange(len(sentences) + 1), fact)
    return f"Document {number}: {title}\n{' '.join(sentences)}"
