"""SWE: can an agent resolve an issue of a Python repository?

The mini set was written for this project; Verified and Lite are those of C. E. Jimenez et al. (2023),
arXiv:2310.06770. docs/swe-bench.md describes the scoring.
"""

from typing import Literal, get_args

from inspect_ai import Task, task
from inspect_ai.model import GenerateConfig

from llmbench_inspect.identity import identified
from llmbench_inspect.prerequisite import PrerequisiteError
from llmbench_inspect.statistics import until_decided
from llmbench_inspect.suites.coding.swe import (
    SOURCES,
    load_instances,
    repository_agent,
    swe_dataset,
    swe_scorers,
    upstream_task,
)
from llmbench_inspect.telemetry import IDLE_SECONDS, MAX_RETRIES

Split = Literal["mini", "verified", "lite"]


@task(needs=["jail"], context=8192)
def swe_bench(
    split: Split = "mini",
    instances: str | list[str] | None = None,
    data: str | None = None,
    sandbox: str | None = None,
    *,
    stop_at: float | None = None,
) -> Task:
    """Resolve issues of Python repositories.

    Args:
        split: `mini`, which runs without Docker, or SWE-bench's `verified` or `lite`.
        instances: Mini set: names of instances or packages, or paths of their folders; all by default.
        data: Verified and Lite: a folder that holds the dataset; the hub by default.
        sandbox: Where the agent works: `bwrap` for the mini set, `docker` for the others by default.
        stop_at: A threshold such as 0.8: the run ends when it is certain whether the score reaches it.
    """
    if split not in get_args(Split):
        raise PrerequisiteError(
            f"split='{split}' is none of {', '.join(get_args(Split))}. Give it with: -T split=NAME"
        )
    if split != "mini":
        upstream = upstream_task(split, data=data, sandbox=sandbox or "docker")
        source = SOURCES[split]
        whole = Task(
            dataset=upstream.dataset,
            setup=upstream.setup,
            solver=upstream.solver,
            scorer=swe_scorers(),
            message_limit=upstream.message_limit,
            version=1,
            metadata={"data": {"source": data or source.name, "revision": source.revision}},
        )
        return identified(until_decided(whole, stop_at))
    chosen = load_instances(instances.split(",") if isinstance(instances, str) else instances)
    whole = Task(
        dataset=swe_dataset(chosen),
        solver=repository_agent(),
        scorer=swe_scorers(),
        sandbox=sandbox or "bwrap",
        message_limit=60,
        config=GenerateConfig(
            temperature=0.2, max_tokens=4096, max_retries=MAX_RETRIES, stream_idle_timeout=IDLE_SECONDS
        ),
        version=1,
        metadata={"instances": {instance.name: instance.specification.version for instance in chosen}},
    )
    return identified(until_decided(whole, stop_at), {instance.name: instance.digest for instance in chosen})
