"""Every instance: the gold patch resolves it; doing nothing, or work on the tests, does not."""

from __future__ import annotations

import anyio
import pytest

from llmbench_inspect.suites.coding.swe import Instance, Verdict, judge, load_instances, run_in_pool
from llmbench_inspect.suites.coding.swe.calibration import Calibration, calibrate, claims

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
def calibrations() -> dict[str, Calibration]:
    found: dict[str, Calibration] = {}

    async def add(instance: Instance) -> None:
        found[instance.name] = await calibrate(instance)

    async def main() -> None:
        async with anyio.create_task_group() as tasks:
            for instance in INSTANCES:
                tasks.start_soon(add, instance)

    anyio.run(main)
    return found


@pytest.fixture(scope="module")
def with_tests_edited() -> dict[str, Verdict]:
    found: dict[str, Verdict] = {}

    async def add(instance: Instance) -> None:
        changes = {**_edited_tests(instance), **SURROUNDINGS}
        found[instance.name] = await judge(instance, changes, run=run_in_pool)

    async def main() -> None:
        async with anyio.create_task_group() as tasks:
            for instance in INSTANCES:
                tasks.start_soon(add, instance)

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


@pytest.mark.parametrize("instance", INSTANCES, ids=NAMES)
def test_every_issue_holds(calibrations: dict[str, Calibration], instance: Instance) -> None:
    found = claims(instance, calibrations[instance.name])
    assert [claim for claim in found if not claim.holds] == []
    assert {claim.what for claim in found} >= {"gold.patch", "fail_to_pass", "pass_to_pass"}


@pytest.mark.parametrize("name", NAMES)
def test_nothing_does_not_resolve_it(calibrations: dict[str, Calibration], name: str) -> None:
    verdict = calibrations[name].before
    assert verdict.failure_class == "no_change"
    assert {told.partition(":")[0] for told in verdict.failures.values()} == {"failed"}
    assert verdict.similarity == 0
    assert verdict.touched == ()


@pytest.mark.parametrize("name", NAMES)
def test_work_on_the_tests_and_their_surroundings_does_not(
    calibrations: dict[str, Calibration], with_tests_edited: dict[str, Verdict], name: str
) -> None:
    verdict, before = with_tests_edited[name], calibrations[name].before
    assert verdict.fail_to_pass == before.fail_to_pass
    assert verdict.pass_to_pass == before.pass_to_pass
    assert set(verdict.touched) == set(SURROUNDINGS)
    assert verdict.tests_touched
