"""What is measured: a load at one length of prompts and answers, as a sample."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Literal

from inspect_ai.dataset import MemoryDataset, Sample
from pydantic import BaseModel

Load = Literal["closed", "poisson", "knee", "trace"]


class Cell(BaseModel, frozen=True):
    """One cell, as its sample's metadata."""

    cell: str
    """Its name."""
    load: Load
    """Its shape; docs/serving.md tells them."""
    concurrency: int | None = None
    """Requests in flight; for `knee` the most that is tried."""
    rate: float | None = None
    """Arrivals a second, on average."""
    prompt_tokens: int | None = None
    """Asked for; `None` where a trace or a task gives the prompts."""
    output_tokens: int | None = None
    """Most tokens of an answer; `None` where a trace or a task tells."""


def serving_dataset(
    load: Load,
    levels: Sequence[float],
    *,
    prompt_tokens: Sequence[int | None],
    output_tokens: Sequence[int | None],
) -> MemoryDataset:
    """A sample for each cell of a grid.

    Args:
        load: The shape of all.
        levels: How heavy: requests in flight, or arrivals a second. One without meaning for a trace.
        prompt_tokens: Lengths of prompts; `None` alone where they come from elsewhere.
        output_tokens: Lengths of answers, in the same way.
    """
    cells = [
        Cell(
            cell=_name(load, level, prompt=prompt, output=output),
            load=load,
            concurrency=int(level) if load in {"closed", "knee"} else None,
            rate=level if load == "poisson" else None,
            prompt_tokens=prompt,
            output_tokens=output,
        )
        for prompt, output, level in product(prompt_tokens, output_tokens, levels)
    ]
    return MemoryDataset(
        [Sample(id=cell.cell, input=cell.cell, metadata=cell.model_dump()) for cell in cells], name="serving"
    )


def _name(load: Load, level: float, *, prompt: int | None, output: int | None) -> str:
    parts = [load]
    if load in {"closed", "poisson"}:
        parts.append(f"{level:g}")
    if prompt is not None:
        parts.append(f"in{prompt}")
    if output is not None:
        parts.append(f"out{output}")
    return "-".join(parts)
