"""Where the figures come from: models, hardware, versions, logs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import PurePosixPath
from typing import Final

import polars as pl

from llmbench_inspect.results.report.blocks import NONE, Block, Cell, Heading, Line, Prose, Table
from llmbench_inspect.results.report.evidence import Evidence
from llmbench_inspect.results.report.facts import gpus, model_facts
from llmbench_inspect.results.report.section import section
from llmbench_inspect.results.report.wording import number_cell, share_cell
from llmbench_inspect.results.untrusted import printable

_NOT_IN_LOGS: Final = (
    "A log holds a digest and the quantisation only of models that were asked through ollama-native/, and "
    "what its GPUs did only where the GPU hook ran. The table of logs has the hardware of each."
)


@section(order=720, title="Models and hardware", scope="whole")
def models_and_hardware(evidence: Evidence) -> Iterator[Block]:
    """What the logs tell of the models and of what served them."""
    told = {fact.model: fact for fact in evidence.once(model_facts)}
    cards = gpus(evidence)
    reasons: dict[str, str] = dict(
        evidence.gpu.drop_nulls("unavailable")
        .join(evidence.runs.select("log", "model"), on="log", maintain_order="left")
        .select("model", "unavailable")
        .iter_rows()
    )
    urls = dict(evidence.runs.drop_nulls("model_base_url").select("model", "model_base_url").iter_rows())
    lines: list[Line] = []
    for model in sorted(evidence.runs["model"].unique().to_list()):
        fact = told.get(model)
        on = ", ".join(f"{count} x {name}" for (of, name), count in cards.items() if of == model)
        server = (fact.server if fact else None) or urls.get(model) or NONE
        lines.append(
            Line(
                printable(model, limit=120),
                (
                    Cell(printable((fact.digest if fact else None) or NONE, limit=64)),
                    Cell(printable((fact.parameters if fact else None) or NONE)),
                    Cell(printable((fact.quantization if fact else None) or NONE)),
                    number_cell(fact.context if fact else None),
                    Cell(printable(server, limit=60)),
                    Cell(printable(on or reasons.get(model, NONE), limit=80)),
                    share_cell(fact.gpu_share if fact else None),
                ),
            )
        )
    yield Table(
        corner="model",
        headings=(
            Heading("digest", is_text=True),
            Heading("parameters"),
            Heading("quantisation"),
            Heading("context (tokens)"),
            Heading("server", is_text=True),
            Heading("GPU", is_text=True),
            Heading("share on GPU"),
        ),
        lines=tuple(lines),
        notes=(_NOT_IN_LOGS,),
    )


@section(order=730, title="Versions", scope="whole")
def versions(evidence: Evidence) -> Iterator[Block]:
    """Of the packages and the code that ran."""
    seen: dict[tuple[str, str], int] = {}
    for packages, commit, dirty in evidence.runs.select("packages", "git_commit", "git_dirty").iter_rows():
        told: dict[str, str] = json.loads(packages or "{}")
        if commit:
            told["git commit"] = commit + (" with changes" if dirty else "")
        for item in told.items():
            seen[item] = seen.get(item, 0) + 1
    yield Table(
        corner="package",
        headings=(Heading("version", is_text=True), Heading("logs")),
        lines=tuple(
            Line(printable(name), (Cell(printable(told)), number_cell(count)))
            for (name, told), count in sorted(seen.items())
        ),
    )
    yield Prose(f"Reported by llmbench-inspect {version('llmbench-inspect')}.")


@section(order=780, title="Limits", scope="whole")
def limits(evidence: Evidence) -> Iterator[Block]:
    """What these figures do not say."""
    yield Prose(
        "Intervals hold the chance of drawing these samples and answers from more of their kind. They do not "
        "hold what is wrong with a benchmark itself: mistaken answer keys, samples that the model has seen "
        "in "
        "training, prompts that suit one model better than another."
    )
    yield Prose(
        "Intervals of two models that overlap do not show that the models are equal, nor the other way "
        "round: "
        "llmbench compare pairs the samples that both ran."
    )
    yield Prose(
        "Times are those of this hardware, server and load. Samples that were left out may have been "
        "harder, or "
        "easier, than those that count."
    )
    small = sum(
        1
        for task in evidence.tasks.values()
        for _, mine in task.samples.filter("counted").group_by("model_label")
        if mine["sample_id"].n_unique() < 30
    )
    if small:
        yield Prose(
            f"{small} of the results are of fewer than 30 samples; such a mean tells strong from weak, not "
            f"more."
        )


@section(order=795, title="Logs", scope="whole")
def logs(evidence: Evidence) -> Iterator[Block]:
    """What was read, and what its times were measured on."""
    ran_on = dict(
        evidence.samples.drop_nulls("hardware")
        .group_by("log", maintain_order=True)
        .agg(pl.col("hardware").unique(maintain_order=True).str.join(" + "))
        .iter_rows()
    )
    yield Table(
        corner="log",
        headings=tuple(
            Heading(text, is_text=True)
            for text in ("task", "model", "status", "samples", "started", "hardware")
        ),
        lines=tuple(
            Line(
                printable(PurePosixPath(run["log"]).name, limit=120),
                tuple(
                    Cell(printable(text, limit=200))
                    for text in (
                        run["task"],
                        run["model"],
                        run["status"],
                        f"{run['samples']} of {run['planned']}",
                        run["created"].isoformat(timespec="seconds"),
                        ran_on.get(run["log"], NONE),
                    )
                ),
            )
            for run in evidence.runs.iter_rows(named=True)
        ),
    )
