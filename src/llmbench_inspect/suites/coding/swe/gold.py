"""The gold patch of an issue, applied by git."""

from __future__ import annotations

import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from llmbench_inspect.prerequisite import PrerequisiteError
from llmbench_inspect.suites.coding.swe.instances import Instance
from llmbench_inspect.suites.coding.swe.judging import changes_between


class GoldPatchError(Exception):
    """The patch does not apply to the repository; the message is git's."""


def gold_changes(instance: Instance) -> dict[str, str | None]:
    """What the gold patch of an instance changes: new text by path, `None` for a deleted file.

    Raises:
        GoldPatchError: It does not apply.
        PrerequisiteError: There is no git.
    """
    with TemporaryDirectory() as name:
        folder = Path(name, "repository")
        for path, text in instance.repository.items():
            file = folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        # A folder above may be a repository itself.
        command = ["git", f"--git-dir={name}/none", "apply", "-"]
        try:
            run = subprocess.run(
                command, input=instance.gold_patch.encode(), cwd=folder, check=False, capture_output=True
            )
        except FileNotFoundError as error:
            raise PrerequisiteError(
                "Gold patches are applied by git, and `git` is not on PATH: apt-get install git"
            ) from error
        if run.returncode != 0:
            raise GoldPatchError(run.stderr.decode(errors="replace").strip())
        after = {
            file.relative_to(folder).as_posix(): file.read_text("utf-8")
            for file in sorted(folder.rglob("*"))
            if file.is_file()
        }
    return changes_between(instance.repository, after)
