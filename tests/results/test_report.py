"""Rows to findings, and findings to a page: figures against those worked out by hand."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from rich.console import Console

from llmbench_inspect.results.report import Document, Report, Row, document, findings, rows
from llmbench_inspect.results.report.render import markdown, print_document
from llmbench_inspect.results.tables import find_logs, read_tables


def report_on(*places: Path) -> Report:
    return findings(rows(read_tables(find_logs([str(place) for place in places]))))


def row_of(report: Report, model: str, sample_id: str | None = None) -> Row:
    [task] = report.tasks
    [row] = [row for row in task.rows if (row.model, row.sample_id) == (model, sample_id)]
    return row


def printed(told: Document, *, width: int) -> str:
    console = Console(file=io.StringIO(), width=width, color_system=None)
    print_document(told, console)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def tables_of(text: str) -> list[list[list[str]]]:
    """Cells of all tables, as a parser of Markdown reads them."""
    tables: list[list[list[str]]] = []
    for token in MarkdownIt("commonmark").enable("table").parse(text):
        if token.type == "table_open":
            tables.append([])
        elif token.type == "tr_open":
            tables[-1].append([])
        elif token.type == "inline" and tables and token.level >= 4:
            tables[-1][-1].append("".join(child.content for child in token.children or []))
    return tables


@pytest.fixture
def told(logs: Path) -> Document:
    return document(report_on(logs))


def test_models_come_best_first_each_with_its_samples(logs: Path) -> None:
    [task] = report_on(logs).tasks
    assert [(row.model, row.sample_id) for row in task.rows] == [
        (model, sample) for model in ("rote/alpha", "rote/beta") for sample in (None, "a", "b", "c")
    ]


def test_a_models_mean_is_over_its_samples_and_its_interval_too(logs: Path) -> None:
    row = row_of(report_on(logs), "rote/alpha")
    quality, solved, *_ = row.cells
    assert quality.estimate is not None
    assert solved.estimate is not None
    # Means of the samples: quality 7, 3, 9 and solved 1/2, 0, 2/3.
    assert quality.estimate.mean == pytest.approx(19 / 3)
    assert quality.estimate.interval == (0, 10)
    assert solved.estimate.mean == pytest.approx(7 / 18)
    assert solved.estimate.interval == pytest.approx((0.0405, 0.9057), abs=5e-5)
    assert quality.baseline == 1.5


def test_a_samples_interval_is_over_its_epochs(logs: Path) -> None:
    cell = row_of(report_on(logs), "rote/beta", "c").cells[0]
    assert cell.estimate is not None
    assert (cell.estimate.mean, cell.estimate.clusters) == (pytest.approx(2 / 3), 3)
    assert cell.estimate.interval == pytest.approx((0, 2 / 3 + 4.302653 * 2 / 3), abs=1e-5)


def test_what_does_not_count_is_counted_with_its_reason(logs: Path) -> None:
    row = row_of(report_on(logs), "rote/alpha")
    assert row.scored == 7
    assert [tuple(count) for count in row.left_out] == [
        ("checker crashed", 1),
        ("error: RuntimeError('no server for |b 2| <b>now</b>')", 1),
    ]
    assert [tuple(count) for count in row.cut_off] == [("max_tokens", 1)]


def test_failures_are_counted(logs: Path) -> None:
    assert dict(row_of(report_on(logs), "rote/alpha").failures) == {"no failure": 3, "types_fail": 4}


def test_speed_is_tokens_over_the_time_of_the_calls(logs: Path) -> None:
    report = report_on(logs)
    assert row_of(report, "rote/alpha").tokens_per_second == pytest.approx(40)
    assert row_of(report, "rote/beta").tokens_per_second is None


def test_a_mapping_is_told_by_key_without_what_is_missing(logs: Path) -> None:
    [task] = report_on(logs).tasks
    cells = dict(
        zip([column.key for column in task.columns], row_of(report_on(logs), "rote/alpha").cells, strict=True)
    )
    calls, until = cells["calls"].estimate, cells["until_success"].estimate
    assert calls is not None
    assert until is not None
    # Successes at epoch 1 of a, and at epochs 1 and 2 of c.
    assert (calls.mean, until.mean, until.values) == (3, 1.25, 3)


def test_a_score_that_is_text_has_no_column_and_nobody_misses_it(logs: Path) -> None:
    report = report_on(logs)
    [task] = report.tasks
    assert "kind" not in {column.scorer for column in task.columns}
    assert [row.unscored for row in task.rows] == [()] * len(task.rows)


def test_arguments_that_differ_make_sections_and_name_them(made: Path) -> None:
    told = document(report_on(made / "models", made / "modes"))
    assert [section.title for section in told.sections] == ["rote_task, mode=other", "rote_task, mode=plain"]


def test_one_sample_alone_is_marked(logs: Path) -> None:
    read = rows(read_tables(find_logs([str(logs)])))
    alone = findings(replace(read, samples=tuple(row for row in read.samples if row.sample_id == "c")))
    assert "| rote/alpha | 3 | 0 | 9.0 [4.7, 10.0]† |" in markdown(document(alone))
    assert "†" not in markdown(document(findings(read)))


def test_an_unfinished_run_is_a_warning_and_a_retried_one_is_not(made: Path) -> None:
    assert document(report_on(made / "retried")).warnings == ()
    [warning] = document(report_on(made / "unfinished")).warnings
    assert warning.startswith("rote_task with rote/alpha: error after 4 of 9 samples: RuntimeError(")


def test_markdown_is_tables_with_the_figures(told: Document) -> None:
    models, samples, effort, failures, logs = tables_of(markdown(told))
    assert models == [
        ["model", "n", "left out", "quality", "unchanged", "solved", "tokens/s", "cut off"],
        ["rote/alpha", "7", "2", "6.3 [0.0, 10.0]", "1.5", "39% [4, 91]", "40.0", "1"],
        ["rote/beta", "9", "0", "0.7 [0.0, 2.3]", "1.5", "0% [0, 56]", "unavailable", "0"],
    ]
    assert samples[1] == ["rote/alpha", *[""] * 7]
    assert samples[4] == ["c", "3", "0", "9.0 [4.7, 10.0]", "1.5", "67% [21, 94]", "40.0", "0"]
    assert effort[1:] == [["rote/alpha", "3.0 —", "1.2 [-1.9, 4.4] n=3"], ["rote/beta", "3.0 —", "—"]]
    assert failures == [
        ["model", "no failure", "types_fail"],
        ["rote/alpha", "3", "4"],
        ["rote/beta", "0", "9"],
    ]
    assert [row[3:5] for row in logs[1:]] == [["success", "9 of 9"]] * 2


@pytest.mark.parametrize("width", [60, 80, 100, 200])
def test_a_terminal_of_any_width_shows_every_figure(told: Document, width: int) -> None:
    text = printed(told, width=width)
    assert max(map(len, text.splitlines())) <= width
    for figure in ("6.3 [0.0, 10.0]", "39% [4, 91]", "unavailable", "9.0 [4.7, 10.0]", "1.2 [-1.9, 4.4] n=3"):
        assert figure in text
    assert "…" not in text


def test_the_same_logs_give_the_same_bytes(logs: Path) -> None:
    places = sorted(logs.iterdir())
    assert markdown(document(report_on(*places))) == markdown(document(report_on(*reversed(places))))


def test_a_table_of_very_many_samples_ends_and_says_so(logs: Path) -> None:
    report = report_on(logs)
    [task] = report.tasks
    many = tuple(replace(task.rows[1], sample_id=str(number)) for number in range(1500))
    told = document(replace(report, tasks=(replace(task, rows=(task.rows[0], *many)),)))
    page = markdown(told)
    assert "501 more lines are left out" in page
    assert len(page.splitlines()) < 1200
