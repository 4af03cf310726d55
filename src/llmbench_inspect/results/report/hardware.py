"""What a model's times were measured on, and the mark of those that come from several kinds of hardware."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from llmbench_inspect.results.untrusted import printable

from .evidence import Evidence

MIXED: Final = "mixed hardware"
"""What stands behind the name of a model whose times do not come from one kind of hardware."""

Hardware = Mapping[str, Mapping[str, int]]
"""By the model's label: samples by what they ran on, where their logs tell; most frequent first."""


def hardware(evidence: Evidence) -> Hardware:
    """What the samples of each model ran on.

    Args:
        evidence: Of one task, or of all.
    """
    told = (
        evidence.samples.drop_nulls("hardware")
        .group_by("model_label", "hardware")
        .len()
        .sort("model_label", "len", "hardware", descending=[False, True, False])
    )
    found: dict[str, dict[str, int]] = {}
    for model, name, samples in told.iter_rows():
        found.setdefault(model, {})[printable(name, limit=200)] = samples
    return found


def timed_name(evidence: Evidence, model: str) -> str:
    """A model's label as it stands beside its times.

    Args:
        evidence: Of the task that the times are of.
        model: The label.
    """
    name = printable(model, limit=120)
    return f"{name} ({MIXED})" if len(evidence.once(hardware).get(model, {})) > 1 else name


def hardware_notes(evidence: Evidence) -> tuple[str, ...]:
    """Which times come from which hardware, where that is not the same for all of a task.

    Args:
        evidence: Of the task.
    """
    told = evidence.once(hardware)
    mixed = [
        f"{printable(model, limit=120)}: {MIXED}. Samples ran on "
        + " and on ".join(f"{name} ({samples})" for name, samples in kinds.items())
        for model, kinds in told.items()
        if len(kinds) > 1
    ]
    alone = {model: next(iter(kinds)) for model, kinds in told.items() if len(kinds) == 1}
    if mixed or len(set(alone.values())) > 1:
        mixed += [
            f"{printable(model, limit=120)}: times are those of {name}" for model, name in alone.items()
        ]
    return tuple(mixed)
