"""Words that the templates choose from; all written for this project."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from typing import Final

FOLDERS: Final = (
    "notes", "letters", "plans", "drafts", "minutes", "recipes", "reviews", "briefs", "lists", "memos",
)  # fmt: skip
NOUNS: Final = (
    "harbour", "lantern", "meadow", "orchard", "pebble", "quarry", "ribbon", "saddle", "thicket", "umbrella",
    "valley", "willow", "anchor", "bridge", "candle", "donkey", "engine", "feather", "glacier", "hammock",
    "island", "jacket", "kettle", "ladder", "mirror", "needle", "oyster", "parrot", "rocket", "shovel",
)  # fmt: skip
PEOPLE: Final = (
    "Ada", "Bruno", "Carla", "Dmitri", "Elena", "Farid", "Greta", "Hugo", "Ines", "Jonas",
    "Kenji", "Lucia", "Marek", "Nadia", "Oskar", "Paula", "Quentin", "Rosa", "Stefan", "Tamar",
)  # fmt: skip
TOWNS: Final = (
    "Aarhus", "Bilbao", "Cracow", "Dresden", "Esbjerg", "Florence", "Ghent", "Haarlem", "Innsbruck", "Jena",
    "Kaunas", "Leuven", "Malaga", "Nantes", "Oporto", "Pisa", "Rostock", "Salzburg", "Tartu", "Utrecht",
)  # fmt: skip
GOODS: Final = (
    "apples", "bolts", "cables", "drills", "envelopes", "filters", "gloves", "hinges", "inks", "jars",
    "keys", "lamps", "mugs", "nails", "oars", "paints", "quilts", "ropes", "screws", "tiles",
)  # fmt: skip
SERVICES: Final = (
    "mail-relay", "queue-worker", "metrics-agent", "thumb-maker", "cache-warmer", "feed-reader",
    "log-shipper", "index-builder", "rate-keeper", "task-runner",
)  # fmt: skip
GROUPS: Final = (
    "members", "guests", "clients", "readers", "tenants", "players", "drivers", "singers", "sailors",
    "pupils", "farmers", "dancers",
)  # fmt: skip
WARES: Final = (
    "products", "parts", "articles", "supplies", "wares", "tools", "spares", "samples", "fittings",
    "leftovers", "rarities", "materials",
)  # fmt: skip
SUMS: Final = (
    "payments", "fees", "grants", "refunds", "deposits", "rents", "fines", "gifts", "loans", "wages", "tips",
    "orders",
)  # fmt: skip
REGIONS: Final = ("north", "south", "east", "west")
_SUBJECTS: Final = ("The garden", "Our train", "The old clock", "A letter", "The market", "This bridge")
_VERBS: Final = ("opens", "stops", "waits", "turns", "rests", "begins")
_ENDINGS: Final = (
    "before noon",
    "near the river",
    "without a sound",
    "every Tuesday",
    "in the rain",
    "at dusk",
)


def sentence(chance: Random) -> str:
    """A short sentence."""
    return f"{chance.choice(_SUBJECTS)} {chance.choice(_VERBS)} {chance.choice(_ENDINGS)}."


def some(chance: Random, words: Sequence[str], count: int) -> list[str]:
    """Different ones of some words, in chance order."""
    return chance.sample(words, count)


def notes(chance: Random, names: Sequence[str], folder: str) -> dict[str, str]:
    """A text file of some sentences for each name."""
    return {
        f"{folder}/{name}.txt": "".join(f"{sentence(chance)}\n" for _ in range(chance.randint(2, 4)))
        for name in names
    }


def settings(values: Mapping[str, object]) -> str:
    """A configuration file with a line for each value."""
    return "".join(f"{name} = {value}\n" for name, value in values.items())
