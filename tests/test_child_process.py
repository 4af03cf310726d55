"""A child process ends with its parent, however that ends."""

import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

from llmbench_inspect.child_process import ChildProcess

PARENT = """
import os, signal, sys
from llmbench_inspect.child_process import ChildProcess
script = (
    "import subprocess, sys, time; "
    "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)', sys.argv[1]]); time.sleep(600)"
)
child = ChildProcess([sys.executable, "-c", script, sys.argv[1]])
import psutil, time
while len([p for p in psutil.Process().children(recursive=True) if sys.argv[1] in p.cmdline()]) < 3:
    time.sleep(0.02)
{end}
"""


def _running(token: str) -> dict[psutil.Process, str]:
    found = {}
    for process in psutil.process_iter():
        try:
            if token in (command := process.cmdline()):
                found[process] = command[2]
        except psutil.Error:
            continue
    return found


@pytest.mark.parametrize(
    "end",
    [
        "sys.exit(0)",
        "os.kill(os.getpid(), signal.SIGKILL)",
        "os.kill(os.getpid(), signal.SIGINT)",
        "raise RuntimeError",
        "os.kill(child.popen.pid, signal.SIGKILL); child.popen.wait()",
    ],
)
def test_nothing_is_left_when_the_parent_ends(end: str) -> None:
    token = f"llmbench-test-{os.getpid()}-{time.monotonic_ns()}"
    subprocess.run(
        [sys.executable, "-c", PARENT.format(end=end), token], stderr=subprocess.DEVNULL, check=False
    )
    deadline = time.monotonic() + 10
    while _running(token) and time.monotonic() < deadline:
        time.sleep(0.05)
    # A grandchild outlives a guard that was itself killed: only the child is tied to it by the kernel.
    running = _running(token)
    for process in running:
        process.kill()
    left = [program for program in running.values() if program != "time.sleep(600)"]
    assert [program for program in left if "subprocess.Popen" in program] == []
    if "child.popen.pid" not in end:
        assert left == []


def test_streams_and_exit_status_pass_through() -> None:
    child = ChildProcess(["cat"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    with child.popen.stdin, child.popen.stdout:  # type: ignore[union-attr]
        child.popen.stdin.write(b"hello\n")  # type: ignore[union-attr]
        child.popen.stdin.close()  # type: ignore[union-attr]
        assert child.popen.stdout.read() == b"hello\n"  # type: ignore[union-attr]
    assert child.popen.wait() == 0
    assert not child.running


def test_kill_ends_the_child_and_may_be_repeated() -> None:
    child = ChildProcess(["sleep", "600"])
    assert child.running
    assert child.kill() == 128 + signal.SIGKILL
    assert child.kill() == 128 + signal.SIGKILL


def test_a_missing_program_is_named(capfd: pytest.CaptureFixture[str]) -> None:
    child = ChildProcess(["no-such-program"], stderr=None)
    assert child.popen.wait() != 0
    assert "no-such-program" in capfd.readouterr().err
    child.kill()
