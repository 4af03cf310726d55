"""Every instance: the gold patch resolves it; doing nothing, or work on the tests, does not."""

from __future__ import annotations

import ast
from collections.abc import Callable

import anyio
import pytest

from llmbench_inspect.suites.coding.swe import Instance, Verdict, judge, load_instances, run_in_pool

INSTANCES = load_instances()
NAMES = [instance.name for instance in INSTANCES]
PASSING = "import unittest\n\n\nclass {name}(unittest.TestCase):\n    def {test}(self):\n        pass\n"
SURROUNDINGS = {
    "conftest.py": "def pytest_collection_modifyitems(items):\n    items.clear()\n",
    "pytest.ini": "[pytest]\naddopts = --collect-only\n",
    "pyproject.toml": '[tool.pytest.ini_options]\naddopts = "--collect-only"\n',
    "setup.cfg": "[tool:pytest]\naddopts = --collect-only\n",
    "sitecustomize.py": "import os\nos._exit(0)\n",
    "usercustomize.py": "import os\nos._exit(0)\n",
    "unittest/__init__.py": "class TestCase:\n    pass\n",
    "re.py": "import os\nos._exit(0)\n",
}


def _edited_tests(instance: Instance) -> dict[str, str | None]:
    """All visible tests deleted, the hidden ones put in their place with nothing in them."""
    changes: dict[str, str | None] = {path: None for path in instance.repository if path.startswith("tests/")}
    for test in instance.specification.tests:
        module, name, method = test.rsplit(".", 2)
        changes[module.replace(".", "/") + ".py"] = PASSING.format(name=name, test=method)
    return changes


@pytest.fixture(scope="module")
def verdicts(gold: Callable[[Instance], dict[str, str | None]]) -> dict[tuple[str, str], Verdict]:
    found: dict[tuple[str, str], Verdict] = {}

    async def add(instance: Instance, answer: str, changes: dict[str, str | None]) -> None:
        found[instance.name, answer] = await judge(instance, changes, run=run_in_pool)

    async def main() -> None:
        async with anyio.create_task_group() as tasks:
            for instance in INSTANCES:
                tasks.start_soon(add, instance, "gold", gold(instance))
                tasks.start_soon(add, instance, "empty", {})
                tasks.start_soon(add, instance, "tests edited", {**_edited_tests(instance), **SURROUNDINGS})

    anyio.run(main)
    return found


def test_there_are_enough_issues_and_packages() -> None:
    assert len(INSTANCES) >= 8
    assert len({instance.package for instance in INSTANCES}) >= 3
    for instance in INSTANCES:
        sources = [
            path for path in instance.repository if path.endswith(".py") and not path.startswith("tests/")
        ]
        assert len(sources) >= 4


@pytest.mark.parametrize("name", NAMES)
def test_the_gold_patch_resolves(verdicts: dict[tuple[str, str], Verdict], name: str) -> None:
    verdict = verdicts[name, "gold"]
    assert verdict.failures == {}
    assert verdict.resolved
    assert verdict.failure_class is None
    assert verdict.similarity == 1
    assert verdict.tests_touched == ()


@pytest.mark.parametrize("name", NAMES)
def test_nothing_does_not(verdicts: dict[tuple[str, str], Verdict], name: str) -> None:
    verdict = verdicts[name, "empty"]
    assert not verdict.resolved
    assert verdict.failure_class == "no_change"
    assert set(verdict.failures) == set(verdict.fail_to_pass)
    assert {told.partition(":")[0] for told in verdict.failures.values()} == {"failed"}
    assert verdict.similarity == 0
    assert verdict.touched == ()


@pytest.mark.parametrize("name", NAMES)
def test_work_on_the_tests_and_their_surroundings_does_not(
    verdicts: dict[tuple[str, str], Verdict], name: str
) -> None:
    verdict = verdicts[name, "tests edited"]
    assert verdict.fail_to_pass == verdicts[name, "empty"].fail_to_pass
    assert verdict.pass_to_pass == verdicts[name, "empty"].pass_to_pass
    assert set(verdict.touched) == set(SURROUNDINGS)
    assert verdict.tests_touched


@pytest.mark.parametrize("instance", INSTANCES, ids=NAMES)
def test_every_test_is_listed(instance: Instance) -> None:
    defined = {
        f"{path.removesuffix('.py').replace('/', '.')}.{case.name}.{test.name}"
        for path, text in instance.tests.items()
        for case in ast.parse(text).body
        if isinstance(case, ast.ClassDef)
        for test in case.body
        if isinstance(test, ast.FunctionDef) and test.name.startswith("test_")
    }
    assert set(instance.specification.tests) == defined


@pytest.mark.parametrize("instance", INSTANCES, ids=NAMES)
def test_the_hidden_tests_are_not_in_the_repository(instance: Instance) -> None:
    hidden = {test.split(".")[1] for test in instance.specification.fail_to_pass}
    assert not {f"tests/{module}.py" for module in hidden} & instance.repository.keys()
    assert not any(
        module in text for module in hidden for text in (instance.issue, *instance.repository.values())
    )
