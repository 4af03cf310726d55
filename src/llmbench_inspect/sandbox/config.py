"""What a jail may see and use: the configuration of the `bwrap` sandbox."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Final

from pydantic import BaseModel, Field, field_validator

WORK: Final = "/sandbox"
"""Work folder inside a jail: where commands start and relative paths begin."""

_MIB: Final = 1 << 20


class BwrapConfig(BaseModel, frozen=True, extra="forbid"):
    """Limits of one sample's jail, and what it sees besides the system.

    Use it as `SandboxEnvironmentSpec("bwrap", BwrapConfig(binds={"/opt/node": "/home/me/node"}))`.
    """

    binds: dict[str, str] = Field(default_factory=dict)
    """Files and folders of the machine that the jail may read: path inside, path outside."""

    memory: int = Field(default=2048 * _MIB, ge=64 * _MIB)
    """Bytes of memory of all processes together."""

    disk: int = Field(default=512 * _MIB, ge=_MIB)
    """Bytes that each writable folder may hold: `/sandbox`, `/tmp`, `/var/tmp`. Also the largest file."""

    files: int = Field(default=100_000, ge=100)
    """Files and folders that each writable folder may hold."""

    processes: int = Field(default=256, ge=8)
    """Processes and threads that may run at one time."""

    cpu_seconds: int = Field(default=600, ge=1)
    """Seconds that one process may spend on a processor."""

    def __hash__(self) -> int:
        """Samples with equal configurations share the set-up of a task."""
        return hash(self.model_dump_json())

    @field_validator("binds")
    @classmethod
    def _absolute(cls, binds: dict[str, str]) -> dict[str, str]:
        for path in (*binds.keys(), *binds.values()):
            if not PurePosixPath(path).is_absolute() or ".." in PurePosixPath(path).parts:
                raise ValueError(f"binds: {path!r} is not an absolute path without '..'")
        return binds
