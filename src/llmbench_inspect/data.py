"""Real datasets: where their rows come from, and the proof that they are the rows that were meant.

The files that a data folder holds, and the hub datasets that stand in for them:

    HumanEval.jsonl.gz      openai/openai_humaneval
    mbpp.jsonl              google-research-datasets/mbpp, full
    sanitized-mbpp.json     google-research-datasets/mbpp, sanitized
    gsm8k_train.jsonl.gz    openai/gsm8k, main
    gsm8k_test.jsonl        openai/gsm8k, main
    mmlu/test/*.csv         cais/mmlu, all
    mmlu/dev/*.csv          cais/mmlu, all
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import importlib
import json
import os
import threading
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import httpx

from llmbench_inspect.named_path import path_from_shell
from llmbench_inspect.prerequisite import PrerequisiteError

__all__ = ["DATA_DIR_VARIABLE", "DataSet", "Name", "load_rows"]

DATA_DIR_VARIABLE: Final = "LLMBENCH_DATA_DIR"
HUB_VARIABLE: Final = "HF_ENDPOINT"
HUB_WAIT: Final = 5.0
"""Seconds that the hub has to answer before it counts as unreachable."""

Name = Literal["humaneval", "mbpp", "mbpp_sanitized", "gsm8k_train", "gsm8k_test", "mmlu_test", "mmlu_dev"]
Row = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class DataSet:
    """The rows of a dataset, checked."""

    rows: list[Row]
    """One mapping a row, with the columns of the hub's dataset, in an order that no source changes."""
    source: str
    """Where the rows were read: a path, or the hub's address."""
    revision: str
    """The hub's dataset and commit that hold these rows."""
    digest: str
    """SHA-256 of the rows, the same whatever they were read from."""

    def provenance(self) -> dict[str, str]:
        """Source, revision and digest, for the metadata of a task."""
        return {"source": self.source, "revision": self.revision, "digest": self.digest}


@dataclass(frozen=True, kw_only=True)
class _Known:
    """What a dataset must be, and where the hub has it."""

    file: str
    hub: str
    config: str
    split: str
    commit: str
    columns: tuple[str, ...]
    count: int
    digest: str
    order: str | None = None


_MBPP_COMMIT: Final = "4bb6404fdc6cacfda99d4ac4205087b89d32030c"
_GSM8K_COMMIT: Final = "cc7b047b6e5bb11b4f1af84efc572db110a51b3c"
_MMLU_COMMIT: Final = "c30699e8356da336a370243923dbaf21066bb9fe"
_MBPP_SPLITS: Final = "train+test+validation+prompt"
_MMLU_COLUMNS: Final = ("question", "subject", "choices", "answer")

_KNOWN: Final[Mapping[str, _Known]] = {
    "humaneval": _Known(
        file="HumanEval.jsonl",
        hub="openai/openai_humaneval",
        config="openai_humaneval",
        split="test",
        commit="7dce6050a7d6d172f3cc5c32aa97f52fa1a2e544",
        columns=("task_id", "prompt", "canonical_solution", "test", "entry_point"),
        count=164,
        digest="53e6de8cb31dc96b8f53510f0ad0d6bbb34c02bf136f16bdcb6065a0964ec973",
    ),
    "mbpp": _Known(
        file="mbpp.jsonl",
        hub="google-research-datasets/mbpp",
        config="full",
        split=_MBPP_SPLITS,
        commit=_MBPP_COMMIT,
        columns=("task_id", "text", "code", "test_list", "test_setup_code", "challenge_test_list"),
        count=974,
        digest="5a5ad324700f92dd78c45606bc57daf6e1b07b013ccfd287e97a21d7d7d358dd",
        order="task_id",
    ),
    "mbpp_sanitized": _Known(
        file="sanitized-mbpp.json",
        hub="google-research-datasets/mbpp",
        config="sanitized",
        split=_MBPP_SPLITS,
        commit=_MBPP_COMMIT,
        columns=("task_id", "source_file", "prompt", "code", "test_imports", "test_list"),
        count=427,
        digest="50c5e5fe8c20f0f45d39cb5f9e6e1b13a277da3ce93fc0a735291302344d96e9",
        order="task_id",
    ),
    "gsm8k_train": _Known(
        file="gsm8k_train.jsonl",
        hub="openai/gsm8k",
        config="main",
        split="train",
        commit=_GSM8K_COMMIT,
        columns=("question", "answer"),
        count=7473,
        digest="fced0849c018610984e1493088b43d38ac54c27c1cf387658e947cc40c54248b",
    ),
    "gsm8k_test": _Known(
        file="gsm8k_test.jsonl",
        hub="openai/gsm8k",
        config="main",
        split="test",
        commit=_GSM8K_COMMIT,
        columns=("question", "answer"),
        count=1319,
        digest="524c11ab4ee19ae27e71a10fff523a583dbba0a714e6be0ff2518668c0071daa",
    ),
    "mmlu_test": _Known(
        file="mmlu/test",
        hub="cais/mmlu",
        config="all",
        split="test",
        commit=_MMLU_COMMIT,
        columns=_MMLU_COLUMNS,
        count=14042,
        digest="62ac6ce976950d1dfdbd09cc8c924ae143c16d510d3e444c6cf18f476b885830",
        order="subject",
    ),
    "mmlu_dev": _Known(
        file="mmlu/dev",
        hub="cais/mmlu",
        config="all",
        split="dev",
        commit=_MMLU_COMMIT,
        columns=_MMLU_COLUMNS,
        count=285,
        digest="65fb97a966d22bcfe1e554f454a58dba9f3fdb1ee6998563507c1cc4fd4b9a0f",
        order="subject",
    ),
}


def load_rows(name: Name, data: str | None = None) -> DataSet:
    """Read a dataset, and check that its rows are those of the pinned revision.

    Rows come from `data` where it is given, else from the folder that `LLMBENCH_DATA_DIR` names,
    else from the hub; a source that is named and does not hold the dataset is an error, not a reason
    to try the next.

    Args:
        name: The dataset.
        data: A folder that is laid out as the module's docstring says, or the dataset's own file.
            Files may be gzipped, with `.gz` at their end.

    Raises:
        PrerequisiteError: A file is missing or unreadable, the hub does not answer (told within 10
            seconds), or count or digest of the rows are not those of the pinned revision.
    """
    known = _KNOWN[name]
    named = data or os.environ.get(DATA_DIR_VARIABLE)
    if named:
        path = _find(name, known, path_from_shell(named))
        source, rows = str(path), _read(name, path)
    else:
        endpoint = (os.environ.get(HUB_VARIABLE) or "https://huggingface.co").rstrip("/")
        source, rows = f"{endpoint}/datasets/{known.hub}", _read_hub(name, known, endpoint)
    try:
        rows = [{column: row[column] for column in known.columns} for row in rows]
        if (order := known.order) is not None:
            rows.sort(key=lambda row: row[order])
    except (KeyError, TypeError) as error:
        raise _refused(name, f"{source} holds rows of another shape ({error})") from error
    if len(rows) != known.count:
        raise _refused(name, f"{source} holds {len(rows)} rows, not {known.count}")
    digest = _digest(rows)
    if digest != known.digest:
        raise _refused(name, f"the rows in {source} have the digest {digest}, not {known.digest}")
    return DataSet(rows=rows, source=source, revision=f"{known.hub}@{known.commit}", digest=digest)


def _digest(rows: list[Row]) -> str:
    digest = hashlib.sha256()
    for row in rows:
        digest.update(json.dumps(row, sort_keys=True).encode() + b"\n")
    return digest.hexdigest()


def _find(name: str, known: _Known, named: Path) -> Path:
    candidates = [named / known.file, named / f"{known.file}.gz"] if named.is_dir() else [named]
    for path in candidates:
        if path.exists():
            return path
    raise _refused(name, f"{candidates[0]} does not exist")


def _read(name: str, path: Path) -> list[Row]:
    try:
        if path.is_dir():
            return [row for file in sorted(path.glob("*.csv")) for row in _read_subject(file)]
        text = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        if ".jsonl" in path.suffixes:
            return [json.loads(line) for line in text.decode().split("\n") if line.strip()]
        return json.loads(text)
    except (OSError, EOFError, zlib.error, ValueError, csv.Error, IndexError) as error:
        raise _refused(name, f"{path} cannot be read ({error})") from error


def _read_subject(file: Path) -> list[Row]:
    """The rows of one subject of MMLU: a question, four choices, and the right one as 0 to 3 or A to D."""
    subject = file.stem.rpartition("_")[0]
    with file.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.reader(lines))
    if rows and rows[0][-1] == "answer":
        rows = rows[1:]
    return [
        {
            "question": row[0],
            "subject": subject,
            "choices": row[1:5],
            "answer": "ABCD".find(row[5]) if row[5].isalpha() else int(row[5]),
        }
        for row in rows
    ]


def _read_hub(name: str, known: _Known, endpoint: str) -> list[Row]:
    if (reason := _unreachable(f"{endpoint}/api/datasets/{known.hub}/revision/{known.commit}")) is not None:
        raise _refused(name, f"no data folder is named, and the hub at {endpoint} cannot be used ({reason})")
    try:
        # By its name in words, because the folder of that name in a checkout is importable too.
        hub = importlib.import_module("datasets")
        failures = (OSError, RuntimeError, ValueError, httpx.HTTPError, hub.exceptions.DatasetsError)
    except (ImportError, AttributeError) as error:
        raise _refused(name, "no data folder is named, and what reads the hub is not installed") from error
    try:
        return hub.load_dataset(known.hub, known.config, split=known.split, revision=known.commit).to_list()
    except failures as error:
        raise _refused(name, f"the hub at {endpoint} did not give it ({error})") from error


def _unreachable(url: str) -> str | None:
    """Why the hub has not answered within `HUB_WAIT` seconds; `None` where it has."""
    reason: list[str | None] = []

    def ask() -> None:
        try:
            httpx.get(url, timeout=HUB_WAIT, follow_redirects=True).raise_for_status()
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            reason.append(f"{error or type(error).__name__}".splitlines()[0])
        else:
            reason.append(None)

    # A timeout of httpx bounds neither the look-up of a name nor a server that answers drop by drop.
    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(HUB_WAIT)
    return reason[0] if reason else f"no answer within {HUB_WAIT:g} seconds"


def _refused(name: str, reason: str) -> PrerequisiteError:
    known = _KNOWN[name]
    file = known.file + ("" if known.file.startswith("mmlu/") else " (or .gz)")
    return PrerequisiteError(
        f"Dataset '{name}': {reason}. Three ways out:\n"
        f"  a folder that holds {file}: -T data=/path/to/folder\n"
        f"  the same for every run: export {DATA_DIR_VARIABLE}=/path/to/folder\n"
        f"  the hub or a mirror of it: pip install 'llmbench-inspect[hub]', unset {DATA_DIR_VARIABLE}, "
        f"and export {HUB_VARIABLE}=https://huggingface.co"
    )
