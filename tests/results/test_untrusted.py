"""What a model or a stranger wrote into a log cannot act on a terminal or a page."""

from __future__ import annotations

import io
import re
import unicodedata
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from inspect_ai.log import read_eval_log, write_eval_log
from markdown_it import MarkdownIt
from rich.console import Console

from llmbench_inspect.results.report import document, gather
from llmbench_inspect.results.report.render import Pictures, html, markdown, pdf, print_document
from llmbench_inspect.results.tables import read_tables
from llmbench_inspect.results.untrusted import escape_markdown, printable

HOSTILE = (
    "a|b\n# h\r\x1b[2J`c` <script>x</script> [red]r[/red] [l](http://e) ![i](x) *s* _u_ \u202e @me "
    + "z" * 9000
)
special = st.text(
    st.sampled_from("ab01 |\\`*_[]()<>#!&;:/.-+~$@\n\x1b\u202e\u0301") | st.characters(), max_size=200
)


@given(special)
def test_printable_is_one_bounded_line_without_controls(text: str) -> None:
    line = printable(text)
    assert len(line) <= 80
    assert not any(unicodedata.category(char).startswith("C") or char in "\n\u2028" for char in line)
    assert printable(line) == line


@given(special)
def test_escaped_text_reads_as_itself(text: str) -> None:
    line = printable(text)
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    for block in (
        f"{escape_markdown(line)}\n",
        f"- {escape_markdown(line)}\n",
        f"# {escape_markdown(line)}\n",
        f"| {escape_markdown(line)} | b |\n|-|-|\n",
    ):
        [inline] = [token for token in parser.parse(block) if token.type == "inline"][:1] or [None]
        if inline is None:
            assert line == ""
            continue
        children = inline.children or []
        assert {child.type for child in children} <= {"text", "text_special"}
        assert "".join(child.content for child in children).strip() == line.strip()


def test_a_hostile_log_is_shown_as_text(logs: Path, tmp_path: Path) -> None:
    log = read_eval_log(str(next(iter(sorted(logs.iterdir())))))
    log.eval.task = log.eval.model = HOSTILE
    for sample in log.samples or []:
        sample.id = f"{sample.id}{HOSTILE}"
        sample.metadata["baseline_label"] = HOSTILE
        sample.scores = {f"{HOSTILE}{name}": score for name, score in (sample.scores or {}).items()}
        for score in sample.scores.values():
            score.metadata = {"failure_class": HOSTILE}
    log.eval.dataset.sample_ids = None
    path = str(tmp_path / "hostile.json")
    write_eval_log(log, path)
    evidence = gather(read_tables([path]))
    told = document(evidence, "console")

    detailed = document(evidence, "detailed")
    page = markdown(detailed)
    assert "\x1b" not in page
    assert "\u202e" not in page
    rendered = MarkdownIt("commonmark").enable("table").render(page)
    assert "<script" not in rendered
    # Ids of this length have no link to the log viewer either.
    assert "<a " not in rendered
    assert all(
        re.fullmatch(r"figures/[a-z0-9-]+\.png", src) for src in re.findall(r'<img src="([^"]*)"', rendered)
    )

    pictures = Pictures()
    pictures.make(detailed, done=lambda: None)
    shown = html(detailed, pictures)
    assert shown.count("<script") == 1
    assert "\u202e" not in shown
    assert pdf(detailed, pictures).startswith(b"%PDF")

    console = Console(file=io.StringIO(), width=100, force_terminal=True)
    print_document(told, console)
    assert isinstance(console.file, io.StringIO)
    text = console.file.getvalue()
    assert "[red]" in text
    assert "\x1b[2J" not in text
    assert "\u202e" not in text
