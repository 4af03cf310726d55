"""The warm Vue checker against a cold `vue-tsc`, on the same edits in turn, and its memory over many checks.

`python benchmarks/typecheck.py [--quick]`: for people first, JSON in the last line.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import NamedTuple

from llmbench_inspect.suites.vue import toolchain
from llmbench_inspect.suites.vue.type_checker import TypeChecker

TSCONFIG = {
    "compilerOptions": {
        "target": "ESNext",
        "module": "ESNext",
        "moduleResolution": "bundler",
        "lib": ["ESNext", "DOM", "DOM.Iterable"],
        "jsx": "preserve",
        "strict": True,
        "skipLibCheck": True,
        "noEmit": True,
        "types": [],
    },
    "include": ["src/**/*.ts", "src/**/*.vue"],
}
RSS_LIMIT_MB = 450
WARM_UP = 25

LIST = """\
<script setup lang="ts">
import {{ computed, ref }} from 'vue'
import type {{ Item }} from './types'

interface Props {{ title: string; items?: Item[]; limit?: number }}

const props = withDefaults(defineProps<Props>(), {{ items: () => [], limit: 10 }})
const emit = defineEmits<{{ select: [item: Item]; close: [] }}>()
const query = ref('')
const found = computed(() => props.items.filter((item) => item.name.includes(query.value)))
const shown = computed(() => found.value.slice(0, props.limit))
{script}
</script>

<template>
  <section :aria-label="title">
    <input v-model="query" />
    <ul>
      <li v-for="item in shown" :key="item.id" @click="emit('select', item)">
        {{{{ item.name }}}}{template}
      </li>
    </ul>
    <button @click="emit('close')">{{{{ title }}}}</button>
  </section>
</template>
"""

FIELD = """\
<script setup lang="ts">
defineProps<{ label: string; hint?: string }>()
const model = defineModel<string>({ required: true })
</script>

<template>
  <label>{{ label }} <input v-model="model" :title="hint" /></label>
</template>
"""

BADGE = """\
<script setup lang="ts">
withDefaults(defineProps<{ text: string; tone?: 'calm' | 'loud' }>(), { tone: 'calm' })
</script>

<template>
  <span :class="tone"><slot>{{ text }}</slot></span>
</template>
"""

SHAPES = [
    (
        "List",
        LIST.format(script="", template=""),
        ':title="text" :items="items" @select="(item) => (last = item)"',
    ),
    ("Field", FIELD, 'v-model="text" label="Name"'),
    ("Badge", BADGE, ':text="text" tone="loud"'),
]
"""The kinds of components that a project has in turn: name, source, and how the application uses it."""

EDITS = [
    ("", ""),
    ("const total: number = shown.value.length", "{{ total }}"),
    ("const total: string = shown.value.length", "{{ total }}"),
    ("const first = computed(() => shown.value[0].name.toFixed())", "{{ first }}"),
    ("function pick(item: Item) { emit('select', item.id) }", '<b @click="pick(item)" />'),
    ("", "{{ item.price }}"),
    ("const count = ref<number>('none')", "{{ count + 1 }}"),
    ("const label = (item: Item): string => `${item.id}: ${item.name}`", "{{ label(item) }}"),
    ("const broken = (", ""),
]
"""What an engineer or a model tries in a list: good, bad, and not even TypeScript."""


class Project(NamedTuple):
    """A project on disk and the components in it that are edited."""

    folder: Path
    lists: list[str]


def project(folder: Path, *, components: int, node_modules: Path) -> Project:
    source = folder / "src"
    source.mkdir(parents=True)
    (folder / "node_modules").symlink_to(node_modules)
    (folder / "package.json").write_text('{"name": "bench", "private": true, "type": "module"}')
    (folder / "tsconfig.json").write_text(json.dumps(TSCONFIG))
    (source / "types.ts").write_text("export interface Item { id: number; name: string }\n")
    uses = ""
    imports = ""
    for number in range(components):
        shape, text, attributes = SHAPES[number % len(SHAPES)]
        (source / f"{shape}{number}.vue").write_text(text)
        imports += f"import {shape}{number} from './{shape}{number}.vue'\n"
        uses += f"  <{shape}{number} {attributes} />\n"
    (source / "App.vue").write_text(
        "<script setup lang=\"ts\">\nimport { ref } from 'vue'\nimport type { Item } from './types'\n"
        f"{imports}\nconst items = ref<Item[]>([])\nconst last = ref<Item>()\n"
        "const text = ref('')\n</script>\n\n"
        f"<template>\n{uses}  <p>{{{{ last?.name }}}}</p>\n</template>\n"
    )
    return Project(folder, [f"src/List{number}.vue" for number in range(0, components, len(SHAPES))])


def edits(made: Project) -> Iterator[dict[str, str]]:
    for number in count():
        script, template = EDITS[number % len(EDITS)]
        # The comment makes every edit new to the checker's caches.
        text = LIST.format(script=f"{script} // edit {number}", template=template)
        yield {made.lists[number % len(made.lists)]: text}


async def compare(made: Project, checker: TypeChecker, *, rounds: int) -> tuple[float, float]:
    """Median seconds of a cold and of a warm check, alternating on the same edits."""
    cold: list[float] = []
    warm: list[float] = []
    command = [toolchain.node(), toolchain.packages() / "node_modules/vue-tsc/bin/vue-tsc.js"]
    changing = edits(made)
    for _ in range(WARM_UP):
        await checker.check(made.folder, ["tsconfig.json"], next(changing))
    for _ in range(rounds):
        edit = next(changing)
        start = time.perf_counter()
        result = await checker.check(made.folder, ["tsconfig.json"], edit)
        warm.append(time.perf_counter() - start)
        kept = {path: (made.folder / path).read_text() for path in edit}
        for path, text in edit.items():
            (made.folder / path).write_text(text)
        start = time.perf_counter()
        ran = await asyncio.to_thread(
            subprocess.run,
            [*map(str, command), "--noEmit", "--pretty", "false", "-p", "tsconfig.json"],
            cwd=made.folder,
            capture_output=True,
            text=True,
        )
        cold.append(time.perf_counter() - start)
        for path, text in kept.items():
            (made.folder / path).write_text(text)
        reported = ran.stdout.count("): error TS")
        if reported != len(result.errors):
            raise SystemExit(f"vue-tsc reports {reported} errors, the checker {len(result.errors)}: {edit}")
    return statistics.median(cold), statistics.median(warm)


async def peak_memory(made: Project, checker: TypeChecker, *, checks: int) -> float:
    """Highest resident memory after any of the checks, MB."""
    changing = edits(made)
    peak = 0
    for _ in range(checks):
        peak = max(peak, (await checker.check(made.folder, ["tsconfig.json"], next(changing))).rss)
    return peak / 1e6


async def measure(*, quick: bool) -> dict[str, object]:
    ratios: dict[str, dict[str, object]] = {}
    node_modules = toolchain.packages() / "node_modules"
    with tempfile.TemporaryDirectory() as folder:
        checker = TypeChecker(toolchain.node(), toolchain.packages(), max_rss=10**12)
        try:
            for components, target in ((1, 10), (10, 8)):
                made = project(
                    Path(folder) / str(components), components=components, node_modules=node_modules
                )
                cold, warm = await compare(made, checker, rounds=7 if quick else 45)
                print(
                    f"{components:>3} components: cold vue-tsc {cold * 1000:.0f} ms, "
                    f"warm {warm * 1000:.0f} ms (medians), {cold / warm:.1f}x"
                )
                ratios[f"warm_vs_cold_{components}"] = {
                    "value": round(cold / warm, 2),
                    "target": target,
                    "better": "higher",
                }
            checks = 40 if quick else 500
            peak = await peak_memory(made, checker, checks=checks)
        finally:
            checker.close()
    print(f"peak resident memory over {checks} checks, never replaced: {peak:.0f} MB (limit {RSS_LIMIT_MB})")
    ratios["peak_rss_over_limit"] = {"value": round(peak / RSS_LIMIT_MB, 3), "target": 1, "better": "lower"}
    machine = {"cpus": os.cpu_count(), "machine": platform.machine(), "system": platform.platform()}
    return {"benchmark": "typecheck", "ratios": ratios, "machine": machine}


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--quick", action="store_true", help="fewer rounds, within 50 s on 2 cores")
    print(json.dumps(asyncio.run(measure(quick=arguments.parse_args().quick))))
