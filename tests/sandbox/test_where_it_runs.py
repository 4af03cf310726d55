"""Where jails run: as root, as a plain user, not on machines that forbid them; and that nothing is left."""

import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from llmbench_inspect.prerequisite import PrerequisiteError
from llmbench_inspect.sandbox import BwrapSandboxEnvironment, python_pool

PROJECT = Path(__file__).parents[2]
PREFIX = Path(sys.base_prefix).resolve()

SESSION = """
import anyio, sys
from llmbench_inspect.prerequisite import PrerequisiteError
from llmbench_inspect.sandbox import BwrapConfig, BwrapSandboxEnvironment, python_pool

async def main():
    try:
        config = BwrapConfig(binds={"/MARK": "/usr"})
        await BwrapSandboxEnvironment.task_init("test", config)
        (jail,) = (await BwrapSandboxEnvironment.sample_init("test", config, {})).values()
        await jail.write_file("file", "text")
        command = "cat file; echo; id -u; (sleep 1000 &) > /dev/null 2>&1"
        print((await jail.exec(["sh", "-c", command])).stdout.split())
        program = "import os; print('pool', os.getuid())"
        print((await python_pool().run(program, timeout=30)).stdout.split(), flush=True)
    except PrerequisiteError as error:
        print(error)
        return
    if "stay" in sys.argv:
        await python_pool().run("while True: pass", timeout=1000)
    await BwrapSandboxEnvironment.sample_cleanup("test", config, {"default": jail}, False)

anyio.run(main)
"""
WORKED = "['text', '1000']\n['pool', '1000']\n"


def script(mark: str = "mark") -> list[str]:
    return [sys.executable, "-c", SESSION.replace("MARK", mark)]


def said(command: list[str]) -> str:
    finished = subprocess.run(command, capture_output=True, text=True, timeout=60, cwd="/", check=False)
    return finished.stdout + finished.stderr


def opened(*needed: Path) -> list[str]:
    """A view of the machine, for root, in which anybody can reach some paths."""
    command = ["bwrap", "--dev-bind", "/", "/"]
    for path in needed:
        closed = [parent for parent in reversed(path.parents) if not parent.stat().st_mode & 1]
        if closed:
            command += ["--tmpfs", str(closed[0])]
            inside = [parent for parent in reversed(path.parents) if closed[0] in parent.parents]
            command += [part for parent in inside for part in ("--dir", str(parent))]
            command += ["--ro-bind", str(path), str(path)]
    return [*command, "--cap-add", "ALL", "--"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user; all else runs as this one")
@pytest.mark.skipif(
    any(not folder.stat().st_mode & 1 for folder in PROJECT.parents),
    reason="the checkout is in a closed folder",
)
def test_as_a_plain_user() -> None:
    user = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "env", "HOME=/tmp"]
    assert said([*opened(PREFIX), *user, *script()]) == WORKED


def test_without_bubblewrap() -> None:
    hidden = ["bwrap", "--dev-bind", "/", "/", "--ro-bind", "/dev/null", shutil.which("bwrap") or "", "--"]
    message = said([*hidden, *script()])
    assert "bwrap" in message
    assert "apt-get install bubblewrap" in message
    assert "Traceback" not in message


def test_where_namespaces_are_forbidden() -> None:
    forbidding = 'echo 0 > /proc/sys/user/max_user_namespaces && exec "$@"'
    message = said(["unshare", "--user", "--map-root-user", "sh", "-c", forbidding, "sh", *script()])
    assert "No bubblewrap jail can be started here" in message
    assert "sysctl -w user.max_user_namespaces=15000" in message
    assert "--sandbox docker" in message
    assert "Traceback" not in message


@pytest.mark.parametrize("platform", ["darwin", "win32"])
@pytest.mark.anyio
async def test_on_other_systems(platform: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    with pytest.raises(PrerequisiteError, match=r"Linux only.*--sandbox docker"):
        await BwrapSandboxEnvironment.task_init("test", None)


@pytest.mark.anyio
async def test_a_sample_that_runs_nothing_starts_nothing() -> None:
    before = len(psutil.Process().children(recursive=True))
    environments = await BwrapSandboxEnvironment.sample_init("test", None, {})
    assert len(psutil.Process().children(recursive=True)) == before
    await BwrapSandboxEnvironment.sample_cleanup("test", None, environments, False)


def state() -> tuple[object, ...]:
    """What a jail could leave behind: processes, mounts, files, open files."""
    return (
        {process.pid for process in psutil.Process().children(recursive=True)},
        Path("/proc/self/mountinfo").read_text(encoding="utf-8"),
        Path("/tmp/left-behind").exists(),
        len(list(Path("/proc/self/fd").iterdir())),
    )


@pytest.mark.anyio
async def test_nothing_survives_a_sample() -> None:
    await python_pool().run("pass", timeout=30)
    before = state()
    for interrupted in (False, True):
        environments = await BwrapSandboxEnvironment.sample_init("test", None, {})
        jail = environments["default"]
        await jail.write_file("/tmp/left-behind", "text")
        await jail.exec(["sh", "-c", "setsid nohup sleep 1000 > /dev/null 2>&1 &"])
        await BwrapSandboxEnvironment.sample_cleanup("test", None, environments, interrupted)
    assert state() == before


@pytest.fixture
def mark() -> Iterator[str]:
    mark = f"mark-{secrets.token_hex(8)}"
    yield mark
    deadline = time.monotonic() + 10
    while left := [
        process
        for process in psutil.process_iter(["cmdline"])
        if mark in " ".join(process.info["cmdline"] or [])
    ]:
        assert time.monotonic() < deadline, left
        time.sleep(0.05)


def test_nothing_survives_a_killed_run(mark: str) -> None:
    with subprocess.Popen([*script(mark), "stay"], stdout=subprocess.PIPE, text=True, cwd="/") as run:
        assert run.stdout
        assert run.stdout.readline() + run.stdout.readline() == WORKED
        below = psutil.Process(run.pid).children(recursive=True)
        assert len(below) > 5
        run.send_signal(signal.SIGKILL)
    _, alive = psutil.wait_procs(below, 10)
    assert alive == []


KILLED_EARLY = """
import anyio, os, signal, time
from llmbench_inspect.sandbox import BwrapConfig, BwrapSandboxEnvironment

for milliseconds in (1, 2, 4, 6, 8, 12, 16, 24, 32, 48):
    child = os.fork()
    if child == 0:
        anyio.run(BwrapSandboxEnvironment.task_init, "test", BwrapConfig(binds={"/MARK": "/usr"}))
        os._exit(0)
    time.sleep(milliseconds / 1000)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
print("done")
"""


def test_nothing_survives_a_run_killed_while_a_jail_starts(mark: str) -> None:
    assert said([sys.executable, "-c", KILLED_EARLY.replace("MARK", mark)]) == "done\n"
