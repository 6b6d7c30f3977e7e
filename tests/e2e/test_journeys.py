"""Four journeys through the portal as it is served, with its decision process and its worker, in a real browser."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from allauth.mfa.totp.internal.auth import hotp_value, yield_hotp_counters_from_time
from playwright.sync_api import Browser, Page, expect

from passavant.portal.look import built

sys.path.insert(0, str(Path(__file__).parents[1] / "portal"))
from declared import declaration
from processes_of import wait_for
from served import COMMAND, Operator, environment, served

pytestmark = pytest.mark.service

_ACCOUNTS = """
import json
from passavant.portal import prepare
prepare()
from passavant.portal.server import update_database
update_database()
from passavant.portal.operators.services import add_operator, make_key
from passavant.portal.people.demonstration import make_accounts
from passavant.portal.people.roles import Role
from passavant.portal.people.services import give_role, make_account
made = make_accounts()
post = add_operator("Example Post", "LP", by="test")
omar = make_account("omar@post.example", "Omar", "a long pass phrase", by="test")
give_role(omar, Role.OPERATOR, post, by="test")
key = make_key(post, "test", ["declarations:write", "declarations:read", "webhooks:manage"], by="test")[1]
people = {one.role: [one.email, one.password] for one in made.accounts}
print(json.dumps({"secret": made.secret, "people": {one.email.split("@")[0]: [one.email, one.password] for one in made.accounts}, "key": key}))
"""


class Heard(NamedTuple):
    """One call of a webhook."""

    headers: dict[str, str]
    body: bytes

    @property
    def told(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found


class Receiver(ThreadingHTTPServer):
    """The operator's own server."""

    def __init__(self) -> None:
        self.heard: list[Heard] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.heard.append(Heard({name.lower(): value for name, value in self.headers.items()}, body))
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        super().__init__(("127.0.0.1", 0), Handler)

    def events(self, kind: str) -> list[dict[str, Any]]:
        """Return what was told of one kind of event."""
        return [one.told["data"] for one in self.heard if one.told["type"] == kind]


class Portal(NamedTuple):
    """The portal, who may sign in, and the operator that declares."""

    address: str
    home: Path
    secret: str
    people: dict[str, list[str]]
    operator: Operator

    def sign_in(self, page: Page, name: str) -> None:
        """Sign somebody in, with a code where one is asked for."""
        email, password = self.people[name]
        page.goto(f"{self.address}en/accounts/login/")
        page.locator("#id_login").fill(email)
        page.locator("#id_password").fill(password)
        page.locator("main form button[type=submit]").first.click()
        if "/2fa/" in page.url:
            page.locator("#id_code").fill(self._fresh_code())
            page.locator("main form button[type=submit]").first.click()
        expect(page.get_by_role("link", name="Sign out").or_(page.get_by_text("Sign out")).first).to_be_visible()

    def _fresh_code(self) -> str:
        counter = next(iter(yield_hotp_counters_from_time()))
        return f"{hotp_value(self.secret, counter):06}"


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    if not built.is_built():
        pytest.skip("the portal's style is not built: make page (it needs Node: make setup can install it)")
    home = tmp_path_factory.mktemp("journeys")
    set_up = {"PASSAVANT_WEBHOOK_LOOPBACK": "1", "PASSAVANT_BACK_TEST_DAYS": "1", "PASSAVANT_COMPACT_SECONDS": "3"}
    made = subprocess.run(
        [sys.executable, "-c", _ACCOUNTS], env=environment(home, **set_up), check=True, capture_output=True, text=True
    )
    found = json.loads(made.stdout)
    found["people"]["omar"] = ["omar@post.example", "a long pass phrase"]
    with served(home, **set_up) as running:
        operator = Operator(running.address, found["key"])
        operator.call_until_answered("POST", "api/v1/declarations", [declaration("warm")])
        yield Portal(running.address, home, found["secret"], found["people"], operator)


@pytest.fixture(scope="module")
def receiver(portal: Portal) -> Iterator[Receiver]:
    with Receiver() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture(scope="module")
def people(browser: Browser, portal: Portal) -> Iterator[Callable[[str], Page]]:
    """Return what gives a browser of its own to somebody who has signed in: once, for a code counts once."""
    pages: dict[str, Page] = {}

    def sign_in(name: str) -> Page:
        if name not in pages:
            pages[name] = browser.new_context(locale="en-GB", reduced_motion="reduce").new_page()
            portal.sign_in(pages[name], name)
        return pages[name]

    yield sign_in
    for page in pages.values():
        page.context.close()


def test_a_platform_pushes_a_batch_and_gets_its_webhooks(
    portal: Portal, receiver: Receiver, people: Callable[[str], Page]
) -> None:
    operator = portal.operator
    address = f"http://127.0.0.1:{receiver.server_port}/hooks"
    events = ["declaration.decided", "submission.finished", "consignment.released"]
    endpoint = operator.call("POST", "api/v1/webhooks", {"url": address, "events": events})[1]
    batch = [declaration(f"J{number}", **({"hs_code": None} if number == 7 else {})) for number in range(150)]

    job = operator.call_until_answered("POST", "api/v1/declarations", batch)

    finished = wait_for(lambda: receiver.events("submission.finished"))[0]
    wait_for(lambda: len(receiver.events("declaration.decided")) >= 150)
    outcomes = {one["declaration_id"]: one["outcome"] for one in receiver.events("declaration.decided")}
    assert (job["submission"], 150, 0) == (finished["submission"], finished["decided"], finished["refused"])
    assert ["J7"] == [name for name, one in outcomes.items() if one == "request_information"]
    assert (
        {"request_information", "release"} <= set(outcomes.values()) <= {"request_information", "release", "control"}
    )  # some are drawn
    assert all(_signed(one, endpoint["secret"]) for one in receiver.heard)
    page = people("omar")
    page.get_by_role("link", name="Declarations").first.click()
    expect(page.get_by_role("link", name="J149", exact=True).first).to_be_visible()


def test_an_officer_clears_a_held_parcel(portal: Portal, receiver: Receiver, people: Callable[[str], Page]) -> None:
    portal.operator.call_until_answered("POST", "api/v1/declarations", declaration("H1", hs_code=None))
    officer, supervisor = people("officer"), people("supervisor")
    officer.goto(f"{portal.address}en/cases/search/?q=H1")
    officer.get_by_role("link", name="H1", exact=True).first.click()
    expect(officer.get_by_text("Reasons and their law")).to_be_visible()

    officer.get_by_role("button", name="Release").click()
    officer.locator("main input[type=radio]").first.check()
    officer.locator("main form button[type=submit]").first.click()
    if officer.get_by_text("Waiting for a second person").count():
        supervisor.goto(officer.url)
        supervisor.get_by_role("link", name="Answer the proposal").click()
        supervisor.get_by_label("Approve").check()
        supervisor.locator("main form button[type=submit]").first.click()
        officer.reload()

    expect(officer.get_by_text("Released").first).to_be_visible()
    told = wait_for(
        lambda: [one for one in receiver.events("consignment.released") if one["consignment_id"] == "EU:LP:H1"]
    )
    assert 1 == len(told)


def test_an_analyst_back_tests_a_rule_and_a_colleague_brings_it_into_force(
    portal: Portal, people: Callable[[str], Page]
) -> None:
    wait_for(lambda: list((portal.home / "lake/runs").glob("*/manifest.json")))
    analyst, supervisor = people("analyst"), people("supervisor")
    analyst.goto(f"{portal.address}en/rules/write-new/")
    for name, text in {
        "code": "cotton_shirts", "when": "hs_code LIKE '610910%' AND goods_total > 50000", "text_en": "Dear cotton shirts.",
        "text_fr": "Chemises de coton chères.", "reference_en": "HS 6109", "reference_fr": "SH 6109", "note": "seen too often",
    }.items():  # fmt: skip
        analyst.locator(f"#id_{name}").fill(text)
    analyst.locator("#id_outcome").select_option("control")
    analyst.locator("#id_risk").select_option("fiscal")
    analyst.locator("main form button[type=submit]").first.click()
    analyst.get_by_role("button", name="Test it on past declarations").click()
    _until(analyst, r"Consignments hit")
    rule = f"{portal.address}en/rules/cotton_shirts/1/"
    analyst.goto(rule)
    analyst.locator("#id_reason").fill("tested on the day")
    analyst.get_by_role("button", name="Propose to bring it into force").click()
    expect(analyst.get_by_role("button", name="Approve")).to_have_count(0)

    supervisor.goto(rule)
    supervisor.locator("#id_reason").fill("agreed")
    supervisor.get_by_role("button", name="Approve").click()

    expect(supervisor.get_by_text("In force").first).to_be_visible()
    assert "control" == _decided_by_the_new_rule(portal.operator)


def test_a_person_verifies_a_document(portal: Portal, browser: Browser, tmp_path: Path) -> None:
    paper = tmp_path / "certificate.txt"
    paper.write_text("Certificate of origin 2026-0815, for two hundred shirts.\n")
    given = environment(portal.home, PASSAVANT_KEY_PASSPHRASE="a long pass phrase")
    for words in (
        ["log", "init", "seals.customs.example/log", "--issuer", "customs.example/permits"],
        ["seal", str(paper)],
    ):
        done = subprocess.run([*COMMAND, *words], env=given, check=False, capture_output=True, text=True)
        assert 0 == done.returncode, done.stderr
    page = browser.new_context(locale="en-GB").new_page()
    page.goto(f"{portal.address}en/seals/")

    page.locator("#id_receipt").set_input_files(f"{paper}.tlog-proof")
    page.locator("#id_digest").fill(hashlib.sha256(paper.read_bytes()).hexdigest())
    page.locator("main form button[type=submit]").first.click()

    expect(page.get_by_role("heading", name="What the receipt proves")).to_be_visible()
    expect(page.get_by_text("sealed this very document")).to_be_visible()


def _until(page: Page, words: str) -> None:
    """Look at a page again until it says something."""
    for _ in range(120):
        if re.search(words, page.locator("main").inner_text()):
            return
        time.sleep(0.5)
        page.reload()
    raise AssertionError(page.locator("main").inner_text())


def _decided_by_the_new_rule(operator: Operator) -> str:
    """Declare dear shirts until the decision process has taken up the rule; return the outcome."""
    outcome = ""
    for number in range(60):
        answer = operator.call_until_answered(
            "POST", "api/v1/declarations", declaration(f"R{number}", intrinsic_value="900.00")
        )
        outcome = answer["declarations"][0]["outcome"]
        if outcome == "control":
            break
        time.sleep(0.5)
    return outcome


def _signed(one: Heard, secret: str) -> bool:
    """Check a call as the receivers' guide says (Standard Webhooks)."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{one.headers['webhook-id']}.{one.headers['webhook-timestamp']}.".encode() + one.body
    expected = base64.b64encode(hmac.digest(key, signed, "sha256")).decode()
    return f"v1,{expected}" in one.headers["webhook-signature"].split()
