"""Every score of every model in every task: its mean, how sure that is, and how its values spread."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, NamedTuple, cast

import polars as pl

from llmbench_inspect.results.tables import NOT_A_NUMBER
from llmbench_inspect.statistics import Bounds, Estimate, Moments, estimate_mean_of, estimate_rate_of

from .evidence import Evidence

_SAMPLE: Final = ("log", "sample_id", "epoch")


class ScoreName(NamedTuple):
    """A score, or one key of a score that is a mapping."""

    scorer: str
    key: str | None

    def __str__(self) -> str:
        return self.scorer if self.key is None else f"{self.scorer}/{self.key}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A score as one task has it."""

    name: ScoreName
    is_rate: bool
    """Whether all its values in this task are 0 or 1; for a key of a mapping, whether both are there."""

    largest: float
    """Largest absolute value, for the number of decimals."""

    values: int
    """Number of values, of all models."""

    bounds: Bounds | None
    """What its values lie between, where its scorer declares that."""

    baseline_label: str | None
    """What doing nothing is called; `None` where no sample tells its score."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """One score of one model, over all its samples or over the epochs of one."""

    estimate: Estimate
    one_sample: bool
    """Whether the interval is over the epochs of one sample and says nothing about other samples."""

    stderr: float | None
    """Standard error of the mean over samples; `None` of one alone."""

    median: float
    """Of the samples' means, as the standard deviation; of the epochs where there is one sample alone."""

    deviation: float | None
    """Standard deviation; `None` of one alone."""

    least: float
    most: float
    baseline: float | None
    """What doing nothing would score, averaged over the same samples; `None` where one of them tells none."""


@dataclass(frozen=True)
class Scores:
    """The scores of one task."""

    evidence: Evidence

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """In the order in which the task's scorers stand."""
        bounds = _declared_bounds(self.evidence.runs)
        labels = dict(self._baselines.select("scorer", "label").unique(maintain_order=True).iter_rows())
        value = pl.col("value")
        told = (
            self._counting.group_by("scorer", "key", maintain_order=True)
            .agg(
                values=value.is_not_null().sum(),
                worded=(pl.col("reason") == NOT_A_NUMBER).any(),
                largest=value.abs().max().fill_null(0.0),
                only=value.drop_nulls().is_in([0.0, 1.0]).all(),
                both=value.eq(0).any() & value.eq(1).any(),
            )
            # A score that is only ever text is no failed number: it has no column, and nobody misses it.
            .filter((pl.col("values") > 0) | ~pl.col("worded"))
            # A mapping tells counts as often as rates: zeros alone, or ones alone, do not make a rate of it,
            # unless all its keys are 0 or 1 and one of them is both.
            .with_columns(
                of_rates=pl.col("both") | (pl.col("only").all() & pl.col("both").any()).over("scorer")
            )
            .with_columns(is_rate=pl.col("only") & (pl.col("key").is_null() | pl.col("of_rates")))
        )
        return tuple(
            Column(
                name=ScoreName(scorer, key),
                is_rate=is_rate and bounds.get(scorer) in {None, (0, 1)},
                largest=largest,
                values=values,
                bounds=bounds.get(scorer) if key is None else None,
                baseline_label=labels.get(scorer) if key is None else None,
            )
            for scorer, key, values, largest, is_rate in told.select(
                "scorer", "key", "values", "largest", "is_rate"
            ).iter_rows()
        )

    @cached_property
    def headline(self) -> Column | None:
        """The score that Inspect shows first for the newest run, else the first; `None` without any."""
        told = self.evidence.all_columns("metrics").filter("headline").select("score").collect()
        names = told["score"].to_list()[::-1]
        plain = {column.name.scorer: column for column in self.columns if column.name.key is None}
        return next((plain[name] for name in names if name in plain), next(iter(self.columns), None))

    @cached_property
    def ranked(self) -> tuple[str, ...]:
        """The labels of the models, the best by the headline first."""

        def rank(model: str) -> tuple[float, str]:
            spread = self.models.get((model, self.headline.name)) if self.headline else None
            return (math.inf if spread is None else -spread.estimate.mean, model)

        return tuple(sorted(self.evidence.models, key=rank))

    @cached_property
    def models(self) -> Mapping[tuple[str, ScoreName], Spread]:
        """By the model's label and the score, over all samples of the model."""
        return {(model, name): spread for (model, _, name), spread in self._spreads().items()}

    def samples(self, shown: pl.DataFrame) -> Mapping[tuple[str, str, ScoreName], Spread]:
        """By the model's label, the sample and the score, over the epochs of the sample.

        Args:
            shown: `model_label` and `sample_id` of those that are asked for.
        """
        return {
            (model, sample or "", name): spread
            for (model, sample, name), spread in self._spreads(shown=shown).items()
        }

    @cached_property
    def _counting(self) -> pl.DataFrame:
        """The scores of the samples that count."""
        whole = self.evidence.samples.filter(pl.col("left_out").is_null()).select(*_SAMPLE, "counted")
        return self.evidence.scores.join(whole, on=_SAMPLE, maintain_order="left")

    @cached_property
    def _baselines(self) -> pl.DataFrame:
        """What doing nothing scores: `sample_id`, `scorer`, `baseline` and `label`, each sample once."""
        told = (
            self.evidence.all_columns("samples")
            .select("sample_id", "metadata")
            .filter(pl.col("metadata").str.contains('"baseline"', literal=True))
            .unique("sample_id", keep="first", maintain_order=True)
            .collect()
        )
        rows = [
            (sample_id, scorer, value, str(metadata.get("baseline_label", "baseline")))
            for sample_id, text in told.iter_rows()
            for metadata in [json.loads(text)]
            for scorer, value in _numbers(metadata.get("baseline")).items()
        ]
        schema = {"sample_id": pl.String, "scorer": pl.String, "baseline": pl.Float64, "label": pl.String}
        return pl.DataFrame(rows, schema=schema, orient="row")

    def _spreads(
        self, *, shown: pl.DataFrame | None = None
    ) -> dict[tuple[str, str | None, ScoreName], Spread]:
        known = self._counting.filter("counted", pl.col("value").is_not_null())
        if shown is not None:
            known = known.join(shown, on=shown.columns, how="semi", maintain_order="left")
        group = ["model_label", *(["sample_id"] if shown is not None else []), "scorer", "key"]
        value = pl.col("value")
        each = known.group_by(*dict.fromkeys((*group, "sample_id")), maintain_order=True).agg(
            mean=value.mean(), values=pl.len()
        )
        baselines = self._baselines.select("sample_id", "scorer", "baseline")
        mean = pl.col("mean")
        over_samples = (
            each.join(baselines, on=("sample_id", "scorer"), how="left", maintain_order="left")
            .group_by(group, maintain_order=True)
            .agg(
                pl.sum("values"),
                clusters=pl.len(),
                baseline=pl.when(pl.col("baseline").is_not_null().all()).then(pl.col("baseline").mean()),
                of_mean=mean.mean(),
                of_var=mean.var(),
                of_least=mean.min(),
                of_most=mean.max(),
                of_median=mean.median(),
            )
        )
        over_values = known.group_by(group, maintain_order=True).agg(
            value_mean=value.mean(),
            value_var=value.var(),
            value_least=value.min(),
            value_most=value.max(),
            value_median=value.median(),
        )
        columns = {column.name: column for column in self.columns}
        found: dict[tuple[str, str | None, ScoreName], Spread] = {}
        for row in over_samples.join(
            over_values, on=group, nulls_equal=True, maintain_order="left"
        ).iter_rows(named=True):
            name = ScoreName(row["scorer"], row["key"])
            if name in columns:
                found[row["model_label"], row.get("sample_id"), name] = _spread(row, columns[name])
        return found


def _spread(row: Mapping[str, Any], column: Column) -> Spread:
    one_sample = row["clusters"] == 1
    prefix, clusters = ("value", row["values"]) if one_sample else ("of", row["clusters"])
    moments = Moments(
        values=row["values"],
        clusters=clusters,
        mean=row[f"{prefix}_mean"],
        variance=row[f"{prefix}_var"] or 0.0,
        least=row[f"{prefix}_least"],
        most=row[f"{prefix}_most"],
    )
    is_alone = clusters < 2
    return Spread(
        estimate=estimate_rate_of(moments)
        if column.is_rate
        else estimate_mean_of(moments, bounds=column.bounds),
        one_sample=one_sample,
        stderr=None if is_alone else math.sqrt(moments.variance / clusters),
        median=row[f"{prefix}_median"],
        deviation=None if is_alone else math.sqrt(moments.variance),
        least=row["value_least"],
        most=row["value_most"],
        baseline=row["baseline"],
    )


def _declared_bounds(runs: pl.DataFrame) -> dict[str, Bounds]:
    found: dict[str, Bounds] = {}
    for text in runs["scorers"].unique(maintain_order=True):
        for scorer in cast("list[dict[str, Any]]", json.loads(text)):
            metadata = cast("dict[str, Any]", scorer.get("metadata") or {})
            match metadata:
                case {"range": [int() | float() as low, int() | float() as high]} if (
                    -math.inf < low < high < math.inf
                ):
                    found.setdefault(scorer["name"], Bounds(low, high))
                case _:
                    pass
    return found


def _numbers(declared: Any) -> dict[str, float]:
    if not isinstance(declared, Mapping):
        return {}
    scores = cast("Mapping[object, object]", declared)
    return {
        str(scorer): float(value)
        for scorer, value in scores.items()
        if isinstance(value, int | float) and math.isfinite(value)
    }
