"""The documentation's site has every page, and what stands outside of it leads to files and headings."""

from __future__ import annotations

import re
import tomllib

import pytest

from .blocks import ROOT


def test_every_page_is_in_the_navigation() -> None:
    navigation = tomllib.loads((ROOT / "zensical.toml").read_text("utf-8"))["project"]["nav"]
    listed = re.findall(r"'([\w-]+\.md)'", str(navigation))
    assert sorted(listed) == sorted(page.name for page in (ROOT / "docs").glob("*.md"))


def anchors(page: str) -> set[str]:
    """Of the headings of a page, as GitHub and the site name them."""
    headings = re.findall(r"^#+ (.*)$", (ROOT / page).read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md"])
def test_links_within_the_checkout_lead_somewhere(page: str) -> None:
    """Those within `docs/` are looked at by the site's build."""
    for file, anchor in re.findall(r"\]\((?!https?://)([^)#]*)#?([^)]*)\)", (ROOT / page).read_text("utf-8")):
        assert (ROOT / file).exists(), file
        assert not anchor or anchor in anchors(file or page), f"{file}#{anchor}"
