"""A judgement as Markdown, for the comment of a pull request or a job's summary."""

from __future__ import annotations

from typing import Final

from llmbench_inspect.results.gate.judgement import Judgement
from llmbench_inspect.results.gate.sentences import evidence, found, legend, limit, summary
from llmbench_inspect.results.untrusted import escape_markdown

_SIGNS: Final = {"PASS": "✅", "FAIL": "❌", "INCONCLUSIVE": "❔"}
_HEAD: Final = ("verdict", "severity", "suite", "model", "metric", "found", "limit", "evidence")


def markdown(judgement: Judgement) -> str:
    """Print a judgement as Markdown.

    Args:
        judgement: The verdicts.

    Returns:
        The text, ending with a line break.
    """
    rows = [_HEAD, (":--",) * len(_HEAD)]
    for one in judgement.judged:
        cells = (one.severity, one.suite, one.arm, one.metric, found(one), limit(one), evidence(one))
        rows.append((f"{_SIGNS[one.verdict]} {one.verdict}", *map(escape_markdown, cells)))
    parts = [f"## {_SIGNS[judgement.verdict]} {escape_markdown(summary(judgement))}"]
    if judgement.unfinished:
        parts.append("\n".join(f"- ❌ {escape_markdown(line)}" for line in judgement.unfinished))
    parts.append("\n".join(f"| {' | '.join(row)} |" for row in rows))
    parts.append(escape_markdown(legend(judgement)))
    return "\n\n".join(parts) + "\n"
