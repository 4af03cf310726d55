"""What a call of a model cost in time and tokens, as each sample's store keeps it."""

from __future__ import annotations

from typing import Final, Literal

from inspect_ai.util import StoreModel
from pydantic import BaseModel, Field


class Call(BaseModel):
    """One call of a model; all times are in seconds, of this machine's clock."""

    model: str
    """Inspect's name of the model, with its provider."""
    started: float
    """When the attempt that succeeded began, or the last one that failed: UNIX time."""
    queued: float
    """From the call to its first attempt: what it waited for a free connection."""
    attempts: int
    """How often the server was asked."""
    retries: float
    """From the first attempt to the last: failed ones, and the pauses after them."""
    pauses: float
    """Of `retries`, the pauses that Inspect made; those within a provider's own client are not known."""
    seconds: float
    """The last attempt from its request to its last token."""
    first_reasoning: float | None = None
    """To the first token of reasoning; `None` when there was none, or nothing was streamed."""
    first_answer: float | None = None
    """To the first token of the answer or of a tool call; `None` when nothing was streamed."""
    itl_p50: float | None = None
    """Median time from one chunk of the stream to the next."""
    itl_p95: float | None = None
    """95th percentile of the same, interpolated linearly."""
    chunks: int = 0
    """Pieces that the stream came in. A server may put several tokens into one."""
    decode_rate: float | None = None
    """Output tokens a second, after the first chunk."""
    client_busy: float | None = None
    """Cores that this process kept busy during the last attempt. Near 1 its own work adds to all times."""
    unavailable: str | None = None
    """Why there are no times within the call."""
    error: str | None = None
    """The exception that ended it."""
    input_tokens: int | None = None
    """Tokens of the prompt that were read anew."""
    cached_tokens: int | None = None
    """Tokens of the prompt that came from the server's cache."""
    output_tokens: int | None = None
    """Tokens written, those of reasoning among them."""
    reasoning_tokens: int | None = None
    """Tokens of reasoning; `None` when the provider does not tell and none can be seen."""
    reasoning_source: Literal["reported", "estimated"] | None = None
    """Whether the provider told them, or they are the reasoning's share of the text."""
    total_tokens: int | None = None
    """As the provider counts them."""
    cost: float | None = None
    """US dollars, where Inspect knows the model's prices."""
    reasoning_repeated: float | None = None
    """Share of repeated word sequences in the reasoning's end; see `repeated_share`."""

    @property
    def ttft(self) -> float | None:
        """Seconds to the first token of any kind."""
        return min((first for first in (self.first_reasoning, self.first_answer) if first), default=None)

    @property
    def slow(self) -> Literal["to_start", "throughout"] | None:
        """Which part took longer: until the first token (queue of the server, prompt), or from there on."""
        if self.ttft is None:
            return None
        return "to_start" if self.ttft >= self.seconds / 2 else "throughout"


BUSY: Final = 0.8
"""From which `client_busy` on a call's times are partly the client's own."""


class ModelCalls(StoreModel):
    """A sample's calls of models, oldest first."""

    calls: list[Call] = Field(default_factory=list)

    @property
    def total_tokens(self) -> int | None:
        """Tokens of all calls, as the provider counts; `None` without calls, or where one does not tell."""
        told = [call.total_tokens for call in self.calls if call.total_tokens is not None]
        return sum(told) if told and len(told) == len(self.calls) else None
