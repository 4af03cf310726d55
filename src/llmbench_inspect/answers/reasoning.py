"""What a model says after it has thought: its answer without the reasoning in think tags."""

from __future__ import annotations


def without_reasoning(text: str) -> str:
    """Leave out what stands between think tags; tags that are not closed stay."""
    for tag in ("think", "thinking", "reasoning"):
        before, opened, rest = text.partition(f"<{tag}>")
        thought, closed, answer = rest.rpartition(f"</{tag}>")
        if opened and closed and thought:
            text = before + answer
    return text
