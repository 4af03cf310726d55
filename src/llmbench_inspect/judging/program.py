"""The program that judges a case in a sandbox: one text, the same for every case, which it reads as input."""

from __future__ import annotations

import marshal
from binascii import b2a_base64
from functools import cache
from importlib import resources
from typing import Final

_PACKAGE: Final = "llmbench_inspect.judging.inside"
_MODULES: Final = ("pipes", "reading", "values", "candidate", "judge")

_BOOTSTRAP: Final = """\
import binascii, marshal, sys, types
for name, code in {modules!r}:
    module = sys.modules[name] = types.ModuleType(name)
    exec({code}, module.__dict__)
module.main()
"""


def _sources() -> dict[str, str]:
    folder = resources.files(_PACKAGE)
    return {f"{_PACKAGE}.{name}": folder.joinpath(f"{name}.py").read_text("utf-8") for name in _MODULES}


@cache
def compiled_program() -> str:
    """The program for an interpreter of this one's version: which need not compile it."""
    modules = [
        (name, b2a_base64(marshal.dumps(compile(source, name, "exec", optimize=2)), newline=False))
        for name, source in _sources().items()
    ]
    return _BOOTSTRAP.format(modules=modules, code="marshal.loads(binascii.a2b_base64(code))")


@cache
def portable_program() -> str:
    """The program for any Python from 3.8."""
    modules = list(_sources().items())
    return _BOOTSTRAP.format(modules=modules, code='compile(code, name, "exec")')
