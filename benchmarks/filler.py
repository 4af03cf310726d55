"""How long 20 prompts of 128k tokens take to build, and how much memory: each kind in a process of its own.

`python benchmarks/filler.py [--quick]`: for people first, JSON in the last line. Loading the
tokenizer's ranks is part of it, importing the package is not; the memory is the peak of the whole process,
imports included.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import time
from typing import get_args

from llmbench_inspect.suites.longcontext import Kind, compose, plan

PROMPTS = 20
TOKENS = 128 * 1024
SECONDS_LIMIT = 2.0
RSS_LIMIT_MB = 300.0


def build(kind: Kind) -> dict[str, float]:
    """Build the prompts and keep them all, as a run would not."""
    started = time.perf_counter()
    planned = plan(kind, lengths="128k", questions=PROMPTS, seed=0)
    material = planned.material
    prompts = [
        compose(
            material,
            number,
            depth=number / (PROMPTS - 1),
            tokens=TOKENS,
            seed=f"{kind} {number}",
            ask=material.question(number).ask,
        )
        for number in range(PROMPTS)
    ]
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)
    tokens = [prompt.tokens for prompt in prompts]
    return {"seconds": seconds, "peak_mb": peak, "shortest": min(tokens), "longest": max(tokens)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one round, within 50 s on 2 cores")
    parser.add_argument("--build", choices=get_args(Kind), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.build:
        print(json.dumps(build(options.build)))
        return
    ratios: dict[str, dict[str, object]] = {}
    for kind in get_args(Kind):
        command = [sys.executable, __file__, "--build", kind]
        rounds = [
            json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
            for _ in range(1 if options.quick else 5)
        ]
        seconds = statistics.median(one["seconds"] for one in rounds)
        peak = max(one["peak_mb"] for one in rounds)
        print(
            f"{kind}: {PROMPTS} prompts of {rounds[0]['shortest']:,} to {rounds[0]['longest']:,} tokens in "
            f"{seconds:.2f} s (limit {SECONDS_LIMIT:g} s), peak {peak:.0f} MB (limit {RSS_LIMIT_MB:g} MB)"
        )
        ratios[f"{kind}_seconds_over_limit"] = _ratio(seconds / SECONDS_LIMIT)
        ratios[f"{kind}_rss_over_limit"] = _ratio(peak / RSS_LIMIT_MB)
    machine = {"cpus": os.cpu_count(), "machine": platform.machine(), "system": platform.platform()}
    print(json.dumps({"benchmark": "filler", "ratios": ratios, "machine": machine}))


def _ratio(value: float) -> dict[str, object]:
    return {"value": round(value, 3), "target": 1, "better": "lower"}


if __name__ == "__main__":
    main()
