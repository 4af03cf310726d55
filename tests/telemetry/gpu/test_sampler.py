"""Reading GPUs by a script: the pace, what is not supported, and what fails meanwhile."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from itertools import pairwise

import pytest

from llmbench_inspect.telemetry.gpu.nvml import Device, GpuUnavailableError, ReadingError, open_machine
from llmbench_inspect.telemetry.gpu.sampler import DEFAULT_INTERVAL, Sampler, interval_from_environment

from .fake_nvml import GPU_IS_LOST, LIBRARY_NOT_FOUND, NO_PERMISSION, NOT_SUPPORTED, FakeGpu, FakeNvml, Fault

Install = Callable[..., FakeNvml]


def sampled(*, seconds: float, interval: float = 0.02) -> Sampler:
    sampler = Sampler(open_machine(), interval=interval)
    sampler.start()
    time.sleep(seconds)
    sampler.stop()
    return sampler


def test_all_that_a_gpu_tells(machine: Install) -> None:
    machine(FakeGpu(power=250.5, energy=12.5, throttle=0x44))
    [device] = open_machine().devices
    reading = device.read()
    assert (reading.utilization, reading.memory, reading.power) == (90, 40_000_000_000, 250.5)
    assert (reading.temperature, reading.sm_clock, reading.memory_clock) == (60, 1800, 2600)
    assert (reading.throttle, reading.energy) == (0x44, 12_500)
    assert device.missing == {}


@pytest.mark.parametrize("code", [NOT_SUPPORTED, NO_PERMISSION])
def test_what_is_not_told_is_none_and_asked_for_once(machine: Install, code: int) -> None:
    nvml = machine(FakeGpu(utilization=Fault(code), energy=Fault(code), power=80.0), FakeGpu(energy=0))
    one, other = open_machine().devices
    asked = nvml.calls
    reading = one.read()
    assert nvml.calls == asked + 6
    assert (reading.utilization, reading.energy, reading.power) == (None, None, 80)
    assert set(one.missing) == {"utilization", "energy"}
    assert other.read().energy == 0


def test_a_gpu_in_mig_mode_that_tells_nothing_is_unavailable(machine: Install) -> None:
    fault = Fault(NO_PERMISSION)
    nvml = machine(FakeGpu("MIG", fault, fault, fault, fault, fault, fault, fault, fault))
    with pytest.raises(GpuUnavailableError, match="GPU 0: Insufficient Permissions"):
        open_machine()
    assert nvml.opened == 0


def test_a_gpu_that_cannot_be_opened_leaves_the_others(machine: Install) -> None:
    machine(FakeGpu(handle=Fault(GPU_IS_LOST)), FakeGpu("other"))
    opened = open_machine()
    assert [(device.index, device.name) for device in opened.devices] == [(1, "other")]
    assert opened.unreadable == ("GPU 0: GPU is lost",)


def test_a_library_that_does_not_start(machine: Install) -> None:
    machine(init=LIBRARY_NOT_FOUND)
    with pytest.raises(GpuUnavailableError, match=r"no NVIDIA GPU|NVML Shared Library Not Found"):
        open_machine()


def test_a_steady_pace(machine: Install) -> None:
    nvml = machine(FakeGpu(), FakeGpu())
    one, other = sampled(seconds=0.5).series
    assert 8 <= len(one.readings) <= 27
    assert abs(len(one.readings) - len(other.readings)) <= 1
    assert nvml.opened == 0
    assert not [thread for thread in threading.enumerate() if thread.name == "llmbench-gpu"]


def test_slow_calls_leave_readings_out_and_do_not_pile_up(machine: Install) -> None:
    nvml = machine()
    sampler = Sampler(open_machine(), interval=0.05)
    nvml.call = lambda: time.sleep(0.025)
    sampler.start()
    time.sleep(1)
    nvml.call = lambda: None
    sampler.stop()
    [series] = sampler.series
    times = [reading.seconds for reading in series.readings]
    assert 2 <= len(times) <= 7
    assert all(later - earlier >= 0.19 for earlier, later in pairwise(times[:-1]))


def test_stopping_does_not_wait_for_a_call_that_hangs(machine: Install) -> None:
    nvml = machine()
    sampler = Sampler(open_machine(), interval=0.02)
    hanging = threading.Event()
    nvml.call = lambda: hanging.wait(60) and None
    sampler.start()
    began = time.monotonic()
    sampler.stop()
    assert time.monotonic() - began < 8
    assert nvml.opened == 1
    hanging.set()


def test_a_gpu_that_is_lost_half_way_and_comes_back(machine: Install) -> None:
    lost = (0.2, 0.6)
    machine(FakeGpu(temperature=lambda now: Fault(GPU_IS_LOST) if lost[0] < now < lost[1] else 50))
    [series] = sampled(seconds=1).series
    [failure] = series.failures
    assert failure.message == "GPU is lost"
    assert 0 < failure.end - failure.start < 0.6
    assert series.readings[0].seconds < failure.start < failure.end < series.readings[-1].seconds


def test_a_reading_that_fails_says_so(machine: Install) -> None:
    nvml = machine()
    device = Device(nvml, 0)
    nvml.gpus[0].power = Fault(GPU_IS_LOST)
    with pytest.raises(ReadingError, match="GPU is lost"):
        device.read()


@pytest.mark.parametrize(("given", "seconds"), [("500", 0.5), ("10", 0.01), (" 50 ", 0.05), ("60000", 60)])
def test_the_interval(monkeypatch: pytest.MonkeyPatch, given: str, seconds: float) -> None:
    monkeypatch.setenv("LLMBENCH_GPU_INTERVAL", given)
    assert interval_from_environment() == seconds


@pytest.mark.parametrize("given", ["0.5", "9", "60001", "-5", "half", "1e3", "nan", "1" * 5000, "²"])
def test_a_bad_interval_is_one_warning(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, given: str
) -> None:
    monkeypatch.setenv("LLMBENCH_GPU_INTERVAL", given)
    assert interval_from_environment() == DEFAULT_INTERVAL
    assert interval_from_environment() == DEFAULT_INTERVAL
    [record] = caplog.records
    assert "LLMBENCH_GPU_INTERVAL=" in record.message
    assert "milliseconds from 10 to 60000" in record.message
