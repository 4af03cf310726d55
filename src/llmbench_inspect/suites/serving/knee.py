"""Where more requests at once stop to bring more tokens: the search for the knee."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

GAIN: Final = 0.1
"""Doubling the requests in flight must bring that much more, or it has gone too far."""


async def find_knee(throughput: Callable[[int], Awaitable[float]], *, most: int) -> int | None:
    """The fewest requests in flight that bring the server within 10 % of its best.

    Doubles from 1 until the throughput gains less than 10 %, then halves the distance between the last step
    that gained and the one before it.

    Args:
        throughput: Measures one concurrency.
        most: The highest concurrency to try.

    Returns:
        The knee; `None` where the throughput still grows at `most`.
    """
    known = {1: await throughput(1)}
    here = 1
    while True:
        if 2 * here > most:
            return None
        known[2 * here] = await throughput(2 * here)
        if known[2 * here] < known[here] * (1 + GAIN):
            break
        here *= 2
    enough = max(known.values()) / (1 + GAIN)
    below, knee = here // 2, here
    while knee - below > 1:
        middle = (below + knee) // 2
        if await throughput(middle) >= enough:
            knee = middle
        else:
            below = middle
    return knee
