"""HumanEval: can the model write a Python function from its signature and docstring?

The problems are OpenAI's (arXiv:2107.03374); docs/humaneval.md says how they are asked and scored.
"""

from typing import get_args

from inspect_ai import Task, task
from inspect_ai.model import GenerateConfig
from inspect_ai.solver import generate

from llmbench_inspect.data import load_rows
from llmbench_inspect.identity import identified
from llmbench_inspect.prerequisite import PrerequisiteError
from llmbench_inspect.statistics import until_decided
from llmbench_inspect.suites.coding import Variant, attempts_for, humaneval_dataset, passes_tests
from llmbench_inspect.telemetry import IDLE_SECONDS, MAX_RETRIES, timed


@task(needs=["jail", "data"], data=["humaneval"], context=4096)
def humaneval(
    k: int | list[int] = 1,
    samples: int = 1,
    *,
    variant: Variant = "instruct",
    sandbox: str = "bwrap",
    data: str | None = None,
    stop_at: float | None = None,
) -> Task:
    """Complete Python functions.

    Args:
        k: Which pass@k to report, such as 1,10,100; none may be above `samples`.
        samples: Answers to each problem.
        variant: `instruct` asks in words; `completion` gives the bare code, for models that only continue.
        sandbox: Where answers run: `bwrap` or `docker`.
        data: Folder that holds HumanEval.jsonl.gz.
        stop_at: A threshold such as 0.8: the run ends when it is certain whether the score reaches it.
    """
    if variant not in get_args(Variant):
        raise PrerequisiteError(
            f"variant='{variant}' is neither instruct nor completion. Give it with: -T variant=NAME"
        )
    numbers, epochs = attempts_for(k, samples)
    rows = load_rows("humaneval", data)
    whole = Task(
        dataset=humaneval_dataset(rows, variant),
        solver=timed(generate()),
        scorer=passes_tests(numbers),
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
