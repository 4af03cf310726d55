"""report.html in a real browser: it sorts, turns dark, fits a phone, and runs nothing that a log brought."""

from __future__ import annotations

import html as escaping
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from inspect_ai.log import read_eval_log, write_eval_log

from llmbench_inspect.results.report import document, gather
from llmbench_inspect.results.report.render import Pictures, html
from llmbench_inspect.results.tables import find_logs, read_tables

HOSTILE = "\"'><img src=x onerror=document.title='owned'><script>document.title='owned'</script>"

needs_chromium = pytest.mark.skipif(
    shutil.which("chromium") is None, reason="looks at the page in Chromium: apt-get install chromium"
)
PROBE = """
const told = { title: document.title, width: document.documentElement.scrollWidth, room: innerWidth };
const named = (one) => [...one.tHead.rows[0].cells].find((cell) => cell.textContent === "quality");
const table = [...document.querySelectorAll("table")].find(named);
const names = () => [...table.tBodies[0].rows].map((row) => row.cells[0].textContent);
const column = named(table).querySelector("button");
told.first = names();
column.click(); told.down = names();
column.click(); told.up = names();
const paper = () => getComputedStyle(document.body).backgroundColor;
told.paper = paper();
document.getElementById("theme").click();
told.other = paper();
document.body.setAttribute("data-told", JSON.stringify(told));
"""


def page_of(*places: Path) -> str:
    detailed = document(gather(read_tables(find_logs([str(place) for place in places]))), "detailed")
    pictures = Pictures()
    pictures.make(detailed, done=lambda: None)
    return html(detailed, pictures)


def shown(page: str, folder: Path, *, flags: tuple[str, ...] = ()) -> str:
    """The document as a browser has it after its scripts ran."""
    file = folder / "page.html"
    file.write_text(page, encoding="utf-8")
    command = [
        "chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=3000",
        f"--user-data-dir={folder / 'profile'}", *flags, "--dump-dom", file.as_uri(),
    ]  # fmt: skip
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=120).stdout


@needs_chromium
def test_it_sorts_turns_dark_and_fits_a_phone(logs: Path, tmp_path: Path) -> None:
    page = page_of(logs)
    # The page lets no other script run: the probe needs a copy without that.
    open_page = re.sub(r"<meta http-equiv=[^>]*>", "", page).replace(
        "</body>", f"<script>{PROBE}</script></body>"
    )
    dom = shown(open_page, tmp_path, flags=("--window-size=500,900",))
    found = re.search(r'data-told="([^"]*)"', dom)
    assert found is not None
    told = json.loads(escaping.unescape(found[1]))
    assert told["width"] <= told["room"]
    assert told["down"] == ["rote/alpha", "rote/beta"]
    assert told["up"] == ["rote/beta", "rote/alpha"]
    assert {told["paper"], told["other"]} == {"rgb(255, 255, 255)", "rgb(20, 23, 27)"}


@needs_chromium
def test_it_runs_its_own_script_alone(logs: Path, tmp_path: Path) -> None:
    log = read_eval_log(str(next(iter(sorted(logs.iterdir())))))
    log.eval.task = log.eval.model = HOSTILE
    for sample in log.samples or []:
        sample.id = f"{sample.id}{HOSTILE}"
        for score in (sample.scores or {}).values():
            score.answer = score.explanation = HOSTILE
            score.metadata = {"failure_class": HOSTILE}
    log.eval.dataset.sample_ids = None
    write_eval_log(log, str(tmp_path / "hostile.json"))
    page = page_of(tmp_path / "hostile.json")
    # Injected past the escaping, it still does not run.
    dom = shown(page.replace("</main>", f"{HOSTILE}</main>"), tmp_path)
    assert "<title>llmbench report</title>" in dom
    assert "http" not in re.sub(r"http://127\.0\.0\.1:7575/|http-equiv|http://www\.w3\.org", "", page)
    clean = shown(page, tmp_path)
    assert clean.count("<script>") == 1
    assert "onerror=document" not in re.sub(r"(title|alt|href|aria-label)=\"[^\"]*\"", "", clean).replace(
        "&lt;img src=x onerror=document", ""
    )
    # Its own script did run.
    assert re.search(r'<button id="theme">(Dark|Light)</button>', clean)
