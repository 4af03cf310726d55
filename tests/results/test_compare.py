"""`llmbench compare` on written logs: what it finds, and what it refuses to compare."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from llmbench_inspect.cli import main
from llmbench_inspect.results.compare import Comparison, Side, compare_sides
from llmbench_inspect.results.tables import find_logs, read_tables
from llmbench_inspect.statistics import holm, mcnemar, paired_difference

from .written import outcomes, write_log

VIEWER = "http://127.0.0.1:7575"


def compared(*places: Path) -> Comparison:
    sides = [Side(place.name, read_tables(find_logs([str(place)]))) for place in places]
    return compare_sides(sides, viewer_url=VIEWER)


def test_a_difference_is_tested_on_the_shared_samples(tmp_path: Path) -> None:
    first, second = outcomes(both=60, lost=20, won=5, neither=15)
    old = write_log(tmp_path / "a.eval", first | {"alone": ["C"]})
    new = write_log(tmp_path / "b.eval", second, model="made/two")
    [pair] = compared(old, new).pairs
    assert (pair.suite, pair.first, pair.second) == ("quiz", "a: made/one", "b: made/two")
    assert pair.test is not None
    assert (pair.test.first, pair.test.second) == (0.8, 0.65)
    assert pair.test.difference.p_value == pytest.approx(mcnemar(5, 20))
    assert pair.test.difference.samples == pair.samples == 100
    assert pair.notes == ("not compared: 1 sample that only one side has",)
    assert [flip.sample_id for flip in pair.flips[:2]] == ["s060", "s061"]
    assert len(pair.flips) == 25
    assert pair.flips[0].second_link == f"{VIEWER}/#/logs/b.eval/samples/sample/s060/1/"


def test_holm_is_over_all_suites_and_sides(tmp_path: Path) -> None:
    first, second = outcomes(both=10, lost=9, won=1)
    worse, _ = outcomes(both=5, neither=15)
    for folder, values in (("a", first), ("b", second), ("c", worse)):
        for task in ("quiz", "exam"):
            write_log(tmp_path / folder / f"{task}.eval", values, task=task)
    pairs = compared(tmp_path / "a", tmp_path / "b", tmp_path / "c").pairs
    tests = [pair.test for pair in pairs if pair.test is not None]
    assert len(tests) == 4
    assert [test.adjusted_p for test in tests] == holm([test.difference.p_value for test in tests])


@pytest.mark.parametrize(
    ("other", "why"),
    [
        ({"version": 2}, "version 1 of the suite and version 2"),
        (
            {"metadata": {"data": {"digest": "b" * 64}}},
            "the data differ (data): digest aaaaaaaaaaaa and bbbbbb",
        ),
        ({"metadata": {}}, "only one side tells the digest of its data"),
        ({"task": "exam"}, "the other side did not run it"),
    ],
)
def test_what_is_not_the_same_is_not_compared(tmp_path: Path, other: dict[str, Any], why: str) -> None:
    values, _ = outcomes(both=5, neither=5)
    told = compared(write_log(tmp_path / "a.eval", values), write_log(tmp_path / "b.eval", values, **other))
    assert told.pairs == ()
    assert why in told.not_compared[0].why


def test_samples_at_other_versions_are_not_compared(tmp_path: Path) -> None:
    values, _ = outcomes(both=2)
    logs = [
        write_log(tmp_path / f"{number}.eval", values, metadata={"fixtures": {"s000": 1, "s001": number}})
        for number in (1, 2)
    ]
    [pair] = compared(*logs).pairs
    assert pair.samples == 1
    assert "not compared: 1 sample whose versions differ" in pair.notes


def test_runs_of_several_models_are_paired_by_model(tmp_path: Path) -> None:
    values, _ = outcomes(both=5, neither=5)
    for folder in ("a", "b"):
        for model in ("made/one", "made/two"):
            write_log(tmp_path / folder / f"{model[5:]}.eval", values, model=model)
    write_log(tmp_path / "c" / "three.eval", values, model="made/three")
    assert [pair.second for pair in compared(tmp_path / "a", tmp_path / "b").pairs] == [
        "b: made/one",
        "b: made/two",
    ]
    [none] = compared(tmp_path / "a", tmp_path / "c").not_compared
    assert "it is not plain which run belongs to which" in none.why


def test_settings_that_differ_are_named(tmp_path: Path) -> None:
    values, _ = outcomes(both=5, neither=5)
    logs = [
        write_log(tmp_path / f"{mode}.eval", values, task_args={"mode": mode, "data": "x"})
        for mode in ("single", "agent")
    ]
    assert compared(*logs).pairs[0].second == 'agent: made/one mode="agent"'


def test_epochs_are_one_value_a_sample_and_pass_at_k_is_by_problem(tmp_path: Path) -> None:
    first = {f"s{number}": ["C", "I"] if number % 2 else ["I", "I"] for number in range(20)}
    second = {f"s{number}": ["C", "I"] for number in range(20)}
    [pair] = compared(write_log(tmp_path / "a.eval", first), write_log(tmp_path / "b.eval", second)).pairs
    assert pair.test is not None
    assert pair.test.difference == paired_difference([0.0, 0.5] * 10, [0.5] * 20)
    [passed] = [measure for measure in pair.measures if measure.name == "pass@2"]
    assert (passed.first, passed.second, passed.samples) == (0.5, 1.0, 20)


def test_times_and_tokens_are_compared_by_bootstrap(tmp_path: Path) -> None:
    values, _ = outcomes(both=200)
    fast = {name: 0.5 + number / 1000 for number, name in enumerate(values)}
    slow = {name: 2 * seconds for name, seconds in fast.items()}
    [pair] = compared(
        write_log(tmp_path / "a.eval", values, ttft=fast), write_log(tmp_path / "b.eval", values, ttft=slow)
    ).pairs
    measures = {measure.name: measure for measure in pair.measures}
    p95 = measures["ttft.p95"]
    assert (p95.first, p95.second) == (pytest.approx(0.689, abs=0.001), pytest.approx(1.378, abs=0.001))
    assert p95.interval is not None
    assert p95.interval.low < p95.difference < p95.interval.high
    assert p95.interval.low > 0.6
    assert measures["output_tokens"].second == pytest.approx(2 * measures["output_tokens"].first, abs=1)
    assert "joules" not in measures


def test_runs_that_did_not_end_and_broken_files_are_told(tmp_path: Path) -> None:
    values, _ = outcomes(both=5)
    write_log(tmp_path / "a" / "a.eval", values)
    write_log(tmp_path / "b" / "b.eval", values, status="error")
    (tmp_path / "b" / "c.eval").write_text("no zip")
    told = compared(tmp_path / "a", tmp_path / "b").warnings
    assert told[0] == "b.eval: the eval ended in an error; what it has is compared"
    assert told[1].startswith("c.eval cannot be read and is left out")


def test_the_command_prints_and_writes(tmp_path: Path) -> None:
    first, second = outcomes(both=60, lost=20, won=5, neither=15)
    old, new = write_log(tmp_path / "a.eval", first), write_log(tmp_path / "b.eval", second)
    page = tmp_path / "page.md"
    arguments = ["compare", str(old), str(new), "-o", str(page), "--viewer", "https://logs.example/view/"]
    result = CliRunner().invoke(main, arguments, env={"COLUMNS": "120"})
    assert result.exit_code == 0, result.output
    assert "solved: 80.0% → 65.0%, -15.0 points" in result.stdout
    assert "worse" in result.stdout
    assert "[100.0%](<https://logs.example/view/#/logs/a.eval/samples/sample/s060/1/>)" in page.read_text(
        "utf-8"
    )


def test_a_side_without_logs_is_one_line(tmp_path: Path) -> None:
    values, _ = outcomes(both=5)
    old = write_log(tmp_path / "a.eval", values)
    result = CliRunner().invoke(main, ["compare", str(old), str(tmp_path / "none")])
    assert result.exit_code == 1
    assert "no such file or folder" in result.stderr
    assert CliRunner().invoke(main, ["compare", str(old)]).exit_code == 2
