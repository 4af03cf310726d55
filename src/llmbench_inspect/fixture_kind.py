"""A kind of fixture that people write themselves: where a new one comes from, and how one is proved."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Claim:
    """One thing that a fixture says of itself, or that must hold for each, and what was found."""

    fixture: str
    """The fixture's name."""
    what: str
    """What it is about: an answer, a file, a test."""
    wanted: str
    """What must hold, in a few words."""
    found: str
    """What was found, in a few words."""
    holds: bool
    """Whether that is what must be."""
    note: str = ""
    """What explains it, such as the first type error of a wrong answer."""
    mend: str = ""
    """What the author can do where it does not hold."""


@dataclass(frozen=True, kw_only=True)
class FixtureKind:
    """What the author of a fixture needs to know of its kind."""

    name: str
    """As in `llmbench fixtures new NAME`."""
    task: str
    """The task that models do it in."""
    argument: str
    """The argument of the task that names fixtures, or paths of them."""
    marks: tuple[str, ...]
    """Files and folders that lie in fixtures of this kind alone."""
    example: Path
    """A small fixture that holds: a new one is a copy of it."""
    word: str
    """The word in the example's files and paths that the name of a new one takes the place of."""
    word_for: Callable[[str], str]
    """The word that takes its place, for a folder's name.

    Raises:
        PrerequisiteError: The name will not do.
    """
    page: str
    """The page of the documentation that describes its files."""
    steps: Sequence[tuple[str, str]]
    """What to change in the copy, in this order: a file or folder, and what belongs there."""
    names: Callable[[], Sequence[str]]
    """The fixtures of this package."""
    verify: Callable[[str], list[Claim]]
    """What is to hold for a fixture, named or by its path, and whether it does.

    Raises:
        PrerequisiteError: The fixture cannot be read, or cannot be judged here.
    """

    def is_in(self, folder: Path) -> bool:
        """Whether a folder holds a fixture of this kind, complete or not."""
        return any((folder / mark).exists() for mark in self.marks)

    def copy_example(self, folder: Path) -> None:
        """Make a new fixture: the example, under the name of its folder.

        Args:
            folder: Where; made if it is not there.

        Raises:
            PrerequisiteError: The folder's name will not do.
            OSError: It cannot be written.
        """
        word = self.word_for(folder.name)
        for file in sorted(self.example.rglob("*")):
            # Installers compile what they unpack.
            if file.is_file() and "__pycache__" not in file.parts:
                to = folder / file.relative_to(self.example).as_posix().replace(self.word, word)
                to.parent.mkdir(parents=True, exist_ok=True)
                to.write_text(file.read_text("utf-8").replace(self.word, word), encoding="utf-8")
