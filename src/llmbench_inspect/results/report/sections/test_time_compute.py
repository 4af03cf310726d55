"""What attempts at a task's problems take, and what more steps or tokens would bring."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

import polars as pl

from llmbench_inspect.results.compute import (
    BUDGETS,
    STEPS,
    Account,
    Measure,
    Point,
    Profile,
    attempts,
    by_field,
    difficulty_correlation,
    grouping_fields,
    profile,
    with_metadata,
)
from llmbench_inspect.results.report.blocks import (
    NONE,
    Block,
    Cell,
    Heading,
    Line,
    Prose,
    Table,
)
from llmbench_inspect.results.report.drawing import drawing
from llmbench_inspect.results.report.evidence import Evidence
from llmbench_inspect.results.report.scores import Scores
from llmbench_inspect.results.report.section import section
from llmbench_inspect.results.report.wording import number_cell
from llmbench_inspect.results.untrusted import printable

_MOST_FIELDS: Final = 3
_FEW: Final = 2
"""Steps that are no search for a solution: a call of a tool, and the answer."""

_SEARCHES: Final = 0.1
"""Share of a model's attempts that take more, from which on there is something to tell."""

_LIMITED: Final = (
    "limited: unsolved attempts that a limit ended. Tokens and steps are means of what was spent; the "
    "medians are of what attempts take until they end by themselves (Kaplan and Meier's estimate)."
)
_GROUP: Final = ("attempts", "success", "at 5 steps", "at 10k tokens", "tokens", "steps", "tokens a solution")


@section(order=480, title="Test-time compute")
def test_time_compute(evidence: Evidence) -> Iterator[Block]:
    """Success by steps and tokens, for tasks whose attempts take several steps."""
    told = evidence.once(profiles)
    if not told:
        return
    yield Prose(
        "Shares of all attempts that were solved with no more than so many answers of the model, or tokens "
        "of its input and output. An attempt that a limit ended counts up to there and not beyond (Aalen "
        f"and Johansen's estimate); {NONE} where limits ended all that were left. In brackets: 95 % "
        "intervals by drawing problems, with all attempts at each."
    )
    yield _success(
        "Success within steps", [str(step) for step in STEPS], STEPS, told, lambda one: one.at_steps
    )
    if any(one.at_tokens for one in told.values()):
        heads = [f"{budget // 1000}k" for budget in BUDGETS]
        yield _success("Success within tokens", heads, BUDGETS, told, lambda one: one.at_tokens)
    yield _takes(told)
    mine = evidence.once(_attempts)
    yield from _groups(mine)
    yield from _drawn(evidence, told)


def profiles(evidence: Evidence) -> Mapping[str, Profile]:
    """Each model's attempts, the best model first; nothing for tasks of a call and an answer."""
    made = ((model, profile(each)) for model, each in evidence.once(_attempts).items())
    return {model: told for model, told in made if told is not None}


def _attempts(evidence: Evidence) -> Mapping[str, pl.DataFrame]:
    told = attempts(evidence.samples, evidence.scores, evidence.calls)
    told = told.join(evidence.runs.select("log", "model_label"), on="log", maintain_order="left")
    searches = told.group_by("model_label").agg((pl.col("steps") > _FEW).mean())["steps"] >= _SEARCHES
    if not searches.any():
        return {}
    told = with_metadata(told, evidence.all_columns("samples"))
    parts = ((model, told.filter(pl.col("model_label") == model)) for model in evidence.once(Scores).ranked)
    return {printable(model, limit=120): part for model, part in parts if not part.is_empty()}


def _success(
    title: str,
    heads: Sequence[str],
    places: Sequence[int],
    told: Mapping[str, Profile],
    points: Callable[[Profile], tuple[Point, ...]],
) -> Table:
    lines: list[Line] = []
    for model, one in told.items():
        found = {point.amount: point.success for point in points(one)}
        lines.append(Line(model, tuple(_share(found.get(place)) for place in places)))
    return Table(title=title, corner="model", headings=tuple(map(Heading, heads)), lines=tuple(lines))


def _takes(told: Mapping[str, Profile]) -> Table:
    heads = (
        "attempts", "problems", "limited", "tokens", "steps", "tokens a step", "tokens a solution",
        "solved per 1k tokens", "failed/solved tokens", "reasoning share", "median steps", "median tokens",
    )  # fmt: skip
    return Table(
        title="What attempts take",
        corner="model",
        headings=tuple(map(Heading, heads)),
        lines=tuple(Line(model, _account(one.account)) for model, one in told.items()),
        notes=(_LIMITED,),
    )


def _account(told: Account) -> tuple[Cell, ...]:
    return (
        number_cell(told.attempts),
        number_cell(told.problems),
        number_cell(told.censored),
        _number(told.tokens),
        _number(told.steps, decimals=1),
        _number(told.tokens_per_step),
        _number(told.tokens_per_solved),
        _number(told.efficiency, decimals=3),
        _number(told.failed_over_solved, decimals=1),
        _share(told.reasoning_share),
        _number(told.step_lengths.get(50)),
        _number(told.token_lengths.get(50)),
    )


def _groups(models: Mapping[str, pl.DataFrame]) -> Iterator[Block]:
    """Tables by what the samples' metadata tell."""
    correlated = [
        (model, *(difficulty_correlation(each, amount) for amount in ("tokens", "steps")))
        for model, each in models.items()
    ]
    if any(tokens or steps for _, tokens, steps in correlated):
        yield Table(
            title="Difficulty and what attempts take",
            corner="model",
            headings=(Heading("tokens"), Heading("steps")),
            lines=tuple(
                Line(model, (_number(tokens, decimals=2), _number(steps, decimals=2)))
                for model, tokens, steps in correlated
            ),
            notes=("Somers' D: 1 where a harder problem always takes more, 0 where it makes no difference.",),
        )
    fields = grouping_fields(pl.concat(models.values()))
    for field in fields[:_MOST_FIELDS]:
        lines: list[Line] = []
        for model, each in models.items():
            lines.append(Line(model))
            for value, part in by_field(each, field).items():
                told = profile(part)
                if told is not None:
                    lines.append(Line(printable(value, limit=60), _group(told)))
        yield Table(
            title=f"By {printable(field, limit=40)}",
            corner=printable(field, limit=40),
            headings=tuple(map(Heading, _GROUP)),
            lines=tuple(lines),
        )


def _group(told: Profile) -> tuple[Cell, ...]:
    return (
        number_cell(told.account.attempts),
        _share(told.account.success),
        _share(next((point.success for point in told.at_steps if point.amount == 5), None)),
        _share(next((point.success for point in told.at_tokens if point.amount == 10_000), None)),
        _number(told.account.tokens),
        _number(told.account.steps, decimals=1),
        _number(told.account.tokens_per_solved),
    )


def _drawn(evidence: Evidence, told: Mapping[str, Profile]) -> Iterator[Block]:
    # matplotlib takes a second to import.
    from llmbench_inspect.results import figures  # noqa: PLC0415

    if len(told) > figures.MOST:
        yield Prose(f"The figures show the first {figures.MOST} models.")
    best = next(iter(told))
    account = told[best].account
    tokens = f", {account.tokens.value:,.0f} tokens an attempt" if account.tokens else ""
    gist = f"Highest score: {best}, {account.success.value:.0%} solved{tokens}."
    drawings = [
        ("success-by-steps", figures.success_at_steps, "Success within any number of steps"),
        ("success-by-tokens", figures.success_at_tokens, "Success within any token budget"),
        ("attempt-lengths", figures.attempt_lengths, "Steps and tokens until attempts end by themselves"),
    ]
    # Of one model the tables say as much.
    if len(told) > 1:
        drawings[:0] = [("performance", figures.performance_overview, "Success and what it takes")]
        drawings += [
            ("token-efficiency", figures.token_efficiency_plane, "Success against tokens"),
            ("efficiency-heatmap", figures.efficiency_heatmap, "Success, budgets and efficiency in colours"),
        ]
    for what, draw, caption in drawings:
        yield from drawing(evidence, what, draw(told), caption=caption, alt=f"{caption}, by model. {gist}")


def _share(told: Measure | None) -> Cell:
    if told is None:
        return Cell(NONE)
    aside = (
        NONE if told.interval is None else f"[{told.interval.low * 100:.0f}, {told.interval.high * 100:.0f}]"
    )
    return Cell(f"{told.value:.0%}", aside, value=told.value)


def _number(told: Measure | None, *, decimals: int = 0) -> Cell:
    if told is None:
        return Cell(NONE)
    aside = NONE
    if told.interval is not None:
        aside = f"[{told.interval.low:,.{decimals}f}, {told.interval.high:,.{decimals}f}]"
    return Cell(f"{told.value:z,.{decimals}f}", aside, value=told.value)
