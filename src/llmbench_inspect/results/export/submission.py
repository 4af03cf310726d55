"""The submissions in logs: one of each run, its retries and shards joined."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl
from inspect_ai.log import EvalSample, read_eval_log_samples

from llmbench_inspect.results.tables import Tables

from .forms import FORMS, Line


@dataclass(frozen=True, kw_only=True)
class Submission:
    """What one run gives to one benchmark."""

    form: str
    """Name of the benchmark: `human-eval` or `swe-bench`."""
    model: str
    evaluation: str
    """What the logs of the run share."""
    lines: tuple[Line, ...]
    left_out: int
    """Epochs of samples that have no score, or a second one where the benchmark takes one."""

    @property
    def file(self) -> str:
        """Name of its file."""
        plain = re.sub(r"[^\w.]+", "-", self.model)
        return f"{self.form}-{plain}-{self.evaluation[:8]}.jsonl"

    def text(self) -> str:
        """The file's content: JSON lines."""
        return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in self.lines)


def submissions(tables: Tables) -> Iterator[Submission]:
    """The submissions in logs. Texts are read from the logs themselves: tables keep their beginnings.

    Args:
        tables: Of the logs; they say which of several logs of a run counts, sample by sample.
    """
    counted = tables.samples.select("log", "sample_id", "epoch").collect()
    keys: dict[str, set[tuple[str, int]]] = defaultdict(set)
    for log, sample_id, epoch in counted.iter_rows():
        keys[log].add((sample_id, epoch))
    for (evaluation,), runs in tables.runs.group_by("evaluation", maintain_order=True):
        yield from _of_run(str(evaluation), runs, keys)


def _of_run(
    evaluation: str, runs: pl.DataFrame, keys: dict[str, set[tuple[str, int]]]
) -> Iterator[Submission]:
    model: str = runs["model"][0]
    samples = [
        sample
        for log in runs["log"]
        if keys[log]
        for sample in _samples(log)
        if (str(sample.id), sample.epoch) in keys[log]
    ]
    samples.sort(key=lambda sample: (_natural(str(sample.id)), sample.epoch))
    for form, line_of in FORMS.items():
        lines = [line for sample in samples if sample.scores and (line := line_of(sample, model)) is not None]
        if not lines:
            continue
        if form == "swe-bench":
            lines = list({line["instance_id"]: line for line in reversed(lines)}.values())[::-1]
        yield Submission(
            form=form,
            model=model,
            evaluation=evaluation,
            lines=tuple(lines),
            left_out=len(samples) - len(lines),
        )


def _samples(log: str) -> Iterator[EvalSample]:
    return read_eval_log_samples(
        log, all_samples_required=False, exclude_fields={"events", "messages", "store", "attachments"}
    )


def _natural(name: str) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdecimal() else (0, part) for part in re.split(r"(\d+)", name)]
