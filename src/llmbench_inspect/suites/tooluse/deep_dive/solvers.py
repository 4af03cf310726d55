"""Who works on a question: the model in a loop over tools, or a player that needs no model."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final, Literal

from inspect_ai.agent import AgentState
from inspect_ai.model import ChatMessage, ChatMessageTool, execute_tools
from inspect_ai.solver import Generate, Solver, TaskState, solver

from llmbench_inspect.suites.tooluse.deep_dive.dataset import question_of
from llmbench_inspect.suites.tooluse.deep_dive.probes import take_readings
from llmbench_inspect.suites.tooluse.deep_dive.questions import Known, Question
from llmbench_inspect.suites.tooluse.deep_dive.tools import TOOLS, machine_tools
from llmbench_inspect.suites.tooluse.matching import Way
from llmbench_inspect.suites.tooluse.played import played_turn
from llmbench_inspect.suites.tooluse.transport import Transport, model_over
from llmbench_inspect.suites.tooluse.written_calls import Style

MOST_TURNS: Final = 10

Player = Literal["oracle", "does_nothing", "calls_every_tool"]


@solver
def work_with_tools(transport: Transport, style: Style) -> Solver:
    """The model, until it answers without a call or its ten turns are used up.

    Args:
        transport: How calls travel.
        style: How they are written where they are text.
    """

    async def solve(state: TaskState, generate: Generate) -> TaskState:  # noqa: ARG001
        question, tools = question_of(state.metadata), machine_tools()
        await take_readings(question)
        model = model_over(transport, style)
        talk = AgentState(messages=state.messages)
        for _ in range(MOST_TURNS):
            talk = await model(talk, tools)
            state.messages, state.output = talk.messages, talk.output
            if not state.output.message.tool_calls:
                break
            talk.messages.extend((await execute_tools(talk.messages, tools)).messages)
            state.messages = talk.messages
        await take_readings(question)
        return state

    return solve


@solver
def played_answers(player: Player) -> Solver:
    """A player that knows the questions, and no model.

    Args:
        player: `oracle` makes the right calls and answers what they tell, `does_nothing` says nothing,
            `calls_every_tool` calls every tool once without arguments and says nothing.
    """

    async def solve(state: TaskState, generate: Generate) -> TaskState:  # noqa: ARG001
        question, tools = question_of(state.metadata), machine_tools()
        await take_readings(question)
        calls: list[tuple[str, dict[str, Any]]] = []
        if player == "calls_every_tool":
            calls = [(name, {}) for name in TOOLS]
        if player == "oracle":
            calls = [(call.ways[0].tool, _arguments(call.ways[0])) for call in question.calls]
        if calls:
            state.messages.append(played_turn(calls).message)
            state.messages.extend((await execute_tools(state.messages, tools)).messages)
        text = f"ANSWER: {_answer(question, state.messages)}" if player == "oracle" else ""
        state.output = played_turn(text=text)
        state.messages.append(state.output.message)
        return state

    return solve


def _arguments(way: Way) -> dict[str, Any]:
    return way.arguments | {name: " ".join(words) for name, words in way.mentions.items()}


def _answer(question: Question, messages: Sequence[ChatMessage]) -> str:
    if isinstance(question.answer, Known):
        return ", ".join(question.answer.values)
    told = {
        message.function: json.loads(message.text)
        for message in messages
        if isinstance(message, ChatMessageTool) and message.error is None
    }
    return ", ".join(str(told[tool][field]) for tool, field in question.answer.fields)
