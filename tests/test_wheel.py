"""The wheel holds what a checkout holds, and runs from an empty folder."""

import subprocess
import sys
import sysconfig
import venv
import zipfile
from collections.abc import Sequence
from importlib.metadata import distribution
from pathlib import Path

import pytest
from inspect_ai.log import read_eval_log
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built by way of the source distribution as an index gets it."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    [built] = folder.glob("*.whl")
    return built


def test_it_packs_tasks_fixtures_and_the_checker(wheel: Path) -> None:
    tracked = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "tasks", "fixtures", "src/llmbench_inspect"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    wanted = {
        name.removeprefix("src/") if name.startswith("src/") else f"llmbench_inspect/{name}"
        for name in tracked
        if not (ROOT / name).is_symlink() and not name.startswith("src/llmbench_inspect/datasets")
    }
    packed = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert wanted - packed == set()
    assert {name for name in packed - wanted if "/datasets/" not in name} == set()


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Python of a new environment that holds the wheel, and what the wheel says that it requires.

    The requirements are linked from this environment: nothing that only development brings is seen.
    """
    environment = tmp_path_factory.mktemp("environment")
    venv.create(environment, with_pip=True)
    python = environment / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "--quiet", "--no-deps", str(wheel)], check=True)
    packages = Path(_printed([python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]))
    here = Path(sysconfig.get_path("purelib"))
    for name in _required("llmbench-inspect") - {"llmbench-inspect"}:
        for top in {file.parts[0] for file in distribution(name).files or () if ".." not in file.parts}:
            if not (packages / top).exists():
                (packages / top).symlink_to(here / top)
    return python


def _required(name: str, extras: frozenset[str] = frozenset()) -> set[str]:
    """A distribution and all that it requires, with those extras of it."""
    found: set[str] = set()
    waiting = [(name, extras)]
    seen: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        one = waiting.pop()
        if one in seen:
            continue
        seen.add(one)
        name, extras = one
        found.add(canonicalize_name(name))
        for requirement in map(Requirement, distribution(name).requires or ()):
            marker = requirement.marker
            if marker is None or any(marker.evaluate({"extra": extra}) for extra in extras | {""}):
                waiting.append((requirement.name, frozenset(requirement.extras)))
    return found


def _printed(command: Sequence[str | Path]) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


@pytest.mark.model
@pytest.mark.slow
def test_an_eval_and_its_report_run_from_an_empty_folder(python: Path, tmp_path: Path) -> None:
    bin_folder = python.parent

    def run(*command: str | Path) -> str:
        ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert ran.returncode == 0, ran.stdout + ran.stderr
        return ran.stdout

    where = run(python, "-c", "import llmbench_inspect; print(llmbench_inspect.__file__)")
    assert where.startswith(str(bin_folder.parent))
    asked = ["llmbench_inspect/vue_refactor", "--model", "embedded/smollm2-135m", "--limit", "1"]
    run(python, "-m", "inspect_ai", "eval", *asked, "--max-tokens", "60", "--display", "plain")
    [log] = (tmp_path / "logs").iterdir()
    assert read_eval_log(str(log), header_only=True).status == "success"
    run(bin_folder / "llmbench", "report", "-o", "report")
    written = {path.name for path in (tmp_path / "report").iterdir()}
    assert written >= {"report.html", "report.pdf"}
    assert "embedded/smollm2-135m" in (tmp_path / "report" / "report.html").read_text("utf-8")
