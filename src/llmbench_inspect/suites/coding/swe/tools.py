"""The tools of an agent that works on a repository: all by commands and files of its sandbox."""

from __future__ import annotations

from typing import Final

from inspect_ai.tool import Tool, ToolError, grep, list_files, read_file, tool
from inspect_ai.util import sandbox

_TEST_SECONDS: Final = 60
_LONGEST_OUTPUT: Final = 8000
_FILE_SECONDS: Final = 30


def repository_tools() -> list[Tool]:
    """Inspect's own tools for reading, and ours for changing files and running tests."""
    return [
        list_files(timeout=_FILE_SECONDS),
        grep(timeout=_FILE_SECONDS),
        read_file(timeout=_FILE_SECONDS),
        edit_file(),
        write_file(),
        run_tests(),
    ]


@tool(parallel=False)
def edit_file() -> Tool:
    """Text in a file exchanged for other text."""

    async def execute(file_path: str, old_text: str, new_text: str) -> str:
        """Replace a piece of text in a file by another.

        Args:
            file_path: Path of the file, relative to the repository's root.
            old_text: The text to replace, exactly as it is in the file, without line numbers. It must be
                there once only: take in neighbouring lines to make it unique.
            new_text: The text to put in its place.
        """
        text = await _read(file_path)
        found = text.count(old_text) if old_text else 0
        if found != 1:
            raise ToolError(
                f"old_text is in {file_path} {found} times, and must be there once. Nothing was changed."
            )
        await _write(file_path, text.replace(old_text, new_text))
        return f"Changed {file_path}."

    return execute


@tool(parallel=False)
def write_file() -> Tool:
    """A file created, or replaced whole."""

    async def execute(file_path: str, content: str) -> str:
        """Create a file, or replace all of its content.

        Args:
            file_path: Path of the file, relative to the repository's root.
            content: The complete new content.
        """
        await _write(file_path, content)
        return f"Wrote {file_path} ({len(content.splitlines())} lines)."

    return execute


@tool(parallel=False)
def run_tests() -> Tool:
    """The repository's visible tests, as the model left them."""

    async def execute(name: str = "") -> str:
        """Run the repository's tests with unittest.

        Args:
            name: A test module, class or method such as tests.test_parser; all tests where it is empty.
        """
        command = ["python3", "-B", "-m", "unittest", *([name] if name else ["discover"])]
        try:
            result = await sandbox().exec(command, timeout=_TEST_SECONDS, timeout_retry=False)
        except TimeoutError as error:
            raise ToolError(f"The tests were not done after {_TEST_SECONDS} seconds.") from error
        output = (result.stdout + result.stderr).strip()
        if len(output) > _LONGEST_OUTPUT:
            output = f"... (cut)\n{output[-_LONGEST_OUTPUT:]}"
        return f"{output}\n\nExit status {result.returncode}."

    return execute


async def _read(path: str) -> str:
    try:
        return await sandbox().read_file(path)
    except FileNotFoundError as error:
        raise ToolError(f"There is no file {path}.") from error
    except (OSError, ValueError) as error:
        raise ToolError(f"{path} cannot be read: {error}") from error


async def _write(path: str, text: str) -> None:
    try:
        await sandbox().write_file(path, text)
    except (OSError, ValueError) as error:
        raise ToolError(f"{path} cannot be written: {error}") from error
