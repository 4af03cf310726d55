"""The hook beside a real GPU, where there is one; and pynvml against what is used of it."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

import polars as pl
import pytest

import llmbench_inspect.telemetry.gpu.nvml as reading
from llmbench_inspect.telemetry.gpu.nvml import GpuUnavailableError, open_machine

from .conftest import Run, windows
from .fake_nvml import FakeNvml


def test_the_library_has_all_that_is_used_of_it() -> None:
    used = set(re.findall(r"\bnvml\.((?:nvml|NVML)\w+)", Path(reading.__file__).read_text("utf-8")))
    assert len(used) > 12
    real, fake = import_module("pynvml"), FakeNvml()
    for name in used:
        assert hasattr(real, name), name
        assert hasattr(fake, name), name
    for name in ("NVML_ERROR_NOT_SUPPORTED", "NVML_ERROR_NO_PERMISSION", "NVML_ERROR_FUNCTION_NOT_FOUND"):
        assert getattr(real, name) == getattr(fake, name)
    error = real.NVMLError(real.NVML_ERROR_GPU_IS_LOST)
    assert (error.value, str(error)) == (15, "GPU is lost")


@pytest.mark.gpu
def test_a_real_gpu(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    try:
        open_machine().close()
    except GpuUnavailableError as error:
        pytest.skip(str(error))
    monkeypatch.setenv("LLMBENCH_GPU_INTERVAL", "50")
    log = run(3.0)
    [window] = windows(log)
    assert window.coverage > 0.9
    assert window.readings > 20
    assert window.joules is not None
    # Between an idle laptop and the largest board.
    assert 1 < window.joules / window.seconds / len(window.gpus) < 1500
    table = pl.read_parquet(Path(log.location).with_suffix(".gpu.parquet"))
    assert len(table) > 20 * len(window.gpus)
    assert 0 < (window.memory_peak_gb or 1) < 2000
