"""The untouched project is checked once a process, whoever asks."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

import anyio

from llmbench_inspect.suites.vue import judge, load_fixtures, type_checker
from llmbench_inspect.suites.vue.fixtures import Fixture, fixtures_folder
from llmbench_inspect.suites.vue.toolchain import node, packages
from llmbench_inspect.suites.vue.type_checker import CheckResult, TypeChecker
from llmbench_inspect.suites.vue.untouched import errors_untouched


class CountingChecker(TypeChecker):
    checks = 0

    async def check(
        self, project: Path, tsconfigs: Sequence[str], files: Mapping[str, str | None]
    ) -> CheckResult:
        self.checks += 1
        return await super().check(project, tsconfigs, files)


def test_one_check_serves_all_who_ask_and_every_event_loop(tmp_path: Path) -> None:
    mine = shutil.copytree(fixtures_folder() / "simple-component", tmp_path / "mine")
    (mine / "target_project/src/more.ts").write_text("export const more: string = 1\n", "utf-8")
    fixture, other = load_fixtures([str(mine), "simple-component"])
    checker = CountingChecker(node(), packages())

    async def ask(fixture: Fixture) -> set[int]:
        answers: set[int] = set()

        async def one() -> None:
            answers.add(await errors_untouched(fixture, checker))

        async with anyio.create_task_group() as group:
            for _ in range(5):
                group.start_soon(one)
        return answers

    try:
        expected = anyio.run(judge, fixture, {}, type_checker()).errors
        assert anyio.run(ask, fixture) == {expected}
        assert anyio.run(ask, fixture) == {expected}
        assert checker.checks == 1
        assert anyio.run(ask, other) == {expected - 1}
    finally:
        checker.close()
