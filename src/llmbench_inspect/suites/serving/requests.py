"""One request of a load: sent, timed by its calls, and what it took as its user saw it."""

from __future__ import annotations

from dataclasses import dataclass

from inspect_ai.solver import Generate, Solver, TaskState
from inspect_ai.util import LimitExceededError, subtask

from llmbench_inspect.prerequisite import PrerequisiteError
from llmbench_inspect.telemetry import Call, ModelCalls


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A request to be sent."""

    state: TaskState
    """With its prompt, and a store of its own."""
    solver: Solver
    """Makes the calls, timed ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request that ended. Moments are UNIX time, all else is in seconds."""

    ask: Ask
    calls: tuple[Call, ...]
    due: float
    """When it was to be sent: the start of its times."""
    end: float
    """When its last token came, or its error."""
    ttft: float | None
    """To the first token; `None` where it could not be seen."""
    itl: float | None
    """Mean time from token to token; `None` where it could not be seen, or there was one token."""
    late: float
    """Of its time, what passed before it was handed to Inspect."""
    queued: float
    """Of its time, what it waited for one of Inspect's connections."""
    error: str | None
    """Why it failed; its times are no latency then."""

    @property
    def e2e(self) -> float:
        """Seconds to the last token."""
        return self.end - self.due

    @property
    def input_tokens(self) -> int:
        """Of all its prompts, cached ones too."""
        return sum((call.input_tokens or 0) + (call.cached_tokens or 0) for call in self.calls)

    @property
    def cached_tokens(self) -> int:
        """Of its prompts, those that the server had."""
        return sum(call.cached_tokens or 0 for call in self.calls)

    @property
    def output_tokens(self) -> int:
        """Written in answer."""
        return sum(call.output_tokens or 0 for call in self.calls)


async def send(ask: Ask, generate: Generate, *, due: float | None = None) -> Request:
    """Send a request and wait for its end.

    Args:
        ask: What to send.
        generate: As Inspect hands it to solvers.
        due: When it was to be sent, UNIX time; now by default.

    Returns:
        The request, also when the server failed it.
    """

    @subtask(name="request", store=ask.state.store, input={})
    async def solve() -> None:
        await ask.solver(ask.state, generate)

    error: str | None = None
    try:
        await solve()
    except LimitExceededError:
        raise
    except Exception as raised:
        # What ended a call is the server's failure, to be counted. All else is ours.
        if not (calls := _calls(ask)) or calls[-1].error is None:
            raise
        error = f"{calls[-1].error}: {raised}"
    if not (calls := _calls(ask)):
        raise PrerequisiteError(
            f"prompts_from: the solver of {ask.state.sample_id} calls the model by itself, so that its times "
            "are not known. Give a task whose solver uses `generate`: -T prompts_from=llmbench_inspect/gsm8k"
        )
    return _request(ask, calls, due=due, error=error or ask.state.output.error)


def _calls(ask: Ask) -> list[Call]:
    return ask.state.store_as(ModelCalls).calls


def _request(ask: Ask, calls: list[Call], *, due: float | None, error: str | None) -> Request:
    first, last = calls[0], calls[-1]
    asked = first.started - first.retries - first.queued
    due = asked if due is None else due
    decoding = [
        (call.output_tokens - 1, (call.output_tokens - 1) / call.decode_rate)
        for call in calls
        if call.decode_rate and call.output_tokens
    ]
    gaps = sum(count for count, _ in decoding)
    return Request(
        ask=ask,
        calls=tuple(calls),
        due=due,
        end=last.started + last.seconds,
        ttft=None if first.ttft is None else first.started + first.ttft - due,
        itl=sum(seconds for _, seconds in decoding) / gaps if gaps else None,
        late=max(0.0, asked - due),
        queued=sum(call.queued for call in calls),
        error=error or (None if any(call.output_tokens for call in calls) else "the answer is empty"),
    )
