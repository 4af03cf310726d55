"""Which Python program an answer means, in whatever shape it was given.

Runs inside of the sandbox, because parsing what a model wrote may take any time and any memory.
"""

from __future__ import annotations

import re
import textwrap
from _ast import PyCF_ONLY_AST
from collections.abc import Iterator, Sequence
from typing import Any, cast

_ATTEMPTS = 40
# Compiled where they are used: every answer has a process of its own, and most need none of them.
_CODE_START = r"from [\w.]+ import |import \w|def \w+ *\(|async def |class \w|@\w|\w+(?: *, *\w+)* *=[^=]"
_IMPORT = r"(?:from [\w.]+ )?import "


def read_program(blocks: Sequence[str], text: str, *, header: str, entry_point: str) -> str | None:
    """Find the program in an answer.

    The last fenced block that defines the entry point is the program; other blocks lend it the
    definitions that it uses and lacks. Where no block does, a block or the text may be the body of the
    function that `header` begins; its imports may stand before it. Text without fences is looked through
    for the first stretch of lines that is a program.

    Args:
        blocks: The answer's fenced blocks, in order.
        text: The whole answer.
        header: Source that ends with the entry point's signature and docstring; empty where the prompt
            gave none, and then an answer cannot be a body alone.
        entry_point: The function that is asked for.

    Returns:
        The program, which may not compile, or `None` where there is no code.
    """
    for index in reversed(range(len(blocks))):
        source = _at_margin(blocks[index])
        if _defines(source, entry_point):
            others = [*blocks[:index], *blocks[index + 1 :]]
            return _lent(source, others) + source if others else source
    named = re.compile(rf"^[ \t]*def {re.escape(entry_point)}\b", re.MULTILINE)
    for block in blocks:
        if header and not named.search(block) and (program := _body(block, header, entry_point)):
            return program
    if blocks:
        return max(blocks, key=lambda block: (named.search(block) is not None, len(block)))
    if _defines(text, entry_point):
        return text
    return _unfenced(text, header, entry_point)


def _unfenced(text: str, header: str, entry_point: str) -> str | None:
    lines = text.split("\n")
    starts = [number for number, line in enumerate(lines) if re.match(_CODE_START, line)]
    for start in starts[:_ATTEMPTS]:
        program = _longest("\n".join(lines[start:]))
        if program is not None and _defines(program, entry_point):
            return program
    if header and not any(re.match(rf"def {re.escape(entry_point)}\b", lines[start]) for start in starts):
        indented = [number for number, line in enumerate(lines) if line.startswith((" ", "\t"))]
        imports = [number for number, line in enumerate(lines) if re.match(_IMPORT, line)]
        for start in dict.fromkeys([0, *imports[:1], *indented[:1]]):
            if program := _body("\n".join(lines[start:]), header, entry_point):
                return program
    return "\n".join(lines[starts[0] :]) if any("def " in lines[start] for start in starts) else None


def _body(source: str, header: str, entry_point: str) -> str | None:
    """The header with the source as its function's body, where that returns anything."""
    lines = source.expandtabs(4).strip("\n").split("\n")
    first = next((number for number, line in enumerate(lines) if line and not re.match(_IMPORT, line)), 0)
    imports, rest = "\n".join(lines[:first]).strip(), "\n".join(lines[first:]).strip("\n")
    start = f"{imports}\n{header.rstrip()}\n".lstrip("\n")
    bodies = [textwrap.indent(textwrap.dedent(rest), "    "), f"    {rest}"]
    # The body as it stands comes first, and only where it can be one: at the margin it would be a program.
    for body in [rest, *bodies] if rest.startswith(" ") else bodies:
        program = _longest(body, start=start)
        if program is not None and _returns(_parse(program), entry_point):
            return program
    return None


def _longest(source: str, *, start: str = "") -> str | None:
    """As many lines as can be parsed after `start`, cut only where a line is not indented."""
    lines = source.split("\n")
    before = start.count("\n")
    for _ in range(_ATTEMPTS):
        if not any(line.strip() for line in lines):
            return None
        program = start + "\n".join(lines) + "\n"
        wrong = _error_line(program)
        if wrong is None:
            return program
        at = min(wrong - before, len(lines)) - 1
        while at >= 0 and (not lines[at].strip() or lines[at][0] in " \t)]}"):
            at -= 1
        lines = lines[: max(at, 0)]
    return None


def _at_margin(source: str) -> str:
    return textwrap.dedent(source) if source[:1] in {" ", "\t"} else source


def _error_line(source: str) -> int | None:
    try:
        compile(source, "answer", "exec", PyCF_ONLY_AST, dont_inherit=True)
    except SyntaxError as error:
        return error.lineno or 1
    except (ValueError, RecursionError, MemoryError):
        return 1
    return None


def _parse(source: str) -> Any:
    try:
        return compile(source, "answer", "exec", PyCF_ONLY_AST, dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _bound(node: Any) -> list[str]:
    """The names that a statement at the top of a program binds."""
    kind = type(node).__name__
    if kind in {"FunctionDef", "AsyncFunctionDef", "ClassDef"}:
        return [node.name]
    if kind in {"Import", "ImportFrom"}:
        return [(alias.asname or alias.name).split(".")[0] for alias in node.names]
    targets = node.targets if kind == "Assign" else [node.target] if kind == "AnnAssign" else []
    return [target.id for target in targets if type(target).__name__ == "Name"]


def _defines(source: str, name: str) -> bool:
    """Whether a program binds a name at its top by more than an import."""
    # Most blocks that do not are told by a glance: parsing is what takes time here.
    if name not in source or (tree := _parse(source)) is None:
        return False
    own = [node for node in tree.body if type(node).__name__ not in {"Import", "ImportFrom"}]
    return any(name in _bound(node) for node in own)


def _returns(tree: Any, name: str) -> bool:
    functions = [node for node in tree.body if getattr(node, "name", None) == name]
    return bool(functions) and any(
        type(node).__name__ in {"Return", "Yield", "YieldFrom"} for node in _walk(functions[-1])
    )


def _walk(node: Any) -> Iterator[Any]:
    todo = [node]
    while todo:
        node = todo.pop()
        yield node
        for field in node._fields:
            value: Any = getattr(node, field, None)
            children = cast("list[Any]", value if isinstance(value, list) else [value])
            todo += [child for child in children if hasattr(child, "_fields")]


def _lent(source: str, others: Sequence[str]) -> str:
    """The definitions of other blocks that a program uses and does not have, as source."""
    tree = _parse(source)
    own = {name for node in tree.body for name in _bound(node)}
    needed = _loaded(tree) - own
    found: list[tuple[set[str], Any, str]] = []
    for other in others:
        text = _at_margin(other)
        parsed = _parse(text)
        statements: list[Any] = parsed.body if parsed else []
        found += [(set(_bound(node)), node, text) for node in statements]
    lent: list[int] = []
    grown = True
    while grown:
        grown = False
        for number, (names, node, _) in enumerate(found):
            if number not in lent and names & needed:
                lent.append(number)
                needed |= _loaded(node) - own
                grown = True
    pieces: list[str] = []
    for number in sorted(lent):
        _, node, text = found[number]
        first = min([node.lineno, *(decorator.lineno for decorator in getattr(node, "decorator_list", []))])
        pieces.append("\n".join(text.split("\n")[first - 1 : node.end_lineno]) + "\n\n")
    return "".join(pieces)


def _loaded(tree: Any) -> set[str]:
    return {node.id for node in _walk(tree) if type(node).__name__ == "Name"}
