"""What a careful program takes off an answer before it reads it: reasoning, a code fence, words around."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

from llmbench_inspect.answers.constraints.json_text import json_prefix
from llmbench_inspect.answers.reasoning import split_reasoning

_FENCE_LINE: Final = re.compile(r"^[ ]{0,3}(?:```|~~~)", re.MULTILINE)
_BLOCK: Final = re.compile(
    r"^[ ]{0,3}(?P<fence>`{3,20}|~{3,20})[^\n`]*\n(?P<code>.*?)(?:^[ ]{0,3}(?P=fence)[`~]{0,20}[ \t]*$|\Z)",
    re.MULTILINE | re.DOTALL,
)
_ONE_LINE: Final = re.compile(r"```[\w-]{0,20}[ \t]*(?P<code>[^`\n]+)```")
_OPENING: Final = re.compile(
    r"(?i:sure|certainly|of course|absolutely|okay|ok|great)\b[^\n:.!?]{0,80}[.!,]\s+"
    r"|(?i:(?:the |my |final |correct )+(?:answer|output|result|response|command|list|summary)(?: is)?"
    r"|answer|output):\s*"
    r"|(?=\S+ )[A-Z][^\n{\[]{0,300}:[ \t]*\n\s*"
)
_CLOSING: Final = re.compile(
    r"\n[ \t]*\n[ \t]*(?:note:|(?:let me know|i hope|hope this|feel free|please (?:let|note)"
    r"|note that|explanation|this (?:is|will|command|list|query|json|yaml|csv|answer)"
    r"|if you|you can|would you)\b).*\Z",
    re.IGNORECASE | re.DOTALL,
)
_PAIRS: Final = (("**", "**"), ("__", "__"), ("`", "`"), ('"', '"'), ("'", "'"), ("“", "”"))
_TRIES: Final = 20


@dataclass(frozen=True)
class Repair:
    """An answer after the rules of repair."""

    text: str
    """What is left."""
    removed: tuple[Literal["fence", "prose"], ...]
    """What was taken off, apart from reasoning."""


def repaired(answer: str) -> str:
    """Take off an answer what a careful program would, by rules that know nothing of what was asked for.

    1. Reasoning: think tags and what is in them; what stands before a closing tag alone, and after an
       opening tag alone.
    2. A code fence: the content of the first one that holds anything, and nothing else of the answer.
    3. Without a fence, JSON: the first object, or the first list that begins a line, and nothing else.
    4. Without either, words: an opening (`Sure!`, `The answer is:`, a first line that ends in a colon) and
       a last part that begins with such words as `Let me know` or `Note that`.
    5. Marks around the whole of what is left, where that is one line: `**`, `__`, backticks, quotes.

    Args:
        answer: What the model wrote.
    """
    return repair(split_reasoning(answer).answer.strip()).text


def repair(text: str) -> Repair:
    """As `repaired`, of a text without reasoning, telling what was taken off."""
    removed: list[Literal["fence", "prose"]] = []
    if (block := _first_block(text)) is not None:
        start, end, code = block
        removed.append("fence")
        if text[:start].strip() or text[end:].strip():
            removed.append("prose")
        return Repair(code.strip(), tuple(removed))
    if (found := _json(text)) is not None:
        left = found
        if left != text:
            removed.append("prose")
        return Repair(left, tuple(removed))
    left = text
    for _ in range(3):
        if not (opening := _OPENING.match(left)) or opening.end() == len(left):
            break
        left = left[opening.end() :]
    if (closing := _CLOSING.search(left)) and closing.start() > 0:
        left = left[: closing.start()]
    left = left.strip()
    if left != text:
        removed.append("prose")
    bare = _without_marks(left)
    if bare != left:
        removed.insert(0, "fence")
    return Repair(bare, tuple(removed))


def has_fence(text: str) -> bool:
    """Whether a line of a text begins a code fence."""
    return _FENCE_LINE.search(text) is not None


def _first_block(text: str) -> tuple[int, int, str] | None:
    for block in _BLOCK.finditer(text):
        if block["code"].strip():
            return block.start(), block.end(), block["code"]
    line = _ONE_LINE.search(text)
    return None if line is None else (line.start(), line.end(), line["code"])


def _json(text: str) -> str | None:
    starts = re.finditer(r"\{|^[ \t]*\[", text, re.MULTILINE)
    for _, start in zip(range(_TRIES), starts, strict=False):
        at = start.end() - 1
        if (end := json_prefix(text, at)) is not None:
            return text[at:end]
        if at == 0:  # broken JSON, whose parts are not the answer
            return None
    return None


def _without_marks(text: str) -> str:
    for _ in range(3):
        for opening, closing in _PAIRS:
            within = text[len(opening) : -len(closing)]
            if (
                text.startswith(opening)
                and text.endswith(closing)
                and within.strip()
                and "\n" not in within
                and opening not in within
                and closing not in within
            ):
                text = within.strip()
                break
    return text
