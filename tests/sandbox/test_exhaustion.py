"""What a hostile program would like to use up: time, output, processes, memory, disk."""

import threading
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, Self

import anyio
import psutil
import pytest
from inspect_ai.util import OutputLimitExceededError

from llmbench_inspect.sandbox import BwrapConfig, BwrapSandboxEnvironment

pytestmark = pytest.mark.anyio

Run = Callable[[str, int], Awaitable[Any]]

MIB = 1 << 20
MEMORY = 256 * MIB


@pytest.fixture
def config() -> BwrapConfig:
    return BwrapConfig(memory=MEMORY, disk=256 * MIB, files=10_000, processes=64)


async def test_only_the_end_of_a_gigabyte_is_kept(run: Run) -> None:
    before = psutil.Process().memory_info().rss
    outcome = await run(
        "import os\nfor _ in range(16384): os.write(1, b'x' * 65536)\nos.write(1, b'end')", 100
    )
    assert outcome.returncode == 0
    assert outcome.stdout.endswith("xend")
    assert len(outcome.stdout) <= 10 * MIB
    assert psutil.Process().memory_info().rss - before < 200 * MIB


STUBBORN = """
import signal
signal.signal(signal.SIGTERM, signal.SIG_IGN)
while True: pass
"""
WRITING = """
import os, time
if os.fork() == 0:
    while True: os.write(1, b'x' * 65536)
time.sleep(100)
"""
DAEMON = """
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        while True: time.sleep(1)
    os._exit(0)
time.sleep(100)
"""
FORKING = """
import os, signal
signal.signal(signal.SIGTERM, signal.SIG_IGN)
while True:
    try:
        if os.fork() == 0: pass
    except OSError: pass
"""


@pytest.mark.parametrize(
    "program",
    [STUBBORN, WRITING, DAEMON, FORKING, FORKING.replace("pass", "os.setsid()", 1)],
    ids=["ignores SIGTERM", "grandchild writes on", "daemon", "fork bomb", "fork bomb with setsid"],
)
async def test_a_timeout_ends_everything(run: Run, program: str) -> None:
    await run("pass", 20)
    await anyio.sleep(0.2)
    before = set(psutil.Process().children(recursive=True))
    started = time.monotonic()
    with pytest.raises(TimeoutError):
        await run(program, 1)
    assert time.monotonic() - started < 10
    with anyio.fail_after(5):
        while set(psutil.Process().children(recursive=True)) - before:  # noqa: ASYNC110
            await anyio.sleep(0.02)
    assert (await run("print('next')", 20)).stdout == "next\n"


async def test_much_memory_in_one_process(run: Run) -> None:
    assert (await run("x = b'x' * (8 << 30)", 20)).returncode != 0
    mapped = (
        "import mmap\nx = mmap.mmap(-1, 8 << 30)\nfor at in range(0, 8 << 30, 4096): x[at] = 1\nprint('all')"
    )
    with Peak() as peak:
        outcome = await run(mapped, 60)
    assert (outcome.returncode in {137, -9}, outcome.stdout) == (True, "")
    assert peak.held < 6 * MEMORY


async def test_much_memory_in_many_processes(run: Run) -> None:
    program = """
import os, time
for _ in range(7):
    if os.fork() == 0: break
x = bytearray(200 << 20)
for at in range(0, len(x), 4096): x[at] = 1
time.sleep(3)
print("all")
"""
    with Peak() as peak:
        outcome = await run(program, 60)
    assert peak.held < 6 * MEMORY
    assert outcome.stdout.count("all") <= 1


class Peak:
    """Watches how much memory the processes that start meanwhile hold together, in bytes."""

    def __enter__(self) -> Self:
        self.held = 0
        self._others = set(psutil.Process().children(recursive=True))
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()
        return self

    def _watch(self) -> None:
        while not self._ended.wait(0.02):
            held = 0
            for process in set(psutil.Process().children(recursive=True)) - self._others:
                with suppress(psutil.NoSuchProcess):
                    held += process.memory_info().rss
            self.held = max(self.held, held)

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()


async def test_a_full_disk(run: Run) -> None:
    program = """
import errno
written = 0
try:
    for number in range(64):
        with open(f"file{number}", "wb", 0) as file:
            for _ in range(32): written += file.write(b"x" * (1 << 20))
except OSError as error: print(error.errno == errno.ENOSPC, written <= 256 << 20)
"""
    outcome = await run(program, 60)
    assert outcome.stdout == "True True\n", outcome


async def test_too_many_files(run: Run) -> None:
    program = """
import errno, os
number = 0
try:
    for number in range(300_000): os.close(os.open(f"file{number}", os.O_CREAT))
except OSError as error: print(error.errno == errno.ENOSPC, number < 20_000)
"""
    outcome = await run(program, 60)
    assert outcome.stdout == "True True\n", outcome


@pytest.mark.parametrize("command", ["truncate -s 200M large", "head -c 200M /dev/zero > large"])
async def test_large_files_are_not_read(sandbox_env: BwrapSandboxEnvironment, command: str) -> None:
    before = psutil.Process().memory_info().rss
    assert (await sandbox_env.exec(["sh", "-c", command])).success
    with pytest.raises(OutputLimitExceededError):
        await sandbox_env.read_file("large", text=False)
    assert psutil.Process().memory_info().rss - before < 50 * MIB
