"""A judgement as GitHub's workflow commands, which show beside a pull request's changes."""

from __future__ import annotations

from llmbench_inspect.results.gate.judgement import Judgement
from llmbench_inspect.results.gate.sentences import message, summary, title


def github(judgement: Judgement) -> str:
    """Print an annotation for all that did not pass, and a notice with the verdict.

    Args:
        judgement: The verdicts.

    Returns:
        A line each, ending with a line break.
    """
    lines = [_command("error", "llmbench gate", line) for line in judgement.unfinished]
    for one in judgement.judged:
        if one.verdict == "PASS":
            continue
        kind = "error" if one.verdict == "FAIL" and one.severity != "advisory" else "warning"
        lines.append(_command(kind, title(one), message(one)))
    lines.append(_command("notice", "llmbench gate", summary(judgement)))
    return "\n".join(lines) + "\n"


def _command(kind: str, heading: str, text: str) -> str:
    # Escapes of GitHub's toolkit, packages/core/src/command.ts.
    told = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    named = heading.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return f"::{kind} title={named.replace(':', '%3A').replace(',', '%2C')}::{told}"
