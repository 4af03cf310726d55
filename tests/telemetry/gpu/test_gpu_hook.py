"""The hook end to end: an eval beside scripted GPUs, read back from its log and its Parquet file."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from inspect_ai.log import EvalLog
from inspect_ai.model import ModelOutput, ModelUsage, get_model
from inspect_ai.solver import Generate, Solver, TaskState, solver
from upath import UPath

from llmbench_inspect.telemetry.gpu import GpuHook
from llmbench_inspect.telemetry.gpu.hardware import gpus_of_this_machine

from .conftest import Run, model, notes, samples, windows
from .fake_nvml import GPU_IS_LOST, LIBRARY_NOT_FOUND, NOT_SUPPORTED, FakeGpu, FakeNvml, Fault

Install = Callable[..., FakeNvml]


def series(log: EvalLog) -> Path:
    return Path(log.location).with_suffix(".gpu.parquet")


def test_one_sample(machine: Install, run: Run) -> None:
    nvml = machine(FakeGpu(power=200.0, utilization=95, throttle=0x4))
    log = run(0.4)
    assert log.status == "success"
    [window] = windows(log)
    assert window.seconds >= 0.4
    assert window.joules == pytest.approx(200 * window.seconds * window.coverage, rel=0.1)
    assert window.coverage > 0.7
    assert window.readings > 5
    assert (window.utilization_average, window.utilization_peak) == (95, 95)
    assert (window.memory_average_gb, window.memory_peak_gb) == (40, 40)
    assert (window.shared, window.running, window.attempt, window.earlier_joules) == (False, 1, 1, 0)
    assert (window.interval, window.warning) == (0.02, None)
    [gpu] = window.gpus
    assert (gpu.name, gpu.energy_source, gpu.throttled, gpu.problem) == (
        "Fake H100",
        "counter",
        ["power_cap"],
        None,
    )
    [note] = notes(log)
    assert note["joules"] == window.joules
    assert nvml.opened == 0
    assert not [thread for thread in threading.enumerate() if thread.name == "llmbench-gpu"]


def test_what_a_gpu_does_not_tell_is_null_and_the_others_count(machine: Install, run: Run) -> None:
    mute = Fault(NOT_SUPPORTED)
    machine(
        FakeGpu(power=100.0, energy=mute, utilization=mute, memory=mute, temperature=mute),
        FakeGpu(power=50.0, utilization=85),
    )
    [window] = windows(run(0.3))
    one, other = window.gpus
    assert (one.utilization_average, one.memory_peak_gb, one.temperature_peak) == (None, None, None)
    assert (one.energy_source, other.energy_source) == ("power", "counter")
    assert window.joules == pytest.approx(150 * window.seconds * window.coverage, rel=0.1)
    assert (window.utilization_average, window.memory_average_gb) == (85, 40)


def test_without_power_and_counter_there_are_no_joules(machine: Install, run: Run) -> None:
    machine(FakeGpu(power=Fault(NOT_SUPPORTED), energy=Fault(NOT_SUPPORTED)))
    [window] = windows(run(0.2))
    assert (window.joules, window.gpus[0].energy_source) == (None, None)
    assert window.utilization_average == 90
    assert window.coverage > 0.7


def test_samples_at_once_share(machine: Install, run: Run) -> None:
    machine(FakeGpu(power=100.0))
    log = run(0.6, 0.3, 0.3, 0.3)
    long, *short = windows(log)
    assert all(window.shared for window in (long, *short))
    assert all(window.running > 3 for window in short)
    total = sum(window.joules or 0 for window in (long, *short))
    assert total == pytest.approx(100 * long.seconds * long.coverage, rel=0.1)
    assert all((window.joules or 0) < 0.4 * (long.joules or 0) for window in short)


def test_samples_one_after_the_other_do_not_share(machine: Install, run: Run) -> None:
    machine(FakeGpu(power=100.0))
    for window in windows(run(0.2, 0.2, max_samples=1)):
        assert not window.shared
        assert window.joules == pytest.approx(100 * window.seconds * window.coverage, rel=0.1)


@solver
def fails_first() -> Solver:
    tried: list[int] = []

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        state = await generate(state)
        tried.append(1)
        if len(tried) == 1:
            raise RuntimeError("try again")
        return state

    return solve


def test_a_retried_sample_has_a_new_window(machine: Install, run: Run) -> None:
    machine(FakeGpu(power=100.0))
    [window] = windows(run(0.3, solver=fails_first(), retry_on_error=1))
    assert window.attempt == 2
    assert window.joules == pytest.approx(100 * window.seconds * window.coverage, rel=0.1)
    assert window.earlier_joules > 25


def test_a_gpu_that_is_lost_half_way(machine: Install, run: Run, caplog: pytest.LogCaptureFixture) -> None:
    nvml = machine()
    nvml.gpus[0].memory = lambda now: Fault(GPU_IS_LOST) if now > nvml.lost else 1
    nvml.lost = 1e9

    @solver
    def loses() -> Solver:
        async def solve(state: TaskState, generate: Generate) -> TaskState:
            state = await generate(state)
            nvml.lost = 0
            return await generate(state)

        return solve

    log = run(0.4, solver=loses())
    assert log.status == "success"
    [window] = windows(log)
    assert 0.1 < window.coverage < 0.9
    assert window.gpus[0].problem == "GPU is lost"
    assert window.joules == pytest.approx(300 * window.seconds * window.coverage, rel=0.1)
    [warning] = [record.message for record in caplog.records if "did not answer" in record.message]
    assert "GPU is lost" in warning
    [failure] = facts(log)["gpus"][0]["failures"]
    assert failure["message"] == "GPU is lost"


def test_a_counter_that_wraps(machine: Install, run: Run) -> None:
    nvml = machine(FakeGpu(power=100.0))
    nvml.gpus[0].energy = lambda now: (now * 100) % 15
    [window] = windows(run(0.5))
    assert window.gpus[0].energy_source == "both"
    assert window.joules == pytest.approx(100 * window.seconds * window.coverage, rel=0.1)


def test_slow_calls_leave_readings_out(machine: Install, run: Run) -> None:
    nvml = machine()
    blocked = threading.Event()
    nvml.call = lambda: blocked.wait(0.025) and None
    [window] = windows(run(1.0))
    assert window.coverage > 0.7
    assert 2 <= window.readings <= window.seconds / 0.2 + 1
    assert window.joules == pytest.approx(300 * window.seconds * window.coverage, rel=0.15)


def test_an_idle_gpu_is_warned_of(machine: Install, run: Run, caplog: pytest.LogCaptureFixture) -> None:
    machine(FakeGpu(utilization=30))
    log = run(0.2, 0.2)
    for window in windows(log):
        assert "busy 30 % of the time" in (window.warning or "")
        assert "--max-connections" in (window.warning or "")
    assert [note["warning"] for note in notes(log)] == [window.warning for window in windows(log)]
    [told] = [record.getMessage() for record in caplog.records if "busy 30 %" in record.getMessage()]
    assert told.startswith("scripted/m: ")


def test_the_series_is_beside_the_log(machine: Install, run: Run) -> None:
    machine(FakeGpu(throttle=0x40), FakeGpu(power=Fault(NOT_SUPPORTED), energy=7.5))
    log = run(0.3, 0.3)
    table = pl.read_parquet(series(log))
    assert table.columns == [
        "time",
        "seconds",
        "gpu",
        "samples",
        "utilization_percent",
        "memory_bytes",
        "power_watts",
        "temperature_celsius",
        "sm_clock_mhz",
        "memory_clock_mhz",
        "throttle_reasons",
        "energy_counter_joules",
    ]
    assert sorted(table["gpu"].unique()) == [0, 1]
    assert table["seconds"].is_sorted()
    assert table["samples"].max() == 2
    one, other = (table.filter(pl.col("gpu") == gpu) for gpu in (0, 1))
    assert one["throttle_reasons"][0].to_list() == ["thermal_hardware"]
    assert other["power_watts"].null_count() == len(other) > 5
    assert other["energy_counter_joules"].unique().to_list() == [7.5]
    assert log.stats.started_at
    assert log.stats.completed_at
    first, last = table["time"][0], table["time"][-1]
    assert datetime.fromisoformat(log.eval.created) <= first < last
    told = facts(log)
    assert (told["eval_id"], told["model"], told["driver"]) == (log.eval.eval_id, "scripted/m", "580.1")
    assert told["gpus"][1]["not_told"] == {"power": "Not Supported"}


def facts(log: EvalLog) -> dict[str, Any]:
    return json.loads(pl.read_parquet_metadata(series(log))["llmbench_inspect"])


@solver
def breaks() -> Solver:
    async def solve(state: TaskState, generate: Generate) -> TaskState:
        await generate(state)
        raise RuntimeError("broken")

    return solve


def test_a_run_that_fails_keeps_its_figures(machine: Install, run: Run) -> None:
    nvml = machine()
    log = run(0.2, solver=breaks())
    assert log.status == "error"
    [window] = windows(log)
    assert window.joules
    assert len(pl.read_parquet(series(log))) > 5
    assert nvml.opened == 0


def test_a_log_in_another_file_system(machine: Install, run: Run) -> None:
    machine()
    log = run(0.2, log_dir="memory://logs")
    location = log.location.replace(".eval", ".gpu.parquet")
    assert len(pl.read_parquet(UPath(location).read_bytes())) > 3


def test_a_series_that_cannot_be_written_is_warned_of(
    machine: Install, run: Run, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    machine()

    def in_its_place() -> None:
        [log] = tmp_path.glob("*.eval")
        log.with_suffix(".gpu.parquet").mkdir()

    @solver
    def closes_the_door() -> Solver:
        async def solve(state: TaskState, generate: Generate) -> TaskState:
            in_its_place()
            return await generate(state)

        return solve

    log = run(0.1, solver=closes_the_door())
    assert log.status == "success"
    [record] = [record for record in caplog.records if "cannot be written" in record.message]
    assert str(series(log)) in record.message


def unavailable(log: EvalLog) -> list[str]:
    assert log.status == "success"
    assert all(sample.store["GpuUse:window"] is None for sample in samples(log))
    assert not series(log).exists()
    return [sample.store["GpuUse:unavailable"] for sample in samples(log)]


def test_a_machine_without_the_library(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pynvml", None)
    log = run(0.01, 0.01)
    reason, again = unavailable(log)
    assert reason == again
    assert "NVIDIA" in reason
    assert notes(log) == [{"unavailable": reason}]


def test_a_machine_without_a_driver(machine: Install, run: Run, caplog: pytest.LogCaptureFixture) -> None:
    machine(init=LIBRARY_NOT_FOUND)
    [reason] = unavailable(run(0.01))
    assert "NVIDIA" in reason
    warned = any("The GPU is not measured" in record.message for record in caplog.records)
    assert not warned or gpus_of_this_machine().nvidia_driver


def test_a_model_that_is_served_elsewhere(machine: Install, run: Run) -> None:
    nvml = machine()
    log = run(0.01, of=model("http://10.255.255.1/v1"))
    assert unavailable(log) == ["scripted/m is served from 10.255.255.1, not from this machine"]
    assert nvml.calls == 0


def test_no_model_at_all(machine: Install, run: Run) -> None:
    nvml = machine()
    output = ModelOutput.from_content("mockllm/model", "yes")
    output.usage = ModelUsage(input_tokens=1, output_tokens=1, total_tokens=2)
    log = run(0, of=get_model("mockllm/model", custom_outputs=[output], memoize=False))
    assert unavailable(log) == ["mockllm/model is no model"]
    assert nvml.calls == 0


@pytest.mark.skipif(gpus_of_this_machine().nvidia_driver, reason="there is an NVIDIA GPU")
def test_inspect_does_not_greet_with_it_where_there_is_no_gpu() -> None:
    hook = GpuHook()
    assert not hook.enabled()
    assert hook.enabled()
