"""The code in a model's answer: fenced blocks with the file each belongs to, or bare code."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from markdown_it import MarkdownIt

from llmbench_inspect.answers.reasoning import without_reasoning

MAX_ANSWER_CHARACTERS: Final = 500_000

_PATH: Final = r"(?P<path>(?:[\w@.\-\[\]]+/)*[\w@.\-\[\]]+\.[A-Za-z0-9]{1,5})"
_INFO_PATH: Final = re.compile(rf"(?:^|[\s:=\"'{{(]){_PATH}(?=[\s\"'}})]|$)")
# A line that is about one file: a heading, a bold or quoted path, "File: path", "path:".
_LINE_PATH: Final = re.compile(
    rf"^[\s>#*\-\d.)]*(?:\w+(?: \w+)?:\s*)?[`*_\"']*{_PATH}[`*_\"']*\s*(?:\([^)]*\))?\s*:?[*_`]*\s*$"
)
_COMMENT_PATH: Final = re.compile(
    rf"^\s*(?://|/\*+|<!--|#)\s*(?:file(?:name)?:\s*)?{_PATH}\s*(?:\*/|-->)?\s*$", re.IGNORECASE
)
_COMPONENT_START: Final = re.compile(r"^[ \t]*<(?:script|template)\b", re.MULTILINE)
_COMPONENT_END: Final = re.compile(r"</(?:script|template|style)>[ \t]*$", re.MULTILINE)
_SCRIPT_START: Final = re.compile(r"(?:import|export|const|let|type|interface|function|enum|//|/\*)[\s\w{*]")
# Fences are blocks: what stands inside of paragraphs need not be parsed.
_FENCES: Final = MarkdownIt("commonmark", {"maxNesting": 20})
_FENCES.core.ruler.enableOnly(["normalize", "block"])


@dataclass(frozen=True)
class CodeBlock:
    """A piece of code from an answer."""

    text: str
    """The code, ending in a newline."""
    language: str
    """The language its fence names, in lower case; empty where none is named."""
    path: str | None
    """The file that the answer says it belongs to."""


def code_blocks(answer: str) -> list[CodeBlock]:
    """Read the code out of an answer, in order.

    Reasoning in think tags is left out. Fences are read as CommonMark has them
    (https://spec.commonmark.org/0.31.2/#fenced-code-blocks), so one that is never closed runs to the
    end. A block's file is looked for in its info string, then in the line above it, then in a comment
    on its first line. An answer without any fence is code as a whole where it looks like a Vue
    component or begins like a script.

    Args:
        answer: What the model wrote; all beyond `MAX_ANSWER_CHARACTERS` is not read.

    Returns:
        The blocks that hold anything, and the empty ones in the language `delete`, which name a file to
        delete.
    """
    text = without_reasoning(answer[:MAX_ANSWER_CHARACTERS].replace("\r\n", "\n"))
    lines = text.split("\n")
    blocks = [
        _block(token.info.strip(), token.content, lines, token.map[0])
        for token in _FENCES.parse(text)
        if token.type == "fence" and token.map is not None
    ]
    blocks = [block for block in blocks if block.text.strip() or block.language == "delete"]
    return blocks or _bare(text)


def _block(info: str, content: str, lines: list[str], fence_line: int) -> CodeBlock:
    first_line, _, rest = content.partition("\n")
    language = re.split(r"[\s:{]", info, maxsplit=1)[0].lower()
    if in_info := _INFO_PATH.search(info):
        alone = in_info["path"] == info
        return CodeBlock(content, "" if alone else language, in_info["path"])
    above = next((line for line in reversed(lines[max(0, fence_line - 2) : fence_line]) if line.strip()), "")
    if in_line := _LINE_PATH.match(above):
        return CodeBlock(content, language, in_line["path"])
    if in_comment := _COMMENT_PATH.match(first_line):
        return CodeBlock(rest, language, in_comment["path"])
    return CodeBlock(content, language, None)


def _bare(text: str) -> list[CodeBlock]:
    start = _COMPONENT_START.search(text)
    ends = [end.end() for end in _COMPONENT_END.finditer(text)]
    if start and ends and ends[-1] > start.start():
        return [CodeBlock(text[start.start() : ends[-1]].strip("\n") + "\n", "vue", None)]
    if _SCRIPT_START.match(text.strip()):
        return [CodeBlock(text.strip() + "\n", "", None)]
    return []
