"""Rows out of a published wheel: fetched once, checked, and never taken where they are others."""

import hashlib
import os
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest

from llmbench_inspect.data import BFCL, Name, load_rows, unpacked_wheel
from llmbench_inspect.fetch_errors import SourceError
from llmbench_inspect.prerequisite import PrerequisiteError

MADE = "made_data-1.0-py3-none-any.whl"


@pytest.fixture(autouse=True)
def _nothing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LLMBENCH_DATA_DIR", raising=False)


@pytest.fixture
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache, and a pip that finds nothing but what lies in a folder."""
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    monkeypatch.setenv("LLMBENCH_CACHE_DIR", str(tmp_path / "cache"))
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheels))
    return wheels


def _make(folder: Path) -> str:
    path = folder / MADE
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("made_data/data/rows.json", "{}")
        archive.writestr(
            "made_data-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: made-data\nVersion: 1.0\n"
        )
        archive.writestr("made_data-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        archive.writestr("made_data-1.0.dist-info/RECORD", "")
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_all_categories_are_in_the_published_wheel() -> None:
    try:
        folder = unpacked_wheel(BFCL)
    except SourceError as error:
        pytest.skip(f"needs the package bfcl-eval, which pip cannot fetch: {error}")
    names: list[Name] = [name for name in get_args(Name) if name.startswith("bfcl_")]
    assert len(names) == 11
    for name in names:
        rows = load_rows(name)
        assert rows == load_rows(name, str(folder / "bfcl_eval" / "data"))
        assert rows.revision == "bfcl-eval@2026.3.23"
        assert all(bool(row["ground_truth"]) == ("relevance" not in name) for row in rows.rows)


def test_a_wheel_is_fetched_once(own_cache: Path) -> None:
    made = replace(BFCL, package="made-data", version="1.0", sha256=_make(own_cache))
    folder = unpacked_wheel(made)
    assert (folder / "made_data" / "data" / "rows.json").read_text() == "{}"
    (own_cache / MADE).unlink()
    assert unpacked_wheel(made) == folder


def test_another_wheel_of_that_name_is_not_taken(own_cache: Path) -> None:
    _make(own_cache)
    with pytest.raises(SourceError, match="has the SHA-256"):
        unpacked_wheel(replace(BFCL, package="made-data", version="1.0"))
    assert not list((own_cache.parent / "cache" / "data").iterdir())


def test_a_wheel_that_cannot_be_had(own_cache: Path) -> None:
    with pytest.raises(PrerequisiteError, match="pip could not download bfcl-eval") as caught:
        load_rows("bfcl_multiple")
    assert "pip install --no-deps bfcl-eval==2026.3.23" in str(caught.value)
