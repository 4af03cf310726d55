"""The tools of the deep dive: they ask the machine that the sandbox is, and change nothing."""

from __future__ import annotations

from typing import Final, Literal

from inspect_ai.tool import Tool, tool

from llmbench_inspect.suites.tooluse.deep_dive.probes import PROBES, read_machine

TOOLS: Final = tuple(PROBES)
"""The names of all tools."""


def machine_tools() -> list[Tool]:
    """All eight tools; every question comes with all of them."""
    return [
        memory_info(),
        disk_usage(),
        list_processes(),
        search_file(),
        tcp_connect(),
        uptime(),
        current_user(),
        current_date(),
    ]


@tool
def memory_info() -> Tool:
    """How much memory there is."""

    async def execute(unit: Literal["KiB", "MiB", "GiB"]) -> str:
        """Tell how much memory this machine has in total, how much is available, and how much is used.

        Args:
            unit: The unit that sizes are told in.
        """
        return await read_machine("memory_info", {"unit": unit})

    return execute


@tool
def disk_usage() -> Tool:
    """How much a folder holds."""

    async def execute(path: str) -> str:
        """Tell how many files are in a folder and below it, and how many bytes they take in all.

        Args:
            path: The folder, relative to the work folder.
        """
        return await read_machine("disk_usage", {"path": path})

    return execute


@tool
def list_processes() -> Tool:
    """What runs."""

    async def execute(name: str) -> str:
        """Tell how many processes of one name are running, and their process ids.

        Args:
            name: The name of the program, without its folder.
        """
        return await read_machine("list_processes", {"name": name})

    return execute


@tool
def search_file() -> Tool:
    """Lines of a file that hold a text."""

    async def execute(path: str, text: str) -> str:
        """Find the lines of a file that contain a text, with their numbers, and count them.

        Args:
            path: The file, relative to the work folder.
            text: What to look for, in the same letter case.
        """
        return await read_machine("search_file", {"path": path, "text": text})

    return execute


@tool
def tcp_connect() -> Tool:
    """Whether a port can be reached."""

    async def execute(host: str, port: int) -> str:
        """Try to open a TCP connection to a port of a host, and tell whether it was accepted.

        Args:
            host: The name or address of the host.
            port: The number of the port.
        """
        return await read_machine("tcp_connect", {"host": host, "port": port})

    return execute


@tool
def uptime() -> Tool:
    """Since when the machine runs."""

    async def execute() -> str:
        """Tell how long this machine has been up, in seconds and in hours."""
        return await read_machine("uptime", {})

    return execute


@tool
def current_user() -> Tool:
    """Who works here."""

    async def execute() -> str:
        """Tell the name of the user that is logged in."""
        return await read_machine("current_user", {})

    return execute


@tool
def current_date() -> Tool:
    """What day it is."""

    async def execute() -> str:
        """Tell today's date in UTC, as YYYY-MM-DD."""
        return await read_machine("current_date", {})

    return execute
