"""SWE-bench Verified and Lite, as `inspect-evals` runs them in Docker; scored as the mini set is.

C. E. Jimenez et al., "SWE-bench: Can language models resolve real-world GitHub issues?" (2023),
arXiv:2310.06770.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
import re
from typing import Any, Final, Literal, NamedTuple

import httpx
from inspect_ai import Task
from inspect_ai.scorer import Score, Target
from inspect_ai.solver import TaskState

from llmbench_inspect.prerequisite import PrerequisiteError
from llmbench_inspect.sandbox import NoDockerError, docker_version
from llmbench_inspect.suites.coding.swe.edits import patch_files, patch_lines, similarity
from llmbench_inspect.suites.coding.swe.verdict import PASSED, Verdict

UpstreamSplit = Literal["verified", "lite"]

_HUB_SECONDS: Final = 5.0
_NOT_RUN: Final = "not run: no result for this test"
_TESTS: Final = re.compile(r"PASS_TO_PASS:\s*(\{.*?\})\s*FAIL_TO_PASS:\s*(\{.*\})\s*$", re.DOTALL)


class Source(NamedTuple):
    """A dataset of the hub, pinned."""

    name: str
    revision: str


SOURCES: Final[dict[UpstreamSplit, Source]] = {
    "verified": Source("princeton-nlp/SWE-bench_Verified", "c104f840cc67f8b6eec6f759ebc8b2693d585d4a"),
    "lite": Source("princeton-nlp/SWE-bench_Lite", "6ec7bb89b9342f664a54a6e0a6ea6501d3437cc2"),
}


def upstream_task(split: UpstreamSplit, *, data: str | None, sandbox: str) -> Task:
    """The task of `inspect-evals` for a split: its samples, images, agent and limits; no scorer yet.

    Args:
        split: Which set.
        data: Folder that holds it in a form that the `datasets` library reads; the hub where it is `None`.
        sandbox: `docker`, or another provider that `inspect-evals` can configure.

    Raises:
        PrerequisiteError: The extra, Docker or the hub is not there.
    """
    if sandbox == "docker":
        _check_docker(split)
    if not (importlib.util.find_spec("inspect_evals") and importlib.util.find_spec("swebench")):
        raise PrerequisiteError(
            f"split={split} needs inspect-evals and swebench. Install them with: "
            "pip install 'llmbench-inspect[swe]'"
        )
    source = SOURCES[split]
    if data is None:
        _check_hub(source)
    # Imported by its name in words: it is an extra, and heavy.
    upstream = importlib.import_module("inspect_evals.swe_bench")
    task: Task = upstream.swe_bench(
        dataset=data or source.name, revision=source.revision, sandbox_type=sandbox, scorer=[]
    )
    for sample in task.dataset:
        sample.metadata = {**(sample.metadata or {}), "split": split, "instance": str(sample.id)}
    return task


async def judge_upstream(state: TaskState, target: Target) -> Verdict:
    """Score a sample as `inspect-evals` does, and read the parts of its verdict.

    Raises:
        RuntimeError: The tests could not be run: the sample is an error, and can be retried.
    """
    upstream = importlib.import_module("inspect_evals.swe_bench")
    score: Score = await upstream.swe_bench_scorer()(state, target)
    patch = str((score.metadata or {}).get("model_patch", ""))
    passed, failed = _read_tests(score.explanation or "")
    outcomes = {**dict.fromkeys(failed, "failed"), **dict.fromkeys(passed, PASSED)}
    fail_to_pass, pass_to_pass = (
        {name: outcomes.get(name, _NOT_RUN) for name in state.metadata[key]}
        for key in ("FAIL_TO_PASS", "PASS_TO_PASS")
    )
    return Verdict(
        fail_to_pass=fail_to_pass,
        pass_to_pass=pass_to_pass,
        similarity=similarity(patch_lines(patch), patch_lines(state.metadata["patch"])),
        touched=tuple(patch_files(patch)),
        tests_touched=(),
        diff=patch,
    )


def _read_tests(explanation: str) -> tuple[list[str], list[str]]:
    if (match := _TESTS.search(explanation)) is None:
        return [], []
    results: list[dict[str, Any]] = [json.loads(part) for part in match.groups()]
    return (
        [name for result in results for name in result["success"]],
        [name for result in results for name in result["failure"]],
    )


def _check_docker(split: str) -> None:
    try:
        docker_version()
    except NoDockerError as error:
        raise PrerequisiteError(
            f"split={split} runs in Docker images, and {error.reason}. {error.mend}, or choose: -T split=mini"
        ) from error


def _check_hub(source: Source) -> None:
    hub = os.environ.get("HF_ENDPOINT") or "https://huggingface.co"
    try:
        httpx.get(f"{hub}/api/datasets/{source.name}", timeout=_HUB_SECONDS, follow_redirects=True)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise PrerequisiteError(
            f"{source.name} cannot be fetched: {hub} does not answer ({error}). Give a folder that "
            "holds it: -T data=/path/to/folder, or choose: -T split=mini"
        ) from error
