"""An eval set, and a sweep, that come upon logs of something else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from inspect_ai import eval_set
from inspect_ai.log import EvalLog, list_eval_logs, read_eval_log, write_eval_log

from llmbench_inspect.prerequisite import InspectPrerequisiteError
from llmbench_inspect.sweep import expand, read_plan
from tests.identity.conftest import Halting, line
from tests.providers.ollama.conftest import MODEL, FakeOllama
from tests.sweep.conftest import Served, Start, plan, served, start

__all__ = ["plan", "served", "start"]

pytestmark = pytest.mark.filterwarnings("ignore:The 'initial' parameter is deprecated:DeprecationWarning")


def ran(folder: Path, prompts: Path, model: str = "halting/model", **options: Any) -> list[EvalLog]:
    _, logs = eval_set(
        "llmbench_inspect/prompts",
        log_dir=str(folder),
        task_args={"data": str(prompts)},
        model=model,
        display="none",
        retry_attempts=0,
        log_dir_allow_dirty=True,
        **options,
    )
    return logs


def refusal(folder: Path, prompts: Path, **options: Any) -> str:
    asked, before = Halting.asked, sorted(folder.iterdir())
    with pytest.raises(InspectPrerequisiteError) as refused:
        ran(folder, prompts, **options)
    assert (Halting.asked, sorted(folder.iterdir())) == (asked, before)
    return str(refused.value)


def test_data_that_changed_between_two_runs(tmp_path: Path, prompts: Path) -> None:
    folder = tmp_path / "logs"
    ran(folder, prompts, limit=2)
    [info] = list_eval_logs(str(folder))
    text = prompts.read_text("utf-8")
    prompts.write_text(text + line("four"), encoding="utf-8")
    told = refusal(folder, prompts)
    assert (
        f"would continue {info.name.removeprefix('file://')}, and differs from it:\n  data digest: " in told
    )
    assert "Give another log folder" in told
    # What is taken over whole is refused no less, and all is well again once the data are.
    refusal(folder, prompts, limit=2)
    prompts.write_text(text, encoding="utf-8")
    [log] = ran(folder, prompts)
    assert log.status == "success"
    assert Halting.asked == 3


def test_a_log_of_another_version(tmp_path: Path, prompts: Path) -> None:
    folder = tmp_path / "logs"
    [log] = ran(folder, prompts, limit=1)
    log = read_eval_log(log.location)
    assert log.eval.metadata is not None
    log.eval.metadata["identity"]["suite version"] = 0
    log.eval.task_version = 0
    write_eval_log(log, log.location)
    assert "suite version: 0, now 1" in refusal(folder, prompts)
    # A log of another eval set that lies in the same folder is let alone.
    log.eval.eval_set_id = "another"
    write_eval_log(log, log.location)
    assert ran(folder, prompts)[0].status == "success"


def test_a_log_that_does_not_tell_is_continued(tmp_path: Path, prompts: Path) -> None:
    folder = tmp_path / "logs"
    [log] = ran(folder, prompts, limit=1)
    log = read_eval_log(log.location)
    assert log.eval.metadata is not None
    del log.eval.metadata["identity"]
    write_eval_log(log, log.location)
    prompts.write_text(prompts.read_text("utf-8").replace("two", "2"), encoding="utf-8")
    assert ran(folder, prompts)[0].status == "success"
    assert Halting.asked == 3


def test_a_server_that_gives_another_context(tmp_path: Path, prompts: Path, server: FakeOllama) -> None:
    folder = tmp_path / "logs"
    asked = {"model": f"ollama-native/{MODEL}", "model_base_url": server.url}
    ran(folder, prompts, limit=1, **asked)
    calls = len(server.chats)
    server.context = 8192
    told = refusal(folder, prompts, **asked)
    assert f"context size of ollama-native/{MODEL}: 4096, now 8192" in told
    assert len(server.chats) == calls


PLAN = """
[[models]]
names = ["openai-api/local/alpha"]
base_urls = ["SERVER"]

[[suites]]
names = ["llmbench_inspect/prompts"]
args = { data = "PROMPTS" }

[[suites]]
names = ["llmbench_inspect/prompts"]
limits = { limit = 1 }
"""


@pytest.mark.slow
def test_a_sweep_refuses_that_cell_alone(
    tmp_path: Path,
    prompts: Path,
    served: Served,
    start: Start,
    plan: Callable[[str], Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    file = plan(PLAN.replace("PROMPTS", str(prompts)))
    cell, _ = expand(read_plan(file), log_dir=str(tmp_path / "logs" / "plan"))
    monkeypatch.setenv("LOCAL_API_KEY", "none")
    ran(Path(cell.folder), prompts, limit=1, model=cell.model, model_base_url=served.url)
    assert len(served.asked) == 1
    prompts.write_text(prompts.read_text("utf-8").replace("one", "1"), encoding="utf-8")
    process = start("sweep", file)
    _, told = process.communicate(timeout=300)
    assert process.returncode == 1
    assert "1 failed, 1 complete" in told
    assert "and differs from it: data digest: " in told
    assert len(served.asked) == 2
