"""Reading a model's answer."""

from llmbench_inspect.answers.code_blocks import MAX_ANSWER_CHARACTERS, CodeBlock, code_blocks

__all__ = ["MAX_ANSWER_CHARACTERS", "CodeBlock", "code_blocks"]
