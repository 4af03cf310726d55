"""Serving: how much does a model's server give under load, and how long does each user wait?

The loads and measures were made for this project; docs/serving.md says what each figure is.
"""

from dataclasses import asdict

from inspect_ai import Epochs, Task, task

from llmbench_inspect.identity import identified
from llmbench_inspect.suites.serving import (
    Load,
    Objective,
    TaskPrompts,
    plan,
    serving_scorers,
    under_load,
)

Numbers = int | float | str | list[int | float | str]


@task
def serving(
    load: Load = "closed",
    concurrency: Numbers | None = None,
    rates: Numbers | None = None,
    *,
    prompt_tokens: Numbers | None = None,
    output_tokens: Numbers | None = None,
    trace: str | None = None,
    prompts_from: str | None = None,
    requests: int = 100,
    warmup: int = 8,
    objective: str | list[str] = "ttft=2,itl=0.2",
    seed: int = 0,
) -> Task:
    """Put the server of a model under load.

    Args:
        load: `closed` (always as many requests in flight), `poisson` (at random moments), `knee` (doubles the
            requests in flight until that gains little) or `trace` (at the moments of a trace).
        concurrency: Requests in flight, for `closed`: 1,2,4,8 by default; the most to try, for `knee`: 64.
        rates: Arrivals a second, for `poisson`.
        prompt_tokens: Lengths of prompts; 256 by default.
        output_tokens: Most tokens of an answer; 128 by default, or as the task of `prompts_from` says.
        trace: JSONL file of prompt_tokens, output_tokens and, for load=trace, at: seconds from the start.
        prompts_from: Registered name of a task that gives the prompts and judges the answers.
        requests: How many are sent in each cell after the warm-up.
        warmup: How many are sent before and left out.
        objective: Limits in seconds of ttft, itl and e2e that a good request keeps.
        seed: Chooses the prompts and the moments of arrival.
    """
    limits = Objective.parse(objective)
    planned = plan(
        load,
        concurrency=concurrency,
        rates=rates,
        prompt_tokens=prompt_tokens,
        output_tokens=output_tokens,
        trace=trace,
        prompts_from=prompts_from,
        requests=requests,
        warmup=warmup,
        seed=seed,
    )
    asked = planned.prompts.task if isinstance(planned.prompts, TaskPrompts) else None
    whole = Task(
        dataset=planned.dataset,
        solver=under_load(
            planned.prompts, limits, requests=requests, warmup=warmup, seed=seed, moments=planned.moments
        ),
        scorer=serving_scorers(judged=asked is not None, searched=load == "knee"),
        sandbox=asked.sandbox if asked else None,
        config=planned.config,
        epochs=Epochs(3, "mean"),
        version=1,
        metadata={"objective": asdict(limits), **planned.material},
    )
    return identified(whole)
