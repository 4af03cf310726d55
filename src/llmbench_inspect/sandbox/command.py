"""The command line that starts a jail: what of the machine it shows, and as whom it starts."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from llmbench_inspect.prerequisite import PrerequisiteError
from llmbench_inspect.sandbox.config import WORK
from llmbench_inspect.sandbox.no_jail import NoJailError

DROPPED_USER: Final = 65534
"""User that a jail belongs to on the machine where root starts it."""

WRITABLE: Final = (WORK, "/tmp", "/var/tmp")  # noqa: S108  # folders of the jail, not of the machine
"""Folders of a jail that can be written, each a file system of its own in memory."""

SHARED_MEMORY: Final = "/dev/shm"  # noqa: S108

_INSIDE: Final = "/run/llmbench"
_SYSTEM_LINKS: Final = ("/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
_SYSTEM_FOLDERS: Final = ("/usr", "/nix/store")

# Enough of /etc for the loader, certificates, fonts and the distribution's tools; nothing that holds secrets.
_ETC: Final = (
    "alternatives", "ca-certificates", "debian_version", "fonts", "java", "ld.so.cache", "ld.so.conf",
    "ld.so.conf.d", "localtime", "magic", "mime.types", "os-release", "pki/tls/certs", "pki/ca-trust",
    "python3", "python3.11", "python3.12", "python3.13", "python3.14", "ssl/certs", "ssl/openssl.cnf",
    "terminfo", "timezone",
)  # fmt: skip


def _program(name: str, package: str) -> str:
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/bin:/bin:/usr/sbin")
    if found is None:
        raise NoJailError(
            f"The bwrap sandbox needs the program {name}, which is not on the PATH.\n"
            f"Install it: apt-get install {package} (or: dnf install {package}, pacman -S {package}, "
            f"apk add {package})."
        )
    return found


def interpreter() -> Path:
    """The Python that runs inside: this one, without its virtual environment, which may have a copy of it."""
    program = Path(sys.executable).resolve()
    if program.is_relative_to(_python_prefix()):
        return program
    return _python_prefix() / "bin" / f"python{sys.version_info.major}.{sys.version_info.minor}"


def _python_prefix() -> Path:
    return Path(sys.base_prefix).resolve()


def _system() -> list[str]:
    arguments: list[str] = []
    for folder in _SYSTEM_FOLDERS:
        arguments += ["--ro-bind-try", folder, folder]
    for name in _SYSTEM_LINKS:
        path = Path(name)
        if path.is_symlink():
            arguments += ["--symlink", str(path.readlink()), name]
        elif path.is_dir():
            arguments += ["--ro-bind", name, name]
    for name in _ETC:
        arguments += ["--ro-bind-try", f"/etc/{name}", f"/etc/{name}"]
    for path in sorted((Path(__file__).parent / "inside" / "etc").iterdir()):
        arguments += ["--symlink", f"{_INSIDE}/inside/etc/{path.name}", f"/etc/{path.name}"]
    return arguments


def _closed_to_others(path: Path) -> Path | None:
    """The first folder on the way to a path that only its owner may enter."""
    for folder in reversed(path.parents):
        if not folder.stat().st_mode & 0o001:
            return folder
    return None


def _check_source(source: Path) -> None:
    if not source.exists():
        raise PrerequisiteError(f"The bwrap sandbox shall show {source}, which does not exist.")
    if os.geteuid() == 0 and not source.stat().st_mode & 0o004:
        raise PrerequisiteError(
            f"The bwrap sandbox shall show {source}. Started by root it runs as user {DROPPED_USER}, who "
            f"cannot read that. Allow it: chmod -R o+rX {source}"
        )


def opened(sources: Iterable[Path]) -> list[str]:
    """A first bubblewrap, for root: shows at its own path what lies in closed folders, such as root's home.

    The jail itself belongs to another user, who could not look it up there.
    """
    closed = {source: folder for source in sources if (folder := _closed_to_others(source))}
    if not closed:
        return []
    arguments = [_program("bwrap", "bubblewrap"), "--dev-bind", "/", "/"]
    for folder in sorted(set(closed.values())):
        arguments += ["--tmpfs", str(folder)]
    for source, folder in sorted(closed.items()):
        for parent in sorted(parent for parent in source.parents if parent.is_relative_to(folder)):
            arguments += ["--dir", str(parent)] if parent != folder else []
        arguments += ["--ro-bind", str(source), str(source)]
    return [*arguments, "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID", "--"]


def jail_command(
    module: str,
    *,
    control: int,
    binds: Mapping[str, str],
    environment: Mapping[str, str],
    flags: Iterable[str],
) -> list[str]:
    """The whole command of a jail.

    Args:
        module: Module of `inside` whose `main` is the jail's first process.
        control: Descriptor of the control socket.
        binds: Further read-only binds, path inside to path outside.
        environment: Variables beside `PATH`, `HOME` and `LANG`.
        flags: Options of the interpreter.

    Raises:
        PrerequisiteError: When bubblewrap or setpriv is missing, or a bind's source.
    """
    prefix, package = _python_prefix(), Path(__file__).parent / "inside"
    shown = {f"{_INSIDE}/inside": package, **{inside: Path(outside) for inside, outside in binds.items()}}
    path = "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"
    if not prefix.is_relative_to("/usr"):
        shown[str(prefix)] = prefix
        path = f"{prefix}/bin:{path}"
    for source in shown.values():
        _check_source(source)
    arguments = [
        _program("bwrap", "bubblewrap"),
        *("--unshare-all", "--uid", "0", "--gid", "0", "--cap-add", "ALL", "--as-pid-1"),
        *("--hostname", "sandbox", "--proc", "/proc", "--dev", "/dev"),
        *_system(),
    ]
    for folder in (*WRITABLE, SHARED_MEMORY):
        arguments += ["--perms", "1777", "--tmpfs", folder]
    for inside, source in shown.items():
        arguments += ["--ro-bind", str(source.resolve()), inside]
    arguments += ["--remount-ro", "/dev", "--remount-ro", "/", "--chdir", WORK, "--clearenv"]
    for name, value in {"PATH": path, "HOME": "/tmp", "LANG": "C.UTF-8", **environment}.items():  # noqa: S108
        arguments += ["--setenv", name, value]
    start = f"import sys; sys.path.insert(0, {_INSIDE!r}); from inside.{module} import main; main()"
    arguments += ["--", str(interpreter()), *flags, "-c", start, str(control)]
    if os.geteuid() != 0:
        return arguments
    user = str(DROPPED_USER)
    dropped = [_program("setpriv", "util-linux"), "--reuid", user, "--regid", user, "--clear-groups", "--"]
    return [*opened(source.resolve() for source in shown.values()), *dropped, *arguments]
