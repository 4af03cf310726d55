"""How many samples a sequential verdict takes, beside the fixed number that tells as much.

`python benchmarks/sequential.py [--quick]`: for people first, JSON in the last line.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
from bisect import bisect_left

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from llmbench_inspect.statistics import sequential_verdict

PLAN = 500
THRESHOLDS = (0.3, 0.5, 0.7, 0.9)
AWAY = 0.1


def taken(values: list[float], threshold: float) -> tuple[int, str | None]:
    """Samples until the verdict, or the whole plan."""

    def verdict(count: int) -> str | None:
        return sequential_verdict(values[:count], values[:count], threshold)

    # A verdict stays, so that the first one can be found by halving.
    count = bisect_left(range(1, PLAN), 1, key=lambda made: verdict(made) is not None) + 1
    return count, verdict(count)


def fixed(threshold: float, truth: float, power: float) -> int:
    """Samples of an exact binomial test, told once at the end, that finds the truth as often."""
    for count in range(5, 5000):
        if truth > threshold:
            critical = stats.binom.isf(0.025, count, threshold) + 1
            found = stats.binom.sf(critical - 1, count, truth)
        else:
            critical = stats.binom.ppf(0.025, count, threshold) - 1
            found = stats.binom.cdf(critical, count, truth)
        if found >= power:
            return count
    raise SystemExit("no number of samples tells as much")


def stream(chance: np.random.Generator, rate: float) -> NDArray[np.float64]:
    return (chance.random(PLAN) < rate).astype(float)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer streams, within 50 s on 2 cores")
    runs = 200 if parser.parse_args().quick else 2000
    chance = np.random.default_rng(20261121)
    ratios: dict[str, object] = {}
    for threshold in THRESHOLDS:
        for truth in (threshold - AWAY, min(threshold + AWAY, 0.99)):
            right = "reached" if truth > threshold else "missed"
            made = [taken(list(stream(chance, truth)), threshold) for _ in range(runs)]
            mean = statistics.fmean(count for count, _ in made)
            power = statistics.fmean(verdict == right for _, verdict in made)
            false = statistics.fmean(verdict not in {right, None} for _, verdict in made)
            equal = fixed(threshold, truth, min(power, 0.9999))
            print(
                f"threshold {threshold:.1f}, truth {truth:.2f}: {mean:5.0f} of {PLAN} samples on average, "
                f"right {power:6.1%}, false {false:.1%}; a fixed number of equal power: {equal}"
            )
            name = f"{round(100 * threshold)}_{round(100 * truth)}"
            ratios[f"spent_of_plan_{name}"] = {
                "value": round(mean / PLAN, 3),
                "target": 0.5,
                "better": "lower",
            }
            ratios[f"spent_of_fixed_{name}"] = {"value": round(mean / equal, 2), "better": "lower"}
        equal_rate = [taken(list(stream(chance, threshold)), threshold)[1] for _ in range(runs)]
        undecided = statistics.fmean(verdict is None for verdict in equal_rate)
        print(
            f"threshold {threshold:.1f}, truth {threshold:.2f}: undecided {undecided:.1%} "
            "(at least 95 % promised)"
        )
        ratios[f"decided_without_reason_{round(100 * threshold)}"] = {
            "value": round((1 - undecided) / 0.05, 2),
            "target": 1,
            "better": "lower",
        }
    machine = {"cpus": os.cpu_count(), "machine": platform.machine(), "system": platform.platform()}
    print(json.dumps({"benchmark": "sequential", "ratios": ratios, "machine": machine}))


if __name__ == "__main__":
    main()
