"""All files of a report, in one folder."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Final

from .document import Document, document
from .evidence import Evidence
from .model_index import model_indexes
from .render import Pictures, figures, html, markdown, pdf
from .results_files import results_csv, results_json
from .section import Page

_MARKDOWN: Final[dict[str, Page]] = {
    "AGGREGATE_SUMMARY.md": "aggregate",
    "BENCHMARKS.md": "headline",
    "BENCHMARKS_DETAILED.md": "detailed",
}


def write_report(
    evidence: Evidence, folder: Path, *, step: Callable[[str, int, int], None] | None = None
) -> tuple[str, ...]:
    """Write a report; the same evidence gives the same bytes.

    Args:
        evidence: All that was read.
        folder: Where to; made if it is not there. Files of an earlier report are written over.
        step: Told before each step: what it is, how many are done, and how many there are.

    Returns:
        The names of the files, sorted.

    Raises:
        OSError: A file cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    tell = step or _silent
    composed = count(1)
    steps = len(evidence.tasks) * len(_MARKDOWN)
    tell("Composing", 0, steps)
    pages: dict[str, Document] = {
        name: document(evidence, page, done=lambda: tell("Composing", next(composed), steps))
        for name, page in _MARKDOWN.items()
    }
    detailed = pages["BENCHMARKS_DETAILED.md"]
    pictures = Pictures()
    every = len({figure.name for figure in figures(*pages.values())}) + 3
    pictures.make(*pages.values(), done=lambda: tell("Drawing", len(pictures.made), every))
    written: dict[str, bytes] = {name: markdown(page).encode() for name, page in pages.items()}
    written["results.csv"] = results_csv(evidence).encode()
    written["results.json"] = results_json(evidence).encode()
    written |= {f"model-index/{name}": text.encode() for name, text in model_indexes(evidence).items()}
    tell("Writing HTML", every - 2, every)
    written["report.html"] = html(detailed, pictures).encode()
    tell("Setting PDF", every - 1, every)
    written["report.pdf"] = pdf(detailed, pictures)
    for name, picture in pictures.made.items():
        written |= {f"figures/{name}.png": picture.png, f"figures/{name}.svg": picture.svg}
    for name, content in written.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
    return tuple(sorted(written))


def _silent(_what: str, _done: int, _every: int) -> None:
    pass
