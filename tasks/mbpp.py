"""MBPP: can the model write a short Python function from a sentence and its tests?

The problems are Google's (arXiv:2108.07732); docs/mbpp.md says how they are asked and scored.
"""

from typing import get_args

from inspect_ai import Task, task
from inspect_ai.model import GenerateConfig
from inspect_ai.solver import generate

from llmbench_inspect.data import load_rows
from llmbench_inspect.identity import identified
from llmbench_inspect.prerequisite import PrerequisiteError
from llmbench_inspect.statistics import until_decided
from llmbench_inspect.suites.coding import (
    MOST_SHOTS,
    Split,
    attempts_for,
    mbpp_dataset,
    passes_tests,
    share_of_tests,
)
from llmbench_inspect.telemetry import IDLE_SECONDS, MAX_RETRIES, timed


@task(needs=["jail", "data"], data=["mbpp"], context=6144)
def mbpp(
    split: Split = "test",
    shots: int = 3,
    *,
    k: int | list[int] = 1,
    samples: int = 1,
    sandbox: str = "bwrap",
    data: str | None = None,
    stop_at: float | None = None,
) -> Task:
    """Write Python functions.

    Args:
        split: `test` (500 problems) or `sanitized` (the 257 of them that were checked by hand).
        shots: Solved examples before each problem, 0 to 3.
        k: Which pass@k to report, such as 1,10,100; none may be above `samples`.
        samples: Answers to each problem.
        sandbox: Where answers run: `bwrap` or `docker`.
        data: Folder that holds mbpp.jsonl or sanitized-mbpp.json.
        stop_at: A threshold such as 0.8: the run ends when it is certain whether the score reaches it.
    """
    if split not in get_args(Split):
        raise PrerequisiteError(f"split='{split}' is neither test nor sanitized. Give it with: -T split=NAME")
    if shots not in range(MOST_SHOTS + 1):
        raise PrerequisiteError(
            f"shots={shots} is not among 0 to {MOST_SHOTS}. Give it with: -T shots=NUMBER"
        )
    numbers, epochs = attempts_for(k, samples)
    rows = load_rows("mbpp" if split == "test" else "mbpp_sanitized", data)
    whole = Task(
        dataset=mbpp_dataset(rows, shots=shots),
        solver=timed(generate()),
        scorer=[passes_tests(numbers), share_of_tests()],
        sandbox=sandbox,
        epochs=epochs,
        config=GenerateConfig(
            temperature=0.2,
            top_p=0.95,
            max_tokens=2048,
            max_retries=MAX_RETRIES,
            stream_idle_timeout=IDLE_SECONDS,
        ),
        version=1,
        metadata={"data": rows.provenance()},
    )
    return identified(until_decided(whole, stop_at))
