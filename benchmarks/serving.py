"""Tokens a second under load, ours and GuideLLM's, beside what the server itself counted.

A server with a pace and a log of its tokens runs as a process of its own; both clients keep as many requests
in flight, in turn. `python benchmarks/serving.py [--quick]`: for people first, JSON in the last line.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

import httpx
from inspect_ai import eval as run_eval
from inspect_ai.model import get_model

from llmbench_inspect.suites.serving import Measured, ServingLoads
from llmbench_inspect.tasks.serving import serving

TTFT, ITL, TOKENS = 0.1, 0.01, 50
"""Seconds on average, seconds, and how many."""
NUMBERS = count()
LIMIT = 0.02
"""Most that tokens a second may differ from the server's own count."""


class Seen(NamedTuple):
    """A request as the server saw it; UNIX time."""

    arrived: float
    tokens: list[float]
    """When each was sent."""


# The server


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, seen: list[Seen]) -> None:
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    arrived = time.time()
    method, path, _ = head.split(" ", 2)
    length = next(
        (int(line.split(":")[1]) for line in head.lower().splitlines() if line.startswith("content-length")),
        0,
    )
    body = json.loads(await reader.readexactly(length)) if length else {}
    if method == "GET":
        told: Any = {"object": "list", "data": [{"id": "m", "object": "model"}]}
        if path == "/seen":
            told = list(seen)
            seen.clear()
        whole(writer, told)
    elif body.get("stream"):
        await stream(writer, body, path=path, seen=seen, arrived=arrived)
    else:
        whole(writer, chunk(path, "x", body, tokens=1))
    await writer.drain()
    writer.close()


async def stream(
    writer: asyncio.StreamWriter, body: dict[str, Any], *, path: str, seen: list[Seen], arrived: float
) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n")
    loop = asyncio.get_running_loop()
    # Not all alike, so that requests do not march in step.
    number = next(NUMBERS)
    due, moments = loop.time() + TTFT * (0.5 + number * 0.618 % 1), list[float]()
    for index in range(TOKENS):
        await asyncio.sleep(due - loop.time())
        due += ITL
        writer.write(b"data: " + json.dumps(chunk(path, f" {index}", body)).encode() + b"\n\n")
        moments.append(time.time())
    writer.write(b"data: " + json.dumps(chunk(path, None, body, tokens=TOKENS)).encode() + b"\n\n")
    writer.write(b"data: [DONE]\n\n")
    seen.append(Seen(arrived, moments))


def chunk(path: str, text: str | None, body: dict[str, Any], *, tokens: int = 0) -> dict[str, Any]:
    prompt = len(json.dumps(body.get("messages") or body.get("prompt")).split())
    frame: dict[str, Any] = {"id": "1", "created": 1, "model": "m", "choices": []}
    frame["object"] = "chat.completion.chunk" if body.get("stream") else "chat.completion"
    if text is not None:
        part = {"role": "assistant", "content": text}
        choice = {"delta" if body.get("stream") else "message": part} if "chat" in path else {"text": text}
        frame["choices"] = [{"index": 0, "finish_reason": None if body.get("stream") else "length"} | choice]
    if tokens:
        usage = {"prompt_tokens": prompt, "completion_tokens": tokens, "total_tokens": prompt + tokens}
        frame["usage"] = usage
    return frame


def whole(writer: asyncio.StreamWriter, told: Any) -> None:
    data = json.dumps(told).encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(data)}\r\n"
    writer.write(head.encode() + b"Connection: close\r\n\r\n" + data)


async def serve() -> None:
    seen: list[Seen] = []
    server = await asyncio.start_server(lambda reader, writer: answer(reader, writer, seen), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


@contextmanager
def running() -> Generator[str]:
    command = [sys.executable, __file__, "--serve"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield f"http://127.0.0.1:{int(server.stdout.readline())}"
        finally:
            server.terminate()


def seen_by(url: str) -> list[Seen]:
    """What the server answered since it was asked for this last."""
    return sorted(Seen(*one) for one in httpx.get(f"{url}/seen", trust_env=False, timeout=30).json())


def rate(seen: list[Seen], start: float, end: float) -> float:
    """Output tokens a second by the server's own count."""
    return sum(start < moment <= end for one in seen for moment in one.tokens) / (end - start)


# The clients


def ours(url: str, *, level: int, requests: int) -> Measured:
    model = get_model("openai-api/local/m", base_url=f"{url}/v1", api_key="none", memoize=False)
    task = serving(concurrency=level, requests=requests, warmup=level, prompt_tokens=64, output_tokens=TOKENS)
    with tempfile.TemporaryDirectory() as folder:
        [log] = run_eval(task, model=model, log_dir=folder, display="none", epochs=1)
        if log.status != "success" or not log.samples:
            raise SystemExit(f"ours: {log.error}")
        [load] = log.samples[0].store_as(ServingLoads).loads
    print(
        f"  ours: {load.in_flight:.2f} of {level} in flight, queued {load.queued_p95_ms:.1f} ms (p95), "
        f"TTFT {load.ttft_p50_ms:.1f} ms, ITL {load.itl_p50_ms:.2f} ms"
    )
    return load


def peer(guidellm: str, url: str, *, level: int, requests: int) -> float:
    with tempfile.TemporaryDirectory() as folder:
        prompts = Path(folder, "prompts.jsonl")
        lines = (json.dumps({"prompt": f"{number} " * 60}) + "\n" for number in range(requests))
        prompts.write_text("".join(lines), "utf-8")
        out = Path(folder, "out.json")
        command = [guidellm, "run", "--backend", f"kind=openai_http,target={url},model=m"]
        command += ["--profile", f"kind=concurrent,streams={level}"]
        command += ["--constraint", f"kind=max_requests,count={requests}"]
        command += ["--data", f"kind=json_file,path={prompts}", "--output", f"kind=json,path={out}"]
        command += ["--disable-console-interactive"]
        offline = os.environ | {"HF_HUB_OFFLINE": "1", "NO_PROXY": "127.0.0.1"}
        ran = subprocess.run(command, check=False, capture_output=True, text=True, env=offline, timeout=300)
        if ran.returncode:
            raise SystemExit(f"guidellm failed:\n{ran.stdout[-2000:]}{ran.stderr[-2000:]}")
        metrics = json.loads(out.read_text("utf-8"))["benchmarks"][0]["metrics"]
    return metrics["output_tokens_per_second"]["successful"]["mean"]


def measure(guidellm: str, *, levels: list[int], rounds: int, waves: int) -> dict[str, object]:
    ratios: dict[str, object] = {}
    with running() as url:
        for level in levels:
            requests = max(10, waves * level)
            mine: list[float] = []
            theirs: list[float] = []
            served: list[float] = []
            for _ in range(rounds):
                print(f"{level} in flight, {requests} requests of {TOKENS} tokens")
                load = ours(url, level=level, requests=requests)
                own = rate(seen_by(url), load.started, load.started + load.window)
                told = load.output_tokens_per_s
                mine.append(told / own - 1)
                print(f"  ours      {told:8.1f} tokens/s, the server {own:8.1f}: {mine[-1]:+.2%}")
                told = peer(guidellm, url, level=level, requests=requests)
                seen = seen_by(url)
                ends = sorted(one.tokens[-1] for one in seen)
                over_all, full = (rate(seen, seen[0].arrived, end) for end in (ends[-1], ends[-level]))
                # Of the two times that its rate may be of, the one that is kinder to the peer.
                theirs.append(min((told / one - 1 for one in (over_all, full)), key=abs))
                served.append(own / full)
                print(
                    f"  guidellm  {told:8.1f} tokens/s, the server {over_all:8.1f} over all, "
                    f"{full:.1f} while full: {theirs[-1]:+.2%}"
                )
            for name, gaps, target in (("ours", mine, 1), ("guidellm", theirs, None)):
                gap = statistics.median(map(abs, gaps)) / LIMIT
                ratios[f"{name}_gap_over_limit_{level}"] = {
                    "value": round(gap, 2),
                    "target": target,
                    "better": "lower",
                }
            ratios[f"served_to_ours_over_guidellm_{level}"] = {
                "value": round(statistics.median(served), 3),
                "target": None,
                "better": "higher",
            }
    return ratios


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one round at one level, within 50 s on 2 cores")
    parser.add_argument("--guidellm", default=shutil.which("guidellm"), help="the program of the peer")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.serve:
        asyncio.run(serve())
        return
    if arguments.guidellm is None:
        raise SystemExit(
            "The peer `guidellm` is not installed. It brings torch, so give it an environment of its own: "
            "python -m venv guidellm && guidellm/bin/pip install torch guidellm==0.8.1, then --guidellm PATH"
        )
    quick = arguments.quick
    ratios = measure(
        arguments.guidellm,
        levels=[8] if quick else [1, 8, 32],
        rounds=1 if quick else 3,
        waves=8 if quick else 10,
    )
    machine = {"cpus": os.cpu_count(), "machine": platform.machine(), "system": platform.platform()}
    print(json.dumps({"benchmark": "serving", "ratios": ratios, "machine": machine}))


if __name__ == "__main__":
    sys.exit(main())
