"""A world in its jail: what its server answers, and what a model inside can do to it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import pytest
from inspect_ai.util import Store

from llmbench_inspect.sandbox import BwrapConfig, BwrapSandboxEnvironment
from llmbench_inspect.suites.tooluse import load_tasks
from llmbench_inspect.suites.tooluse.goals import EndState
from llmbench_inspect.suites.tooluse.stage import Stage, send, set_up, take_over
from llmbench_inspect.suites.tooluse.worlds import BASE_URL

T = TypeVar("T")
SERVED = next(task for task in load_tasks() if task.template == "change_field")
COLLECTION = next(iter(SERVED.goal.collections))
WITH_SERVICES = next(task for task in load_tasks() if task.template == "stop_process")


class World:
    """A jail with a task's world in it."""

    def __init__(self, environment: BwrapSandboxEnvironment, stage: Stage, task: Any) -> None:
        self.environment = environment
        self.stage = stage
        self.task = task

    async def shell(self, command: str) -> str:
        result = await self.environment.exec(["bash", "-c", command], timeout=30)
        return result.stdout + result.stderr

    async def ask(self, method: str, path: str, body: str | None = None, **headers: str) -> tuple[int, Any]:
        reply = await send(self.environment, method, f"{BASE_URL}{path}", headers=headers, body=body)
        return reply["status"], json.loads(reply["text"])

    async def end(self) -> EndState:
        return await take_over(self.environment, self.task, self.stage)


def within(task: Any, work: Callable[[World], Awaitable[T]]) -> T:
    async def run() -> T:
        environments = await BwrapSandboxEnvironment.sample_init("world", BwrapConfig(), {})
        environment = environments["default"].as_type(BwrapSandboxEnvironment)
        stage = Stage(store=Store())
        try:
            await set_up(environment, task.world, stage)
            return await work(World(environment, stage, task))
        finally:
            await BwrapSandboxEnvironment.sample_cleanup("world", None, environments, False)

    return asyncio.run(run())


def test_the_server_keeps_items_and_a_log() -> None:
    async def work(world: World) -> None:
        [first, *_] = SERVED.world.server.collections[COLLECTION]  # type: ignore[union-attr]
        path = f"/{COLLECTION}/{first['id']}"
        assert await world.ask("GET", path) == (200, first)
        assert await world.ask("PATCH", path, '{"price": 7}') == (200, first | {"price": 7})
        assert (await world.ask("POST", f"/{COLLECTION}", "no json"))[0] == 400
        assert (await world.ask("POST", f"/{COLLECTION}", "[" * 60_000))[0] == 400
        assert (await world.ask("GET", f"/{COLLECTION}/4711"))[0] == 404
        assert (await world.ask("DELETE", f"/{COLLECTION}"))[0] == 405
        assert (await world.ask("POST", f"/{COLLECTION}", "x" * 70_000))[0] == 413
        end = await world.end()
        assert end.collections is not None
        assert end.collections[COLLECTION][0]["price"] == 7
        assert [request["status"] for request in end.requests] == [200, 200, 400, 400, 404, 405]

    within(SERVED, work)


def test_nobody_inside_reads_the_key_or_the_log() -> None:
    async def work(world: World) -> None:
        assert (await world.ask("GET", "/.log"))[0] == 404
        assert (await world.ask("GET", "/.log", **{"X-Nonce": "1", "X-Proof": "0" * 64}))[0] == 404
        seen = await world.shell(
            "for p in /proc/[0-9]*; do cat $p/environ $p/cmdline $p/mem < /dev/null; done 2>/dev/null | "
            "tr '\\0' '\\n'"
        )
        assert world.stage.key
        assert world.stage.key not in seen
        pid = (await world.shell("pgrep -x python3")).strip()
        assert "Permission denied" in await world.shell(f"head -c1 /proc/{pid}/mem")

        assert "Permission denied" in await world.shell(f"ls /proc/{pid}/fd")

    within(SERVED, work)


IMPOSTOR = """
import http.server, json, os
items = json.loads('''%s''')
class Impostor(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        payload = json.dumps({'log': [], 'collections': items}).encode()
        self.send_response(200); self.send_header('X-Proof', self.headers.get('X-Proof', ''))
        self.end_headers(); self.wfile.write(payload)
server = http.server.HTTPServer(('127.0.0.1', 8080), Impostor)
if os.fork(): os._exit(0)
for n in range(3): os.dup2(os.open(os.devnull, os.O_RDWR), n)
server.serve_forever()
"""


def test_an_impostor_in_the_servers_place_proves_nothing() -> None:
    async def work(world: World) -> None:
        program = IMPOSTOR % json.dumps(SERVED.goal.collections)
        await world.environment.write_file("fake.py", program)
        assert (await world.shell("pkill -9 -x python3; sleep 0.5; python3 fake.py")) == ""
        status, told = await world.ask("GET", "/anything")
        assert (status, told["collections"]) == (200, SERVED.goal.collections)
        assert (await world.end()).collections is None

    within(SERVED, work)


def test_services_that_were_ended_are_told_from_those_that_run() -> None:
    [wanted] = WITH_SERVICES.goal.stopped

    async def work(world: World) -> None:
        name = wanted.removeprefix("services/")
        assert (await world.shell(f"pgrep -c -x {name}")).strip() == "1"
        await world.shell(f"pkill -x {name}; sleep 0.3; {wanted} < /dev/zero & ")
        assert (await world.end()).stopped == [wanted]

    within(WITH_SERVICES, work)


@pytest.mark.parametrize("ending", ["kill -9 -1", "pkill python3"])
def test_whatever_was_ended_inside_the_end_is_read(ending: str) -> None:
    async def work(world: World) -> None:
        await world.shell(f"{ending}; true")
        end = await world.end()
        assert end.collections is None
        assert end.requests == []

    within(SERVED, work)
