"""The program is read out of every shape of answer, for every reference solution."""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmbench_inspect.data import load_rows
from llmbench_inspect.judging import Problem, Verdict
from llmbench_inspect.judging.execution import take_apart
from llmbench_inspect.judging.inside.reading import read_program
from llmbench_inspect.suites.coding import humaneval_problem, mbpp_problem

JudgeAll = Callable[..., list[Verdict]]

# Some of MBPP's references hold escapes that Python warns of.
pytestmark = [
    pytest.mark.filterwarnings("ignore:invalid escape:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:invalid escape:SyntaxWarning"),
]

HELPER = "import math\n\nROOM = 3\n\n\ndef lend(x):\n    return math.floor(x) + ROOM\n\n\n"

WHOLE: dict[str, Callable[[str], str]] = {
    "bare": lambda code: code,
    "fenced": lambda code: f"```python\n{code}\n```",
    "fence without language": lambda code: f"```\n{code}\n```",
    "fence never closed": lambda code: f"Here:\n```py\n{code}",
    "prose around": lambda code: (
        f"Sure! Here it is:\n\n```python\n{code}\n```\n\nIt works because it is right."
    ),
    "prose around, no fence": lambda code: f"Sure, from the description:\n\n{code}\n\nI hope this helps!",
    "Windows lines": lambda code: f"```python\n{code}\n```".replace("\n", "\r\n"),
    "thought before": lambda code: (
        f"<think>\n```python\ndef f(): pass\n```\n</think>\n\n```python\n{code}\n```"
    ),
    "usage after": lambda code: (
        f"```python\n{code}\n```\n\nTo use it:\n\n```python\nprint(1)\nassert False\n```"
    ),
    "output after": lambda code: f"```python\n{code}\n```\n\nIt prints:\n\n```\n1 2 3\n```",
    "shell before": lambda code: f"```bash\npip install x\n```\n\n```python\n{code}\n```",
    "in a list": lambda code: "1. Write it:\n\n" + _indented(f"```python\n{code}\n```", "   "),
}
"""Answers that hold the whole function; `prose around, no fence` begins like an import."""

BODY: dict[str, Callable[[str], str]] = {
    "bare": lambda body: body,
    "first line at the margin": lambda body: body.lstrip(),
    "fenced": lambda body: f"```python\n{body}\n```",
    "at the margin": lambda body: f"```python\n{_dedented(body)}\n```",
    "prose around": lambda body: f"The body is:\n\n```python\n{body}\n```\n\nThat is all.",
    "more below": lambda body: f"{body}\n\n\ndef another(x):\n    return unfinished(",
    "a test below": lambda body: f'{body}\n\nif __name__ == "__main__":\n    print(',
}
"""Answers that hold the function's body alone."""


def _indented(text: str, by: str) -> str:
    return "\n".join(by + line if line.strip() else line for line in text.split("\n"))


def _dedented(body: str) -> str:
    return "\n".join(line.removeprefix("    ") for line in body.split("\n"))


def _read(problem: Problem, answer: str) -> str | None:
    pieces = take_apart(answer)
    return read_program(pieces.blocks, pieces.text, header=problem.header, entry_point=problem.entry_point)


def _wrong(judge_all: JudgeAll, cases: list[tuple[Problem, str]]) -> dict[str, str | None]:
    """What came of the answers that fail. One that is read as its reference, tree by tree, need not run."""
    others = [
        (problem, answer) for problem, answer in cases if not _same(_read(problem, answer), problem.reference)
    ]
    verdicts = judge_all(others)
    return {
        problem.task_id: verdict.failure
        for (problem, _), verdict in zip(others, verdicts, strict=True)
        if not verdict.passed
    }


def _same(program: str | None, code: str) -> bool:
    return program is not None and _tree(program) == _tree(code)


def _tree(code: str) -> str:
    return ast.dump(ast.parse(code))


@pytest.fixture(scope="module")
def humaneval(data_dir: Path) -> list[Problem]:
    return [humaneval_problem(row) for row in load_rows("humaneval", str(data_dir)).rows]


@pytest.fixture(scope="module")
def mbpp(data_dir: Path) -> list[Problem]:
    rows = [row for name in ("mbpp", "mbpp_sanitized") for row in load_rows(name, str(data_dir)).rows]
    return [mbpp_problem(row) for row in rows]


@pytest.mark.parametrize("shape", WHOLE)
def test_a_whole_function(
    humaneval: list[Problem], mbpp: list[Problem], shape: str, judge_all: JudgeAll
) -> None:
    cases = [(problem, WHOLE[shape](problem.reference)) for problem in (*humaneval, *mbpp)]
    assert _wrong(judge_all, cases) == {}


@pytest.mark.parametrize("shape", BODY)
def test_a_body_alone(humaneval: list[Problem], shape: str, judge_all: JudgeAll) -> None:
    cases = [(problem, BODY[shape](problem.reference.removeprefix(problem.header))) for problem in humaneval]
    assert _wrong(judge_all, cases) == {}


def test_helpers_and_imports_stay(humaneval: list[Problem], mbpp: list[Problem]) -> None:
    for problem in (*humaneval, *mbpp):
        program = _read(problem, f"```python\n{HELPER}{problem.reference}\n```")
        assert _same(program, HELPER + problem.reference), problem.task_id


def test_an_import_above_a_body(humaneval: list[Problem]) -> None:
    for problem in humaneval:
        body = problem.reference.removeprefix(problem.header)
        program = _read(problem, f"```python\nimport math\nfrom re import sub\n\n{body}\n```")
        assert _same(program, f"import math\nfrom re import sub\n{problem.reference}"), problem.task_id


PROBLEM = Problem(
    task_id="f",
    header='def f(x):\n    """Add one."""\n',
    entry_point="f",
    names=("f",),
    tests=("assert f(1) == 2",),
    reference='def f(x):\n    """Add one."""\n    return x + 1\n',
)


@pytest.mark.parametrize(
    ("answer", "program"),
    [
        (
            "A helper:\n```\nimport math\ndef g(x):\n    return math.ceil(x)\nprint()\n```\n"  # noqa: ISC004
            "Then:\n```\ndef f(x):\n    return g(x) + 1\n```",
            "import math\ndef g(x):\n    return math.ceil(x)\ndef f(x):\n    return g(x) + 1\n",
        ),
        (
            "```\ndef f(x):\n    return x\n```\nNo, better:\n```\ndef f(x):\n    return x + 1\n```",
            "def f(x):\n    return x + 1\n",
        ),
        ("```python\nf = lambda x: x + 1\n```", "f = lambda x: x + 1\n"),
        ("return x + 1", PROBLEM.reference),
        ("The body:\n\n    return x + 1\n\nThat is it.", PROBLEM.reference),
        ("\treturn x + 1", PROBLEM.reference),
        ("  return x + 1", PROBLEM.reference),
    ],
)
def test_other_shapes(answer: str, program: str) -> None:
    assert _same(_read(PROBLEM, answer), program)


@pytest.mark.parametrize(
    "answer",
    ["", "I cannot do that.", "Sure", "x", "The function adds one.", "```bash\nls\n```", "\0", "1. 2. 3."],
)
def test_no_code(answer: str) -> None:
    assert _read(PROBLEM, answer) is None


@pytest.mark.parametrize("answer", ["```python\ndef f(x:\n    return 1\n```", "def f(x):\n    return (1\n"])
def test_broken_code_stays_broken(answer: str) -> None:
    program = _read(PROBLEM, answer)
    assert program is not None
    with pytest.raises(SyntaxError):
        ast.parse(program)


@given(st.text(st.sampled_from("`def f(x):\n return 1+import#'\"\\\t{}")))
def test_any_text_is_read_without_error(answer: str) -> None:
    _read(PROBLEM, answer)
