"""The tools of `tool_bench`: what they do in the sandbox, and what they tell the model."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from inspect_ai import Task
from inspect_ai import eval as inspect_eval
from inspect_ai.model import ModelUsage, get_model
from inspect_ai.tool import ToolDef

from llmbench_inspect.suites.tooluse import bench_dataset, load_tasks, stage_world, tool_user
from llmbench_inspect.suites.tooluse.bench_tools import TOOLS, bench_tools
from llmbench_inspect.suites.tooluse.played import played_turn
from llmbench_inspect.suites.tooluse.worlds import BASE_URL

SERVED = next(task for task in load_tasks() if task.template == "place_order")


def told(calls: list[tuple[str, dict[str, Any]]], folder: Path) -> list[str]:
    """What comes back for each call of one turn; errors begin with `error: `."""
    outputs = [played_turn(calls), played_turn(text="ANSWER: done")]
    for output in outputs:
        output.usage = ModelUsage(input_tokens=9, output_tokens=1, total_tokens=10)
    [log] = inspect_eval(
        Task(dataset=bench_dataset(), setup=stage_world(), solver=tool_user(), sandbox="bwrap"),
        model=get_model("mockllm/model", custom_outputs=outputs, memoize=False),
        sample_id=SERVED.id,
        log_dir=str(folder),
        display="none",
    )
    assert log.status == "success", log.error
    assert log.samples
    return [
        f"error: {message.error.message}" if message.error else message.text
        for message in log.samples[0].messages
        if message.role == "tool"
    ]


def test_each_tool_does_its_work_and_tells_what_went_wrong(tmp_path: Path) -> None:
    steps: list[tuple[tuple[str, dict[str, Any]], str]] = [
        (("write_file", {"path": "new/a.txt", "content": "one oak"}), "Wrote new/a.txt."),
        (("append_file", {"path": "new/a.txt", "text": "two elms\n"}), "Added to new/a.txt."),
        (("read_file", {"path": "new/a.txt"}), "one oak\ntwo elms\n"),
        (("search_files", {"text": "two elms"}), "new/a.txt:2:two elms"),
        (("search_files", {"text": "no such text"}), "Nothing was found."),
        (("move_file", {"source": "new/a.txt", "destination": "b/c.txt"}), "Moved new/a.txt to b/c.txt."),
        (("list_files", {"path": "b"}), "b/c.txt"),
        (("list_files", {"path": "new"}), "There are no files in new."),
        (("run_command", {"command": "wc -l < b/c.txt"}), "2"),
        (("run_command", {"command": "echo x; exit 3"}), "x\nExit status 3"),
        (("delete_file", {"path": "b/c.txt"}), "Deleted b/c.txt."),
        (("read_file", {"path": "b/c.txt"}), "error: There is no file b/c.txt."),
        (("append_file", {"path": "b/c.txt", "text": "x"}), "error: There is no file b/c.txt."),
        (("read_file", {"path": "b"}), "error: b cannot be read"),
        (("write_file", {"path": "/etc/hosts", "content": ""}), "error: /etc/hosts cannot be written"),
        (("delete_file", {"path": "b"}), "error: rm: cannot remove 'b': Is a directory"),
        (("move_file", {"source": "none", "destination": "x"}), "error: mv: cannot stat 'none'"),
        (("run_command", {"command": "x\0"}), "Exit status 127"),
        (("wait", {"seconds": 0.01}), "Done waiting."),
        (("http_request", {"method": "get", "url": f"{BASE_URL}/none"}), "HTTP 404 Not Found\n\n"),
        (("http_request", {"method": "GET", "url": f"{BASE_URL}/orders"}), 'HTTP 200 OK\n\n[{"id": '),
        (("http_request", {"method": "GET", "url": "http://127.0.0.1:9"}), "error: There was no reply"),
        (("http_request", {"method": "GET", "url": "file:///etc/passwd"}), "error: The url must begin with"),
        (("http_request", {"method": "GE T", "url": f"{BASE_URL}/"}), "HTTP 400 "),
    ]
    answers = told([call for call, _ in steps], tmp_path)
    for (call, wanted), answer in zip(steps, answers, strict=True):
        assert answer.startswith(wanted), (call, answer)


def test_the_tools_are_those_that_are_named() -> None:
    tools = [ToolDef(made) for made in bench_tools({})]
    assert tuple(made.name for made in tools) == TOOLS
    required = {made.name: made.parameters.required for made in tools}
    assert required["list_files"] == []
    assert required["http_request"] == ["method", "url"]
