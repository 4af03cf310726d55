"""What attempts take: against the plain share, against scipy, and by hand."""

from __future__ import annotations

import json
import math
import random
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from scipy import stats

from llmbench_inspect.results.compute import (
    BUDGETS,
    account,
    attempts,
    by_field,
    composition,
    difficulty_correlation,
    effective_length,
    grouping_fields,
    lengths,
    profile,
    scores_by_length,
    success_curve,
    token_efficiency,
    with_metadata,
)
from llmbench_inspect.results.tables import find_logs, read_tables

# Success in percent, mean tokens of an attempt and efficiency, as eight models were published with.
PUBLISHED = {
    "gpt-5.2-chat": (99.0, 6_002, 0.165),
    "o4-mini": (98.5, 7_263, 0.136),
    "o1": (99.5, 7_352, 0.135),
    "Kimi-K2-Thinking": (100.0, 8_640, 0.116),
    "gpt-5-mini": (99.5, 10_756, 0.093),
    "Llama-3.3-70B-Instruct": (99.0, 13_631, 0.073),
    "gpt-4.1-mini": (59.0, 27_094, 0.022),
    "gpt-5-nano": (47.0, 57_063, 0.008),
}


def table(rows: Iterable[tuple[str, bool, bool, int, int]]) -> pl.DataFrame:
    """Attempts of (problem, solved, ended by a limit, steps, tokens)."""
    return pl.DataFrame(
        [
            {
                "log": "a.eval",
                "sample_id": problem,
                "epoch": number,
                "solved": solved,
                "censored": limited,
                "steps": steps,
                "tokens": tokens,
                "output_tokens": tokens // 3,
                "reasoning_tokens": tokens // 12,
            }
            for number, (problem, solved, limited, steps, tokens) in enumerate(rows, start=1)
        ]
    )


def made_up(seed: int, *, problems: int = 30, limit: int = 15) -> pl.DataFrame:
    """Attempts of a model, two at each problem."""
    chance = random.Random(seed)
    good, pace = chance.uniform(0.3, 0.99), chance.uniform(300, 4000)
    rows: list[tuple[str, bool, bool, int, int]] = []
    for problem in range(problems):
        for _ in range(2):
            steps = 1 + int(chance.expovariate(1 / (2 + seed % 4 + problem % 3)))
            solved = chance.random() < good
            limited = steps > limit
            steps = min(steps, limit)
            tokens = int(steps * pace * chance.uniform(0.7, 1.3))
            rows.append((str(problem), solved and not limited, limited, steps, tokens))
    return table(rows)


@pytest.mark.parametrize("model", PUBLISHED)
def test_a_published_table_has_these_efficiencies(model: str) -> None:
    percent, tokens, efficiency = PUBLISHED[model]
    assert round(token_efficiency(percent / 100, tokens), 3) == efficiency
    # The same of 200 attempts that solve as many with as many tokens.
    solved = round(200 * percent / 100)
    rows = [(str(number), number < solved, False, 3, tokens) for number in range(200)]
    told = account(table(rows))
    assert told is not None
    assert told.efficiency is not None
    assert round(told.efficiency.value, 3) == efficiency


def test_attempts_of_any_log_are_told(eventful: Path) -> None:
    tables = read_tables(find_logs([str(eventful / "eval")]))
    told = attempts(tables.samples, tables.scores, tables.calls)
    rows = {(row["sample_id"], row["epoch"]): row for row in told.iter_rows(named=True)}
    assert len(rows) == 8, "a sample that ended in an error is no attempt"
    assert rows["12", 1]["solved"]
    assert {key[0] for key, row in rows.items() if row["censored"]} == {
        "long talk",  # a limit of Inspect
        "flaky",  # a limit that the task names
        "a/b ü_epoch_1.json",  # the last answer was cut off
    }
    assert rows["12", 1]["steps"] == 2
    assert rows["12", 1]["tokens"] == 2 * 177
    assert rows["12", 1]["reasoning_tokens"] == 10
    with_depth = with_metadata(told, tables.samples)
    assert list(by_field(with_depth, "depth")) == ["3"]


def test_without_limits_success_is_the_plain_share() -> None:
    rows = made_up(3, limit=10_000)
    curve = success_curve(rows, "steps", at=range(40))
    assert curve is not None
    assert curve.known_to == math.inf
    for amount, success in curve.points:
        plain = rows.filter(pl.col("solved"), pl.col("steps") <= amount).height / rows.height
        assert success.value == pytest.approx(plain)
        assert success.interval is not None
        assert success.interval.low <= success.value <= success.interval.high
    budgets = success_curve(rows, "tokens", at=BUDGETS)
    assert budgets is not None
    assert [point.amount for point in budgets.points] == list(BUDGETS)


def test_where_all_unsolved_attempts_hit_limits_it_is_kaplan_and_meiers() -> None:
    chance = random.Random(5)
    rows = [
        (str(number), solved, not solved, steps, steps)
        for number in range(80)
        for solved, steps in [(chance.random() < 0.6, chance.randint(1, 12))]
    ]
    told = table(rows)
    spent = told["steps"].to_numpy()
    censored = stats.CensoredData.right_censored(spent, told["censored"].to_numpy())
    survival = stats.ecdf(censored).sf
    curve = success_curve(told, "steps", at=survival.quantiles)
    assert curve is not None
    at_most = [quantile for quantile in survival.quantiles if quantile <= curve.known_to]
    assert [point.amount for point in curve.points] == at_most
    expected = 1 - survival.evaluate(np.array(at_most))
    assert [point.success.value for point in curve.points] == pytest.approx(list(expected))
    median = next(q for q, p in zip(survival.quantiles, survival.probabilities, strict=True) if p <= 0.5)
    assert lengths(told, "steps")[50].value == median


def test_who_gave_up_never_succeeds_and_who_was_stopped_might_have() -> None:
    curve = success_curve(
        table(
            [
                ("a", True, False, 1, 10),
                ("b", False, False, 2, 20),
                ("c", False, True, 3, 30),
                ("d", True, False, 4, 40),
            ]
        ),
        "steps",
        at=[0, 1, 2, 3, 4, 9],
    )
    assert curve is not None
    # After step 3 two of four are left that might still be solved, of which one is seen.
    assert [point.success.value for point in curve.points] == [0, 0.25, 0.25, 0.25, 0.75, 0.75]
    assert curve.censored == 1


def test_beyond_the_limits_nothing_is_told() -> None:
    rows = [("a", True, False, 2, 20), ("b", False, True, 5, 50), ("c", False, True, 5, 50)]
    curve = success_curve(table(rows), "steps", at=[1, 2, 5, 6, 20])
    assert curve is not None
    assert curve.known_to == 5
    assert [point.amount for point in curve.points] == [1, 2, 5]
    found = lengths(table(rows), "steps")
    assert set(found) == {10, 25}, "more than half were still at it"


def test_limits_do_not_move_what_is_known_before_them() -> None:
    free = made_up(2, problems=200, limit=10_000)
    chance = random.Random(1)
    limits = [chance.randint(1, 10) for _ in range(free.height)]
    stopped = free.with_columns(_limit=pl.Series(limits)).with_columns(
        censored=pl.col("steps") > pl.col("_limit"),
        solved=pl.col("solved") & (pl.col("steps") <= pl.col("_limit")),
        steps=pl.min_horizontal("steps", "_limit"),
    )
    true, told = (success_curve(rows, "steps", at=[5, 8]) for rows in (free, stopped))
    assert true is not None
    assert told is not None
    for whole, seen in zip(true.points, told.points, strict=True):
        as_failed = stopped.filter(pl.col("solved"), pl.col("steps") <= seen.amount).height / stopped.height
        assert abs(seen.success.value - whole.success.value) < 0.04
        assert as_failed < whole.success.value - 0.05, "to count limits as failures is far off"


def test_attempts_at_one_problem_tell_no_more_than_one_does() -> None:
    once = made_up(1, limit=10_000).filter(pl.col("epoch") % 2 == 0)
    often = pl.concat([once.with_columns(pl.col("epoch") + 100 * copy) for copy in range(4)])
    assert account(once).success == account(often).success  # type: ignore[union-attr]
    assert account(once).tokens == account(often).tokens  # type: ignore[union-attr]


def test_the_same_attempts_give_the_same_intervals() -> None:
    assert profile(made_up(4)) == profile(made_up(4))


def test_intervals_hold_the_truth_as_often_as_they_say() -> None:
    held = 0
    for seed in range(60):
        chance = random.Random(seed)
        # Two attempts at a problem share its luck; the truth is 0.6.
        rates = [chance.choice([0.3, 0.9]) for _ in range(40)]
        rows = [
            (str(problem), chance.random() < rate, False, 1, 100)
            for problem, rate in enumerate(rates)
            for _ in range(2)
        ]
        told = account(table(rows))
        assert told is not None
        assert told.success.interval is not None
        held += told.success.interval.low <= 0.6 <= told.success.interval.high
    assert held >= 52, "95 % of 60 are 57, give or take 1.7"


def test_ratios_are_of_sums() -> None:
    told = account(
        table([("a", True, False, 2, 1200), ("a", False, False, 6, 6000), ("b", True, False, 4, 2400)])
    )
    assert told is not None
    assert (told.attempts, told.problems, told.censored) == (3, 2, 0)
    values = {
        "success": 2 / 3,
        "tokens": 3200,
        "steps": 4,
        "tokens_per_solved": 4800,
        "efficiency": 2 / 3 * 1000 / 3200,
        "failed_over_solved": 6000 / 1800,
        "reasoning_share": 0.25,
        "tokens_per_step": 800,
    }
    for name, value in values.items():
        assert getattr(told, name).value == pytest.approx(value), name


def test_what_the_logs_do_not_tell_is_not_told() -> None:
    rows = table([("a", False, False, 2, 10), ("b", False, True, 3, 10)]).with_columns(
        tokens=pl.lit(None, pl.Int64), reasoning_tokens=pl.lit(None, pl.Int64)
    )
    told = profile(rows)
    assert told is not None
    assert told.by_tokens is None
    assert told.account.tokens is None
    assert told.account.efficiency is None
    assert told.account.reasoning_share is None
    assert told.account.failed_over_solved is None
    assert told.account.success.value == 0
    # As for a share that none of the draws moves: Wilson's, each problem a trial.
    assert told.account.success.interval is not None
    assert told.account.success.interval.high == pytest.approx(0.658, abs=0.001)
    assert profile(rows.clear()) is None


def with_levels(rows: pl.DataFrame, levels: list[object]) -> pl.DataFrame:
    return rows.with_columns(metadata=pl.Series([json.dumps({"difficulty": level}) for level in levels]))


def test_difficulty_without_limits_is_somers_d() -> None:
    rows = made_up(6, limit=10_000)
    levels = [int(problem) % 4 for problem in rows["sample_id"]]
    told = difficulty_correlation(with_levels(rows, levels), "tokens")
    assert told is not None
    assert told.value == pytest.approx(stats.somersd(levels, rows["tokens"].to_list()).statistic)
    assert told.interval is not None


def test_difficulty_counts_pairs_whose_order_is_known() -> None:
    rows = table(
        [
            ("a", True, False, 2, 20),
            ("b", False, True, 3, 30),  # harder, and took longer than a at least
            ("c", True, False, 9, 90),  # hardest; nobody knows whether it took longer than b
            ("d", False, True, 1, 10),  # hardest; tells nothing
        ]
    )
    told = difficulty_correlation(with_levels(rows, ["easy", "medium", "hard", "hard"]), "steps")
    assert told is not None
    assert told.value == 1
    assert difficulty_correlation(with_levels(rows, ["a", "b", None, True]), "steps") is None


def test_attempts_are_parted_by_any_field() -> None:
    rows = made_up(2, problems=12)
    values = [json.dumps({"fault": "AB"[int(p) % 2], "name": p, "same": "x"}) for p in rows["sample_id"]]
    rows = rows.with_columns(metadata=pl.Series(values))
    assert grouping_fields(rows) == ("fault",)
    parts = by_field(rows, "fault")
    assert {value: part.height for value, part in parts.items()} == {"A": 12, "B": 12}
    assert by_field(rows, "absent") == {}


def test_tokens_are_parted_by_kind() -> None:
    samples = pl.DataFrame(
        {
            "input_tokens": [10, None, 30],
            "input_tokens_cache_write": [5, None, None],
            "input_tokens_cache_read": [100, None, None],
            "output_tokens": [20, None, 40],
            "reasoning_tokens": [6, None, None],
        }
    )
    told = composition(samples)
    assert told is not None
    assert (told.input, told.cached, told.reasoning, told.output) == (22.5, 50, 3, 27)
    assert composition(samples[1:2]) is None


def test_scores_by_length() -> None:
    rows = [
        (f"{length}-{number}", length, float(number < right))
        for length, right in ((1024, 10), (4096, 9), (16384, 4))
        for number in range(10)
    ]
    samples = pl.DataFrame(
        {
            "log": "a",
            "sample_id": [name for name, _, _ in rows],
            "epoch": 1,
            "metadata": [json.dumps({"tokens": length}) for _, length, _ in rows],
        }
    )
    key = {"log": "a", "epoch": 1, "key": None}
    scores = pl.DataFrame(
        [key | {"sample_id": name, "scorer": "right", "value": value} for name, _, value in rows]
        + [key | {"sample_id": name, "scorer": "input_tokens", "value": 0.9 * n} for name, n, _ in rows],
        schema_overrides={"key": pl.String},
    )
    told = scores_by_length(samples, scores)
    assert [each.score for each in told] == pytest.approx([1, 0.9, 0.4])
    assert [each.tokens for each in told] == pytest.approx([921.6, 3686.4, 14745.6])
    assert effective_length(told) == told[1]
    assert scores_by_length(samples.with_columns(metadata=pl.lit("{}")), scores) == ()
