"""Files that are damaged, foreign, hostile or of the future: named with a reason, and the others read."""

from __future__ import annotations

import io
import json
import math
import struct
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from inspect_ai.log import read_eval_log, write_eval_log

from llmbench_inspect.results.tables import find_logs, read_tables
from llmbench_inspect.results.tables.archive import Archive
from llmbench_inspect.results.tables.log_json import decode


@pytest.fixture
def log(logs: Path) -> Path:
    return next(logs.iterdir())


def reason_of(path: Path, log: Path) -> str:
    """Why a log is left out, though another is read."""
    tables = read_tables([str(path), str(log)])
    [(named, reason)] = tables.left_out
    assert named == str(path)
    assert len(tables.samples.collect()) == 9
    return reason


def members(log: Path) -> dict[str, bytes]:
    with log.open("rb") as file:
        archive = Archive(file)
        return {name: archive.read(name) for name in archive.members}


def packed(path: Path, content: dict[str, bytes], *, method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as file:
        for name, data in content.items():
            file.writestr(name, data)
    return path


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_logs_of_older_compressions_are_read(log: Path, tmp_path: Path, method: int) -> None:
    tables = read_tables([str(packed(tmp_path / "old.eval", members(log), method=method))])
    assert len(tables.samples.collect()) == 9


@pytest.mark.parametrize("part", [0.1, 0.5, 0.9, 0.999])
def test_a_truncated_log(log: Path, tmp_path: Path, part: float) -> None:
    cut = tmp_path / "cut.eval"
    cut.write_bytes(log.read_bytes()[: int(part * log.stat().st_size)])
    assert "zip" in reason_of(cut, log)


def test_a_log_with_a_damaged_sample_names_it(log: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(log) as file:
        infos = [info for info in file.infolist() if info.filename.startswith("samples/")]
    content = bytearray(log.read_bytes())
    content[infos[3].header_offset + 200] ^= 255
    (tmp_path / "damaged.eval").write_bytes(content)
    assert infos[3].filename in reason_of(tmp_path / "damaged.eval", log)


def test_a_log_of_the_future(log: Path, tmp_path: Path) -> None:
    content = members(log)
    header = json.loads(content["header.json"])
    content["header.json"] = json.dumps(header | {"version": 3}).encode()
    assert "log format 3, of a newer Inspect" in reason_of(packed(tmp_path / "new.eval", content), log)
    told = read_eval_log(str(log))
    told.version = 9
    write_eval_log(told, str(tmp_path / "new.json"))
    assert "log format 9, of a newer Inspect" in reason_of(tmp_path / "new.json", log)


def test_samples_in_pieces(log: Path, tmp_path: Path) -> None:
    content = {"header.json": members(log)["header.json"], "samples/a_epoch_1/sample.json": b"{}"}
    assert "stored in pieces" in reason_of(packed(tmp_path / "pieces.eval", content), log)


def test_a_log_of_2024(log: Path, tmp_path: Path) -> None:
    content = members(log)
    name = next(name for name in content if name.startswith("samples/"))
    content[name] = json.dumps(json.loads(content[name]) | {"score": {"value": 1}}).encode()
    assert "inspect log convert" in reason_of(packed(tmp_path / "old.eval", content), log)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.eval", {"readme.txt": b"hello"}),
        ("b.eval", {"header.json": b"[]"}),
        ("c.eval", {"header.json": b'{"eval": {"task": "t"}}'}),
        ("d.eval", {"_journal/start.json": b"\xff"}),
        ("e.eval", {"header.json": b"[" * 100_000}),
    ],
)
def test_a_zip_file_that_is_no_log(log: Path, tmp_path: Path, name: str, content: dict[str, bytes]) -> None:
    assert reason_of(packed(tmp_path / name, content), log)


def test_numbers_beyond_all_tables(log: Path, tmp_path: Path) -> None:
    content = members(log)
    name = next(name for name in content if name.startswith("samples/"))
    content[name] = json.dumps(json.loads(content[name]) | {"turn_count": 10**30}).encode()
    assert reason_of(packed(tmp_path / "big.eval", content), log)


@pytest.mark.parametrize("method", [0, 8, 93])
def test_a_member_is_never_larger_than_it_says(method: int) -> None:
    import zstandard  # noqa: PLC0415

    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("samples/a_epoch_1.json", b"x" * 50)
    content = bytes(1 << 26)
    data = {0: content, 8: zipfile_deflated(content), 93: zstandard.compress(content)}[method]
    hostile = rewritten(file.getvalue(), data, method=method)
    archive = Archive(io.BytesIO(hostile))
    tracemalloc.start()
    with pytest.raises(zipfile.BadZipFile, match="samples/a_epoch_1"):
        archive.read("samples/a_epoch_1.json")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert method == 0 or peak < 10_000_000


def zipfile_deflated(content: bytes) -> bytes:
    import zlib  # noqa: PLC0415

    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(content) + packer.flush()


def rewritten(archive: bytes, data: bytes, *, method: int) -> bytes:
    """An archive of one member, with other data and method than it says it has the size of."""
    local_end = archive.index(b"PK\x01\x02")
    name = b"samples/a_epoch_1.json"
    central = bytearray(archive[local_end:])
    central[10:12] = struct.pack("<H", method)
    central[20:24] = struct.pack("<I", len(data))
    end = central.index(b"PK\x05\x06")
    central[end + 16 : end + 20] = struct.pack("<I", 30 + len(name) + len(data))
    return archive[: 30 + len(name)] + data + bytes(central)


def test_a_hostile_sample_stays_within_bounds(log: Path, tmp_path: Path) -> None:
    told = read_eval_log(str(log))
    assert told.samples
    for sample in told.samples:
        sample.metadata = {f"{number}": "y" * 3000 for number in range(200)} | {"huge": "z" * 200_000}
        sample.store = {"huge": ["w" * 200_000]}
        sample.attachments = {"a": "v" * 1_000_000}
        for score in (sample.scores or {}).values():
            score.explanation = "u" * 200_000
    write_eval_log(told, str(tmp_path / "hostile.eval"))
    tables = read_tables([str(tmp_path / "hostile.eval")])
    assert tables.left_out == ()
    [row] = tables.samples.head(1).collect().to_dicts()
    assert 60_000 < len(row["metadata"]) <= 64_200
    assert set(json.loads(row["metadata"])) < set(told.samples[0].metadata)
    assert row["store"] == "{}"
    explanations = tables.scores.select("explanation").collect()["explanation"]
    assert explanations.str.len_chars().max() == 4000
    assert explanations[0].endswith("…")


values = st.recursive(
    st.none() | st.booleans() | st.integers(-99, 99) | st.sampled_from([math.nan, math.inf, -math.inf, 0.5])
    | st.lists(st.sampled_from(['"', "\\", "NaN", ",", ":", "-Infinity", "[", "\n", "é"])).map("".join),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["a", "NaN", '"', "\\"]), inner),
)  # fmt: skip


def without_nan(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {name: without_nan(part) for name, part in value.items()}
    return [without_nan(part) for part in value] if isinstance(value, list) else value


@given(values)
def test_nan_is_null_and_texts_are_left_alone(value: Any) -> None:
    for indent in (None, 2):
        data = json.dumps(value, indent=indent, ensure_ascii=False).encode()
        assert decode(data, msgspec.json.Decoder()) == without_nan(value)


def test_places_are_searched_for_logs(log: Path, tmp_path: Path) -> None:
    (tmp_path / "deep/er").mkdir(parents=True)
    (tmp_path / "deep/er/notes.json").write_text("{}")
    (tmp_path / "deep/er/x.eval").write_bytes(log.read_bytes())
    assert find_logs([str(tmp_path), tmp_path.as_uri()]) == [str(tmp_path / "deep/er/x.eval")]
