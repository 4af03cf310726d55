"""Checks of what Vue components are checked with."""

from __future__ import annotations

from llmbench_inspect.doctor import Asked, check
from llmbench_inspect.suites.vue import toolchain


@check(
    code="node",
    name="Node",
    area="Vue components",
    looks_at="The Node on PATH, and its version.",
    mends={"no Node, or one that does not start": toolchain.NODE_INSTALL},
    concerns="suites",
)
def _node(asked: Asked) -> str:
    """The compiler of Vue and TypeScript and the test runner are programs for Node.

    Where the machine's Node is too old, Node 22 is installed from npm on first use, into the cache.
    """
    found = toolchain.found_node()
    if found.new_enough:
        return f"{found.program}, {found.version}"
    if asked.suite is None:
        return f"{found.program}, {found.version}: too old, so that Node 22 comes from npm on first use"
    return f"{toolchain.node()}, because {found.program} is {found.version}"


@check(
    code="checker_packages",
    name="The checker's packages",
    area="Vue components",
    looks_at="The npm packages of the type checker and the test runner, as their lock file states them.",
    mends={
        "no npm": toolchain.NODE_INSTALL,
        "a registry that does not answer": "npm ping",
        "no room": "export LLMBENCH_CACHE_DIR=/path/with/space",
    },
    concerns="suites",
    after=("node",),
)
def _packages(asked: Asked) -> str:
    """The type checker and the test runner are npm packages, in the versions of their lock file.

    They are installed into the cache on first use, and all later runs share them. Asked for with a suite,
    this check installs them.
    """
    if asked.suite is None and not toolchain.packages_are_installed():
        return "not installed yet: the first run does it"
    return f"in {toolchain.packages()}"


@check(
    code="chromium",
    name="Chromium",
    area="Vue components",
    looks_at="Whether `chromium` is on PATH.",
    mends={"no Chromium": toolchain.CHROMIUM_INSTALL},
    concerns="suites",
)
def _chromium(asked: Asked) -> str:  # noqa: ARG001
    """With `-T dom=browser` the tests of components run in Chromium.

    By default they run in happy-dom, without a browser.
    """
    return str(toolchain.chromium())
