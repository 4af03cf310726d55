"""Reasoning that goes in circles: how much of a text's end says again what it said before."""

from __future__ import annotations

from typing import Final

WORDS: Final = 8
"""Words of a sequence that is looked for again."""
WINDOW: Final = 1000
"""Words at the end of the text that are looked at: a loop, once begun, goes on until the limit."""
LOOP: Final = 0.3
"""Share from which reasoning counts as a loop; docs/telemetry.md says what was measured."""


def repeated_share(text: str) -> float:
    """Share of the sequences of 8 words, among the last 1000 words, that stand there a second time or more.

    Returns:
        From 0 to 1; 0 for a text of fewer than 100 words, where a repetition says little.
    """
    words = text[-20 * WINDOW :].split()[-WINDOW:]
    sequences = [tuple(words[start : start + WORDS]) for start in range(len(words) - WORDS + 1)]
    if len(words) < WINDOW // 10:
        return 0.0
    return 1 - len(set(sequences)) / len(sequences)
