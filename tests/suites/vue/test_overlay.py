"""What a candidate may write where: nothing reaches the disk, and nothing leaves the project."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmbench_inspect.suites.vue.overlay import (
    MAX_FILE_BYTES,
    MAX_FILES,
    Overlay,
    WriteRefusedError,
    changed_files,
    matches,
)

APP = "<script setup>\r\nconst a = 1\r\n</script>\r\n"
FILES = {
    "src/App.vue": APP,
    "src/main.ts": "import App from './App.vue'\n",
    "app/pages/[id].vue": "<template><p /></template>\n",
    "public/about.txt": "About\n",
    "tsconfig.json": "{}\n",
    "package.json": "{}\n",
}


def _project(root: Path) -> Path:
    for name, text in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(text.encode())
    return root


def _state(root: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in root.rglob("*") if path.is_file()}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return _project(tmp_path / "project")


@pytest.fixture(scope="module")
def shared_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _project(tmp_path_factory.mktemp("shared") / "project")


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("../evil.ts", "leads out of the project"),
        ("src/../../evil.ts", "leads out of the project"),
        ("src/../tsconfig.json", "leads out of the project"),
        ("/etc/passwd", "leads out of the project"),
        (".//etc/passwd", "leads out of the project"),
        ("..\\evil.ts", "leads out of the project"),
        ("\\\\host\\share\\evil.ts", "leads out of the project"),
        ("C:\\evil.ts", "leads out of the project"),
        ("file:///evil.ts", "leads out of the project"),
        ("node_modules/vue/index.js", "out of bounds"),
        ("src/node_modules/vue/index.js", "out of bounds"),
        (".nuxt/tsconfig.json", "out of bounds"),
        ("src/.nuxt/types.d.ts", "out of bounds"),
        (".git/hooks/pre-commit", "out of bounds"),
        ("dist/index.js", "out of bounds"),
        ("tsconfig.json", "is configuration"),
        ("./tsconfig.app.json", "is configuration"),
        ("src/tsconfig.json", "is configuration"),
        ("src\\tsconfig.json", "is configuration"),
        ("package.json", "is configuration"),
        ("src/package.json", "is configuration"),
        ("vite.config.ts", "is configuration"),
        ("src/eslint.config.mjs", "is configuration"),
        (".env", "is configuration"),
        ("src/.npmrc", "is configuration"),
        ("src/.vscode/tasks.json", "is configuration"),
        ("public/about.txt", "Allowed: src/**, app/**"),
        ("README.md", "Allowed: src/**, app/**"),
        ("src", "is a folder"),
        ("app/pages/", "is a folder"),
        ("", "empty"),
        ("  ", "empty"),
        (".", "empty"),
        ("./", "empty"),
        ("src/a\0.ts", "control characters"),
        ("src/a\n.ts", "control characters"),
        ("src/\ud800.ts", "control characters"),
        ("src/" + "a" * 300, "longer than 255 bytes"),
        ("src/" + "é" * 150, "longer than 255 bytes"),
    ],
)
def test_what_may_not_be_written_is_refused_with_the_reason(path: str, told: str, project: Path) -> None:
    overlay = Overlay(project, ("src/**", "app/**"))
    for attempt in (lambda: overlay.write(path, "evil"), lambda: overlay.delete(path)):
        with pytest.raises(WriteRefusedError, match=told.replace("*", r"\*")):
            attempt()
    assert overlay.changes == {}


def test_no_link_leads_out_of_the_project(project: Path) -> None:
    outside = project.parent / "outside"
    outside.mkdir()
    (outside / "secret.ts").write_text("secret")
    (project / "src/folder").symlink_to(outside)
    (project / "src/file.ts").symlink_to(outside / "secret.ts")
    overlay = Overlay(project, ("src/**",))
    for path in ("src/folder/secret.ts", "src/folder/new.ts", "src/file.ts"):
        for attempt in (
            lambda path=path: overlay.read(path),
            lambda path=path: overlay.write(path, "evil"),
            lambda path=path: overlay.delete(path),
        ):
            with pytest.raises(WriteRefusedError, match="through a link"):
                attempt()
    assert (outside / "secret.ts").read_text() == "secret"


def test_a_file_has_a_largest_size_and_no_nul(project: Path) -> None:
    overlay = Overlay(project, ("src/**",))
    overlay.write("src/a.ts", "é" * (MAX_FILE_BYTES // 2))
    with pytest.raises(WriteRefusedError, match="262,146 bytes; at most 262,144"):
        overlay.write("src/a.ts", "é" * (MAX_FILE_BYTES // 2 + 1))
    with pytest.raises(WriteRefusedError, match="NUL"):
        overlay.write("src/a.ts", "a\0b")
    assert overlay.read("src/a.ts") == "é" * (MAX_FILE_BYTES // 2)


def test_there_is_a_largest_number_of_files(project: Path) -> None:
    overlay = Overlay(project, ("src/**",))
    for number in range(MAX_FILES):
        overlay.write(f"src/{number}.ts", "")
    with pytest.raises(WriteRefusedError, match=f"at most {MAX_FILES}"):
        overlay.write("src/more.ts", "")
    overlay.write("src/0.ts", "again")
    overlay.delete("src/1.ts")
    overlay.write("src/more.ts", "")
    assert len(overlay.changes) == MAX_FILES


def test_line_ends_stay_as_they_are(project: Path) -> None:
    overlay = Overlay(project, ("src/**",))
    assert overlay.read("src/App.vue") == APP
    overlay.write("src/App.vue", APP.replace("1", "2"))
    assert overlay.read("src/App.vue") == APP.replace("1", "2")
    assert overlay.diff().splitlines(keepends=True) == [
        "--- a/src/App.vue\n",
        "+++ b/src/App.vue\n",
        "@@ -1,3 +1,3 @@\n",
        " <script setup>\r\n",
        "-const a = 1\r\n",
        "+const a = 2\r\n",
        " </script>\r\n",
    ]


def test_a_deleted_file_is_gone_until_it_is_written_again(project: Path) -> None:
    overlay = Overlay(project, ("src/**",))
    overlay.delete("src/main.ts")
    overlay.delete("src/never-there.ts")
    assert overlay.changes == {"src/main.ts": None}
    assert "src/main.ts" not in overlay.files()
    with pytest.raises(FileNotFoundError, match=r"no file 'src/main.ts'. Files: .*src/App.vue"):
        overlay.read("src/main.ts")
    overlay.write("src/new.ts", "1\n")
    overlay.delete("src/new.ts")
    assert overlay.changes == {"src/main.ts": None}
    overlay.write("src/main.ts", "2\n")
    assert overlay.read("src/main.ts") == "2\n"
    assert (project / "src/main.ts").read_text() == FILES["src/main.ts"]


def test_the_diff_tells_new_and_deleted_files_and_missing_newlines(project: Path) -> None:
    overlay = Overlay(project, ("src/**",))
    overlay.delete("src/main.ts")
    overlay.write("src/new.ts", "const a = 'one line\u2028of source'")
    assert overlay.diff() == (
        "--- a/src/main.ts\n+++ /dev/null\n@@ -1 +0,0 @@\n-import App from './App.vue'\n"
        "--- /dev/null\n+++ b/src/new.ts\n@@ -0,0 +1 @@\n+const a = 'one line\u2028of source'\n"
        "\\ No newline at end of file\n"
    )


def test_protected_files_are_put_back_and_only_real_changes_told(project: Path) -> None:
    overlay = Overlay(project, ("src/**", "app/**"))
    overlay.write("src/App.vue", APP)
    overlay.write("app/pages/[id].vue", "changed")
    overlay.write("src/new.ts", "1\n")
    overlay.delete("src/main.ts")
    kept, touched = overlay.without(("src/App.vue", "src/main.ts", "app/pages/[id].vue"))
    assert touched == ["app/pages/[id].vue", "src/main.ts"]
    assert kept == {"src/App.vue": APP, "src/new.ts": "1\n"}


def test_a_folder_of_answer_files_says_what_it_deletes(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src/New.vue").write_text("new")
    (tmp_path / ".deleted").write_text("src/Old.vue\nsrc/older.ts\n")
    assert changed_files(tmp_path) == {"src/New.vue": "new", "src/Old.vue": None, "src/older.ts": None}


@pytest.mark.parametrize(
    ("path", "pattern", "fits"),
    [
        ("src/App.vue", "src/App.vue", True),
        ("src/App.vue", "src/*.vue", True),
        ("src/App.vue", "src/App.ts", False),
        ("src/App.vue", "*.vue", False),
        ("src/App.vue", "**/*.vue", True),
        ("App.vue", "**/*.vue", True),
        ("src/a/b/C.vue", "src/**", True),
        ("src/a/b/C.vue", "src/*", False),
        ("src/a/b/C.vue", "src/**/*.vue", True),
        ("src/C.vue", "src/**/*.vue", True),
        ("src/a/b/C.vue", "src/**/b/*.vue", True),
        ("source/C.vue", "src/**", False),
        ("src/C.vue", "src/?.vue", True),
        ("src/CC.vue", "src/?.vue", False),
        ("app/pages/[id].vue", "app/pages/[id].vue", True),
        ("app/pages/i.vue", "app/pages/[id].vue", False),
        ("app/pages/[...slug].vue", "app/pages/[...slug].vue", True),
        ("app/pages/[id].vue", "app/**/[*].vue", True),
        ("app/pages/id.vue", "app/**/[*].vue", False),
    ],
)
def test_globs(path: str, pattern: str, fits: bool) -> None:
    assert matches(path, pattern) is fits


_PARTS = st.sampled_from(
    ["src", "..", ".", "", "/", "\\", "C:", "~", "node_modules", "a.ts", "App.vue", "\0"]
)

# With lone surrogates, which `st.text()` leaves out.
_TEXT = st.text(st.characters(), max_size=20)


@given(path=_TEXT | st.lists(_PARTS | _TEXT, max_size=6).map("/".join))
def test_any_path_is_refused_or_stays_inside_and_never_reaches_the_disk(
    path: str, shared_project: Path
) -> None:
    before = _state(shared_project.parent)
    overlay = Overlay(shared_project, ("**",))
    try:
        name = overlay.write(path, "written")
    except WriteRefusedError:
        assert overlay.changes == {}
    else:
        assert overlay.changes == {name: "written"}
        assert ".." not in PurePosixPath(name).parts
        assert (shared_project / name).resolve().is_relative_to(shared_project.resolve())
        assert overlay.read(path) == overlay.read(name) == "written"
        assert name in overlay.files()
        overlay.diff().encode()
        overlay.delete(path)
        assert name not in overlay.files()
    assert _state(shared_project.parent) == before


@given(text=st.text(st.characters() | st.sampled_from("\r\n"), max_size=200))
def test_any_text_comes_back_as_it_was_but_for_lone_surrogates(text: str, shared_project: Path) -> None:
    overlay = Overlay(shared_project, ("src/**",))
    if "\0" in text:
        with pytest.raises(WriteRefusedError, match="NUL"):
            overlay.write("src/a.ts", text)
        return
    overlay.write("src/a.ts", text)
    read = overlay.read("src/a.ts")
    assert read == "".join("?" if "\ud800" <= character <= "\udfff" else character for character in text)
    overlay.diff().encode()
