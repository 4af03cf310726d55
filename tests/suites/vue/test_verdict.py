"""A compile that was only won by silencing the compiler is none."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import anyio
import pytest

from llmbench_inspect.suites.vue import Fixture, Verdict, judge, load_fixtures, type_checker
from llmbench_inspect.suites.vue.fixtures import fixtures_folder

DOUBLE = "export const count = 'x' as unknown as number\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A fixture in which no file is protected."""
    folder = Path(shutil.copytree(fixtures_folder() / "simple-component", tmp_path / "mine"))
    file = folder / "validation_spec.json"
    file.write_text(json.dumps({**json.loads(file.read_text("utf-8")), "protected": []}), "utf-8")
    return folder


def verdict_with(fixture: Fixture, extra: str) -> Verdict:
    return anyio.run(judge, fixture, {**fixture.gold, "src/extra.ts": extra}, type_checker())


@pytest.mark.parametrize(
    "extra",
    [
        "export const count: number = 'x' as any\n",
        "// @ts-ignore\nexport const count: number = 'x'\n",
        DOUBLE,
        "export const count = 'x' as any as number\n",
        "export const count = ('😀' as never)! as number\n",
        "export const count = <number><unknown>'x'\n",
        "export const count = <number>('x' as {} as unknown)\n",
        "// @ts-ignore\nexport const count = 'x' as /* @ts-ignore */ unknown as number\n",
    ],
)
def test_what_the_compiler_was_talked_into_fails(extra: str, folder: Path) -> None:
    verdict = verdict_with(load_fixtures([str(folder)])[0], extra)
    assert (verdict.diagnostics, verdict.compiles, verdict.failure) == ((), False, "types_fail")
    assert verdict.remark is not None
    assert "number" in verdict.remark


@pytest.mark.parametrize(
    "extra",
    [
        "export const count = JSON.parse('1') as unknown as number\n",
        "export const any = 'as unknown as number'\n",
        "export const list = ['x'] as const as readonly string[]\n",
        "export const named = <string>(<unknown>'x')\n",
    ],
)
def test_what_a_plain_assertion_would_do_as_well_is_no_failure(extra: str, folder: Path) -> None:
    assert verdict_with(load_fixtures([str(folder)])[0], extra).solved


def test_a_double_assertion_that_was_there_before_is_not_the_models(folder: Path) -> None:
    (folder / "target_project/src/before.ts").write_text(DOUBLE, "utf-8")
    fixture = load_fixtures([str(folder)])[0]
    assert verdict_with(fixture, DOUBLE).solved
    assert not verdict_with(fixture, DOUBLE.replace("'x'", "'y'")).compiles
