"""Findings in a terminal."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from rich.console import Console
from rich.text import Text

from llmbench_inspect.doctor.examination import Finding

_SIGNS: Final = {
    "ok": ("✓", "green"),
    "doubt": ("!", "yellow"),
    "failed": ("✗", "red"),
    "skipped": ("-", "dim"),
}


def print_findings(findings: Iterable[Finding], console: Console) -> list[Finding]:
    """Print findings as they come.

    Args:
        findings: Area by area.
        console: Where to.

    Returns:
        All of them.
    """
    printed: list[Finding] = []
    for finding in findings:
        if not printed or printed[-1].check.area != finding.check.area:
            console.print(Text(finding.check.area, style="bold"))
        sign, style = _SIGNS[finding.outcome]
        if finding.outcome == "failed" and not finding.needed:
            sign, style = "-", "dim"  # it fails, and nobody asked for it
        console.print(Text(f"  {sign} ", style=style).append(f"{finding.check.code}", style="bold"), end="  ")
        first, *rest = finding.told.split("\n")
        console.print(Text(first, style=style if sign != "✓" else ""), soft_wrap=True)
        for line in rest:
            console.print(Text(f"      {line}", style=style), soft_wrap=True)
        printed.append(finding)
    console.print()
    console.print(Text(summary(printed), style="bold"), soft_wrap=True)
    return printed


def summary(findings: list[Finding]) -> str:
    """What they amount to, in one line."""
    stopping = [finding.check.code for finding in findings if finding.stops]
    doubts = [finding.check.code for finding in findings if finding.outcome == "doubt"]
    parts = [f"A run would stop: {', '.join(stopping)}." if stopping else "Nothing stops a run."]
    if doubts:
        parts.append(f"Figures may suffer: {', '.join(doubts)}.")
    return " ".join([*parts, "docs/troubleshooting.md has each."] if stopping or doubts else parts)
