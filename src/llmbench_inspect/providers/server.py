"""A llama.cpp server of this process's own: started once for each model, ended with the process."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx
import psutil

from llmbench_inspect.cache import cache_dir
from llmbench_inspect.child_process import ChildProcess
from llmbench_inspect.prerequisite import PrerequisiteError
from llmbench_inspect.providers.catalogue import EmbeddedModel
from llmbench_inspect.providers.progress import say
from llmbench_inspect.providers.server_program import OWN_SERVER, server_program
from llmbench_inspect.providers.unread_output import UnreadOutput
from llmbench_inspect.providers.weights import weights

SLOTS: Final = 2
"""Requests that the server works on at a time; each has the whole stated context."""

START_SECONDS: Final = 300.0
LOG_DAYS: Final = 7
KEPT_VARIABLES: Final = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
ILLEGAL_INSTRUCTION: Final = 128 + 4

_servers: dict[tuple[str, ...], LlamaServer] = {}
_starting = threading.Lock()


@dataclass(frozen=True)
class LlamaServer:
    """A server that answers."""

    process: ChildProcess
    url: str
    """Such as `http://127.0.0.1:40123`, without `/v1`."""

    log: Path
    unread: UnreadOutput

    @property
    def running(self) -> bool:
        """Whether it has not ended since."""
        return self.process.running

    def last_words(self) -> str:
        """The end of its log."""
        return _tail(self.log)


def serve(model: EmbeddedModel, *, context_size: int, threads: int) -> LlamaServer:
    """The server of this model in this process, started when there is none yet.

    Args:
        model: What to serve; its weights are fetched on first use.
        context_size: Tokens, of prompt and answer together, that each request may take.
        threads: CPU threads that compute.

    Raises:
        PrerequisiteError: The weights or the program are not to be had, or the server does not start.
    """
    with _starting:
        command = (
            *server_program(),
            *("--model", str(weights(model)), "--alias", model.name, "--host", "127.0.0.1", "--port", "0"),
            # The context is split among the slots: without the unified cache, evenly.
            *("--parallel", str(SLOTS), "--ctx-size", str(SLOTS * context_size), "--no-kv-unified"),
            *("--threads", str(threads), "--device", "none", "--cache-ram", "0", "--log-verbosity", "2"),
            *("--jinja", "--no-webui", "--offline"),
            *(("--chat-template-file", str(model.chat_template)) if model.chat_template else ()),
        )
        server = _servers.get(command)
        if server is None or not server.running:
            server = _start(command, model, context_size)
            _servers[command] = server
        return server


def _start(command: tuple[str, ...], model: EmbeddedModel, context_size: int) -> LlamaServer:
    say(f"Starting embedded/{model.name} ...")
    log = _new_log(model.name)
    with log.open("wb") as file:
        process = ChildProcess(command, env=_environment(os.environ), stdout=file, stderr=subprocess.STDOUT)
    try:
        url = _wait(process, model, log)
        _check_context(url, model, context_size)
    except BaseException:
        process.kill()
        raise
    return LlamaServer(process, url, log, UnreadOutput(log))


def _check_context(url: str, model: EmbeddedModel, context_size: int) -> None:
    given = httpx.get(f"{url}/props", trust_env=False).json()["default_generation_settings"]["n_ctx"]
    if given != context_size:
        raise PrerequisiteError(
            f"llama-server gives embedded/{model.name} {given} tokens of context, not {context_size}: "
            f"say -M context_size={given}, or {OWN_SERVER}"
        )


def _environment(own: Mapping[str, str]) -> dict[str, str]:
    # API keys are none of the server's business, and LLAMA_ARG_* would change what it serves.
    kept = {name: own[name] for name in KEPT_VARIABLES if name in own}
    # OpenMP threads that spin as they wait cost most of the speed once anything else uses the processor.
    return kept | {"OMP_WAIT_POLICY": "passive", "GOMP_SPINCOUNT": "0", "GGML_VK_VISIBLE_DEVICES": ""}


def _wait(process: ChildProcess, model: EmbeddedModel, log: Path) -> str:
    deadline = time.monotonic() + START_SECONDS
    while process.running:
        port = _listening_port(process)
        if port is not None:
            url = f"http://127.0.0.1:{port}"
            try:
                if httpx.get(f"{url}/health", timeout=5.0, trust_env=False).status_code == 200:
                    return url
            except httpx.TransportError:
                pass  # it listens, but does not answer yet
        if time.monotonic() > deadline:
            raise PrerequisiteError(
                f"embedded/{model.name} did not answer in {START_SECONDS:.0f} s. Log: {log}\n{_tail(log)}"
            )
        time.sleep(0.05)
    status = process.kill()
    if status == ILLEGAL_INSTRUCTION:
        raise PrerequisiteError(
            f"The llama.cpp server for embedded/{model.name} met an instruction that this processor "
            f"does not have (the ready-made one needs AVX2, FMA, F16C and BMI2 on x86-64): {OWN_SERVER}"
        )
    raise PrerequisiteError(
        f"The llama.cpp server for embedded/{model.name} ended as it started (exit {status}). "
        f"Its log: {log}\n{_tail(log)}\nTo use another server, {OWN_SERVER}"
    )


def _listening_port(process: ChildProcess) -> int | None:
    # The kernel chose the port (--port 0), so it is never taken; which it is, is asked of the kernel too.
    try:
        for child in psutil.Process(process.popen.pid).children(recursive=True):
            for connection in child.net_connections("tcp4"):
                if connection.status == psutil.CONN_LISTEN:
                    return connection.laddr.port
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return None
    return None


def _new_log(name: str) -> Path:
    folder = cache_dir("logs")
    oldest = time.time() - LOG_DAYS * 86_400
    for log in folder.glob("*.log"):
        if log.stat().st_mtime < oldest:
            log.unlink(missing_ok=True)
    return folder / f"{name}-{os.getpid()}-{len(_servers)}.log"


def _tail(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    return "\n".join(lines[-15:])
