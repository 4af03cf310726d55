"""What a sweep costs beside plain `inspect eval-set`, and what shards gain, here and on Ray.

Each way to run the same cell asks a server on the loopback interface, whose model answers after a fixed time,
one call at a time from each worker. All is seen from that server. Start-up: from the start of the command to
the first call. What a sweep costs: the time from the first call to the command's end, beside that of
`inspect eval-set`. What shards gain: the time from the first call to the last answer, beside one worker's.
`python benchmarks/sweep.py [--quick]`: for people first, JSON in the last line.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from itertools import product
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
sys.path.append(str(HERE.parent / "tests/sweep"))

from loopback import Served, serving  # noqa: E402 - the tests' own

SAMPLES = 8
"""As many in each shard, whether of one, two or four."""
ENGINES, WORKERS = ("local", "ray"), (1, 2, 4)
MINUTE = 60.0
LIMIT = 0.05
"""Most that a sweep may add to a cell of a minute."""
SHARE = 0.9
"""Least of the ideal that workers gain."""
PLAN = """
[[models]]
names = ["openai-api/local/alpha"]
base_urls = ["{url}"]
generate_config = {{ max_connections = 1 }}
cpus = 0.25

[[suites]]
names = ["llmbench_inspect/prompts"]
epochs = {epochs}
limits = {{ limit = {samples} }}
"""
LLMBENCH = [sys.executable, "-c", "from llmbench_inspect.cli import main; main()"]
INSPECT = [sys.executable, "-m", "inspect_ai"]


class Way(NamedTuple):
    """A way to run the cell."""

    engine: str
    workers: int


class Measured(NamedTuple):
    """Seconds."""

    startup: float
    to_end: float
    """From the first call to the end of the command."""
    to_last_answer: float


def command(way: Way, url: str, *, epochs: int, folder: Path) -> list[str]:
    if way.engine == "inspect":
        model = ["--model", "openai-api/local/alpha", "--model-base-url", url, "--max-connections", "1"]
        extent = ["--limit", str(SAMPLES), "--epochs", str(epochs)]
        logs = ["--log-dir", str(folder / "logs"), "--display", "none", "--continue-on-fail"]
        return [*INSPECT, "eval-set", "llmbench_inspect/prompts", *model, *extent, *logs]
    plan = folder / "plan.toml"
    plan.write_text(PLAN.format(url=url, epochs=epochs, samples=SAMPLES), encoding="utf-8")
    ray = ["--address", "local"] if way.engine == "ray" else []
    shards = ["--shards", str(way.workers)] if way.workers > 1 else []
    logs = ["--log-dir", str(folder / "logs")]
    return [*LLMBENCH, "sweep", str(plan), "--engine", way.engine, *ray, *shards, *logs]


def measure(way: Way, served: Served, *, epochs: int) -> Measured:
    served.times.clear()
    with tempfile.TemporaryDirectory() as folder:
        begun = time.monotonic()
        done = subprocess.run(
            command(way, served.url, epochs=epochs, folder=Path(folder)),
            cwd=folder,
            env=os.environ | {"LOCAL_API_KEY": "none"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        ended = time.monotonic()
    if done.returncode or len(served.times) != SAMPLES * epochs:
        raise SystemExit(f"{way}: {len(served.times)} calls, exit code {done.returncode}\n{done.stdout}")
    first = min(came for came, _ in served.times)
    last = max(answered for _, answered in served.times)
    found = Measured(first - begun, ended - first, last - first)
    print(
        f"{way.engine:8} {way.workers} at a time: start-up {found.startup:5.1f} s, to the end "
        f"{found.to_end:6.2f} s, to the last answer {found.to_last_answer:6.2f} s",
        flush=True,
    )
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="A short cell, and fewer ways: within 50 s.")
    quick = parser.parse_args().quick
    ways = [Way("inspect", 1)]
    ways += [Way("local", 1), Way("ray", 2)] if quick else [Way(*way) for way in product(ENGINES, WORKERS)]
    load = os.getloadavg()[0]
    with serving() as served:
        served.seconds, epochs = (0.25, 3) if quick else (1.0, 16)
        print(f"{SAMPLES} samples x {epochs} epochs, {served.seconds} s a call; load {load:.1f} before it")
        found = {way: measure(way, served, epochs=epochs) for way in ways}
    ratios: dict[str, dict[str, float | str]] = {}
    plain = found[Way("inspect", 1)]
    for way, seen in found.items():
        if way.engine != "inspect" and way.workers == 1:
            # A shorter cell than a minute: what is added once is set beside a minute.
            added = (seen.to_end - plain.to_end) / max(MINUTE, plain.to_end)
            ratios[f"{way.engine}_added"] = {"value": added, "target": LIMIT, "better": "lower"}
        elif way.workers > 1:
            one = found.get(Way(way.engine, 1), found[Way("local", 1)])
            gained = one.to_last_answer / seen.to_last_answer / way.workers
            ratios[f"{way.engine}_{way.workers}_of_ideal"] = {
                "value": gained,
                "target": SHARE,
                "better": "higher",
            }
    for name, ratio in ratios.items():
        print(f"{name}: {ratio['value']:.3f}, target {ratio['target']}")
    machine = {
        "cpus": os.cpu_count(),
        "machine": platform.machine(),
        "system": platform.platform(),
        "load": round(load, 2),
    }
    seconds = {f"{way.engine}_{way.workers}_startup": round(seen.startup, 2) for way, seen in found.items()}
    rounded = {name: ratio | {"value": round(float(ratio["value"]), 4)} for name, ratio in ratios.items()}
    print(json.dumps({"benchmark": "sweep", "ratios": rounded, "seconds": seconds, "machine": machine}))


if __name__ == "__main__":
    main()
