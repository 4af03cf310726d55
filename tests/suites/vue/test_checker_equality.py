"""The warm checker says what vue-tsc says, whatever was checked before."""

from __future__ import annotations

import random
import re
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import anyio
import pytest

from llmbench_inspect.suites.vue import toolchain
from llmbench_inspect.suites.vue.type_checker import CheckResult, Diagnostic, TypeChecker

CORPUS = Path(__file__).parent / "checker_corpus"


class Case(NamedTuple):
    name: str
    tsconfig: str
    files: dict[str, str | None]


def read_cases(path: Path) -> Iterator[Case]:
    for section in re.split(r"^=== ", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        head, *parts = re.split(r"^-- (\S+) --(.*)\n", section, flags=re.MULTILINE)
        name, *settings = head.strip().splitlines()
        tsconfig = settings[0].removeprefix("tsconfig: ") if settings else "tsconfig.json"
        files = {
            file: laid_out(text, how.strip()) for file, how, text in zip(*[iter(parts)] * 3, strict=True)
        }
        yield Case(f"{path.stem}: {name}", tsconfig, files)


def laid_out(text: str, how: str) -> str | None:
    text = text.rstrip("\n") + "\n"
    return {
        "": text,
        "deleted": None,
        "crlf": text.replace("\n", "\r\n"),
        "bom": "\ufeff" + text,
        "unended": text.rstrip("\n"),
    }[how]


VueTsc = Callable[[Path, Case], str]

CASES = [case for path in sorted(CORPUS.glob("*.txt")) for case in read_cases(path)]


@pytest.fixture(scope="module")
def vue_tsc(copy_project: Callable[[Path], Path]) -> VueTsc:
    """What the command line prints about a case on disk."""
    program = toolchain.packages() / "node_modules/vue-tsc/bin/vue-tsc.js"

    def vue_tsc(folder: Path, case: Case) -> str:
        copy_project(folder)
        for name, text in case.files.items():
            path = folder / name
            if text is None:
                path.unlink()
            else:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(text.encode())
        command = [toolchain.node(), program, "--noEmit", "--pretty", "false", "-p", case.tsconfig]
        ran = subprocess.run(command, cwd=folder, capture_output=True, check=False)
        assert not ran.stderr, ran.stderr.decode()
        return ran.stdout.decode().replace(str(folder), "<project>")

    return vue_tsc


def printed(result: CheckResult, folder: Path) -> str:
    """A result as vue-tsc prints it."""
    return "".join(map(line_of, result.diagnostics)).replace(str(folder), "<project>")


def line_of(found: Diagnostic) -> str:
    place = f"{found.file}({found.line},{found.column}): " if found.file is not None else ""
    return f"{place}{found.category} TS{found.code}: {found.message}\n"


def test_corpus_is_large_and_its_names_are_unique() -> None:
    assert len(CASES) >= 60
    assert len({case.name for case in CASES}) == len(CASES)


@pytest.mark.slow
def test_checker_equals_vue_tsc(
    tmp_path: Path, project: Path, shared_checker: TypeChecker, vue_tsc: VueTsc
) -> None:
    shuffled = random.Random(20).sample(CASES, len(CASES))

    async def warm() -> list[tuple[str, str]]:
        return [
            (case.name, printed(await shared_checker.check(project, [case.tsconfig], case.files), project))
            for case in [*shuffled, *reversed(shuffled)]
        ]

    with ThreadPoolExecutor(2) as pool:
        cold = {
            case.name: pool.submit(vue_tsc, tmp_path / f"case-{number}" / "project", case)
            for number, case in enumerate(CASES)
        }
        answers = anyio.run(warm)
    expected = {name: told.result() for name, told in cold.items()}
    assert {name: (got, expected[name]) for name, got in answers if got != expected[name]} == {}


GROWN = {
    **{f"src/kept/part{number}.ts": f"export const part{number} = {number}\n" for number in range(9)},
    "src/kept/part.ts": "export const part: 'calm' | 'loud' = 'calm'\n",
    "src/made/shape.ts": "export interface Shape { sides: number; label: string }\n",
    "src/made/index.ts": "export type { Shape } from './shape'\n",
    "src/made/Sides.vue": (
        "<script setup lang='ts'>\nimport type { Shape } from '.'\ndefineProps<{ shape: Shape }>()\n"
        "</script>\n<template>{{ shape.sides.toFixed(1) }}</template>\n"
    ),
    "src/made/Page.vue": (
        "<script setup lang='ts'>\nimport Sides from './Sides.vue'\n</script>\n"
        "<template><Sides :shape=\"{ sides: 3, label: 'a' }\" /></template>\n"
    ),
    "src/made/later.ts": "export const later = async () => (await import('./settings')).settings.depth * 2\n",
    "src/made/settings.ts": "export const settings = { depth: 2 }\n",
    "src/made/named.ts": "export const named: Label = 'a'\n",
    "src/made/labels.d.ts": "type Label = 'a' | 'b'\n",
    "src/made/counted.ts": "import { counter } from './counter'\nexport const counted = counter.count + 1\n",
    "src/made/counter.ts": "export interface Counter { start: 0 }\nexport const counter = {} as Counter\n",
    "src/made/more.ts": "export {}\ndeclare module './counter' { interface Counter { count: number } }\n",
}
"""A project large enough that most of it need not be checked again after an edit."""

EDITS: list[tuple[str, dict[str, str | None]]] = [
    ("as it is", {}),
    ("two types away", {"src/made/shape.ts": "export interface Shape { sides: string; label: string }\n"}),
    ("as it was", {}),
    ("a type no longer there", {"src/made/shape.ts": "export interface Form { sides: number }\n"}),
    ("imported late", {"src/made/settings.ts": "export const settings = { depth: '2' }\n"}),
    ("a global type", {"src/made/labels.d.ts": "type Label = 'b' | 'c'\n"}),
    ("a global type now local", {"src/made/labels.d.ts": "export type Label = 'a' | 'b'\n"}),
    ("an augmentation", {"src/made/more.ts": "export {}\n"}),
    ("a file gone", {"src/made/shape.ts": None}),
    (
        "another file in its place",
        {"src/made/shape.ts": None, "src/made/shape.d.ts": "export interface Shape { sides: Date }\n"},
    ),
    ("an error alone", {"src/kept/part1.ts": "export const part1: string = 1\n"}),
    ("a union printed", {"src/kept/part1.ts": "export const part1: 'loud' | 'calm' = 'no'\n"}),
    ("as it was in the end", {}),
]


def test_an_edit_shows_in_every_file_that_sees_it(
    tmp_path: Path, project: Path, shared_checker: TypeChecker, vue_tsc: VueTsc
) -> None:
    cases = [Case(name, "tsconfig.json", {**GROWN, **change}) for name, change in EDITS]

    async def warm() -> dict[str, str]:
        return {
            case.name: printed(await shared_checker.check(project, [case.tsconfig], case.files), project)
            for case in cases
        }

    answers = anyio.run(warm)
    with ThreadPoolExecutor(2) as pool:
        told = pool.map(
            lambda case: vue_tsc(
                tmp_path / case.name / "project",
                case._replace(files={path: text for path, text in case.files.items() if text is not None}),
            ),
            cases,
        )
        assert answers == dict(zip(answers, told, strict=True))
    clean = {name for name, text in answers.items() if not text}
    assert clean == {"as it is", "as it was", "as it was in the end"}
