"""A fixture's project on disk, complete with its packages, for the compiler to read."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from functools import lru_cache
from pathlib import Path

from llmbench_inspect.cache import cache_dir, cache_lock
from llmbench_inspect.suites.vue.fixtures import Fixture
from llmbench_inspect.suites.vue.toolchain import install, packages


def project_folder(fixture: Fixture) -> Path:
    """A copy of the fixture's project in the cache, with `node_modules` beside its sources.

    The copy is found again by a digest of its content, never changed, and shared by all processes.

    Raises:
        PrerequisiteError: The packages could not be installed.
    """
    return _materialise(fixture.target_project, fixture.specification.packages == "own", fixture.name)


@lru_cache
def _materialise(source: Path, own_packages: bool, name: str) -> Path:
    node_modules = (
        install(source, name=name, what=f"the packages of {name}") if own_packages else packages()
    ) / "node_modules"
    files = sorted(
        file
        for file in source.rglob("*")
        if file.is_file() and "node_modules" not in file.relative_to(source).parts
    )
    digest = hashlib.sha256(os.fsencode(node_modules))
    for file in files:
        content = file.read_bytes()
        digest.update(f"{file.relative_to(source).as_posix()}\0{len(content)}\0".encode() + content)
    folder = cache_dir("vue", "projects") / f"{name}-{digest.hexdigest()[:16]}"
    with cache_lock(f"project-{folder.name}"):
        if not folder.exists():
            fresh = Path(tempfile.mkdtemp(dir=folder.parent))
            for file in files:
                target = fresh / file.relative_to(source)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(file, target)
            (fresh / "node_modules").symlink_to(node_modules)
            fresh.rename(folder)
    return folder
