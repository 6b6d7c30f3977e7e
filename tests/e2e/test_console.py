"""The officers' console in a real browser: no fault of accessibility in either language, nothing wider than a telephone, the keyboard alone."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from passavant.portal.look import built

sys.path.insert(0, str(Path(__file__).parents[1] / "portal"))
from served import environment, served  # beside the portal's own tests

pytestmark = [pytest.mark.service, pytest.mark.prove]  # the full browser audit; the journeys stay in the ordinary tests

_ROOT = Path(__file__).resolve().parents[2]
_AXE = _ROOT / "frontend/node_modules/axe-core/axe.min.js"
_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
#: Makes a home with a published day, its cases opened, and prints who is signed in and which cases there are.
_FILL = """
import datetime as dt, json, sys
from pathlib import Path
from passavant.portal import prepare
prepare()
from passavant.portal.server import update_database
update_database()
from allauth.mfa.models import Authenticator
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from passavant import settings
from passavant.clearance import ClearOptions, clear
from passavant.lake import publish
from passavant.portal.cases import services
from passavant.portal.cases.answering import answer
from passavant.portal.cases.models import Case
from passavant.portal.cases.tasks import open_published_runs
from passavant.portal.people.models import Organisation
from passavant.portal.people.roles import Role
from passavant.portal.people.services import give_role, make_account
from passavant.synthetic import generate
work = settings.home() / "work"
day = generate(1500, seed=7, day=dt.date(2026, 9, 15), out=work / "day")
clear([day.parcels], work / "out", ClearOptions(policy="EU", rates=[Path(sys.argv[1])], stratum_ppm=20000))
publish(work / "out", settings.home() / "lake")
open_published_runs()
told = {}
office = Organisation.objects.create(name="Customs of Example")
people = {}
for role in (Role.OFFICER, Role.SUPERVISOR, Role.ADMINISTRATOR):
    person = people[role] = make_account(f"{role.value}@customs.example", role.value.title(), None, by="test")
    give_role(person, role, office, by="test")
    Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={"secret": "of the test"})
    client = Client(SERVER_NAME="localhost")
    client.force_login(person)
    told[role.value] = str(client.cookies["sessionid"].value)
cases = list(Case.objects.all())
red = [case for case in cases if case.lane == "red"]
told["split"] = next(case.pk for case in cases if "signals.split.exact_key" in case.reasons)
told["second"], told["red"] = red[0].pk, red[1].pk
services.act(red[0].pk, "release", people[Role.OFFICER], "controlled", seen=services.Seen(0, timezone.now()))
services.record_result(red[1].pk, people[Role.OFFICER], services.Finding(True, "undervalued", 4990, "EUR", "610910", "two more"))
services.set_capacity([("red", 40)], people[Role.SUPERVISOR])
from passavant.portal.declarations.asked import Asked
from passavant.portal.declarations.desk import Desk
from passavant.portal.declarations.models import Submission
platform = Organisation.objects.create(name="Example Platform", declarant_id="LP")
from passavant.portal.operators.services import make_key
told["platform"], told["person"] = platform.pk, people[Role.OFFICER].pk
told["key"] = make_key(platform, "sorting centre", ["declarations:read"], by="test")[0].pk
omar = make_account("omar@platform.example", "Omar", None, by="test")
give_role(omar, Role.OPERATOR, platform, by="test")
client = Client(SERVER_NAME="localhost")
client.force_login(omar)
told["operator"] = str(client.cookies["sessionid"].value)
lodged = dt.datetime.now(dt.UTC) - dt.timedelta(days=1)
item = {"item_no": 1, "description": "goods", "hs_code": "610910", "origin": "CN", "quantity": 1, "gross_mass_kg": "0.300",
        "net_mass_kg": "0.250", "intrinsic_value": "100.00"}
record = {"declaration_id": "PLATFORM-ORDER-2026-0000000000001", "lodged_at": f"{lodged:%Y-%m-%dT%H:%M:%SZ}", "channel": "express",
          "house_waybill": "H1", "departure_country": "CN", "importer_name": "Ada", "importer_address": "1 rue X, 75001 Paris",
          "importer_country": "FR", "exporter_name": "Shop", "exporter_address": "2 road Y, Shenzhen", "exporter_country": "CN",
          "order_id": "O1", "nature": "sale", "currency": "EUR", "packages": 1, "items": [item]}
asked = Submission(organisation=platform, key_id="test", received_at=timezone.now(), request_digest="0" * 64, declarations=1)
[[one]] = Desk().decide([Asked(asked, "LP", [record])], sandbox=False)
key = (one.entry.consignment_id, one.entry.version)
services.open_cases([one.entry], {key: one.decision}, {key: one.items})
case = Case.objects.get(entry=one.entry)
services.act(case.pk, "request_information", people[Role.OFFICER], "invoice", seen=services.Seen(0, timezone.now()))
told["entry"], told["answered"] = one.entry.pk, case.pk
invoice = SimpleUploadedFile("invoice.pdf", Path(sys.argv[2]).read_bytes())
answer(one.entry, "omar@platform.example", "T-shirts of cotton; the invoice is attached.", [invoice])
print(json.dumps(told))
"""


@dataclass
class Console:
    """A portal that is served, sessions by role, and cases by what they are for."""

    address: str
    told: dict[str, Any]


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    if not built.is_built():
        pytest.skip("the portal's style is not built: make page (it needs Node: make setup can install it)")
    home = tmp_path_factory.mktemp("console")
    given = environment(home)
    rates, invoice = (str(_ROOT / "examples" / name) for name in ("rates-example.csv", "declarations/invoice.pdf"))
    filled = subprocess.run(
        [sys.executable, "-c", _FILL, rates, invoice], capture_output=True, text=True, env=given, check=False
    )
    assert 0 == filled.returncode, filled.stderr[-3000:]
    told = json.loads(filled.stdout.splitlines()[-1])
    with served(home) as running:
        yield Console(running.address.rstrip("/"), told)


def _context(browser: Browser, console: Console, role: str, **more: Any) -> BrowserContext:
    context = browser.new_context(reduced_motion="reduce", **more)
    context.add_cookies([{"name": "sessionid", "value": console.told[role], "url": console.address}])
    return context


_PAGES = {
    "queue": ("officer", "/cases/"),
    "lane": ("supervisor", "/cases/?lane=red&who=nobody"),
    "search": ("officer", "/cases/search/?q=cotton"),
    "nothing": ("officer", "/cases/search/?q=no+such+goods"),
    "split": ("officer", "/cases/{split}/"),
    "red": ("officer", "/cases/{red}/"),
    "second": ("supervisor", "/cases/{second}/"),
    "act": ("officer", "/cases/{split}/act/request_information/"),
    "propose": ("officer", "/cases/{red}/act/release/"),
    "answer": ("supervisor", "/cases/{second}/second/"),
    "result": ("officer", "/cases/{split}/result/"),
    "names": ("officer", "/cases/{split}/names/"),
    "capacity": ("supervisor", "/cases/capacity/"),
    "bulk": ("officer", "/cases/bulk/"),
    "answered": ("officer", "/cases/{answered}/"),
    "proposals": ("supervisor", "/cases/?who=second"),
    "withdraw": ("officer", "/cases/{second}/withdraw/"),
    "home": ("supervisor", "/"),
    "accounts": ("administrator", "/administration/"),
    "account": ("administrator", "/administration/people/{person}/"),
    "new-account": ("administrator", "/administration/people/new/"),
    "close": ("administrator", "/administration/people/{person}/close/"),
    "organisations": ("administrator", "/administration/organisations/"),
    "organisation": ("administrator", "/administration/organisations/{platform}/"),
    "quota": ("administrator", "/administration/organisations/{platform}/quota/"),
    "keys": ("administrator", "/administration/keys/"),
    "new-key": ("administrator", "/administration/keys/new/"),
    "revoke": ("administrator", "/administration/keys/{key}/revoke/"),
    "own": ("operator", "/declarations/?state=answered"),
    "own-one": ("operator", "/declarations/{entry}/"),
}


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("name", list(_PAGES))
def test_a_page_of_the_console_has_no_fault_and_fits_a_telephone(
    browser: Browser, console: Console, name: str, language: str
) -> None:
    if not _AXE.exists():
        pytest.skip("axe-core is not installed: make page")
    role, path = _PAGES[name]
    for width in (320, 1280):
        context = _context(browser, console, role, viewport={"width": width, "height": 900}, bypass_csp=True)
        page = context.new_page()
        errors: list[str] = []
        page.on("pageerror", lambda error, kept=errors: kept.append(str(error)))
        page.goto(f"{console.address}/{language}{path.format(**console.told)}")
        page.evaluate(_AXE.read_text(encoding="utf-8"))
        found = page.evaluate("tags => axe.run({runOnly: tags})", _TAGS)
        faults = [(fault["id"], [node["target"] for node in fault["nodes"]][:3]) for fault in found["violations"]]
        wide = page.evaluate("document.documentElement.scrollWidth")
        context.close()

        assert [] == faults
        assert wide <= width
        assert [] == errors


def test_an_officer_decides_without_javascript(browser: Browser, console: Console) -> None:
    context = _context(browser, console, "officer", java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{console.address}/en/cases/?lane=yellow")
    page.get_by_role("button", name="Take the next case").click()
    page.get_by_role("button", name="Release", exact=True).click()
    page.get_by_role("button", name="Release", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Fill in: Reason")
    page.get_by_label("Goods and documents are in order").check()
    page.get_by_role("button", name="Release", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("it is recorded.")
    expect(page.locator("main")).to_contain_text("released the consignment – Goods and documents are in order")
    context.close()


def test_several_cases_are_chosen_and_confirmed(browser: Browser, console: Console) -> None:
    context = _context(browser, console, "supervisor")
    page = context.new_page()
    page.goto(f"{console.address}/en/cases/?lane=yellow&who=nobody")
    boxes = page.get_by_role("checkbox")
    boxes.nth(0).check()
    boxes.nth(1).check()
    page.get_by_role("button", name="Send to screening").click()
    page.get_by_label("Contents unclear from the declaration").check()
    page.get_by_role("button", name="Do it for all of them").click()
    expect(page.locator("main")).to_contain_text("Done: 2.")
    context.close()


def test_single_keys_work_for_whoever_switched_them_on(browser: Browser, console: Console) -> None:
    context = _context(browser, console, "officer")
    page: Page = context.new_page()
    page.goto(f"{console.address}/en/cases/")
    page.keyboard.press("j")
    before = page.evaluate("document.activeElement.tagName")
    page.get_by_role("button", name="Switch single-key shortcuts on").click()
    page.keyboard.press("j")
    first = page.evaluate("document.activeElement.href")
    page.keyboard.press("j")
    second = page.evaluate("document.activeElement.href")
    page.keyboard.press("k")
    page.keyboard.press("/")
    page.keyboard.type("jk/")
    typed = page.locator("#id_q").input_value()
    page.get_by_role("button", name="Switch single-key shortcuts off").click()
    page.keyboard.press("j")
    after = page.evaluate("document.activeElement.textContent")
    context.close()

    assert "BODY" == before
    assert first != second
    assert "/en/cases/" in first
    assert "jk/" == typed
    assert "Switch single-key shortcuts on" == after
