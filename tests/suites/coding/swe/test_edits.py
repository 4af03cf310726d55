"""How much a change is like the gold patch, and how a patch is read."""

from __future__ import annotations

import difflib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmbench_inspect.suites.coding.swe.edits import changed_lines, patch_files, patch_lines, similarity

LINES = st.lists(
    st.sampled_from(["", "a = 1", "    return x", "-- b/x", "++ a/x", "@@ y", "diff --git"]), max_size=12
)
FILES = st.dictionaries(st.sampled_from(["x.py", "y/z.py", "new.txt"]), LINES)


def _texts(files: dict[str, list[str]]) -> dict[str, str]:
    return {path: "".join(f"{line}\n" for line in lines) for path, lines in files.items()}


def _patch(before: dict[str, list[str]], after: dict[str, list[str]]) -> str:
    pieces: list[str] = []
    for path in sorted(before.keys() | after.keys()):
        hunks = list(
            difflib.unified_diff(
                before.get(path, []), after.get(path, []), f"a/{path}", f"b/{path}", lineterm=""
            )
        )
        pieces += [f"diff --git a/{path} b/{path}", *hunks] if hunks else []
    return "\n".join(pieces) + "\n"


@given(FILES, FILES)
def test_a_patch_says_what_the_files_say(before: dict[str, list[str]], after: dict[str, list[str]]) -> None:
    assert patch_lines(_patch(before, after)) == changed_lines(_texts(before), _texts(after))


@given(FILES, FILES, FILES)
def test_similarity_is_a_symmetric_share(
    before: dict[str, list[str]], one: dict[str, list[str]], other: dict[str, list[str]]
) -> None:
    first, second = (changed_lines(_texts(before), _texts(after)) for after in (one, other))
    assert 0 <= similarity(first, second) <= 1
    assert similarity(first, second) == similarity(second, first)
    assert similarity(first, first) == 1


@given(st.text(), st.text())
def test_any_text_is_read(patch: str, text: str) -> None:
    assert 0 <= similarity(patch_lines(patch), changed_lines({"x": text}, {"y": patch})) <= 1
    patch_files(patch)


def test_what_makes_changes_alike() -> None:
    before = {"x.py": "if a:\n    return b\n"}
    gold = changed_lines(before, {"x.py": "if not a:\n    return b\n"})

    def like(text: str, path: str = "x.py") -> float:
        return similarity(changed_lines(before, {**before, path: text}), gold)

    assert like("if not a:\n    return b\n") == 1
    assert like("if  not a :\n    return b\n") == 1
    # Of 4 + 4 pairs of the removed line and 4 + 5 of the added one, all of the former and 3 of the latter.
    assert like("if a > 1:\n    return b\n") == pytest.approx(2 * (4 + 2) / (4 + 4 + 5 + 6))
    assert like(before["x.py"]) == 0
    assert like("if not a:\n    return b\n", "y.py") == 0
    assert 0 < like("if not a:\n    return b\n" + "print(1)\n" * 50) < 0.1


def test_files_of_a_patch() -> None:
    gone = "diff --git a/x.py b/x.py\n--- a/x.py\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n"
    patch = f"{gone}diff --git a/b c.py b/b c.py\n"
    assert patch_files(patch) == ["b c.py", "x.py"]
    assert patch_lines(patch).keys() == {("x.py", "-")}
