"""Sections of the report as decorated functions: from evidence to blocks, registered in one place.

A section is one function. It looks at the evidence and returns what there is to show; nothing, where the
logs do not tell what it is about. Renderers print blocks and know no section:

    @section(order=420, title="Latency", pages=("detailed",))
    def latency(evidence: Evidence) -> Iterator[Block]:
        \"\"\"How long calls took.\"\"\"
        timed = evidence.calls.filter("timed")
        if timed.is_empty():
            return
        yield Prose("...")
        yield Figure(name=..., caption=..., alt=..., draw=lambda: latency_distributions(timed))

Its file is imported by `sections/__init__.py`; nothing else needs to know of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import import_module
from typing import Final, Literal

from .blocks import Block
from .evidence import Evidence

Page = Literal["console", "aggregate", "headline", "detailed"]
"""The terminal, AGGREGATE_SUMMARY.md, BENCHMARKS.md, and BENCHMARKS_DETAILED.md with HTML and PDF."""

Scope = Literal["whole", "task"]
"""Whether a section is about all that was read, or stands once for each task, with its evidence alone."""

Compose = Callable[[Evidence], Iterable[Block]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A registered section."""

    order: int
    title: str
    scope: Scope
    pages: tuple[Page, ...]
    compose: Compose


_SECTIONS: Final[dict[str, Section]] = {}


def section(
    *, order: int, title: str, scope: Scope = "task", pages: tuple[Page, ...] = ("detailed",)
) -> Callable[[Compose], Compose]:
    """Register a function as a section.

    Args:
        order: Its place; no two sections share one. Those of scope `whole` below 400 stand before the tasks,
            those of 700 and more behind them; sections of a task are 400 to 699.
        title: Its heading.
        scope: Whether it is about everything, or stands once for each task.
        pages: The pages that it is on.

    Returns:
        A decorator that gives the function back as it was.

    Raises:
        ValueError: The order is taken, or not in the range of the scope.
    """
    if (400 <= order < 700) != (scope == "task"):
        raise ValueError(f"{title}: sections of a task have an order of 400 to 699, others do not")

    def register(compose: Compose) -> Compose:
        key = f"{compose.__module__}.{compose.__qualname__}"
        if any(other.order == order and name != key for name, other in _SECTIONS.items()):
            raise ValueError(f"{title}: another section has the order {order}")
        _SECTIONS[key] = Section(order=order, title=title, scope=scope, pages=pages, compose=compose)
        return compose

    return register


def sections(page: Page) -> tuple[Section, ...]:
    """The sections of a page, in order."""
    import_module(f"{__package__}.sections")
    return tuple(
        sorted((each for each in _SECTIONS.values() if page in each.pages), key=lambda each: each.order)
    )
