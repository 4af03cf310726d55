"""The code blocks of the documentation, as Markdown's own parser finds them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from markdown_it import MarkdownIt

ROOT: Final = Path(__file__).parents[2]

PAGES: Final = tuple(
    path.relative_to(ROOT).as_posix()
    for path in (
        *(
            ROOT / name
            for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", "logs/README.md")
        ),
        *sorted(ROOT.glob("docs/*.md")),
        *sorted(ROOT.glob("datasets/**/README.md")),
        # The README of each of its repositories is a sample's, not documentation.
        *sorted(ROOT.glob("fixtures/README.md")),
        *sorted(ROOT.glob("fixtures/*/README.md")),
    )
)

_NEEDS: Final = re.compile(r"<!-- needs: (.+) -->\s*")
_PARSER: Final = MarkdownIt("commonmark").enable("table")


@dataclass(frozen=True)
class Block:
    """A block of code."""

    page: str
    line: int
    """Where it begins on its page, from 1."""
    language: str
    """The word behind its fence; empty for a block that is indented, or has none."""
    text: str
    needs: str = ""
    """What it takes to run it beyond a checkout, as the comment before it says."""

    @property
    def where(self) -> str:
        """Its place, as editors understand it."""
        return f"{self.page}:{self.line}"


def blocks(page: str) -> Iterator[Block]:
    """The blocks of a page, in their order."""
    needs = ""
    for token in _PARSER.parse((ROOT / page).read_text("utf-8")):
        if token.type in {"fence", "code_block"}:
            assert token.map is not None
            yield Block(page, token.map[0] + 1, token.info.strip(), token.content, needs)
        # A comment speaks of the block that follows it.
        said = _NEEDS.fullmatch(token.content) if token.type == "html_block" else None
        needs = said[1] if said else ""


def inline_code(page: str) -> Iterator[Block]:
    """The code within the text of a page."""
    for token in _PARSER.parse((ROOT / page).read_text("utf-8")):
        for child in token.children or []:
            if child.type == "code_inline":
                assert token.map is not None
                yield Block(page, token.map[0] + 1, "", child.content)
