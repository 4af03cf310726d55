"""OR debugging: an agent repairs infeasible linear and mixed-integer models with a solver at hand."""

from llmbench_inspect.suites.ordebug.dataset import DIGEST, KINDS, load_problems, or_dataset, problem_of
from llmbench_inspect.suites.ordebug.linear_model import Bounds, Kind, LinearModel, Row, Sense
from llmbench_inspect.suites.ordebug.lp_text import lp_text
from llmbench_inspect.suites.ordebug.own_models import digest_of, own_problems
from llmbench_inspect.suites.ordebug.problem import DIFFICULTIES, TYPES, Difficulty, FaultType, Problem
from llmbench_inspect.suites.ordebug.scorers import repair, repaired
from llmbench_inspect.suites.ordebug.solvers import MOST_STEPS, Player, played, repairer
from llmbench_inspect.suites.ordebug.solving import Solution, find_iis, require_solver, solve

__all__ = [
    "DIFFICULTIES",
    "DIGEST",
    "KINDS",
    "MOST_STEPS",
    "TYPES",
    "Bounds",
    "Difficulty",
    "FaultType",
    "Kind",
    "LinearModel",
    "Player",
    "Problem",
    "Row",
    "Sense",
    "Solution",
    "digest_of",
    "find_iis",
    "load_problems",
    "lp_text",
    "or_dataset",
    "own_problems",
    "played",
    "problem_of",
    "repair",
    "repaired",
    "repairer",
    "require_solver",
    "solve",
]
