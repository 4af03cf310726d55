"""The issues that models work on: found by name, loaded whole, refused where they are broken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Final

from llmbench_inspect.folder_digest import digest_of_folder
from llmbench_inspect.named_choice import did_you_mean
from llmbench_inspect.prerequisite import PrerequisiteError
from llmbench_inspect.suites.coding.swe.specification import Specification, load_specification

TESTS: Final = "tests"
"""The folder of a repository that holds its tests."""


@dataclass(frozen=True)
class Instance:
    """One issue of a package."""

    name: str
    """`PACKAGE-ISSUE`."""
    package: str
    root: Path
    """The issue's folder."""
    specification: Specification

    @cached_property
    def repository(self) -> dict[str, str]:
        """The text of each file as the model finds it, by path."""
        return _texts(self.root.parents[1] / "repository")

    @cached_property
    def issue(self) -> str:
        """The issue's text."""
        return (self.root / "issue.md").read_text("utf-8").strip()

    @cached_property
    def gold_patch(self) -> str:
        """The change that resolves it, as a unified diff."""
        return (self.root / "gold.patch").read_text("utf-8")

    @property
    def digest(self) -> str:
        """SHA-256 of all that an answer and its scores depend on: repository, issue, tests, specification."""
        parts = (self.root.parents[1] / "repository", self.root)
        return sha256(
            "".join(digest_of_folder(part, without=("gold.patch",)) for part in parts).encode()
        ).hexdigest()

    @cached_property
    def tests(self) -> dict[str, str]:
        """The tests that judge: the repository's, and the issue's own, which the model never sees."""
        visible = {path: text for path, text in self.repository.items() if is_test(path)}
        return visible | {f"{TESTS}/{path}": text for path, text in _texts(self.root / TESTS).items()}


def is_test(path: str) -> bool:
    """Whether a file of a repository belongs to its tests."""
    return path.startswith(f"{TESTS}/")


@lru_cache
def instance_of(name: str) -> Instance:
    """The instance of a name.

    Raises:
        PrerequisiteError: The name is not known.
    """
    return load_instances([name])[0]


def instances_folder() -> Path:
    """Where the packages lie, in a checkout and in an installed wheel alike."""
    return Path(str(files("llmbench_inspect"))) / "fixtures" / "swe"


def load_instances(names: Sequence[str] | None = None) -> list[Instance]:
    """Load instances in a fixed order.

    Args:
        names: Instances, or packages for all of their issues; everything where it is `None`.

    Raises:
        PrerequisiteError: A name that is not known (the nearest is told), or a broken instance.
    """
    roots = {
        f"{folder.parents[1].name}-{folder.name}": folder
        for folder in sorted(instances_folder().glob("*/issues/*/"))
        if folder.name != "__pycache__"
    }
    packages = sorted({root.parents[1].name for root in roots.values()})
    if names is None:
        chosen = list(roots)
    else:
        chosen = [instance for name in names for instance in _named(name, list(roots), packages)]
    return [
        Instance(name, root.parents[1].name, root, load_specification(root / "specification.json"))
        for name in dict.fromkeys(chosen)
        for root in [roots[name]]
    ]


def _named(name: str, known: list[str], packages: list[str]) -> list[str]:
    if name in packages:
        return [instance for instance in known if instance.startswith(f"{name}-")]
    if name in known:
        return [name]
    meant = did_you_mean(name, known + packages)
    raise PrerequisiteError(
        f"Unknown SWE instance '{name}'.{meant}\nPackages: {', '.join(packages)}; instances: "
        f"{', '.join(known)}.\nChoose with: -T instances=NAME,NAME"
    )


def _texts(folder: Path) -> dict[str, str]:
    return {
        file.relative_to(folder).as_posix(): file.read_text("utf-8")
        for file in sorted(folder.rglob("*"))
        # Installers compile what they unpack.
        if file.is_file() and "__pycache__" not in file.parts
    }
