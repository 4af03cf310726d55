"""Vue and TypeScript refactoring: can the model change components so that they compile, and as asked?

Fixtures, prompts and scoring were made for this project; docs/vue-refactor.md describes them.
"""

from typing import get_args

from inspect_ai import Task, task
from inspect_ai.model import GenerateConfig

from llmbench_inspect.identity import identified
from llmbench_inspect.named_choice import one_of
from llmbench_inspect.statistics import until_decided
from llmbench_inspect.suites.vue import (
    Dom,
    Mode,
    Variant,
    agent,
    agent_effort,
    behaviour,
    failure_class,
    gain,
    load_fixtures,
    naming,
    project_folder,
    refactoring,
    sfc_patterns,
    single_shot,
    solved,
    type_checker,
    type_checks,
    vitest_jail,
    vue_dataset,
)
from llmbench_inspect.telemetry import IDLE_SECONDS, MAX_RETRIES, timed


@task(needs=["node", "checker_packages", "jail"], context=8192)
def vue_refactor(
    mode: Mode = "single_shot",
    fixtures: str | list[str] | None = None,
    max_steps: int = 10,
    variant: Variant = "plain",
    dom: Dom = "happy-dom",
    *,
    stop_at: float | None = None,
) -> Task:
    """Refactor Vue components.

    Args:
        mode: `single_shot` (one answer) or `agent` (a loop over tools).
        fixtures: Names of fixtures, or paths of fixture folders; all but Nuxt's by default.
        max_steps: Most model turns of the agent.
        variant: `plain`, or `checklist`: the prompt also lists what is checked.
        dom: What the tests see a component in: `happy-dom`, or `browser` for Chromium.
        stop_at: A threshold such as 0.8: the run ends when it is certain whether the score reaches it.
    """
    one_of("mode", mode, get_args(Mode))
    one_of("variant", variant, get_args(Variant))
    one_of("dom", dom, get_args(Dom))
    names = fixtures.split(",") if isinstance(fixtures, str) else fixtures
    chosen = load_fixtures(names)
    # What the run needs is made ready here, so that it fails before the first model call or not at all.
    type_checker()
    for fixture in chosen:
        project_folder(fixture)
    if any(fixture.hidden_tests or fixture.visible_tests for fixture in chosen):
        vitest_jail(dom).prove()
    parts = [refactoring(), solved(), gain(), type_checks(), sfc_patterns(), naming(), behaviour()]
    whole = Task(
        dataset=vue_dataset(chosen, mode, variant, dom=dom),
        solver=timed(agent(max_steps) if mode == "agent" else single_shot()),
        # Inspect shows a run by the first metric of its first score.
        scorer=[*parts, *([agent_effort()] if mode == "agent" else []), failure_class()],
        config=GenerateConfig(
            temperature=0.2, max_tokens=4096, max_retries=MAX_RETRIES, stream_idle_timeout=IDLE_SECONDS
        ),
        version=2,
        metadata={
            "fixtures": {fixture.name: fixture.specification.version for fixture in chosen},
            "dom": dom,
        },
    )
    digests = {fixture.name: fixture.digest for fixture in chosen}
    return identified(until_decided(whole, stop_at, scorer="solved"), digests)
