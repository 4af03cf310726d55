"""The warm Python pool: programs run as Python runs files, and no program learns of another."""

import subprocess
import sys
import time

import anyio
import psutil
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from llmbench_inspect.sandbox import ProgramResult, python_pool, run_in_fresh_jail

pytestmark = pytest.mark.anyio


async def run(program: str, *, seconds: float = 20, memory: int = 512 << 20) -> ProgramResult:
    return await python_pool().run(program, timeout=seconds, memory=memory)


async def test_a_program_is_the_main_module() -> None:
    result = await run(
        """
import os, pickle, sys
class Here: pass
pickle.loads(pickle.dumps(Here()))
print(__name__, os.path.basename(__file__), sys.argv, os.getcwd(), os.listdir(), not sys.stdin.read(), end="")
"""
    )
    assert result.stdout == "__main__ program.py ['program.py'] /sandbox ['program.py'] True"
    assert (result.returncode, result.stderr, result.timed_out, result.out_of_memory) == (0, "", False, False)
    assert 0 < result.cpu_seconds < result.seconds + 0.1


SAY = "import sys; sys.stderr.write('late')"
TRACEBACK = """\
Traceback (most recent call last):
  File "/sandbox/program.py", line 2, in <module>
    left / 0
    ~~~~~^~~
ZeroDivisionError: division by zero
"""
SYNTAX = """\
  File "/sandbox/program.py", line 1
    def f(:
          ^
SyntaxError: invalid syntax
"""


@pytest.mark.parametrize(
    ("program", "returncode", "stderr"),
    [
        ("raise SystemExit", 0, ""),
        ("import sys; sys.exit(3)", 3, ""),
        ("exit('gone')", 1, "gone\n"),
        ("import os; os._exit(7)", 7, ""),
        ("import os, signal; os.kill(os.getpid(), signal.SIGTERM)", -15, ""),
        ("import os; os.abort()", -6, ""),
        (f"import atexit; atexit.register(exec, {SAY!r})", 0, "late"),
        (f"from threading import Timer; Timer(.1, exec, [{SAY!r}]).start()", 0, "late"),
        (f"from multiprocessing import Process; Process(target=exec, args=[{SAY!r}]).start()", 0, "late"),
        (f"import subprocess, sys; subprocess.run([sys.executable, '-I', '-S', '-c', {SAY!r}])", 0, "late"),
        (f"import asyncio\nasync def main(): exec({SAY!r})\nasyncio.run(main())", 0, "late"),
        ("left = 1\nleft / 0", 1, TRACEBACK),
        ("def f(:", 1, SYNTAX),
    ],
)
async def test_a_program_ends_as_python_ends_it(program: str, returncode: int, stderr: str) -> None:
    result = await run(program)
    assert (result.returncode, result.stderr) == (returncode, stderr)


async def test_input_is_read() -> None:
    result = await python_pool().run("print(input(), input())", input="one\ntwo\n", timeout=20)
    assert result.stdout == "one two\n"


async def test_a_jail_for_one_program() -> None:
    before = set(psutil.Process().children(recursive=True))
    result = await run_in_fresh_jail(
        "import json\nprint(json.loads(input()))\nexit(3)", input="[1]", timeout=20
    )
    assert (result.stdout, result.returncode, result.stderr) == ("[1]\n", 3, "")
    assert (await run_in_fresh_jail("while True: pass", timeout=0.3)).timed_out
    assert set(psutil.Process().children(recursive=True)) <= before


async def test_time_is_up() -> None:
    started = time.monotonic()
    result = await run("print('early', flush=True)\nwhile True: pass", seconds=0.5)
    assert (result.timed_out, result.out_of_memory, result.stdout, result.returncode) == (
        True,
        False,
        "early\n",
        -9,
    )
    assert 0.5 <= result.seconds <= time.monotonic() - started < 5
    assert result.cpu_seconds > 0


async def test_memory_is_used_up() -> None:
    result = await run("x = bytearray(1 << 30)", memory=128 << 20)
    assert (result.out_of_memory, result.timed_out, result.returncode) == (True, False, 1)
    together = """
import os, time
for _ in range(4): os.fork()
x = bytearray(32 << 20)
for at in range(0, len(x), 4096): x[at] = 1
time.sleep(10)
"""
    result = await run(together, memory=128 << 20)
    assert (result.out_of_memory, result.timed_out, result.returncode) == (True, False, -9)


async def test_a_program_that_may_use_its_memory_is_left_alone() -> None:
    shared = """
import os, time
x = bytearray(96 << 20)
for at in range(0, len(x), 4096): x[at] = 1
for _ in range(3): os.fork()
time.sleep(.3)
"""
    result = await run(shared, memory=160 << 20)
    assert (result.out_of_memory, result.returncode) == (False, 0)


async def test_a_waiting_program_is_not_charged() -> None:
    results: list[ProgramResult] = []

    async def one() -> None:
        results.append(await run("import time; time.sleep(.3)", seconds=1))

    async with anyio.create_task_group() as together:
        for _ in range(20):
            together.start_soon(one)
    assert [result.timed_out for result in results] == [False] * 20
    assert max(result.seconds for result in results) < 1


def first_process() -> psutil.Process:
    """That of the pool's jail; its children are the guards, and theirs the programs."""
    (first,) = [
        process
        for process in psutil.Process().children(recursive=True)
        if "inside.programs" in " ".join(process.cmdline())
        and process.name() != "bwrap"
        and (parent := process.parent())
        and parent.name() == "bwrap"
    ]
    return first


async def test_a_cancelled_program_ends() -> None:
    with anyio.move_on_after(0.5):
        await run("while True: pass", seconds=60)
    with anyio.fail_after(5):
        while any(guard.children() for guard in first_process().children()):  # noqa: ASYNC110
            await anyio.sleep(0.02)


LOOK_AROUND = """
import gc, os, re, socket, time
secret = "mar" + "ker" + "-"
found = set()
def look():
    for folder, _, names in os.walk("/"):
        if folder == "/": continue
        if folder.startswith(("/proc", "/usr", "/root", "/lib", "/etc")): continue
        found.update(f"{folder}/{name}" for name in names if secret in name)
    for pid in filter(str.isdigit, os.listdir("/proc")):
        if int(pid) != os.getpid(): found.add(f"process {pid}")
    for name in os.listdir("/proc/self/fd"):
        if int(name) > 2 and os.path.exists(f"/proc/self/fd/{name}"): found.add(f"file {name}")
    with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb") as memory:
        for line in maps:
            start, end = (int(part, 16) for part in line.split()[0].split("-"))
            if "r" not in line.split()[1] or "[v" in line: continue
            memory.seek(start)
            text = memory.read(end - start)
            found.update(match.decode() for match in re.findall(secret.encode() + rb"\\d+", text))
open(secret + "OWN", "w").close()
end = time.monotonic() + 1.0
while time.monotonic() < end: look()
found -= {folder + "/" + secret + "OWN" for folder in ("/sandbox", "/tmp", "/var/tmp", "/dev/shm")}
print(sorted(found))
"""


async def test_programs_do_not_learn_of_each_other() -> None:
    outputs: list[str] = []

    async def one(number: int) -> None:
        outputs.append((await run(LOOK_AROUND.replace("OWN", str(number)))).stdout)

    async with anyio.create_task_group() as together:
        for number in range(4):
            together.start_soon(one, number)
    assert len(outputs) == 4
    for output in outputs:
        others = {f"marker-{other}" for other in range(4)}
        assert sum(other in output for other in others) <= 1, output
        assert "process" not in output
        assert "file" not in output


async def test_the_pool_comes_back() -> None:
    assert (await run("print(1)")).returncode == 0
    first = first_process()
    guards = first.children()
    for guard in guards:
        guard.kill()
    psutil.wait_procs(guards, 5)
    assert (await run("print(2)")).stdout == "2\n"
    bubblewrap = first.parents()[: first.parents().index(psutil.Process())]
    first.kill()
    psutil.wait_procs(bubblewrap, 5)
    assert (await run("print(3)")).stdout == "3\n"


def test_the_pool_serves_several_event_loops() -> None:
    for number in range(3):
        assert anyio.run(run, f"print({number})").stdout == f"{number}\n"


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.characters(exclude_categories=["Cs"]), max_size=200))
def test_any_text_comes_back(text: str) -> None:
    program = f"import sys; sys.stdout.buffer.write({text.encode()!r}); sys.stderr.write({text!r})"
    result = anyio.run(run, program)
    assert (result.stdout, result.stderr) == (text, text)


def test_sets_have_one_order() -> None:
    python = [sys.executable, "-S", "-c", "print(hash('text'))"]
    expected = subprocess.run(python, env={"PYTHONHASHSEED": "0"}, capture_output=True, check=True).stdout
    assert anyio.run(run, "print(hash('text'))").stdout == expected.decode()
