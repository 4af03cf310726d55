"""dom=browser: the same tests in a real Chromium, in the same jail, with nothing left from run to run."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import anyio
import pytest
from inspect_ai import eval as inspect_eval
from inspect_ai.model import ModelOutput, ModelUsage, get_model

from llmbench_inspect.prerequisite import PrerequisiteError
from llmbench_inspect.suites.vue import Fixture, behaviour_of, load_fixtures, vitest_jail
from llmbench_inspect.suites.vue.behaviour import Behaviour
from llmbench_inspect.tasks.vue_refactor import vue_refactor

needs_chromium = pytest.mark.skipif(
    shutil.which("chromium") is None, reason="dom=browser needs Chromium: apt-get install chromium"
)

BADGE = "src/components/StatusBadge.vue"
LEAVING = """
localStorage.setItem('left', '1')
document.cookie = 'left=1'
window.top!.name = 'left'
void caches.open('left')
"""
FINDING = """
const left = [localStorage.getItem('left'), document.cookie, window.top!.name]
if (left.some(Boolean)) throw new Error(`found ${left}`)
void caches.has('left').then((found) => { if (found) throw new Error('found the cache') })
"""
CHEATS = {
    "counts wrong": "",
    "makes all alike": "Object.is = () => true",
    "imports the test library": "import { expect } from 'vitest'\nexpect.extend({ toBe: () => ({}) })",
    "imports a module of Node": "import 'node:fs'",
    "closes the page": "window.top!.close()",
    "leaves the page": "window.top!.location.href = 'about:blank'",
    "reaches out": "const found = await fetch('https://example.com/')\nif (found.ok) Object.is = () => false",
    "throws": "throw new Error('no')",
}


@pytest.fixture(scope="module")
def badge() -> Fixture:
    return load_fixtures(["badge-props"])[0]


def ran(fixture: Fixture, extra: str = "", *, wrong: bool = False) -> Behaviour:
    text = fixture.gold[BADGE]
    assert text is not None
    text = text.replace("\ninterface", f"\n{extra}\ninterface", 1)
    if wrong:
        text = text.replace("{{ count }}", "{{ count + 1 }}")

    async def run() -> Behaviour | None:
        return await behaviour_of(fixture, fixture.overlay({BADGE: text}), dom="browser")

    found = anyio.run(run)
    assert found is not None
    return found


@needs_chromium
@pytest.mark.parametrize("name", ["generic-list", "options-to-composition"])
def test_the_right_answer_passes(name: str) -> None:
    [fixture] = load_fixtures([name])

    async def run() -> Behaviour | None:
        return await behaviour_of(fixture, fixture.overlay(fixture.gold), dom="browser")

    found = anyio.run(run)
    assert found is not None
    assert found.share == 1, found.failed


@needs_chromium
def test_components_are_shown_in_a_real_browser(badge: Fixture) -> None:
    looking = (
        "if (!CSS.supports('display: grid') || !navigator.userAgent.includes('Chrome/')) throw 'another'"
    )
    assert ran(badge, looking).share == 1


@needs_chromium
@pytest.mark.parametrize("code", CHEATS.values(), ids=CHEATS)
def test_a_wrong_component_passes_no_test(code: str, badge: Fixture) -> None:
    assert ran(badge, code, wrong=True).share == 0


@needs_chromium
def test_a_run_finds_nothing_of_the_one_before(badge: Fixture) -> None:
    for code in (LEAVING, FINDING):
        found = ran(badge, code)
        assert found.share == 1, found.failed


@needs_chromium
def test_the_log_says_what_showed_the_components(badge: Fixture, tmp_path: Path) -> None:
    output = ModelOutput.from_content("mockllm/model", f"```vue {BADGE}\n{badge.gold[BADGE]}\n```")
    output.usage = ModelUsage(input_tokens=10, output_tokens=10, total_tokens=20)
    model = get_model("mockllm/model", custom_outputs=[output], memoize=False)
    task = vue_refactor(fixtures=["badge-props"], dom="browser")
    [log] = inspect_eval(task, model=model, log_dir=str(tmp_path), display="none")
    assert log.status == "success", log.error
    assert log.samples is not None
    scores = log.samples[0].scores
    assert scores is not None
    assert (scores["refactoring"].value, scores["behaviour"].value) == (10, 1)
    assert (log.eval.metadata or {})["dom"] == "browser"
    assert log.samples[0].metadata["dom"] == "browser"
    assert (scores["refactoring"].metadata or {})["dom"] == "browser"


def test_a_missing_chromium_is_told_before_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for program in ("node", "npm"):
        found = shutil.which(program)
        assert found is not None
        (tmp_path / program).symlink_to(Path(found).resolve())
    monkeypatch.setenv("PATH", os.fspath(tmp_path))
    vitest_jail.cache_clear()
    with pytest.raises(PrerequisiteError, match=r"need Chromium.*apt-get install chromium"):
        vue_refactor(fixtures="badge-props", dom="browser")


def test_an_unknown_dom_is_named_with_the_nearest_known() -> None:
    with pytest.raises(PrerequisiteError, match=r"dom='browsr' is not known\. Did you mean 'browser'\?"):
        vue_refactor(fixtures="badge-props", dom="browsr")  # type: ignore[arg-type]
