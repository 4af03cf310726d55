"""How a model works on a fixture: one answer, or an agent's loop over tools."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Final

from inspect_ai.model import ChatMessageUser, execute_tools
from inspect_ai.solver import Generate, Solver, TaskState, solver

from llmbench_inspect.answers import CodeBlock, code_blocks
from llmbench_inspect.suites.vue.fixtures import Fixture, load_fixtures
from llmbench_inspect.suites.vue.overlay import Overlay, WriteRefusedError
from llmbench_inspect.suites.vue.tools import project_tools
from llmbench_inspect.suites.vue.work import Snapshot, VueWork

CONTINUE: Final = (
    "You have not called a tool. Call write_file to change the project, run_type_check to check it, "
    "or finish when the task is complete."
)
_LANGUAGES: Final = {
    ".vue": {"vue", "html", "xml", "svelte"},
    ".ts": {"ts", "typescript", "javascript", "js"},
    ".tsx": {"tsx", "typescript", "ts"},
    ".js": {"js", "javascript"},
}


@lru_cache
def fixture_of(name: str) -> Fixture:
    """The fixture that a sample's metadata names."""
    return load_fixtures([name])[0]


@solver
def single_shot() -> Solver:
    """One answer; the files are read out of its code blocks."""

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        state = await generate(state)
        work = state.store_as(VueWork)
        work.steps = 1
        work.cut_off = state.output.stop_reason == "max_tokens"
        fixture = fixture_of(state.metadata["fixture"])
        overlay = fixture.overlay()
        work.refused = _lay(code_blocks(state.output.completion), overlay, fixture.specification.target_files)
        work.files = overlay.changes
        return state

    return solve


@solver
def agent(max_steps: int = 10) -> Solver:
    """A loop over tools, until the model calls `finish` or its steps are used up.

    Args:
        max_steps: Most model turns.
    """

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        state.tools = project_tools(fixture_of(state.metadata["fixture"]), state.metadata["dom"])
        work = state.store_as(VueWork)
        for step in range(1, max_steps + 1):
            work.steps = step
            state = await generate(state, tool_calls="none")
            work.cut_off = state.output.stop_reason == "max_tokens"
            calls = state.output.message.tool_calls or []
            if calls:
                work.calls = [*work.calls, *(call.function for call in calls)]
                before = work.files
                result = await execute_tools(state.messages, state.tools)
                state.messages.extend(result.messages)
                if work.files != before:
                    work.snapshots = [*work.snapshots, Snapshot(step=step, files=work.files)]
            else:
                state.messages.append(ChatMessageUser(content=CONTINUE))
            if work.finished or state.output.stop_reason == "model_length":
                break
        else:
            work.limit = "steps"
        return state

    return solve


def _lay(blocks: Sequence[CodeBlock], overlay: Overlay, targets: Sequence[str]) -> list[str]:
    """Put an answer's blocks into the overlay; return the refusals."""
    refused: list[str] = []
    named = [(path, block) for block in blocks if (path := _path(block, overlay, targets)) is not None]
    unnamed = [block for block in blocks if block.path is None]
    taken = {path for path, _ in named}
    for target in targets:
        # The longest block is the whole component; shorter ones beside it show details or its use.
        fitting = [block for block in unnamed if _fits(block, target)]
        if target not in taken and fitting:
            chosen = max(fitting, key=lambda block: len(block.text))
            unnamed.remove(chosen)
            named.append((target, chosen))
    for path, block in named:
        try:
            if block.language == "delete":
                overlay.delete(path)
            else:
                overlay.write(path, block.text)
        except WriteRefusedError as error:
            refused.append(str(error))
    return refused


def _path(block: CodeBlock, overlay: Overlay, targets: Sequence[str]) -> str | None:
    """The project's path that a block means: its own, or the one target or file of that name."""
    if block.path is None or block.path in targets or block.path in overlay.files():
        return block.path
    name = PurePosixPath(block.path).name
    for among in (targets, overlay.files()):
        alike = [path for path in among if PurePosixPath(path).name == name]
        if len(alike) == 1:
            return alike[0]
    return block.path


def _fits(block: CodeBlock, target: str) -> bool:
    suffix = PurePosixPath(target).suffix
    if suffix == ".vue":
        return "<script" in block.text or "<template" in block.text
    return "<template" not in block.text and (
        not block.language or block.language in _LANGUAGES.get(suffix, set())
    )
