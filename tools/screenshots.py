"""Take a picture of every page of the portal: both languages, a desktop and a narrow telephone, each role where it matters.

Run from anywhere, in the project's environment, with Chromium on the machine::

    python tools/screenshots.py FOLDER [PART OF A NAME …]

Each picture is ``FOLDER/<name>-<language>-<width>.png``. The portal runs on a home and a database of its own, filled with one of
everything, that are thrown away.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent))
from filled_portal import fill, person_of  # beside this file

_QUESTION = "destination=FR&sent_from=CN&value=100&shipping=12&currency=USD&hs_code=610910&on=2026-10-15&quantity=1&nature=sale&channel=post"
_WIDTHS = (1280, 320)


class Page(NamedTuple):
    """A page to take: name, address without the language, roles of the reader (None: a visitor; empty: an account without any).

    What stands in braces in an address is something that the portal was filled with.
    """

    name: str
    address: str
    roles: tuple[str, ...] | None = None
    second_factor: bool = True


PAGES = (
    Page("home", "/"),
    Page("home-signed-in", "/", ("officer", "administrator")),
    Page("account", "/account/", ("officer", "administrator")),
    Page("landed-cost", "/landed-cost/"),
    Page("landed-cost-answer", f"/landed-cost/?{_QUESTION}"),
    Page(
        "landed-cost-unknown",
        "/landed-cost/?destination=NO&sent_from=CN&value=500&currency=USD&hs_code=999999&on=2026-11-20&quantity=1&nature=sale&channel=post",
    ),
    Page("landed-cost-errors", "/landed-cost/?value=x&currency=ZZZ"),
    Page("policies", "/policies/"),
    Page("policy", "/policies/EU/?on=2026-10-15"),
    Page("policy-error", "/policies/NG/?on=soon"),
    Page("seals", "/seals/"),
    Page("home-officer", "/", ("officer",)),
    Page("home-supervisor", "/", ("supervisor",)),
    Page("home-operator", "/", ("operator",)),
    Page("home-issuer", "/", ("issuer",)),
    Page("home-contact", "/", ("national_contact",)),
    Page("home-administrator", "/", ("administrator",)),
    Page("home-nobody", "/", ()),
    Page("cases", "/cases/", ("officer",)),
    Page("cases-lane", "/cases/?lane=red&due=overdue", ("supervisor",)),
    Page("cases-proposals", "/cases/?who=second", ("supervisor",)),
    Page("cases-empty", "/cases/?declarant=nobody", ("officer",)),
    Page("cases-search", "/cases/search/?q=shirt", ("officer",)),
    Page("cases-capacity", "/cases/capacity/", ("supervisor",)),
    Page("case", "/cases/{split}/?queue=lane%3Dyellow", ("officer",)),
    Page("case-inspected", "/cases/{inspected}/", ("auditor",)),
    Page("case-own-proposal", "/cases/{proposed}/", ("officer",)),
    Page("case-withdraw", "/cases/{proposed}/withdraw/", ("officer",)),
    Page("case-proposed", "/cases/{proposed}/", ("supervisor",)),
    Page("case-second", "/cases/{proposed}/second/", ("supervisor",)),
    Page("case-act", "/cases/{split}/act/release/", ("officer",)),
    Page("case-result", "/cases/{split}/result/", ("officer",)),
    Page("case-names", "/cases/{split}/names/", ("officer",)),
    Page("analysis", "/analysis/", ("analyst",)),
    Page("analysis-reasons", "/analysis/reasons/", ("analyst",)),
    Page("analysis-senders", "/analysis/senders/", ("analyst",)),
    Page("analysis-results", "/analysis/results/", ("analyst",)),
    Page("analysis-integrity", "/analysis/integrity/", ("auditor",)),
    Page("rules", "/rules/", ("supervisor",)),
    Page("rule", "/rules/{rule}/", ("analyst",)),
    Page("rule-version", "/rules/{rule}/1/", ("supervisor",)),
    Page("rule-test", "/rules/back-tests/{test}/", ("analyst",)),
    Page("rule-editor", "/rules/write-new/", ("analyst",)),
    Page("declarations", "/declarations/", ("operator",)),
    Page("declaration", "/declarations/{entry}/", ("operator",)),
    Page("administration", "/administration/", ("administrator",)),
    Page("administration-person", "/administration/people/{person}/", ("administrator",)),
    Page("administration-invite", "/administration/people/new/", ("administrator",)),
    Page("administration-role", "/administration/roles/{membership}/take/", ("administrator",)),
    Page("administration-close", "/administration/people/{person}/close/", ("administrator",)),
    Page("administration-organisations", "/administration/organisations/", ("administrator",)),
    Page("administration-organisation", "/administration/organisations/{post}/", ("administrator",)),
    Page("administration-quota", "/administration/organisations/{post}/quota/", ("administrator",)),
    Page("administration-keys", "/administration/keys/", ("administrator",)),
    Page("administration-key", "/administration/keys/new/", ("administrator",)),
    Page("administration-revoke", "/administration/keys/{key}/revoke/", ("administrator",)),
    Page("not-found", "/nothing/"),
    Page("interface", "/../api/docs"),
    Page("seal-page", "/../seals/"),
    Page("sign-in", "/accounts/login/"),
    Page("sign-out", "/accounts/logout/", ("operator",)),
    Page("password-reset", "/accounts/password/reset/"),
    Page("password-change", "/accounts/password/change/", ("operator",)),
    Page("second-factor", "/accounts/2fa/", ("officer",), second_factor=False),
    Page("authenticator", "/accounts/2fa/totp/activate/", ("officer",), second_factor=False),
    Page("passkey", "/accounts/2fa/webauthn/add/", ("operator",)),
    Page("passkeys", "/accounts/2fa/webauthn/", ("operator",)),
    Page("second-factor-set", "/accounts/2fa/", ("officer",)),
    Page("authenticator-off", "/accounts/2fa/totp/deactivate/", ("officer",)),
    Page("recovery-codes", "/accounts/2fa/recovery-codes/generate/", ("officer",)),
    Page("confirm", "/accounts/reauthenticate/", ("operator",)),
    Page("connections", "/accounts/3rdparty/", ("operator",)),
)


def main() -> None:
    """Take the pictures that the command line asks for."""
    if len(sys.argv) < 2:
        raise SystemExit(__doc__)
    folder, wanted = Path(sys.argv[1]), sys.argv[2:]
    folder.mkdir(parents=True, exist_ok=True)
    pages = [page for page in PAGES if not wanted or any(part in page.name for part in wanted)]
    with tempfile.TemporaryDirectory() as home, served(Path(home)) as (address, known):
        sessions = {page: session_of(page) for page in pages}
        with chromium() as browser:
            for page in pages:
                for language in ("en", "fr"):
                    for width in _WIDTHS:
                        take(browser, address, page, known, language, width, sessions[page], folder)


def take(
    browser: Any,
    address: str,
    page: Page,
    known: dict[str, str],
    language: str,
    width: int,
    session: str | None,
    folder: Path,
) -> None:
    """Take one picture; say when a page is not there, or wider than its window."""
    context = browser.new_context(viewport={"width": width, "height": 900})
    if session:
        context.add_cookies([{"name": "sessionid", "value": session, "url": address}])
    shown = context.new_page()
    answer = shown.goto(f"{address}/{language}{page.address.format(**known)}")
    if answer and answer.status >= 400 and page.name != "not-found":
        sys.stdout.write(f"{page.name}-{language}: answered with {answer.status}\n")
    wide = shown.evaluate("document.documentElement.scrollWidth")
    if wide > width:
        sys.stdout.write(f"{page.name}-{language}: {wide} pixels wide in a window of {width}\n")
    shown.screenshot(path=folder / f"{page.name}-{language}-{width}.png", full_page=True)
    context.close()


@contextmanager
def chromium() -> Iterator[Any]:
    """Start the machine's own Chromium."""
    from playwright.sync_api import sync_playwright

    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        raise SystemExit("No browser on this machine. Next step: install chromium")
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=[*sandbox, "--disable-dev-shm-usage"])
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def served(home: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """Serve the portal, filled, from a home of its own, on a free port of this machine."""
    os.environ |= {
        "PASSAVANT_HOME": str(home), "PASSAVANT_PLAIN_HTTP": "1", "DJANGO_ALLOW_ASYNC_UNSAFE": "1",
        "PASSAVANT_DECISIONS": "here", "PASSAVANT_BACK_TEST_DAYS": "1",
    }  # fmt: skip
    for name in ("DATABASE_URL", "PASSAVANT_SECRET"):
        os.environ.pop(name, None)
    from passavant.portal import prepare

    prepare()
    from wsgiref.simple_server import WSGIRequestHandler, make_server

    from django.core.wsgi import get_wsgi_application

    from passavant.portal.server import update_database

    class Quiet(WSGIRequestHandler):
        def log_message(self, *_: Any) -> None:
            """Say nothing of requests."""

    update_database()
    known = fill(home)
    with make_server("127.0.0.1", 0, get_wsgi_application(), handler_class=Quiet) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", known
        finally:
            server.shutdown()
            thread.join()


def session_of(page: Page) -> str | None:
    """Return the session of somebody with a page's roles, or None for a visitor."""
    if page.roles is None:
        return None
    from allauth.account.internal.flows.login import record_authentication
    from django.test import Client

    person = person_of(page.roles, page.second_factor)
    client = Client(SERVER_NAME="localhost")
    client.force_login(person)
    state = client.session  # as after a sign-in of this moment: some pages ask for one
    record_authentication(SimpleNamespace(session=state), person, "password", email=person.email, reauthenticated=True)  # type: ignore[arg-type]
    state.save()
    return str(client.cookies["sessionid"].value)


if __name__ == "__main__":
    main()
