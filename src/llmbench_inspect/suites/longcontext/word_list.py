"""Lists of words as people write them."""

from __future__ import annotations


def words(text: str) -> tuple[str, ...]:
    """What stands between spaces."""
    return tuple(text.split())


def phrases(text: str) -> tuple[str, ...]:
    """What stands between commas."""
    return tuple(" ".join(phrase.split()) for phrase in text.split(","))
