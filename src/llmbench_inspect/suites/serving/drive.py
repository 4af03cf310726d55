"""Loads: who sends the next request, and when."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from typing import NamedTuple

import anyio
from inspect_ai.solver import Generate
from inspect_ai.util import collect

from llmbench_inspect.suites.serving.requests import Ask, Request, send


class Window(NamedTuple):
    """The time in which a load is as it should be, UNIX time: after the warm-up, before it runs dry."""

    start: float
    end: float


class Driven(NamedTuple):
    """What a load gave."""

    requests: list[Request]
    """In the order of sending, warm-up first."""
    window: Window


async def closed_loop(asks: Sequence[Ask], generate: Generate, *, concurrency: int, warmup: int) -> Driven:
    """Keep a number of requests in flight: an answer's end sends the next one.

    Args:
        asks: All that are to be sent, warm-up first; more than are in flight.
        generate: As Inspect hands it to solvers.
        concurrency: Requests in flight.
        warmup: How many of the first are warm-up.
    """
    done: dict[int, Request] = {}
    left = iter(enumerate(asks))

    async def stream() -> None:
        for index, ask in left:
            done[index] = await send(ask, generate)

    await collect(*(stream() for _ in range(concurrency)))
    requests = [done[index] for index in range(len(asks))]
    # The last request is sent when all but those in flight have ended; the next end leaves a gap.
    runs_dry = sorted(request.end for request in requests)[-concurrency]
    warm = _warm(requests, warmup)
    if warm >= runs_dry:  # one slow request of the warm-up outlasted all others
        warm = requests[warmup].due
    return Driven(requests, Window(warm, runs_dry))


async def open_loop(
    asks: Sequence[Ask], generate: Generate, *, arrivals: Sequence[float], warmup: int
) -> Driven:
    """Send each request at its moment, however many are in flight.

    Args:
        asks: All that are to be sent, warm-up first.
        generate: As Inspect hands it to solvers.
        arrivals: When to send each, in seconds from the start.
        warmup: How many of the first are warm-up.
    """
    start, clock = time.time(), anyio.current_time()

    async def arrive(ask: Ask, offset: float) -> Request:
        await anyio.sleep_until(clock + offset)
        return await send(ask, generate, due=start + offset)

    requests = await collect(*(arrive(ask, offset) for ask, offset in zip(asks, arrivals, strict=True)))
    return Driven(requests, Window(requests[warmup].due, requests[-1].due))


def poisson(rate: float, count: int, *, seed: int) -> list[float]:
    """Moments of independent arrivals, in seconds.

    Args:
        rate: Arrivals a second, on average.
        count: How many.
        seed: Chooses them.
    """
    chance = random.Random(seed)  # noqa: S311
    moment = 0.0
    moments: list[float] = []
    for _ in range(count):
        moment += chance.expovariate(rate)
        moments.append(moment)
    return moments


def _warm(requests: Sequence[Request], warmup: int) -> float:
    if not warmup:
        return requests[0].due
    return max(request.end for request in requests[:warmup])
