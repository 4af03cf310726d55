"""Fixtures as samples: the id is the fixture's name, the input its prompt."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

from inspect_ai.dataset import MemoryDataset, Sample

from llmbench_inspect.suites.vue.behaviour import Dom
from llmbench_inspect.suites.vue.fixtures import Fixture

Mode = Literal["single_shot", "agent"]
Variant = Literal["plain", "checklist"]

_AGENT: Final = (
    "You are working in a Vue and TypeScript project through tools. Change its files with write_file, check "
    "them with run_type_check, {tests}and call finish when the task is complete. Paths are relative to the "
    "project's root.\n\n"
)
_TESTS: Final = "run the project's tests with run_tests, "


def vue_dataset(
    fixtures: Sequence[Fixture], mode: Mode, variant: Variant, *, dom: Dom = "happy-dom"
) -> MemoryDataset:
    """One sample a fixture."""
    return MemoryDataset([_sample(fixture, mode, variant, dom) for fixture in fixtures], name="vue_refactor")


def _sample(fixture: Fixture, mode: Mode, variant: Variant, dom: Dom) -> Sample:
    specification = fixture.specification
    agent = _AGENT.format(tests=_TESTS if fixture.visible_tests else "")
    prompt = fixture.prompt(mode)
    if variant == "checklist":
        rules = [pattern.description for pattern in (*specification.required, *specification.forbidden)]
        prompt += (
            "\n\nYour result is checked for all of this:\n" + "\n".join(f"- {rule}" for rule in rules) + "\n"
        )
    return Sample(
        id=fixture.name,
        input=agent + prompt if mode == "agent" else prompt,
        metadata={
            "fixture": fixture.argument,
            "fixture_version": specification.version,
            "title": specification.title,
            "difficulty": specification.difficulty,
            "mode": mode,
            "variant": variant,
            "dom": dom,
            "baseline": {"refactoring": specification.unchanged_score},
            "baseline_label": "unchanged",
        },
    )
