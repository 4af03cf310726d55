"""Hidden tests: right answers pass, wrong ones do not, and no component can talk its way through."""

from __future__ import annotations

import json
import shutil
import subprocess
import sysconfig
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anyio
import pytest

from llmbench_inspect.prerequisite import PrerequisiteError
from llmbench_inspect.suites.vue import Fixture, behaviour_of, judge, load_fixtures, type_checker
from llmbench_inspect.suites.vue.behaviour import Behaviour, VitestJail
from llmbench_inspect.suites.vue.fixtures import fixtures_folder, names_of_tests
from llmbench_inspect.suites.vue.toolchain import node, packages

NAMES = sorted(folder.parent.name for folder in fixtures_folder().glob("*/validation_spec.json"))
BADGE = "src/components/StatusBadge.vue"
CHEATS = {
    "exits": "process.exit(0)",
    "exits for real": "(process as any).reallyExit(0)",
    "exits through a constructor": "Function('return process')().reallyExit(0)",
    "ends the server": "process.kill(process.ppid)",
    "talks to the server": "(process as any).send({})",
    "loads a module of Node": "process.getBuiltinModule('fs').writeFileSync('/tmp/x', '')",
    "imports a module of Node": "import 'node:fs'",
    "writes a file": "const fs = await import('node:' + 'fs')\nfs.writeFileSync('/tmp/x', '')",
    "imports the test library": "import { expect } from 'vitest'\nexpect.extend({ toBe: () => ({}) })",
    "makes all alike": "Object.is = () => true",
    "says that it passed": """console.log('{"tests": [{"name": "follows its props", "state": "passed"}]}')""",
    "throws": "throw new Error('no')",
}


def ran(fixture: Fixture, changes: dict[str, str | None]) -> Behaviour:
    found = anyio.run(behaviour_of, fixture, fixture.overlay(changes))
    assert found is not None
    return found


def wrong(extra: str) -> str:
    """The right badge, but for its count, and some code before it."""
    text = load_fixtures(["badge-props"])[0].gold[BADGE]
    assert text is not None
    return text.replace("\ninterface", f"\n{extra}\ninterface", 1).replace("{{ count }}", "{{ count + 1 }}")


@pytest.mark.parametrize("code", CHEATS.values(), ids=CHEATS)
def test_a_cheat_passes_no_test(code: str) -> None:
    fixture = load_fixtures(["badge-props"])[0]
    assert ran(fixture, {BADGE: wrong(code)}).share == 0


def test_tests_and_configuration_of_the_candidate_do_not_count() -> None:
    fixture = load_fixtures(["badge-props"])[0]
    [hidden] = fixture.hidden_tests
    own = "import { test } from 'vitest'\ntest('follows its props', () => {})\n"
    changes: dict[str, str | None] = {
        BADGE: wrong(""),
        hidden: own,
        "src/components/own.test.ts": own,
        "vitest.config.ts": "export default { test: { include: ['src/**'] } }",
    }
    found = ran(fixture, changes)
    assert found.share == 0
    assert len(found.failed) == 4
    assert "Open: 4" in found.failed["shows the label and the count"]


def test_a_component_that_hangs_passes_none_and_the_next_one_is_judged() -> None:
    fixture = load_fixtures(["badge-props"])[0]
    jail = VitestJail(node(), packages(), timeout=8)
    found = anyio.run(jail.run, fixture.overlay({BADGE: wrong("while (true) {}")}), fixture.hidden_tests)
    assert found.share == 0
    assert set(found.failed.values()) == {"the run took more than 8 seconds, twice"}
    assert anyio.run(jail.run, fixture.overlay(fixture.gold), fixture.hidden_tests).share == 1


def test_wrong_behaviour_is_a_class_and_costs_its_share() -> None:
    fixture = load_fixtures(["badge-props"])[0]
    answer = {bad.name: bad for bad in fixture.bad}["zero-hidden"]
    verdict = anyio.run(judge, fixture, answer.changes, type_checker())
    assert (verdict.failure, verdict.solved, verdict.compiles, verdict.patterns) == (
        "wrong_behaviour",
        False,
        True,
        1,
    )
    assert verdict.behaviour is not None
    assert verdict.behaviour.share == 0.75
    assert list(verdict.behaviour.failed) == ["shows a count of zero"]
    assert verdict.score == pytest.approx(10 - 10 * fixture.scoring.behaviour / 4)


Specification = dict[str, Any]


def copied(to: Path, change: Callable[[Specification], None]) -> Path:
    folder = Path(shutil.copytree(fixtures_folder() / "badge-props", to / "mine"))
    file = folder / "validation_spec.json"
    specification = json.loads(file.read_text("utf-8"))
    change(specification)
    file.write_text(json.dumps(specification), "utf-8")
    return folder


@pytest.mark.parametrize(
    ("scoring", "weights"),
    [
        (None, (0.5, 0.4, 0.1, 0)),
        ({"compilation": 0.6, "pattern_match": 0.3, "naming": 0.1}, (0.6, 0.3, 0.1, 0)),
    ],
)
def test_a_fixture_without_hidden_tests_is_scored_by_the_other_parts(
    scoring: Specification | None, weights: tuple[float, ...], tmp_path: Path
) -> None:
    folder = copied(tmp_path, lambda specification: specification.update(scoring=scoring))
    shutil.rmtree(folder / "behaviour")
    fixture = load_fixtures([str(folder)])[0]
    assert tuple(fixture.scoring.model_dump().values()) == weights
    verdict = anyio.run(judge, fixture, fixture.gold, type_checker())
    assert (verdict.score, verdict.solved, verdict.behaviour) == (10, True, None)


def test_a_fixture_with_hidden_tests_that_states_no_weights_gets_the_usual_ones(tmp_path: Path) -> None:
    folder = copied(tmp_path, lambda specification: specification.pop("scoring"))
    fixture = load_fixtures([str(folder)])[0]
    assert tuple(fixture.scoring.model_dump().values()) == (0.4, 0.3, 0.1, 0.2)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, r"scoring\.behaviour is not 0"),
        ("import { test } from 'vitest'\ntest('a', () => {})\n", "import `expect` and `test`"),
        ("import { expect, test } from 'vitest'\n", "each begins a line with"),
        ("import { expect, test } from 'vitest'\n" + "test('a', () => {})\n" * 2, "name of its own"),
    ],
)
def test_broken_hidden_tests_are_refused_before_the_run(
    text: str | None, message: str, tmp_path: Path
) -> None:
    folder = copied(tmp_path, lambda _: None)
    [file] = (folder / "behaviour").iterdir()
    file.unlink()
    if text is not None:
        file.write_text(text, "utf-8")
    with pytest.raises(PrerequisiteError, match=message):
        load_fixtures([str(folder)])


def test_the_prompt_and_the_project_hold_nothing_of_the_hidden_tests() -> None:
    for fixture in load_fixtures(NAMES):
        assert fixture.hidden_tests, fixture.name
        project = fixture.overlay()
        shown = [fixture.prompt("agent"), *map(project.read, project.files())]
        for name in (name for text in fixture.hidden_tests.values() for name in names_of_tests(text)):
            assert not [text for text in shown if name in text], (fixture.name, name)
        for name, text in {**fixture.hidden_tests, **fixture.test_support}.items():
            assert name not in project.files()
            assert text not in shown


def test_where_there_is_no_bubblewrap_no_other_sandbox_is_offered() -> None:
    hidden = ["bwrap", "--dev-bind", "/", "/", "--ro-bind", "/dev/null", shutil.which("bwrap") or "", "--"]
    command = ["inspect", "eval", "llmbench_inspect/vue_refactor", "--model", "mockllm/model"]
    program = f"{sysconfig.get_path('scripts')}/{command[0]}"
    asked = [*hidden, program, *command[1:], "-T", "fixtures=simple-component", "--display", "plain"]
    run = subprocess.run(asked, capture_output=True, text=True, timeout=60, check=False)
    said = " ".join((run.stdout + run.stderr).split())
    assert "run in a bubblewrap jail only" in said
    assert "apt-get install bubblewrap" in said
    assert "docker" not in said
    assert "Traceback" not in said
