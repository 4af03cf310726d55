"""Values of a log in the form that tables keep: bounded, finite, in UTC."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

import msgspec
from msgspec import Raw

LONGEST_TEXT: Final = 4_000
"""Characters of a text that are kept."""

LONGEST_ENTRY: Final = 4_000
"""Bytes of an entry of a JSON column; longer ones are left out."""

LONGEST_JSON: Final = 64_000
"""Bytes of a JSON column; the entries that find no room are left out."""

TEXT: Final = msgspec.json.Decoder(str | None)
COUNT: Final = msgspec.json.Decoder(int | None)
NUMBER: Final = msgspec.json.Decoder(float | None)
MOMENT: Final = msgspec.json.Decoder(datetime | None)
ANYTHING: Final = msgspec.json.Decoder(Any)


def entries(told: Mapping[str, Raw] | None) -> str | None:
    """A JSON object with those entries that are short enough."""
    if told is None:
        return None
    pieces: list[bytes] = []
    room = LONGEST_JSON
    for name, raw in told.items():
        content = compact(raw)
        if len(content) <= LONGEST_ENTRY and len(name) + len(content) <= room:
            pieces.append(b"%b:%b" % (msgspec.json.encode(name), content))
            room -= len(pieces[-1])
    return (b"{%b}" % b",".join(pieces)).decode()


def compact(json: Raw | bytes) -> bytes:
    """Without the line breaks and indents of a `.json` log, which no string has."""
    text = bytes(json)
    return msgspec.json.format(text, indent=-1) if b"\n" in text else text


def cut(text: str | None) -> str | None:
    """A text of bounded length."""
    return text if text is None or len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…"


def finite(number: float | None) -> float | None:
    """A number, if it is one."""
    return float(number) if number is not None and math.isfinite(number) else None


def utc(moment: datetime | None) -> datetime | None:
    """In UTC, which Inspect means where it says nothing."""
    if moment is None:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
