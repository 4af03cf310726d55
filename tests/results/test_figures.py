"""Figures: what is drawn, that nothing written overlaps, and that the same tables give the same bytes."""

from __future__ import annotations

import random
import struct
import subprocess
import sys
from collections.abc import Callable
from itertools import combinations, pairwise
from pathlib import Path

import matplotlib as mpl
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text

from llmbench_inspect.results import figures
from llmbench_inspect.results.compute import Composition, LengthScore, Profile, profile
from llmbench_inspect.results.figures.beside import spread
from llmbench_inspect.results.tables import NO_FAILURE
from llmbench_inspect.statistics import Interval

NAMES = (
    "ollama/qwen2.5-coder:1.5b",
    "embedded/qwen2.5-coder-0.5b",
    "openai/gpt-5.2-chat",
    "openai/o4-mini",
    "openai/o1",
    "moonshot/Kimi-K2-Thinking",
    "openai/gpt-5-mini",
    "meta/Llama-3.3-70B-Instruct, temperature=0.7, reasoning_effort=high",
    "meta/Llama-3.3-70B-Instruct, temperature=0.9, reasoning_effort=high",
    "openai/gpt-5-nano",
    "g" * 300,
    "mistral/$x^2_{small}$ \u202e\x1b[31m\n 模型",
    "one/too-many",
)
"""Some of them are trying."""


def attempts(seed: int, *, steps: int = 12) -> pl.DataFrame:
    """Of one model, two at each problem; steps beyond those given were not allowed."""
    chance = random.Random(seed)
    rows: list[dict[str, object]] = []
    good, pace = chance.uniform(0.3, 1), chance.uniform(300, 4000)
    for number in range(40):
        taken = 1 + int(chance.expovariate(1 / (2 + seed % 4)))
        solved = chance.random() < good and taken <= steps
        tokens = int(min(taken, steps) * pace * chance.uniform(0.7, 1.3))
        rows.append(
            {
                "sample_id": str(number // 2),
                "solved": solved,
                "censored": taken > steps,
                "steps": min(taken, steps),
                "tokens": tokens,
                "output_tokens": tokens // 3,
                "reasoning_tokens": tokens // 12,
            }
        )
    return pl.DataFrame(rows)


def calls(seed: int) -> pl.DataFrame:
    chance = random.Random(seed)
    slow = chance.uniform(0.2, 5)
    columns = {
        "ttft": slow / 4,
        "itl_p50": slow / 100,
        "seconds": slow,
        "decode_rate": 90 / slow,
    }
    rows = [
        {name: middle * chance.lognormvariate(0, 0.7) for name, middle in columns.items()} for _ in range(60)
    ]
    return pl.DataFrame(rows).with_columns(timed=pl.lit(value=True), exception=pl.lit(None, pl.String))


def by_length(seed: int) -> tuple[LengthScore, ...]:
    scores = [max(0.0, 1 - 0.02 * seed - 0.03 * (seed % 5) * place) for place in range(6)]
    return tuple(
        LengthScore(
            tokens=1000 * 2**place * (1 + 0.01 * seed),
            samples=40,
            score=score,
            interval=Interval(max(0.0, score - 0.1), min(1.0, score + 0.1)),
        )
        for place, score in enumerate(scores)
    )


def failures(seed: int) -> dict[str, int]:
    chance = random.Random(seed)
    return {NO_FAILURE: 20} | {f"way_to_fail_number_{way}": chance.randint(0, 9) for way in range(15)}


def series(gpus: int) -> pl.DataFrame:
    chance = random.Random(gpus)
    return pl.DataFrame(
        [
            {
                "seconds": second * 0.5,
                "gpu": gpu,
                "samples": second // 60 % 5,
                "utilization_percent": chance.randint(0, 100),
                "memory_bytes": (40 + gpu) * 10**9,
                "power_watts": chance.uniform(90, 700),
                "temperature_celsius": 40 + gpu,
            }
            for second in range(600)
            for gpu in range(gpus)
        ]
    )


@pytest.fixture(scope="module")
def models() -> dict[str, Profile]:
    made = {name: profile(attempts(seed)) for seed, name in enumerate(NAMES)}
    return {name: told for name, told in made.items() if told is not None}


Draw = Callable[[dict[str, Profile]], Figure | None]


def of_each(draw: Callable[..., Figure | None], make: Callable[[int], object]) -> Draw:
    """A drawing of other tables, of as many models."""
    return lambda models: draw({name: make(seed) for seed, name in enumerate(models)})


DRAWINGS: dict[str, Draw] = {
    "performance_overview": figures.performance_overview,
    "token_efficiency_plane": figures.token_efficiency_plane,
    "success_at_steps": figures.success_at_steps,
    "success_at_tokens": figures.success_at_tokens,
    "efficiency_heatmap": figures.efficiency_heatmap,
    "attempt_lengths": figures.attempt_lengths,
    "token_composition": of_each(
        figures.token_composition,
        lambda seed: Composition(input=900 + seed, cached=9e4 / (seed + 1), reasoning=seed * 100, output=700),
    ),
    "latency_distributions": of_each(figures.latency_distributions, calls),
    "long_context_curve": of_each(figures.long_context_curve, by_length),
    "failure_modes": of_each(figures.failure_modes, failures),
    "gpu_time_line": lambda models: figures.gpu_time_line(series(len(models))),
}


def written(figure: Figure) -> list[tuple[str, mpl.transforms.Bbox]]:
    """All that is written in a figure, with its place in pixels."""
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return [
        (text.get_text(), text.get_window_extent(canvas.get_renderer()).padded(-0.5))
        for text in figure.findobj(Text)
        if isinstance(text, Text) and text.get_visible() and text.get_text().strip()
    ]


@pytest.mark.parametrize("count", [1, 5, 12])
@pytest.mark.parametrize("name", DRAWINGS)
def test_nothing_that_is_written_overlaps_or_is_cut(
    name: str, count: int, models: dict[str, Profile]
) -> None:
    figure = DRAWINGS[name](dict(list(models.items())[:count]))
    assert figure is not None
    texts = written(figure)
    assert len(texts) > count
    for (one, here), (other, there) in combinations(texts, 2):
        assert not here.overlaps(there), (one, other)
    for text, place in texts:
        assert figure.bbox.x0 <= place.x0, text
        assert place.x1 <= figure.bbox.x1, text
        assert figure.bbox.y0 <= place.y0, text
        assert place.y1 <= figure.bbox.y1, text


def test_no_more_models_are_drawn_than_can_be_told_apart(models: dict[str, Profile]) -> None:
    assert len(models) == figures.MOST + 1
    figure = figures.success_at_tokens(models)
    assert figure is not None
    assert "one/too-many" not in [text for text, _ in written(figure)]


def test_names_are_written_as_they_are_and_do_nothing(models: dict[str, Profile]) -> None:
    figure = figures.token_efficiency_plane(models)
    assert figure is not None
    texts = [text for text, _ in written(figure)]
    assert "ollama/qwen2.5-coder:1.5b" in texts
    assert len([text for text in texts if text.startswith("meta/")]) == 2, "names cut short still differ"
    [math] = [text for text in texts if text.startswith("mistral/$x^2")]
    assert "\u202e" not in math
    assert "\x1b" not in math


@pytest.mark.parametrize("name", ["success_at_steps", "gpu_time_line", "failure_modes"])
def test_the_same_tables_give_the_same_bytes(name: str, models: dict[str, Profile]) -> None:
    few = dict(list(models.items())[:3])
    made: list[tuple[bytes, bytes]] = []
    # A reader's own settings are none of ours.
    for settings in ({}, {"font.size": 20, "axes.facecolor": "red", "svg.hashsalt": None}):
        with mpl.rc_context(settings):
            figure = DRAWINGS[name](few)
            assert figure is not None
            made.append((figures.figure_bytes(figure, "png"), figures.figure_bytes(figure, "svg")))
    assert made[0] == made[1]
    png, svg = made[0]
    width, _ = struct.unpack(">II", png[16:24])
    assert width == 2160, "7.2 inches at 300 dots each"
    assert b"<dc:date>" not in svg
    assert b"matplotlib.org" not in png


def test_pixels_are_kept(cache: Path, models: dict[str, Profile]) -> None:
    figure = figures.performance_overview(dict(list(models.items())[:1]))
    assert figure is not None
    png, svg = figures.png_and_svg(figure)
    [kept] = [path for path in (cache.parent / "figures").iterdir() if path.read_bytes() == png]
    kept.write_bytes(b"other")
    assert figures.png_and_svg(figure) == (b"other", svg)
    kept.unlink()
    assert figures.png_and_svg(figure) == (png, svg)


def test_where_there_is_nothing_nothing_is_drawn() -> None:
    quick = profile(attempts(1, steps=1))
    assert quick is not None
    assert figures.success_at_steps({"quick": quick}) is None
    untold = profile(attempts(1).with_columns(tokens=pl.lit(None, pl.Int64)))
    assert untold is not None
    for draw in (figures.success_at_tokens, figures.token_efficiency_plane, figures.efficiency_heatmap):
        assert draw({"untold": untold}) is None
        assert draw({}) is None
    assert figures.performance_overview({}) is None
    assert figures.attempt_lengths({}) is None
    assert figures.token_composition({}) is None
    assert figures.latency_distributions({"none": calls(1).clear()}) is None
    assert figures.long_context_curve({"short": ()}) is None
    assert figures.failure_modes({"good": {NO_FAILURE: 5}}) is None
    nothing = series(1).with_columns(
        pl.col("utilization_percent", "memory_bytes", "power_watts", "temperature_celsius") * None
    )
    assert figures.gpu_time_line(nothing) is None


@given(st.lists(st.floats(-1, 6), min_size=1, max_size=20))
def test_labels_stand_apart_in_their_order(places: list[float]) -> None:
    wanted = sorted(places)
    room = 0.2 * len(wanted) + 1
    told = spread(wanted, pitch=0.2, low=0, high=room)
    assert all(high - low >= 0.2 - 1e-9 for low, high in pairwise(told))
    assert told[0] >= 0
    assert told[-1] <= room + 1e-9
    apart = all(high - low >= 0.2 for low, high in pairwise(wanted))
    if apart and wanted[0] >= 0 and wanted[-1] <= room:
        assert told == pytest.approx(wanted)


def test_matplotlib_is_imported_where_something_is_drawn_alone() -> None:
    code = (
        "import sys; import llmbench_inspect._registry, llmbench_inspect.cli; "
        "sys.exit('matplotlib' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
