"""Node and the npm packages that check components: found on the machine, or installed into the cache."""

from __future__ import annotations

import hashlib
import re
import shlex
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

from llmbench_inspect.cache import cache_dir, cache_lock
from llmbench_inspect.prerequisite import PrerequisiteError

CHECKER: Final = Path(__file__).parent / "checker"
MINIMUM_NODE: Final = (22, 12)
NODE_INSTALL: Final = "install Node 22.12 or newer with npm: https://nodejs.org/en/download"
CHROMIUM_INSTALL: Final = "apt-get install chromium"
_DONE: Final = "installed"
_PACKAGES: Final = "checker"


class FoundNode(NamedTuple):
    """The Node on PATH."""

    program: Path
    """Where it is."""
    version: str
    """Such as `v22.12.0`."""

    @property
    def new_enough(self) -> bool:
        """Whether it runs the checker."""
        numbers = re.match(r"v(\d+)\.(\d+)", self.version)
        return numbers is not None and tuple(map(int, numbers.groups())) >= MINIMUM_NODE


def found_node() -> FoundNode:
    """The Node on PATH, whatever its version.

    Raises:
        PrerequisiteError: There is none, or it does not start.
    """
    found = shutil.which("node")
    if found is None:
        raise PrerequisiteError(
            f"Checking Vue components needs Node, and `node` is not on PATH: {NODE_INSTALL}"
        )
    asked = subprocess.run([found, "--version"], capture_output=True, text=True, check=False)
    if asked.returncode != 0:
        raise PrerequisiteError(f"{found} does not start ({asked.stderr.strip()}): {NODE_INSTALL}")
    return FoundNode(Path(found), asked.stdout.strip())


@cache
def node() -> Path:
    """The Node that runs the checker: the one on PATH, or Node 22 from npm where that is too old.

    Raises:
        PrerequisiteError: No Node or npm on PATH, a Node that does not start, or a failed installation.
    """
    found = found_node()
    if found.new_enough:
        return found.program
    folder = install(CHECKER / "node22", name="node22", what=f"Node 22 (the machine's is {found.version})")
    return next(folder.glob("node_modules/node-*/bin/node"))


def chromium() -> Path:
    """The Chromium that shows components where `dom` is `browser`.

    Raises:
        PrerequisiteError: None on PATH.
    """
    found = shutil.which("chromium")
    if found is None:
        raise PrerequisiteError(
            "Tests with dom=browser need Chromium, and `chromium` is not on PATH. "
            f"Install Debian's package: {CHROMIUM_INSTALL}"
        )
    return Path(found)


@cache
def packages() -> Path:
    """The folder whose `node_modules` serves the checker and every fixture without packages of its own.

    Raises:
        PrerequisiteError: No npm on PATH, or the installation failed.
    """
    return install(CHECKER, name=_PACKAGES, what="the Vue packages")


def packages_are_installed() -> bool:
    """Whether `packages` has them already."""
    return (_folder(CHECKER, _PACKAGES) / _DONE).exists()


def install(lock_folder: Path, *, name: str, what: str) -> Path:
    """Install a locked set of npm packages into the cache, once for all processes.

    Args:
        lock_folder: Holds `package.json` and `package-lock.json`; never written to.
        name: What the folder in the cache is called, before a digest of the lock file.
        what: Named in the progress line and in errors.

    Returns:
        A folder with the `node_modules` that the lock file states.

    Raises:
        PrerequisiteError: No npm on PATH, or npm failed, which has said why on stderr.
    """
    folder = _folder(lock_folder, name)
    with cache_lock(folder.name):
        if (folder / _DONE).exists():
            return folder
        npm = shutil.which("npm")
        if npm is None:
            raise PrerequisiteError(f"Installing {what} needs npm, and it is not on PATH: {NODE_INSTALL}")
        print(f"Installing {what} into {folder} (once) ...", file=sys.stderr, flush=True)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for file in ("package.json", "package-lock.json"):
            shutil.copy(lock_folder / file, folder)
        command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        if sys.stderr.isatty():
            command.append("--progress=true")
        result = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, text=True, check=False)
        if result.returncode != 0:
            raise PrerequisiteError(
                f"npm could not install {what} (exit {result.returncode}, its message is above). "
                "Check the network and the disk, then try: "
                f"cd {shlex.quote(str(folder))} && {shlex.join(command)}"
            )
        (folder / _DONE).touch()
    return folder


def _folder(lock_folder: Path, name: str) -> Path:
    lock = (lock_folder / "package-lock.json").read_bytes()
    return cache_dir("npm") / f"{name}-{hashlib.sha256(lock).hexdigest()[:16]}"
