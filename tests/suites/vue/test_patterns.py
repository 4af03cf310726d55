"""The pattern engine reads components as the compiler does, whatever they are made to look like."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import anyio
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from llmbench_inspect.suites.vue import toolchain
from llmbench_inspect.suites.vue.type_checker import CheckerRequestError, PatternResult, TypeChecker

TRAPS = Path(__file__).parent / "pattern_traps"
CATALOG = toolchain.CHECKER / "catalog.mjs"
PAGE = Path(__file__).parents[3] / "docs" / "vue-facts.md"
QUICK = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


class Trap(NamedTuple):
    name: str
    nuxt: bool
    files: dict[str, str | None]
    facts: dict[str, list[dict[str, Any]]]


def read_traps(path: Path) -> Iterator[Trap]:
    for section in re.split(r"^=== ", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        head, *parts = re.split(r"^-- (\S+) --(.*)\n", section, flags=re.MULTILINE)
        name, *kinds = head.strip().splitlines()
        texts = {
            file: laid_out(text, how.split()) for file, how, text in zip(*[iter(parts)] * 3, strict=True)
        }
        facts = json.loads(texts.pop("facts") or "")
        yield Trap(f"{path.stem}: {name}", kinds == ["nuxt"], texts, facts)


def laid_out(text: str, how: list[str]) -> str | None:
    if "deleted" in how:
        return None
    if "crlf" in how:
        text = text.replace("\n", "\r\n")
    return "\ufeff" + text if "bom" in how else text


ALL_TRAPS = [trap for path in sorted(TRAPS.glob("*.txt")) for trap in read_traps(path)]


class Asker:
    """Asks the worker for patterns in files that are nowhere on disk."""

    def __init__(self, project: Path) -> None:
        self.project = project
        self.checker = TypeChecker(toolchain.node(), toolchain.packages())

    def __call__(
        self,
        files: Mapping[str, str | None] | str,
        *patterns: Mapping[str, Any],
        targets: list[str] | None = None,
    ) -> PatternResult:
        if isinstance(files, str):
            files = {"src/A.vue": files}
        targets = [next(iter(files))] if targets is None else targets
        return anyio.run(self.checker.patterns, self.project, files, targets, patterns)

    def lines(self, files: Mapping[str, str | None] | str, pattern: Mapping[str, Any]) -> list[int]:
        return [match.line for match in self(files, pattern).matches[0]]


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asker]:
    asker = Asker(tmp_path_factory.mktemp("project"))
    yield asker
    asker.checker.close()


@pytest.fixture(scope="module")
def ask_nuxt(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asker]:
    project = tmp_path_factory.mktemp("nuxt")
    for folder in (".nuxt", "app"):
        (project / folder).mkdir()
    asker = Asker(project)
    yield asker
    asker.checker.close()


@pytest.fixture(scope="module")
def catalog() -> dict[str, set[str]]:
    """The attributes of each fact."""
    printed = subprocess.run([toolchain.node(), CATALOG], capture_output=True, check=True).stdout
    return {fact["name"]: set(fact["attributes"]) for fact in json.loads(printed)}


@pytest.mark.parametrize("trap", ALL_TRAPS, ids=lambda trap: trap.name)
def test_trap(trap: Trap, ask: Asker, ask_nuxt: Asker, catalog: dict[str, set[str]]) -> None:
    path = next(iter(trap.files))
    found = (ask_nuxt if trap.nuxt else ask)(trap.files).facts[path]
    for fact, expected in trap.facts.items():
        assert [
            {key: record.get(key) for key in wanted}
            for record, wanted in zip(found[fact], expected, strict=True)
        ] == expected, fact
    assert {fact: records for fact, records in found.items() if fact not in catalog} == {}
    for fact, records in found.items():
        assert all(set(record) == catalog[fact] | {"line"} for record in records), fact
    text = trap.files[path] or ""
    assert {text[record["start"] : record["end"]] for record in found["any"]} <= {"any", "*"}
    assert all(text[record["start"]] == "@" for record in found["suppressions"])
    for record in found["assertion_steps"]:
        assert re.fullmatch(r" as [\w{}]+|<\w+>", text[record["start"] : record["end"]])


def test_every_fact_is_trapped(catalog: dict[str, set[str]]) -> None:
    assert {fact for trap in ALL_TRAPS for fact, records in trap.facts.items() if records} == set(catalog)


def test_page_is_current() -> None:
    printed = subprocess.run(
        [toolchain.node(), CATALOG, "--markdown"], capture_output=True, text=True, check=True
    ).stdout
    assert PAGE.read_text(encoding="utf-8") == printed, f"run: node {CATALOG} --markdown > {PAGE}"


PROPS = """<script setup lang="ts">
import type { Ref as R } from 'vue'
interface User { id: number; name?: string }
type Users = ReadonlyArray<User>
type Status = 'open' | "done"
type Box<T> = { held: T }
const props = withDefaults(defineProps<{
  users: Users
  status: Status
  count?: number
  pick: (user: User, at: number) => void
  held: R<boolean | null>
  box: Box<string>
  table: { [key: string]: number }
}>(), { count: 3, users: () => [] })
</script>
"""


@pytest.mark.parametrize(
    "members",
    [
        {"users": "Users"},
        {"users": "User[]"},
        {"users": "Array<User>"},
        {"users": "readonly { name?: string, id: number }[]"},
        {"status": "'done'|'open'"},
        {"status": "( 'open' | 'done' )"},
        {"count?": "number"},
        {"count?": "undefined | number"},
        {"pick": "(a: User, b: number) => void"},
        {"held": "Ref<null | boolean>"},
        {"box": "Box<string>"},
        {"box": "{ held: string }"},
        {"table": "Record<string, number>"},
        {"count?": {"any_of": ["string", "number"]}},
        {"missing": None, "count": None},
        {"missing": {"any_of": [None, "string"]}},
        {},
    ],
)
def test_members_that_fit(ask: Asker, members: dict[str, Any]) -> None:
    assert ask.lines(PROPS, {"fact": "props", "with": {"members": members}}) == [7]


@pytest.mark.parametrize(
    "members",
    [
        {"count": "number"},
        {"count?": "string"},
        {"count?": None},
        {"users": "User"},
        {"users": "Status[]"},
        {"status": "'open'"},
        {"status": "string"},
        {"pick": "(a: number, b: User) => void"},
        {"box": "{ held: number }"},
        {"table": "Record<string, string>"},
        {"missing": "string"},
        {"constructor": "string"},
    ],
)
def test_members_that_do_not_fit(ask: Asker, members: dict[str, Any]) -> None:
    assert ask.lines(PROPS, {"fact": "props", "with": {"members": members}}) == []


def test_expressions_are_compared_by_token(ask: Asker) -> None:
    fits: list[dict[str, Any]] = [{"count": "3"}, {"count": 3}, {"users": "()=>[ ]"}]
    assert [ask.lines(PROPS, {"fact": "props", "with": {"defaults": each}}) for each in fits] == [[7]] * 3
    assert ask.lines(PROPS, {"fact": "props", "with": {"defaults": {"count": "30"}}}) == []


def test_lists_are_asked_for_some_elements(ask: Asker) -> None:
    source = {"src/a.ts": "import { a, b as c, type D } from './b'\n"}
    for names, lines in ((["b"], [1]), (["D", "a"], [1]), (["c"], []), (["a", "x"], [])):
        assert ask.lines(source, {"fact": "imports", "with": {"names": names}}) == lines


def test_match_shows_the_line(ask: Asker) -> None:
    source = "<script setup lang='ts'>\r\n  const a = 1 as any // here\r\n</script>\r\n"
    [[match]] = ask(source, {"fact": "any"}).matches
    assert (match.file, match.line, match.text) == ("src/A.vue", 2, "const a = 1 as any // here")


VUE2 = """<template>
  <!-- eslint-disable -->
  <div @click.native="go">{{ name | upper }} <!-- {{ name | lower }} --></div>
  <child :title.sync="title" />
</template>
<script>
/* eslint-disable vue/no-deprecated-destroyed-lifecycle */
export default { beforeDestroy() {}, methods: { go() { this.$set(this, 'beforeDestroy', 1) } } }
</script>
"""


@pytest.mark.parametrize(
    ("rule", "lines"),
    [
        ("vue/no-deprecated-filter", [3]),
        ("vue/no-deprecated-v-on-native-modifier", [3]),
        ("vue/no-deprecated-v-bind-sync", [4]),
        ("vue/no-deprecated-destroyed-lifecycle", [8]),
        ("vue/no-deprecated-slot-attribute", []),
    ],
)
def test_eslint_rules_no_comment_switches_off(ask: Asker, rule: str, lines: list[int]) -> None:
    assert ask.lines(VUE2, {"eslint": rule}) == lines


@pytest.mark.parametrize(
    ("where", "esquery", "lines"),
    [
        ("script", "MemberExpression[object.type='ThisExpression'][property.name='$set']", [8]),
        ("script", "VElement", []),
        ("template", "VFilter[callee.name='upper']", [3]),
        ("template", "VElement[name='child'] > VStartTag > VAttribute[directive=true]", [4]),
        ("document", "VElement[name='script']", [6]),
    ],
)
def test_selectors(ask: Asker, where: str, esquery: str, lines: list[int]) -> None:
    assert ask.lines(VUE2, {"selector": {"where": where, "esquery": esquery}}) == lines


def test_selectors_read_typescript_in_scripts_and_templates(ask: Asker) -> None:
    source = (
        "<script setup lang='ts'>\nconst a = b as string\n</script>\n"
        "<template>{{ (a as number) }}</template>\n"
    )
    asked: list[dict[str, Any]] = [
        {"selector": {"where": where, "esquery": "TSAsExpression"}} for where in ("script", "template")
    ]
    assert [[match.line for match in found] for found in ask(source, *asked).matches] == [[2], [4]]
    assert ask.lines(
        {"src/a.ts": "let a: string\n"}, {"selector": {"where": "script", "esquery": "TSStringKeyword"}}
    ) == [1]


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ({"fact": "interface"}, "unknown fact 'interface', did you mean 'interfaces'? (known: any, "),
        (
            {"fact": "props", "with": {"membres": {}}},
            "unknown attribute of fact 'props' 'membres', did you mean 'members'?",
        ),
        ({"fact": "props", "with": {"members": {"count?": "number["}}}, "'number[' is not a TypeScript type"),
        ({"fact": "props", "with": {"name": {"any_of": "P"}}}, "'any_of' takes a list"),
        ({"eslint": "vue/no-deprecated-filters"}, "did you mean 'vue/no-deprecated-filter'?"),
        ({"eslint": "no-console"}, "unknown eslint rule 'no-console'"),
        (
            {"selector": {"where": "script", "esquery": "CallExpression["}},
            "the selector 'CallExpression[' is not esquery: ",
        ),
        (
            {"selector": {"where": "style", "esquery": "*"}},
            "'where' is script, template or document, not 'style'",
        ),
    ],
)
def test_wrong_pattern_is_named(ask: Asker, pattern: dict[str, Any], message: str) -> None:
    with pytest.raises(CheckerRequestError) as raised:
        ask(PROPS, {"fact": "any"}, pattern)
    assert str(raised.value).startswith("pattern 2: ")
    assert message in str(raised.value)


def test_globs_choose_files_of_disk_and_overlay(ask: Asker) -> None:
    on_disk = {"src/a/one.ts": "", "src/a/b/two.ts": "", "src/top.ts": "", "node_modules/x/three.ts": ""}
    for name in on_disk:
        path = ask.project / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("let x: any\n", encoding="utf-8")
    files = {"src/a/one.ts": None, "src/new.vue": "<script>\n/** @type {any} */\nlet a\n</script>"}
    for globs, found in (
        (["src/**"], ["src/a/b/two.ts", "src/new.vue", "src/top.ts"]),
        (["src/*.{ts,vue}"], ["src/new.vue", "src/top.ts"]),
        (["src/**/*.ts", "**/new.vue"], ["src/a/b/two.ts", "src/new.vue", "src/top.ts"]),
        (["src/?op.ts"], ["src/top.ts"]),
        (["src/a(b|*.ts"], []),
    ):
        [matches] = ask(files, {"fact": "any", "files": globs}, targets=[]).matches
        assert [match.file for match in matches] == found


def test_deleted_and_missing_targets_have_no_facts(ask: Asker) -> None:
    found = ask({"src/A.vue": None}, {"fact": "script"}, targets=["src/A.vue", "src/B.vue"])
    assert (found.facts, found.matches) == ({}, ((),))


def test_imports_do_not_leave_the_project(ask: Asker) -> None:
    (ask.project.parent / "secret.ts").write_text("export interface P { secret: string }\n", encoding="utf-8")
    source = "<script setup lang='ts'>\nimport type { P } from '../../secret'\ndefineProps<P>()\n</script>"
    [props] = ask(source).facts["src/A.vue"]["props"]
    assert props["members"] is None


def test_parse_errors_are_placed(ask: Asker) -> None:
    source = "<script setup lang='ts'>\nconst a = = 1\n</script>\n<template>\n  <p>{{ a b }}\n</template>\n"
    found = ask(
        source, {"selector": {"where": "script", "esquery": "*"}}, {"eslint": "vue/no-deprecated-filter"}
    )
    assert {("src/A.vue", 2, 11), ("src/A.vue", 5, 3)} <= {
        (error.file, error.line, error.column) for error in found.parse_errors
    }


@pytest.mark.parametrize(
    "source",
    [
        pytest.param("<script setup lang='ts'>\n" + "a()+" * 50_000 + "1\n</script>", id="a long sum"),
        pytest.param(
            "<script setup lang='ts'>\n" + "// @ts-ignore\n" * 15_000 + "</script>", id="many comments"
        ),
        pytest.param(
            "<script setup lang='ts'>\n"
            + "".join(f"type A{i} = [A{i + 1}, A{i + 1}] & {{ a{i}: A{i + 1} }}\n" for i in range(60))
            + "interface P { x: A0 }\ndefineProps<P & A0>()\ndefineEmits<A0>()\n</script>",
            id="types that double",
        ),
        pytest.param(
            "<script setup lang='ts'>\na" + " as B" * 40_000 + "\n</script>", id="an assertion of many steps"
        ),
        pytest.param("<template>" + "<Foo :a='b'>" * 15_000 + "</template>", id="a deep template"),
        pytest.param("<template><p :a='[&amp;" + "(b as any)," * 18_000 + "]' /></template>", id="entities"),
    ],
)
def test_large_answers_are_read_in_seconds(ask: Asker, source: str) -> None:
    wanted = {"fact": "props", "with": {"members": {"x": "string"}}}
    assert ask(source, wanted).milliseconds < 10_000


NAMES = st.sampled_from(
    ["string", "number", "User", "'a'", "'b c'", "null", "undefined", "Map<string, User>"]
)
TYPES = st.recursive(
    NAMES,
    lambda inner: st.one_of(
        inner.map(lambda a: f"({a})[]"),
        inner.map(lambda a: f"readonly ({a})[]"),
        inner.map(lambda a: f"Promise<{a}>"),
        st.tuples(inner, inner).map(lambda two: f"({two[0]}) | ({two[1]})"),
        st.tuples(inner, inner).map(lambda two: f"({two[0]}) & ({two[1]})"),
        st.tuples(inner, inner).map(lambda two: f"(x: {two[0]}) => {two[1]}"),
        st.tuples(inner, inner).map(lambda two: f"[{two[0]}, ({two[1]})?]"),
        st.tuples(inner, inner).map(lambda two: f"{{ a: {two[0]}; b?: {two[1]} }}"),
    ),
    max_leaves=8,
)


@QUICK
@given(TYPES)
def test_text_of_a_type_is_its_own_text(ask: Asker, text: str) -> None:
    [first] = ask({"src/a.ts": f"type A = {text}\n"}).facts["src/a.ts"]["interfaces"]
    [second] = ask({"src/a.ts": f"type A = {first['type']}\n"}).facts["src/a.ts"]["interfaces"]
    assert second["type"] == first["type"]


@QUICK
@given(TYPES, st.sampled_from([" ", "  ", "\n  ", " /* any */ "]))
def test_a_type_is_the_same_however_it_is_laid_out(ask: Asker, text: str, space: str) -> None:
    laid = text.replace(" ", space) if "'b c'" not in text else text
    varied = laid.replace("'", '"').replace("(x:", "(value:")
    assert ask.lines(
        {"src/a.ts": f"type A = (\n{varied}\n)\n"}, {"fact": "interfaces", "with": {"type": text}}
    ) == [1]


FRAGMENTS = st.sampled_from(
    [
        *(
            "<script setup lang='ts'>\n",
            "</script>\n",
            "<template>",
            "</template>",
            "<p :a='",
            "'>",
            "{{",
            "}}",
        ),
        *(
            "any",
            " as any",
            "// @ts-ignore\n",
            "<!-- @vue-ignore -->",
            "/** {any} */",
            "`",
            "${",
            "}",
            "'",
            "\r\n",
        ),
        *(
            "defineProps<",
            "{ a: ",
            ">()",
            "type A = ",
            "const a",
            " = ",
            "😀",
            "\0",
            "&amp;",
            "generic='T'",
            "(",
            ")",
        ),
    ]
)


@QUICK
@given(st.lists(FRAGMENTS, max_size=40).map("".join), st.sampled_from(["vue", "ts", "js", "tsx"]))
def test_anything_can_be_read(ask: Asker, text: str, suffix: str) -> None:
    path = f"src/A.{suffix}"
    patterns: list[dict[str, Any]] = [
        {"eslint": "vue/no-deprecated-filter"},
        {"selector": {"where": "script", "esquery": "*"}},
        {"fact": "props", "with": {"members": {"a": "string"}}},
    ]
    found = ask({path: text}, *patterns).facts[path]
    assert {text[record["start"] : record["end"]] for record in found["any"]} <= {"any", "*"}
    assert all(text[record["start"]] == "@" for record in found["suppressions"])
    for record in found["assertion_steps"]:
        assert re.fullmatch(r" as [\w{}]+|<\w+>", text[record["start"] : record["end"]])
