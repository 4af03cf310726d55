"""What a hostile program would like to reach: files, keys, the network, other processes, the kernel."""

import os
import socket
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from llmbench_inspect.sandbox import BwrapSandboxEnvironment

pytestmark = pytest.mark.anyio

Run = Callable[[str, int], Awaitable[Any]]

PROJECT = Path(__file__).parents[2]
HOME = Path.home()


def refused(*calls: str) -> str:
    """A program that prints the number of each call that was not refused."""
    lines = ["import os, socket"]
    for number, call in enumerate(calls):
        lines += ["try:", f"    {call}", "except OSError: pass", f"else: print({number})"]
    return "\n".join(lines)


async def all_refused(run: Run, *calls: str) -> None:
    outcome = await run(refused(*calls), 20)
    assert (outcome.stdout, outcome.returncode) == ("", 0), outcome.stderr


async def test_secrets(run: Run, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("s3cret", encoding="utf-8")
    paths = ("/etc/shadow", secret, PROJECT / "pyproject.toml", HOME / ".bashrc", "/proc/kcore", "/dev/mem")
    await all_refused(run, *(f"open({str(path)!r}, 'rb').read(1)" for path in paths))


async def test_home_and_project_are_not_there(run: Run) -> None:
    program = f"""
import os
print(os.path.exists({str(PROJECT)!r}), *os.listdir({str(HOME)!r}) if os.path.exists({str(HOME)!r}) else ())
"""
    outcome = await run(program, 20)
    project, *names = outcome.stdout.split()
    assert project == "False"
    assert set(names) <= set(Path(sys.base_prefix).parts), "only the way to this Python is there"


async def test_keys_in_the_environment(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_API_KEY", "s3cret-key")
    program = """
import glob, os
seen = [str(dict(os.environ))]
for path in glob.glob("/proc/*/environ") + glob.glob("/proc/*/cmdline") + glob.glob("/proc/*/task/*/environ"):
    try: seen.append(open(path).read())
    except OSError: pass
print("s3" + "cret" in "".join(seen), len(seen) > 1)
"""
    outcome = await run(program, 20)
    assert outcome.stdout == "False True\n", outcome


async def test_the_first_process_cannot_be_read(run: Run) -> None:
    await all_refused(
        run,
        "open('/proc/1/environ').read()",
        "open('/proc/1/mem', 'rb')",
        "open('/proc/1/maps').read(1)",
        "os.readlink('/proc/1/root')",
        "[os.open(f'/proc/1/fd/{name}', os.O_RDWR) for name in os.listdir('/proc/1/fd')]",
    )


async def test_the_first_process_cannot_be_crippled(run: Run) -> None:
    await all_refused(
        run,
        "__import__('resource').prlimit(1, 7, (0, 0))",
        "os.setpriority(os.PRIO_PROCESS, 1, 19)",
        "os.setpriority(os.PRIO_PGRP, 1, 19)",
        "os.sched_setscheduler(1, os.SCHED_IDLE, os.sched_param(0))",
        "os.sched_setaffinity(1, {0})",
    )


async def test_a_command_holds_only_its_streams(run: Run) -> None:
    outcome = await run("import os; print(sorted(map(int, os.listdir('/proc/self/fd')))[:-1])", 20)
    assert outcome.stdout == "[0, 1, 2]\n"


async def test_only_the_work_folders_are_writable(run: Run) -> None:
    program = """
import os
places = set()
def attempt(path, place):
    try: open(path, "w").close()
    except OSError: pass
    else: places.add(place)
for folder, folders, _ in os.walk("/"):
    if folder == "/": folders[:] = [name for name in folders if name not in ("proc", "usr")]
    attempt(folder + "/x", folder)
for folder in ("/usr", "/usr/bin", "/usr/local/bin", "/proc", "/proc/sys", "/proc/sys/kernel"):
    attempt(folder + "/x", folder)
for folder, _, files in os.walk("/proc/sys"):
    for file in files: attempt(f"{folder}/{file}", folder)
for file in ("/proc/sysrq-trigger", "/dev/mem", "/dev/sda", "/dev/vda"):
    attempt(file, file)
print(*sorted(places))
"""
    outcome = await run(program, 30)
    assert outcome.stdout.split() == ["/dev/shm", "/sandbox", "/tmp", "/var/tmp"], outcome


async def test_the_machines_network(run: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as tcp, socket.socket(socket.AF_UNIX) as abstract:
        name = f"\0llmbench-test-{os.getpid()}"
        abstract.bind(name)
        abstract.listen()
        await all_refused(
            run,
            f"socket.create_connection(('127.0.0.1', {tcp.getsockname()[1]}), 1)",
            f"socket.socket(socket.AF_UNIX).connect({name!r})",
            "socket.create_connection(('192.0.2.1', 53), 1)",
            "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('192.0.2.1', 9))",
            "socket.socket(40, socket.SOCK_STREAM)",  # AF_VSOCK, which network namespaces do not contain
            "socket.socket(socket.AF_ALG, socket.SOCK_SEQPACKET)",
            "socket.socket(socket.AF_PACKET, socket.SOCK_RAW)",
        )


async def test_killing_whatever_can_be_named(run: Run) -> None:
    await run("import os; os.kill(1, 9); os.kill(os.getppid(), 9); os.kill(-1, 9)", 20)
    await run("import os; os.kill(0, 9)", 20)
    assert (await run("print('next')", 20)).stdout == "next\n"


async def test_files_are_read_whatever_is_killed(sandbox_env: BwrapSandboxEnvironment) -> None:
    killer = """
import os, signal
if os.fork() == 0:
    while True:
        try: os.kill(-1, signal.SIGKILL)
        except ProcessLookupError: pass
"""
    await sandbox_env.exec(["python3", "-I", "-S", "-c", killer])
    for number in range(20):
        await sandbox_env.write_file(f"file{number}", "text")
        assert await sandbox_env.read_file(f"file{number}") == "text"
    assert (await sandbox_env.exec(["sleep", "10"])).returncode == 137


async def test_kernel_interfaces(run: Run) -> None:
    program = """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.argtypes = [ctypes.c_long] + [ctypes.c_void_p] * 6
arm = os.uname().machine == "aarch64"
calls = {
    "ptrace": (117 if arm else 101, 16, 1), "bpf": (280 if arm else 321, 0), "io_uring": (425, 1),
    "mount": (40 if arm else 165, 0, 0, 0, 0, 0), "unshare user": (97 if arm else 272, 0x10000000),
    "unshare mount": (97 if arm else 272, 0x20000), "setns": (268 if arm else 308, 0, 0),
    "clone user": (220 if arm else 56, 0x10000011), "clone3": (435, 0, 0), "keyctl": (219 if arm else 250, 0),
    "perf": (241 if arm else 298, 0), "userfaultfd": (282 if arm else 323, 0),
    "memfd": (279 if arm else 319, 0, 0), "shmget": (194 if arm else 29, 0, 4096, 0o1600),
    "process_vm_readv": (270 if arm else 310, 1), "chroot": (51 if arm else 161, 0), "pidfd_getfd": (438, 0),
    "open_by_handle_at": (265 if arm else 304, 0), "x32 getpid": (0x40000000 + 39,),
}
for name, (number, *arguments) in calls.items():
    result = libc.syscall(number, *arguments, *[0] * (6 - len(arguments)))
    if result == 0 and "clone" in name: os._exit(0)
    if result >= 0 or ctypes.get_errno() not in (1, 38): print(name, result, ctypes.get_errno())
status = open("/proc/self/status").read()
print("Seccomp:\\t2" in status, "CapEff:\\t0000000000000000" in status, "NoNewPrivs:\\t1" in status)
"""
    outcome = await run(program, 20)
    assert outcome.stdout == "True True True\n", outcome


async def test_links_lead_nowhere(sandbox_env: BwrapSandboxEnvironment, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.write_text("s3cret", encoding="utf-8")
    await sandbox_env.exec(["ln", "-s", str(outside), "link"])
    await sandbox_env.exec(["ln", "-s", "/usr/bin/env", "system"])
    await sandbox_env.exec(["ln", "-s", "/proc/1/root", "root"])
    paths = ("link", f"../..{outside}", str(outside), f"root{outside}", f"/proc/self/cwd/../..{outside}")
    for path in paths:
        with pytest.raises((FileNotFoundError, PermissionError)):
            await sandbox_env.read_file(path)
    for path in paths:  # some of these are places in the jail's own /tmp
        with suppress(OSError):
            await sandbox_env.write_file(path, "changed")
    with pytest.raises(OSError, match="system"):
        await sandbox_env.write_file("system", "changed")
    assert outside.read_text(encoding="utf-8") == "s3cret"


async def test_reading_and_writing_never_wait(sandbox_env: BwrapSandboxEnvironment) -> None:
    await sandbox_env.exec(["mkfifo", "pipe"])
    for path in ("pipe", "/dev/zero", "/dev/tty"):
        with pytest.raises(OSError, match=path):
            await sandbox_env.read_file(path)
        with pytest.raises(OSError, match=path):
            await sandbox_env.write_file(path, "x")
