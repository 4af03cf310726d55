"""A candidate's files over a fixture's project, and the rules for what may be written where."""

from __future__ import annotations

import difflib
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import Final

from llmbench_inspect.prerequisite import PrerequisiteError

MAX_FILE_BYTES: Final = 256 * 1024
MAX_FILES: Final = 64
MAX_PATH_BYTES: Final = 255
# Each of these decides how code is checked, built or run; some of them are code.
_CONFIGURATION: Final = (
    "tsconfig*.json",
    "jsconfig*.json",
    "package.json",
    "package-lock.json",
    "*.config.*",
    ".*",
)
_NEVER: Final = ("node_modules", ".git", ".nuxt", ".output", "dist")


class WriteRefusedError(ValueError):
    """A write that the rules forbid; the message tells the model why and what is allowed."""


@dataclass
class Overlay:
    """A fixture's project with a candidate's changes on top; nothing reaches the disk."""

    project: Path
    """The untouched project."""
    editable: tuple[str, ...]
    """Globs of what may be written."""
    changes: dict[str, str | None] = field(default_factory=dict[str, str | None])
    """New text by path, `None` for a deleted file; paths are relative, with forward slashes."""

    def read(self, path: str) -> str:
        """The text of a file as the candidate has left it.

        Raises:
            FileNotFoundError: No such file in the project.
            WriteRefusedError: The path leads out of the project.
        """
        name = self._inside(path)
        text = self.changes[name] if name in self.changes else _text(self.project, name)
        if text is None:
            raise FileNotFoundError(f"There is no file '{name}'. Files: {', '.join(self.files())}")
        return text

    def write(self, path: str, text: str) -> str:
        """Put a file into the overlay.

        Returns:
            The path it was put under.

        Raises:
            WriteRefusedError: Outside of what may be written, too large, or no text.
        """
        name = self.writable(path)
        size = len(text.encode("utf-8", "surrogatepass"))
        if size > MAX_FILE_BYTES:
            raise WriteRefusedError(
                f"'{name}' would have {size:,} bytes; at most {MAX_FILE_BYTES:,} are allowed."
            )
        if "\0" in text:
            raise WriteRefusedError(f"'{name}' would contain a NUL character, which no source file may.")
        if name not in self.changes and len(self.changes) >= MAX_FILES:
            raise WriteRefusedError(f"Too many files: at most {MAX_FILES} may be written.")
        self.changes[name] = text.encode("utf-8", "replace").decode("utf-8")
        return name

    def delete(self, path: str) -> None:
        """Take a file away; one that is not there stays away."""
        name = self.writable(path)
        if _text(self.project, name) is None:
            self.changes.pop(name, None)
        else:
            self.changes[name] = None

    def writable(self, path: str) -> str:
        """The path in its plain form, if it may be written.

        Raises:
            WriteRefusedError: It may not; the message says why.
        """
        name = self._inside(path)
        pure = PurePosixPath(name)
        if any(part in _NEVER for part in pure.parts):
            raise WriteRefusedError(f"'{name}' is not yours to write: {', '.join(_NEVER)} are out of bounds.")
        if any(fnmatchcase(part, pattern) for part in pure.parts for pattern in _CONFIGURATION):
            raise WriteRefusedError(f"'{name}' is configuration and must stay as it is.")
        if not any(matches(name, pattern) for pattern in self.editable):
            raise WriteRefusedError(f"'{name}' may not be written. Allowed: {', '.join(self.editable)}")
        if (self.project / name).is_dir():
            raise WriteRefusedError(f"'{name}' is a folder. Name the file in it.")
        return name

    def files(self) -> list[str]:
        """All source files of the project as the candidate sees it, sorted."""
        names = {name for name in _project_files(self.project) if self.changes.get(name, "") is not None}
        names |= {name for name, text in self.changes.items() if text is not None}
        return sorted(names)

    def without(self, protected: tuple[str, ...]) -> tuple[dict[str, str | None], list[str]]:
        """The changes with protected files put back.

        Returns:
            The changes that remain, and the protected files that were really changed, sorted.
        """
        touched = [
            name
            for name, text in self.changes.items()
            if any(matches(name, pattern) for pattern in protected) and text != _text(self.project, name)
        ]
        return {name: text for name, text in self.changes.items() if name not in touched}, sorted(touched)

    def diff(self) -> str:
        """The changes as a unified diff."""
        return "".join(
            _diff(name, _text(self.project, name), text) for name, text in sorted(self.changes.items())
        )

    def _inside(self, path: str) -> str:
        plain = path.strip().replace("\\", "/").removeprefix("./")
        pure = PurePosixPath(plain)
        # Bytes, as file systems count; what UTF-8 cannot hold (lone surrogates) is no file's name.
        size = len(plain.encode("utf-8", "surrogatepass"))
        if not pure.parts or size > MAX_PATH_BYTES or not plain.isprintable():
            raise WriteRefusedError(
                f"The path is empty, longer than {MAX_PATH_BYTES} bytes, or contains control characters."
            )
        if pure.is_absolute() or ".." in pure.parts or ":" in pure.parts[0]:
            raise WriteRefusedError(f"'{plain}' leads out of the project. Use a path relative to its root.")
        resolved = (self.project / pure).resolve()
        if not resolved.is_relative_to(self.project.resolve()) and pure.parts[0] != "node_modules":
            raise WriteRefusedError(f"'{plain}' leads out of the project through a link.")
        return str(pure)


def matches(path: str, pattern: str) -> bool:
    """Whether a relative path fits a glob of `*`, `?`, and `**` for any folders, also none.

    Brackets stand for themselves: Nuxt calls its pages `[id].vue`.
    """
    parts, globs = PurePosixPath(path).parts, PurePosixPath(pattern.replace("[", "[[]")).parts

    def fits(at: int, of: int) -> bool:
        if of == len(globs):
            return at == len(parts)
        if globs[of] == "**":
            return any(fits(later, of + 1) for later in range(at, len(parts) + 1))
        return at < len(parts) and fnmatchcase(parts[at], globs[of]) and fits(at + 1, of + 1)

    return fits(0, 0)


def changed_files(folder: Path) -> dict[str, str | None]:
    """The changes that a folder of answer files stands for: every file in it, and what `.deleted` lists."""
    deleted = folder / ".deleted"
    changes: dict[str, str | None] = {name: _text(folder, name) for name in _project_files(folder)}
    if deleted.exists():
        changes |= dict.fromkeys(deleted.read_text("utf-8").split())
    return changes


def _project_files(project: Path) -> Iterator[str]:
    for file in sorted(project.rglob("*")):
        relative = file.relative_to(project)
        if file.is_file() and not any(part.startswith(".") or part in _NEVER for part in relative.parts):
            yield relative.as_posix()


def _text(project: Path, name: str) -> str | None:
    file = project / name
    try:
        # As bytes, so that CRLF stays: diffs and diagnostics must see it.
        return file.read_bytes().decode("utf-8") if file.is_file() else None
    except UnicodeDecodeError as error:
        raise PrerequisiteError(
            f"{file}: byte {error.start} is not UTF-8; a fixture holds only text, saved as UTF-8"
        ) from error


def _diff(name: str, before: str | None, after: str | None) -> str:
    # Lines end at a newline only: `str.splitlines` would also cut at U+2028 and form feeds.
    lines = difflib.unified_diff(
        list(io.StringIO(before or "")),
        list(io.StringIO(after or "")),
        "/dev/null" if before is None else f"a/{name}",
        "/dev/null" if after is None else f"b/{name}",
    )
    return "".join(
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines
    )
