"""Cells in shards: which samples each has, in how many a cell goes on, and that reports count it once."""

from __future__ import annotations

import csv
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from inspect_ai.log import list_eval_logs, read_eval_log, write_eval_log

from llmbench_inspect.cli import main
from llmbench_inspect.sweep import Cell, PlanError, expand, in_shards, read_plan
from llmbench_inspect.sweep.shards import part_of
from tests.sweep.conftest import Start
from tests.sweep.loopback import Served

PLAN = """
[limits]
limit = LIMIT

[[models]]
names = ["openai-api/local/alpha", "openai-api/local/gamma"]
base_urls = ["SERVER"]

[[suites]]
names = ["llmbench_inspect/prompts"]
"""
SAMPLES = 11


def cell(folder: Path, *, limit: int = 100) -> Cell:
    file = folder / "plan.toml"
    file.write_text(PLAN.replace("LIMIT", str(limit)).replace(', "openai-api/local/gamma"', ""))
    [cell] = expand(read_plan(file), log_dir=str(folder / "logs"))
    return cell


def parts(whole: Cell, shards: int) -> list[list[str]]:
    """The ids of the samples of each shard."""
    found: list[list[str]] = []
    for shard in in_shards([whole], shards):
        part = part_of(shard)
        assert part
        assert len(part.task.dataset) == SAMPLES
        found.append([str(sample.id) for sample in part.task.dataset[slice(*part.limit)]])
    return found


@pytest.mark.parametrize("shards", [2, 4, 13])
def test_each_sample_is_in_one_shard(tmp_path: Path, shards: int) -> None:
    ids = parts(cell(tmp_path), shards)
    assert len(ids) == shards
    assert len({each for part in ids for each in part}) == sum(map(len, ids)) == SAMPLES
    assert max(map(len, ids)) - min(map(len, ids)) <= 1


def test_a_larger_limit_moves_no_sample_to_another_shard(tmp_path: Path) -> None:
    few, more, every = (parts(cell(tmp_path, limit=limit), 4) for limit in (3, 5, 100))
    assert list(map(len, few)) == [1, 1, 1, 0]
    for some, others in ((few, more), (more, every)):
        assert all(set(mine) <= set(theirs) for mine, theirs in zip(some, others, strict=True))


def test_a_cell_keeps_the_number_of_shards_of_its_logs(tmp_path: Path) -> None:
    whole = cell(tmp_path)
    [*two] = in_shards([whole], 2)
    log = Path(two[1].folder) / "x.eval"
    assert log.parent.parent.name.endswith("-in-2.shards")
    log.parent.mkdir(parents=True)
    log.touch()
    assert in_shards([whole], 5) == in_shards([whole], 1) == two

    log = Path(whole.folder) / "2026-01-01T00-00-00_prompts_x.eval"
    log.parent.mkdir()
    log.touch()
    with pytest.raises(PlanError, match="has logs in 1 and 2 shards"):
        in_shards([whole], 2)


def ended(process: subprocess.Popen[str]) -> str:
    _, told = process.communicate(timeout=900)
    assert process.returncode == 0, told
    return told


def reported(logs: Path, to: Path) -> dict[str, dict[str, str]]:
    """The rows of a report on counts, scores and tokens of a model, by measure."""
    result = CliRunner().invoke(main, ["report", str(logs), "-o", str(to)])
    assert result.exit_code == 0, result.output
    with (to / "results.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["model"] == "openai-api/local/alpha"]
    timeless = ("score/", "samples_", "input_", "output_tokens")
    for row in rows:
        # Says more beside a model that was skipped.
        del row["task_label"]
    found = {row["measure"]: row for row in rows if row["measure"].startswith(timeless)}
    assert int(found["samples_counted"]["value"]) == SAMPLES
    assert 0 < float(found["score/objective_pass"]["value"]) < 1
    return found


@pytest.mark.slow
def test_a_report_counts_shards_once(
    tmp_path: Path, served: Served, start: Start, plan: Callable[[str], Path]
) -> None:
    file = plan(PLAN.replace("LIMIT", "100"))
    whole = start("sweep", file, "--log-dir", "whole")
    told = ended(start("sweep", file, "--log-dir", "parts", "--shards", 2, "--smoke"))
    assert "2 cells in 4 parts: 2 complete, 2 skipped_unavailable." in told
    ended(whole)
    asked = len(served.asked)
    # It goes on in as many shards as before; the other model is there by now.
    served.models = ("alpha", "beta", "gamma")
    told = ended(start("sweep", file, "--log-dir", "parts"))
    assert "2 cells in 3 parts: 3 complete." in told
    assert [model for model, _ in served.asked[asked:]].count("alpha") == SAMPLES - 5

    found = reported(tmp_path / "whole", tmp_path / "report-whole")
    assert reported(tmp_path / "parts", tmp_path / "report-parts") == found

    # Beside a log of all, as Inspect merges shards.
    [folder] = (tmp_path / "parts").glob("*.shards")
    merged, *others = [read_eval_log(list_eval_logs(str(shard))[0]) for shard in sorted(folder.iterdir())]
    for log in others:
        merged.samples = [*(merged.samples or []), *(log.samples or [])]
        assert merged.eval.dataset.sample_ids
        merged.eval.dataset.sample_ids += log.eval.dataset.sample_ids or []
    merged.eval.task_id = "merged"
    write_eval_log(merged, str(folder.with_suffix(".eval")))
    assert reported(tmp_path / "parts", tmp_path / "report-merged") == found
