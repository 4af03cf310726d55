"""Prompts whose answers must have a form: which form is missed, in what way, and what would mend it."""

from llmbench_inspect.suites.prompts.dataset import SUITES, PromptSet, Suite, load_prompts, prompt_dataset
from llmbench_inspect.suites.prompts.scorers import (
    constraints_kept,
    objective_pass,
    repaired,
    success,
    under_schema,
)
from llmbench_inspect.suites.prompts.solvers import asked

__all__ = [
    "SUITES",
    "PromptSet",
    "Suite",
    "asked",
    "constraints_kept",
    "load_prompts",
    "objective_pass",
    "prompt_dataset",
    "repaired",
    "success",
    "under_schema",
]
