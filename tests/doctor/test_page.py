"""The checks document themselves, and what suites say that they need is known."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import llmbench_inspect._checks  # noqa: F401 - declares them
from llmbench_inspect.data.known import KNOWN
from llmbench_inspect.doctor import CHECKS, Asked, Suite, check, suites
from llmbench_inspect.doctor.check import Look
from llmbench_inspect.doctor.page import page

PAGE = Path(__file__).parents[2] / "docs" / "troubleshooting.md"


def test_the_page_is_made_of_the_checks() -> None:
    assert PAGE.read_text("utf-8") == page()
    module = "llmbench_inspect.doctor.page"
    made = subprocess.run([sys.executable, "-m", module], capture_output=True, text=True, check=True)
    assert made.stdout == page()


def test_each_check_has_a_place_of_its_own_on_the_page() -> None:
    headings = re.findall(r"^#+ (.*)$", page(), re.MULTILINE)
    assert len(headings) == len(set(headings))
    assert set(re.findall(r"^\| \[`(\w+)`\]", page(), re.MULTILINE)) == set(CHECKS)


@pytest.mark.parametrize("suite", suites().values(), ids=lambda suite: suite.name)
def test_what_a_suite_needs_is_known(suite: Suite) -> None:
    assert all(CHECKS[code].concerns == "suites" for code in suite.needs)
    assert set(suite.data) <= set(KNOWN)
    assert ("data" in suite.needs) == bool(suite.data)


def test_checks_build_on_known_ones() -> None:
    assert {code for each in CHECKS.values() for code in each.after} <= set(CHECKS)


def _look(asked: Asked) -> str:
    """It matters."""
    return "seen"


def _undocumented(asked: Asked) -> str:
    return "seen"


@pytest.mark.parametrize(
    ("code", "name", "looks_at", "mends", "look"),
    [
        ("jail", "Taken", "One.", {"a": "b"}, _look),
        ("Two Words", "No code", "One.", {"a": "b"}, _look),
        ("new", "", "One.", {"a": "b"}, _look),
        ("new", "No full stop", "One", {"a": "b"}, _look),
        ("new", "Mends nothing", "One.", {}, _look),
        ("new", "Not documented", "One.", {"a": "b"}, _undocumented),
    ],
)
def test_a_declaration_is_checked(
    code: str, name: str, looks_at: str, mends: dict[str, str], look: Look
) -> None:
    with pytest.raises(ValueError, match="check"):
        check(code=code, name=name, area="Data", looks_at=looks_at, mends=mends, concerns="suites")(look)
