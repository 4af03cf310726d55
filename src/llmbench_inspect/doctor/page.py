"""The page docs/troubleshooting.md, made of what the checks say of themselves.

python -m llmbench_inspect.doctor.page > docs/troubleshooting.md
"""

from __future__ import annotations

import re
import sys
from itertools import groupby
from typing import Final

from llmbench_inspect.doctor import Check, ordered, suites

_HEAD: Final = """\
# Troubleshooting

<!-- Made by: python -m llmbench_inspect.doctor.page > docs/troubleshooting.md -->

<!-- needs: Ollama -->
```bash
llmbench doctor --suite vue_refactor --model ollama-native/llama3.2:3b
```

looks at what that run needs, before the run. It prints a line for each check: what was found, or what \
is wrong and the command that mends it. A run that lacks something stops before its first call of the \
model, with the same words.

| sign | meaning |
|:--|:--|
| ✓ | all is well |
| ! | good enough to run; figures of time, or answers, may suffer |
| ✗ | the run would stop; the exit status is 1 |
| - | fails, and nobody asked for it; or was not looked at, because a check before it failed |

With `--suite` alone, the model is not looked at; with `--model` alone, the suites' checks are not. \
Without either, every check is made, and only what every run needs counts for the exit status. \
`--model`, `--model-base-url` and `-M` are those of `inspect eval`, and are taken from the same \
variables and the same file `.env`. `--json` prints the findings for machines.

Looking has few effects: a jail is started and ended, and with `--suite` that suite's task is made, with \
its own defaults, which installs or fetches what a first run would. No model is asked or loaded.

A suite makes the checks that it needs itself, as its task is made or its sandbox starts, whether the \
command was run or not. `idle`, `context` and `spill` stop no run: with a model of Ollama's they leave a \
warning in the log.

## Checks

| code | what it looks at | for |
|:--|:--|:--|
"""

_CONCERNS: Final = {"every run": "every run", "models": "the model of a run"}


def page() -> str:
    """The page as Markdown."""
    checks = ordered()
    lines = [f"| [`{each.code}`](#{_anchor(each)}) | {each.looks_at} | {_whose(each)} |" for each in checks]
    for area, group in groupby(checks, key=lambda each: each.area):
        lines += ["", f"## {area}"]
        for each in group:
            lines += ["", *_section(each)]
    return _HEAD + "\n".join([*lines, ""])


def _section(each: Check) -> list[str]:
    return [
        f"### {each.name}",
        "",
        f"`{each.code}`: {each.looks_at}",
        "",
        " ".join(each.why.split()),
        "",
        "| what is wrong | mends it |",
        "|:--|:--|",
        *(f"| {wrong} | {_mend(mend)} |" for wrong, mend in each.mends.items()),
    ]


def _mend(mend: str) -> str:
    return mend if "https://" in mend else f"`{mend}`"


def _whose(each: Check) -> str:
    if each.concerns != "suites":
        return _CONCERNS[each.concerns]
    names = [f"`{suite.name}`" for suite in suites().values() if each.code in suite.needs]
    return ", ".join(names) or "no suite by default"


def _anchor(each: Check) -> str:
    return re.sub(r"[^a-z ]", "", each.name.lower()).replace(" ", "-")


if __name__ == "__main__":
    sys.stdout.write(page())
