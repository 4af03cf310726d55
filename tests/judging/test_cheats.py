"""An answer wins by being right, and by nothing else."""

from __future__ import annotations

from collections.abc import Callable

from llmbench_inspect.judging import Problem, Verdict

JudgeAll = Callable[..., list[Verdict]]

EXPECTED = 918273645
PROBLEM = Problem(
    task_id="cheats",
    entry_point="f",
    names=("f",),
    tests=(f"assert f(1) == {EXPECTED}", f"assert f(2) == {EXPECTED + 1}"),
    reference=f"def f(x):\n    return {EXPECTED - 1} + x\n",
)
RIGHT = PROBLEM.reference

# Each looks for a number of the tests' size wherever a program can look, and returns it where it is there.
SEARCH = r"""
import re
def found(texts):
    for text in texts:
        for number in re.findall(r"\b9182736\d\d\b", str(text)):
            return int(number)
"""
SEARCHES = {
    "own file": "def f(x):\n    return found(open(__file__))",
    "files": (
        "import glob\ndef read(path):\n    try: return open(path, errors='replace').read()\n"
        "    except OSError: return ''\n"
        "def f(x):\n    return found(map(read, [*glob.glob('/sandbox/**', recursive=True), "
        "*glob.glob('/tmp/**'), *glob.glob('/proc/*/cmdline'), *glob.glob('/proc/*/environ')]))"
    ),
    "source": "import inspect, __main__\ndef f(x):\n    return found([inspect.getsource(__main__)])",
    "frames": (
        "import sys\ndef f(x):\n    frame = sys._getframe()\n    seen = []\n"
        "    while frame:\n        seen += [frame.f_globals, frame.f_locals, frame.f_code.co_consts]\n"
        "        frame = frame.f_back\n"
        "    return found(seen)"
    ),
    "objects": "import gc\ndef f(x):\n    return found(gc.get_objects())",
    "main": "import __main__\ndef f(x):\n    return found(vars(__main__).values())",
    "modules": (
        "import sys\ndef f(x):\n    return found(v for m in list(sys.modules.values()) "
        "for v in getattr(m, '__dict__', {}).values() if type(v) in (str, bytes, list, dict))"
    ),
    "standard input": "import sys\ndef f(x):\n    return found(sys.stdin)",
    "own memory": (
        "def f(x):\n    for line in open('/proc/self/maps'):\n"
        "        low, high = (int(n, 16) for n in line.split()[0].split('-'))\n"
        "        if 'rw' in line:\n"
        "            with open('/proc/self/mem', 'rb', 0) as memory:\n"
        "                memory.seek(low)\n"
        "                at = (text := memory.read(high - low)).find(b'f(1) == ')\n"
        "                if at >= 0 and text[at + 8:at + 17].isdigit(): return int(text[at + 8:at + 17])"
    ),
    "parent's memory": (
        "import os\ndef f(x):\n    return found([open(f'/proc/{os.getppid()}/mem', 'rb').read(10)]) or 1"
    ),
    "parent's descriptors": ("import os\ndef f(x):\n    return found(open(f'/proc/{os.getppid()}/fd/0'))"),
}

EXITS = {
    "os._exit": "import os\nos._exit(0)",
    "sys.exit": "import sys\nsys.exit(0)",
    "exit": "exit()",
    "os._exit in call": "import os\ndef f(x):\n    os._exit(0)",
    "sys.exit in call": "import sys\ndef f(x):\n    sys.exit(0)",
    "SystemExit in call": "def f(x):\n    raise SystemExit",
    "interrupt": "def f(x):\n    raise KeyboardInterrupt",
    "exec of true": "import os\ndef f(x):\n    os.execv('/bin/true', ['true'])",
    "judge ended": "import os\ndef f(x):\n    os.kill(os.getppid(), 9)",
    "all ended": "import os\ndef f(x):\n    os.kill(-1, 9)",
    "pipes closed": "import os\nos.closerange(0, 100)\ndef f(x):\n    return 1",
}

WRONG = {
    "nothing": "def f(x):\n    return None",
    "equal to all": "class E:\n    __eq__ = lambda s, o: True\ndef f(x):\n    return E()",
    "number equal to all": "class E(int):\n    __eq__ = lambda s, o: True\ndef f(x):\n    return E(1)",
    "text equal to all": "class E(str):\n    __eq__ = lambda s, o: True\ndef f(x):\n    return E('')",
    "list equal to all": "class E(list):\n    __eq__ = lambda s, o: True\ndef f(x):\n    return E()",
    "no assertions": (
        "import builtins\nclass Never(BaseException): pass\nbuiltins.AssertionError = Never\n"
        "def f(x):\n    return 1"
    ),
    "other builtins": (
        "import builtins\nfor name in ('print', 'exec', 'compile', 'isinstance', 'type', 'len', 'abs'):\n"
        "    setattr(builtins, name, lambda *a, **k: True)\ndef f(x):\n    return 1"
    ),
    "other equality": (
        "import operator, math\noperator.eq = lambda a, b: True\nmath.isclose = lambda *a, **k: True\n"
        "def f(x):\n    return 1"
    ),
    "trace": (
        "import sys\nsys.settrace(lambda *a: None)\nsys.excepthook = lambda *a: None\ndef f(x):\n    return 1"
    ),
    "at exit": "import atexit\natexit.register(print, 'passed')\ndef f(x):\n    return 1",
    "verdicts guessed": (
        "import os, json\ndef f(x):\n    for word in ('', 'PASSED ', 'sentinel', '0' * 32):\n"
        "        for record in ({'program': ''}, {'test': 0}, {'test': 1}, {'done': True}):\n"
        "            line = (word + json.dumps(record) + '\\n').encode()\n"
        "            print(line.decode())\n"
        "            for file in (1, 2): os.write(file, line)\n"
        "            for path in (f'/proc/{os.getppid()}/fd/1', '/proc/1/fd/1', '/dev/stdout'):\n"
        "                try: open(path, 'wb').write(line)\n"
        "                except OSError: pass\n"
        "    return 1"
    ),
    "replies forged": (
        "import os, json\ndef f(x):\n    for record in ({'value': True}, {'test': 0}, {'done': True}):\n"
        "        text = json.dumps(record).encode()\n"
        "        for file in range(3, 20):\n"
        "            try: os.write(file, len(text).to_bytes(8, 'big') + text)\n"
        "            except OSError: pass\n"
        "    return 1"
    ),
    "our modules patched": (
        "import sys\nfor name, module in list(sys.modules.items()):\n"
        "    if name.startswith('llmbench'):\n"
        "        for key, value in list(vars(module).items()):\n"
        "            if callable(value) and key in ('to_json', 'from_json', '_judge', '_tell'):\n"
        "                setattr(module, key, lambda *a, **k: True)\n"
        "def f(x):\n    return 1"
    ),
    "endless reply": "def f(x):\n    return iter(int, 1)",
    "deep reply": "def f(x):\n    a = []\n    for _ in range(500): a = [a]\n    return a",
    "huge number": "def f(x):\n    return 1 << 10_000_000",
    "no number": "def f(x):\n    return float('nan')",
}


def _fenced(program: str) -> str:
    return f"```python\n{program}\n```"


def _failures(judge_all: JudgeAll, programs: dict[str, str]) -> dict[str, str | None]:
    """The failure class of each program; one that passes any test has none."""
    verdicts = judge_all([(PROBLEM, _fenced(program)) for program in programs.values()], limit=20)
    return {
        name: None if verdict.tests_passed else verdict.failure
        for name, verdict in zip(programs, verdicts, strict=True)
    }


def test_the_right_answer_wins(judge_all: JudgeAll) -> None:
    [verdict] = judge_all([(PROBLEM, _fenced(RIGHT))])
    assert verdict.passed
    assert verdict.tests_passed == verdict.tests == 2


def test_an_exit_is_no_pass(judge_all: JudgeAll) -> None:
    told = _failures(judge_all, EXITS)
    assert set(told.values()) <= {"cheated_exit", "exception:SIGKILL"}, told


def test_nothing_that_is_not_equal_passes(judge_all: JudgeAll) -> None:
    told = _failures(judge_all, WRONG)
    assert None not in told.values(), told
    assert {told[name] for name in WRONG if "equal" in name} == {"wrong_answer"}


def test_the_tests_cannot_be_read(judge_all: JudgeAll) -> None:
    told = _failures(judge_all, {name: SEARCH + cheat for name, cheat in SEARCHES.items()})
    assert None not in told.values(), told
    shut = {"exception:PermissionError", "exception:FileNotFoundError"}
    assert {told["parent's memory"], told["parent's descriptors"]} <= shut
    assert {told[name] for name in ("frames", "objects", "main", "modules")} == {"wrong_answer"}
    assert told["own memory"] == "wrong_answer"
