"""Keys that stand nowhere else and cannot be guessed: two words and a number."""

from __future__ import annotations

import random
from typing import Final

from llmbench_inspect.suites.longcontext.word_list import words

KEY: Final = "[a-z]{3,10}-[a-z]{3,10}-[0-9]{4}"
"""Regular expression of a key."""

_FIRST: Final = words(
    """
    amber brisk copper dusty eager frosty gentle hollow ivory jolly keen lunar mellow noble olive
    polar quick rustic silent tidy urban velvet wooden young zesty bitter clever dense early faded
    """
)
_SECOND: Final = words(
    """
    anvil badger cactus dagger engine feather goblet hammer igloo jacket kettle lantern magnet needle
    otter pebble quiver rocket saddle teapot urchin violin walrus yacht zipper acorn bugle comet
    donkey easel
    """
)


def make_key(chance: random.Random) -> str:
    """Such as `copper-walrus-4821`."""
    return f"{chance.choice(_FIRST)}-{chance.choice(_SECOND)}-{chance.randrange(1000, 10_000)}"
