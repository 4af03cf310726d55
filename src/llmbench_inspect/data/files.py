"""Rows out of files: where a folder holds a dataset, and how its files are read.

HumanEval.jsonl.gz      one JSON object a line
mbpp.jsonl              the same
sanitized-mbpp.json     a JSON array
gsm8k_train.jsonl.gz    one JSON object a line
gsm8k_test.jsonl        the same
mmlu/test/*.csv         a file a subject
mmlu/dev/*.csv          the same
bfcl/*.json             one JSON object a line, and its right calls in bfcl/possible_answer/
"""

from __future__ import annotations

import csv
import gzip
import json
import zlib
from pathlib import Path
from typing import Any

from llmbench_inspect.data.known import Known, Wheel
from llmbench_inspect.fetch_errors import SourceError


def find(known: Known, named: Path) -> Path:
    """The file or folder of a dataset.

    Args:
        known: The dataset.
        named: The folder that should hold it, or itself.

    Raises:
        SourceError: It is not there.
    """
    candidates = [named]
    if named.is_dir():
        files = [known.file]
        if isinstance(known.origin, Wheel):
            files.append(Path(known.file).name)  # the publisher's own folder
        candidates = [named / f"{file}{packed}" for file in files for packed in ("", ".gz")]
    for path in candidates:
        if path.exists():
            return path
    raise SourceError(f"{candidates[0]} does not exist")


def read(path: Path) -> list[dict[str, Any]]:
    """The rows of a file or folder.

    Raises:
        SourceError: It cannot be read.
    """
    try:
        if path.is_dir():
            return [row for file in sorted(path.glob("*.csv")) for row in _read_subject(file)]
        if path.name.startswith("BFCL_"):
            return _read_bfcl(path)
        return _lines(path) if ".jsonl" in path.suffixes else json.loads(_unpacked(path))
    except (OSError, EOFError, zlib.error, ValueError, csv.Error, IndexError) as error:
        raise SourceError(f"{path} cannot be read ({error})") from error


def _unpacked(path: Path) -> str:
    return (gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()).decode()


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in _unpacked(path).split("\n") if line.strip()]


def _read_bfcl(path: Path) -> list[dict[str, Any]]:
    """Questions with their right calls, `None` where there are none: irrelevance and relevance."""
    answers = path.parent / "possible_answer" / path.name
    right = {row.get("id"): row.get("ground_truth") for row in (_lines(answers) if answers.exists() else [])}
    return [row | {"ground_truth": right.get(row.get("id"))} for row in _lines(path)]


def _read_subject(file: Path) -> list[dict[str, Any]]:
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
