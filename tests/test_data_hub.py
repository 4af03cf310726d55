"""Rows from the hub are checked as all others are; a hub that does not answer is given up in time."""

import hashlib
import io
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from llmbench_inspect.data import load_rows
from llmbench_inspect.prerequisite import PrerequisiteError

REPOSITORY = "openai/gsm8k"
COMMIT = "cc7b047b6e5bb11b4f1af84efc572db110a51b3c"
README = """---
configs:
- config_name: main
  data_files:
  - split: test
    path: main/test-*
---
"""


class Hub(ThreadingHTTPServer):
    """Answers as the model hub does for one dataset repository."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.files: dict[str, bytes] = {"README.md": README.encode()}
        self.answer: Callable[[BaseHTTPRequestHandler], None] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: Hub
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if self.server.answer is not None:
            self.server.answer(self)
            return
        path = self.path.partition("?")[0]
        files = self.server.files
        resolve = f"/datasets/{REPOSITORY}/resolve/{COMMIT}/"
        tree = f"/api/datasets/{REPOSITORY}/tree/{COMMIT}"
        if path.startswith(resolve) and path.removeprefix(resolve) in files:
            self._send(files[path.removeprefix(resolve)])
        elif path == f"/api/datasets/{REPOSITORY}/revision/{COMMIT}":
            siblings = [{"rfilename": name} for name in files]
            self._send({"id": REPOSITORY, "sha": COMMIT, "siblings": siblings, "tags": []})
        elif path.startswith(tree):
            folder = path.removeprefix(tree).strip("/")
            held = [
                {"type": "file", "path": name, "size": len(content), "oid": _digest(content)}
                for name, content in files.items()
                if name.rpartition("/")[0] == folder
            ]
            folders = {name.partition("/")[0] for name in files if "/" in name and not folder}
            self._send([*held, *({"type": "directory", "path": name, "oid": COMMIT} for name in folders)])
        else:
            self._send({"error": "Entry not found"}, status=404)

    def do_HEAD(self) -> None:
        self.do_GET()

    def _send(self, content: Any, status: int = 200) -> None:
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("ETag", f'"{_digest(body)}"')
        self.send_header("X-Repo-Commit", COMMIT)
        if status == 404:
            self.send_header("X-Error-Code", "EntryNotFound")
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        pass


def _digest(content: bytes) -> str:
    return hashlib.sha1(content).hexdigest()


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    server = Hub()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    monkeypatch.delenv("LLMBENCH_DATA_DIR", raising=False)
    monkeypatch.setenv("HF_ENDPOINT", server.url)
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def _refusal() -> str:
    with pytest.raises(PrerequisiteError) as caught:
        load_rows("gsm8k_test")
    told = str(caught.value)
    assert all(way in told for way in ("-T data=", "export LLMBENCH_DATA_DIR=", "export HF_ENDPOINT="))
    return told


def test_a_closed_port(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    started = time.monotonic()
    assert "http://127.0.0.1:9" in _refusal()
    assert time.monotonic() - started < 5


def test_no_address(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "no address")
    assert "cannot be used" in _refusal()


def test_a_hub_without_the_revision(hub: Hub) -> None:
    hub.answer = lambda handler: handler.send_error(404)
    assert "404" in _refusal()


def test_an_answer_that_never_ends_is_given_up_within_ten_seconds(hub: Hub) -> None:
    over = threading.Event()

    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        while not over.wait(0.5):
            handler.wfile.write(b" ")
            handler.wfile.flush()
        handler.close_connection = True

    hub.answer = drip
    started = time.monotonic()
    told = _refusal()
    taken = time.monotonic() - started
    over.set()
    assert "no answer within" in told
    assert taken < 10


PROGRAM = """
from llmbench_inspect.data import load_rows
from llmbench_inspect.prerequisite import PrerequisiteError
try:
    rows = load_rows("gsm8k_test")
    print(len(rows.rows), rows.source, rows.revision)
except PrerequisiteError as error:
    print(error)
"""


def _packed(rows: list[dict[str, Any]]) -> bytes:
    pyarrow: Any = pytest.importorskip("pyarrow")
    parquet: Any = pytest.importorskip("pyarrow.parquet")
    buffer = io.BytesIO()
    parquet.write_table(pyarrow.Table.from_pylist(rows), buffer)
    return buffer.getvalue()


def _loaded(hub: Hub, file: bytes, tmp_path: Path) -> str:
    """What a process of its own says: the hub's client reads its settings once, when it is imported."""
    pytest.importorskip("datasets", reason="needs the extra [hub]")
    hub.files["main/test-00000-of-00001.parquet"] = file
    environment = {**os.environ, "HF_HOME": str(tmp_path), "HF_HUB_DISABLE_XET": "1"}
    command = [sys.executable, "-c", PROGRAM]
    return subprocess.run(
        command, env=environment, stdout=subprocess.PIPE, timeout=60, text=True, check=True
    ).stdout


def test_rows_of_the_hub_are_the_same(hub: Hub, data_dir: Path, tmp_path: Path) -> None:
    rows = load_rows("gsm8k_test", str(data_dir)).rows
    told = _loaded(hub, _packed(rows), tmp_path)
    assert told == f"1319 {hub.url}/datasets/{REPOSITORY} {REPOSITORY}@{COMMIT}\n"


def test_changed_rows_of_the_hub_are_refused(hub: Hub, data_dir: Path, tmp_path: Path) -> None:
    rows = load_rows("gsm8k_test", str(data_dir)).rows
    assert "digest" in _loaded(hub, _packed([*rows[1:], rows[0]]), tmp_path)


def test_a_broken_file_of_the_hub(hub: Hub, tmp_path: Path) -> None:
    assert "did not give it" in _loaded(hub, b"no parquet", tmp_path)
