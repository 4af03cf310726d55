"""The deep dive: six tasks on a machine with real tools, in four variants, over two transports."""

from llmbench_inspect.suites.tooluse.deep_dive.dataset import deep_dive_dataset, provenance
from llmbench_inspect.suites.tooluse.deep_dive.questions import EACH, TASKS, Question, questions
from llmbench_inspect.suites.tooluse.deep_dive.scorers import answered, calls_made
from llmbench_inspect.suites.tooluse.deep_dive.solvers import (
    MOST_TURNS,
    Player,
    played_answers,
    work_with_tools,
)
from llmbench_inspect.suites.tooluse.deep_dive.tools import machine_tools
from llmbench_inspect.suites.tooluse.deep_dive.variants import Variant

__all__ = [
    "EACH",
    "MOST_TURNS",
    "TASKS",
    "Player",
    "Question",
    "Variant",
    "answered",
    "calls_made",
    "deep_dive_dataset",
    "machine_tools",
    "played_answers",
    "provenance",
    "questions",
    "work_with_tools",
]
