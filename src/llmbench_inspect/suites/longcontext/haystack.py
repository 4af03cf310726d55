"""A text of the user's own, in the place of the generated one."""

from __future__ import annotations

import hashlib
import random
import re
from functools import cached_property
from typing import Final

from llmbench_inspect.named_path import path_from_shell
from llmbench_inspect.prerequisite import PrerequisiteError
from llmbench_inspect.suites.longcontext.filler import Sentence
from llmbench_inspect.suites.longcontext.tokens import estimate

MOST_BYTES: Final = 64_000_000
_END: Final = re.compile(r"(?<=[.!?])\s+(?=[A-Z0-9\"(])|\n\s*\n")
_LONGEST: Final = 600
"""Characters after which a sentence without an end is parted."""


class Haystack:
    """The sentences of files, in their order, from some place on.

    Args:
        named: A text file, or a folder of which every `.txt` and `.md` file is read.

    Raises:
        PrerequisiteError: When there is nothing to read.
    """

    def __init__(self, named: str) -> None:
        self._path = path = path_from_shell(named)
        try:
            files = (
                sorted(file for file in path.rglob("*") if file.suffix in {".txt", ".md"} and file.is_file())
                if path.is_dir()
                else [path]
            )
            size = sum(file.stat().st_size for file in files)
            if size > MOST_BYTES:
                raise PrerequisiteError(
                    f"haystack: {path} has {size:,} bytes, more than {MOST_BYTES:,}. "
                    "Name less: -T haystack=PATH"
                )
            self._texts = [file.read_text("utf-8", errors="replace") for file in files]
        except OSError as error:
            raise PrerequisiteError(
                f"haystack: {path} cannot be read ({error.strerror}). Give it with: -T haystack=PATH"
            ) from error
        self._tokens = sum(piece.tokens for piece in self._pieces)
        if not self._pieces:
            raise PrerequisiteError(
                f"haystack: no sentence was found in {path}. Name a text file, or a folder with .txt or .md "
                "files: -T haystack=PATH"
            )

    @cached_property
    def _pieces(self) -> list[Sentence]:
        pieces = [
            " ".join(part.split())
            for text in self._texts
            for sentence in _END.split(text)
            for part in _short(sentence)
        ]
        return [Sentence(piece, estimate(f" {piece}")) for piece in pieces if piece]

    def provenance(self) -> dict[str, object]:
        """Source, size and digest, for the metadata of a task."""
        digest = hashlib.sha256("\0".join(self._texts).encode()).hexdigest()
        return {
            "source": str(self._path),
            "files": len(self._texts),
            "tokens_by_tiktoken": self.most,
            "digest": digest,
        }

    @property
    def most(self) -> int | None:
        """Tokens of the whole, by tiktoken."""
        return self._tokens

    def sentences(self, tokens: int, chance: random.Random) -> list[Sentence]:
        """Take sentences from a random place on, and from the beginning after the end; none comes twice."""
        start = chance.randrange(len(self._pieces))
        taken: list[Sentence] = []
        for piece in self._pieces[start:] + self._pieces[:start]:
            tokens -= piece.tokens
            if tokens < 0:
                break
            taken.append(piece)
        return taken


def _short(sentence: str) -> list[str]:
    return [sentence[start : start + _LONGEST] for start in range(0, len(sentence), _LONGEST)]
