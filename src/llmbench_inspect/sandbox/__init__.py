"""A sandbox without a daemon: bubblewrap jails for agents, and warm Python for judging programs."""

from llmbench_inspect.sandbox.command import interpreter
from llmbench_inspect.sandbox.config import BwrapConfig
from llmbench_inspect.sandbox.docker import NoDockerError, docker_version
from llmbench_inspect.sandbox.no_jail import NoJailError
from llmbench_inspect.sandbox.pool import ProgramResult, PythonPool, python_pool, run_in_fresh_jail
from llmbench_inspect.sandbox.provider import BwrapSandboxEnvironment, is_bwrap
from llmbench_inspect.sandbox.unprotected import UnprotectedSandbox

__all__ = [
    "BwrapConfig",
    "BwrapSandboxEnvironment",
    "NoDockerError",
    "NoJailError",
    "ProgramResult",
    "PythonPool",
    "UnprotectedSandbox",
    "docker_version",
    "interpreter",
    "is_bwrap",
    "python_pool",
    "run_in_fresh_jail",
]
