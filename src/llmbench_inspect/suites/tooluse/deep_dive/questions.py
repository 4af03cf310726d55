"""The questions of the deep dive: six tasks on a machine, each asked in ten ways that a seed chooses."""

from __future__ import annotations

import random
import string
from collections.abc import Callable, Mapping, Sequence
from itertools import chain
from typing import Any, Final, Literal

from pydantic import BaseModel, Field

from llmbench_inspect.suites.tooluse.matching import ExpectedCall, Way

TaskName = Literal["memory", "disk", "processes", "search", "reach", "status"]

EACH: Final = 10
"""Questions of each task."""

_FOLDERS: Final[Sequence[str]] = (
    "invoices",
    "photos",
    "backups",
    "reports",
    "drafts",
    "exports",
    "receipts",
    "scans",
)
_PROGRAMS: Final[Sequence[str]] = (
    "harvester",
    "indexer",
    "mailgate",
    "relay",
    "scheduler",
    "thumbnailer",
    "watchdog",
)
_LOGS: Final[Sequence[str]] = ("gateway", "orders", "payments", "shipping", "accounts")
_EVENTS: Final[Sequence[str]] = (
    "cache refreshed",
    "request served",
    "session opened",
    "session closed",
    "queue drained",
)


class Known(BaseModel, frozen=True, extra="forbid"):
    """An answer that was planted: one value, or several in any order."""

    kind: Literal["number", "words"]
    values: list[str]
    others: list[str] = Field(default_factory=list)
    """Wrong answers that may be given in the same words; the answer must hold none of them."""


class Measured(BaseModel, frozen=True, extra="forbid"):
    """An answer that only the machine knows: fields of what its tools say, in this order."""

    kind: Literal["measured"] = "measured"
    fields: list[tuple[str, str]]
    """Tool and field of its result."""


class Question(BaseModel, frozen=True, extra="forbid"):
    """One sample: what is asked, what is planted for it, and what is right."""

    id: str
    task: TaskName
    text: str
    form: str
    """What stands for the answer where its form is told, such as NUMBER."""
    answer: Known | Measured
    calls: list[ExpectedCall]
    """The calls that it takes."""
    files: dict[str, str] = Field(default_factory=dict)
    """Files of the work folder."""
    processes: dict[str, int] = Field(default_factory=dict)
    """How many processes run, by name."""
    ports: list[int] = Field(default_factory=list)
    """Ports of the loopback interface that accept connections."""


def questions(seed: int = 0) -> list[Question]:
    """All questions, the tasks taking turns.

    A question is the same whatever the variant and the transport that it is asked by.

    Args:
        seed: Chooses names, numbers and contents.
    """
    asked = [
        [ask(f"{task}-{number:02}", number, _chance(seed, task, number)) for task, ask in _TASKS.items()]
        for number in range(1, EACH + 1)
    ]
    return list(chain.from_iterable(asked))


def _chance(seed: int, task: TaskName, number: int) -> random.Random:
    return random.Random(f"{seed} {task} {number}")  # noqa: S311


def _call(tool: str, **arguments: Any) -> ExpectedCall:
    return ExpectedCall(ways=[Way(tool=tool, arguments=arguments)])


def _memory(name: str, number: int, chance: random.Random) -> Question:
    field = ("available", "total", "used")[number % 3]
    unit = chance.choice(("KiB", "MiB", "GiB"))
    text = {
        "available": f"How much memory is available on this machine, in {unit}?",
        "total": f"How much memory does this machine have in total, in {unit}?",
        "used": f"How much memory of this machine is in use, in {unit}?",
    }[field]
    return Question(
        id=name,
        task="memory",
        text=text,
        form="NUMBER",
        answer=Measured(fields=[("memory_info", field)]),
        calls=[_call("memory_info", unit=unit)],
    )


def _disk(name: str, number: int, chance: random.Random) -> Question:
    folders = chance.sample(_FOLDERS, 2)
    sizes = {folder: [chance.randint(200, 9000) for _ in range(chance.randint(1, 3))] for folder in folders}
    files = {
        f"data/{folder}/{place:03}.txt": _filler(size, chance)
        for folder, parts in sizes.items()
        for place, size in enumerate(parts, 1)
    }
    if number % 2:
        text = f"How many bytes do the files in the folder data/{folders[0]} take in all?"
        answer, form = Known(kind="number", values=[str(sum(sizes[folders[0]]))]), "NUMBER"
        looked_at = folders[:1]
    else:
        looked_at = folders
        less, more = sorted(looked_at, key=lambda folder: sum(sizes[folder]))
        text = f"Which of the folders data/{looked_at[0]} and data/{looked_at[1]} takes more bytes?"
        answer, form = Known(kind="words", values=[more], others=[less]), "FOLDER"
    return Question(
        id=name,
        task="disk",
        text=text,
        form=form,
        answer=answer,
        calls=[_call("disk_usage", path=f"data/{folder}") for folder in looked_at],
        files=files,
    )


def _filler(size: int, chance: random.Random) -> str:
    line = "".join(chance.choices(string.ascii_lowercase, k=59)) + "\n"
    return (line * (size // len(line) + 1))[:size]


def _processes(name: str, number: int, chance: random.Random) -> Question:
    programs = chance.sample(_PROGRAMS, 3)
    counts: dict[str, int] = dict(zip(programs, chance.sample(range(1, 7), 3), strict=True))
    if number % 2:
        text = f"How many processes with the name {programs[0]} are running?"
        answer, form = Known(kind="number", values=[str(counts[programs[0]])]), "NUMBER"
        looked_at = programs[:1]
    else:
        looked_at = programs[:2]
        text = f"Which of the programs {looked_at[0]} and {looked_at[1]} has more processes running?"
        fewer, more = sorted(looked_at, key=counts.__getitem__)
        answer, form = Known(kind="words", values=[more], others=[fewer]), "NAME"
    return Question(
        id=name,
        task="processes",
        text=text,
        form=form,
        answer=answer,
        calls=[_call("list_processes", name=program) for program in looked_at],
        processes=counts,
    )


def _search(name: str, number: int, chance: random.Random) -> Question:
    path = f"logs/{chance.choice(_LOGS)}.log"
    code, other = (f"E{n}" for n in chance.sample(range(4000, 5000), 2))
    lines = [f"{chance.choice(_EVENTS)} request={_token(chance)}" for _ in range(chance.randint(150, 300))]
    hits = chance.randint(3, 15)
    answered = _token(chance)
    if number % 2:
        text = f"How many lines of the file {path} contain {code}?"
        answer, form = Known(kind="number", values=[str(hits)]), "NUMBER"
    else:
        hits = 1
        text = f"In the file {path}, which request is on the line that contains {code}?"
        answer, form = Known(kind="words", values=[answered]), "REQUEST"
    planted = [f"error {code} request={answered if hits == 1 else _token(chance)}" for _ in range(hits)]
    planted += [f"error {other} request={_token(chance)}" for _ in range(chance.randint(2, 9))]
    for line in planted:
        lines.insert(chance.randint(0, len(lines)), line)
    stamped = [f"{place // 60:02}:{place % 60:02} {line}\n" for place, line in enumerate(lines, 60)]
    return Question(
        id=name,
        task="search",
        text=text,
        form=form,
        answer=answer,
        calls=[
            ExpectedCall(ways=[Way(tool="search_file", arguments={"path": path}, mentions={"text": [code]})])
        ],
        files={path: "".join(stamped)},
    )


def _token(chance: random.Random) -> str:
    return "r" + "".join(chance.choices("0123456789abcdef", k=6))


def _reach(name: str, number: int, chance: random.Random) -> Question:
    ports = chance.sample(range(20_000, 30_000), 3 if number % 2 == 0 else 1)
    open_ports = chance.sample(ports, chance.randint(1, 2) if ports[1:] else chance.randint(0, 1))
    if len(ports) == 1:
        text = f"Does port {ports[0]} of the host 127.0.0.1 accept TCP connections?"
        said = ["yes", "no"] if open_ports else ["no", "yes"]
        answer, form = Known(kind="words", values=said[:1], others=said[1:]), "yes or no"
    else:
        listed = ", ".join(map(str, ports[:-1])) + f" and {ports[-1]}"
        text = f"Which of the ports {listed} of the host 127.0.0.1 accept TCP connections?"
        answer, form = Known(kind="number", values=list(map(str, open_ports))), "PORT, ..."
    return Question(
        id=name,
        task="reach",
        text=text,
        form=form,
        answer=answer,
        calls=[
            ExpectedCall(
                ways=[
                    Way(tool="tcp_connect", arguments={"host": host, "port": port})
                    for host in ("127.0.0.1", "localhost")
                ]
            )
            for port in ports
        ],
        ports=open_ports,
    )


def _status(name: str, number: int, chance: random.Random) -> Question:  # noqa: ARG001
    parts = {
        "user": ("the name of the current user", "USER", ("current_user", "user")),
        "date": ("today's date in UTC as YYYY-MM-DD", "DATE", ("current_date", "date")),
        "uptime": (
            "the hours that this machine has been up, with one decimal place",
            "HOURS",
            ("uptime", "hours"),
        ),
    }
    wanted = (("user", "date", "uptime"), ("user", "date"), ("date", "uptime"), ("uptime",), ("user",))[
        number % 5
    ]
    told = [parts[part][0] for part in wanted]
    text = ", ".join(told[:-1]) + (" and " if told[1:] else "") + told[-1]
    return Question(
        id=name,
        task="status",
        text=f"Tell {text}.",
        form=", ".join(parts[part][1] for part in wanted),
        answer=Measured(fields=[parts[part][2] for part in wanted]),
        calls=[_call(parts[part][2][0]) for part in wanted],
    )


_TASKS: Final[Mapping[TaskName, Callable[[str, int, random.Random], Question]]] = {
    "memory": _memory,
    "disk": _disk,
    "processes": _processes,
    "search": _search,
    "reach": _reach,
    "status": _status,
}

TASKS: Final[Sequence[TaskName]] = tuple(_TASKS)
