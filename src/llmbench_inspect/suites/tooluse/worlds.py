"""What a task's model finds: files, services, environment and an HTTP server, as data."""

from __future__ import annotations

from typing import Any, Final, Literal

from pydantic import BaseModel, Field

PORT: Final = 8080
BASE_URL: Final = f"http://127.0.0.1:{PORT}"
"""Where a sample's server listens, inside its sandbox."""


class Service(BaseModel, frozen=True, extra="forbid"):
    """A process that runs from the start: a script of the world, which waits for nothing."""

    path: str
    """Its script, which is also its name."""
    arguments: list[str] = Field(default_factory=list)
    """Arguments that it was started with."""


class Refusal(BaseModel, frozen=True, extra="forbid"):
    """A request that is answered otherwise than asked, for some time: the fault of a fault task."""

    method: str
    path: str
    """Path without query."""
    status: int
    """Status that is sent in the place of what was asked for."""
    body: str
    """Body that is sent."""
    times: int | None = None
    """How many such requests meet it; all of them unless said."""
    retry_after: float | None = None
    """Seconds after the first such request for which all meet it; said in the header Retry-After."""


class Key(BaseModel, frozen=True, extra="forbid"):
    """What every request has to bring."""

    header: str
    value: str
    hint: str
    """What a request without it is told."""


class Server(BaseModel, frozen=True, extra="forbid"):
    """An HTTP server that keeps collections of items."""

    collections: dict[str, list[dict[str, Any]]]
    """Items by the path of their collection. Each has a number `id`; those with a `version` are only
    changed by who knows it."""
    fields: dict[str, dict[str, Literal["text", "number"]]] = Field(default_factory=dict)
    """Fields that an item of a collection has to have, and their kinds; any where a collection has none."""
    key: Key | None = None
    page_size: int | None = None
    """Items on a page of a collection; all on one unless said."""
    refusals: list[Refusal] = Field(default_factory=list[Refusal])


class World(BaseModel, frozen=True, extra="forbid"):
    """What a task's model finds."""

    files: dict[str, str] = Field(default_factory=dict)
    """Text by path, relative to the work folder."""
    modes: dict[str, int] = Field(default_factory=dict)
    """Permissions of files that are not 0644."""
    environment: dict[str, str] = Field(default_factory=dict)
    """Variables that commands see."""
    services: list[Service] = Field(default_factory=list[Service])
    server: Server | None = None


SERVICE_SCRIPT: Final = "#!/bin/sh\nread -r _\n"
"""A service: it waits for a line that never comes, and ends on any signal."""
