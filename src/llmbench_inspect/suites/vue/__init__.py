"""Vue and TypeScript refactoring: components judged as the compiler reads them."""

from llmbench_inspect.suites.vue.authoring import VUE_FIXTURES
from llmbench_inspect.suites.vue.behaviour import Dom, behaviour_of, vitest_jail
from llmbench_inspect.suites.vue.dataset import Mode, Variant, vue_dataset
from llmbench_inspect.suites.vue.fixtures import Fixture, load_fixtures
from llmbench_inspect.suites.vue.projects import project_folder
from llmbench_inspect.suites.vue.scorers import (
    agent_effort,
    behaviour,
    failure_class,
    gain,
    naming,
    refactoring,
    sfc_patterns,
    solved,
    type_checks,
)
from llmbench_inspect.suites.vue.solvers import agent, single_shot
from llmbench_inspect.suites.vue.type_checker import type_checker
from llmbench_inspect.suites.vue.verdict import Verdict, judge

__all__ = [
    "VUE_FIXTURES",
    "Dom",
    "Fixture",
    "Mode",
    "Variant",
    "Verdict",
    "agent",
    "agent_effort",
    "behaviour",
    "behaviour_of",
    "failure_class",
    "gain",
    "judge",
    "load_fixtures",
    "naming",
    "project_folder",
    "refactoring",
    "sfc_patterns",
    "single_shot",
    "solved",
    "type_checker",
    "type_checks",
    "vitest_jail",
    "vue_dataset",
]
