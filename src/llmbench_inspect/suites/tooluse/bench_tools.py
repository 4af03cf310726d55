"""The tools of `tool_bench`: files, commands, requests and waiting, all inside a sample's sandbox."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

import anyio
from inspect_ai.tool import Tool, ToolError, tool
from inspect_ai.util import ExecResult, OutputLimitExceededError, sandbox

from llmbench_inspect.suites.tooluse.stage import StagingError, send

TOOLS: Final = (
    "read_file", "write_file", "append_file", "move_file", "delete_file", "list_files", "search_files",
    "run_command", "http_request", "wait",
)  # fmt: skip
"""Names of the tools, in the order in which they are shown."""

_SHOWN: Final = ("Retry-After", "Location")
_SECONDS: Final = 30
_LONGEST_OUTPUT: Final = 6000
_LONGEST_WAIT: Final = 10.0


def bench_tools(environment: Mapping[str, str]) -> list[Tool]:
    """The tools of one sample.

    Args:
        environment: Variables that its commands see.
    """
    return [
        read_file(),
        write_file(),
        append_file(),
        move_file(),
        delete_file(),
        list_files(),
        search_files(),
        run_command(dict(environment)),
        http_request(),
        wait(),
    ]


@tool(parallel=False)
def read_file() -> Tool:
    """A file's text."""

    async def execute(path: str) -> str:
        """Read a text file.

        Args:
            path: Path of the file, such as notes/plan.txt.
        """
        return _cut(await _read(path))

    return execute


@tool(parallel=False)
def write_file() -> Tool:
    """A file created, or replaced whole."""

    async def execute(path: str, content: str) -> str:
        """Create a text file, or replace all of its content. Missing folders are made.

        Args:
            path: Path of the file.
            content: The complete new content.
        """
        await _write(path, content)
        return f"Wrote {path}."

    return execute


@tool(parallel=False)
def append_file() -> Tool:
    """Text added to a file's end."""

    async def execute(path: str, text: str) -> str:
        """Add text at the end of a text file.

        Args:
            path: Path of the file, which must exist.
            text: The text to add. It begins on a new line.
        """
        before = await _read(path)
        if before and not before.endswith("\n"):
            before += "\n"
        await _write(path, before + text)
        return f"Added to {path}."

    return execute


@tool(parallel=False)
def move_file() -> Tool:
    """A file at another place."""

    async def execute(source: str, destination: str) -> str:
        """Move or rename a file. Missing folders are made.

        Args:
            source: Path of the file.
            destination: Its new path.
        """
        await _done(["sh", "-c", 'mkdir -p "$(dirname "$2")" && mv -- "$1" "$2"', "sh", source, destination])
        return f"Moved {source} to {destination}."

    return execute


@tool(parallel=False)
def delete_file() -> Tool:
    """A file taken away."""

    async def execute(path: str) -> str:
        """Delete a file.

        Args:
            path: Path of the file.
        """
        await _done(["rm", "--", path])
        return f"Deleted {path}."

    return execute


@tool(parallel=False)
def list_files() -> Tool:
    """The files of a folder."""

    async def execute(path: str = ".") -> str:
        """List all files in a folder and in the folders below it.

        Args:
            path: Path of the folder; the work folder by default.
        """
        result = await _done(["find", path, "-not", "-type", "d"])
        return _cut("\n".join(sorted(line.removeprefix("./") for line in result.stdout.splitlines()))) or (
            f"There are no files in {path}."
        )

    return execute


@tool(parallel=False)
def search_files() -> Tool:
    """The lines that hold a text."""

    async def execute(text: str, path: str = ".") -> str:
        """Find the lines that hold a text, in all files of a folder.

        Args:
            text: The text to look for, exactly as written.
            path: Path of a folder or file; the work folder by default.
        """
        result = await _run(["grep", "-rnF", "--", text, path])
        if result.returncode > 1:
            raise ToolError(result.stderr.strip() or "The search failed.")
        lines = [line.removeprefix("./") for line in result.stdout.splitlines()]
        return _cut("\n".join(sorted(lines))) or "Nothing was found."

    return execute


@tool(parallel=False)
def run_command(environment: dict[str, str]) -> Tool:
    """A shell command."""

    async def execute(command: str) -> str:
        """Run a shell command in the work folder and see what it prints.

        Args:
            command: The command, such as: wc -l notes/plan.txt
        """
        result = await _run(["sh", "-c", command], environment)
        output = _cut((result.stdout + result.stderr).rstrip())
        return output if result.success else f"{output}\nExit status {result.returncode}".lstrip()

    return execute


@tool(parallel=False)
def http_request() -> Tool:
    """A request to an HTTP server."""

    async def execute(
        method: str,
        url: str,
        body: dict[str, Any] = {},  # noqa: B006  # a null beside the object would puzzle small models
        headers: dict[str, str] = {},  # noqa: B006
    ) -> str:
        """Send an HTTP request and see the reply.

        Args:
            method: GET, POST, PUT, PATCH or DELETE.
            url: Whole address, such as http://127.0.0.1:8080/items/1
            body: JSON object to send.
            headers: Headers to send, by name.
        """
        sent = {str(name): str(value) for name, value in headers.items()}
        text = json.dumps(body) if body else None
        if text is not None:
            sent = {"Content-Type": "application/json", **sent}
        if not url.startswith("http://"):
            raise ToolError("The url must begin with http://")
        try:
            reply = await send(sandbox(), method.strip().upper(), url.strip(), headers=sent, body=text)
        except (StagingError, TimeoutError) as error:
            raise ToolError(f"The request could not be sent: {error}") from error
        if "error" in reply:
            raise ToolError(f"There was no reply: {reply['error']}")
        shown = "".join(
            f"{name}: {value}\n"
            for name, value in reply["headers"].items()
            if name in {"Retry-After", "Location"}
        )
        return _cut(f"HTTP {reply['status']} {reply['reason']}\n{shown}\n{reply['text']}")

    return execute


@tool(parallel=False)
def wait() -> Tool:
    """Time that passes."""

    async def execute(seconds: float) -> str:
        """Wait before going on.

        Args:
            seconds: How long, 10 at most.
        """
        await anyio.sleep(max(0.0, min(seconds, _LONGEST_WAIT)))
        return "Done waiting."

    return execute


def _cut(text: str) -> str:
    if len(text) <= _LONGEST_OUTPUT:
        return text
    return f"{text[:_LONGEST_OUTPUT]}\n... ({len(text) - _LONGEST_OUTPUT:,} more characters)"


async def _run(command: list[str], environment: dict[str, str] | None = None) -> ExecResult[str]:
    try:
        return await sandbox().exec(command, env=environment, timeout=_SECONDS, timeout_retry=False)
    except TimeoutError as error:
        raise ToolError(f"The command was ended: it took more than {_SECONDS} seconds.") from error
    except (OSError, ValueError) as error:
        raise ToolError(f"The command could not be run: {error}") from error


async def _done(command: list[str]) -> ExecResult[str]:
    result = await _run(command)
    if not result.success:
        raise ToolError(result.stderr.strip() or f"It failed with exit status {result.returncode}.")
    return result


async def _read(path: str) -> str:
    try:
        return await sandbox().read_file(path)
    except FileNotFoundError as error:
        raise ToolError(f"There is no file {path}.") from error
    except (OSError, ValueError, OutputLimitExceededError) as error:
        raise ToolError(f"{path} cannot be read: {error}") from error


async def _write(path: str, text: str) -> None:
    try:
        await sandbox().write_file(path, text)
    except (OSError, ValueError) as error:
        raise ToolError(f"{path} cannot be written: {error}") from error
