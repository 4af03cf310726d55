"""A judgement as JSON, for programs."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any, Final

from llmbench_inspect.results.gate.judgement import EXIT_CODES, Judgement

SCHEMA: Final = 1
"""Version of what the entries are and mean."""


def json_text(judgement: Judgement) -> str:
    """Print a judgement as JSON.

    Args:
        judgement: The verdicts.

    Returns:
        The text, in ASCII, ending with a line break.
    """
    told: dict[str, Any] = {"schema": SCHEMA, "exit_code": EXIT_CODES[judgement.verdict]} | asdict(judgement)
    for entry in told["judged"]:
        if (allowed := entry["allowed"]) is not None:
            entry["allowed"] = allowed._asdict()
    return json.dumps(told, indent=2) + "\n"
