"""What a gate found, in words; every renderer prints the same."""

from __future__ import annotations

from collections import Counter

from llmbench_inspect.results.compare.wording import amount, bounds, change, count, size

from .judgement import Judged, Judgement


def summary(judgement: Judgement) -> str:
    """The verdict, and how many rules had which."""
    counts = Counter(one.verdict for one in judgement.judged)
    told = [f"{counts[verdict]} {verdict}" for verdict in ("PASS", "FAIL", "INCONCLUSIVE") if counts[verdict]]
    if judgement.unfinished:
        told.append(f"{len(judgement.unfinished)} unfinished")
    return f"{judgement.verdict}: {', '.join(told)}"


def title(one: Judged) -> str:
    """Which rule, on what."""
    return f"{one.suite} {one.metric} ({one.arm})"


def found(one: Judged) -> str:
    """The figure with its interval."""
    if one.figure is None:
        return "—"
    told = amount(one.figure, one.unit)
    if one.baseline is not None:
        told += f", {change(one.figure - one.baseline, one.unit)}"
    return f"{told} {bounds(one.interval, one.unit)}".rstrip()


def limit(one: Judged) -> str:
    """What the rule asks for."""
    if one.threshold is not None:
        return f"at {'most' if one.lower_is_better else 'least'} {amount(one.threshold, one.unit)}"
    if one.allowed is None:
        return "—"
    most = f"{100 * one.allowed.amount:g}%" if one.allowed.relative else size(one.allowed.amount, one.unit)
    return f"{'rise' if one.lower_is_better else 'drop'} of at most {most}"


def evidence(one: Judged) -> str:
    """How many samples there were, why they do not decide, and how many would."""
    told = [f"n = {one.samples}"]
    if one.left_out > 0:
        told.append(f"{one.left_out:.1%} left out")
    if one.why:
        told.append(one.why)
    if one.verdict == "INCONCLUSIVE":
        if one.more is not None:
            told.append(f"about {count(one.more, 'more sample')} would do")
        elif not one.why:
            told.append("how many more samples would do cannot be told")
    return "; ".join(told)


def message(one: Judged) -> str:
    """All of it in one line."""
    return f"{one.verdict}: {found(one)}, {limit(one)}; {evidence(one)}"


def legend(judgement: Judgement) -> str:
    """What the verdicts mean."""
    return (
        f"PASS: the whole {100 * judgement.confidence:.4g}% interval is within the limit. FAIL: all of it is "
        "beyond, and of a wider one where several rules could fail by chance. With a baseline it is the "
        "interval of the difference."
    )
