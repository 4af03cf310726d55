"""The files of a report: the same bytes for the same logs, figures for programs, and a bundle to verify."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import shutil
import zipfile
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner
from huggingface_hub.repocard_data import model_index_to_eval_results

from llmbench_inspect.cli import main
from llmbench_inspect.results.report import SCHEMA_VERSION, gather, write_report
from llmbench_inspect.results.tables import read_tables

REFERENCE = """
[[score]]
task = "rote_task"
model = "alpha"
score = "solved"
value = 0.5
n = 40
source = "https://example.org/a b|<script>"

[[score]]
task = "elsewhere"
model = "someone"
value = 1
source = "their words"
"""


@pytest.fixture(scope="module")
def whole(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of a bundle: two tasks, a broken file, published scores, the history."""
    folder = tmp_path_factory.mktemp("whole")
    (folder / "reference.toml").write_text(REFERENCE)
    (folder / "broken.eval").write_text("no zip")
    logs = [str(made / "models"), str(made / "modes"), str(folder / "broken.eval")]
    more = ["--reference", str(folder / "reference.toml"), "--history", "--bundle"]
    done = CliRunner().invoke(main, ["report", *logs, "-o", str(folder / "report"), *more])
    assert done.exit_code == 0, done.output
    return folder / "report"


def digests(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_the_same_logs_give_the_same_bytes_wherever_they_lie(made: Path, tmp_path: Path) -> None:
    places = sorted((made / "models").iterdir())
    shutil.copytree(made / "models", tmp_path / "elsewhere")
    others = sorted((tmp_path / "elsewhere").iterdir(), reverse=True)
    for name, logs in (("one", places), ("other", others)):
        evidence = gather(read_tables([str(log) for log in logs]))
        files = write_report(evidence, tmp_path / name)
        assert files == tuple(sorted(digests(tmp_path / name)))
    assert digests(tmp_path / "one") == digests(tmp_path / "other")
    assert {"report.html", "report.pdf", "BENCHMARKS.md", "AGGREGATE_SUMMARY.md"} < set(files)


def test_a_bundle_verifies_and_gives_its_own_bytes_again(whole: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(whole / "bundle.zip") as archive:
        archive.extractall(tmp_path)
    report = tmp_path / "report"
    sums = dict(line.split("  ")[::-1] for line in (report / "SHA256SUMS").read_text().splitlines())
    assert sums == {name: digest for name, digest in digests(report).items() if name != "SHA256SUMS"}
    assert "--history --reference reference.toml" in (report / "README.md").read_text()
    assert any(line.startswith("polars==") for line in (report / "requirements.txt").read_text().splitlines())
    logs = [str(report / "viewer" / "logs"), str(report / "unreadable" / "broken.eval")]
    more = ["--reference", str(report / "reference.toml"), "--history", "--bundle"]
    again = CliRunner().invoke(main, ["report", *logs, "-o", str(report / "again"), *more])
    assert again.exit_code == 0, again.output
    assert (report / "again" / "SHA256SUMS").read_text() == (report / "SHA256SUMS").read_text()


def test_links_of_a_bundle_lead_to_samples_of_its_viewer(whole: Path) -> None:
    page = (whole / "report.html").read_text()
    log = json.loads((whole / "settings.json").read_text())["logs"][0]
    assert (whole / "viewer" / "logs" / log).is_file()
    assert f'href="viewer/index.html#/logs/{log}/samples/sample/' in page
    assert str(whole) not in (whole / "viewer" / "index.html").read_text()


def test_figures_have_300_dots_an_inch(whole: Path) -> None:
    figures = sorted((whole / "figures").glob("*.png"))
    assert figures
    for figure in figures:
        content = figure.read_bytes()
        at = content.index(b"pHYs") + 4
        # Dots a metre.
        assert int.from_bytes(content[at : at + 4]) == round(300 / 0.0254)
        assert figure.with_suffix(".svg").read_text().startswith("<?xml")


def test_json_and_csv_have_the_same_measures(whole: Path) -> None:
    told = json.loads((whole / "results.json").read_text())
    assert told["schema_version"] == SCHEMA_VERSION
    plain = next(task for task in told["tasks"] if task["label"] == "rote_task, mode=plain")
    assert (plain["version"], plain["headline"]) == ("2", "score/quality")
    [alpha, _] = plain["models"]
    assert alpha["left_out"]["checker crashed"] == 1
    assert alpha["failures"] == {"no failure": 3, "types_fail": 4}
    solved = next(row for row in alpha["measures"] if row["name"] == "score/solved")
    assert (solved["unit"], solved["n"], solved["samples"]) == ("rate", 7, 3)
    assert solved["value"] == pytest.approx(7 / 18)
    assert solved["interval"] == pytest.approx([0.0405, 0.9057], abs=5e-5)
    assert [one["log"] for one in told["unreadable_logs"]] == ["broken.eval"]
    rows = list(csv.DictReader(io.StringIO((whole / "results.csv").read_text())))
    assert len(rows) == sum(len(model["measures"]) for task in told["tasks"] for model in task["models"])
    [row] = [
        row
        for row in rows
        if (row["task_label"], row["model"], row["measure"])
        == ("rote_task, mode=plain", "rote/alpha", "score/solved")
    ]
    assert float(row["value"]) == solved["value"]
    # What the logs do not tell is empty.
    [cost] = [
        r
        for r in rows
        if (r["task_label"], r["model"], r["measure"]) == (*(row["task_label"], row["model"]), "cost")
    ]
    assert cost["value"] == ""


def test_the_metadata_of_a_model_card_is_read_by_the_hub(whole: Path) -> None:
    told = yaml.safe_load((whole / "model-index" / "rote-alpha.yml").read_text())
    name, results = model_index_to_eval_results(told["model-index"])
    assert name == "rote/alpha"
    assert {(one.metric_type, one.metric_name) for one in results} == {
        ("mean", "quality"),
        ("accuracy", "solved"),
    }
    assert any(one.metric_value == 0.3889 for one in results)


def test_published_scores_stand_beside_ours_and_are_not_paired(whole: Path) -> None:
    page = (whole / "BENCHMARKS.md").read_text()
    assert "| rote/alpha | 39% [4, 91] | 7 | -11.1 points | these logs |" in page
    assert "| alpha (published, not paired) | 50% [35, 65] | 40 | — |" in page
    assert "(https://example.org/a%20b%7C%3Cscript%3E)" in page
    assert "Not in these logs: elsewhere (someone)" in page


def test_the_history_has_a_line_for_each_run(whole: Path) -> None:
    page = (whole / "BENCHMARKS.md").read_text()
    assert page.count("### By run date") == 2
    assert "| 39% [4, 91] |" in page


def test_the_aggregate_counts_by_what_became_of_a_sample(whole: Path) -> None:
    lines = (whole / "AGGREGATE_SUMMARY.md").read_text().splitlines()
    head = next(line for line in lines if line.startswith("| Provider"))
    names = [cell.strip() for cell in head.strip("|").split("|")]
    plain = lines[next(i for i, line in enumerate(lines) if "mode=plain" in line) + 1]
    row = dict(zip(names, (cell.strip() for cell in plain.strip("|").split("|")), strict=True))
    assert (row["Provider"], row["Model"], row["Runs"]) == ("rote", "alpha", "1")
    assert (row["n(total)"], row["n(ok)"], row["n(success)"], row["n(pass)"], row["n(error)"]) == (
        *("9", "8", "7", "3"),
        "1",
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[[score]]\ntask = 'a'", "score.1.model: Field required"),
        ("[[score]]\ntask = 'a'\nmodel = 'b'\nvalue = 1\nsource = 'c'\nlow = 0", "low and high go together"),
        ("[[scores]]", "score: Field required"),
        ("not toml", "docs/report.md has an example"),
    ],
)
def test_a_broken_file_of_published_scores_is_one_line(
    logs: Path, tmp_path: Path, text: str, says: str
) -> None:
    file = tmp_path / "reference.toml"
    file.write_text(text)
    done = CliRunner().invoke(
        main, ["report", str(logs), "-o", str(tmp_path / "out"), "--reference", str(file)]
    )
    assert done.exit_code == 1
    assert says in done.stderr
    assert not (tmp_path / "out").exists()


def test_options_of_the_written_report_need_a_folder(logs: Path) -> None:
    done = CliRunner().invoke(main, ["report", str(logs), "--history"])
    assert done.exit_code == 2
    assert "go with -o DIR" in done.stderr
