"""Long prompts: what a model still finds, joins and obeys at 2k to 128k tokens, and what the length costs."""

from llmbench_inspect.suites.longcontext.cells import Kind
from llmbench_inspect.suites.longcontext.material import compose
from llmbench_inspect.suites.longcontext.plan import Plan, plan
from llmbench_inspect.suites.longcontext.scorers import long_context_scorers
from llmbench_inspect.suites.longcontext.solvers import LongPrompt, at_length

__all__ = ["Kind", "LongPrompt", "Plan", "at_length", "compose", "long_context_scorers", "plan"]
