"""A code base of the user's own: its chains of calls are read out of it, so that the answers are known."""

from __future__ import annotations

import ast
import hashlib
import random
from collections import Counter
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from pathlib import Path, PurePosixPath
from typing import Final, NamedTuple

from llmbench_inspect.named_path import path_from_shell
from llmbench_inspect.prerequisite import PrerequisiteError
from llmbench_inspect.suites.longcontext.material import NoRoomError, Question
from llmbench_inspect.suites.longcontext.tokens import estimate

MOST_CALLS: Final = 3
"""Of the longest chain that is asked about."""
MOST_BYTES: Final = 200_000
"""Larger files are left out."""

_LEFT_OUT: Final = {"node_modules", "site-packages", "__pycache__", "build", "dist", "venv"}
_FORM: Final = "[A-Za-z_][A-Za-z0-9_]*"


class _File(NamedTuple):
    """One file as it stands in a prompt."""

    path: str
    """From the root of the code base."""
    text: str
    tokens: int


class _Chain(NamedTuple):
    """Functions that call one another."""

    names: tuple[str, ...]
    files: tuple[str, ...]
    """Where each is defined."""


class RealCode:
    """Python files, and which function a chain of calls arrives at; see `Material`.

    A chain is made of functions of modules whose name is defined once in all files, and each but the last
    calls exactly one such function by its name, directly or as an attribute, and mentions no other.

    Args:
        named: The folder.
        seed: Chooses among the chains.

    Raises:
        PrerequisiteError: When it holds no Python, or no chain of two calls.
    """

    opening = "Below are files of a Python project. Read them: a question comes after the last."

    def __init__(self, named: str, *, seed: int) -> None:
        self._root = root = path_from_shell(named)
        self._files: dict[str, _File] = {}
        trees: dict[str, ast.Module] = {}
        for path in _python_files(root):
            try:
                text = path.read_text("utf-8")
                tree = ast.parse(text)
            except (OSError, ValueError, SyntaxError, RecursionError, MemoryError):
                continue  # what Python cannot read has no calls to follow
            name = path.relative_to(root).as_posix()
            shown = f"# file: {name}\n{text.rstrip()}\n"
            self._files[name] = _File(name, shown, estimate(shown))
            trees[name] = tree
        if not trees:
            raise PrerequisiteError(
                f"codebase: no Python file of at most {MOST_BYTES:,} bytes was found in {root}. Name a "
                "folder that holds some: -T codebase=PATH"
            )
        self._tokens = sum(file.tokens for file in self._files.values())
        self._chains = _chains(trees)
        random.Random(seed).shuffle(self._chains)  # noqa: S311
        # The longest first, and among these what fits into a short prompt too.
        self._chains.sort(key=lambda chain: (-len(chain.names), self._size(chain)))
        if not self._chains:
            raise PrerequisiteError(
                f"codebase: {len(trees)} files of {root} hold no chain of two calls from one function of a "
                "module to the next, each calling one alone. Name another folder: -T codebase=PATH"
            )

    @property
    def most(self) -> int | None:
        """Tokens of all files, by tiktoken."""
        return self._tokens

    def provenance(self) -> dict[str, object]:
        """Source, size and digest, for the metadata of a task."""
        digest = hashlib.sha256("\0".join(file.text for file in self._files.values()).encode()).hexdigest()
        return {
            "source": str(self._root),
            "files": len(self._files),
            "chains": len(self._chains),
            "tokens_by_tiktoken": self.most,
            "digest": digest,
        }

    def question(self, number: int) -> Question:
        """Ask where a chain ends; the same again once there are no more."""
        chain = self._chains[number % len(self._chains)]
        first, last, calls = chain.names[0], chain.names[-1], len(chain.names) - 1
        return Question(
            name=f"codebase-{number + 1}",
            ask=f"In these files the function `{first}` (in {chain.files[0]}) calls exactly one other "
            "function that is defined at the top level of a file, and so does each next one. Which function "
            f"is reached after {calls} such calls from `{first}`? Answer with its name alone and nothing "
            "else.",
            target=(last,),
            candidate=rf"\b(?:{'|'.join(chain.names)})\b",
            form=({"constraint": "regex", "pattern": _FORM},),
        )

    def text(self, number: int | None, *, depth: float, tokens: int, chance: random.Random) -> str:
        """Whole files in random order, but for the last that is taken, which is cut to fit."""
        chain = None if number is None else self._chains[number % len(self._chains)]
        needed = list(dict.fromkeys(chain.files if chain is not None else ()))
        left = tokens - sum(self._files[name].tokens for name in needed)
        if left < 0:
            raise NoRoomError
        order = [name for name in chance.sample(sorted(self._files), len(self._files)) if name not in needed]
        texts: list[str] = []
        for name in order:
            file = self._files[name]
            if file.tokens > left:
                texts.append(_cut(file, left))
                break
            texts.append(file.text)
            left -= file.tokens
        for name in needed[1:]:
            texts.insert(chance.randrange(len(texts) + 1), self._files[name].text)
        for name in needed[:1]:
            texts.insert(round(depth * len(texts)), self._files[name].text)
        return "\n".join(text for text in texts if text)

    def _size(self, chain: _Chain) -> int:
        return sum(self._files[name].tokens for name in set(chain.files))


def _cut(file: _File, tokens: int) -> str:
    """The first lines of a file, no more than these tokens."""
    share = tokens / file.tokens
    lines = file.text.splitlines()
    return "\n".join(lines[: int(share * len(lines) * 0.95)])


def _python_files(root: Path) -> Iterator[Path]:
    for path in sorted(root.rglob("*.py")):
        parts = path.relative_to(root).parts
        if any(part in _LEFT_OUT or part.startswith(".") for part in parts):
            continue
        if path.is_file() and path.stat().st_size <= MOST_BYTES:
            yield path


_Def = ast.FunctionDef | ast.AsyncFunctionDef


class _Home(NamedTuple):
    """Where a function is defined."""

    file: str
    node: _Def


def _chains(trees: Mapping[str, ast.Module]) -> list[_Chain]:
    """The chains of `MOST_CALLS` calls, and those of one less that go no further."""
    defined = Counter(
        node.name
        for tree in trees.values()
        for node in ast.walk(tree)
        if isinstance(node, _Def | ast.ClassDef)
    )
    homes = {
        node.name: _Home(file, node)
        for file, tree in trees.items()
        for node in tree.body
        if isinstance(node, _Def) and defined[node.name] == 1
    }
    functions = {node.name for tree in trees.values() for node in tree.body if isinstance(node, _Def)}
    imports = {file: _imports(tree) for file, tree in trees.items()}
    calls = {
        name: _only_callee(home, homes, functions=functions, imports=imports[home.file])
        for name, home in homes.items()
    }
    chains: list[_Chain] = []
    for start in homes:
        names = [start]
        while len(names) <= MOST_CALLS and (callee := calls[names[-1]]) is not None and callee not in names:
            names.append(callee)
        if len(names) >= MOST_CALLS:
            chains.append(_Chain(tuple(names), tuple(homes[name].file for name in names)))
    return chains


class _Import(NamedTuple):
    """What a name in a file stands for."""

    name: str
    module: str
    """Its last part; empty for `from . import name`."""


def _imports(tree: ast.Module) -> dict[str, _Import]:
    return {
        alias.asname or alias.name: _Import(alias.name, (node.module or "").rpartition(".")[2])
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


def _only_callee(
    home: _Home, homes: Mapping[str, _Home], *, functions: AbstractSet[str], imports: Mapping[str, _Import]
) -> str | None:
    """The one function that is called, where there is no doubt which it is and no other is mentioned."""
    called: set[str] = set()
    mentioned: set[str] = set()
    bound: set[str] = set()
    for node in ast.walk(home.node):
        match node:
            case ast.Call(func=ast.Name(id=name)):
                called.add(name)
            case ast.Name(id=name, ctx=ast.Load()):
                mentioned.add(name)
            case ast.Name(id=name) | ast.arg(arg=name):
                bound.add(name)
            case ast.Attribute(attr=name):
                bound.add(name)  # `thing.name` may be anything
            case _:
                pass
    known = {name: imports[name].name if name in imports else name for name in mentioned | bound}
    met = {name for name, real in known.items() if real in functions and real != home.node.name}
    if len(met) != 1 or not met <= called or met & bound:
        return None
    [name] = met
    callee = homes.get(known[name])
    if callee is None:
        return None
    if callee.file == home.file or (name in imports and imports[name].module in _parts(callee.file)):
        return known[name]
    return None


def _parts(file: str) -> set[str]:
    path = PurePosixPath(file)
    return {"", path.stem, *path.parent.parts}
