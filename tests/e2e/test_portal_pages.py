"""The portal's pages in a real browser, served as its users start it: no fault of accessibility, nothing cut off, and no JavaScript needed."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import hotp_value, yield_hotp_counters_from_time
from playwright.sync_api import Browser, BrowserContext, Page, expect

from passavant.portal.look import built

sys.path.insert(0, str(Path(__file__).parents[1] / "portal"))
from served import COMMAND, environment, served  # beside the portal's own tests

pytestmark = [pytest.mark.service, pytest.mark.prove]  # the full browser audit; the journeys stay in the ordinary tests

_ROOT = Path(__file__).resolve().parents[2]
_AXE = _ROOT / "frontend/node_modules/axe-core/axe.min.js"
_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
#: What may differ on a narrow screen.
_OF_LAYOUT = ["target-size", "scrollable-region-focusable", "color-contrast"]
_QUESTION = "destination=DE&sent_from=CN&value=100&currency=EUR&hs_code=610910&on=2026-06-15&quantity=1&nature=sale&channel=express"
_PUBLIC = {
    "home": "/",
    "question": "/landed-cost/",
    "answer": f"/landed-cost/?{_QUESTION}",
    "faults": "/landed-cost/?value=x&currency=ZZZ",
    "policies": "/policies/",
    "policy": "/policies/EU/?on=2026-10-15",
    "seals": "/seals/",
    "sign-in": "/accounts/login/",
    "password": "/accounts/password/reset/",
    "error": "/nothing/",
}
_OWN = {
    "home": "/",
    "account": "/account/",
    "password": "/accounts/password/change/",
    "factor": "/accounts/2fa/",
    "passkeys": "/accounts/2fa/webauthn/",
    "confirm": "/accounts/reauthenticate/",
    "connections": "/accounts/3rdparty/",
    "sign-out": "/accounts/logout/",
    "refused": "/../metrics",
}


@dataclass
class Portal:
    """A portal that is served, and the first password of each account."""

    address: str
    passwords: dict[str, str] = field(default_factory=dict)

    def sign_in(self, page: Page, name: str, language: str = "en") -> None:
        """Sign somebody in, by password."""
        page.goto(f"{self.address}/{language}/accounts/login/")
        page.locator("#id_login").fill(f"{name}@customs.example")
        page.locator("#id_password").fill(self.passwords[name])
        page.locator("main form button[type=submit]").first.click()


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    if not built.is_built():
        pytest.skip("the portal's style is not built: make page (it needs Node: make setup can install it)")
    home = tmp_path_factory.mktemp("portal")
    given = environment(home)
    passwords = {}
    for name, role in (("omar", "operator"), ("ada", "officer")):
        made = subprocess.run(
            [*COMMAND, "people", "add", f"{name}@customs.example", "--name", name.title(), "--role", role, "--for", "Example"],
            capture_output=True, text=True, check=True, env=given,
        )  # fmt: skip
        passwords[name] = re.search(r"shown once: (\S+)", made.stdout + made.stderr)[1]  # type: ignore[index]
    with served(home) as running:
        yield Portal(running.address.rstrip("/"), passwords)


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(locale="en-GB", reduced_motion="reduce")
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


@pytest.fixture(scope="module")
def omar(browser: Browser, portal: Portal) -> Any:
    """Return what the browser keeps of an operator's session."""
    context = browser.new_context(locale="en-GB")
    page = context.new_page()
    portal.sign_in(page, "omar")
    expect(page.get_by_role("heading", level=1)).to_have_text("Welcome, Omar")
    state = context.storage_state()
    context.close()
    return state


def _faults(page: Page, *rules: str) -> list[Any]:
    if not _AXE.exists():
        pytest.skip("axe-core is not installed: make page")
    page.evaluate(_AXE.read_text(encoding="utf-8"))
    found = page.evaluate("asked => axe.run({runOnly: asked})", list(rules) or _TAGS)
    assert len(found["passes"]) > (0 if rules else 15)
    return [(fault["id"], [node["html"] for node in fault["nodes"]]) for fault in found["violations"]]


def _checked(page: Page) -> None:
    """Look for faults on a wide and on a narrow screen, and for what is cut off."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)

    assert [] == _faults(page)
    page.set_viewport_size({"width": 320, "height": 640})
    assert [] == _faults(page, *_OF_LAYOUT)
    assert 320 == page.evaluate("document.documentElement.scrollWidth")
    assert [] == said


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("name", list(_PUBLIC))
def test_a_visitors_page_has_no_fault(page: Page, portal: Portal, name: str, language: str) -> None:
    page.goto(f"{portal.address}/{language}{_PUBLIC[name]}")

    _checked(page)


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("name", list(_OWN))
def test_a_page_of_ones_own_has_no_fault(browser: Browser, portal: Portal, omar: Any, name: str, language: str) -> None:
    context = browser.new_context(locale=language, storage_state=omar)
    page = context.new_page()
    page.goto(f"{portal.address}/{language}{_OWN[name]}")
    try:
        _checked(page)
    finally:
        context.close()


def test_an_officer_sets_up_a_second_factor_and_signs_in_with_it(page: Page, portal: Portal) -> None:
    portal.sign_in(page, "ada", "fr")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your second factor")
    _checked(page)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.get_by_role("link", name="Set up the authenticator").click()
    if "reauthenticate" in page.url:
        page.locator("#id_password").fill(portal.passwords["ada"])
        page.get_by_role("button", name="Confirm").click()
    secret = page.locator("code.pv-code").inner_text()
    _checked(page)
    page.locator("#id_code").fill("000000")
    page.get_by_role("button", name="Activate").click()
    expect(page).to_have_title(re.compile("^Error: "))
    _checked(page)
    page.locator("#id_code").fill(_code(secret))
    page.get_by_role("button", name="Activate").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")
    _checked(page)
    page.goto(f"{portal.address}/en/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Welcome, Ada")


def _code(secret: str) -> str:
    return f"{hotp_value(secret, next(iter(yield_hotp_counters_from_time()))):06d}"


def test_the_keyboard_alone_is_enough(page: Page, portal: Portal) -> None:
    page.goto(f"{portal.address}/en/landed-cost/?value=x&currency=ZZZ")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to main content")).to_be_focused()
    expect(page.get_by_role("link", name="Skip to main content")).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    first = page.get_by_role("alert").get_by_role("link").first
    expect(first).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")

    assert page.evaluate("document.activeElement.tagName") in ("SELECT", "INPUT")


def test_everything_works_without_javascript(browser: Browser, portal: Portal) -> None:
    context = browser.new_context(java_script_enabled=False, locale="fr-FR")
    page = context.new_page()
    page.goto(portal.address)
    expect(page).to_have_url(f"{portal.address}/fr/")
    page.get_by_role("link", name="Que vais-je payer").first.click()
    page.get_by_label("Où va le colis").select_option("DE")
    page.get_by_label("Pays d'expédition").select_option("CN")
    page.get_by_label("Prix de la marchandise").fill("100,00")
    page.get_by_label("Code tarifaire").fill("6109 10")
    page.get_by_label("Jour d'arrivée").fill("2026-06-15")
    page.get_by_role("button", name="Afficher ce qui est dû").click()
    expect(page.get_by_role("heading", level=2).first).to_have_text(
        "À l'arrivée\u00a0: 19,00\u00a0EUR", use_inner_text=True
    )
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("heading", level=2).first).to_contain_text("On arrival: EUR 19.00")
    portal.sign_in(page, "omar")
    expect(page.get_by_role("heading", level=1)).to_have_text("Welcome, Omar")
    page.get_by_role("link", name="Sign out").click()
    page.get_by_role("main").get_by_role("button").click()
    expect(page.get_by_role("link", name="Sign in").first).to_be_visible()
    context.close()


def test_a_passkey_is_made_and_signs_in(browser: Browser, portal: Portal) -> None:
    context = browser.new_context(locale="en-GB")
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    tools = context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
    }
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    local = Portal(portal.address.replace("127.0.0.1", "localhost"), portal.passwords)  # a passkey needs a name
    local.sign_in(page, "omar")
    page.goto(f"{local.address}/en/accounts/2fa/webauthn/add/")
    if "reauthenticate" in page.url:
        page.locator("#id_password").fill(portal.passwords["omar"])
        page.get_by_role("button", name="Confirm").click()
    page.get_by_label("Sign in with it alone").check()
    page.get_by_role("button", name="Add").click()
    page.wait_for_url(re.compile("recovery-codes|webauthn/$"))
    page.goto(f"{local.address}/en/accounts/2fa/webauthn/")
    expect(page.get_by_role("table")).to_be_visible()
    _checked(page)
    page.goto(f"{local.address}/en/accounts/logout/")
    page.get_by_role("main").get_by_role("button").click()
    page.goto(f"{local.address}/en/accounts/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Welcome, Omar")
    context.close()

    assert [] == said


def test_a_file_is_checked_in_the_browser(page: Page, portal: Portal, tmp_path: Path) -> None:
    certificate = tmp_path / "certificate.pdf"
    certificate.write_bytes(b"a phytosanitary certificate\n")
    page.goto(f"{portal.address}/fr/seals/")
    page.get_by_role("link", name="Choisir un fichier à vérifier").click()
    page.locator("#files").set_input_files(certificate)

    expect(page.locator(".card")).to_contain_text("aucun journal de scellés sur ce site")
