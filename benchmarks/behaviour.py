"""How long a warm rerun of hidden tests takes: the five of one fixture, in the jail, one run at a time.

`python benchmarks/behaviour.py [--dom browser] [--runs N] [--pause SECONDS]`: for people first, JSON in the
last line. The pause stands for a model at work; without it, each run waits for its own process or page to be
warm.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import time
from typing import get_args

import anyio

from llmbench_inspect.suites.vue import Dom, behaviour_of, load_fixtures

FIXTURE = "simple-component"
TARGET_SECONDS = 0.7


async def measure(runs: int, pause: float, dom: Dom) -> list[float]:
    """Wall time of each run in seconds, after a first one that starts the jail."""
    [fixture] = load_fixtures([FIXTURE])
    seconds: list[float] = []
    for _ in range(runs + 1):
        await anyio.sleep(pause)
        started = time.perf_counter()
        found = await behaviour_of(fixture, fixture.overlay(fixture.gold), dom=dom)
        seconds.append(time.perf_counter() - started)
        assert found is not None
        assert len(found.passed) == 5, found.failed
    print(f"first run, with the start of the jail: {seconds[0]:.2f} s")
    return seconds[1:]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dom", choices=get_args(Dom), default="happy-dom")
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--pause", type=float, default=2.0)
    options = parser.parse_args()
    load = os.getloadavg()[0]
    seconds = sorted(anyio.run(measure, options.runs, options.pause, options.dom))
    median, slow = statistics.median(seconds), seconds[int(0.9 * (len(seconds) - 1))]
    print(
        f"five tests in {options.dom}, warm, {options.runs} runs: "
        f"median {median:.2f} s, 90 % within {slow:.2f} s "
        f"(target {TARGET_SECONDS} s; load {load:.1f} on {os.cpu_count()} processors)"
    )
    measured = {"median_s": round(median, 3), "p90_s": round(slow, 3), "load": round(load, 1)}
    print(json.dumps({"dom": options.dom, **measured}))


if __name__ == "__main__":
    main()
