"""Questions about a code base of the user's own: only chains of calls without doubt are asked about."""

from __future__ import annotations

from pathlib import Path

import pytest

from llmbench_inspect.prerequisite import PrerequisiteError
from llmbench_inspect.suites.longcontext import compose, plan
from llmbench_inspect.suites.longcontext.real_code import RealCode
from llmbench_inspect.tasks.long_context import long_context

from .conftest import Run, Server

FILES = {
    "shop/orders.py": """
from shop.stock import reserve as hold

def accept(order):
    return hold(order)
""",
    "shop/stock.py": """
from .ledger import book

def reserve(order):
    if order:
        return book(order)
    return None
""",
    "shop/ledger.py": """
def book(order):
    return _line(order)

def _line(order):
    return str(order)
""",
    # All in doubt: two callees, a parameter of that name, a method, another package's function, two homes.
    "shop/doubtful.py": """
from elsewhere import book
from shop.ledger import _line

def both(order):
    return accept(order) or reserve(order)

def own(order, reserve):
    return reserve(order)

def method(order):
    return order.reserve(order)

def foreign(order):
    return book(order)

def twice(order):
    return close(order)

def close(order):
    return _line(order)
""",
    "shop/other.py": """
def close(order):
    return order
""",
    "broken.py": "def broken(:\n",
    ".venv/hidden.py": "def hidden():\n    return accept(1)\n",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def test_only_the_chain_without_doubt_is_asked_about(project: Path) -> None:
    planned = plan("codebase", lengths="2k", questions=1, codebase=str(project), seed=0)
    # accept > reserve > book > _line, and the end of it: reserve > book > _line.
    assert planned.text["chains"] == 2
    assert planned.text["files"] == 5
    question = planned.material.question(0)
    assert question.target == ("_line",)
    assert "`accept` (in shop/orders.py)" in question.ask
    assert "after 3 such calls" in question.ask


def test_a_prompt_holds_the_files_of_its_chain(project: Path) -> None:
    for number in range(40):
        (project / f"more_{number}.py").write_text(f'"""Module {number}."""\n' + "x = [1, 2, 3]\n" * 60)
    material = RealCode(str(project), seed=0)
    assert material.most is not None
    for tokens in (900, 3000, 10_000):
        prompt = compose(material, 0, depth=1, tokens=tokens, seed="s", ask=material.question(0).ask)
        assert 0.9 * tokens <= prompt.tokens <= tokens
        for name in ("shop/orders.py", "shop/stock.py", "shop/ledger.py"):
            assert FILES[name].strip() in prompt.text
        assert prompt.text.rindex("# file:") == prompt.text.index("# file: shop/orders.py")


def test_a_length_beyond_the_code_is_skipped_with_the_reason(run: Run, project: Path) -> None:
    for number in range(20):
        (project / f"more_{number}.py").write_text(f'"""Module {number}."""\n' + "x = [1, 2, 3]\n" * 60)
    task = long_context("codebase", "2k,64k", "0.5", questions=1, codebase=str(project))
    ran = run(task, Server(answers=lambda prompt: "READY" if "READY" in prompt else "_line"))
    assert ran.metrics["right"]["2k"] == 1
    [skipped] = [score for name, score in ran.scores("right").items() if "64k" in name]
    assert skipped.reason == "beyond_text"
    assert ran.log.eval.metadata is not None
    assert len(ran.log.eval.metadata["text"]["digest"]) == 64


def test_files_too_long_for_a_length_are_told(run: Run, project: Path) -> None:
    with (project / "shop/ledger.py").open("a") as ledger:
        ledger.write("\n# a long tail\n" + "y = [4, 5, 6]\n" * 400)
    for number in range(20):
        (project / f"more_{number}.py").write_text("x = [1, 2, 3]\n" * 60)
    task = long_context("codebase", "2k", "0.5", questions=1, codebase=str(project))
    ran = run(task, Server(answers=lambda prompt: "READY"))
    assert ran.metrics["prompt"]["no_room"] == 1


def test_a_folder_without_chains_says_so(tmp_path: Path) -> None:
    with pytest.raises(PrerequisiteError, match="no Python file of at most"):
        RealCode(str(tmp_path), seed=0)
    (tmp_path / "one.py").write_text("def one():\n    return 1\n")
    with pytest.raises(PrerequisiteError, match="no chain of two calls"):
        RealCode(str(tmp_path), seed=0)


def test_this_package_has_chains() -> None:
    source = Path(__file__).parents[3] / "src" / "llmbench_inspect"
    assert RealCode(str(source), seed=0).question(0).target
