"""Calls that complete a task, each with the other ways that do the same."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any

from llmbench_inspect.suites.tooluse.matching import ExpectedCall, Way
from llmbench_inspect.suites.tooluse.worlds import BASE_URL


def read(path: str, folder: str | None = None) -> ExpectedCall:
    """Look into a file; where a folder is given, searching that shows enough of it."""
    searched = Way(tool="search_files", arguments={"path": path})
    among = [Way(tool="search_files", mentions={"path": [folder]})] if folder else []
    return _step(Way(tool="read_file", arguments={"path": path}), searched, *among, _command(path))


def write(path: str, content: str, *words: str) -> ExpectedCall:
    """Write a file; where words are given, its content may be any that holds them."""
    mentions = {"content": list(words)} if words else {}
    way = Way(tool="write_file", arguments={"path": path, "content": content}, mentions=mentions)
    return _step(way, _command(path))


def append(path: str, text: str) -> ExpectedCall:
    """Add to the end of a file."""
    whole = Way(tool="write_file", arguments={"path": path}, mentions={"content": [text.strip()]})
    return _step(Way(tool="append_file", arguments={"path": path, "text": text}), whole, _command(path))


def move(source: str, destination: str) -> ExpectedCall:
    """Move a file."""
    way = Way(tool="move_file", arguments={"source": source, "destination": destination})
    return _step(way, _command(source, destination))


def delete(path: str) -> ExpectedCall:
    """Delete a file."""
    return _step(Way(tool="delete_file", arguments={"path": path}), _command(path))


def listing(path: str) -> ExpectedCall:
    """See which files a folder has."""
    searched = Way(tool="search_files", arguments={"path": path})
    return _step(Way(tool="list_files", arguments={"path": path}), searched, _command(path))


def search(text: str) -> ExpectedCall:
    """Find where a text stands."""
    return _step(Way(tool="search_files", arguments={"text": text}), _command(text))


def run(command: str, *words: str) -> ExpectedCall:
    """Run a command; any counts that holds the words."""
    return _step(Way(tool="run_command", arguments={"command": command}, mentions={"command": list(words)}))


def request(
    method: str, path: str, body: dict[str, Any] | None = None, headers: dict[str, str] | None = None
) -> ExpectedCall:
    """Send a request to the sample's server."""
    arguments: dict[str, Any] = {"method": method, "url": f"{BASE_URL}{path}"}
    arguments |= ({} if body is None else {"body": body}) | ({} if headers is None else {"headers": headers})
    ways = [Way(tool="http_request", arguments=arguments)]
    whole = path.split("?", maxsplit=1)[0] if "?" in path else path.rpartition("/")[0]
    if method == "GET" and whole and "page=" not in path:
        # Who lists the whole collection sees the item too.
        ways.append(Way(tool="http_request", arguments=arguments | {"url": f"{BASE_URL}{whole}"}))
    return _step(*ways, _command(path))


def wait(seconds: float) -> ExpectedCall:
    """Let time pass."""
    any_length = Way(tool="wait", mentions={"seconds": [""]})
    asleep = Way(tool="run_command", mentions={"command": ["sleep"]})
    return _step(Way(tool="wait", arguments={"seconds": seconds}), any_length, asleep)


def _step(*ways: Way) -> ExpectedCall:
    return ExpectedCall(ways=list(ways))


def _command(*named: str) -> Way:
    """A shell command that names what the call is about."""
    words = [
        PurePosixPath(name).name if "?" not in name and not name.startswith("/") else name for name in named
    ]
    return Way(tool="run_command", mentions={"command": words})
