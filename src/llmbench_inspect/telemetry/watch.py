"""The clock of one call: when its attempts and its tokens came."""

from __future__ import annotations

import time
from itertools import pairwise
from typing import Final

from inspect_ai.model import ModelOutput, ModelUsage, StreamEvent

from llmbench_inspect.statistics import percentile
from llmbench_inspect.telemetry.calls import Call
from llmbench_inspect.telemetry.repetition import repeated_share

_TAGS: Final = ("<think>", "<thinking>", "<reasoning>")


class Watch:
    """Notes the time of what happens; `call` makes an account of it."""

    def __init__(self) -> None:
        self._asked = time.perf_counter()
        self._attempts: list[float] = []
        self._worked = 0.0
        self._pauses = 0.0
        self._from_cache = False
        self._answered: float | None = None
        self._chunks: list[float] = []
        self._first_reasoning: float | None = None
        self._first_answer: float | None = None
        self._undecided: float | None = None
        self._thoughts = _ThinkTag()

    def attempt(self) -> None:
        """The provider is asked, for the first time or again."""
        self._start_over()
        self._attempts.append(time.perf_counter())
        self._worked = time.process_time()

    def pause(self, seconds: float) -> None:
        """An attempt failed; the next one is that far away."""
        self._pauses += seconds

    def from_cache(self) -> None:
        """Inspect had the answer already."""
        self._from_cache = True

    def answered(self) -> None:
        """Inspect has the answer, whose request ended a moment ago."""
        self._answered = time.perf_counter()

    async def on_stream(self, event: StreamEvent) -> None:
        """Take an event as `Model.generate(on_stream=)` gives it."""
        now = time.perf_counter()
        match event.type:
            case "retry":
                self._start_over()
                return
            case "reasoning":
                thought = True
            case "text":
                thought = self._thoughts.holds(event.text)
            case "tool_call":
                thought = False
        self._chunks.append(now)
        if event.type == "text" and not event.text.strip():
            return
        first = self._undecided or now
        if thought is None:
            self._undecided = first
        elif thought:
            self._first_reasoning = self._first_reasoning or first
        else:
            self._first_answer = self._first_answer or (now if self._first_reasoning else first)

    def _start_over(self) -> None:
        self._chunks = []
        self._first_reasoning = self._first_answer = self._undecided = None
        self._thoughts = _ThinkTag()

    def call(
        self, model: str, output: ModelOutput | None, *, retries: int = 0, error: BaseException | None = None
    ) -> Call:
        """The account, now that the call has ended.

        Args:
            model: Inspect's name of it.
            output: What came back, if anything did.
            retries: How often the provider's own client asked again.
            error: What was raised instead, or after it.
        """
        now = time.perf_counter()
        first, attempt = (self._attempts[0], self._attempts[-1]) if self._attempts else (now, now)
        start, seconds = attempt, now - attempt
        if output is not None and output.time:
            # Inspect's time of the request that was answered, which ended just before Inspect told of its
            # tokens. The attempt began before the request: a client had to be made, the messages written.
            seconds = output.time
            start = min([max(start, (self._answered or now) - seconds), *self._chunks[:1]])
        usage = output.usage if output is not None else None
        tokens = usage.output_tokens if usage is not None else 0
        unavailable = self._unavailable(tokens)
        call = Call(
            model=model,
            started=time.time() - (now - start),
            queued=first - self._asked,
            attempts=len(self._attempts) + retries,
            retries=start - first if len(self._attempts) + retries > 1 else 0.0,
            pauses=self._pauses,
            seconds=seconds,
            chunks=len(self._chunks),
            client_busy=(time.process_time() - self._worked) / (now - attempt) if self._attempts else None,
            unavailable=unavailable,
            error=None if error is None else type(error).__name__,
        )
        if unavailable is None:
            answer = self._first_answer or (None if self._first_reasoning else self._undecided)
            call.first_reasoning = _since(start, self._first_reasoning)
            call.first_answer = _since(start, answer)
            gaps = [after - before for before, after in pairwise(self._chunks)]
            if gaps:
                call.itl_p50, call.itl_p95 = percentile(gaps, 50), percentile(gaps, 95)
            if (decoding := self._chunks[-1] - self._chunks[0]) > 0 and tokens > 1:
                call.decode_rate = (tokens - 1) / decoding
        if output is not None:
            _count(call, output, usage)
        return call

    def _unavailable(self, tokens: int) -> str | None:
        if self._from_cache:
            return "the answer came from Inspect's cache"
        if not self._chunks:
            return "nothing was streamed"
        if len(self._chunks) == 1 and tokens > 1:
            return "the answer came in one piece"
        return None


class _ThinkTag:
    """Reasoning that a server leaves in the text: whether a piece of the stream is within think tags."""

    def __init__(self) -> None:
        self._text = ""
        self._closing: str | None = None
        self._over = False

    def holds(self, text: str) -> bool | None:
        """`None` while the text so far may be the beginning of a tag."""
        if self._over:
            return False
        self._text = (self._text + text).lstrip() if self._closing is None else self._text[-16:] + text
        if self._closing is None:
            opened = next((tag for tag in _TAGS if self._text.startswith(tag)), None)
            if opened is None:
                self._over = not any(tag.startswith(self._text) for tag in _TAGS)
                return False if self._over else None
            self._closing = f"</{opened[1:]}"
        self._over = self._closing in self._text
        return True


def _since(start: float, moment: float | None) -> float | None:
    return None if moment is None else moment - start


def _count(call: Call, output: ModelOutput, usage: ModelUsage | None) -> None:
    message = output.message if output.choices else None
    parts = message.content if message is not None and not isinstance(message.content, str) else []
    reasoning = "".join(part.reasoning for part in parts if part.type == "reasoning" and not part.redacted)
    call.reasoning_repeated = repeated_share(reasoning) if reasoning else None
    if usage is None or message is None:
        return
    call.input_tokens = usage.input_tokens + (usage.input_tokens_cache_write or 0)
    call.cached_tokens = usage.input_tokens_cache_read
    call.output_tokens = usage.output_tokens
    call.total_tokens = usage.total_tokens
    call.cost = usage.total_cost
    if usage.reasoning_tokens is not None:
        call.reasoning_tokens, call.reasoning_source = usage.reasoning_tokens, "reported"
    elif reasoning:
        said = len(message.text) + sum(len(str(made.arguments)) for made in message.tool_calls or [])
        share = len(reasoning) / (len(reasoning) + said)
        call.reasoning_tokens, call.reasoning_source = round(share * usage.output_tokens), "estimated"
