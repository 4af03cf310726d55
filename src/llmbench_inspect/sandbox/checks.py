"""Checks of what answers run in."""

from __future__ import annotations

from llmbench_inspect.doctor import Asked, check
from llmbench_inspect.sandbox.config import BwrapConfig
from llmbench_inspect.sandbox.docker import DOCKER_INSTALL, DOCKER_START, docker_version
from llmbench_inspect.sandbox.jail import SETTINGS
from llmbench_inspect.sandbox.provider import prove


@check(
    code="jail",
    name="A jail",
    area="What answers run in",
    looks_at="Whether a bubblewrap jail really starts here.",
    mends={
        "no bubblewrap": "apt-get install bubblewrap",
        **{f"`{name}` forbids it": f"sysctl -w {name}={value}" for name, value in SETTINGS.items()},
        "inside a container": (
            "docker run --security-opt seccomp=unconfined --security-opt apparmor=unconfined "
            "--security-opt systempaths=unconfined"
        ),
        "the machine runs macOS or Windows": "--sandbox docker",
    },
    concerns="suites",
)
def _jail(asked: Asked) -> str:  # noqa: ARG001
    """What a model writes never runs unprotected: suites that run code start a jail for each sample.

    They stop before the first call where none starts. [The sandbox](sandbox.md) says what a jail is.
    """
    prove(BwrapConfig())
    return "a bubblewrap jail starts"


@check(
    code="docker",
    name="Docker",
    area="What answers run in",
    looks_at="Whether there is a `docker` command and a daemon answers it.",
    mends={"no Docker": DOCKER_INSTALL, "no daemon": DOCKER_START, "a daemon that hangs": "docker info"},
    concerns="suites",
)
def _docker(asked: Asked) -> str:  # noqa: ARG001
    """Runs with `--sandbox docker` work in containers; by default no suite needs them.

    `swe_bench` with `-T split=verified` or `lite` does.
    """
    return f"a daemon of version {docker_version()} answers"
