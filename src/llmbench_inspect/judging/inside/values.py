"""Values on their way between the tests and the candidate, as JSON that can only be plain data.

Equality is what a cheat would bend: what arrives is an exact built-in value, or a reference that equals
nothing but itself. An instance of a subclass arrives as the built-in type it extends.
"""

from __future__ import annotations

import builtins
from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any, cast

_MOST_ITEMS = 1_000_000
_MOST_BITS = 4000

_FROM_ITEMS: dict[str, Callable[[list[Any]], Any]] = {
    "list": list,
    "tuple": tuple,
    "set": set,
    "frozenset": frozenset,
    "dict": dict,
    "iterator": iter,
    "dict_keys": lambda items: dict.fromkeys(items).keys(),
    "dict_values": lambda items: dict(enumerate(items)).values(),
    "dict_items": lambda items: dict(items).items(),
}
_FROM_PLAIN: dict[str, Callable[[Any], Any]] = {
    "int": lambda text: int(text, 16),
    "float": float.fromhex,
    "str": str,
    "complex": lambda parts: complex(*parts),
    "bytes": bytes.fromhex,
    "bytearray": bytearray.fromhex,
}


def to_json(value: Any, reference: Callable[[Any], int]) -> Any:
    """Make a value fit for `json.dumps`.

    Args:
        value: Any value.
        reference: Gives the number that stands for a value which is no plain data.
    """
    exact = type(cast("object", value))
    if value is None or exact in {bool, float, str} or (exact is int and value.bit_length() < _MOST_BITS):
        return value
    if exact is list:
        return [to_json(item, reference) for item in value]
    plain: Callable[[], Any]
    for kind, plain in (
        ("int", lambda: hex(int(value))),
        ("float", lambda: float.hex(value)),
        ("str", lambda: "".join(value)),
        ("complex", lambda: [value.real, value.imag]),
        ("bytes", lambda: bytes(value).hex()),
        ("bytearray", lambda: bytes(value).hex()),
    ):
        if _is(value, kind):
            return {"kind": kind, "value": plain()}
    if isinstance(value, type) and getattr(builtins, value.__name__, None) is value:
        return {"kind": "type", "value": value.__name__}
    if (items := _items(value)) is not None:
        kind, parts = items
        return {"kind": kind, "value": [to_json(part, reference) for part in islice(parts, _MOST_ITEMS)]}
    return {"kind": "reference", "value": reference(value)}


def _items(value: Any) -> tuple[str, Iterable[Any]] | None:
    kind: str = type(value).__name__
    bases: list[str] = [base for base in ("list", "tuple", "set", "frozenset", "dict") if _is(value, base)]
    if bases == ["dict"]:
        return "dict", map(list, value.items())
    if bases or kind in _FROM_ITEMS:
        return (bases or [kind])[0], value
    return ("iterator", value) if hasattr(cast("object", type(value)), "__next__") else None


def _is(value: Any, kind: str) -> bool:
    return isinstance(value, getattr(builtins, kind))


def from_json(value: Any, resolve: Callable[[int], Any]) -> Any:
    """Make a value of what `to_json` made of it.

    Args:
        value: Comes out of `json.loads`; may be anything that JSON can hold.
        resolve: Gives what a reference's number stands for.

    Raises:
        ValueError: When `to_json` cannot have made this; AttributeError, LookupError and TypeError mean
            the same.
    """
    exact = type(cast("object", value))
    if exact is list:
        return [from_json(item, resolve) for item in value]
    if exact is not dict:
        return value
    kind, inner = value["kind"], value["value"]
    if kind in _FROM_ITEMS:
        return _FROM_ITEMS[kind]([from_json(item, resolve) for item in inner])
    if kind == "reference":
        return resolve(int(inner))
    if kind == "type":
        found = getattr(builtins, inner)
        if not isinstance(found, type):
            raise ValueError(inner)
        return found
    return _FROM_PLAIN[kind](inner)
