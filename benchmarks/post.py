"""Logs to a table of calls: ours on a first and on a second reading, beside `inspect_ai.analysis`.

The logs are of one real eval, multiplied: every sample has one call, and every log ids of its own. Each
reader has a process of its own, with its imports done, and they must give the same values.
`python benchmarks/post.py [--quick]`: for people first, JSON in the last line.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any, Final, NamedTuple

import polars as pl

COLD_TARGET: Final = 10
WARM_TARGET: Final = 100
MEMORY_LIMIT_MB: Final = 500
GROWTH_LIMIT: Final = 1.25
"""Of seconds a sample when a log has four times the samples."""

SEED_SAMPLES: Final = 50
COLUMNS: Final = (
    "event_id", "model", "role", "started_at", "completed_at", "working_start", "working_seconds",
    "model_seconds", "provider_retries", "error", "cache", "stop_reason", "input_tokens", "output_tokens",
    "total_tokens",
)  # fmt: skip

# In a process of its own: Inspect's display, hooks and warnings are no concern of the readers.
SEED = """
import sys
from inspect_ai import Task, eval
from inspect_ai.dataset import Sample
from inspect_ai.model import ModelOutput, ModelUsage, get_model
from inspect_ai.scorer import includes
from inspect_ai.solver import generate, system_message
from llmbench_inspect.telemetry import timed

def answer():
    while True:
        output = ModelOutput.from_content("mockllm", "The answer is 42. " * 40)
        output.usage = ModelUsage(input_tokens=400, output_tokens=240, total_tokens=640)
        yield output

question = "why is it so? " * 100
samples = [Sample(input=f"Question {n}: {question}", target="42") for n in range(int(sys.argv[2]))]
solver = [system_message("You answer with care. " * 20), timed(generate())]
model = get_model("mockllm/model", custom_outputs=answer())
eval(Task(name="post", dataset=samples, solver=solver, scorer=includes()), model=model, log_dir=sys.argv[1],
     display="none")
"""

READER = """
import json, sys, time
reader, table, *logs = sys.argv[1:]
if reader == "ours":
    from llmbench_inspect.results.tables import read_tables
    import polars as pl
    columns = json.loads(sys.stdin.read())
    pl.DataFrame({"a": [1]}).lazy().select("a").collect()
    start = time.perf_counter()
    frame = read_tables(logs).calls.select("log", "sample_id", "epoch", *columns).collect()
else:
    from inspect_ai.analysis import EventColumn, SampleSummary, events_df, samples_df
    from datetime import datetime
    import polars as pl
    if reader == "events_df":
        paths = {"event_id": "uuid", "started_at": "timestamp", "completed_at": "completed",
                 "working_seconds": "working_time", "model_seconds": "output.time",
                 "provider_retries": "retries", "stop_reason": "output.choices[0].stop_reason",
                 "input_tokens": "output.usage.input_tokens", "output_tokens": "output.usage.output_tokens",
                 "total_tokens": "output.usage.total_tokens"}
        columns = [EventColumn(name, path=paths.get(name, name), **(
                       {"type": datetime} if name.endswith("_at") else {}))
                   for name in json.loads(sys.stdin.read())]
        start = time.perf_counter()
        frame = events_df(logs, columns=columns, filter=lambda event: event.event == "model", quiet=True)
    else:
        start = time.perf_counter()
        frame = samples_df(logs, columns=SampleSummary, quiet=True)
seconds = time.perf_counter() - start
if not isinstance(frame, pl.DataFrame):
    frame = pl.from_pandas(frame)
frame.write_parquet(table)
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(json.dumps([seconds, int(peak.split()[1]) / 1000]))
"""

# What a report does with the calls of very many logs.
SUMMARY = """
import json, sys
from llmbench_inspect.results.tables import read_tables
import polars as pl
tables = read_tables(sys.argv[1:])
told = tables.calls.group_by("model").agg(pl.len(), pl.mean("working_seconds"), pl.sum("output_tokens"))
calls = told.collect()["len"].sum()
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(json.dumps([calls, int(peak.split()[1]) / 1000]))
"""


def _with_own_ids(sample: bytes, old: str, new: str) -> bytes:
    """A sample with another uuid, its events too: `events_df` takes events of one uuid for one event."""
    numbers = itertools.count(1)

    def replaced(found: re.Match[bytes]) -> bytes:
        uuid = new if found[1] == old.encode() else f"{new[:4]}{new[-8:]}{next(numbers):010}"
        return f'"uuid":"{uuid}"'.encode()

    return re.sub(rb'"uuid":"(\w{22})"', replaced, sample)


class Reading(NamedTuple):
    """What a reader took."""

    seconds: float
    megabytes: float
    """Highest memory of the process, what was read written to disk."""
    table: Path


class Bench:
    """A folder of logs, and readers of them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.cache = folder / "cache"
        command = [sys.executable, "-c", SEED, folder / "seed", str(SEED_SAMPLES)]
        subprocess.run(command, check=True, capture_output=True)
        [seed] = (folder / "seed").glob("*.eval")
        import inspect_ai.log  # noqa: F401, PLC0415 - teaches zipfile the compression of logs

        with zipfile.ZipFile(seed) as archive:
            self.members = {info.filename: archive.read(info) for info in archive.infolist()}
            self.method = archive.infolist()[0].compress_type

    def logs(self, name: str, *, count: int, samples: int) -> list[str]:
        """Make logs of so many samples each."""
        (self.folder / name).mkdir()
        seeds = [data for member, data in self.members.items() if member.startswith("samples/")]
        paths: list[str] = []
        for number in range(count):
            path = self.folder / name / f"2026-01-01T00-00-00_post_{number:04}.eval"
            header = json.loads(self.members["header.json"])
            header["eval"] |= {"task_id": f"{name}-{number}", "eval_id": f"{name}-{number}"}
            header["eval"]["dataset"]["sample_ids"] = list(range(1, samples + 1))
            with zipfile.ZipFile(path, "w", self.method) as archive:
                summaries: list[object] = []
                for sample_id in range(1, samples + 1):
                    seed = seeds[sample_id % len(seeds)]
                    uuid = f"{number:04}{sample_id:018}"
                    sample = json.loads(seed)
                    data = _with_own_ids(seed, sample["uuid"], uuid)
                    data = data.replace(f'"id":{sample["id"]},'.encode(), f'"id":{sample_id},'.encode(), 1)
                    archive.writestr(f"samples/{sample_id}_epoch_1.json", data)
                    summaries.append(self._summary(sample, sample_id, uuid))
                archive.writestr("summaries.json", json.dumps(summaries))
                archive.writestr("header.json", json.dumps(header))
            paths.append(str(path))
        return paths

    def _summary(self, sample: dict[str, Any], sample_id: int, uuid: str) -> object:
        for one in json.loads(self.members["summaries.json"]):
            if one["uuid"] == sample["uuid"]:
                return one | {"id": sample_id, "uuid": uuid}
        raise SystemExit("the seed log lacks a summary")

    def read(self, reader: str, logs: list[str], *, label: str) -> Reading:
        """Have a reader write the table of calls, or of samples, to disk."""
        table = self.folder / f"{label}.parquet"
        seconds, megabytes = self._run([READER, reader, str(table), *logs])
        print(f"{label:>24}: {seconds:8.3f} s, {megabytes:5.0f} MB")
        return Reading(seconds, megabytes, table)

    def summary_memory(self, logs: list[str], *, calls: int) -> float:
        """Highest memory in MB of a process that sums up the calls of logs."""
        counted, megabytes = self._run([SUMMARY, *logs])
        if counted != calls:
            raise SystemExit(f"{counted} calls were counted of {calls}")
        return megabytes

    def _run(self, command: list[str]) -> tuple[float, float]:
        done = subprocess.run(
            [sys.executable, "-c", *command],
            check=True,
            stdout=subprocess.PIPE,
            text=True,
            input=json.dumps(COLUMNS),
            env=os.environ | {"LLMBENCH_CACHE_DIR": str(self.cache)},
        )
        first, second = json.loads(done.stdout.splitlines()[-1])
        return first, second

    def forget(self) -> None:
        """Empty the cache."""
        for path in sorted(self.cache.glob("**/*"), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()


def same(ours: Path, theirs: Path) -> int:
    """Rows of two tables, which must be equal."""
    number = pl.col("log").str.extract(r"_(\d{4})\.eval$")
    mine = (
        pl.read_parquet(ours)
        .with_columns(sample_id=number + pl.col("sample_id").str.zfill(18))
        .select("sample_id", *COLUMNS)
        .sort("sample_id")
    )
    # Their id of a sample is its uuid, and pandas knows no type of a column without values.
    kinds = mine.schema.items()
    other = pl.read_parquet(theirs).select(pl.col(name).cast(kind) for name, kind in kinds).sort("sample_id")
    other = other.fill_nan(None)
    differing = [name for name in mine.columns if not mine[name].equals(other[name])]
    if differing:
        raise SystemExit(f"ours and theirs differ in {', '.join(differing)}")
    return len(mine)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer and smaller logs, within 50 s on 2 cores")
    arguments = parser.parse_args()
    count, samples, many, few = (4, 250, 40, 50) if arguments.quick else (20, 2000, 200, 500)
    ratios: dict[str, object] = {}
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder))
        logs = bench.logs("logs", count=count, samples=samples)
        size = sum(Path(log).stat().st_size for log in logs) / 1e6
        print(f"{count} logs of {samples} samples, {size:.0f} MB")
        cold: list[Reading] = []
        warm: list[Reading] = []
        for _ in range(3):
            bench.forget()
            cold.append(bench.read("ours", logs, label="ours, first reading"))
            warm.append(bench.read("ours", logs, label="ours, second reading"))
        events = bench.read("events_df", logs, label="events_df")
        summaries = bench.read("samples_df", logs, label="samples_df")
        print(f"equal in {same(cold[-1].table, events.table):,} rows of {len(COLUMNS)} columns")
        first, second = (statistics.median(one.seconds for one in all_of) for all_of in (cold, warm))
        ratios["cold_vs_events_df"] = higher(events.seconds / first, COLD_TARGET)
        ratios["warm_vs_events_df"] = higher(events.seconds / second, WARM_TARGET)
        print(f"samples_df reads no calls; it takes {summaries.seconds / first:.1f} times our first reading, "
              f"{summaries.seconds / second:.1f} times our second")  # fmt: skip
        bench.forget()
        small = bench.read(
            "ours", bench.logs("small", count=count, samples=samples // 4), label="a quarter of it"
        )
        growth = (first / (count * samples)) / (small.seconds / (count * (samples // 4)))
        ratios["growth_of_seconds_a_sample_over_limit"] = over(growth, GROWTH_LIMIT)
        lot = bench.logs("many", count=many, samples=few)
        bench.forget()
        one = bench.summary_memory(lot[: many // 10], calls=many // 10 * few)
        all_of = bench.summary_memory(lot, calls=many * few)
        again = bench.summary_memory(lot, calls=many * few)
        print(f"highest memory: {one:.0f} MB for {many // 10} logs of {few}, {all_of:.0f} MB for {many}, "
              f"{again:.0f} MB on a second reading")  # fmt: skip
        ratios[f"memory_of_{many}_logs_over_limit"] = over(max(all_of, again), MEMORY_LIMIT_MB)
    machine = {"cpus": os.cpu_count(), "machine": platform.machine(), "system": platform.platform()}
    print(json.dumps({"benchmark": "post", "ratios": ratios, "machine": machine}))


def higher(value: float, target: float) -> dict[str, object]:
    return {"value": round(value, 1), "target": target, "better": "higher"}


def over(value: float, limit: float) -> dict[str, object]:
    return {"value": round(value / limit, 3), "target": 1, "better": "lower"}


if __name__ == "__main__":
    main()
