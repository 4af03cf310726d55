"""The smallest embedded model through Inspect: answers, tools, streams, errors and the life of its server."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest
from inspect_ai.model import GenerateConfig, Model, ModelAPI, ModelOutput, StreamEvent, get_model

import llmbench_inspect.providers  # noqa: F401 - registers embedded/
from llmbench_inspect.prerequisite import PrerequisiteError
from llmbench_inspect.providers.unread_output import UnreadOutput

pytestmark = [
    pytest.mark.anyio,
    # Inspect's own call of tenacity.
    pytest.mark.filterwarnings("ignore:The 'initial' parameter is deprecated:DeprecationWarning"),
]

SMALLEST = "embedded/smollm2-135m"
ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("embedded/smollm2", {}, r"Did you mean embedded/smollm2-135m\?"),
        (SMALLEST, {"ctx": 1}, "knows no argument 'ctx'. Known: -M context_size=, -M threads="),
        (SMALLEST, {"context_size": 100_000}, "a whole number from 1 to 8192, not 100000"),
        (SMALLEST, {"threads": "all"}, "threads a whole number from 1 to .*, not 'all'"),
        (SMALLEST, {"base_url": "http://127.0.0.1:1/v1"}, "starts its own server and takes no base URL"),
    ],
)
def test_what_cannot_be_meant_is_said_before_anything_is_fetched(
    name: str, arguments: dict[str, object], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LLMBENCH_CACHE_DIR", str(tmp_path))
    with pytest.raises(PrerequisiteError, match=message):
        get_model(name, **arguments)
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
async def smallest() -> AsyncIterator[Model]:
    async with get_model(
        SMALLEST, config=GenerateConfig(temperature=0, max_tokens=24), memoize=False
    ) as model:
        yield model


@pytest.mark.model
async def test_an_answer_carries_the_timings_of_the_server(smallest: Model) -> None:
    output = await smallest.generate("Say hello.")
    assert output.completion
    assert output.model == "smollm2-135m"
    assert output.metadata is not None
    assert output.metadata["context_size"] == 8192
    timings = output.metadata["timings"]
    assert output.usage is not None
    assert timings["predicted_n"] == output.usage.output_tokens
    assert timings["predicted_ms"] > 0
    assert timings["cache_n"] + timings["prompt_n"] == output.usage.input_tokens + (
        output.usage.input_tokens_cache_read or 0
    )


@pytest.mark.model
async def test_an_answer_is_streamed(smallest: Model) -> None:
    events: list[StreamEvent] = []

    async def take(event: StreamEvent) -> None:
        events.append(event)

    output = await smallest.generate("Say hello.", on_stream=take)
    assert len(events) > 3
    assert output.completion
    assert output.usage is not None
    assert output.usage.output_tokens > 0


@pytest.mark.model
async def test_each_request_has_the_whole_context_and_no_more() -> None:
    async with get_model(
        SMALLEST, config=GenerateConfig(max_tokens=1), memoize=False, context_size=512
    ) as model:
        fitting = await asyncio.gather(*(model.generate(f"{word} " * 400) for word in ("sea", "sky")))
        too_long = await model.generate("sea " * 600)
    for output in fitting:
        assert output.usage is not None
        assert output.usage.total_tokens > 400
        assert output.stop_reason != "model_length"
    assert too_long.stop_reason == "model_length"
    assert "exceeds the available context size (512 tokens)" in too_long.completion


@pytest.mark.model
async def test_tokens_are_counted_by_the_model_itself(smallest: Model) -> None:
    assert (
        await smallest.api.count_text_tokens("The sea.") == len(await smallest.api.tokenize("The sea.")) == 3
    )


@pytest.mark.model
async def test_all_that_the_inner_provider_decides_is_asked_of_it(smallest: Model) -> None:
    async with get_model(
        "openai-api/x/y", base_url="http://127.0.0.1:1", api_key="x", memoize=False
    ) as model:
        inner = model.api
    decided = {name for name in vars(ModelAPI) if getattr(type(inner), name) is not getattr(ModelAPI, name)}
    own = {
        name for name in vars(ModelAPI) if getattr(type(smallest.api), name) is not getattr(ModelAPI, name)
    }
    technical = {name for name in decided if name.startswith("_")}
    # `initialize` makes a new client once an API key has changed, and there is none.
    assert decided - own - technical <= {"initialize", "service_model_name"}


UNREAD = """\
0.14.750.001 W slot   operator(): id  1 | task 29 | n_past was set to 1423
0.14.750.119 W common_chat_peg_parse: unparsed peg-native output: {"name": "wrap",
 "arguments": {
0.14.750.933 W srv          stop: cancel task, id_task = 0
"""


class _CannotReadTheCall(BaseHTTPRequestHandler):
    """What llama-server answers when a model writes nonsense where a tool call should stand."""

    def do_POST(self) -> None:
        message = "The model produced output that does not match the expected peg-native format"
        body = json.dumps({"error": {"code": 500, "message": message, "type": "server_error"}}).encode()
        self.send_response(500)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        pass


async def test_a_call_that_the_server_cannot_read_is_an_answer_and_not_asked_for_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _CannotReadTheCall)
    threading.Thread(target=server.serve_forever, args=(0.02,)).start()
    log = tmp_path / "server.log"
    url = f"http://127.0.0.1:{server.server_port}"
    running = SimpleNamespace(url=url, running=True, unread=UnreadOutput(log))
    monkeypatch.setattr("llmbench_inspect.providers.embedded_api.serve", lambda *_, **__: running)
    try:
        async with get_model(SMALLEST, memoize=False) as model:
            outputs: list[ModelOutput] = []
            for words in ("", UNREAD, UNREAD + UNREAD):
                log.write_text(words, "utf-8")
                running.unread = UnreadOutput(log)
                outputs.append(await model.generate("Call the tool."))
    finally:
        server.shutdown()
        server.server_close()
    assert [output.completion for output in outputs] == ["", '{"name": "wrap",\n "arguments": {', ""]
    untold, told, several = outputs
    assert untold.error is not None
    assert "does not match the expected peg-native format" in untold.error
    assert told.error is None
    assert several.error is not None
    assert all(output.metadata and output.metadata["unread_tool_call"] for output in outputs)


TWO_EVALS = """
import sys
import llmbench_inspect.providers
from inspect_ai import Task, eval
from inspect_ai.dataset import Sample
from inspect_ai.solver import generate
from tests.providers.test_embedded_api import servers
for _ in range(2):
    task = Task(dataset=[Sample(input=f"Say {n}.") for n in range(3)], solver=generate())
    model = "embedded/smollm2-135m"
    [log] = eval(task, model=model, log_dir=sys.argv[1], display="none", max_tokens=8, max_retries=0)
    print(log.status, log.eval.model, *servers())
"""


@pytest.mark.model
def test_two_evals_share_a_server_and_a_proxy_is_not_asked(tmp_path: Path) -> None:
    proxies = dict.fromkeys(("HTTP_PROXY", "http_proxy", "ALL_PROXY"), "http://127.0.0.1:9")
    result = subprocess.run(
        [sys.executable, "-c", TWO_EVALS, str(tmp_path)],
        cwd=ROOT,
        env=os.environ | proxies,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    first, second = result.stdout.splitlines()[-2:]
    assert first == second
    assert re.fullmatch(r"success embedded/smollm2-135m \d+", first)
    assert result.stderr.count("Starting embedded/smollm2-135m") == 1


def servers(of: int | None = None) -> list[int]:
    children = psutil.Process(of).children(recursive=True)
    return [
        child.pid
        for child in children
        if "wheel_server.py" in " ".join(child.cmdline()) and not child.children()
    ]


WRITE_FOR_EVER = """
import asyncio
import llmbench_inspect.providers
from inspect_ai.model import GenerateConfig, get_model
model = get_model("embedded/smollm2-135m", config=GenerateConfig(max_tokens=7000, temperature=1.5))
async def main():
    async def started(event):
        print("started", flush=True)
    await model.generate("Write a very long story.", on_stream=started)
asyncio.run(main())
"""


@pytest.fixture
def writing(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A process in the middle of a long answer."""
    process = subprocess.Popen(
        [sys.executable, "-c", WRITE_FOR_EVER],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        # Inspect names the hooks first.
        assert "started\n" in iter(process.stdout.readline, "")
        yield process
    finally:
        process.kill()
        process.communicate()


@pytest.mark.model
@pytest.mark.parametrize(
    "with_signal", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=lambda number: number.name
)
def test_the_server_ends_with_its_process(
    writing: subprocess.Popen[str], with_signal: signal.Signals
) -> None:
    [server] = [psutil.Process(pid) for pid in servers(writing.pid)]
    writing.send_signal(with_signal)
    writing.wait(20)
    assert psutil.wait_procs([server], timeout=10)[1] == []


@pytest.mark.model
def test_a_server_that_dies_is_an_error_and_not_a_wait_without_end(writing: subprocess.Popen[str]) -> None:
    [server] = servers(writing.pid)
    os.kill(server, signal.SIGKILL)
    _, errors = writing.communicate(timeout=60)
    assert writing.returncode != 0
    assert "The server of embedded/smollm2-135m has ended" in errors


@pytest.mark.model
def test_nothing_starts_when_tasks_are_listed(tmp_path: Path) -> None:
    (tmp_path / "task.py").write_text(
        "from inspect_ai import Task, task\n@task\ndef one():\n    return Task()\n"
    )
    environment = os.environ | {"INSPECT_EVAL_MODEL": SMALLEST, "LLMBENCH_CACHE_DIR": str(tmp_path / "cache")}
    inspect = Path(sys.executable).with_name("inspect")
    result = subprocess.run(
        [inspect, "list", "tasks", "--json"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert [task["name"] for task in json.loads(result.stdout)] == ["one"]
    assert not (tmp_path / "cache").exists()


@pytest.mark.model
async def test_connections_that_rested_are_taken_up_again(smallest: Model) -> None:
    for pause in (0.0, 4.9, 5.1):
        await asyncio.sleep(pause)
        assert (
            await smallest.generate("Say hello.", config=GenerateConfig(max_tokens=2, max_retries=0))
        ).completion
