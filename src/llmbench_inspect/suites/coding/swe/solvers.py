"""How a model works on an issue: Inspect's ReAct agent with the tools of a repository."""

from __future__ import annotations

from typing import Final

from inspect_ai.agent import Agent, AgentPrompt, react

from llmbench_inspect.suites.coding.swe.tools import repository_tools
from llmbench_inspect.telemetry import timed_model

INSTRUCTIONS: Final = (
    "You are an experienced software engineer. You work on a Python repository through tools; paths are "
    "relative to its root. Find the cause of the issue that you are given, change the source files so that "
    "it is resolved and everything else works as before, and run the tests. Only the source files count: "
    "your change is judged by tests that you do not see. You cannot ask questions. Call submit when you are "
    "done."
)


def repository_agent() -> Agent:
    """The agent. What it submits is only said: its change to the files is what counts."""
    return react(
        prompt=AgentPrompt(
            instructions=INSTRUCTIONS, handoff_prompt=None, assistant_prompt=None, submit_prompt=None
        ),
        model=timed_model(),
        tools=repository_tools(),
        truncation="auto",
    )
