"""Running one program's text as Python would run a file, in a process forked for it."""

from __future__ import annotations

import atexit
import os
import sys

TYPE_CHECKING = False  # see control.py
if TYPE_CHECKING:
    from typing import Final, NoReturn

_FILE: Final = "program.py"


def _status(ending: SystemExit) -> int:
    if ending.code is None or isinstance(ending.code, int):
        return (ending.code or 0) & 0xFF
    sys.stderr.write(f"{ending.code}\n")
    return 1


def run(text: bytes) -> NoReturn:
    """Write a program into the current folder, run it as `__main__`, and end this process.

    The interpreter is not torn down: that would touch, and so copy, all memory shared with the parent.
    """
    folder = os.getcwd()
    path = f"{folder}/{_FILE}"
    with open(path, "wb") as file:
        file.write(text)
    module = type(sys)("__main__")
    module.__file__ = path
    sys.modules["__main__"] = module
    sys.argv = [_FILE]
    sys.path[0] = folder
    status = 0
    try:
        exec(compile(text, path, "exec", dont_inherit=True), module.__dict__)  # noqa: S102  # its whole purpose
    except SystemExit as ending:
        status = _status(ending)
    except BaseException as error:  # noqa: BLE001  # whatever a program raises is shown as Python shows it
        status = 1
        own = error.__traceback__
        error.__traceback__ = own.tb_next if own else None
        sys.excepthook(type(error), error, error.__traceback__)
    # As the interpreter does at its end, and multiprocessing at that of its processes.
    if threading := sys.modules.get("threading"):
        threading._shutdown()
    atexit._run_exitfuncs()  # pyright: ignore[reportPrivateUsage]
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError, AttributeError):
            status = status or 120
    os._exit(status)
