"""A judgement as JUnit XML, which most CI systems show: a suite for each suite, a test case for each rule."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from llmbench_inspect.results.gate.judgement import Judged, Judgement
from llmbench_inspect.results.gate.sentences import limit, message, title


def junit(judgement: Judgement) -> str:
    """Print a judgement as JUnit XML.

    Args:
        judgement: The verdicts.

    Returns:
        The document. A rule that fails is a failure, a critical one that nothing decides an error; what is
        not held against the logs is skipped.
    """
    root = ET.Element("testsuites", name="llmbench gate")
    for suite in dict.fromkeys(one.suite for one in judgement.judged):
        mine = [one for one in judgement.judged if one.suite == suite]
        element = ET.SubElement(root, "testsuite", name=suite)
        kinds = [_case(one, element) for one in mine]
        _count(element, kinds)
    if judgement.unfinished:
        element = ET.SubElement(root, "testsuite", name="evals")
        for line in judgement.unfinished:
            case = ET.SubElement(element, "testcase", classname="evals", name=line)
            ET.SubElement(case, "failure", message=line)
        _count(element, ["failure"] * len(judgement.unfinished))
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=False) + "\n"


def _case(one: Judged, suite: ET.Element) -> str | None:
    # With the limit, because systems that show results take cases of one name for one.
    case = ET.SubElement(suite, "testcase", classname=one.suite, name=f"{title(one)}: {limit(one)}")
    properties = ET.SubElement(case, "properties")
    told = {
        "verdict": one.verdict,
        "severity": one.severity,
        "value": one.figure,
        "baseline": one.baseline,
        "interval_low": None if one.interval is None else one.interval.low,
        "interval_high": None if one.interval is None else one.interval.high,
        "threshold": one.threshold,
        "samples": one.samples,
        "left_out": one.left_out,
        "more_samples": one.more,
    }
    for name, value in told.items():
        if value is not None:
            ET.SubElement(properties, "property", name=name, value=str(value))
    if one.verdict == "PASS":
        return None
    held = one.severity == "critical" or (one.severity == "supporting" and one.verdict == "FAIL")
    kind = "skipped" if not held else "failure" if one.verdict == "FAIL" else "error"
    ET.SubElement(case, kind, message=message(one))
    return kind


def _count(suite: ET.Element, kinds: list[str | None]) -> None:
    suite.set("tests", str(len(kinds)))
    for name, kind in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(name, str(kinds.count(kind)))
