"""Every constraint holds for whatever answers are built to hold, and for no mutation of them."""

import csv
import io
import json
import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, NamedTuple

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from llmbench_inspect.answers.constraints import (
    CONSTRAINTS,
    FAILURE_CLASSES,
    Constraint,
    faults,
    read_constraints,
    repaired,
)


class Case(NamedTuple):
    """An answer that holds, and mutations that do not."""

    parameters: dict[str, Any]
    good: str
    bad: list[str]


WORD = st.text("abcdefghijklmnopqrstuvwxyz", min_size=2, max_size=8).filter(
    lambda word: word not in {"no", "yes", "vs", "dr", "mr", "ms", "st", "co", "jr", "sr", "cf", "inc", "ltd"}
)
WORDS = st.lists(WORD, min_size=2, max_size=6, unique=True)
NAMES = st.lists(WORD, min_size=2, max_size=4, unique=True)
OF_TYPE: dict[str, st.SearchStrategy[Any]] = {
    "string": st.text(max_size=20),
    "integer": st.integers(-(10**9), 10**9),
    "number": st.floats(allow_nan=False, allow_infinity=False, width=32),
    "boolean": st.booleans(),
    "array": st.lists(st.integers(0, 9), max_size=4),
    "object": st.dictionaries(WORD, st.integers(0, 9), max_size=3),
    "null": st.none(),
}


def _object(draw: st.DrawFn) -> tuple[dict[str, str], dict[str, Any]]:
    keys = {name: draw(st.sampled_from(sorted(OF_TYPE))) for name in draw(NAMES)}
    return keys, {name: draw(OF_TYPE[kind]) for name, kind in keys.items()}


def _mutated(keys: dict[str, str], value: dict[str, Any]) -> list[dict[str, Any]]:
    name = next(iter(keys))
    return [
        {key: item for key, item in value.items() if key != name},
        {**value, "one more": 1},
        {**value, name: [] if keys[name] != "array" else "text"},
    ]


@st.composite
def exact_text(draw: st.DrawFn) -> Case:
    words = draw(WORDS)
    text = " ".join(words)
    bad = [text + " x", "x" + text, text.upper(), text.replace(" ", "  "), " ".join(reversed(words))]
    return Case({"text": text}, text, bad)


@st.composite
def one_of(draw: st.DrawFn) -> Case:
    values = draw(WORDS)
    right, other = values[0], values[1]
    return Case(
        {"values": values, "answer": right}, right, [other, right + ".", right.upper(), "It is " + right]
    )


@st.composite
def regex(draw: st.DrawFn) -> Case:
    name, digits = draw(WORD), draw(st.text("0123456789", min_size=3, max_size=3))
    return Case(
        {"pattern": r"[a-z]+-\d{3}"},
        f"{name}-{digits}",
        [f"{name}-{digits}1", f"{name}{digits}", f"-{digits}", f"The {name}-{digits}"],
    )


@st.composite
def words(draw: st.DrawFn) -> Case:
    chosen = draw(WORDS)
    return Case(
        {"exactly": len(chosen)}, " - ".join(chosen), [" ".join([*chosen, "more"]), " ".join(chosen[:-1])]
    )


@st.composite
def sentences(draw: st.DrawFn) -> Case:
    made = [
        " ".join(draw(WORDS)).capitalize() + " e.g. 3.5 by J. Doe" + draw(st.sampled_from(".!?"))
        for _ in range(draw(st.integers(1, 4)))
    ]
    bad = [" ".join([*made, "And one more."]), " ".join([*made, "and a beginning"])]
    return Case({"exactly": len(made)}, draw(st.sampled_from([" ", "\n"])).join(made), bad)


@st.composite
def lines(draw: st.DrawFn) -> Case:
    chosen = draw(WORDS)
    return Case(
        {"exactly": len(chosen)}, "\n \n".join(chosen), ["\n".join([*chosen, "more"]), " ".join(chosen)]
    )


@st.composite
def bullets(draw: st.DrawFn) -> Case:
    chosen = draw(WORDS)
    mark = draw(st.sampled_from(["- ", "* ", "+ ", "• ", "1. ", "2) "]))
    items = [mark + word for word in chosen]
    bad = [
        "\n".join([*items, "- more"]),
        "\n".join(chosen),
        "\n".join(["Points:", *items]),
        "\n".join(items[1:]),
    ]
    return Case({"exactly": len(items)}, "\n".join([*items, "  and so on"]), bad)


@st.composite
def json_keys(draw: st.DrawFn) -> Case:
    keys, value = _object(draw)
    good = json.dumps(value, indent=draw(st.sampled_from([None, 2])), ensure_ascii=draw(st.booleans()))
    bad = [json.dumps(one) for one in _mutated(keys, value)]
    name = next(iter(keys))
    twice = good[:-1] + f", {json.dumps(name)}: {json.dumps(value[name])}}}"
    return Case(
        {"keys": keys}, good, [*bad, good[:-1], "[" + good + "]", good + good, twice, good.replace('"', "'")]
    )


@st.composite
def json_in_string(draw: st.DrawFn) -> Case:
    keys, value = _object(draw)
    bad = [json.dumps({"within": json.dumps(one)}) for one in _mutated(keys, value)]
    bad += [json.dumps({"within": value}), json.dumps({"other": json.dumps(value)}), json.dumps(value)]
    return Case({"key": "within", "keys": keys}, json.dumps({"within": json.dumps(value), "n": 1}), bad)


@st.composite
def json_schema(draw: st.DrawFn) -> Case:
    keys, value = _object(draw)
    schema = {
        "type": "object",
        "properties": {name: {"type": kind} for name, kind in keys.items()},
        "required": list(keys),
        "additionalProperties": False,
    }
    bad = [json.dumps(one) for one in _mutated(keys, value)]
    return Case({"schema": schema}, json.dumps(value), [*bad, json.dumps([value]), json.dumps(value)[:-1]])


@st.composite
def integer(draw: st.DrawFn) -> Case:
    number = draw(st.integers(-(10**12), 10**12))
    bad = [str(number + 1), f"{number}.0", f"{number} jobs", f"It is {number}.", "four", f"{number},000"]
    return Case({"answer": number}, str(number), bad)


@st.composite
def number(draw: st.DrawFn) -> Case:
    value = draw(st.integers(-(10**6), 10**6)) / 100
    bad = [f"{value + 0.01:.2f}", f"{value:.2f} s", f"{value:.2f}%", "twelve", f"about {value:.2f}"]
    return Case({"answer": value}, f"{value:.3f}", bad)


@st.composite
def iso_date(draw: st.DrawFn) -> Case:
    day = draw(st.dates(date(1000, 1, 1), date(9998, 12, 30)))
    bad = [
        (day + timedelta(days=1)).isoformat(),
        day.strftime("%d.%m.%Y"),
        f"{day.isoformat()}T00:00",
        f"on {day.isoformat()}",
        f"{day.year}-13-01",
        f"{day.year}-02-30",
    ]
    return Case({"answer": day.isoformat()}, day.isoformat(), bad)


@st.composite
def yes_no(draw: st.DrawFn) -> Case:
    right, other = draw(st.permutations(["yes", "no"]))
    good = draw(st.sampled_from([right, right.upper(), right.capitalize()]))
    return Case({"answer": right}, good, [other, right + ".", right + ", indeed", "maybe", right[:1]])


def _csv(rows: list[list[str]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().strip()


@st.composite
def csv_table(draw: st.DrawFn) -> Case:
    header = draw(NAMES)
    field = st.text("ab ,\"\n'é", min_size=1, max_size=6).filter(str.strip)
    rows = draw(st.lists(st.lists(field, min_size=len(header), max_size=len(header)), min_size=1, max_size=3))
    bad = [
        _csv([header[1:], *[row[1:] for row in rows]]),
        _csv([[*header, "more"], *[[*row, "x"] for row in rows]]),
        _csv([header, *rows, rows[0]]),
        _csv([header, *rows[1:], [*rows[0], "x"]]),
        _csv([header[::-1], *rows]),
        _csv(rows),
    ]
    return Case({"header": header, "rows": len(rows)}, _csv([header, *rows]), bad)


@st.composite
def yaml_keys(draw: st.DrawFn) -> Case:
    keys, value = _object(draw)
    keys = {name: kind for name, kind in keys.items() if kind != "number"} or {"name": "string"}
    value = {name: value.get(name, "x") for name in keys}
    bad = [yaml.safe_dump(one) for one in _mutated(keys, value)]
    good = yaml.safe_dump(value, sort_keys=draw(st.booleans()), default_flow_style=draw(st.booleans()))
    return Case(
        {"keys": keys}, good, [*bad, "- " + json.dumps(value), "just text", good + "\nmore: [1", "a: &a [*a]"]
    )


@st.composite
def command(draw: st.DrawFn) -> Case:
    program, options = draw(WORD), draw(WORDS)
    line = " ".join([program, *(f"--{option}" for option in options)])
    bad = [
        f"{line}\n{line}",
        f"Run {line} now",
        line.replace("--" + options[0], "--other-one"),
        f"{line} 'open",
        f"x{line}",
    ]
    return Case({"programs": [program], "words": [f"--{options[0]}"]}, line, bad)


@st.composite
def no_fence(draw: st.DrawFn) -> Case:
    code = "\n".join(draw(WORDS))
    return Case({}, code, [f"```\n{code}\n```", f"~~~sql\n{code}\n~~~", f"So:\n```\n{code}"])


@st.composite
def no_prose(draw: st.DrawFn) -> Case:
    code = "\n".join(draw(WORDS))
    bad = [
        f"Sure! {code}",
        f"Here it is:\n{code}",
        f"{code}\n\nLet me know!",
        f"{code}\n\nNote: all is well.",
        f"Look:\n```\n{code}\n```",
    ]
    return Case({}, code, bad)


SPOKEN = {
    "en": "The backup of the database failed last night because there was no room left on the disk.",
    "de": "Die Sicherung der Datenbank ist heute Nacht fehlgeschlagen, weil die Platte voll war.",
    "fr": "La sauvegarde de la base de données a échoué la nuit dernière parce que le disque était plein.",
    "es": "La copia de seguridad de la base de datos falló anoche porque no quedaba espacio en el disco.",
    "it": "Il backup del database non è riuscito la scorsa notte perché sul disco non c'era più spazio.",
    "nl": "De back-up van de database is vannacht mislukt omdat er geen ruimte meer was op de schijf.",
    "pt": "O backup do banco de dados falhou na noite passada porque não havia mais espaço no disco.",
    "ru": "Резервное копирование базы данных прошлой ночью не удалось, потому что на диске не было места.",
    "zh": "昨晚数据库备份失败,因为磁盘上已经没有剩余空间了。",
}


@st.composite
def language(draw: st.DrawFn) -> Case:
    code, *others = draw(st.permutations(sorted(SPOKEN)))
    return Case({"language": code}, SPOKEN[code], [*(SPOKEN[other] for other in others), "ok", "1 2 3 4 5"])


CASES: dict[str, Callable[[], st.SearchStrategy[Case]]] = {
    "exact_text": exact_text,
    "one_of": one_of,
    "regex": regex,
    "words": words,
    "sentences": sentences,
    "lines": lines,
    "bullets": bullets,
    "json_keys": json_keys,
    "json_in_string": json_in_string,
    "json_schema": json_schema,
    "integer": integer,
    "number": number,
    "iso_date": iso_date,
    "yes_no": yes_no,
    "csv": csv_table,
    "yaml_keys": yaml_keys,
    "command": command,
    "no_fence": no_fence,
    "no_prose": no_prose,
    "language": language,
}
ANY_MACHINE = settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow])
# What stands in these is free text, and the marks of a fence are no words.
FREE = {"words", "sentences", "language", "no_prose"}


def _read(code: str, parameters: dict[str, Any]) -> tuple[Constraint, ...]:
    return read_constraints([{"constraint": code, **parameters}], where="test")


def test_every_constraint_has_its_cases() -> None:
    assert CASES.keys() == CONSTRAINTS.keys()


@pytest.mark.parametrize("code", CONSTRAINTS)
def test_what_holds_passes_and_its_mutations_fail(code: str) -> None:
    @ANY_MACHINE
    @given(CASES[code]())
    def holds(case: Case) -> None:
        constraints = _read(code, case.parameters)
        assert faults(case.good, constraints) == []
        assert faults(f"<think>Or {case.bad[0]}?</think>\n\n {case.good}\n", constraints) == []
        for bad in case.bad:
            assert faults(bad, constraints), bad
            assert code in {fault.constraint for fault in faults(bad, constraints)}

    holds()


@pytest.mark.parametrize("code", sorted(CONSTRAINTS.keys() - FREE))
def test_a_fence_fails_as_such_and_is_repaired(code: str) -> None:
    @ANY_MACHINE
    @given(CASES[code]())
    def fenced(case: Case) -> None:
        constraints = _read(code, case.parameters)
        answer = f"```\n{case.good}\n```"
        assert [fault.failure for fault in faults(answer, constraints)] == ["fence"]
        assert faults(repaired(answer), constraints) == []
        both = [fault.failure for fault in faults(f"Here you are:\n\n{answer}", constraints)]
        assert both[:1] == ["fence"]

    fenced()


@pytest.mark.parametrize("code", CONSTRAINTS)
def test_whatever_is_written_is_judged(code: str) -> None:
    alphabet = st.sampled_from(
        [
            "{",
            "}",
            "[",
            "]",
            '"',
            ":",
            ",",
            "\n",
            "```",
            "<think>",
            "</think>",
            "- ",
            "1",
            "yes",
            "\\",
            "&a ",
            "*a",
        ]
    )

    @ANY_MACHINE
    @given(CASES[code](), st.text() | st.lists(alphabet).map("".join))
    def judged(case: Case, answer: str) -> None:
        for fault in faults(answer, _read(code, case.parameters)):
            assert fault.failure in FAILURE_CLASSES

    judged()


PIECES = [
    "[",
    "{",
    '{"a":',
    "```\n",
    "<think>",
    "</think>",
    "- ",
    "a. ",
    "&a [",
    "\n",
    " ",
    '"',
    "1",
    "[[]],",
    "{}\n",
    "a",
]
HOSTILE = {
    "exact_text": {"text": "x"},
    "one_of": {"values": ["a", "b"]},
    "regex": {"pattern": "(a|aa)+b"},
    "json_keys": {"keys": {"a": "string"}},
    "json_in_string": {"key": "a", "keys": {"a": "string"}},
    "json_schema": {"schema": {"type": "array", "uniqueItems": True, "items": {"pattern": "(a+)+b"}}},
    "csv": {"header": ["a"]},
    "yaml_keys": {"keys": {"a": "string"}},
    "command": {"programs": ["df"]},
    "language": {"language": "en"},
}


@pytest.mark.parametrize("code", CONSTRAINTS)
def test_long_answers_take_no_time(code: str) -> None:
    count = {"exactly": 1} if code in {"words", "sentences", "lines", "bullets"} else {}
    constraints = _read(code, HOSTILE.get(code, count))
    for piece in PIECES:
        started = time.process_time()
        faults((piece * 200_000)[:200_000], constraints)
        assert time.process_time() - started < 2, piece


def test_an_endless_answer_keeps_nothing() -> None:
    found = faults("a" * 200_001, _read("words", {"exactly": 1}))
    assert [fault.failure for fault in found] == ["wrong_count", "wrong_count"]


def test_an_alias_bomb_is_not_read() -> None:
    bomb = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 40))
    merged = "a0: &a0 {x: 1}\n" + "".join(
        f"a{n}: &a{n} {{<<: [*a{n - 1}, *a{n - 1}]}}\n" for n in range(1, 40)
    )
    constraints = _read("yaml_keys", {"keys": {"a0": "array"}})
    for text in (bomb, merged):
        assert [fault.detail for fault in faults(text, constraints)] == ["no YAML: it has aliases"]
