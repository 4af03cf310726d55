"""A task's world put into a sample's sandbox, and what is left of it read out again."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from functools import cache
from importlib.resources import files
from typing import Any, Final

from inspect_ai.util import ExecResult, OutputLimitExceededError, SandboxEnvironment, StoreModel

from llmbench_inspect.suites.tooluse.bench_tasks import ToolTask
from llmbench_inspect.suites.tooluse.goals import EndState
from llmbench_inspect.suites.tooluse.worlds import BASE_URL, PORT, World

_SECONDS: Final = 60
_EXPORT: Final = "/.log"


class StagingError(Exception):
    """A world could not be set up or read; this says nothing about the model."""


class Stage(StoreModel):
    """What is known of a sample's world while it runs, and after."""

    key: str = ""
    """With which its server signs its log; the model never sees it."""
    pids: list[int] | None = None
    """Process numbers of its services, in their order; `None` until the world is set up."""
    finished: bool = False
    """Whether the model ended by itself, rather than by a limit."""
    end: EndState | None = None
    """What was left; `None` until it was read."""


async def set_up(environment: SandboxEnvironment, world: World, stage: Stage) -> None:
    """Write a world's files, and start its services and its server.

    Args:
        environment: The sandbox.
        world: What has to be there.
        stage: Keeps what scoring needs to know.

    Raises:
        StagingError: Something of it could not be started.
    """
    for path, text in world.files.items():
        await environment.write_file(path, text)
    stage.pids, stage.key = [], secrets.token_hex(32)
    if world.modes or world.services:
        services = [(service.path, service.arguments) for service in world.services]
        started = await run_inside(environment, "start", {"modes": world.modes, "services": services})
        stage.pids = json.loads(started)
    if world.server is not None:
        plan = world.server.model_dump()
        await run_inside(environment, "server", {"port": PORT, "plan": plan, "key": stage.key})


async def take_over(environment: SandboxEnvironment, task: ToolTask, stage: Stage) -> EndState:
    """Read what a model left behind, once; the sandbox is then needed no more.

    Raises:
        StagingError: The world was never set up.
    """
    if stage.end is None:
        if stage.pids is None:
            raise StagingError("the world of this sample was never set up")
        paths = sorted(task.world.files.keys() | task.goal.files.keys())
        end = EndState(files={path: await _text(environment, path) for path in paths})
        for service, pid in zip(task.world.services, stage.pids, strict=True):
            if not await _runs(environment, pid, service.path):
                end.stopped.append(service.path)
        for path in task.goal.executable:
            if (await environment.exec(["test", "-x", path], timeout=_SECONDS)).success:
                end.executable.append(path)
        if task.world.server is not None and (told := await _served(environment, stage.key)):
            end.collections, end.requests = told["collections"], told["log"]
        stage.end = end
    return stage.end


async def _text(environment: SandboxEnvironment, path: str) -> str | None:
    """A file as text, what is no text with marks in its place; `None` where there is no such file."""
    try:
        return (await environment.read_file(path, text=False)).decode(errors="replace")
    except (OSError, OutputLimitExceededError):
        return None


async def _runs(environment: SandboxEnvironment, pid: int, path: str) -> bool:
    """Whether a service is the process that it was: neither ended nor followed by another of its number."""
    command = await _text(environment, f"/proc/{pid}/cmdline")
    status = await _text(environment, f"/proc/{pid}/stat")
    return command is not None and status is not None and path in command and ") Z" not in status


async def _served(environment: SandboxEnvironment, key: str) -> dict[str, Any] | None:
    """The server's log and items, if it is the server that was started that tells them."""
    nonce = secrets.token_hex(16)
    headers = {"X-Nonce": nonce, "X-Proof": _sign(key, nonce.encode())}
    reply = await send(environment, "GET", f"{BASE_URL}{_EXPORT}", headers=headers)
    proof = next((value for name, value in reply.get("headers", {}).items() if name == "X-Proof"), "")
    text = reply.get("text", "")
    if not hmac.compare_digest(_sign(key, (nonce + text).encode()).encode(), proof.encode()):
        return None
    return json.loads(text)


def _sign(key: str, message: bytes) -> str:
    return hmac.new(bytes.fromhex(key), message, hashlib.sha256).hexdigest()


async def send(
    environment: SandboxEnvironment,
    method: str,
    url: str,
    *,
    headers: dict[str, str],
    body: str | None = None,
) -> dict[str, Any]:
    """Send a request from inside a sandbox.

    Args:
        environment: The sandbox.
        method: Method.
        url: Whole address, which begins with `http://`.
        headers: Headers beside the usual ones.
        body: Body, if there is one.

    Returns:
        `status`, `reason`, `headers` and `text`; or `error` where there was no reply.

    Raises:
        StagingError: The program that sends it could not run.
    """
    given = {"method": method, "url": url, "headers": headers, "body": body}
    return json.loads(await run_inside(environment, "request", given))


async def run_inside(environment: SandboxEnvironment, program: str, given: dict[str, Any]) -> str:
    """Run one of the programs of `inside`; what it prints.

    Raises:
        StagingError: It ended with an error.
    """
    command = ["python3", "-I", "-S", "-B", "-c", _program(program)]
    result: ExecResult[str] = await environment.exec(command, input=json.dumps(given), timeout=_SECONDS)
    if not result.success:
        raise StagingError(f"{program} could not run in the sandbox: {result.stderr.strip()[-500:]}")
    return result.stdout


@cache
def _program(name: str) -> str:
    return (files("llmbench_inspect") / f"suites/tooluse/inside/{name}.py").read_text("utf-8")
