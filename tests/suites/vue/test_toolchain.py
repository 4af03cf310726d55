"""What is told when Node, npm or the packages cannot be had."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from llmbench_inspect.prerequisite import PrerequisiteError
from llmbench_inspect.suites.vue.toolchain import install, node


@pytest.fixture
def empty_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LLMBENCH_CACHE_DIR", str(tmp_path / "the cache"))


def _lock_folder(folder: Path, dependencies: dict[str, str]) -> Path:
    folder.mkdir()
    manifest = {"name": "pinned", "version": "1.0.0", "dependencies": dependencies}
    locked = {f"node_modules/{name}": {"version": version} for name, version in dependencies.items()}
    lock = {
        "name": "pinned",
        "version": "1.0.0",
        "lockfileVersion": 3,
        "packages": {"": manifest, **locked},
    }
    (folder / "package.json").write_text(json.dumps(manifest))
    (folder / "package-lock.json").write_text(json.dumps(lock))
    return folder


@pytest.mark.usefixtures("empty_path")
def test_no_node_is_told_with_the_way_to_get_it() -> None:
    node.cache_clear()
    try:
        with pytest.raises(
            PrerequisiteError, match=r"needs Node, and `node` is not on PATH: install Node 22"
        ):
            node()
    finally:
        node.cache_clear()


def test_a_node_that_does_not_start_is_told(empty_path: Path) -> None:
    (empty_path / "node").write_text("#!/bin/sh\necho 'no such library' >&2\nexit 127\n")
    (empty_path / "node").chmod(0o755)
    node.cache_clear()
    try:
        with pytest.raises(PrerequisiteError, match=r"bin/node does not start .*install Node 22"):
            node()
    finally:
        node.cache_clear()


@pytest.mark.usefixtures("empty_path")
def test_no_npm_is_told_with_the_way_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(PrerequisiteError, match=r"Installing the set needs npm, .*PATH: install Node 22"):
        install(_lock_folder(tmp_path / "set", {}), name="set", what="the set")


def test_a_failed_installation_tells_how_to_retry_and_does_not_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("npm_config_offline", "true")
    monkeypatch.setenv("npm_config_cache", str(tmp_path / "npm"))
    folder = _lock_folder(tmp_path / "set", {"a-package-that-cannot-be-had": "1.0.0"})
    for _ in range(2):
        with pytest.raises(PrerequisiteError, match=r"npm could not install the set \(exit 1") as caught:
            install(folder, name="set", what="the set")
    assert "ENOTCACHED" in capfd.readouterr().err
    retry = str(caught.value).split("then try: ")[1]
    assert f"cd '{tmp_path}/the cache/npm/set-" in retry
    again = subprocess.run(retry, shell=True, capture_output=True, text=True, check=False)
    assert "ENOTCACHED" in again.stderr
    assert list((tmp_path / "the cache").rglob("installed")) == []


def test_an_installation_is_made_once_and_leaves_the_lock_folder_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, empty_path: Path
) -> None:
    folder = _lock_folder(tmp_path / "set", {})
    before = sorted(folder.iterdir())
    monkeypatch.setenv("PATH", os.pathsep.join([str(empty_path), os.defpath, _bin("npm")]))
    installed = install(folder, name="mine", what="the set")
    assert installed.name.startswith("mine-")
    monkeypatch.setenv("PATH", str(empty_path))
    assert install(folder, name="mine", what="the set") == installed
    assert sorted(folder.iterdir()) == before


def _bin(program: str) -> str:
    found = shutil.which(program, path=_PATH)
    assert found is not None
    return str(Path(found).parent)


_PATH = os.environ["PATH"]
