"""A child process that cannot outlive its parent, however the parent ends.

The child is started by a small guard that holds the reading end of a pipe. When the parent
closes its end, exits, crashes or is killed, the kernel closes the pipe, and the guard kills the
child's whole process group. The child also keeps out of the terminal's process group, so that
Ctrl-C reaches the parent alone, which then decides.
"""

from __future__ import annotations

import os
import subprocess
import sys
import weakref
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Final

# On Linux the kernel also ends the child when the guard itself is killed (prctl PR_SET_PDEATHSIG = 1).
_GUARD: Final = r"""
import os, select, signal, subprocess, sys, threading
lifeline = int(sys.argv[1])
die_with_guard = None
if sys.platform == "linux":
    import ctypes
    prctl = ctypes.CDLL(None).prctl
    die_with_guard = lambda: prctl(1, signal.SIGKILL)
child = subprocess.Popen(sys.argv[2:], start_new_session=True, preexec_fn=die_with_guard)
def end():
    try: os.killpg(child.pid, signal.SIGKILL)
    except ProcessLookupError: pass
def watch():
    while select.select([lifeline], [], [])[0] and os.read(lifeline, 1): pass
    end()
signal.signal(signal.SIGTERM, lambda *_: end())
threading.Thread(target=watch, daemon=True).start()
code = child.wait()
end()
os._exit(code if code >= 0 else 128 - code)
"""


def _end(popen: subprocess.Popen[bytes], lifeline: int) -> None:
    os.close(lifeline)
    popen.wait()


class ChildProcess:
    """A running program that ends with this process.

    Args:
        command: Program and arguments.
        env: The child's whole environment; this process's own where it is `None`.
        cwd: The child's working folder.
        stdin: As in `subprocess.Popen`.
        stdout: As in `subprocess.Popen`.
        stderr: As in `subprocess.Popen`.

    Raises:
        OSError: When the guard cannot be started. A program that is not there ends the guard
            with a message on its standard error.
    """

    def __init__(
        self,
        command: Sequence[str | Path],
        *,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        stdin: int | IO[bytes] | None = subprocess.DEVNULL,
        stdout: int | IO[bytes] | None = subprocess.DEVNULL,
        stderr: int | IO[bytes] | None = subprocess.DEVNULL,
    ) -> None:
        reading, writing = os.pipe()
        try:
            self.popen = subprocess.Popen(
                [sys.executable, "-I", "-S", "-c", _GUARD, str(reading), *map(str, command)],
                env=None if env is None else dict(env),
                cwd=cwd,
                stdin=stdin,
                stdout=stdout,
                stderr=stderr,
                pass_fds=[reading],
                start_new_session=True,
            )
        except OSError:
            os.close(writing)
            raise
        finally:
            os.close(reading)
        self._end = weakref.finalize(self, _end, self.popen, writing)

    @property
    def running(self) -> bool:
        """Whether the child has not ended yet."""
        return self.popen.poll() is None

    def kill(self) -> int:
        """End the child and all that it started, at once; harmless when it has ended already.

        Returns:
            The exit status.
        """
        self._end()
        return self.popen.wait()
