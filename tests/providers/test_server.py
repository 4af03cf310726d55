"""A server that does not start is one error that says why; one that starts does not know our secrets."""

from __future__ import annotations

import os
import stat
import sys
import time
from pathlib import Path

import psutil
import pytest

from llmbench_inspect.prerequisite import PrerequisiteError
from llmbench_inspect.providers.catalogue import EmbeddedModel
from llmbench_inspect.providers.server import LlamaServer, serve
from llmbench_inspect.providers.server_program import WHEEL, WHEEL_VERSION, server_program
from tests.providers.conftest import write_wheel

pytestmark = pytest.mark.usefixtures("cache", "hub")

# Speaks as much of llama-server's API as is asked of it at the start.
PRETENDER = f"""#!{sys.executable}
import json, sys
from http.server import BaseHTTPRequestHandler, HTTPServer
class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        slots = int(sys.argv[sys.argv.index("--parallel") + 1])
        context = int(sys.argv[sys.argv.index("--ctx-size") + 1]) // slots
        body = json.dumps({{"default_generation_settings": {{"n_ctx": CONTEXT}}}})
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body.encode())
HTTPServer(("127.0.0.1", int(sys.argv[sys.argv.index("--port") + 1])), Handler).serve_forever()
"""


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "llama-server"
    monkeypatch.setenv("LLMBENCH_LLAMA_SERVER", str(path))
    return path


def write(program: Path, text: str) -> None:
    program.write_text(text, encoding="utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)


def start(model: EmbeddedModel) -> LlamaServer:
    return serve(model, context_size=512, threads=1)


def test_a_server_that_ends_at_once_is_quoted(program: Path, model: EmbeddedModel) -> None:
    write(program, "#!/bin/sh\necho 'error: invalid argument: [--jinja]' >&2\nexit 3\n")
    with pytest.raises(
        PrerequisiteError, match=r"exit 3(.|\n)*invalid argument: (.|\n)*LLMBENCH_LLAMA_SERVER"
    ):
        start(model)


def test_an_illegal_instruction_names_the_processor(program: Path, model: EmbeddedModel) -> None:
    write(program, "#!/bin/sh\nkill -ILL $$\n")
    with pytest.raises(PrerequisiteError, match=r"instruction that this processor does not have .*AVX2"):
        start(model)


def test_a_variable_that_names_no_program_is_said(program: Path, model: EmbeddedModel) -> None:
    with pytest.raises(PrerequisiteError, match=r"LLMBENCH_LLAMA_SERVER=.* is no program"):
        start(model)


def test_a_server_with_another_context_is_refused_and_ended(program: Path, model: EmbeddedModel) -> None:
    write(program, PRETENDER.replace("CONTEXT", "context // 2"))
    with pytest.raises(PrerequisiteError, match=r"256 tokens of context, not 512: say -M context_size=256"):
        start(model)
    assert not [
        child for child in psutil.Process().children(recursive=True) if str(program) in child.cmdline()
    ]


def test_the_environment_of_the_server_holds_no_keys(
    program: Path, model: EmbeddedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "secret")
    monkeypatch.setenv("LLAMA_ARG_CTX_SIZE", "1")
    write(program, PRETENDER.replace("CONTEXT", "context"))
    server = start(model)
    try:
        environment = psutil.Process(server.process.popen.pid).children()[0].environ()
        assert environment["OMP_WAIT_POLICY"] == "passive"
        assert not {"OPENAI_API_KEY", "LLAMA_ARG_CTX_SIZE"} & set(environment)
        assert start(model) is server
    finally:
        server.process.kill()
    assert not server.running
    again = start(model)
    again.process.kill()
    assert again is not server


def test_a_llama_server_on_path_comes_before_the_wheel(
    tmp_path: Path, model: EmbeddedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LLMBENCH_LLAMA_SERVER", raising=False)
    write(tmp_path / "llama-server", "#!/bin/sh\n")
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    assert server_program() == (str(tmp_path / "llama-server"),)


def test_old_logs_are_cleared_away(program: Path, model: EmbeddedModel, cache: Path) -> None:
    (cache / "logs").mkdir(parents=True)
    old, recent = cache / "logs" / "a-1-0.log", cache / "logs" / "b-2-0.log"
    for log in (old, recent):
        log.touch()
    month_ago = time.time() - 30 * 86_400
    os.utime(old, (month_ago, month_ago))
    write(program, "#!/bin/sh\nexit 1\n")
    with pytest.raises(PrerequisiteError):
        start(model)
    assert not old.exists()
    assert recent.exists()


def test_a_wheel_with_another_hash_is_not_unpacked(
    wheels: Path, model: EmbeddedModel, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LLMBENCH_LLAMA_SERVER", raising=False)
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    write_wheel(wheels, WHEEL, WHEEL_VERSION, {})
    with pytest.raises(
        PrerequisiteError, match=r"has SHA-256 [0-9a-f]{64}, not [0-9a-f]{64}(.|\n)*llama-server"
    ):
        start(model)
    assert list((cache / "server").iterdir()) == []
