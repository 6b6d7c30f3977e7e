"""The pages of the analysis and of the rules in a real browser: no fault of accessibility, nothing cut off, no JavaScript needed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from passavant.portal.look import built

sys.path.insert(0, str(Path(__file__).parents[1] / "portal"))
from served import environment, served  # beside the portal's own tests

pytestmark = [pytest.mark.service, pytest.mark.prove]  # the full browser audit; the journeys stay in the ordinary tests

_ROOT = Path(__file__).resolve().parents[2]
_AXE = _ROOT / "frontend/node_modules/axe-core/axe.min.js"
_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_PAGES = {
    "volumes": "/analysis/",
    "reasons": "/analysis/reasons/",
    "senders": "/analysis/senders/",
    "results": "/analysis/results/",
    "integrity": "/analysis/integrity/",
    "faulty-filter": "/analysis/?period=own&start=2026-10-20&end=2026-10-10",
    "rules": "/rules/",
    "editor": "/rules/write-new/",
    "rule": "/rules/valuable/",
    "version": "/rules/valuable/1/?against=2",
    "unkept": "/rules/valuable/2/",
    "test": "/rules/back-tests/{0}/",
    "refused-test": "/rules/back-tests/{1}/",
}


@dataclass
class Portal:
    """A portal that is served, a session of somebody who may see all of it, and its back-tests."""

    address: str
    session: str
    tests: list[str]

    def place(self, name: str, language: str) -> str:
        """Return the address of a page."""
        return f"{self.address}/{language}{_PAGES[name].format(*self.tests)}"


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    if not built.is_built():
        pytest.skip("the portal's style is not built: make page (it needs Node: make setup can install it)")
    home = tmp_path_factory.mktemp("portal")
    given = environment(home, PASSAVANT_SECRET="a secret for tests only")
    given["PYTHONPATH"] = os.pathsep.join([str(_ROOT / "tests/portal"), given["PYTHONPATH"]])
    filled = subprocess.run([sys.executable, str(Path(__file__).with_name("filled_portal.py"))], env=given, capture_output=True, text=True, check=True)  # fmt: skip
    told = json.loads(filled.stdout.splitlines()[-1])
    with served(home, PASSAVANT_SECRET="a secret for tests only") as running:
        yield Portal(running.address.rstrip("/"), told["session"], told["tests"])


def _page(browser: Browser, portal: Portal, **more: Any) -> Page:
    context = browser.new_context(locale="en-GB", reduced_motion="reduce", **more)
    context.add_cookies([{"name": "sessionid", "value": portal.session, "url": portal.address}])
    return context.new_page()


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("name", list(_PAGES))
def test_no_fault_of_accessibility_and_nothing_that_the_policy_of_the_page_refuses(
    name: str, language: str, browser: Browser, portal: Portal
) -> None:
    if not _AXE.exists():
        pytest.skip("axe-core is not installed: make page")
    page = _page(browser, portal)
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text) if message.type == "error" else None)
    page.goto(portal.place(name, language))
    page.evaluate(_AXE.read_text(encoding="utf-8"))
    found = page.evaluate("asked => axe.run({runOnly: asked})", _TAGS)
    faults = [(fault["id"], [node["html"] for node in fault["nodes"]]) for fault in found["violations"]]
    page.context.close()

    assert ([], []) == (faults, refused)
    assert len(found["passes"]) > 15


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("name", list(_PAGES))
def test_a_narrow_screen_shows_everything_in_its_width(
    name: str, language: str, browser: Browser, portal: Portal
) -> None:
    page = _page(browser, portal, viewport={"width": 320, "height": 800})
    page.goto(portal.place(name, language))
    width = page.evaluate("document.documentElement.scrollWidth")
    cut = page.locator(".pv-scroll").evaluate_all("all => all.filter(one => one.scrollWidth > one.clientWidth).length")
    page.context.close()

    assert (0, True) == (cut, 320 >= width)


def test_a_rule_is_written_and_tried_without_javascript(browser: Browser, portal: Portal) -> None:
    page = _page(browser, portal, java_script_enabled=False)
    page.goto(portal.place("editor", "en"))
    page.locator("#id_code").fill("many_items")
    page.locator("#id_when").fill("itms > 1")
    for name in ("text_en", "text_fr", "reference_en", "reference_fr", "note"):
        page.locator(f"#id_{name}").fill("words")
    page.get_by_role("button", name="Keep as a draft").click()
    expect(page.locator("#id_when_error")).to_contain_text("did you mean items")
    page.locator("#id_when").fill("items > 1")
    page.get_by_role("button", name="Keep as a draft").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("many_items, version 1")
    page.get_by_role("button", name="Test it on past declarations").click()
    page.goto(f"{page.url}?follow=1")  # the worker does it, and the page asks again by itself
    expect(page.get_by_text("Hits by day of law")).to_be_visible(timeout=60_000)
    page.context.close()
