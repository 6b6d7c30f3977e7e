"""Fill a portal that is set up with one of everything, so that each of its pages has something to show.

Used by ``tools/screenshots.py``; the portal's home and database are thrown away afterwards.
"""

from __future__ import annotations

import datetime as dt
import threading
from pathlib import Path
from typing import Any

__all__ = ["fill", "person_of"]

_RATES = Path(__file__).resolve().parents[1] / "examples" / "rates-example.csv"
_ROWS = 1500
_RULE: dict[str, Any] = {
    "code": "valuable", "when": "goods_total > 300", "outcome": "screen", "risk": "fiscal", "text_en": "Valuable goods.",
    "text_fr": "Marchandises de valeur.", "reference_en": "Own list", "reference_fr": "Liste propre",
}  # fmt: skip


def person_of(roles: tuple[str, ...], second_factor: bool = True) -> Any:
    """Return somebody with some roles: an operator of Example Post, anybody else of Customs of Example."""
    from allauth.mfa.models import Authenticator

    from passavant.portal.people.models import Organisation, Person
    from passavant.portal.people.roles import Role
    from passavant.portal.people.services import give_role, make_account

    email = f"{'.'.join(roles) or 'nobody'}{'' if second_factor else '.new'}@customs.example"
    person = Person.objects.filter(email=email).first()
    if person is None:
        person = make_account(email, "Ada Lund", "a long pass phrase", by="screenshots")
        name = "Example Post" if roles == ("operator",) else "Customs of Example"
        office, _ = Organisation.objects.get_or_create(name=name)
        for role in roles:
            give_role(person, Role(role), office, by="screenshots")
        if second_factor and person.needs_second_factor:
            Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={"secret": "of a picture"})
    return person


def fill(home: Path) -> dict[str, str]:
    """Fill it; return what stands for the names in the addresses of pages."""
    told = {"run": _published(home)}
    return told | _cases() | _operator() | _rule() | _accounts()


def _published(home: Path) -> str:
    from passavant.clearance import ClearOptions, clear
    from passavant.lake import publish
    from passavant.portal.cases.services import open_from_run
    from passavant.synthetic import generate

    day = generate(_ROWS, seed=7, day=dt.date(2026, 9, 15), out=home / "work" / "day")
    clear([day.parcels], home / "work" / "out", ClearOptions(policy="EU", rates=[_RATES], stratum_ppm=20_000))
    run = publish(home / "work" / "out", home / "lake")
    open_from_run(run)
    return run.name


def _cases() -> dict[str, str]:
    """Let one case wait for a second person, one be inspected, some be overdue."""
    from django.utils import timezone

    from passavant.portal.cases import services
    from passavant.portal.cases.models import Case

    officer, now = person_of(("officer",)), timezone.now()
    red = list(Case.objects.filter(lane="red"))
    split = next(one for one in Case.objects.all() if "signals.split.exact_key" in one.reasons)
    late = [one.pk for one in Case.objects.all()[:3]]
    Case.objects.filter(pk__in=late).update(due_at=now - dt.timedelta(hours=3))
    services.act(red[0].pk, "release", officer, "controlled", seen=services.Seen(0, now))
    services.act(red[1].pk, "control", officer, "advised", seen=services.Seen(0, now))
    found = services.Finding(True, "undervalued", 4990, "EUR", "610910", "two more in the box")
    services.record_result(red[1].pk, officer, found)
    services.set_capacity([("red", 40)], person_of(("supervisor",)))
    return {"proposed": str(red[0].pk), "inspected": str(red[1].pk), "split": str(split.pk)}


def _operator() -> dict[str, str]:
    """Let an operator declare over the API, and customs ask about one."""
    import json

    from django.test import Client

    from passavant.portal.declarations.models import Entry
    from passavant.portal.operators.services import add_operator, make_key, revoke_key, set_quota

    person_of(("operator",))
    post = add_operator("Example Post", "LP", by="screenshots")
    scopes = ["declarations:write", "declarations:read"]
    key, secret = make_key(post, "sorting centre", scopes, by="screenshots")
    revoke_key(make_key(post, "test system", scopes[1:], by="screenshots", sandbox=True)[0], by="screenshots")
    set_quota(post, 600, 50_000, by="screenshots")
    client = Client(SERVER_NAME="localhost")
    sent = [
        _declaration(number, hs_code) for number, hs_code in (("LP-2026-000001", "610910"), ("LP-2026-000002", None))
    ]
    answer = client.post(
        "/api/v1/declarations", json.dumps(sent), "application/json", headers={"Authorization": f"Bearer {secret}"}
    )
    if answer.status_code != 200:
        raise SystemExit(answer.content.decode())
    asked = Entry.objects.filter(organisation=post).exclude(outcome="release").latest("pk")
    return {"entry": str(asked.pk), "post": str(post.pk), "key": key.pk}


def _declaration(number: str, hs_code: str | None) -> dict[str, Any]:
    lodged = dt.datetime.now(dt.UTC) - dt.timedelta(days=1)
    item = {
        "item_no": 1, "description": "blue cotton t-shirt", "hs_code": hs_code, "origin": "CN", "quantity": 1,
        "gross_mass_kg": "0.300", "net_mass_kg": "0.250", "intrinsic_value": "100.00",
    }  # fmt: skip
    return {
        "declaration_id": number, "lodged_at": f"{lodged:%Y-%m-%dT%H:%M:%SZ}", "channel": "express", "house_waybill": f"H{number}",
        "departure_country": "CN", "importer_name": "Ada", "importer_address": "1 rue X, 75001 Paris", "importer_country": "FR",
        "exporter_name": "Shop", "exporter_address": "2 road Y, Shenzhen", "exporter_country": "CN", "order_id": f"O{number}",
        "nature": "sale", "currency": "EUR", "packages": 1, "items": [item],
    }  # fmt: skip


def _rule() -> dict[str, str]:
    """Let an analyst write a rule, try it on the past and propose it."""
    from passavant.portal.jobs.queue import claim
    from passavant.portal.jobs.running import run
    from passavant.portal.rulebook.content import Content
    from passavant.portal.rulebook.services import draft, propose_activation
    from passavant.portal.rulebook.testing import ask

    author = person_of(("analyst",))
    version = draft(Content(**_RULE), "first", by=author)
    test = ask(version, 30, by=author)
    job = claim("screenshots")
    if job is None:
        raise SystemExit("the back-test of the pictures is not in the queue")
    run(job, "screenshots", threading.Event(), pause=0)
    propose_activation(version, "it finds what slips through", by=author)
    return {"rule": version.rule_id, "test": str(test.pk)}


def _accounts() -> dict[str, str]:
    from passavant.portal.people.services import close_account, make_account

    gone = make_account("max@customs.example", "Max Weber", None, by="screenshots")
    close_account(gone, by="screenshots", purpose="left the service")
    officer = person_of(("officer",))
    return {"person": str(officer.pk), "membership": str(officer.memberships.get().pk)}
