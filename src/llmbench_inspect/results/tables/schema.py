"""The tables and their columns, with types, units and meanings; docs/tables.md shows the same."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

import polars as pl

TableName = Literal["runs", "metrics", "samples", "scores", "calls", "gpu"]


class Column(NamedTuple):
    """A column of a table."""

    name: str
    type: pl.DataType
    unit: str
    """Empty where it has none."""

    meaning: str


_TEXT: Final = pl.String()
_COUNT: Final = pl.Int64()
_NUMBER: Final = pl.Float64()
_FLAG: Final = pl.Boolean()
_TEXTS: Final = pl.List(pl.String())
_MOMENT: Final = pl.Datetime("us", "UTC")
_GPUS: Final = pl.List(
    pl.Struct(
        {
            "index": pl.Int64(),
            "name": pl.String(),
            "readings": pl.Int64(),
            "coverage": pl.Float64(),
            "utilization_average": pl.Float64(),
            "utilization_peak": pl.Float64(),
            "memory_average_gb": pl.Float64(),
            "memory_peak_gb": pl.Float64(),
            "joules": pl.Float64(),
            "energy_source": pl.String(),
            "temperature_peak": pl.Float64(),
            "throttled": pl.List(pl.String()),
            "problem": pl.String(),
        }
    )
)

_LOG: Final = Column("log", _TEXT, "", "path or URL of the log")
_SAMPLE: Final = (
    _LOG,
    Column("sample_id", _TEXT, "", "id of the sample; a number as text"),
    Column("epoch", _COUNT, "", "from 1"),
)

COLUMNS: Final[dict[TableName, tuple[Column, ...]]] = {
    "runs": (
        _LOG,
        Column("version", _COUNT, "", "version of the log's format"),
        Column("status", _TEXT, "", "`success`, `error`, `cancelled`, or `started` while it runs"),
        Column("error", _TEXT, "", "message of the error that ended the run"),
        Column("eval_set_id", _TEXT, "", "of the eval set that it belongs to"),
        Column("eval_id", _TEXT, "", "of this run alone"),
        Column("run_id", _TEXT, "", "of the command that started it, perhaps with other tasks"),
        Column("task_id", _TEXT, "", "the same for a run and for its retries"),
        Column("created", _MOMENT, "UTC", "when the run was set up"),
        Column("started_at", _MOMENT, "UTC", "when it began"),
        Column("completed_at", _MOMENT, "UTC", "when it ended"),
        Column("task", _TEXT, "", "name of the task, with its package"),
        Column("task_version", _TEXT, "", "the task's own; a number as text"),
        Column("task_file", _TEXT, "", "file that the task came from"),
        Column("task_args", _TEXT, "JSON", "arguments of the task, defaults among them"),
        Column("solver", _TEXT, "", "solver that was named in the place of the task's own"),
        Column("solver_args", _TEXT, "JSON", "its arguments"),
        Column("scorers", _TEXT, "JSON", "names and metadata of the scorers, in order"),
        Column("model", _TEXT, "", "the evaluated model, with its provider"),
        Column("model_base_url", _TEXT, "", "where it is served, if not where its provider says"),
        Column("model_args", _TEXT, "JSON", "arguments of its provider"),
        Column(
            "generate_config", _TEXT, "JSON", "options of generation: the model's, then the task's over them"
        ),
        Column("model_roles", _TEXT, "JSON", "models in other roles, by role"),
        Column("dataset", _TEXT, "", "name of the dataset"),
        Column("dataset_location", _TEXT, "", "where it came from"),
        Column("dataset_samples", _COUNT, "samples", "in the whole dataset"),
        Column("sample_ids", _TEXTS, "", "those that the run was to do"),
        Column("epochs", _COUNT, "", "how often it was to do each"),
        Column("planned", _COUNT, "epochs", "samples times epochs that it was to do"),
        Column("samples", _COUNT, "epochs", "samples times epochs in the log"),
        Column("samples_counted", _COUNT, "epochs", "of these, those that no other log read has newer"),
        Column("evaluation", _TEXT, "", "the same for all logs of one run: retries, shards, copies"),
        Column("latest", _FLAG, "", "whether it is the newest log of its evaluation"),
        Column("limits", _TEXT, "JSON", "the run's configuration: limits, failures borne, what is logged"),
        Column("git_commit", _TEXT, "", "of the code that ran"),
        Column("git_dirty", _FLAG, "", "whether there were changes on top of it"),
        Column("packages", _TEXT, "JSON", "versions of packages, by name"),
        Column("tags", _TEXTS, "", "as edited last"),
        Column("metadata", _TEXT, "JSON", "of the task, as edited last"),
        Column("invalidated", _FLAG, "", "whether a sample was invalidated"),
    ),
    "metrics": (
        _LOG,
        Column("score", _TEXT, "", "name of the score"),
        Column("scorer", _TEXT, "", "scorer that gave it"),
        Column("reducer", _TEXT, "", "how epochs were joined"),
        Column("metric", _TEXT, "", "name of the metric"),
        Column("group", _TEXT, "", "of metrics that one function gave"),
        Column("value", _NUMBER, "", "null where it is not finite"),
        Column("headline", _FLAG, "", "whether it is the run's headline"),
        Column("scored_samples", _COUNT, "samples", "that the scorer scored"),
        Column("unscored_samples", _COUNT, "samples", "that it did not"),
    ),
    "samples": (
        *_SAMPLE,
        Column("uuid", _TEXT, "", "of this attempt at the sample, in all copies"),
        Column("started_at", _MOMENT, "UTC", "when the attempt began"),
        Column("completed_at", _MOMENT, "UTC", "when it ended"),
        Column("total_seconds", _NUMBER, "s", "how long it took"),
        Column("working_seconds", _NUMBER, "s", "of these, without waits"),
        Column("left_out", _TEXT, "", "why it counts in no score: `error: ...`, `invalidated`, `no score`"),
        Column("error", _TEXT, "", "message of the error that ended it"),
        Column("limit", _TEXT, "", "type of the limit that ended it"),
        Column("limit_reason", _TEXT, "", "what the limit said"),
        Column(
            "cut_off",
            _TEXT,
            "",
            "`<type> limit`, Inspect's or the task's own, or `max_tokens` that cut an answer",
        ),
        Column("failure_class", _TEXT, "", "from its scores' metadata; `no failure` where they name none"),
        Column("retries", _COUNT, "", "attempts before this one that ended in an error"),
        Column("messages", _COUNT, "", "in its conversation"),
        Column("turns", _COUNT, "", "answers of the model in it"),
        Column("calls", _COUNT, "", "of any model, as in its transcript"),
        Column(
            "input_tokens", _COUNT, "tokens", "that the evaluated model read, neither from nor into a cache"
        ),
        Column("input_tokens_cache_read", _COUNT, "tokens", "that it had in its cache"),
        Column("input_tokens_cache_write", _COUNT, "tokens", "that it put there"),
        Column("output_tokens", _COUNT, "tokens", "that it wrote, reasoning among them"),
        Column("reasoning_tokens", _COUNT, "tokens", "of reasoning, where its provider tells"),
        Column("total_tokens", _COUNT, "tokens", "as its provider counts them"),
        Column("cost", _NUMBER, "US $", "where Inspect knows the prices"),
        Column("all_models_tokens", _COUNT, "tokens", "total of all models, graders among them"),
        Column("hardware", _TEXT, "", "processor, GPUs and server that its times were measured on"),
        Column("metadata", _TEXT, "JSON", "of the sample"),
        Column(
            "store", _TEXT, "JSON", "its store at the end, but for what `hardware`, `calls` and `gpu` show"
        ),
    ),
    "scores": (
        *_SAMPLE,
        Column("scorer", _TEXT, "", "name of the score"),
        Column("key", _TEXT, "", "of a score that is a mapping; null for a plain one"),
        Column(
            "value", _NUMBER, "", "the number; `C`, `yes`, `true` are 1, `I`, `N`, `no`, `false` 0, `P` 0.5"
        ),
        Column("text", _TEXT, "", "the value where it is text or a list"),
        Column("reason", _TEXT, "", "why there is no number"),
        Column("answer", _TEXT, "", "what the scorer read as the answer"),
        Column("explanation", _TEXT, "", "the scorer's"),
        Column("metadata", _TEXT, "JSON", "of the score"),
    ),
    "calls": (
        *_SAMPLE,
        Column("call", _COUNT, "", "from 1, in the order of the transcript"),
        Column("event_id", _TEXT, "", "uuid of the call's event; null where there is a timing alone"),
        Column("model", _TEXT, "", "Inspect's name of it"),
        Column("role", _TEXT, "", "such as `grader`; null for the evaluated model"),
        Column("started_at", _MOMENT, "UTC", "when it was asked for"),
        Column("completed_at", _MOMENT, "UTC", "when it was answered"),
        Column("working_start", _NUMBER, "s", "working time of the sample until then"),
        Column("working_seconds", _NUMBER, "s", "the attempt that succeeded"),
        Column("model_seconds", _NUMBER, "s", "the same as the provider measured it"),
        Column("provider_retries", _COUNT, "", "by the provider's own client"),
        Column("cache", _TEXT, "", "`read` or `write` of Inspect's cache"),
        Column("error", _TEXT, "", "message of the error that it ended in"),
        Column("stop_reason", _TEXT, "", "why the first answer ended"),
        Column("tool_calls", _COUNT, "", "in the first answer"),
        Column("input_tokens", _COUNT, "tokens", "read, neither from nor into a cache"),
        Column("input_tokens_cache_read", _COUNT, "tokens", "from the server's cache"),
        Column("input_tokens_cache_write", _COUNT, "tokens", "into it"),
        Column("output_tokens", _COUNT, "tokens", "written, reasoning among them"),
        Column("reasoning_tokens", _COUNT, "tokens", "of reasoning, as `reasoning_source` says"),
        Column("reasoning_source", _TEXT, "", "`reported` by the provider, or `estimated` by the timing"),
        Column("total_tokens", _COUNT, "tokens", "as the provider counts them"),
        Column("context_tokens", _COUNT, "tokens", "that the input took in the model's window"),
        Column("cost", _NUMBER, "US $", "where Inspect knows the prices"),
        Column("output_metadata", _TEXT, "JSON", "of the answer: a provider's own timings, for one"),
        Column("timed", _FLAG, "", "whether it was timed; the columns below are of timed calls alone"),
        Column("started", _NUMBER, "s since 1970", "start of the last attempt"),
        Column("queued", _NUMBER, "s", "until the first attempt, waiting for a connection"),
        Column("attempts", _COUNT, "", "how often the server was asked"),
        Column("retries", _NUMBER, "s", "from the first attempt to the last"),
        Column("pauses", _NUMBER, "s", "of these, the pauses that Inspect made"),
        Column("seconds", _NUMBER, "s", "the last attempt from its request to its last token"),
        Column("ttft", _NUMBER, "s", "to the first token of any kind"),
        Column("first_reasoning", _NUMBER, "s", "to the first token of reasoning"),
        Column("first_answer", _NUMBER, "s", "to the first token of the answer or of a tool call"),
        Column("itl_p50", _NUMBER, "s", "median time from one chunk of the stream to the next"),
        Column("itl_p95", _NUMBER, "s", "95th percentile of the same"),
        Column("chunks", _COUNT, "", "pieces that the stream came in"),
        Column("decode_rate", _NUMBER, "tokens/s", "output after the first chunk"),
        Column("client_busy", _NUMBER, "cores", "that the client's own process kept busy meanwhile"),
        Column("unavailable", _TEXT, "", "why there are no times within the call"),
        Column("exception", _TEXT, "", "type of the exception that it ended in"),
        Column(
            "reasoning_repeated", _NUMBER, "0 to 1", "share of repeated word sequences in the reasoning's end"
        ),
    ),
    "gpu": (
        *_SAMPLE,
        Column("unavailable", _TEXT, "", "why there are no figures; all others are then null"),
        Column("seconds", _NUMBER, "s", "length of the window: start of the attempt to start of its scoring"),
        Column("interval", _NUMBER, "s", "between two readings, as asked for"),
        Column("attempt", _COUNT, "", "from 1"),
        Column("utilization_average", _NUMBER, "%", "of the busiest GPU"),
        Column("utilization_peak", _NUMBER, "%", "of the same"),
        Column("memory_average_gb", _NUMBER, "10⁹ bytes", "of all GPUs together"),
        Column("memory_peak_gb", _NUMBER, "10⁹ bytes", "sum of the GPUs' peaks"),
        Column("joules", _NUMBER, "J", "this sample's part of all GPUs' energy"),
        Column("earlier_joules", _NUMBER, "J", "of the attempts before"),
        Column("readings", _COUNT, "", "of the GPU with the fewest"),
        Column("coverage", _NUMBER, "0 to 1", "share of the window that is accounted for"),
        Column("shared", _FLAG, "", "whether other samples ran in the window"),
        Column("running", _NUMBER, "samples", "that ran at a time, on average, this one included"),
        Column("gpus", _GPUS, "", "the same for each GPU, as docs/gpu.md has it"),
        Column("warning", _TEXT, "", "what to look at where the GPU was not busy"),
    ),
}
"""By table. A row is a log, a metric of a log, an epoch of a sample, a number of a score, a call, or a
sample's window on the GPUs."""

ACROSS_LOGS: Final = ("samples_counted", "evaluation", "latest")
"""Columns of `runs` that depend on which other logs are read."""


def polars_schema(table: TableName) -> pl.Schema:
    """The types of a table's columns, as one log tells them."""
    return pl.Schema(
        {column.name: column.type for column in COLUMNS[table] if column.name not in ACROSS_LOGS}
    )
