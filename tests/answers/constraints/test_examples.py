"""The documentation of constraints is true: examples pass and fail as it says, and the page holds them."""

import inspect
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from llmbench_inspect.answers.constraints import CONSTRAINTS, faults, read_constraints
from llmbench_inspect.answers.constraints.constraint import constraint
from llmbench_inspect.answers.constraints.page import page

PAGE = Path(__file__).parents[3] / "docs" / "constraints.md"
EXAMPLE = re.compile(
    r"^(?:Passes|Fails as `(?P<failure>\w+)`), with `(?P<parameters>\{.*\})`:\n\n"
    r"(?P<answer>(?:(?: {4}.*)?\n)+)",
    re.MULTILINE,
)


class Example(NamedTuple):
    code: str
    parameters: dict[str, object]
    answer: str
    failure: str | None


def _examples() -> list[Example]:
    return [
        Example(code, json.loads(found["parameters"]), inspect.cleandoc(found["answer"]), found["failure"])
        for code, kind in CONSTRAINTS.items()
        for found in EXAMPLE.finditer(inspect.cleandoc(kind.__doc__ or "") + "\n")
    ]


@pytest.mark.parametrize("example", _examples(), ids=lambda example: f"{example.code}-{example.failure}")
def test_examples_are_true(example: Example) -> None:
    constraints = read_constraints([{"constraint": example.code, **example.parameters}], where="docstring")
    found = faults(example.answer, constraints)
    assert (found[0].failure if found else None) == example.failure


@pytest.mark.parametrize("code", CONSTRAINTS)
def test_each_has_an_example_that_passes_and_one_that_fails(code: str) -> None:
    mine = [example for example in _examples() if example.code == code]
    told = re.findall(r"^(?:Passes|Fails)", inspect.cleandoc(CONSTRAINTS[code].__doc__ or ""), re.MULTILINE)
    assert len(mine) == len(told)
    assert {example.failure is None for example in mine} == {True, False}


def test_the_page_is_made_of_the_docstrings() -> None:
    assert PAGE.read_text("utf-8") == page()
    module = "llmbench_inspect.answers.constraints.page"
    made = subprocess.run([sys.executable, "-m", module], capture_output=True, text=True, check=True)
    assert made.stdout == page()


@pytest.mark.parametrize(
    ("code", "name", "summary"),
    [("words", "Words", "One."), ("Two Words", "x", "One."), ("new", "", "One."), ("new", "New", "no stop")],
)
def test_a_declaration_is_checked(code: str, name: str, summary: str) -> None:
    with pytest.raises(ValueError, match="constraint"):
        constraint(code=code, name=name, summary=summary)
