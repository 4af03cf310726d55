"""GSM8K: can the model solve word problems of school mathematics?

The problems are OpenAI's (arXiv:2110.14168); docs/gsm8k.md says how they are asked and scored.
"""

from inspect_ai import Task, task
from inspect_ai.model import GenerateConfig
from inspect_ai.solver import generate

from llmbench_inspect.data import load_rows
from llmbench_inspect.identity import identified
from llmbench_inspect.prerequisite import PrerequisiteError
from llmbench_inspect.statistics import until_decided
from llmbench_inspect.suites.knowledge import MOST_SHOTS, final_number_is_right, gsm8k_dataset
from llmbench_inspect.telemetry import IDLE_SECONDS, MAX_RETRIES, timed


@task(needs=["data"], data=["gsm8k_test"], context=4096)
def gsm8k(shots: int = 0, data: str | None = None, seed: int = 0, *, stop_at: float | None = None) -> Task:
    """Solve word problems whose answer is a number.

    Args:
        shots: Examples with their solutions before each problem, 0 to 8.
        data: Folder that holds gsm8k_test.jsonl (and gsm8k_train.jsonl for examples).
        seed: Chooses the examples and the order of the problems.
        stop_at: A threshold such as 0.8: the run ends when it is certain whether the score reaches it.
    """
    if shots not in range(MOST_SHOTS + 1):
        raise PrerequisiteError(
            f"shots={shots} is not among 0 to {MOST_SHOTS}. Give it with: -T shots=NUMBER"
        )
    test = load_rows("gsm8k_test", data)
    train = load_rows("gsm8k_train", data) if shots else None
    whole = Task(
        dataset=gsm8k_dataset(test, train, shots=shots, seed=seed),
        solver=timed(generate()),
        scorer=final_number_is_right(),
        config=GenerateConfig(
            temperature=0.0, max_tokens=2048, max_retries=MAX_RETRIES, stream_idle_timeout=IDLE_SECONDS
        ),
        version=1,
        metadata={"data": test.provenance()} | ({"examples": train.provenance()} if train else {}),
    )
    return identified(until_decided(whole, stop_at))
