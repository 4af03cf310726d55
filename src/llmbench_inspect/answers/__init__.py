"""Reading a model's answer."""

from llmbench_inspect.answers.code_blocks import MAX_ANSWER_CHARACTERS, CodeBlock, code_blocks
from llmbench_inspect.answers.cut_off import was_cut_off
from llmbench_inspect.answers.letters import final_letter
from llmbench_inspect.answers.numbers import final_number
from llmbench_inspect.answers.reasoning import split_reasoning

__all__ = [
    "MAX_ANSWER_CHARACTERS",
    "CodeBlock",
    "code_blocks",
    "final_letter",
    "final_number",
    "split_reasoning",
    "was_cut_off",
]
