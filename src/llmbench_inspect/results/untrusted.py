"""Text out of a log, made safe to print: a model or a stranger may have written it."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

# Characters that mean something to Markdown or HTML, where they do: "]" only where a link could follow, for
# the sake of the many intervals; "_" only at the edge of a word; ":" and "." only where they make a link of
# an address; "-", "+" and a digit only where they begin a list.
_MEANING: Final = re.compile(
    r"[&<>@\\|`*~#$]|\](?=[(\[:])|(?<![^\W_])_|_(?![^\W_])|:(?=//)|(?<=\b[wW]{3})\."
    r"|^[-+](?=\s|$)|^\d(?=\d*[.)](?:\s|$))"
)
_COMMAND: Final = re.compile(r":(?=:)|#(?=#\[)")


def printable(text: str, *, limit: int = 80) -> str:
    """One line of text without anything a terminal, a page or a CI system could act on.

    Args:
        text: Any text.
        limit: Most characters to keep.

    Returns:
        The text on one line, with control, formatting and direction characters and lone surrogates gone,
        cut with an ellipsis where it is longer than `limit`. "::" and "##[", with which a line of output is a
        command to GitHub's runners, have a space within.
    """
    # The slice keeps a text of many megabytes as cheap as a line, and spares room for what is dropped.
    words = "".join(" " if char.isspace() else char for char in text[: limit * 50] if _shown(char)).split()
    line = _COMMAND.sub(r"\g<0> ", " ".join(words))
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def _shown(char: str) -> bool:
    return char.isspace() or unicodedata.category(char)[0] != "C"


def escape_markdown(text: str) -> str:
    """Text that Markdown shows as it is: no markup, no HTML, no link, no table of its own.

    Args:
        text: One line of text.

    Returns:
        The text with whatever means something to Markdown written as an entity, which unlike a backslash all
        parsers read alike inside a table.
    """
    return _MEANING.sub(lambda match: f"&#{ord(match[0])};", text)
