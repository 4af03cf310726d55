"""What an answer gives: the keys, names or cities in it, and whether they are the right ones."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from llmbench_inspect.answers.reasoning import split_reasoning

MAX_READ: Final = 20_000
"""Characters that are read, from an answer's end."""


def given(answer: str, candidate: str) -> list[str]:
    """All that might be meant as an answer, in its order, each where it stands last."""
    text = split_reasoning(answer).answer[-MAX_READ:]
    found = [match[0] for match in re.finditer(candidate, text, re.IGNORECASE)]
    return list(reversed(dict.fromkeys(reversed(found))))


def is_right(found: Sequence[str], target: Sequence[str]) -> bool:
    """Whether an answer settles on the target.

    Where one thing is asked for, the last that is given counts; where several are, all that are given,
    in their order.
    """
    settled = found[-1:] if len(target) == 1 else found
    return [one.casefold() for one in settled] == [one.casefold() for one in target]
