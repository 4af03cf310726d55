"""Evidence to figures, and figures to a page: against those worked out by hand."""

from __future__ import annotations

import io
from pathlib import Path

import polars as pl
import pytest
from inspect_ai.log import read_eval_log, write_eval_log
from markdown_it import MarkdownIt
from rich.console import Console

from llmbench_inspect.results.report import Document, Evidence, document, gather
from llmbench_inspect.results.report.effort import speeds
from llmbench_inspect.results.report.render import markdown, print_document
from llmbench_inspect.results.report.scores import ScoreName, Scores, Spread
from llmbench_inspect.results.report.tallies import most_frequent_first, tallies
from llmbench_inspect.results.tables import find_logs, read_tables


def evidence_of(*places: Path) -> Evidence:
    return gather(read_tables(find_logs([str(place) for place in places])))


def task_of(*places: Path) -> Evidence:
    [task] = evidence_of(*places).tasks.values()
    return task


def page_of(evidence: Evidence) -> str:
    return markdown(document(evidence, "console"))


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
    return document(evidence_of(logs), "console")


def spread_of(task: Evidence, model: str, scorer: str, key: str | None = None) -> Spread:
    return task.once(Scores).models[model, ScoreName(scorer, key)]


def test_models_come_best_first(logs: Path) -> None:
    assert task_of(logs).once(Scores).ranked == ("rote/alpha", "rote/beta")


def test_a_models_mean_is_over_its_samples_and_its_interval_too(logs: Path) -> None:
    task = task_of(logs)
    quality, solved = spread_of(task, "rote/alpha", "quality"), spread_of(task, "rote/alpha", "solved")
    # Means of the samples: quality 7, 3, 9 and solved 1/2, 0, 2/3.
    assert quality.estimate.mean == pytest.approx(19 / 3)
    assert quality.estimate.interval == (0, 10)
    assert (quality.median, quality.deviation) == (7, pytest.approx(3.05505))
    assert quality.stderr == pytest.approx(3.05505 / 3**0.5)
    assert solved.estimate.mean == pytest.approx(7 / 18)
    assert solved.estimate.interval == pytest.approx((0.0405, 0.9057), abs=5e-5)
    assert quality.baseline == 1.5


def test_a_samples_interval_is_over_its_epochs(logs: Path) -> None:
    shown = pl.DataFrame({"model_label": ["rote/beta"], "sample_id": ["c"]})
    spread = task_of(logs).once(Scores).samples(shown)["rote/beta", "c", ScoreName("quality", None)]
    assert (spread.estimate.mean, spread.estimate.clusters) == (pytest.approx(2 / 3), 3)
    assert spread.estimate.interval == pytest.approx((0, 2 / 3 + 4.302653 * 2 / 3), abs=1e-5)


def test_what_does_not_count_is_counted_with_its_reason(logs: Path) -> None:
    tally = task_of(logs).once(tallies)["rote/alpha"]
    assert tally.counted == 7
    assert [tuple(count) for count in most_frequent_first(tally.left_out)] == [
        ("checker crashed", 1),
        ("error: RuntimeError('no server for |b 2| <b>now</b>')", 1),
    ]
    assert dict(tally.cut_off) == {"max_tokens": 1}


def test_failures_are_counted(logs: Path) -> None:
    assert task_of(logs).once(tallies)["rote/alpha"].failures == {"no failure": 3, "types_fail": 4}


def test_speed_is_tokens_over_the_time_of_the_calls(logs: Path) -> None:
    assert task_of(logs).once(speeds) == {"rote/alpha": pytest.approx(40)}


def test_a_mapping_is_told_by_key_without_what_is_missing(logs: Path) -> None:
    task = task_of(logs)
    calls = spread_of(task, "rote/alpha", "effort", "calls").estimate
    until = spread_of(task, "rote/alpha", "effort", "until_success").estimate
    # Successes at epoch 1 of a, and at epochs 1 and 2 of c.
    assert (calls.mean, until.mean, until.values) == (3, 1.25, 3)


def test_a_score_that_is_text_has_no_column_and_nobody_misses_it(logs: Path) -> None:
    task = task_of(logs)
    assert "kind" not in {column.name.scorer for column in task.once(Scores).columns}
    assert not any(tally.unscored for tally in task.once(tallies).values())


def test_arguments_that_differ_make_chapters_and_name_them(made: Path) -> None:
    told = document(evidence_of(made / "models", made / "modes"), "console")
    assert [chapter.title for chapter in told.chapters if chapter.is_task] == [
        "rote_task, mode=other",
        "rote_task, mode=plain",
    ]


def test_one_sample_alone_is_marked(logs: Path, tmp_path: Path) -> None:
    for path in logs.iterdir():
        log = read_eval_log(str(path))
        log.samples = [sample for sample in log.samples or [] if sample.id == "c"]
        log.eval.dataset.sample_ids = ["c"]
        write_eval_log(log, str(tmp_path / path.name))
    assert "| rote/alpha | 3 | 0 | 9.0 [4.7, 10.0]† |" in page_of(evidence_of(tmp_path))
    assert "†" not in page_of(evidence_of(logs))


def test_an_unfinished_run_is_a_warning_and_a_retried_one_is_not(made: Path) -> None:
    assert "⚠" not in page_of(evidence_of(made / "retried"))
    page = page_of(evidence_of(made / "unfinished"))
    assert "⚠ rote_task with rote/alpha: error after 4 of 9 samples: RuntimeError(" in page


def test_markdown_is_tables_with_the_figures(told: Document) -> None:
    models, effort, samples, failures = tables_of(markdown(told))
    assert models == [
        ["model", "n", "left out", "quality", "unchanged", "solved", "tokens/s", "cut off"],
        ["rote/alpha", "7", "2", "6.3 [0.0, 10.0]", "1.5", "39% [4, 91]", "40.0", "1"],
        ["rote/beta", "9", "0", "0.7 [0.0, 2.3]", "1.5", "0% [0, 56]", "unavailable", "0"],
    ]
    assert samples[1] == ["rote/alpha", *[""] * 6]
    assert samples[4] == ["c", "3", "0", "9.0 [4.7, 10.0]", "1.5", "67% [21, 94]", "0"]
    assert effort[1:] == [["rote/alpha", "3.0 —", "1.2 [-1.9, 4.4] n=3"], ["rote/beta", "3.0 —", "—"]]
    assert failures == [
        ["model", "no failure", "types_fail"],
        ["rote/alpha", "3", "4"],
        ["rote/beta", "0", "9"],
    ]


@pytest.mark.parametrize("width", [60, 80, 100, 200])
def test_a_terminal_of_any_width_shows_every_figure(told: Document, width: int) -> None:
    text = printed(told, width=width)
    assert max(map(len, text.splitlines())) <= width
    for figure in ("6.3 [0.0, 10.0]", "39% [4, 91]", "unavailable", "9.0 [4.7, 10.0]", "1.2 [-1.9, 4.4] n=3"):
        assert figure in text
    assert "…" not in text


def test_a_table_of_very_many_samples_ends_and_says_so(logs: Path, tmp_path: Path) -> None:
    log = read_eval_log(str(next(iter(sorted(logs.iterdir())))))
    [sample, *_] = log.samples or []
    log.samples = [sample.model_copy(update={"id": f"s{number}", "uuid": None}) for number in range(1500)]
    log.eval.dataset.sample_ids = None
    write_eval_log(log, str(tmp_path / "many.eval"))
    page = page_of(evidence_of(tmp_path))
    assert "501 more lines are left out" in page
    assert len(page.splitlines()) < 1200
