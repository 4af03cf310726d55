"""Readings of the machine: `inside/machine.py` run in the sandbox, and what it said kept."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any, Final

from inspect_ai.tool import ToolError
from inspect_ai.util import StoreModel, sandbox, store_as
from pydantic import BaseModel, Field

from llmbench_inspect.suites.tooluse.deep_dive.questions import Measured, Question

INSIDE: Final = Path(__file__).parent / "inside"

_SECONDS: Final = 20


class ProbeError(Exception):
    """The sandbox cannot run a probe: the instrument's failure, not the model's."""


class Reading(BaseModel, frozen=True):
    """What a tool said."""

    tool: str
    arguments: dict[str, Any]
    result: dict[str, Any]


class Readings(StoreModel):
    """All that tools said in a sample, whoever asked, in order."""

    readings: list[Reading] = Field(default_factory=list[Reading])


@cache
def _program() -> str:
    return (INSIDE / "machine.py").read_text(encoding="utf-8")


async def read_machine(tool: str, arguments: dict[str, Any]) -> str:
    """What a tool says, as JSON.

    Args:
        tool: Its name.
        arguments: As the tool takes them.

    Raises:
        ToolError: The machine refuses: there is no such file, or no such unit.
        ProbeError: Nothing can be run in the sandbox.
        TimeoutError: It took more than 20 seconds.
    """
    command = ["python3", "-I", "-S", "-c", _program(), PROBES[tool]]
    ended = await sandbox().exec(command, json.dumps(arguments), timeout=_SECONDS, timeout_retry=False)
    try:
        result = json.loads(ended.stdout)
    except ValueError as error:
        raise ProbeError(f"python3 in the sandbox: exit status {ended.returncode}. {ended.stderr}") from error
    if "error" in result:
        raise ToolError(result["error"])
    kept = store_as(Readings)
    kept.readings = [*kept.readings, Reading(tool=tool, arguments=arguments, result=result)]
    return json.dumps(result)


async def take_readings(question: Question) -> None:
    """Read what a question asks the machine, so that an answer can be held against it.

    Raises:
        ProbeError: Nothing can be run in the sandbox.
        TimeoutError: It took more than 20 seconds.
    """
    if isinstance(question.answer, Measured):
        for call in question.calls:
            await read_machine(call.ways[0].tool, call.ways[0].arguments)


PROBES: Final = {
    "memory_info": "memory",
    "disk_usage": "disk",
    "list_processes": "processes",
    "search_file": "search",
    "tcp_connect": "connect",
    "uptime": "uptime",
    "current_user": "user",
    "current_date": "date",
}
"""The probe behind each tool."""
