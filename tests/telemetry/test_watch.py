"""The clock of a call: reasoning in the text however a server cuts it, and what is the client's own time."""

from __future__ import annotations

import time
from itertools import pairwise

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st
from inspect_ai.model import ModelOutput, ModelUsage, StreamTextEvent

from llmbench_inspect.telemetry import Call
from llmbench_inspect.telemetry.watch import Watch

TEXT = st.text(alphabet="abc <>/\n", max_size=30)


def watched(pieces: list[str]) -> Call:
    async def feed() -> Call:
        watch = Watch()
        watch.attempt()
        for piece in pieces:
            await watch.on_stream(StreamTextEvent(text=piece))
        output = ModelOutput.from_content("m", "".join(pieces))
        output.usage = ModelUsage(input_tokens=1, output_tokens=len(pieces), total_tokens=1 + len(pieces))
        return watch.call("m", output)

    return anyio.run(feed)


def cut(text: str, places: list[int]) -> list[str]:
    ends = sorted({place % (len(text) + 1) for place in places} | {0, len(text)})
    return [text[start:end] for start, end in pairwise(ends)]


@given(
    space=st.sampled_from(["", "\n", "  "]),
    tag=st.sampled_from(["think", "thinking", "reasoning"]),
    thought=st.text(alphabet="abc \n", max_size=30),
    answer=st.text(alphabet="abc \n", max_size=30).filter(str.strip),
    places=st.lists(st.integers(min_value=0, max_value=200), max_size=20),
)
def test_what_follows_the_closing_tag_is_the_answer(
    space: str, tag: str, thought: str, answer: str, places: list[int]
) -> None:
    head = f"{space}<{tag}>{thought}</{tag}>"
    call = watched([*cut(head, places), answer])
    assert call.first_reasoning is not None
    assert call.first_answer is not None
    assert call.first_reasoning <= call.first_answer


@given(
    text=TEXT.filter(lambda text: bool(text.strip()) and "<" not in text), places=st.lists(st.integers(0, 99))
)
def test_a_text_without_tags_has_no_reasoning(text: str, places: list[int]) -> None:
    call = watched(cut(text, places))
    assert call.first_reasoning is None
    assert call.first_answer is not None


@given(pieces=st.lists(TEXT, max_size=20))
def test_no_text_breaks_the_clock(pieces: list[str]) -> None:
    call = watched(pieces)
    assert call.chunks == len(pieces)
    assert call.seconds >= 0


@pytest.mark.parametrize("at_work", [True, False])
def test_a_client_without_rest_is_told(at_work: bool) -> None:
    async def feed() -> Call:
        watch = Watch()
        watch.attempt()
        if at_work:
            end = time.thread_time() + 0.2
            while time.thread_time() < end:
                pass
        else:
            await anyio.sleep(0.2)
        return watch.call("m", None)

    busy = anyio.run(feed).client_busy
    assert busy is not None
    # A machine with other work may leave this process less than a core of its own.
    assert busy > 0.1 if at_work else busy < 0.1


def test_the_request_began_its_time_before_its_end() -> None:
    async def feed() -> Call:
        watch = Watch()
        watch.attempt()
        await anyio.sleep(0.2)  # what a client does before it asks
        await watch.on_stream(StreamTextEvent(text="a"))
        watch.answered()
        output = ModelOutput.from_content("m", "a")
        output.time = 0.01
        await anyio.sleep(0.2)  # and after the answer
        return watch.call("m", output)

    call = anyio.run(feed)
    assert call.seconds == 0.01
    assert call.first_answer is not None
    assert call.first_answer <= 0.01
