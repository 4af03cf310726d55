"""The warm checker outlives whatever it is given, and blames a candidate only for what it does."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import anyio
import psutil
import pytest

from llmbench_inspect.suites.vue import toolchain
from llmbench_inspect.suites.vue.type_checker import (
    CandidateBreaksChecker,
    CheckerCrash,
    CheckerRequestError,
    CheckResult,
    TypeChecker,
)

TSCONFIGS = ["tsconfig.json"]
WRONG = {
    "src/App.vue": "<script setup lang='ts'>\nconst a: number = 'x'\n</script>\n<template>{{ a }}</template>"
}


def test_several_configurations_report_each_error_once(project: Path, shared_checker: TypeChecker) -> None:
    tsconfigs = ["tsconfig.json", "tsconfig.templates.json", "tsconfig.loose.json"]
    result = anyio.run(shared_checker.check, project, tsconfigs, WRONG)
    assert [(found.code, found.file, found.line, found.column) for found in result.diagnostics] == [
        (2322, "src/App.vue", 2, 7)
    ]
    assert result.errors == result.diagnostics


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("<template><div><p></div></template>", 1, "missing end tag"),
        ("<template>\n<p v-else /></template>", 2, "v-else"),
        ("<template>\n\n<p v-for='x' /></template>", 3, "v-for"),
        ("<script setup></script>\n<script setup></script>", 1, "At least one <template> or <script>"),
        ("<script setup>let a</script>\n<script setup>let b</script>", 2, "only one <script setup>"),
        (
            "<template><p /></template>\n<script setup lang='ts'>\nlet a = (;\n</script>",
            3,
            "Unexpected token",
        ),
        ("<script setup lang='ts'>\ndefineProps<Nothing>()\n</script>", 2, "Unresolvable type reference"),
        ("<template>\n<p>{{ a + }}</p></template>", 2, "Error parsing JavaScript expression"),
        ("<template lang='pug'>\np hello</template>", 1, '"pug" is not installed'),
        ("nothing but prose", 1, "At least one <template> or <script>"),
    ],
)
def test_compiler_refuses_what_vue_tsc_passes(
    project: Path, shared_checker: TypeChecker, text: str, line: int, message: str
) -> None:
    result = anyio.run(shared_checker.check, project, TSCONFIGS, {"src/components/Odd.vue": text})
    assert message in result.compile_errors[0].message
    assert result.compile_errors[0].file == "src/components/Odd.vue"
    assert result.compile_errors[0].line == line


def test_compiler_passes_every_component_of_the_project(project: Path, shared_checker: TypeChecker) -> None:
    components = {str(path.relative_to(project)): path.read_text() for path in project.glob("src/**/*.vue")}
    assert len(components) == 4
    assert anyio.run(shared_checker.check, project, TSCONFIGS, components).compile_errors == ()


def test_compiler_sees_the_types_of_this_overlay_and_not_of_the_last(
    project: Path, shared_checker: TypeChecker
) -> None:
    component = "<script setup lang='ts'>\nimport type { P } from './p'\ndefineProps<P>()\n</script>"

    async def check() -> list[int]:
        overlays = [
            "export interface P { a: string }",
            "export interface Q { a: string }",
            None,
            "export type P = { a: 1 }",
        ]
        results = [
            await shared_checker.check(project, TSCONFIGS, {"src/A.vue": component, "src/p.ts": text})
            for text in overlays
        ]
        return [len(result.compile_errors) for result in results]

    assert anyio.run(check) == [0, 1, 1, 0]


@pytest.mark.parametrize(
    "path", ["../out.ts", "/etc/passwd", "src/../../x.ts", "node_modules/vue/index.d.ts", "a\0b", ""]
)
def test_paths_outside_the_project_are_refused(project: Path, shared_checker: TypeChecker, path: str) -> None:
    with pytest.raises(CheckerRequestError, match="not a path inside the project"):
        anyio.run(shared_checker.check, project, TSCONFIGS, {path: "x"})


def test_missing_configuration_is_named(project: Path, shared_checker: TypeChecker) -> None:
    with pytest.raises(CheckerRequestError, match=r"Cannot read file .*tsconfig\.app\.json"):
        anyio.run(shared_checker.check, project, ["tsconfig.app.json"], {})


def test_oversized_request_is_refused_and_the_next_answered(
    project: Path, shared_checker: TypeChecker
) -> None:
    with pytest.raises(CheckerRequestError, match="at most"):
        anyio.run(shared_checker.check, project, TSCONFIGS, {"src/big.ts": "x" * 40_000_000})
    assert anyio.run(shared_checker.check, project, TSCONFIGS, {}).diagnostics == ()


def test_configuration_in_an_overlay_runs_no_plugin(
    project: Path, shared_checker: TypeChecker, tmp_path: Path
) -> None:
    trace = tmp_path / "ran"
    plugin = (
        f"require('fs').writeFileSync({str(trace)!r}, 'ran'); module.exports = () => ({{ version: 2.2 }})"
    )
    files = {
        "tsconfig.json": '{"vueCompilerOptions": {"plugins": ["./plugin.cjs"]}, "include": []}',
        "plugin.cjs": plugin,
        **WRONG,
    }
    result = anyio.run(shared_checker.check, project, TSCONFIGS, files)
    assert [found.code for found in result.errors] == [2322]
    assert not trace.exists()


def test_many_errors_and_half_characters_come_back_bounded(
    project: Path, shared_checker: TypeChecker
) -> None:
    text = (
        "".join(f"const a{n}: number = 'x'\n" for n in range(1500))
        + "const b: 1 = '\\ud800'\nconst c: 1 = '\ud800'\n"
    )
    result = anyio.run(shared_checker.check, project, TSCONFIGS, {"src/many.ts": text})
    assert len(result.diagnostics) == 1000
    assert result.omitted == 502
    "".join(found.message for found in result.diagnostics).encode()


# TypeScript ends each statement's work by a limit of its own; nothing ends the sum of them.
TYPE_BOMB = "type D = '0' | '1' | '2' | '3' | '4' | '5' | '6' | '7' | '8' | '9'\n" + "\n".join(
    f"type Turned{n}<S> = S extends `${{infer A}}${{infer B}}` ? `${{Turned{n}<B>}}${{A}}` : S\n"
    f"export const turned{n}: Turned{n}<`{n}-${{D}}${{D}}${{D}}${{D}}`> = ''"
    for n in range(400)
)


def workers() -> list[psutil.Process]:
    """The Node processes that this process has started, through their guards."""
    found: list[psutil.Process] = []
    for child in psutil.Process().children(recursive=True):
        try:
            if Path(child.exe()).name == "node" and child.cmdline()[-1] == str(toolchain.packages()):
                found.append(child)
        except psutil.NoSuchProcess:
            continue
    return found


@pytest.fixture
def checker() -> Iterator[TypeChecker]:
    before = set(workers())
    checker = TypeChecker(toolchain.node(), toolchain.packages(), timeout=60)
    yield checker
    checker.close()
    assert set(workers()) == before, "the checker left a process behind"


def started_by(checker: TypeChecker, project: Path, before: list[psutil.Process]) -> psutil.Process:
    """The checker's process, made to run by an easy check."""
    assert anyio.run(checker.check, project, TSCONFIGS, {}).diagnostics == ()
    (worker,) = set(workers()) - set(before)
    return worker


@pytest.mark.slow
def test_type_bomb_is_the_candidates_failure_and_the_next_check_is_right(project: Path) -> None:
    before = workers()
    checker = TypeChecker(toolchain.node(), toolchain.packages(), timeout=6)
    try:
        hung = started_by(checker, project, before)
        with pytest.raises(CandidateBreaksChecker, match="hung, twice"):
            anyio.run(checker.check, project, TSCONFIGS, {"src/bomb.ts": TYPE_BOMB})
        assert not hung.is_running()
        assert [found.code for found in anyio.run(checker.check, project, TSCONFIGS, WRONG).errors] == [2322]
    finally:
        checker.close()
    assert workers() == before


@pytest.mark.slow
def test_a_busy_machine_is_not_the_candidates_failure(project: Path) -> None:
    before = workers()
    checker = TypeChecker(toolchain.node(), toolchain.packages(), timeout=3)
    try:
        worker = started_by(checker, project, before)
        worker.suspend()
        threading.Timer(5, worker.resume).start()
        assert [found.code for found in anyio.run(checker.check, project, TSCONFIGS, WRONG).errors] == [2322]
        assert worker.is_running()
    finally:
        checker.close()


@pytest.mark.slow
@pytest.mark.parametrize("file", ["src/deep.ts", "src/Deep.vue"])
def test_deep_nesting_is_the_candidates_failure_and_the_next_check_is_right(
    project: Path, checker: TypeChecker, file: str
) -> None:
    text = f"let x = {'(' * 50_000}"
    if file.endswith(".vue"):
        text = f"<script setup lang='ts'>{text}</script>"
    with pytest.raises(CandidateBreaksChecker, match="Maximum call stack size exceeded', twice"):
        anyio.run(checker.check, project, TSCONFIGS, {file: text})
    assert [found.code for found in anyio.run(checker.check, project, TSCONFIGS, WRONG).errors] == [2322]


@pytest.mark.parametrize("busy", [True, False])
def test_a_killed_worker_is_replaced(project: Path, checker: TypeChecker, busy: bool) -> None:
    worker = started_by(checker, project, workers())

    async def check_and_kill() -> CheckResult:
        async with anyio.create_task_group() as group:
            if busy:
                group.start_soon(kill_soon)
            else:
                os.kill(worker.pid, signal.SIGKILL)
            return await checker.check(project, TSCONFIGS, WRONG)

    async def kill_soon() -> None:
        await anyio.sleep(0.02)
        os.kill(worker.pid, signal.SIGKILL)

    assert [found.code for found in anyio.run(check_and_kill).errors] == [2322]


def test_concurrent_checks_each_get_their_own_answer(project: Path, checker: TypeChecker) -> None:
    before = workers()
    answers: dict[int, str] = {}

    async def check(number: int) -> None:
        files = {"src/number.ts": f"export const n: string = {number}"}
        answers[number] = (await checker.check(project, TSCONFIGS, files)).errors[0].message

    async def check_all() -> int:
        async with anyio.create_task_group() as group:
            for number in range(12):
                group.start_soon(check, number)
        return len(set(workers()) - set(before))

    assert anyio.run(check_all) == 1
    assert set(answers) == set(range(12))
    assert set(answers.values()) == {"Type 'number' is not assignable to type 'string'."}


def test_one_worker_serves_two_event_loops(project: Path, checker: TypeChecker) -> None:
    worker = started_by(checker, project, workers())
    result = anyio.run(checker.check, project, TSCONFIGS, WRONG)
    assert len(result.errors) == 1
    assert worker.is_running()


def test_a_cancelled_check_leaves_the_checker_usable(project: Path, checker: TypeChecker) -> None:
    async def check() -> CheckResult:
        with anyio.move_on_after(0.01):
            await checker.check(project, TSCONFIGS, {"src/types.ts": None})
        return await checker.check(project, TSCONFIGS, WRONG)

    assert len(anyio.run(check).errors) == 1


def test_worker_over_its_memory_is_replaced(project: Path) -> None:
    before = workers()
    checker = TypeChecker(toolchain.node(), toolchain.packages(), max_rss=50_000_000)
    try:
        for _ in range(2):
            assert anyio.run(checker.patterns, project, {}, ["src/App.vue"], []).facts
            assert workers() == before
    finally:
        checker.close()


def test_worker_that_a_large_project_fills_is_kept(project: Path) -> None:
    before = workers()
    checker = TypeChecker(toolchain.node(), toolchain.packages(), max_rss=50_000_000)
    try:
        kept = started_by(checker, project, before)
        assert anyio.run(checker.patterns, project, {}, ["src/App.vue"], []).facts
        assert set(workers()) == {*before, kept}
    finally:
        checker.close()


def test_checker_that_cannot_start_is_no_verdict(project: Path, tmp_path: Path) -> None:
    checker = TypeChecker(toolchain.node(), tmp_path, timeout=5)
    with pytest.raises(CheckerCrash, match="Cannot find module 'typescript'"):
        anyio.run(checker.check, project, TSCONFIGS, WRONG)


@pytest.mark.slow
@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGKILL])
def test_no_worker_outlives_its_parent(project: Path, tmp_path: Path, by: signal.Signals) -> None:
    program = tmp_path / "parent.py"
    program.write_text(
        "import sys, anyio\n"
        "from pathlib import Path\n"
        "from llmbench_inspect.suites.vue.type_checker import TypeChecker\n"
        "node, packages, project = map(Path, sys.argv[1:])\n"
        "checker = TypeChecker(node, packages)\n"
        "async def main():\n"
        "    while True:\n"
        "        await checker.check(project, ['tsconfig.json'], {})\n"
        "        print('checked', flush=True)\n"
        "anyio.run(main)\n"
    )
    command = [sys.executable, program, toolchain.node(), toolchain.packages(), project]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"checked\n"
        started = psutil.Process(parent.pid).children(recursive=True)
        assert len(started) == 2
        parent.send_signal(by)
        parent.wait(timeout=30)
    gone, alive = psutil.wait_procs(started, timeout=6)
    assert not alive
    assert len(gone) == 2
