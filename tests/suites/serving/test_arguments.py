"""Arguments: what cannot be measured is said before the first call, with what mends it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from inspect_ai import Task, task
from inspect_ai.dataset import Sample
from inspect_ai.scorer import includes
from inspect_ai.solver import generate

from llmbench_inspect.prerequisite import PrerequisiteError
from llmbench_inspect.tasks.serving import serving

LINE = '{"prompt_tokens": 7, "output_tokens": 1}'


@task
def with_files() -> Task:
    return Task(dataset=[Sample(input="x", files={"a": "b"})], solver=generate(), scorer=includes())


@task
def without_scorer() -> Task:
    return Task(dataset=[Sample(input="x")], solver=generate())


@pytest.mark.parametrize(
    ("arguments", "named", "mend"),
    [
        ({"load": "burst"}, "burst", "load=closed"),
        ({"concurrency": "1,x"}, "concurrency: 'x'", "concurrency=1,2,4"),
        ({"concurrency": [1, 2.5]}, "concurrency: '2.5'", "concurrency=1,2,4"),
        ({"concurrency": 0}, "concurrency: '0'", "concurrency=1,2,4"),
        ({"prompt_tokens": "0"}, "prompt_tokens: '0'", "prompt_tokens=1,2,4"),
        ({"requests": 1}, "requests=1", "requests=100"),
        ({"warmup": -1}, "warmup=-1", "warmup=8"),
        ({"rates": 2}, "rates", "load=NAME"),
        ({"load": "poisson"}, "load=poisson", "rates=0.5,1,2"),
        ({"load": "poisson", "rates": "inf"}, "rates: 'inf'", "rates=1,2,4"),
        ({"load": "poisson", "rates": 1, "concurrency": 2}, "concurrency", "load=NAME"),
        ({"load": "knee", "concurrency": "2,4"}, "load=knee", "concurrency=64"),
        ({"load": "knee", "concurrency": 1}, "concurrency: '1'", "concurrency=1,2,4"),
        ({"load": "trace"}, "load=trace", "trace=PATH"),
        ({"objective": "ttft"}, "objective: 'ttft'", "objective=ttft=2,itl=0.2"),
        ({"objective": ["tpot=1"]}, "objective: 'tpot=1'", "objective=ttft=2,itl=0.2"),
        ({"objective": "e2e=0"}, "objective: 'e2e=0'", "objective=ttft=2,itl=0.2"),
        ({"prompts_from": "no_such_task"}, "'no_such_task'", "prompts_from=llmbench_inspect/gsm8k"),
        ({"prompts_from": "with_files"}, "'with_files'", "prompts_from=llmbench_inspect/gsm8k"),
        ({"prompts_from": "without_scorer"}, "'without_scorer'", "prompts_from=llmbench_inspect/gsm8k"),
        ({"prompts_from": "with_files", "prompt_tokens": 9}, "prompts_from", "one of the two"),
        ({"trace": "/no/such/file"}, "/no/such/file", "trace=PATH"),
        ({"trace": "x", "output_tokens": 5}, "output_tokens", "trace=PATH"),
    ],
)
def test_wrong_arguments_are_named(arguments: dict[str, Any], named: str, mend: str) -> None:
    with pytest.raises(PrerequisiteError) as raised:
        serving(**arguments)
    assert named in str(raised.value)
    assert mend in str(raised.value)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("", "no requests"),
        ('{"prompt_tokens": 1}', ":1: output_tokens"),
        (f"{LINE}\n{LINE.replace('7', '-1')}", ":2: prompt_tokens"),
        ("[", ":1: line"),
        ('{"prompt_tokens": 1, "output_tokens": 1}', "`at` in every line"),
        ('{"prompt_tokens": 1, "output_tokens": 1, "at": 1}', "fewer than 4"),
        ("\n".join(LINE.replace("}", f', "at": {at}}}') for at in (1, 0, 2, 3)), "rising order"),
    ],
)
def test_a_wrong_trace_is_named_by_its_line(text: str, named: str, tmp_path: Path) -> None:
    trace = tmp_path / "trace.jsonl"
    trace.write_text(text, "utf-8")
    with pytest.raises(PrerequisiteError) as raised:
        serving(load="trace", trace=str(trace))
    assert named in str(raised.value)
    assert str(trace) in str(raised.value)


def test_the_grid_has_a_cell_for_each_combination() -> None:
    cells = serving(concurrency="4,1", prompt_tokens="10,20", output_tokens=5).dataset
    assert [cell.id for cell in cells] == [
        "closed-1-in10-out5",
        "closed-4-in10-out5",
        "closed-1-in20-out5",
        "closed-4-in20-out5",
    ]


def test_the_load_decides_how_many_connections_there_are() -> None:
    assert serving(concurrency="1,16").config.max_connections == 16
    assert serving(load="knee").config.max_connections == 64
    assert serving(load="poisson", rates=1, requests=30, warmup=5).config.max_connections == 35
