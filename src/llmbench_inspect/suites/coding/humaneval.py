"""HumanEval: 164 Python functions to complete from their signature and docstring.

M. Chen et al., "Evaluating large language models trained on code" (2021), arXiv:2107.03374.
https://github.com/openai/human-eval (MIT)
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final, Literal

from inspect_ai.dataset import MemoryDataset, Sample

from llmbench_inspect.data import DataSet
from llmbench_inspect.judging.problem import Problem

Variant = Literal["instruct", "completion"]

_INSTRUCTION: Final = (
    "Complete the Python function below. Answer with the whole function, its imports included, in one "
    "Python code block.\n\n```python\n{prompt}```\n"
)


def humaneval_dataset(data: DataSet, variant: Variant) -> MemoryDataset:
    """One sample a problem; the id is the problem's own, with `_` for `/`.

    Args:
        data: The rows of `humaneval`.
        variant: `instruct` asks in words; `completion` is the bare code, for models that only continue.
    """
    return MemoryDataset([_sample(row, variant) for row in data.rows], name="humaneval")


def humaneval_problem(row: Mapping[str, Any]) -> Problem:
    """The problem of a row."""
    entry_point, prompt = row["entry_point"], row["prompt"]
    # Some prompts define a second function, and tests may call it.
    others = set(re.findall(r"^def (\w+)", prompt, re.MULTILINE)) - {entry_point}
    return Problem(
        task_id=row["task_id"],
        header=prompt,
        setup=prompt,
        helpers=prompt if others else "",
        entry_point=entry_point,
        names=(entry_point,),
        tests=(f"{row['test']}\n\ncheck({entry_point})\n",),
        reference=prompt + row["canonical_solution"],
    )


def _sample(row: Mapping[str, Any], variant: Variant) -> Sample:
    prompt = row["prompt"]
    problem = humaneval_problem(row)
    return Sample(
        id=problem.task_id.replace("/", "_"),
        input=prompt if variant == "completion" else _INSTRUCTION.format(prompt=prompt),
        target=problem.reference,
        metadata=problem.model_dump(mode="json"),
    )
