"""A small project, and the warm checker that the tests of a file share."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from llmbench_inspect.suites.vue import toolchain
from llmbench_inspect.suites.vue.type_checker import TypeChecker

BASE = Path(__file__).parent / "checker_corpus" / "base"


@pytest.fixture(scope="session")
def copy_project() -> Callable[[Path], Path]:
    """Makes a copy of the small project, with the checker's packages."""

    def copy(folder: Path) -> Path:
        shutil.copytree(BASE, folder)
        (folder / "node_modules").symlink_to(toolchain.packages() / "node_modules")
        return folder

    return copy


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, copy_project: Callable[[Path], Path]) -> Path:
    return copy_project(tmp_path_factory.mktemp("warm") / "project")


@pytest.fixture(scope="module")
def shared_checker() -> Iterator[TypeChecker]:
    checker = TypeChecker(toolchain.node(), toolchain.packages(), timeout=60)
    yield checker
    checker.close()
