"""The search for the knee, on curves that are known."""

from __future__ import annotations

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from llmbench_inspect.suites.serving.knee import find_knee


def search(capacity: int, *, most: int) -> tuple[int | None, list[int]]:
    """Look for the knee of a server that serves so many at once."""
    tried: list[int] = []

    async def throughput(streams: int) -> float:
        tried.append(streams)
        return 10.0 * min(streams, capacity)

    return asyncio.run(find_knee(throughput, most=most)), tried


@given(st.integers(1, 400))
def test_it_is_the_fewest_that_come_within_a_tenth_of_the_best(capacity: int) -> None:
    knee, tried = search(capacity, most=1024)
    assert knee is not None
    assert knee >= capacity / 1.1 > knee - 1
    assert len(tried) == len(set(tried)) <= 2 * capacity.bit_length() + 2


@given(st.integers(17, 400))
def test_a_server_that_is_never_full_has_none(capacity: int) -> None:
    assert search(capacity, most=16) == (None, [1, 2, 4, 8, 16])
