"""What the GPU hook costs: processor time of its thread, and the wall time of an eval with and without it.

The thread reads the tests' scripted GPU, whose calls are made to cost what NVML's do, and the real one
where there is one. The eval runs with the hook at work, with the hook idle (no NVML), and in an Inspect
that does not know this package, in turn.
`python benchmarks/overhead.py [--quick]`: for people first, JSON in the last line.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any, Final

HERE: Final = Path(__file__).parent
TESTS: Final = HERE.parent / "tests/telemetry/gpu"
sys.path.append(str(TESTS))

from fake_nvml import FakeGpu, FakeNvml  # noqa: E402 - the tests' own

from llmbench_inspect.telemetry.gpu.nvml import GpuUnavailableError, open_machine  # noqa: E402
from llmbench_inspect.telemetry.gpu.sampler import Sampler  # noqa: E402

ROUNDS: Final = 10
"""The second smallest and the second largest of ten differences hold the median difference with 97.9 %
probability, whatever their distribution."""
ARMS: Final = ("with", "without", "bare")
WALL_LIMIT_PERCENT: Final = 3.0
CPU_LIMIT_PERCENT: Final = {500: 0.5, 50: 2.0}
CALL_SECONDS: Final = 0.25
"""Of the model."""
SAMPLES: Final = 4
"""All at once: taking turns, one more turn by chance would be taken for overhead."""
QUICK_CALL: Final = 20e-6
SLOW_CALL: Final = 140e-6
"""Seconds of processor time that a call is made to take; the longer for power, temperature and energy, for
which NVML asks the GPU's own controller. github.com/flightlessmango/MangoHud/pull/2104 measured 137, 12 and
2.5 microseconds for the fan, the memory and the utilisation."""

# In a process of its own: what is imported here would be known to Inspect there.
ARM = """
import importlib.metadata, os, sys, tempfile, time
answers = os.fdopen(os.dup(1), "w")
os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
arm, call_seconds = sys.argv[1], float(sys.argv[2])
if arm == "bare":
    found = importlib.metadata.entry_points
    importlib.metadata.entry_points = lambda **asked: (
        () if asked == {"group": "inspect_ai"} else found(**asked)
    )
if arm == "with":
    sys.path[:0] = sys.argv[4:]
    from overhead import scripted
    sys.modules["pynvml"] = scripted()
else:
    sys.modules["pynvml"] = None
import anyio
from inspect_ai import Task, eval
from inspect_ai.dataset import Sample
from inspect_ai.model import ModelAPI, ModelOutput, ModelUsage, get_model, modelapi
from inspect_ai.scorer import includes
from inspect_ai.solver import generate

@modelapi(name="slow")
class SlowAPI(ModelAPI):
    async def generate(self, input, tools, tool_choice, config):
        await anyio.sleep(call_seconds)
        output = ModelOutput.from_content("slow", "yes")
        output.usage = ModelUsage(input_tokens=1, output_tokens=1, total_tokens=2)
        return output

model = get_model("slow/m", base_url="http://localhost:9/v1")
with tempfile.TemporaryDirectory() as logs:
    for line in sys.stdin:
        samples = [Sample(input=str(number), target="yes") for number in range(int(sys.argv[3]))]
        task = Task(dataset=samples, solver=[generate()] * int(line), scorer=includes())
        start = time.perf_counter()
        [log] = eval(task, model=model, log_dir=logs, display="none")
        seconds = time.perf_counter() - start
        store = log.samples[0].store
        seen = "bare" if not store else "with" if store["GpuUse:window"] else "without"
        if log.status != "success" or seen != arm:
            sys.exit(f"{log.status}: the eval ran as {seen}, not as {arm}; {log.error}")
        print(seconds, file=answers, flush=True)
"""


def spin(seconds: float) -> None:
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        pass


def costly(value: Callable[[float], float]) -> Callable[[float], float]:
    def ask(now: float) -> float:
        spin(SLOW_CALL - QUICK_CALL)
        return value(now)

    return ask


def scripted() -> Any:
    gpu = FakeGpu(
        power=costly(lambda _: 300.0), temperature=costly(lambda _: 60), energy=costly(lambda now: 300 * now)
    )
    return FakeNvml([gpu], call=lambda: spin(QUICK_CALL))


def thread_cpu(sampler: Sampler, *, seconds: float) -> float:
    """Percent of one core that a sampler's thread uses."""
    before = set(threading.enumerate())
    sampler.start()
    [thread] = set(threading.enumerate()) - before
    if thread.ident is None:
        raise SystemExit("the sampler's thread did not start")
    clock = time.pthread_getcpuclockid(thread.ident)
    time.sleep(sampler.interval)
    cpu, wall = time.clock_gettime(clock), time.monotonic()
    time.sleep(seconds)
    percent = 100 * (time.clock_gettime(clock) - cpu) / (time.monotonic() - wall)
    sampler.stop()
    return percent


def measure_thread(kind: str, *, seconds: float) -> dict[str, object]:
    ratios: dict[str, object] = {}
    for milliseconds, limit in CPU_LIMIT_PERCENT.items():
        sampler = Sampler(open_machine(), interval=milliseconds / 1000)
        percent = thread_cpu(sampler, seconds=seconds)
        calls = len(sampler.series[0].readings)
        print(
            f"{kind} NVML, {len(sampler.series)} GPU, every {milliseconds} ms: {percent:.3f} % of a core "
            f"(limit {limit} %), {calls} readings"
        )
        ratios[f"cpu_{milliseconds}_ms_{kind}_over_limit"] = over(percent, limit)
    return ratios


def over(value: float, limit: float) -> dict[str, object]:
    return {"value": round(value / limit, 3), "target": 1, "better": "lower"}


class Arm:
    """A process that runs evals, one for each line it is sent."""

    def __init__(self, name: str) -> None:
        self.popen = subprocess.Popen(
            [sys.executable, "-c", ARM, name, str(CALL_SECONDS), str(SAMPLES), HERE, TESTS],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def seconds(self, calls: int) -> float:
        """How long an eval took, of so many calls in each sample."""
        assert self.popen.stdin
        assert self.popen.stdout
        with suppress(BrokenPipeError):
            print(calls, file=self.popen.stdin, flush=True)
        answer = self.popen.stdout.readline()
        if not answer:
            raise SystemExit("an eval failed; see above")
        return float(answer)

    def close(self) -> None:
        """End the process."""
        assert self.popen.stdin
        with suppress(BrokenPipeError):
            self.popen.stdin.close()
        self.popen.wait()


def measure_wall(*, calls: int) -> dict[str, object]:
    with ExitStack() as stack:
        arms = {name: Arm(name) for name in ARMS}
        for arm in arms.values():
            stack.callback(arm.close)
        for arm in arms.values():
            arm.seconds(2)
        taken: dict[str, list[float]] = {name: [] for name in ARMS}
        for turn in range(ROUNDS):
            # Each arm is first, second and last in turn.
            for name in (*ARMS[turn % 3 :], *ARMS[: turn % 3]):
                taken[name].append(arms[name].seconds(calls))
    for name, seconds in taken.items():
        print(f"{name:>8}: median {statistics.median(seconds):.3f} s of {ROUNDS} evals")
    ratios: dict[str, object] = {}
    for other in ("without", "bare"):
        percents = [100 * (one / two - 1) for one, two in zip(taken["with"], taken[other], strict=True)]
        low, high = sorted(percents)[1], sorted(percents)[-2]
        print(
            f"with the hook against {other}: median {statistics.median(percents):+.2f} %, "
            f"95 % interval {low:+.2f} to {high:+.2f} (limit of its upper end: {WALL_LIMIT_PERCENT})"
        )
        ratios[f"wall_with_vs_{other}_upper_over_limit"] = over(high, WALL_LIMIT_PERCENT)
    return ratios


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="shorter evals, within 50 s on 2 cores")
    arguments = parser.parse_args()
    load, cpus = os.getloadavg()[0], os.cpu_count() or 1
    if load > cpus / 2:
        print(f"{load:.1f} processes want {cpus} processors: wall times will scatter. Stop what else runs.")
    ratios = measure_wall(calls=3 if arguments.quick else 12)
    seconds = 2 if arguments.quick else 20
    try:
        ratios |= measure_thread("real", seconds=seconds)
    except GpuUnavailableError as error:
        print(f"no real NVML: {error}")
    sys.modules["pynvml"] = scripted()
    ratios |= measure_thread("scripted", seconds=seconds)
    machine = {
        "cpus": cpus,
        "load": round(load, 1),
        "machine": platform.machine(),
        "system": platform.platform(),
    }
    print(json.dumps({"benchmark": "overhead", "ratios": ratios, "machine": machine}))


if __name__ == "__main__":
    main()
