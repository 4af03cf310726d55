"""A report with all that it was made of, in one archive: to be shown, verified and made again elsewhere."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import re
import shutil
import tempfile
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path, PurePosixPath
from typing import Final

from packaging.requirements import Requirement
from upath import UPath

from .evidence import Evidence
from .results_files import SCHEMA_VERSION

VIEWER: Final = "viewer/index.html"
"""Where the log viewer of a bundle is, seen from the report."""

ARCHIVE: Final = "bundle.zip"
_SUMS: Final = "SHA256SUMS"
_REFERENCE: Final = "reference.toml"
_PACKAGE: Final = "llmbench-inspect"
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_README: Final = """\
# A report of llmbench, with the logs that it was made of

- `report.html`, `report.pdf`, `BENCHMARKS.md`, `BENCHMARKS_DETAILED.md`, `AGGREGATE_SUMMARY.md`: the report
- `results.csv`, `results.json`, `figures/`, `model-index/`: its figures
- `viewer/`: Inspect's log viewer, with the logs in `viewer/logs/`
- `requirements.txt`, `settings.json`: what it was made with

Look at it, with the links to the samples:

    python3 -m http.server 8000 --bind 127.0.0.1    # then open http://127.0.0.1:8000/report.html

Verify it:

    sha256sum --check --quiet SHA256SUMS

Make it again, and compare:

    python3 -m venv again-venv && again-venv/bin/pip install -r requirements.txt
    again-venv/bin/llmbench report {logs} -o again --bundle{options}
    cmp SHA256SUMS again/SHA256SUMS
"""


def write_bundle(
    evidence: Evidence, folder: Path, *, files: Sequence[str], reference: Path | None = None
) -> Path:
    """Put the log viewer, versions, settings and sums beside a report, and all of it into an archive.

    Args:
        evidence: That the report was made of, with `VIEWER` as its viewer.
        folder: Of the report.
        files: The report's own, as `write_report` names them.
        reference: The file of published scores that it shows.

    Returns:
        The archive.

    Raises:
        OSError: A file cannot be read or written.
    """
    readable = {log: evidence.viewer.path(log) for log in evidence.tables.runs["log"]}
    unreadable = [log for log, _ in evidence.tables.left_out]
    _write_viewer(readable, folder / "viewer")
    shutil.rmtree(folder / "unreadable", ignore_errors=True)
    for log in unreadable:
        _copy(log, folder / "unreadable" / PurePosixPath(log).name)
    if reference is not None:
        shutil.copyfile(reference, folder / _REFERENCE)
    options = [
        *(["--history"] if evidence.options.history else []),
        *([f"--reference {_REFERENCE}"] if reference is not None else []),
    ]
    told = {
        "README.md": _README.format(
            logs=" ".join(["viewer/logs", *(["unreadable/*"] if unreadable else [])]),
            options="".join(f" {option}" for option in options),
        ),
        "requirements.txt": "".join(f"{line}\n" for line in versions(_PACKAGE)),
        "settings.json": json.dumps(
            {
                "schema_version": SCHEMA_VERSION,
                "options": options,
                "logs": sorted(readable.values()),
                "unreadable_logs": sorted(PurePosixPath(log).name for log in unreadable),
            },
            indent=2,
        )
        + "\n",
    }
    for name, text in told.items():
        (folder / name).write_text(text, encoding="utf-8")
    beside = [
        path for name in ("viewer", "unreadable") for path in (folder / name).rglob("*") if path.is_file()
    ]
    names = {*files, *told, *(path.relative_to(folder).as_posix() for path in beside)}
    members: list[str] = sorted(names if reference is None else {*names, _REFERENCE})
    (folder / _SUMS).write_text(
        "".join(f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in members),
        encoding="utf-8",
    )
    archive = folder / ARCHIVE
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in [_SUMS, *members]:
            info = zipfile.ZipInfo(f"report/{name}", _EPOCH)
            info.external_attr = 0o644 << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            packed.writestr(info, (folder / name).read_bytes())
    return archive


def versions(package: str) -> list[str]:
    """A package and all that it needs here, as `name==version`, sorted."""
    found: dict[str, str] = {}
    open_names = [package]
    while open_names:
        name = re.sub(r"[-_.]+", "-", open_names.pop()).lower()
        if name in found:
            continue
        try:
            installed = distribution(name)
        except PackageNotFoundError:
            continue
        found[name] = installed.version
        needed = (Requirement(text) for text in installed.requires or ())
        open_names += [
            each.name for each in needed if each.marker is None or each.marker.evaluate({"extra": ""})
        ]
    return [f"{name}=={version}" for name, version in sorted(found.items())]


def _write_viewer(logs: Mapping[str, str], viewer: Path) -> None:
    """Inspect's static viewer, the same for the same logs wherever and whenever it is made."""
    # Inspect takes seconds to load, which reports without a bundle need not wait for here.
    from inspect_ai.log import bundle_log_dir  # noqa: PLC0415

    shutil.rmtree(viewer, ignore_errors=True)
    with tempfile.TemporaryDirectory() as name:
        copies = Path(name) / "logs"
        for log, path in logs.items():
            _copy(log, copies / path)
        with contextlib.redirect_stdout(io.StringIO()):
            bundle_log_dir(str(copies), str(viewer))
        index = viewer / "index.html"
        # It tells the folder that the logs were in, which is none of the reader's business.
        index.write_text(index.read_text(encoding="utf-8").replace(str(copies), "logs"), encoding="utf-8")
    listing = viewer / "logs" / "listing.json"
    listing.write_text(
        json.dumps(json.loads(listing.read_text(encoding="utf-8")), indent=2, sort_keys=True),
        encoding="utf-8",
    )
    for log, path in logs.items():
        for series in _series(log):
            _copy(series, viewer / "logs" / PurePosixPath(path).with_suffix(".gpu.parquet"))


def _series(log: str) -> Iterable[str]:
    """The GPU series beside a log, if there is one."""
    path = UPath(log)
    beside = path.with_name(f"{path.stem}.gpu.parquet")
    return [str(beside)] if beside.exists() else []


def _copy(source: str, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with UPath(source).open("rb") as read, target.open("wb") as written:
        shutil.copyfileobj(read, written)
