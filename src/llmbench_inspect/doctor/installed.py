"""Checks of Python and of the packages that this one needs."""

from __future__ import annotations

import platform
from importlib.metadata import Distribution, PackageNotFoundError, distribution, version

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from llmbench_inspect.doctor.check import Asked, check
from llmbench_inspect.prerequisite import PrerequisiteError

_NAME = "llmbench-inspect"
_INSTALL = "python -m pip install --upgrade llmbench-inspect"


@check(
    code="python",
    name="Python",
    area="This machine",
    looks_at="The version of the Python that runs this.",
    mends={"an older Python": "https://www.python.org/downloads/"},
    concerns="every run",
)
def _python(asked: Asked) -> str:  # noqa: ARG001
    """An older Python lacks parts of the standard library that are used."""
    found = platform.python_version()
    wanted = _distribution().metadata["Requires-Python"]
    if not SpecifierSet(wanted).contains(found, prereleases=True):
        raise PrerequisiteError(
            f"This is Python {found}, and {wanted} is needed: https://www.python.org/downloads/"
        )
    return found


@check(
    code="packages",
    name="Python packages",
    area="This machine",
    looks_at="The version of every package that this one needs, against the versions it states.",
    mends={"a package that is missing, too old or too new": _INSTALL},
    concerns="every run",
    after=("python",),
)
def _packages(asked: Asked) -> str:  # noqa: ARG001
    """Another package may have brought its own choice of versions into the environment.

    Inspect AI above all is used as it is in the stated range: with another version, logs may be read
    wrongly without an error.
    """
    needed = [Requirement(text) for text in _distribution().requires or ()]
    needed = [each for each in needed if each.marker is None or each.marker.evaluate({"extra": ""})]
    wrong = {str(each): fault for each in needed if (fault := _fault(each))}
    if wrong:
        raise PrerequisiteError(f"{'; '.join(wrong.values())}. Install what is needed: {_INSTALL}")
    return f"inspect-ai {version('inspect-ai')}, and {len(needed) - 1} more as needed"


def _fault(needed: Requirement) -> str | None:
    try:
        found = version(needed.name)
    except PackageNotFoundError:
        return f"{needed} is not installed"
    if needed.specifier.contains(found, prereleases=True):
        return None
    return f"{needed} is needed, and {needed.name} {found} is installed"


def _distribution() -> Distribution:
    try:
        return distribution(_NAME)
    except PackageNotFoundError as error:
        raise PrerequisiteError(f"{_NAME} itself is not installed: {_INSTALL}") from error
