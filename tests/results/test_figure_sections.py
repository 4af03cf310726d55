"""Sections of the report that draw: which there are, and what they say where a log has the data."""

from __future__ import annotations

import re
from pathlib import Path

import polars as pl
import pytest
from inspect_ai.log import read_eval_log, write_eval_log

from llmbench_inspect.results.report import Document, Figure, Prose, Table, document, gather
from llmbench_inspect.results.tables import find_logs, read_tables
from llmbench_inspect.telemetry.gpu import GpuWindow

DOCS = Path(__file__).parents[2] / "docs/test-time-compute.md"


def detailed(place: Path) -> Document:
    return document(gather(read_tables(find_logs([str(place)]))), "detailed")


def part(page: Document, title: str) -> list[object]:
    """The blocks of a section of the only task."""
    return [
        block
        for chapter in page.chapters
        for section in chapter.parts
        if chapter.is_task and section.title == title
        for block in section.blocks
    ]


@pytest.fixture(scope="module")
def page(eventful: Path) -> Document:
    return detailed(eventful / "eval")


def test_attempts_are_told_in_tables_and_figures(page: Document) -> None:
    blocks = part(page, "Test-time compute")
    tables = {block.title: block for block in blocks if isinstance(block, Table)}
    [line] = tables["Success within steps"].lines
    # Two of eight attempts are solved, in two steps each; one problem of four.
    assert [cell.text for cell in line.cells][:3] == ["0%", "25%", "25%"]
    [takes] = tables["What attempts take"].lines
    assert [cell.text for cell in takes.cells][:3] == ["8", "4", "6"]
    names = [block.name for block in blocks if isinstance(block, Figure)]
    assert [name.rpartition("eventful-task-")[2] for name in names] == [
        "success-by-steps", "success-by-tokens", "attempt-lengths",
    ]  # fmt: skip


def test_every_figure_can_be_drawn(page: Document) -> None:
    figures = [
        block
        for chapter in page.chapters
        for section in chapter.parts
        for block in section.blocks
        if isinstance(block, Figure)
    ]
    assert {"token-composition", "ways-to-fail", "latency"} <= {
        figure.name.rpartition("eventful-task-")[2] for figure in figures
    }
    for figure in figures:
        assert re.fullmatch(r"[a-z0-9-]+", figure.name)
        assert figure.alt.endswith(".")
        assert figure.draw().get_figwidth() == 7.2


def test_a_task_of_single_answers_has_none_of_it(logs: Path) -> None:
    assert part(detailed(logs), "Test-time compute") == []


def test_gpus_are_drawn_from_the_series_beside_the_log(eventful: Path, tmp_path: Path) -> None:
    [location] = find_logs([str(eventful / "eval")])
    log = read_eval_log(location)
    window = GpuWindow(
        seconds=4.5, interval=0.5, attempt=1, joules=2.5, earlier_joules=1, readings=9, coverage=0.5,
        shared=True, running=1.5, gpus=[],
    )  # fmt: skip
    for sample in log.samples or []:
        sample.store |= {"GpuUse:window": window.model_dump(), "GpuUse:unavailable": None}
    write_eval_log(log, str(tmp_path / "a.eval"))
    [block] = part(detailed(tmp_path), "GPUs over time")
    assert isinstance(block, Prose)
    assert "missing or damaged" in block.text
    series = pl.DataFrame(
        {
            "seconds": [0.0, 0.5],
            "gpu": [0, 0],
            "samples": [1, 2],
            "utilization_percent": [10, 90],
            "memory_bytes": [10**9, 2 * 10**9],
            "power_watts": [None, None],
            "temperature_celsius": [40, 50],
        },
        schema_overrides={"power_watts": pl.Float64},
    )
    series.drop("gpu").write_parquet(tmp_path / "a.gpu.parquet")
    assert isinstance(part(detailed(tmp_path), "GPUs over time")[0], Prose)
    series.write_parquet(tmp_path / "a.gpu.parquet")
    [block] = part(detailed(tmp_path), "GPUs over time")
    assert isinstance(block, Figure)
    assert len(block.draw().axes) == 4, "no power was read"


def test_the_example_of_the_page_runs(
    eventful: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    [code] = re.findall(r"```python\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    exec(code.replace("logs/", str(eventful / "eval")), {})
    assert "Account(attempts=8" in capsys.readouterr().out
