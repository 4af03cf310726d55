"""One number is read in every writing, and none is made up where an answer has none or several."""

import time
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmbench_inspect.answers import final_number


@pytest.mark.parametrize(
    "answer",
    [
        "18",
        "18.",
        "18.00",
        "$18",
        "\\$18",
        "$ 18",
        "€18",
        "18%",
        "18\\%",
        "18 eggs",
        "x=18",
        "x = 18",
        "$x = 18$",
        "\\(18\\)",
        "\\[ 18 \\]",
        "$$18$$",
        "\\boxed{18}",
        "$\\boxed{\\$18}$",
        "\\boxed{18\\text{ dollars}}",
        "\\boxed{\\text{18 dollars}}",
        "\\boxed{x = 18}",
        "**18**",
        "`18`",
        "18:00",
        "36/2",
        "\\frac{36}{2}",
        "17 1/1",
        "1.8e1",
        "1.8 \\times 10^1",
        "1.8 × 10^{1}",  # noqa: RUF001 - as models write it
        "ANSWER: 18",
        "answer: 18",
        "**ANSWER:** $18",
        "**Answer**: 18 dollars",
        "ANSWER: 18 (that is 9 * 2)",
        "ANSWER: 9 * 2 = 18",
        "ANSWER: 18 = 9 * 2",
        "ANSWER:\n\n18",
        "ANSWER:\n\\[\n18\n\\]",
        "ANSWER: \\boxed{18}",
        "The answer is 18.",
        "The final answer is: $18 per day for the 3 of them",
        "#### 18",
        "So 16 - 3 = 13\n#### 18",
        "She sells 9 eggs at $2.\nShe makes 9 * 2 = $18 every day.",
        "ANSWER: 17\nWait, no.\nANSWER: 18",
        "ANSWER: 18\n#### Step 2 is done",
        "\\boxed{17} is wrong, so \\boxed{18}",
        "<think>ANSWER: 4</think>18",
        "The answer is clear: eighteen, or in digits 18",
    ],
)
def test_eighteen(answer: str) -> None:
    assert final_number(answer) == 18


@pytest.mark.parametrize(
    ("answer", "number"),
    [
        ("1,450,000", 1_450_000),
        ("1{,}450{,}000", 1_450_000),
        ("1\\,450\\,000", 1_450_000),
        ("1\u202f450\u202f000", 1_450_000),
        ("$1,234.50", Fraction("1234.5")),
        ("12345", 12345),
        ("-5", -5),
        ("\u22125", -5),
        ("-$5", -5),
        ("$-5", -5),
        ("x=-5", -5),
        ("(-5)", -5),
        ("- 5", 5),
        ("10-5", 5),
        ("Use COVID-19 data: 7", 7),
        (".5", Fraction(1, 2)),
        ("1/3", Fraction(1, 3)),
        ("-\\frac{1}{2}", Fraction(-1, 2)),
        ("ANSWER: 0", 0),
        ("1e-2", Fraction(1, 100)),
    ],
)
def test_other_numbers(answer: str, number: Fraction | int) -> None:
    assert final_number(answer) == number


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "I do not know.",
        "ANSWER: none",
        "ANSWER: 18 or 20",
        "ANSWER: 18, 20",
        "ANSWER: 18-20",
        "ANSWER: 18 and 20",
        "ANSWER: 9 * 2",
        "\\boxed{9 \\times 2}",
        "\\boxed{18, 20}",
        "ANSWER: 18/0",
        "1" * 101,
    ],
)
def test_no_number(answer: str) -> None:
    assert final_number(answer) is None


@given(
    st.integers(-(10**12), 10**12),
    st.sampled_from(
        ["{}", "{:,}", "{}.00", "${}", "{}%", "x = {}", "\\boxed{{{}}}", "\\({}\\)", "ANSWER: **{}**"]
    ),
    st.sampled_from(["", "First 3 + 4 = 7. ", "It is 12/4, or 5%.\n\n"]),
)
def test_any_number_in_any_writing(number: int, writing: str, before: str) -> None:
    assert final_number(before + writing.format(number)) == number


@given(st.text(alphabet="0123456789-+*/.,=$%{}()\\#\n boxedfracanswer:is"))
def test_nothing_breaks_it(answer: str) -> None:
    assert isinstance(final_number(answer), Fraction | None)


@pytest.mark.parametrize(
    "piece", ["\n", "answer:", "111,", "1 ", "boxed{", "answer is ", "- ", "1/", "\\frac{1", "9", "= "]
)
def test_long_answers_take_no_time(piece: str) -> None:
    started = time.process_time()
    final_number(piece * 100_000)
    assert time.process_time() - started < 2
