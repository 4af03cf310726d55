"""MMLU: what does the model know, in 57 subjects?

The questions are those of Hendrycks et al. (arXiv:2009.03300); docs/mmlu.md says how they are asked and
scored.
"""

from inspect_ai import Task, task
from inspect_ai.model import GenerateConfig
from inspect_ai.solver import multiple_choice

from llmbench_inspect.data import load_rows
from llmbench_inspect.identity import identified
from llmbench_inspect.prerequisite import PrerequisiteError
from llmbench_inspect.statistics import until_decided
from llmbench_inspect.suites.knowledge import choose_subjects, chosen_letter_is_right, mmlu_dataset
from llmbench_inspect.telemetry import IDLE_SECONDS, MAX_RETRIES, timed


@task(needs=["data"], data=["mmlu_test"], context=4096)
def mmlu(
    shots: int = 0,
    reasoning: bool = False,
    *,
    subjects: str | list[str] | None = None,
    shuffle_choices: bool = False,
    data: str | None = None,
    seed: int = 0,
    stop_at: float | None = None,
) -> Task:
    """Answer questions with four choices.

    Args:
        shots: Examples of the same subject before each question, 0 or 5.
        reasoning: Whether the model is told to think step by step before it answers.
        subjects: Names of subjects or disciplines; all 57 subjects by default.
        shuffle_choices: Whether the choices change their places.
        data: Folder that holds mmlu/test/*.csv (and mmlu/dev/*.csv for examples).
        seed: Chooses the order of the questions, and of the choices where they are shuffled.
        stop_at: A threshold such as 0.8: the run ends when it is certain whether the score reaches it.
    """
    if shots not in {0, 5}:
        raise PrerequisiteError(f"shots={shots} is neither 0 nor 5. Give it with: -T shots=5")
    chosen = choose_subjects(subjects)
    test = load_rows("mmlu_test", data)
    dev = load_rows("mmlu_dev", data) if shots else None
    whole = Task(
        dataset=mmlu_dataset(test, dev, subjects=chosen, shuffle_choices=shuffle_choices, seed=seed),
        solver=timed(multiple_choice(cot=reasoning)),
        scorer=chosen_letter_is_right(),
        config=GenerateConfig(
            temperature=0.0, max_tokens=2048, max_retries=MAX_RETRIES, stream_idle_timeout=IDLE_SECONDS
        ),
        version=1,
        metadata={"data": test.provenance()} | ({"examples": dev.provenance()} if dev else {}),
    )
    return identified(until_decided(whole, stop_at))
