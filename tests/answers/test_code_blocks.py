"""Code is read out of every shape of answer, and out of none that holds none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmbench_inspect.answers import CodeBlock, code_blocks

COMPONENT = """<script setup lang="ts">
const a: Array<string> = []
</script>

<template>
  <p>{{ a }}</p>
</template>
"""


@pytest.mark.parametrize(
    "answer",
    [
        f"```vue src/A.vue\n{COMPONENT}```",
        f"Sure!\n\n```vue src/A.vue\n{COMPONENT}```\nDone.",
        f"```vue:src/A.vue\n{COMPONENT}```",
        f'```vue title="src/A.vue"\n{COMPONENT}```',
        f"```src/A.vue\n{COMPONENT}```",
        f"**src/A.vue**\n```vue\n{COMPONENT}```",
        f"### `src/A.vue`\n\n```vue\n{COMPONENT}```",
        f"File: src/A.vue\n~~~~html\n{COMPONENT}~~~~",
        f"1. `src/A.vue`:\n\n```vue\n{COMPONENT}```",
        f"```vue\n<!-- src/A.vue -->\n{COMPONENT}```",
        f"```vue src/A.vue\n{COMPONENT}",
        f"```vue src/A.vue\r\n{COMPONENT.replace(chr(10), chr(13) + chr(10))}```",
        f"<think>\n```vue src/B.vue\nno\n```\n</think>\n```vue src/A.vue\n{COMPONENT}```",
    ],
)
def test_a_named_file(answer: str) -> None:
    assert [(block.path, block.text) for block in code_blocks(answer)] == [("src/A.vue", COMPONENT)]


@pytest.mark.parametrize(
    "answer", [COMPONENT, f"Here it is:\n\n{COMPONENT}\nI hope this helps!", f"```\n{COMPONENT}```"]
)
def test_a_component_without_a_name(answer: str) -> None:
    assert [(block.path, block.text) for block in code_blocks(answer)] == [(None, COMPONENT)]


def test_several_files_in_order() -> None:
    answer = (
        "```ts src/a.ts\nexport {}\n```\n\nand\n\n```ts\n// src/b.ts\nexport {}\n```\n```delete src/c.ts\n```"
    )
    assert [(block.language, block.path) for block in code_blocks(answer)] == [
        ("ts", "src/a.ts"),
        ("ts", "src/b.ts"),
        ("delete", "src/c.ts"),
    ]


def test_a_bare_script() -> None:
    assert code_blocks("export const a = 1") == [CodeBlock("export const a = 1\n", "", None)]


@pytest.mark.parametrize(
    "answer", ["", "I cannot do that.", "```vue\n```", "Use `ref` and <script> here.", "\0" * 10]
)
def test_no_code(answer: str) -> None:
    assert code_blocks(answer) == []


@pytest.mark.parametrize(
    "piece", ["`", "<think>", "<script\n", "> ", "```\n", "a.b/", "\n", "[(", "</script> ", "- "]
)
def test_five_megabytes_are_read_within_bounds(piece: str) -> None:
    blocks = code_blocks(piece * (5_000_000 // len(piece)))
    assert sum(len(block.text) for block in blocks) <= 1_000_000


@given(st.text())
def test_any_text_is_read_without_error(answer: str) -> None:
    for block in code_blocks(answer):
        assert block.text


@given(
    st.text(
        alphabet=st.characters(exclude_characters="`\r", exclude_categories=["Cc", "Cs", "Zl", "Zp"]),
        min_size=1,
    )
)
def test_what_is_fenced_comes_back(line: str) -> None:
    assert [block.text for block in code_blocks(f"```ts src/a.ts\n{line}\n```") if line.strip()] == (
        [f"{line}\n"] if line.strip() else []
    )
