"""The parts of Inspect's log JSON that the tables need; all else, message texts above all, is skipped."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any, Final, TypeVar

import msgspec
from msgspec import Raw, Struct, field

T = TypeVar("T")

NULL: Final = Raw(b"null")
"""Of what is left undecoded: that it is not there."""

_NO_NUMBER: Final = re.compile(rb"-?Infinity|NaN")


class Nothing(Struct):
    """An object of which only the number matters."""


class ErrorJson(Struct):
    """`EvalError` and `EvalRetryError`."""

    message: str = ""


class UsageJson(Struct):
    """`ModelUsage`."""

    input_tokens: int = 0
    output_tokens: int = 0
    total_tokens: int = 0
    input_tokens_cache_read: int | None = None
    input_tokens_cache_write: int | None = None
    reasoning_tokens: int | None = None
    total_cost: float | None = None


class ScoreJson(Struct):
    """`Score`."""

    value: Any = None
    answer: str | None = None
    explanation: str | None = None
    reason: str | None = None
    metadata: dict[str, Raw] | None = None


class LimitJson(Struct):
    """`EvalSampleLimit`."""

    type: str
    reason: str | None = None


class EventJson(Struct):
    """Any event. What kinds of events use in different ways is left undecoded."""

    event: str
    uuid: str | None = None
    timestamp: datetime | None = None
    working_start: float | None = None
    model: Raw = NULL
    role: Raw = NULL
    output: Raw = NULL
    retries: Raw = NULL
    error: Raw = NULL
    cache: Raw = NULL
    completed: Raw = NULL
    working_time: Raw = NULL


class MessageJson(Struct):
    """`ChatMessageAssistant`."""

    tool_calls: list[Nothing] | None = None


class ChoiceJson(Struct):
    """`ChatCompletionChoice`."""

    message: MessageJson = field(default_factory=MessageJson)
    stop_reason: str = "unknown"


class OutputJson(Struct):
    """`ModelOutput`."""

    choices: list[ChoiceJson] = []
    usage: UsageJson | None = None
    input_context_tokens: int | None = None
    time: float | None = None
    metadata: dict[str, Raw] | None = None


class CallJson(Struct):
    """An entry of `llmbench_inspect.telemetry.ModelCalls`."""

    model: str
    started: float
    queued: float
    attempts: int
    retries: float
    pauses: float
    seconds: float
    first_reasoning: float | None = None
    first_answer: float | None = None
    itl_p50: float | None = None
    itl_p95: float | None = None
    chunks: int = 0
    decode_rate: float | None = None
    client_busy: float | None = None
    unavailable: str | None = None
    error: str | None = None
    input_tokens: int | None = None
    cached_tokens: int | None = None
    output_tokens: int | None = None
    reasoning_tokens: int | None = None
    reasoning_source: str | None = None
    total_tokens: int | None = None
    cost: float | None = None
    reasoning_repeated: float | None = None


class GpuFiguresJson(Struct):
    """`llmbench_inspect.telemetry.gpu.GpuFigures`."""

    index: int
    name: str
    readings: int
    coverage: float
    throttled: list[str]
    utilization_average: float | None = None
    utilization_peak: float | None = None
    memory_average_gb: float | None = None
    memory_peak_gb: float | None = None
    joules: float | None = None
    energy_source: str | None = None
    temperature_peak: float | None = None
    problem: str | None = None


class GpuWindowJson(Struct):
    """`llmbench_inspect.telemetry.gpu.GpuWindow`."""

    seconds: float
    interval: float
    attempt: int
    earlier_joules: float
    readings: int
    coverage: float
    shared: bool
    running: float
    gpus: list[GpuFiguresJson]
    utilization_average: float | None = None
    utilization_peak: float | None = None
    memory_average_gb: float | None = None
    memory_peak_gb: float | None = None
    joules: float | None = None
    warning: str | None = None


class SampleJson(Struct):
    """`EvalSample`."""

    id: int | str
    epoch: int
    uuid: str | None = None
    started_at: datetime | None = None
    completed_at: datetime | None = None
    total_time: float | None = None
    working_time: float | None = None
    turn_count: int | None = None
    messages: list[Nothing] = []
    scores: dict[str, ScoreJson] | None = None
    metadata: dict[str, Raw] = {}
    store: dict[str, Raw] = {}
    events: list[EventJson] = []
    model_usage: dict[str, UsageJson] = {}
    invalidation: Nothing | None = None
    error: ErrorJson | None = None
    error_retries: list[Nothing] | None = None
    limit: LimitJson | None = None
    score: Raw = NULL
    """As `transcript`, of formats that Inspect gave up in 2024."""

    transcript: Raw = NULL


class DatasetJson(Struct):
    """`EvalDataset`."""

    name: str | None = None
    location: str | None = None
    samples: int | None = None
    sample_ids: list[int | str] | None = None


class RevisionJson(Struct):
    """`EvalRevision`."""

    commit: str | None = None
    dirty: bool | None = None


class ScorerJson(Struct):
    """`EvalScorer`."""

    name: str
    metadata: Raw = NULL


class SpecJson(Struct):
    """`EvalSpec`."""

    created: datetime
    task: str
    dataset: DatasetJson
    model: str
    config: dict[str, Raw]
    eval_set_id: str | None = None
    eval_id: str = ""
    run_id: str = ""
    task_id: str = ""
    task_version: int | str = 0
    task_file: str | None = None
    task_args: dict[str, Raw] = {}
    solver: str | None = None
    solver_args: dict[str, Raw] | None = None
    scorers: list[ScorerJson] | None = None
    model_generate_config: dict[str, Raw] = {}
    model_base_url: str | None = None
    model_args: dict[str, Raw] = {}
    model_roles: dict[str, Raw] | None = None
    revision: RevisionJson | None = None
    packages: dict[str, Raw] = {}
    tags: list[str] | None = None
    metadata: dict[str, Raw] | None = None


class PlanJson(Struct):
    """`EvalPlan`."""

    config: dict[str, Raw] = {}


class MetricJson(Struct):
    """`EvalMetric`."""

    name: str
    value: float | None = None
    group: str | None = None


class EvalScoreJson(Struct):
    """`EvalScore`."""

    name: str
    scorer: str
    reducer: str | None = None
    scored_samples: int | None = None
    unscored_samples: int | None = None
    metrics: dict[str, MetricJson] = {}


class HeadlineJson(Struct):
    """`HeadlineMetric`, as the results resolve it."""

    scorer: str | None = None
    score: str | None = None
    metric: str | None = None
    reducer: str | None = None


class ResultsJson(Struct):
    """`EvalResults`."""

    scores: list[EvalScoreJson] = []
    headline: HeadlineJson | None = None


class StatsJson(Struct):
    """`EvalStats`; its times are empty text until they are known."""

    started_at: str = ""
    completed_at: str = ""


class HeaderJson(Struct):
    """`EvalLog` without its samples; also the journal's `start.json` of a log that is still written."""

    eval: SpecJson
    version: int = 2
    status: str = "started"
    plan: PlanJson = field(default_factory=PlanJson)
    results: ResultsJson | None = None
    stats: StatsJson = field(default_factory=StatsJson)
    error: ErrorJson | None = None
    invalidated: bool = False
    tags: list[str] | None = None
    metadata: dict[str, Raw] | None = None


class LogJson(HeaderJson):
    """A whole log in one JSON text."""

    samples: list[SampleJson] | None = None


def decode(data: bytes, decoder: msgspec.json.Decoder[T]) -> T:
    """Decode JSON that may hold NaN and infinities, as Inspect writes them for what is unscored: as null.

    Args:
        data: The text.
        decoder: Of the type that it is to be.

    Returns:
        What it says.

    Raises:
        msgspec.DecodeError: It is no JSON.
        msgspec.ValidationError: It is something else.
        RecursionError: It is nested too deeply.
    """
    try:
        return decoder.decode(data)
    except msgspec.ValidationError:
        raise
    except msgspec.DecodeError:
        plain = _without_nan(data)
        if plain is None:
            raise
        return decoder.decode(plain)


def _without_nan(data: bytes) -> bytes | None:
    """The same with null for NaN and infinities outside of strings; `None` where there are none."""
    # Of the same length, and every quotation mark that is left begins or ends a string.
    marks = data.replace(b"\\\\", b"__").replace(b'\\"', b"__")
    pieces: list[bytes] = []
    within, counted, copied = False, 0, 0
    for found in _NO_NUMBER.finditer(marks):
        within ^= bool(marks.count(b'"', counted, found.start()) % 2)
        counted = found.start()
        if not within:
            pieces += (data[copied : found.start()], b"null")
            copied = found.end()
    return b"".join((*pieces, data[copied:])) if pieces else None
