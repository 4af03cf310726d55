"""The wheel holds what a checkout holds, and runs from an empty folder."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

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


def test_its_task_runs_from_an_empty_folder(wheel: Path, tmp_path: Path) -> None:
    environment = tmp_path / "environment"
    # The dependencies are this environment's; the package itself is the wheel's.
    subprocess.run([sys.executable, "-m", "venv", "--system-site-packages", str(environment)], check=True)
    python = environment / "bin" / "python"
    site = Path(next(path for path in sys.path if path.endswith("site-packages")))
    own = subprocess.run(
        [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    install = ["-m", "pip", "install", "--quiet", "--no-deps", "--target", own, str(wheel)]
    subprocess.run([sys.executable, *install], check=True)
    # After the wheel's own folder, so that the wheel comes first and no editable install is seen.
    (Path(own) / "dependencies.pth").write_text(f"import sys; sys.path.append({str(site)!r})\n")
    empty = tmp_path / "empty"
    empty.mkdir()
    task = ["llmbench_inspect/vue_refactor", "--model", "mockllm/model", "-T", "fixtures=no-such"]
    run = subprocess.run(
        [python, "-m", "inspect_ai", "eval", *task, "--display", "plain", "--log-dir", "logs"],
        cwd=empty,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONSAFEPATH": "1"},
    )
    assert "Unknown Vue fixture 'no-such'" in run.stdout + run.stderr
    where = subprocess.run(
        [python, "-c", "import llmbench_inspect; print(llmbench_inspect.__file__)"],
        cwd=empty,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert where.startswith(str(environment))
    answers = empty / "run.py"
    answers.write_text(
        "from inspect_ai import eval\n"
        "from inspect_ai.model import ModelOutput, ModelUsage, get_model\n"
        "from llmbench_inspect.suites.vue import load_fixtures\n"
        "fixture = load_fixtures(['simple-component'])[0]\n"
        "[(path, text)] = fixture.gold.items()\n"
        "output = ModelOutput.from_content('mockllm/model', f'```vue {path}\\n{text}\\n```')\n"
        "output.usage = ModelUsage(input_tokens=1, output_tokens=1, total_tokens=2)\n"
        "model = get_model('mockllm/model', custom_outputs=[output])\n"
        "[log] = eval('llmbench_inspect/vue_refactor', task_args={'fixtures': 'simple-component'},\n"
        "             model=model, display='none', log_dir='logs')\n"
        "print(log.status, log.samples[0].scores['refactoring'].value)\n"
    )
    run = subprocess.run([python, answers], cwd=empty, capture_output=True, text=True, check=False)
    assert run.stdout.splitlines()[-1:] == ["success 10.0"], run.stderr
