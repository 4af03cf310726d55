"""What a run is to measure, from the arguments of its task: all that is wrong with them is said here."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, get_args

from inspect_ai.dataset import Dataset
from inspect_ai.model import GenerateConfig

from llmbench_inspect.prerequisite import PrerequisiteError
from llmbench_inspect.suites.serving.cells import Load, serving_dataset
from llmbench_inspect.suites.serving.levels import positive_levels, whole_levels
from llmbench_inspect.suites.serving.prompts import MadePrompts, TracedRequest, read_trace
from llmbench_inspect.suites.serving.task_prompts import TaskPrompts

_SENSELESS: Final = {
    "closed": ("rates",),
    "knee": ("rates",),
    "poisson": ("concurrency",),
    "trace": ("concurrency", "rates"),
}
"""By load, the arguments that contradict it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Cells, and where their requests come from."""

    dataset: Dataset
    prompts: MadePrompts | TaskPrompts
    moments: list[float] = field(default_factory=list)
    """When the requests of a trace arrive, in seconds."""
    material: dict[str, Any] = field(default_factory=dict[str, Any])
    """What the log tells of a trace, or of the task that gives the prompts."""
    config: GenerateConfig
    """Of the calls."""


def plan(
    load: Load,
    *,
    concurrency: object = None,
    rates: object = None,
    prompt_tokens: object = None,
    output_tokens: object = None,
    trace: str | None = None,
    prompts_from: str | None = None,
    requests: int,
    warmup: int,
    seed: int,
) -> Plan:
    """Plan a run; the arguments are those of the task `serving`, `None` where not given.

    Raises:
        PrerequisiteError: When an argument is wrong, missing, or contradicts another.
    """
    _need(load in get_args(Load), f"load='{load}' is none of {', '.join(get_args(Load))}", "load=closed")
    _need(requests >= 2, f"requests={requests} is less than 2", "requests=100")
    _need(warmup >= 0, f"warmup={warmup} is less than 0", "warmup=8")
    grid = {"prompt_tokens": prompt_tokens, "output_tokens": output_tokens}
    for name, value in {"concurrency": concurrency, "rates": rates}.items():
        _need(
            value is None or name not in _SENSELESS[load],
            f"{name} has no meaning with load={load}",
            "load=NAME",
        )
    _need(load != "trace" or trace is not None, "load=trace needs a file of requests", "trace=PATH")
    _need(trace is None or prompts_from is None, "trace and prompts_from both give prompts", "one of the two")
    for name, value in grid.items():
        _need(value is None or trace is None, f"{name} is told by the trace", "trace=PATH alone")
    _need(
        prompt_tokens is None or prompts_from is None,
        "prompts_from gives prompts as they are",
        "one of the two",
    )

    levels = _levels(load, concurrency=concurrency, rates=rates)
    config, moments, material = GenerateConfig(), list[float](), dict[str, Any]()
    prompt_lengths: list[int | None] = [None]
    output_lengths: list[int | None] = [None]
    if prompts_from is not None:
        prompts = TaskPrompts(prompts_from)
        config, material = prompts.task.config, {"prompts": prompts.task.metadata}
        if output_tokens is not None:
            [most] = whole_levels("output_tokens", output_tokens)
            config = config.merge(GenerateConfig(max_tokens=most))
    elif trace is not None:
        lines = read_trace(trace)
        digest = sha256(Path(trace).read_bytes()).hexdigest()
        material = {"trace": {"source": trace, "digest": digest}}
        prompts = MadePrompts(seed=seed, trace=lines)
        moments = _moments(lines, path=trace) if load == "trace" else []
    else:
        prompts = MadePrompts(seed=seed)
        prompt_lengths = [*whole_levels("prompt_tokens", 256 if prompt_tokens is None else prompt_tokens)]
        output_lengths = [*whole_levels("output_tokens", 128 if output_tokens is None else output_tokens)]

    # Inspect's limit of connections must not be what holds a load back; a number of one's own also turns
    # adaptive connections off. A request that failed is a failed request: it is not sent again.
    in_flight = int(max(levels)) if load in {"closed", "knee"} else len(moments) or warmup + requests
    return Plan(
        dataset=serving_dataset(load, levels, prompt_tokens=prompt_lengths, output_tokens=output_lengths),
        prompts=prompts,
        moments=moments,
        material=material,
        config=config.merge(GenerateConfig(max_connections=in_flight, max_retries=0)),
    )


def _levels(load: Load, *, concurrency: object, rates: object) -> list[float]:
    match load:
        case "closed":
            return [
                *map(float, whole_levels("concurrency", "1,2,4,8" if concurrency is None else concurrency))
            ]
        case "knee":
            most = whole_levels("concurrency", 64 if concurrency is None else concurrency, least=2)
            _need(len(most) == 1, "load=knee takes one number, the most requests in flight", "concurrency=64")
            return [float(most[0])]
        case "poisson":
            _need(rates is not None, "load=poisson needs the arrivals a second", "rates=0.5,1,2")
            return positive_levels("rates", rates)
        case "trace":
            return [1.0]


def _moments(lines: list[TracedRequest], *, path: str) -> list[float]:
    moments = [line.at for line in lines if line.at is not None]
    rising = len(moments) == len(lines) and all(before <= after for before, after in pairwise(moments))
    _need(rising, f"{path}: load=trace needs `at` in every line, in rising order", "load=closed")
    _need(len(moments) >= 4 and moments[-1] > moments[0], f"{path}: fewer than 4 requests", "trace=PATH")
    return moments


def _need(met: bool, otherwise: str, mend: str) -> None:
    if not met:
        raise PrerequisiteError(f"{otherwise}. Give it with: -T {mend}")
