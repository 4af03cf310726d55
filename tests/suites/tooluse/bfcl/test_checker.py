"""Our checker and BFCL's own say the same of every right call, and of thousands of wrong ones."""

import json
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from inspect_ai.dataset import Sample
from inspect_ai.tool import ToolDef

from llmbench_inspect.data import BFCL, load_rows, unpacked_wheel
from llmbench_inspect.fetch_errors import SourceError
from llmbench_inspect.suites.tooluse.bfcl import CATEGORIES, ROWS, bfcl_dataset
from llmbench_inspect.suites.tooluse.bfcl.baselines import first_accepted
from llmbench_inspect.suites.tooluse.bfcl.checker import Call, fault
from llmbench_inspect.suites.tooluse.bfcl.functions import as_tools

Calls = list[tuple[str, dict[str, Any]]]

WITH_CALLS = [name for name, right in CATEGORIES.items() if right in {"one_function", "accepted_calls"}]
ACCEPTED = {
    "simple_python": (399, 400),
    "multiple": (200, 200),
    "parallel": (200, 200),
    "parallel_multiple": (199, 200),
    "live_simple": (256, 258),
    "live_multiple": (1048, 1053),
    "live_parallel": (16, 16),
    "live_parallel_multiple": (24, 24),
}
ODD_VALUES: list[Any] = [
    None,
    True,
    False,
    0,
    1,
    -1,
    0.5,
    10**400,
    "",
    "x",
    [],
    [""],
    [[]],
    {},
    {"x": 1},
    [{}],
]


class Case(NamedTuple):
    sample: Sample
    calls: Calls


@pytest.fixture(scope="module")
def wheel() -> Path:
    try:
        return unpacked_wheel(BFCL)
    except SourceError as error:
        pytest.skip(f"needs the package bfcl-eval, which pip cannot fetch: {error}")


@pytest.fixture(scope="module")
def samples(wheel: Path) -> list[Sample]:
    data = str(wheel / "bfcl_eval" / "data")
    return list(bfcl_dataset({name: load_rows(ROWS[name], data) for name in WITH_CALLS}, seed=0))


def _gold(sample: Sample) -> Calls:
    return [
        (name, dict(arguments))
        for call in _meta(sample)["accepted"]
        for name, arguments in first_accepted(call)
    ]


def _meta(sample: Sample) -> dict[str, Any]:
    assert sample.metadata is not None
    return sample.metadata


def _ours(case: Case) -> bool:
    meta = _meta(case.sample)
    return (
        fault(
            [Call(*call) for call in case.calls],
            meta["functions"],
            meta["accepted"],
            one_function=CATEGORIES[meta["category"]] == "one_function",
        )
        is None
    )


def _official(wheel: Path, cases: list[Case]) -> list[bool]:
    asked = [
        {
            "category": _meta(case.sample)["category"],
            "id": case.sample.id,
            "calls": [{name: arguments} for name, arguments in case.calls],
        }
        for case in cases
    ]
    ended = subprocess.run(
        [sys.executable, "-I", str(Path(__file__).with_name("official.py")), str(wheel)],
        input="\n".join(map(json.dumps, asked)),
        capture_output=True,
        text=True,
        check=True,
    )
    return [json.loads(line) for line in ended.stdout.splitlines()]


def test_every_right_call(wheel: Path, samples: list[Sample]) -> None:
    cases = [Case(sample, _gold(sample)) for sample in samples]
    official = _official(wheel, cases)
    assert [_ours(case) for case in cases] == official
    categories = [_meta(sample)["category"] for sample in samples]
    right = Counter(category for category, verdict in zip(categories, official, strict=True) if verdict)
    assert {name: (right[name], count) for name, count in Counter(categories).items()} == ACCEPTED


def test_wrong_calls(wheel: Path, samples: list[Sample]) -> None:
    chance = random.Random(0)
    cases = [
        Case(sample, calls)
        for sample in samples
        for change in chance.sample(CHANGES, 4)
        if (calls := change(_gold(sample), chance)) is not None
    ]
    official = _official(wheel, cases)
    ours = [_ours(case) for case in cases]
    differing = [
        (case.sample.id, case.calls, verdict)
        for case, mine, verdict in zip(cases, ours, official, strict=True)
        if mine != verdict
    ]
    assert not differing, differing[:5]
    wrong = {
        (case.sample.id, json.dumps(case.calls))
        for case, verdict in zip(cases, official, strict=True)
        if not verdict
    }
    assert len(wrong) > 4000
    assert sum(official) > 200


def test_every_function_can_be_offered(wheel: Path) -> None:
    data = str(wheel / "bfcl_eval" / "data")
    names = {name for name in CATEGORIES if name not in WITH_CALLS} | {"simple_python", "live_multiple"}
    for sample in bfcl_dataset({name: load_rows(ROWS[name], data) for name in names}, seed=0):
        functions = _meta(sample)["functions"]
        offered = [ToolDef(tool) for tool in as_tools(functions)]
        assert [tool.name for tool in offered] == [function["name"] for function in functions]
        assert all(
            parameter.description for tool in offered for parameter in tool.parameters.properties.values()
        )


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every place within a value: what holds it, and its key there."""
    for key in value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        yield value, key
        yield from _places(value[key])


def _in_one_place(
    change: Callable[[Any, random.Random], Any],
) -> Callable[[Calls, random.Random], Calls | None]:
    def changed(calls: Calls, chance: random.Random) -> Calls | None:
        places = [place for _, arguments in calls for place in _places(arguments)]
        if not places:
            return None
        holder, key = chance.choice(places)
        holder[key] = change(holder[key], chance)
        return calls

    return changed


def _other_value(value: Any, chance: random.Random) -> Any:
    match value:
        case bool():
            return not value
        case int() | float():
            return value + chance.choice((1, -1, 0.5))
        case str():
            return chance.choice((value + "x", value[1:], f"not {value}"))
        case list():
            return chance.choice((value[::-1], value[1:], [*value, *value[:1]]))
        case _:
            return {}


def _other_type(value: Any, chance: random.Random) -> Any:
    return chance.choice(([value], str(value), {"value": value}, None, 1 if value is True else float(7)))


def _other_writing(value: Any, chance: random.Random) -> Any:
    match value:
        case str():
            return chance.choice(
                (value.upper(), value.replace(" ", "-"), f"{value}.", value.replace('"', "'"))
            )
        case bool():
            return int(value)
        case int():
            return float(value)
        case float():
            return int(value)
        case _:
            return value


def _odd(value: Any, chance: random.Random) -> Any:
    return chance.choice(ODD_VALUES)


def _drop_argument(calls: Calls, chance: random.Random) -> Calls | None:
    holders = [holder for _, arguments in calls for holder in (arguments, *map(_held, _places(arguments)))]
    full = [holder for holder in holders if isinstance(holder, dict) and holder]
    if not full:
        return None
    holder = chance.choice(full)
    del holder[chance.choice(list(holder))]
    return calls


def _held(place: tuple[Any, Any]) -> Any:
    return place[0][place[1]]


def _add_argument(calls: Calls, chance: random.Random) -> Calls | None:
    holders = [holder for _, arguments in calls for holder in (arguments, *map(_held, _places(arguments)))]
    chance.choice([holder for holder in holders if isinstance(holder, dict)])["extra"] = 1
    return calls


def _other_function(calls: Calls, chance: random.Random) -> Calls:
    place = chance.randrange(len(calls))
    calls[place] = (f"{calls[place][0]}_2", calls[place][1])
    return calls


def _one_call_less(calls: Calls, chance: random.Random) -> Calls:
    del calls[chance.randrange(len(calls))]
    return calls


def _one_call_twice(calls: Calls, chance: random.Random) -> Calls:
    return [*calls, chance.choice(calls)]


def _one_call_for_another(calls: Calls, chance: random.Random) -> Calls | None:
    if len(calls) < 2:
        return None
    first, second = chance.sample(range(len(calls)), 2)
    calls[first] = calls[second]
    return calls


def _other_order(calls: Calls, chance: random.Random) -> Calls:
    return chance.sample(calls, len(calls))


CHANGES = [
    *map(_in_one_place, (_other_value, _other_type, _other_writing, _odd)),
    _drop_argument,
    _add_argument,
    _other_function,
    _one_call_less,
    _one_call_twice,
    _one_call_for_another,
    _other_order,
]
