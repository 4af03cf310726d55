"""What a model says after it has thought: its answer without the reasoning in think tags."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_TAG: Final = re.compile(
    r"<(?P<close>/?)(?:think|thinking|thought|reasoning)>|\[(?P<close_bracket>/?)THINK\]", re.IGNORECASE
)


def without_reasoning(text: str) -> str:
    """Leave out what stands between think tags; tags that are not closed stay."""
    for tag in ("think", "thinking", "reasoning"):
        before, opened, rest = text.partition(f"<{tag}>")
        thought, closed, answer = rest.rpartition(f"</{tag}>")
        if opened and closed and thought:
            text = before + answer
    return text


@dataclass(frozen=True)
class SplitAnswer:
    """An answer with its reasoning taken away."""

    answer: str
    """What is left."""
    leaked: bool
    """Whether a reader who knows think tags would still have met reasoning: a tag without its other half, or
    reasoning after the answer had begun."""


def split_reasoning(text: str) -> SplitAnswer:
    """Take away what stands in think tags, before a closing tag alone, and after an opening tag alone."""
    kept: list[str] = []
    leaked = thinking = False
    position = 0
    for tag in _TAG.finditer(text):
        if tag["close"] or tag["close_bracket"]:
            if not thinking:
                kept, leaked = [], True
            thinking, position = False, tag.end()
        elif not thinking:
            kept.append(text[position : tag.start()])
            leaked = leaked or any(map(str.strip, kept))
            thinking = True
    if not thinking:
        kept.append(text[position:])
    return SplitAnswer("".join(kept).strip(), leaked or thinking)
