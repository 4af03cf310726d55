"""A whole report of very many logs: Markdown, HTML, PDF, figures, CSV and JSON, logs read before.

The logs are of one real eval, multiplied: five tasks, every sample with one timed call.
`python benchmarks/report.py [--quick]`: for people first, JSON in the last line.
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
from pathlib import Path
from typing import Final

from post import Bench, over

SECONDS_LIMIT: Final = 10
TASKS: Final = 5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="smaller logs, within 50 s on 2 cores")
    arguments = parser.parse_args()
    count, samples = 200, 20 if arguments.quick else 500
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        bench = Bench(folder)
        header = json.loads(bench.members["header.json"])
        for task in range(TASKS):
            header["eval"]["task"] = f"task_{task}"
            bench.members["header.json"] = json.dumps(header).encode()
            bench.logs(f"task-{task}", count=count // TASKS, samples=samples)
        print(f"{count} logs of {samples} samples")
        first = make(folder)
        print(f"first reading: {first:.1f} s")
        warm = min(make(folder) for _ in range(2))
        print(f"read before: {warm:.1f} s")
    ratios = {f"seconds_of_{count}_logs_over_limit": over(warm, SECONDS_LIMIT)}
    machine = {"cpus": os.cpu_count(), "machine": platform.machine(), "system": platform.platform()}
    print(json.dumps({"benchmark": "report", "ratios": ratios, "machine": machine}))


def make(folder: Path) -> float:
    """Seconds that the command takes, from its start to its end."""
    logs = [str(folder / f"task-{task}") for task in range(TASKS)]
    start = time.perf_counter()
    subprocess.run(
        [Path(sys.executable).with_name("llmbench"), "report", *logs, "-o", folder / "report"],
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"LLMBENCH_CACHE_DIR": str(folder / "cache")},
    )
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
