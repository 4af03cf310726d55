"""Whether Docker can be used: its command is there and a daemon answers it."""

from __future__ import annotations

import shutil
import subprocess
from typing import Final

from llmbench_inspect.prerequisite import PrerequisiteError

DOCKER_INSTALL: Final = "https://docs.docker.com/get-docker/"
DOCKER_START: Final = "sudo systemctl start docker"
_SECONDS: Final = 20


class NoDockerError(PrerequisiteError):
    """Docker cannot be used.

    Args:
        reason: Why, as the middle of a sentence.
        mend: The command that mends it, with a verb before it.
    """

    def __init__(self, reason: str, mend: str) -> None:
        super().__init__(f"Docker cannot be used: {reason}. {mend}")
        self.reason = reason
        """Why."""
        self.mend = mend
        """What mends it; no full stop at its end."""


def docker_version() -> str:
    """The version of the daemon that answers.

    Raises:
        NoDockerError: There is no `docker` command, or no daemon answers it within 20 seconds.
    """
    if (docker := shutil.which("docker")) is None:
        raise NoDockerError("there is no `docker` command", f"Install Docker: {DOCKER_INSTALL}")
    command = [docker, "version", "--format", "{{.Server.Version}}"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise NoDockerError("its daemon does not answer", "Try: docker info") from error
    if done.returncode != 0:
        why = next(iter(done.stderr.strip().splitlines()), "no reason given")
        raise NoDockerError(f"no daemon answers ({why})", f"Start it, with: {DOCKER_START}")
    return done.stdout.strip()
