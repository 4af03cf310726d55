"""The tools of an agent that works on a fixture: its files, the type checker, its tests, and the end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from inspect_ai.tool import Tool, ToolError, tool
from inspect_ai.util import store_as

from llmbench_inspect.suites.vue.behaviour import Dom, vitest_jail
from llmbench_inspect.suites.vue.fixtures import Fixture
from llmbench_inspect.suites.vue.overlay import Overlay, WriteRefusedError
from llmbench_inspect.suites.vue.projects import project_folder
from llmbench_inspect.suites.vue.type_checker import CandidateBreaksChecker, type_checker
from llmbench_inspect.suites.vue.work import Check, VueWork

_MAX_ERRORS_SHOWN: Final = 20
_MAX_REASON_CHARACTERS: Final = 500
_MAX_READ_CHARACTERS: Final = 60_000


def project_tools(fixture: Fixture, dom: Dom) -> list[Tool]:
    """The tools of one sample; what they do lands in its store (`VueWork`).

    Args:
        fixture: The task; only one whose project has tests comes with `run_tests`.
        dom: What shows the components to the tests.
    """
    return [
        read_file(fixture),
        write_file(fixture),
        delete_file(fixture),
        list_files(fixture),
        run_type_check(fixture),
        *([run_tests(fixture, dom)] if fixture.visible_tests else []),
        finish(),
    ]


def _overlay(fixture: Fixture) -> Overlay:
    return fixture.overlay(store_as(VueWork).files)


@tool(parallel=False)
def read_file(fixture: Fixture) -> Tool:
    """A file of the project as it stands now."""

    async def execute(path: str) -> str:
        """Read a file of the project.

        Args:
            path: Path relative to the project's root, such as src/App.vue.
        """
        try:
            text = _overlay(fixture).read(path)
        except (FileNotFoundError, WriteRefusedError, UnicodeDecodeError) as error:
            raise ToolError(str(error)) from error
        if len(text) > _MAX_READ_CHARACTERS:
            return (
                f"{text[:_MAX_READ_CHARACTERS]}\n... ({len(text) - _MAX_READ_CHARACTERS:,} more characters)"
            )
        return text

    return execute


@tool(parallel=False)
def write_file(fixture: Fixture) -> Tool:
    """A file put into the overlay."""

    async def execute(path: str, content: str) -> str:
        """Create a file of the project, or replace all of its content.

        Args:
            path: Path relative to the project's root, such as src/App.vue.
            content: The complete new content of the file.
        """
        return _change(fixture, path, content)

    return execute


@tool(parallel=False)
def delete_file(fixture: Fixture) -> Tool:
    """A file taken away in the overlay."""

    async def execute(path: str) -> str:
        """Delete a file of the project.

        Args:
            path: Path relative to the project's root.
        """
        return _change(fixture, path, None)

    return execute


@tool(parallel=False)
def list_files(fixture: Fixture) -> Tool:
    """The project's source files."""

    async def execute() -> str:
        """List the source files of the project."""
        return "\n".join(_overlay(fixture).files())

    return execute


@tool(parallel=False)
def run_type_check(fixture: Fixture) -> Tool:
    """What vue-tsc and Vue's compiler say of the project as it stands."""

    async def execute() -> str:
        """Run the Vue and TypeScript compilers (vue-tsc) on the project and report their errors."""
        work = store_as(VueWork)
        kept, touched = _overlay(fixture).without(fixture.specification.protected)
        try:
            result = await type_checker().check(
                project_folder(fixture), fixture.specification.tsconfigs, kept
            )
        except CandidateBreaksChecker as error:
            raise ToolError(str(error)) from error
        lines = [str(error) for error in (*result.errors, *result.compile_errors)]
        work.checks = [*work.checks, Check(step=work.steps, errors=len(lines))]
        return _told(f"{len(lines)} errors:" if lines else "No errors.", lines, touched)

    return execute


@tool(parallel=False)
def run_tests(fixture: Fixture, dom: Dom) -> Tool:
    """How the tests that the project came with go with the files as they stand."""

    async def execute() -> str:
        """Run the tests in the project's folder tests/ and report those that fail."""
        kept, touched = _overlay(fixture).without(fixture.specification.protected)
        # As the fixture has them: what was written over them, or deleted, does not count.
        result = await vitest_jail(dom).run(
            fixture.overlay(kept), fixture.visible_tests, fixture.test_support
        )
        lines = [f"FAILED {name}: {why[:_MAX_REASON_CHARACTERS]}" for name, why in result.failed.items()]
        passed = len(result.passed)
        return _told(f"{passed} of {passed + len(lines)} tests pass.", lines, touched)

    return execute


@tool(parallel=False)
def finish() -> Tool:
    """The model's word that it is done."""

    async def execute() -> str:
        """Say that the task is complete. Call this once, at the end, when the type check has no errors."""
        store_as(VueWork).finished = True
        return "Finished."

    return execute


def _told(head: str, lines: Sequence[str], touched: Sequence[str]) -> str:
    shown = [head, *lines[:_MAX_ERRORS_SHOWN]]
    if len(lines) > _MAX_ERRORS_SHOWN:
        shown.append(f"... and {len(lines) - _MAX_ERRORS_SHOWN} more")
    if touched:
        shown.append(f"Note: {', '.join(touched)} must stay as it was; your changes there do not count.")
    return "\n".join(shown)


def _change(fixture: Fixture, path: str, text: str | None) -> str:
    work, overlay = store_as(VueWork), _overlay(fixture)
    try:
        if text is None:
            overlay.delete(path)
            said = f"Deleted {path}."
        else:
            said = f"Wrote {overlay.write(path, text)} ({len(text.splitlines())} lines)."
    except WriteRefusedError as error:
        work.refused = [*work.refused, str(error)]
        raise ToolError(str(error)) from error
    work.files = overlay.changes
    return said
