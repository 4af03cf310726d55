"""A policy is checked as a whole; what is wrong with it is told by file, rule, key and nearest known."""

from __future__ import annotations

from pathlib import Path

import pytest

from llmbench_inspect.results.gate import PolicyError, read_policy

RULE = '[[rule]]\nsuite = "quiz"\nmetric = "score"\nthreshold = 0.5\n'


def test_a_policy_is_read(tmp_path: Path) -> None:
    file = tmp_path / "gate.toml"
    file.write_text(
        RULE
        + '[[rule]]\nmetric = "ttft.p95"\nallowed_drop = "10%"\nseverity = "supporting"\n'
        + '[[rule]]\nmetric = "cost"\nallowed_drop = 0.5\nseverity = "advisory"\nminimum_n = 5\n'
        + '[[rule]]\nmetric = "messages"\ndirection = "lower"\nthreshold = 10\n'
    )
    policy = read_policy(file)
    assert policy.confidence == 0.95
    assert [rule.allowed_drop for rule in policy.rule] == [None, (0.1, True), (0.5, False), None]
    assert [rule.better() for rule in policy.rule] == ["higher", "lower", "lower", "lower"]
    assert [(rule.severity, rule.minimum_n) for rule in policy.rule][2] == ("advisory", 5)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("rule = [", "no TOML: "),
        ("", 'key "rule": is missing; each rule is a table [[rule]]'),
        ("rule = []", 'key "rule": Tuple should have at least 1 item'),
        ("rule = [1]", "rule 1: "),
        (
            RULE + "treshold = 1",
            'rule 1 (quiz score): unknown key "treshold"; the nearest known is "threshold"',
        ),
        ("confidense = 0.9\n" + RULE, 'unknown key "confidense"; the nearest known is "confidence"'),
        ("confidence = 1.0\n" + RULE, 'key "confidence": Input should be less than 1'),
        (
            RULE.replace("score", "tttf.p95"),
            'rule 1 (quiz tttf.p95): key "metric": "tttf.p95" is no metric; the nearest known is "ttft.p95"',
        ),
        (RULE.replace("score", "epoch"), '"epoch" is no metric; the nearest known is'),
        (RULE + "allowed_drop = 0.1", 'one of "threshold" and "allowed_drop" is needed, and not both'),
        (RULE.replace("threshold = 0.5", ""), 'one of "threshold" and "allowed_drop" is needed'),
        (RULE.replace("score", "messages"), 'key "direction" is needed for "messages"'),
        (
            RULE + 'severity = "vital"',
            "key \"severity\": Input should be 'critical', 'supporting' or 'advisory'",
        ),
        (
            RULE.replace("threshold = 0.5", "threshold = nan"),
            'key "threshold": Input should be a finite number',
        ),
        (
            RULE.replace("threshold = 0.5", 'threshold = "0.5"'),
            'key "threshold": Input should be a valid number',
        ),
        (
            RULE.replace("threshold = 0.5", "allowed_drop = -1"),
            'key "allowed_drop": a number in the unit of the metric, or a share of the baseline such as "5%"',
        ),
        (RULE + "minimum_n = 0", 'key "minimum_n": Input should be greater than or equal to 1'),
        (RULE + "largest_left_out = 5", 'key "largest_left_out": Input should be less than or equal to 1'),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, told: str) -> None:
    file = tmp_path / "gate.toml"
    file.write_text(text)
    with pytest.raises(PolicyError) as error:
        read_policy(file)
    assert f"{file}: " in str(error.value)
    assert told in str(error.value)


def test_every_fault_is_named_at_once(tmp_path: Path) -> None:
    file = tmp_path / "gate.toml"
    file.write_text(RULE + "treshold = 1\n" + RULE + "suit = 1\n")
    with pytest.raises(PolicyError) as error:
        read_policy(file)
    assert len(str(error.value).splitlines()) == 2


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match=r"none\.toml: No such file"):
        read_policy(tmp_path / "none.toml")
