"""The mark of a cell whose model is not there: a log without samples, which every reader of logs counts."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from inspect_ai.log import EvalConfig, EvalDataset, EvalError, EvalLog, EvalSpec, write_eval_log
from inspect_ai.model import GenerateConfig
from upath import UPath

from llmbench_inspect.results.skipped import SKIPPED

from .cells import Cell

FILE: Final = f"{SKIPPED}.eval"


def mark_skipped(cell: Cell, reason: str) -> None:
    """Write the mark into the folder of a cell, in the place of an earlier one.

    Args:
        cell: The cell.
        reason: Why its model is not there.
    """
    now = datetime.now(UTC).isoformat(timespec="seconds")
    spec = EvalSpec(
        created=now,
        task=cell.task,
        task_args=cell.task_args,
        task_args_passed=cell.task_args,
        dataset=EvalDataset(),
        model=cell.model,
        model_generate_config=GenerateConfig.model_validate(cell.generate_config),
        model_args=cell.model_args,
        config=EvalConfig(epochs=cell.epochs),
        tags=[*cell.tags, SKIPPED],
    )
    error = EvalError(message=f"{SKIPPED}: {reason}", traceback="", traceback_ansi="")
    write_eval_log(EvalLog(status="error", eval=spec, error=error), _place(cell), format="eval")


def unmark(cell: Cell) -> None:
    """Take the mark of a cell away, if it has one."""
    UPath(_place(cell)).unlink(missing_ok=True)


def _place(cell: Cell) -> str:
    # One mark for all shards of a cell.
    return f"{cell.model_copy(update={'shard': None}).folder}/{FILE}"
