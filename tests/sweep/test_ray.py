"""`llmbench sweep --engine ray` on a real cluster of several node processes, of which some are killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from click.testing import CliRunner
from inspect_ai.log import list_eval_logs, read_eval_log

from llmbench_inspect.cli import main
from llmbench_inspect.results.tables import find_logs, read_tables
from tests.sweep.conftest import Start
from tests.sweep.loopback import Served

PLAN = """
epochs = 2

[[models]]
names = ["openai-api/local/alpha"]
base_urls = ["SERVER"]
generate_config = { max_connections = 1 }

[[suites]]
names = ["llmbench_inspect/prompts"]
"""
SAMPLES = 11


@pytest.fixture(scope="module")
def cluster() -> Iterator[tuple[str, psutil.Process]]:
    """The address of a cluster, and the process whose children are its nodes."""
    file = Path(__file__).with_name("ray_cluster.py")
    environment = os.environ | {"LOCAL_API_KEY": "only-the-nodes-have-it"}
    with subprocess.Popen(
        [sys.executable, str(file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdout
        yield process.stdout.readline().strip(), psutil.Process(process.pid)
        process.communicate(timeout=120)


def cells_on(nodes: psutil.Process) -> dict[psutil.Process, psutil.Process]:
    """Ray's workers that have a cell, and the process of that cell."""
    found: dict[psutil.Process, psutil.Process] = {}
    for process in nodes.children(recursive=True):
        # Some end meanwhile.
        with suppress(psutil.NoSuchProcess):
            guard = process.parent()
            if "llmbench_inspect.sweep.cell_process" in process.cmdline()[:3] and guard:
                found[guard.parents()[0]] = process
    return found


def wait_until(holds: Callable[[], object], process: subprocess.Popen[str]) -> None:
    while not holds():
        assert process.poll() is None, process.communicate()
        time.sleep(0.05)


def ended(process: subprocess.Popen[str]) -> tuple[int, str]:
    _, told = process.communicate(timeout=600)
    return process.returncode, told


def scores(folder: Path) -> list[tuple[object, ...]]:
    """Every score that the tables have of logs, which are of one run."""
    tables = read_tables(find_logs([str(folder)]))
    assert tables.left_out == ()
    assert tables.not_run.is_empty()
    assert tables.runs["evaluation"].n_unique() == 1
    found = tables.scores.select("sample_id", "epoch", "scorer", "key", "value", "text").collect()
    return sorted(found.rows(), key=str)


def samples_of_newest_logs(folder: Path) -> list[tuple[int | str, int]]:
    """Samples and epochs of the newest log of each shard."""
    found: list[tuple[int | str, int]] = []
    for shard in sorted(folder.glob("*.shards/*")):
        log = read_eval_log(list_eval_logs(str(shard))[0])
        assert log.status == "success"
        found += [(sample.id, sample.epoch) for sample in log.samples or []]
    return found


@pytest.mark.slow
def test_a_killed_worker_loses_nothing_and_repeats_nothing(
    tmp_path: Path,
    served: Served,
    start: Start,
    plan: Callable[[str], Path],
    cluster: tuple[str, psutil.Process],
) -> None:
    address, nodes = cluster
    file = plan(PLAN)
    served.seconds = 0.3
    here = start("sweep", file, "--log-dir", "here")
    arguments = ["sweep", file, "--log-dir", f"file://{tmp_path}/there", "--shards", 2]
    there = start(*arguments, "--engine", "ray", "--address", address)
    wait_until(lambda: served.keys["only-the-nodes-have-it"] >= 6, there)
    cells = cells_on(nodes)
    assert len(cells) == 2
    worker, cell = next(iter(cells.items()))
    worker.kill()
    assert psutil.wait_procs([cell], timeout=60)[0] == [cell]
    status, told = ended(there)
    assert status == 0, told
    assert "lost  prompts" in told
    assert "1 cells in 2 parts: 2 complete." in told
    assert ended(here)[0] == 0

    done = samples_of_newest_logs(tmp_path / "there")
    assert len(done) == len(set(done)) == 2 * SAMPLES
    assert scores(tmp_path / "there") == scores(tmp_path / "here")
    assert len({value for *_, value, _ in scores(tmp_path / "there")}) > 1
    # A key is known where it stands in the environment.
    assert served.keys.keys() == {"none", "only-the-nodes-have-it"}


@pytest.mark.slow
def test_a_sweep_that_died_is_started_again(
    tmp_path: Path,
    served: Served,
    start: Start,
    plan: Callable[[str], Path],
    cluster: tuple[str, psutil.Process],
) -> None:
    address, nodes = cluster
    file = plan(PLAN.replace("[[suites]]", "cpus = 0.5\ngpus = 0.5\n\n[[suites]]"))
    command = ["sweep", file, "--engine", "ray", "--address", address, "--shards", 2]
    served.seconds = 0.3
    died = start(*command)
    wait_until(lambda: len(served.asked) >= 4, died)
    first = cells_on(nodes)
    # Half a processor and half a GPU each: both are where the GPU is.
    assert {cell.environ()["CUDA_VISIBLE_DEVICES"] for cell in first.values()} == {"0"}
    assert len({worker.ppid() for worker in first}) == 1
    died.kill()

    again = start(*command)
    assert psutil.wait_procs(first.values(), timeout=60)[1] == []
    asked = len(served.asked)
    wait_until(lambda: len(served.asked) >= asked + 4, again)
    os.kill(again.pid, signal.SIGINT)
    status, told = ended(again)
    assert status == 130, told
    assert "1 cells in 2 parts: 2 stopped." in told
    assert cells_on(nodes) == {}

    # It goes on in as many shards as its logs are in.
    status, told = ended(start(*command[:-2]))
    assert status == 0, told
    assert "1 cells in 2 parts: 2 complete." in told
    done = samples_of_newest_logs(tmp_path / "logs" / "plan")
    assert len(done) == len(set(done)) == 2 * SAMPLES
    assert len(scores(tmp_path / "logs")) == len(set(scores(tmp_path / "logs")))
    # What was done before is not asked again, but for what was underway.
    assert len(served.asked) <= 2 * SAMPLES + 4


@pytest.mark.slow
def test_a_cell_that_no_node_has_room_for_waits(
    start: Start, plan: Callable[[str], Path], cluster: tuple[str, psutil.Process]
) -> None:
    file = plan(PLAN.replace("[[suites]]", "gpus = 2\n\n[[suites]]"))
    waiting = start("sweep", file, "--engine", "ray", "--address", cluster[0])
    assert waiting.stderr
    told = waiting.stderr.readline()
    assert "no node has 1 CPUs and 2 GPUs yet: cells that need them wait for one" in told
    time.sleep(1)
    os.kill(waiting.pid, signal.SIGINT)
    status, told = ended(waiting)
    assert status == 130
    assert "1 cells: 1 stopped." in told


def test_what_is_missing_is_named(
    plan: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = str(plan(PLAN))
    monkeypatch.setitem(sys.modules, "ray", None)
    monkeypatch.delitem(sys.modules, "llmbench_inspect.sweep.on_ray", raising=False)
    result = CliRunner().invoke(main, ["sweep", file, "--engine", "ray", "--log-dir", str(tmp_path)])
    assert result.exit_code == 1
    assert "Run: pip install 'llmbench-inspect[ray]'" in result.output


def test_a_key_in_the_plan_is_not_given_to_ray(plan: Callable[[str], Path]) -> None:
    file = plan(PLAN.replace("[[suites]]", 'args = { api_key = "sk-1" }\n\n[[suites]]'))
    result = CliRunner().invoke(main, ["sweep", str(file), "--engine", "ray"])
    assert result.exit_code == 1
    assert "Set the provider's variable on the nodes" in result.output
    assert "sk-1" not in result.output


def test_an_address_is_one_of_a_cluster(plan: Callable[[str], Path]) -> None:
    result = CliRunner().invoke(main, ["sweep", str(plan(PLAN)), "--address", "auto"])
    assert result.exit_code == 2
    assert "--address needs --engine ray" in result.output
