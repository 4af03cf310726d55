"""Requests whose answer has to keep a form, at the end of a long text that has nothing to do with them."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from llmbench_inspect.suites.longcontext.filler import Source
from llmbench_inspect.suites.longcontext.material import Question, plant

_Form = tuple[Mapping[str, object], ...]


class _Request(NamedTuple):
    """One request with what it is about."""

    kind: str
    ask: str
    form: _Form


def _router(message: str, *, team: str, urgent: bool) -> _Request:
    return _Request(
        "router-json",
        "Route this message. Answer with one JSON object and nothing else, with just two keys: "
        '"team", which is "billing", "shipping" or "technical", and "urgent", which is true or false.\n\n'
        f"Message: {message}",
        (
            {
                "constraint": "json_keys",
                "keys": {"team": "string", "urgent": "boolean"},
                "values": {"team": team, "urgent": urgent},
            },
        ),
    )


def _nested(order: str, *, number: int, customer: str, items: Mapping[str, int]) -> _Request:
    right = {
        "order": number,
        "customer": {"name": customer},
        "items": [{"sku": sku, "quantity": quantity} for sku, quantity in items.items()],
    }
    count = len(items)
    schema: dict[str, object] = {
        "type": "object",
        "required": ["order", "customer", "items"],
        "additionalProperties": False,
        "properties": {
            "order": {"type": "integer", "const": number},
            "customer": {
                "type": "object",
                "required": ["name"],
                "additionalProperties": False,
                "properties": {"name": {"type": "string", "const": customer}},
            },
            "items": {
                "type": "array",
                "minItems": count,
                "maxItems": count,
                "items": {
                    "type": "object",
                    "required": ["sku", "quantity"],
                    "additionalProperties": False,
                    "properties": {"sku": {"type": "string"}, "quantity": {"type": "integer"}},
                },
                "const": right["items"],
            },
        },
    }
    return _Request(
        "nested-json",
        "Turn this order into one JSON object and write nothing else. It has just these keys: "
        '"order" (a whole number), "customer" (an object with the key "name") and "items" (a list of '
        'objects with the keys "sku" and "quantity", in the order in which they are named).\n\n'
        f"Order: {order}",
        ({"constraint": "json_schema", "schema": schema},),
    )


def _command(task: str, *, program: str, words: list[str]) -> _Request:
    return _Request(
        "command-only",
        "Write the one shell command that does this, and nothing else: no fence, no explanation.\n\n"
        f"Task: {task}",
        ({"constraint": "command", "programs": [program], "words": words},),
    )


def _bullets(count: int, subject: str) -> _Request:
    return _Request(
        "bullet-list",
        f"Write a list of exactly {count} bullets, each on one line that begins with a dash and a space. "
        f"Nothing comes before or after the list.\n\nSubject: {subject}",
        ({"constraint": "bullets", "exactly": count}, {"constraint": "lines", "exactly": count}),
    )


_ROUTERS: Final = (
    _router("You charged my card twice for invoice 2231. No hurry.", team="billing", urgent=False),
    _router(
        "The app crashes at every start since the update and our shop stands still. Please fix it at once!",
        team="technical",
        urgent=True,
    ),
    _router(
        "Where is my parcel? It should have come last week. It is not important.",
        team="shipping",
        urgent=False,
    ),
    _router(
        "Our account is locked over an unpaid invoice that we did pay, and we need it in an hour. Urgent!",
        team="billing",
        urgent=True,
    ),
)
_ORDERS: Final = (
    _nested(
        "Number 4711 for Ada Moss: two of B-20 and one of C-7.",
        number=4711,
        customer="Ada Moss",
        items={"B-20": 2, "C-7": 1},
    ),
    _nested("Ben Okoro wants twelve of A-1, order 88.", number=88, customer="Ben Okoro", items={"A-1": 12}),
    _nested(
        "Order 1205. Customer: Cleo Winter. Items: three of K-9, three of K-10, five of M-2.",
        number=1205,
        customer="Cleo Winter",
        items={"K-9": 3, "K-10": 3, "M-2": 5},
    ),
    _nested(
        "For Dan Ruiz, as order 930: one of T-4 and forty of S-15.",
        number=930,
        customer="Dan Ruiz",
        items={"T-4": 1, "S-15": 40},
    ),
)
_COMMANDS: Final = (
    _command("count the lines of notes.txt", program="wc", words=["-l", "notes.txt"]),
    _command("make the folder logs/2024 with its parents", program="mkdir", words=["-p", "logs/2024"]),
    _command("show the free space of all disks in readable units", program="df", words=["-h"]),
    _command("print the last 20 lines of app.log", program="tail", words=["app.log"]),
)
_LISTS: Final = (
    _bullets(3, "why backups should be tried out"),
    _bullets(4, "what to check before a release"),
    _bullets(5, "things to pack for a walk in the rain"),
    _bullets(3, "advantages of short meetings"),
)
_REQUESTS: Final = tuple(
    request for four in zip(_ROUTERS, _ORDERS, _COMMANDS, _LISTS, strict=True) for request in four
)


@dataclass(frozen=True, kw_only=True)
class Forms:
    """Four requests in turn: JSON of a router, nested JSON, a command alone, a list; see `Material`."""

    source: Source

    opening = (
        "Below are notes that somebody left here. The task comes after their end and does not need them."
    )

    @property
    def most(self) -> int | None:
        """As much as the source has."""
        return self.source.most

    def question(self, number: int) -> Question:
        """One of sixteen requests, and these again."""
        request = _REQUESTS[number % len(_REQUESTS)]
        return Question(
            name=f"{request.kind}-{number // 4 + 1}",
            ask=request.ask,
            target=(),
            candidate="",
            form=request.form,
        )

    def text(self, number: int | None, *, depth: float, tokens: int, chance: random.Random) -> str:  # noqa: ARG002
        """Nothing of it is needed."""
        return plant(self.source.sentences(tokens, chance), [])
