"""What our clock adds: first token and pace as a timed call sees them, beside a bare client and GuideLLM.

All three ask the same server, GuideLLM's `mock-server`, in turn, at 1, 8 and 32 calls at a time. The bare
client and ours pause for a random time before each call: calls that all begin at the same moment would wait
for one another in the server, and measure that.
`python benchmarks/ttft.py [--quick]`: for people first, JSON in the last line.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import random
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import httpx
from inspect_ai import Task
from inspect_ai import eval as run_eval
from inspect_ai.dataset import Sample
from inspect_ai.model import get_model
from inspect_ai.solver import Generate, Solver, TaskState, generate, solver

from llmbench_inspect.telemetry import ModelCalls, timed

TTFT_MS, ITL_MS, TOKENS = 100, 10, 50
LEVELS = (1, 8, 32)
LONGEST_PAUSE_S = 0.2
PROMPT = "Count from one to fifty."


class Measured(NamedTuple):
    """Medians over calls."""

    ttft: float
    """Milliseconds."""
    itl: float
    """Milliseconds; of each call's median."""


@contextmanager
def mock_server(guidellm: str) -> Generator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [guidellm, "mock-server", "--host", "127.0.0.1", "--port", str(port)]
    pace = ["--ttft-ms", str(TTFT_MS), "--itl-ms", str(ITL_MS), "--output-tokens", str(TOKENS)]
    with subprocess.Popen(
        [*command, *pace], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=offline()
    ) as server:
        url = f"http://127.0.0.1:{port}"
        try:
            for _ in range(600):
                try:
                    httpx.get(f"{url}/v1/models", trust_env=False)
                    break
                except httpx.TransportError:
                    time.sleep(0.1)
            yield url
        finally:
            server.terminate()


def offline() -> dict[str, str]:
    return os.environ | {"HF_HUB_OFFLINE": "1", "NO_PROXY": "127.0.0.1"}


@solver
def pause() -> Solver:
    async def solve(state: TaskState, generate: Generate) -> TaskState:  # noqa: ARG001
        await asyncio.sleep(random.uniform(0, LONGEST_PAUSE_S))
        return state

    return solve


def ours(url: str, *, level: int, calls: int) -> Measured:
    model = get_model("openai-api/mock/mock-model", base_url=f"{url}/v1", api_key="none", memoize=False)
    # The first calls make the client and its connections.
    task = Task(
        dataset=[Sample(input=PROMPT) for _ in range(calls + level)], solver=[pause(), timed(generate())]
    )
    with tempfile.TemporaryDirectory() as folder:
        [log] = run_eval(
            task, model=model, log_dir=folder, display="none", max_connections=level, max_samples=level
        )
        done = [call for sample in log.samples or () for call in sample.store_as(ModelCalls).calls]
    done.sort(key=lambda call: call.started)
    if log.status != "success" or any(call.ttft is None or call.itl_p50 is None for call in done):
        raise SystemExit("ours: not every call was timed")
    kept = done[level:]
    return Measured(
        1000 * statistics.median(call.ttft or 0 for call in kept),
        1000 * statistics.median(call.itl_p50 or 0 for call in kept),
    )


async def bare(url: str, *, level: int, calls: int) -> Measured:
    body = {"model": "mock-model", "stream": True, "messages": [{"role": "user", "content": PROMPT}]}
    limits = httpx.Limits(max_connections=level)
    left = calls + level
    done: list[tuple[float, float]] = []

    async def work(client: httpx.AsyncClient) -> None:
        nonlocal left
        while left > 0:
            left -= 1
            moments: list[float] = []
            await asyncio.sleep(random.uniform(0, LONGEST_PAUSE_S))
            start = time.perf_counter()
            async with client.stream("POST", f"{url}/v1/chat/completions", json=body) as answer:
                async for line in answer.aiter_lines():
                    if line.startswith("data: {"):
                        now = time.perf_counter()
                        choices = json.loads(line[6:])["choices"]
                        if choices and choices[0]["delta"].get("content"):
                            moments.append(now)
            gaps = [after - before for before, after in pairwise(moments)]
            done.append((moments[0] - start, statistics.median(gaps)))

    async with httpx.AsyncClient(limits=limits, timeout=60, trust_env=False) as client:
        await asyncio.gather(*(work(client) for _ in range(level)))
    kept = done[level:]
    return Measured(*(1000 * statistics.median(column) for column in zip(*kept, strict=True)))


def peer(guidellm: str, url: str, *, level: int, calls: int) -> Measured:
    with tempfile.TemporaryDirectory() as folder:
        prompts = Path(folder, "prompts.jsonl")
        prompts.write_text("".join(json.dumps({"prompt": PROMPT}) + "\n" for _ in range(calls)), "utf-8")
        out = Path(folder, "out.json")
        command = [guidellm, "run", "--backend", f"kind=openai_http,target={url},model=mock-model"]
        command += ["--profile", f"kind=concurrent,streams={level}"]
        command += ["--constraint", f"kind=max_requests,count={calls}"]
        command += ["--data", f"kind=json_file,path={prompts}", "--output", f"kind=json,path={out}"]
        command += ["--disable-console-interactive"]
        ran = subprocess.run(command, check=False, capture_output=True, text=True, env=offline(), timeout=300)
        if ran.returncode:
            raise SystemExit(f"guidellm failed:\n{ran.stdout[-2000:]}{ran.stderr[-2000:]}")
        metrics = json.loads(out.read_text("utf-8"))["benchmarks"][0]["metrics"]
    return Measured(
        metrics["time_to_first_token_ms"]["successful"]["median"],
        metrics["inter_token_latency_ms"]["successful"]["median"],
    )


def measure(guidellm: str, *, rounds: int, calls: int) -> dict[str, object]:
    ratios: dict[str, object] = {}
    with mock_server(guidellm) as url:
        for level in LEVELS:
            count = max(calls, 2 * level)
            mine: list[Measured] = []
            plain: list[Measured] = []
            for _ in range(rounds):
                plain.append(asyncio.run(bare(url, level=level, calls=count)))
                mine.append(ours(url, level=level, calls=count))
            theirs = peer(guidellm, url, level=level, calls=count)
            for name in ("ttft", "itl"):
                base, own = (statistics.median(getattr(one, name) for one in many) for many in (plain, mine))
                print(
                    f"{level:3} at a time, {name.upper():>4}: bare client {base:7.2f} ms, ours {own:7.2f} ms "
                    f"({own - base:+.2f}), guidellm {getattr(theirs, name):7.2f} ms"
                )
                gap = statistics.median(
                    abs(getattr(one, name) - getattr(other, name))
                    for one, other in zip(mine, plain, strict=True)
                )
                ratios[f"{name}_gap_over_limit_{level}"] = {
                    "value": round(gap / max(2.0, 0.02 * base), 2),
                    "target": 1,
                    "better": "lower",
                }
    return ratios


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer rounds, within 50 s on 2 cores")
    parser.add_argument("--guidellm", default=shutil.which("guidellm"), help="the program of the peer")
    arguments = parser.parse_args()
    if arguments.guidellm is None:
        raise SystemExit(
            "The peer `guidellm` is not installed. It brings torch, so give it an environment of its own: "
            "python -m venv guidellm && guidellm/bin/pip install torch guidellm==0.8.1, then --guidellm PATH"
        )
    quick = arguments.quick
    ratios = measure(arguments.guidellm, rounds=1 if quick else 5, calls=8 if quick else 32)
    machine = {"cpus": os.cpu_count(), "machine": platform.machine(), "system": platform.platform()}
    print(json.dumps({"benchmark": "ttft", "ratios": ratios, "machine": machine}))


if __name__ == "__main__":
    sys.exit(main())
