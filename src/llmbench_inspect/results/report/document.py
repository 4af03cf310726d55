"""The pages of the report: its sections' blocks in order, for any renderer to print."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from llmbench_inspect.results.untrusted import printable

from .blocks import Block
from .evidence import Evidence
from .section import Page, Section, sections
from .wording import amount


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What one section has to show."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """A section about everything, or all sections of one task."""

    title: str
    parts: tuple[Part, ...]
    """The only part of a section about everything has the chapter's title."""

    is_task: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One page of the report; all text that a log brought is on one line, bounded and free of controls."""

    title: str
    summary: str
    chapters: tuple[Chapter, ...]


def document(evidence: Evidence, page: Page, *, done: Callable[[], None] | None = None) -> Document:
    """Compose a page.

    Args:
        evidence: All that was read.
        page: Which.
        done: Called after each task.

    Returns:
        The page; sections that have nothing to show are not on it.
    """
    whole = [each for each in sections(page) if each.scope == "whole"]
    of_task = [each for each in sections(page) if each.scope == "task"]
    tasks: list[Chapter] = []
    for label, task in evidence.tasks.items():
        parts = tuple(part for each in of_task for part in _parts(each, task))
        if parts:
            tasks.append(Chapter(title=printable(label, limit=200), parts=parts, is_task=True))
        if done is not None:
            done()
    around = [
        (each.order, Chapter(title=each.title, parts=parts, is_task=False))
        for each in whole
        if (parts := _parts(each, evidence))
    ]
    return Document(
        title="llmbench report",
        summary=_summary(evidence),
        chapters=(
            *(chapter for order, chapter in around if order < 400),
            *tasks,
            *(chapter for order, chapter in around if order >= 400),
        ),
    )


def _parts(section: Section, evidence: Evidence) -> tuple[Part, ...]:
    blocks = tuple(section.compose(evidence))
    return (Part(title=section.title, blocks=blocks),) if blocks else ()


def _summary(evidence: Evidence) -> str:
    counted = int(evidence.samples["counted"].sum())
    left_out = len(evidence.samples) - counted + len(evidence.not_run)
    return ", ".join(
        (
            amount(len(evidence.runs), "log"),
            amount(evidence.runs["model"].n_unique(), "model"),
            f"{amount(counted, 'sample')} counted",
            f"{left_out:,} left out",
        )
    )
