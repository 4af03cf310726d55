"""The issues that models work on: found by name, loaded whole, refused where they are broken."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Final

from llmbench_inspect.folder_digest import digest_of_folder
from llmbench_inspect.named_choice import did_you_mean
from llmbench_inspect.named_path import path_from_shell
from llmbench_inspect.prerequisite import PrerequisiteError
from llmbench_inspect.suites.coding.swe.inside.collect import LEFT_OUT, MOST_BYTES, MOST_FILES
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
    argument: str
    """What names it in `instances=`: its name, or its absolute path."""

    @property
    def folder(self) -> Path:
        """The repository's folder."""
        return self.root.parents[1] / "repository"

    @cached_property
    def repository(self) -> dict[str, str]:
        """The text of each file as the model finds it, by path."""
        return _texts(self.folder)

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
        both = digest_of_folder(self.folder) + digest_of_folder(self.root, without=("gold.patch",))
        return sha256(both.encode()).hexdigest()

    @cached_property
    def tests(self) -> dict[str, str]:
        """The tests that judge: the repository's, and the issue's own."""
        return {path: text for path, text in self.repository.items() if is_test(path)} | self.own_tests

    @cached_property
    def own_tests(self) -> dict[str, str]:
        """The issue's own tests, which the model never sees."""
        return {f"{TESTS}/{path}": text for path, text in _texts(self.root / TESTS).items()}


def is_test(path: str) -> bool:
    """Whether a file of a repository belongs to its tests."""
    return path.startswith(f"{TESTS}/")


@lru_cache
def instance_of(argument: str) -> Instance:
    """The instance that one was loaded as.

    Raises:
        PrerequisiteError: The name is not known, or its folder is not there.
    """
    return load_instances([argument])[0]


def instances_folder() -> Path:
    """Where the packages lie, in a checkout and in an installed wheel alike."""
    return Path(str(files("llmbench_inspect"))) / "fixtures" / "swe"


def instance_names() -> list[str]:
    """The instances of this project, and its packages."""
    known = _known()
    return [*known, *sorted({root.parents[1].name for root in known.values()})]


def load_instances(names: Sequence[str] | None = None) -> list[Instance]:
    """Load instances in a fixed order.

    Args:
        names: Instances, or packages for all of their issues, or the path of the folder of either;
            everything of this project where it is `None`.

    Raises:
        PrerequisiteError: A name that is not known (the nearest is told), or a broken instance.
    """
    known = _known()
    roots = [*known.values()] if names is None else [root for name in names for root in _named(name, known)]
    return [_load(root, known) for root in dict.fromkeys(roots)]


def _known() -> dict[str, Path]:
    return {
        _name(folder): folder
        for folder in sorted(instances_folder().glob("*/issues/*/"))
        if folder.name not in LEFT_OUT
    }


def _name(root: Path) -> str:
    return f"{root.parents[1].name}-{root.name}"


def _named(name: str, known: dict[str, Path]) -> list[Path]:
    if in_package := [root for root in known.values() if root.parents[1].name == name]:
        return in_package
    if name in known:
        return [known[name]]
    if "/" in name and (path := path_from_shell(name)).is_dir():
        return _issues(path.resolve())
    packages = sorted({root.parents[1].name for root in known.values()})
    raise PrerequisiteError(
        f"Unknown SWE instance '{name}'.{did_you_mean(name, [*known, *packages])}\n"
        f"Packages: {', '.join(packages)}; instances: {', '.join(known)}; or a package's path.\n"
        "Choose with: -T instances=NAME,NAME"
    )


def _issues(path: Path) -> list[Path]:
    if path.parent.name == "issues":
        return [path]
    issues = [folder for folder in sorted(path.glob("issues/*/")) if folder.name not in LEFT_OUT]
    if not issues:
        raise PrerequisiteError(
            f"{path}: a package has a folder 'issues' with a folder for each issue, and this one has none. "
            "Start from a new one: llmbench fixtures new swe ./my-package"
        )
    return issues


def _load(root: Path, known: dict[str, Path]) -> Instance:
    name = _name(root)
    argument = name if known.get(name) == root else str(root)
    specification = load_specification(root / "specification.json")
    instance = Instance(name, root.parents[1].name, root, specification, argument)
    for part in (root / "issue.md", root / "gold.patch"):
        if not part.is_file():
            raise PrerequisiteError(f"{part}: No such file; every issue has it")
    for folder in (instance.folder, root / TESTS):
        if not any(folder.glob("*")):
            raise PrerequisiteError(f"{folder}: No such folder, or an empty one; every issue has it")
    size = sum(len(text.encode()) for text in instance.repository.values())
    if size > MOST_BYTES or len(instance.repository) > MOST_FILES:
        raise PrerequisiteError(
            f"{instance.folder}: more than {MOST_FILES} files or {MOST_BYTES >> 20} MiB, which is not judged"
        )
    for path, text in instance.tests.items():
        try:
            ast.parse(text, path)
        except SyntaxError as error:
            raise PrerequisiteError(
                f"{root}: the test file {path} is not Python: {error.msg}, line {error.lineno}"
            ) from error
    return instance


def _texts(folder: Path) -> dict[str, str]:
    texts: dict[str, str] = {}
    for file in sorted(folder.rglob("*")):
        if file.is_file() and not LEFT_OUT & set(file.relative_to(folder).parts):
            try:
                texts[file.relative_to(folder).as_posix()] = file.read_text("utf-8")
            except UnicodeDecodeError as error:
                raise PrerequisiteError(f"{file}: not UTF-8; a package holds only text") from error
    return texts
