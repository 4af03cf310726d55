"""The figures of a report as files, each made once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from llmbench_inspect.results.report.blocks import Figure
from llmbench_inspect.results.report.document import Document


class Picture(NamedTuple):
    """A figure in both forms."""

    png: bytes
    svg: bytes


@dataclass(frozen=True)
class Pictures:
    """The pictures of the figures that documents show, by name."""

    made: dict[str, Picture] = field(default_factory=dict)

    def make(self, *documents: Document, done: Callable[[], None]) -> None:
        """Draw every figure that is not drawn yet; `done` is called after each.

        Raises:
            ValueError: Two figures have the same name.
        """
        owners: dict[str, str] = {}
        for figure in figures(*documents):
            # matplotlib takes a second to import, which a report without figures need not wait for.
            from llmbench_inspect.results.figures import png_and_svg  # noqa: PLC0415

            if owners.setdefault(figure.name, figure.caption) != figure.caption:
                raise ValueError(f"two figures of the report are named {figure.name}")
            if figure.name not in self.made:
                self.made[figure.name] = Picture(*png_and_svg(figure.draw()))
                done()

    def write(self, folder: Path) -> None:
        """Write them to a folder, which is made."""
        if self.made:
            folder.mkdir(parents=True, exist_ok=True)
        for name, picture in self.made.items():
            (folder / f"{name}.png").write_bytes(picture.png)
            (folder / f"{name}.svg").write_bytes(picture.svg)


def figures(*documents: Document) -> list[Figure]:
    """The figures of documents, in order; one that is on several pages is there several times."""
    return [
        block
        for document in documents
        for chapter in document.chapters
        for part in chapter.parts
        for block in part.blocks
        if isinstance(block, Figure)
    ]
