"""Issues as samples: the repository lies in the sandbox, the issue's text is the input."""

from __future__ import annotations

from collections.abc import Sequence

from inspect_ai.dataset import MemoryDataset, Sample

from llmbench_inspect.suites.coding.swe.instances import Instance


def swe_dataset(instances: Sequence[Instance]) -> MemoryDataset:
    """One sample an issue."""
    return MemoryDataset([_sample(instance) for instance in instances], name="swe_bench_mini")


def _sample(instance: Instance) -> Sample:
    specification = instance.specification
    return Sample(
        id=instance.name,
        input=f"Please resolve this issue of the Python package `{instance.package}`:\n\n{instance.issue}",
        files=instance.repository,
        metadata={
            "split": "mini",
            "instance": instance.argument,
            "package": instance.package,
            "instance_version": specification.version,
            "title": specification.title,
            "difficulty": specification.difficulty,
            "baseline": {"resolved": 0.0, "fail_to_pass": 0.0, "pass_to_pass": 1.0, "edit_similarity": 0.0},
            "baseline_label": "unchanged",
        },
    )
