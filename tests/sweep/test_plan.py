"""Plans: what is read, what is refused and in which words, and which cells come of one."""

from __future__ import annotations

from pathlib import Path

import pytest

from llmbench_inspect.sweep import Cell, PlanError, expand, read_plan
from llmbench_inspect.sweep.servers import server_of

SMALL = """
[[models]]
names = ["mockllm/model"]

[[suites]]
names = ["llmbench_inspect/prompts"]
"""


def write(folder: Path, text: str) -> Path:
    file = folder / "plan.toml"
    file.write_text(text, encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (SMALL + 'arg = { suite = "core" }', "suites[0].arg: no such key. Did you mean 'args'?"),
        (f"epoch = 2\n{SMALL}", "epoch: no such key. Did you mean 'epochs'?"),
        (f"epochs = 0\n{SMALL}", "epochs: input should be greater than 0"),
        (
            f"[limits]\nmessages_limit = 2\n{SMALL}",
            "limits.messages_limit: no such key. Did you mean 'message_limit'?",
        ),
        (
            SMALL.replace("[[suites]]", "prices = { inputs = 1, output = 2 }\n[[suites]]"),
            "models[0].prices.input: field required",
        ),
        (
            SMALL + 'args = { suit = "core" }',
            "suites[0].args.suit: no argument of llmbench_inspect/prompts. Did you mean 'suite'?",
        ),
        (
            SMALL.replace("/prompts", "/promts"),
            "suites[0].names[0]: llmbench_inspect has no task 'promts'. Did you mean 'prompts'?",
        ),
        (
            SMALL.replace("llmbench_inspect/", ""),
            "suites[0].names[0]: 'prompts' names no package. Did you mean 'llmbench_inspect/prompts'?",
        ),
        (
            SMALL.replace("llmbench_inspect/", "llmbench-inspect/"),
            "suites[0].names[0]: no package 'llmbench-inspect' is installed. Did you mean 'llmbench_inspect'",
        ),
        (
            SMALL.replace("mockllm/", "olama-native/"),
            "models[0].names[0]: provider 'olama-native' is not known. Did you mean 'ollama-native'?",
        ),
        (SMALL.replace("mockllm/model", "gpt-5"), "models[0].names[0]: 'gpt-5' names no provider"),
        (
            SMALL.replace("[[suites]]", 'generate_config = { reasoning_effor = "high" }\n[[suites]]'),
            "no option of Inspect's GenerateConfig. Did you mean 'reasoning_effort'?",
        ),
        (
            SMALL.replace("[[suites]]", 'generate_config = { temperature = "hot" }\n[[suites]]'),
            "models[0].generate_config.temperature: Input should be a valid number",
        ),
        (
            SMALL.replace("[[suites]]", "gpus = -1\n[[suites]]"),
            "models[0].gpus: input should be greater than or",
        ),
        (
            SMALL.replace("[[suites]]", "cpu = 2\n[[suites]]"),
            "models[0].cpu: no such key. Did you mean 'cpus'?",
        ),
        ("[[suites]]\nnames = []", "models: field required"),
        ("names = [", "no TOML: "),
    ],
)
def test_a_fault_is_told_with_its_place(tmp_path: Path, text: str, message: str) -> None:
    file = write(tmp_path, text)
    with pytest.raises(PlanError) as raised:
        read_plan(file)
    assert str(raised.value).startswith(f"{file}: ")
    assert message in str(raised.value)


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    file = write(tmp_path, SMALL.replace("mockllm", "nowhere").replace("prompts", "promts"))
    with pytest.raises(PlanError) as raised:
        read_plan(file)
    assert len(str(raised.value).splitlines()) == 2


def test_a_plan_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(PlanError, match=r"No such file or directory\. Name a plan"):
        read_plan(tmp_path / "none.toml")


def cells(folder: Path, text: str, *, most_samples: int | None = None) -> list[Cell]:
    return expand(read_plan(write(folder, text)), log_dir="logs/x", most_samples=most_samples)


def test_suite_by_suite_each_with_every_model(tmp_path: Path) -> None:
    text = """
    epochs = 2
    [limits]
    limit = 20
    token_limit = 1000
    [[models]]
    names = ["mockllm/a", "mockllm/b"]
    [[suites]]
    names = ["llmbench_inspect/prompts", "llmbench_inspect/gsm8k"]
    [[suites]]
    names = ["llmbench_inspect/mmlu"]
    epochs = 1
    limits = { limit = 3 }
    """
    found = cells(tmp_path, text, most_samples=5)
    assert [(cell.task.partition("/")[2], cell.model, cell.epochs, cell.limits.limit) for cell in found] == [
        ("prompts", "mockllm/a", 2, 5),
        ("prompts", "mockllm/b", 2, 5),
        ("gsm8k", "mockllm/a", 2, 5),
        ("gsm8k", "mockllm/b", 2, 5),
        ("mmlu", "mockllm/a", 1, 3),
        ("mmlu", "mockllm/b", 1, 3),
    ]
    assert {cell.limits.token_limit for cell in found} == {1000}
    assert len({cell.folder for cell in found}) == 6


def test_a_cell_goes_on_where_only_its_extent_or_its_server_changed(tmp_path: Path) -> None:
    [cell] = cells(tmp_path, SMALL)
    moved = SMALL.replace("[[suites]]", 'base_urls = ["http://h:1"]\n[[suites]]')
    more = moved.replace("[[suites]]", "generate_config = { max_connections = 3 }\ngpus = 2\n[[suites]]")
    [same] = cells(tmp_path, f'tags = ["x"]\nepochs = 3\n[limits]\nlimit = 4\n{more}')
    assert same.folder == cell.folder
    [other] = cells(tmp_path, SMALL.replace("[[suites]]", "generate_config = { seed = 3 }\n[[suites]]"))
    assert other.folder != cell.folder


def test_the_same_cell_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PlanError, match="the plan has twice: prompts mockllm/model"):
        cells(tmp_path, SMALL.replace('"mockllm/model"', '"mockllm/model", "mockllm/model"'))


@pytest.mark.parametrize(
    ("model", "base_url", "server"),
    [
        ("ollama-native/a", None, "127.0.0.1:11434"),
        ("ollama/b", None, "127.0.0.1:11434"),
        ("ollama-native/a", "http://localhost:11434", "127.0.0.1:11434"),
        ("ollama/b", "http://gpu-box:11434/v1", "gpu-box:11434"),
        ("vllm/a", "http://127.0.0.1:8000/v1", "127.0.0.1:8000"),
        ("vllm/a", None, "this machine"),
        ("embedded/a", None, "this machine"),
        ("openai-api/local/a", "http://10.0.0.4/v1", "10.0.0.4:80"),
        ("openai/gpt", None, None),
        ("openai/gpt", "https://eu.example.com/v1", None),
        ("mockllm/model", None, None),
    ],
)
def test_which_server_a_cell_keeps_busy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, model: str, base_url: str | None, server: str | None
) -> None:
    for variable in ("OLLAMA_HOST", "OLLAMA_BASE_URL", "VLLM_BASE_URL", "OPENAI_BASE_URL"):
        monkeypatch.delenv(variable, raising=False)
    [cell] = cells(tmp_path, SMALL.replace("mockllm/model", model))
    assert server_of(cell, base_url) == server


def test_the_environment_names_a_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OLLAMA_HOST", "box:9")
    monkeypatch.setenv("LOCAL_BASE_URL", "http://127.0.0.1:7/v1")
    [ollama] = cells(tmp_path, SMALL.replace("mockllm/model", "ollama-native/a"))
    [local] = cells(tmp_path, SMALL.replace("mockllm/model", "openai-api/local/a"))
    assert (server_of(ollama, None), server_of(local, None)) == ("box:9", "127.0.0.1:7")
