"""Templates that the tasks of `tool_bench` are made from, a file a category."""

from llmbench_inspect.suites.tooluse.templates import api, at_hand, files, recovery, system, workflow
from llmbench_inspect.suites.tooluse.templates.registry import Draft, Template, templates

__all__ = ["Draft", "Template", "api", "at_hand", "files", "recovery", "system", "templates", "workflow"]
