"""Prompts: does the model answer in the form that it was asked for, and if not, what went wrong?

The prompts were written for this project; docs/prompts.md says how they are asked and scored.
"""

from inspect_ai import Task, task
from inspect_ai.model import GenerateConfig

from llmbench_inspect.identity import identified
from llmbench_inspect.named_choice import one_of
from llmbench_inspect.statistics import until_decided
from llmbench_inspect.suites.prompts import (
    SUITES,
    Suite,
    asked,
    constraints_kept,
    load_prompts,
    objective_pass,
    prompt_dataset,
    repaired,
    success,
    under_schema,
)
from llmbench_inspect.telemetry import IDLE_SECONDS, MAX_RETRIES, timed


@task(context=4096)
def prompts(
    suite: Suite = "core",
    constrained: bool = False,
    data: str | None = None,
    *,
    stop_at: float | None = None,
) -> Task:
    """Answer in a form.

    Args:
        suite: `core` (11 prompts) or `extended` (these and 70 more).
        constrained: Whether prompts that ask for a JSON object are asked a second time, under the provider's
            JSON-schema mode.
        data: File of prompts to ask in the place of a suite's.
        stop_at: A threshold such as 0.8: the run ends when it is certain whether the score reaches it.
    """
    one_of("suite", suite, SUITES)
    loaded = load_prompts(suite, data)
    whole = Task(
        dataset=prompt_dataset(loaded, constrained=constrained),
        solver=timed(asked(constrained)),
        # Inspect shows a run by the first metric of its first score.
        scorer=[
            objective_pass(),
            repaired(),
            *([under_schema()] if constrained else []),
            success(),
            constraints_kept(loaded.codes),
        ],
        config=GenerateConfig(
            temperature=0.0, max_tokens=2048, max_retries=MAX_RETRIES, stream_idle_timeout=IDLE_SECONDS
        ),
        version=1,
        metadata={"data": loaded.provenance()},
    )
    return identified(until_decided(whole, stop_at))
