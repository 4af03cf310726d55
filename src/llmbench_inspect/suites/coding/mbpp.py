"""MBPP: short Python functions to write from a sentence and three tests.

J. Austin et al., "Program synthesis with large language models" (2021), arXiv:2108.07732.
https://github.com/google-research/google-research/tree/master/mbpp (CC-BY-4.0)
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Mapping
from typing import Any, Final, Literal

from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.model import ChatMessage, ChatMessageAssistant, ChatMessageUser

from llmbench_inspect.data import DataSet
from llmbench_inspect.judging.problem import Problem

Split = Literal["test", "sanitized"]

MOST_SHOTS: Final = 3
_SHOTS: Final = (2, 3, 4)
"""The examples of the paper's prompt; problems 1 to 10 are set aside for prompts."""
_TEST_IDS: Final = range(11, 511)
_INSTRUCTION: Final = (
    "{text}\n\nYour code should pass these tests:\n\n```python\n{tests}\n```\n\n"
    "Answer with the whole code in one Python code block."
)


def mbpp_dataset(data: DataSet, *, shots: int) -> MemoryDataset:
    """One sample for each problem of the test split, 11 to 510.

    Args:
        data: The rows of `mbpp` or `mbpp_sanitized`.
        shots: Number of solved examples before the problem, 0 to 3.
    """
    rows = {int(row["task_id"]): row for row in data.rows}
    examples = [message for task_id in _SHOTS[:shots] for message in _example(rows[task_id])]
    return MemoryDataset(
        [_sample(row, examples) for task_id, row in sorted(rows.items()) if task_id in _TEST_IDS],
        name="mbpp",
    )


def mbpp_problem(row: Mapping[str, Any]) -> Problem:
    """The problem of a row of either split."""
    reference = _lines(row["code"])
    setup = "\n".join(row.get("test_imports", ()))
    test_setup = _lines(row.get("test_setup_code", ""))
    tests = tuple(_lines(test) for test in row["test_list"])
    used = _loaded("\n".join([test_setup, *tests]))
    defined, imported = _defined(reference), _imported(reference)
    called = next(name for name in _called(tests[0]) if name in defined)
    return Problem(
        task_id=f"MBPP/{row['task_id']}",
        setup=setup,
        helpers=setup,
        entry_point=called,
        names=(called, *sorted((used & defined) - {called})),
        modules=tuple(sorted(used & imported)),
        test_setup=test_setup,
        tests=tests,
        reference=reference,
    )


def _sample(row: Mapping[str, Any], examples: list[ChatMessage]) -> Sample:
    problem = mbpp_problem(row)
    return Sample(
        id=problem.task_id.replace("/", "_"),
        input=[*examples, ChatMessageUser(content=_question(row))],
        target=problem.reference,
        metadata=problem.model_dump(mode="json"),
    )


def _example(row: Mapping[str, Any]) -> list[ChatMessage]:
    return [
        ChatMessageUser(content=_question(row)),
        ChatMessageAssistant(content=f"```python\n{_lines(row['code']).strip()}\n```"),
    ]


def _question(row: Mapping[str, Any]) -> str:
    tests = "\n".join(_lines(test) for test in row["test_list"])
    setup = _lines(row.get("test_setup_code", ""))
    text = row.get("text") or row["prompt"]
    return _INSTRUCTION.format(text=text, tests=f"{setup}\n{tests}".strip())


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n")


def _parsed(source: str) -> ast.Module:
    with warnings.catch_warnings():
        # Some references hold escapes that Python warns of.
        warnings.simplefilter("ignore")
        return ast.parse(source)


def _loaded(source: str) -> set[str]:
    return {node.id for node in ast.walk(_parsed(source)) if isinstance(node, ast.Name)}


def _called(source: str) -> list[str]:
    calls = [node.func for node in ast.walk(_parsed(source)) if isinstance(node, ast.Call)]
    return [function.id for function in calls if isinstance(function, ast.Name)]


def _defined(source: str) -> set[str]:
    body = _parsed(source).body
    return {node.name for node in body if isinstance(node, ast.FunctionDef | ast.ClassDef)}


def _imported(source: str) -> set[str]:
    imports = [node for node in _parsed(source).body if isinstance(node, ast.Import)]
    return {alias.name for node in imports for alias in node.names if alias.asname is None}
