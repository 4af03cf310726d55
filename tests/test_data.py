"""Rows read from files are those of the pinned revision, or the run ends with the ways out."""

import csv
import gzip
from pathlib import Path
from typing import get_args

import pytest

from llmbench_inspect.data import Name, load_rows
from llmbench_inspect.prerequisite import PrerequisiteError

COUNTS = {
    "humaneval": 164,
    "mbpp": 974,
    "mbpp_sanitized": 427,
    "gsm8k_train": 7473,
    "gsm8k_test": 1319,
    "mmlu_test": 14042,
    "mmlu_dev": 285,
    "bfcl_simple_python": 400,
    "bfcl_multiple": 200,
    "bfcl_parallel": 200,
    "bfcl_parallel_multiple": 200,
    "bfcl_irrelevance": 240,
    "bfcl_live_simple": 258,
    "bfcl_live_multiple": 1053,
    "bfcl_live_parallel": 16,
    "bfcl_live_parallel_multiple": 24,
    "bfcl_live_irrelevance": 884,
    "bfcl_live_relevance": 16,
}
WAYS_OUT = ("-T data=", "export LLMBENCH_DATA_DIR=")
LAST_WAY_OUT = {False: "HF_ENDPOINT", True: "pip install --no-deps bfcl-eval==2026.3.23"}


@pytest.fixture(autouse=True)
def _nothing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LLMBENCH_DATA_DIR", raising=False)
    # What must not be asked refuses.
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")


def _refusal(name: Name, data: str | None = None) -> str:
    with pytest.raises(PrerequisiteError) as caught:
        load_rows(name, data)
    told = str(caught.value)
    assert name in told
    assert all(way in told for way in (*WAYS_OUT, LAST_WAY_OUT[name.startswith("bfcl")]))
    return told


def test_every_name_is_counted_here() -> None:
    assert set(COUNTS) == set(get_args(Name))


@pytest.mark.parametrize("name", get_args(Name))
def test_a_folder_holds_the_rows(name: Name, data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if name.startswith("bfcl_live_") and not (data_dir / "bfcl" / f"BFCL_v4_{name[5:]}.json").exists():
        pytest.skip("this category is not in the folder; test_data_wheel.py reads it from the wheel")
    given = load_rows(name, str(data_dir))
    assert len(given.rows) == COUNTS[name]
    assert given.source.startswith(str(data_dir))
    assert given.provenance() == {
        "source": given.source,
        "revision": given.revision,
        "digest": given.digest,
    }
    assert len(given.revision.split("@")[1]) == (9 if name.startswith("bfcl") else 40)
    monkeypatch.setenv("LLMBENCH_DATA_DIR", str(data_dir))
    assert load_rows(name) == given


def test_what_is_given_goes_before_the_variable(
    data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LLMBENCH_DATA_DIR", str(tmp_path))
    assert len(load_rows("gsm8k_test", str(data_dir)).rows) == 1319
    assert str(tmp_path / "gsm8k_test.jsonl") in _refusal("gsm8k_test")


def test_a_relative_path_is_seen_from_the_shell(
    data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PWD", str(data_dir.parent))
    assert load_rows("gsm8k_test", data_dir.name).source == str(data_dir / "gsm8k_test.jsonl")


def test_one_file_packed_or_not(data_dir: Path, tmp_path: Path) -> None:
    packed = gzip.compress((data_dir / "gsm8k_test.jsonl").read_bytes(), compresslevel=1)
    (tmp_path / "gsm8k_test.jsonl.gz").write_bytes(packed)
    (tmp_path / "mine.jsonl").write_bytes(gzip.decompress((data_dir / "HumanEval.jsonl.gz").read_bytes()))
    assert load_rows("gsm8k_test", str(tmp_path)).rows == load_rows("gsm8k_test", str(data_dir)).rows
    mine = load_rows("humaneval", str(tmp_path / "mine.jsonl"))
    assert mine.digest == load_rows("humaneval", str(data_dir)).digest


def test_mmlu_as_its_authors_pack_it(data_dir: Path, tmp_path: Path) -> None:
    dev = load_rows("mmlu_dev", str(data_dir))
    folder = tmp_path / "mmlu" / "dev"
    folder.mkdir(parents=True)
    for row in dev.rows:
        with (folder / f"{row['subject']}_dev.csv").open("a", encoding="utf-8", newline="") as file:
            csv.writer(file).writerow([row["question"], *row["choices"], "ABCD"[row["answer"]]])
    assert load_rows("mmlu_dev", str(tmp_path)).rows == dev.rows


@pytest.mark.parametrize("name", ["humaneval", "mmlu_test", "bfcl_multiple"])
def test_a_missing_file_is_named_and_the_hub_not_asked(name: Name, tmp_path: Path) -> None:
    told = _refusal(name, str(tmp_path))
    assert f"{tmp_path}/" in told
    assert "does not exist" in told
    assert "refused" not in told


def _lines(data_dir: Path) -> list[str]:
    return (data_dir / "gsm8k_test.jsonl").read_text("utf-8").splitlines()


def test_a_wrong_count(data_dir: Path, tmp_path: Path) -> None:
    path = tmp_path / "gsm8k_test.jsonl"
    path.write_text("\n".join(_lines(data_dir)[:-1]), "utf-8")
    assert "holds 1318 rows, not 1319" in _refusal("gsm8k_test", str(path))


def test_a_changed_row(data_dir: Path, tmp_path: Path) -> None:
    lines = _lines(data_dir)
    lines[700] = lines[700].replace("####", "###")
    path = tmp_path / "gsm8k_test.jsonl"
    path.write_text("\n".join(lines), "utf-8")
    assert "digest" in _refusal("gsm8k_test", str(path))


def test_rows_in_another_order(data_dir: Path, tmp_path: Path) -> None:
    path = tmp_path / "gsm8k_test.jsonl"
    path.write_text("\n".join(reversed(_lines(data_dir))), "utf-8")
    assert "digest" in _refusal("gsm8k_test", str(path))


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("gsm8k_test.jsonl", b"{not json}\n"),
        ("gsm8k_test.jsonl", b"\xff\xfe\x00"),
        ("gsm8k_test.jsonl", b'["a", "list"]\n'),
        ("gsm8k_test.jsonl", b'{"question": "no answer"}\n'),
        ("gsm8k_test.jsonl", b""),
        ("gsm8k_test.jsonl.gz", b"not packed"),
        ("gsm8k_test.jsonl.gz", gzip.compress(b"{}" * 1000, mtime=0)[:-12]),
        ("sanitized-mbpp.json", b"{}"),
        ("sanitized-mbpp.json", b"7"),
        ("sanitized-mbpp.json", b"[" * 40),
        ("mmlu/test/anatomy_test.csv", b"a question,one,two\n"),
        ("mmlu/test/anatomy_test.csv", b"q,1,2,3,4,\n"),
        ("mmlu/test/anatomy_test.csv", b"\n"),
    ],
)
def test_a_broken_file(file: str, content: bytes, tmp_path: Path) -> None:
    path = tmp_path / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    name: Name = "mmlu_test" if "mmlu" in file else "mbpp_sanitized" if "mbpp" in file else "gsm8k_test"
    assert str(tmp_path) in _refusal(name, str(tmp_path))
