"""An operator reads its own declarations with their answers and what customs asked; a declaration goes the whole way."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from passavant.portal.cases.acting import Seen
from passavant.portal.cases.facts import explanation_of
from passavant.portal.cases.inspections import Finding
from passavant.portal.cases.models import Case
from passavant.portal.cases.services import act, open_cases, read_names, record_result
from passavant.portal.declarations.asked import Asked, Told
from passavant.portal.declarations.desk import Desk
from passavant.portal.declarations.models import Entry, Submission
from passavant.portal.people.models import Organisation
from passavant.portal.people.roles import Role
from passavant.portal.people.services import give_role


@pytest.fixture
def told(home: Path, customer: Organisation) -> list[Told]:
    """Decide two declarations over the API's desk: one whose description says nothing, one in order."""
    submission = Submission(
        organisation=customer, key_id="test", received_at=timezone.now(), request_digest="0" * 64, declarations=2
    )
    records = [_declaration("1", "goods"), _declaration("2", "blue cotton t-shirt")]
    [found] = Desk().decide([Asked(submission, "LP", records)], sandbox=False)
    keys = {(one.entry.consignment_id, one.entry.version): one for one in found if one.entry}
    open_cases(
        [one.entry for one in found if one.entry],
        {key: one.decision or {} for key, one in keys.items()},
        {key: one.items for key, one in keys.items()},
    )
    return found


def _declaration(number: str, description: str) -> dict[str, Any]:
    lodged = dt.datetime.now(dt.UTC) - dt.timedelta(days=1)
    item = {
        "item_no": 1, "description": description, "hs_code": "610910", "origin": "CN", "quantity": 1, "gross_mass_kg": "0.300",
        "net_mass_kg": "0.250", "intrinsic_value": "100.00",
    }  # fmt: skip
    return {
        "declaration_id": number, "lodged_at": f"{lodged:%Y-%m-%dT%H:%M:%SZ}", "channel": "express", "house_waybill": f"H{number}",
        "departure_country": "CN", "importer_name": f"Ada Lund {number}", "importer_address": "1 rue X, 75001 Paris",
        "importer_country": "FR", "exporter_name": "Shop", "exporter_address": "2 road Y, Shenzhen", "exporter_country": "CN",
        "order_id": f"O{number}", "nature": "sale", "currency": "EUR", "packages": 1, "items": [item],
    }  # fmt: skip


@pytest.fixture
def omar(person: Any, customer: Organisation, client: Client) -> Any:
    somebody = person("omar")
    give_role(somebody, Role.OPERATOR, customer, by="test")
    client.force_login(somebody)
    return somebody


def test_a_declaration_becomes_a_case_that_an_officer_reads_with_its_names(
    told: list[Told], person: Any, client: Client
) -> None:
    ada = person("ada", Role.OFFICER)
    client.force_login(ada)
    case = Case.objects.get()
    page = client.get(f"/en/cases/{case.pk}/").content.decode()
    rows = read_names(case, ada, "the goods are not named")

    assert "request_information" == case.advised
    assert "0 of 2 received over the interface" in page
    assert "1 of 2 decided" in page
    assert "Ada Lund" not in page
    assert {"ADA LUND 1", "SHOP"} <= {str(row["name"]).upper() for row in rows}
    assert (explanation_of(case).decision or {})["propensity_ppm"] == record_result(
        case.pk, ada, Finding(False)
    ).propensity_ppm


def test_the_operator_sees_its_answers_and_what_customs_asked_but_no_note(
    told: list[Told], person: Any, omar: Any, client: Client
) -> None:
    case = Case.objects.get()
    act(
        case.pk,
        "request_information",
        person("ada", Role.OFFICER),
        "invoice",
        "looks odd",
        seen=Seen(0, timezone.now()),
    )
    listed = client.get("/en/declarations/").content.decode()
    one = client.get(f"/fr/declarations/{case.entry_id}/").content.decode()

    assert "Request for information" in listed
    assert "requested information (Invoice or proof of payment)" in listed
    assert "Facture ou preuve de paiement" in one
    assert not any(word in listed + one for word in ("looks odd", "Yellow", "Jaune", "stratum"))


def test_another_organisations_declarations_are_not_there(told: list[Told], person: Any, client: Client) -> None:
    client.force_login(person("eve", Role.OPERATOR))
    entry = Entry.objects.first()
    assert entry is not None

    assert "no declaration" in client.get("/en/declarations/").content.decode()
    assert 404 == client.get(f"/en/declarations/{entry.pk}/").status_code


def test_the_list_goes_on_where_a_page_ended(omar: Any, customer: Organisation, client: Client) -> None:
    for number in range(51):
        Entry.objects.create(
            kind=Entry.Kind.CANCELLED, organisation=customer, consignment_id=f"EU:LP:{number}", declaration_id=f"N{number}.",
            version=2, digest="0" * 64, at=timezone.now(),
        )  # fmt: skip
    first = client.get("/en/declarations/").content.decode()
    entry = Entry.objects.order_by("pk")[1]
    second = client.get(f"/en/declarations/?before={entry.pk}").content.decode()

    assert f"?before={entry.pk}" in first
    assert ("N0." in first, "N0." in second, "N1." in second) == (False, True, False)
