"""Declarations over the API: answered with amounts, reasons and law; known again; refused one by one."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pytest
from declared import declaration
from django.test import Client

from passavant.clearance.prepared import PreparedClearance
from passavant.portal.declarations.desk import desk
from passavant.portal.declarations.models import Batch, Entry, Submission
from passavant.portal.declarations.working import work_on_one
from passavant.portal.operators.services import set_quota
from passavant.portal.people.models import Organisation
from passavant.portal.webhooks.models import Delivery
from passavant.portal.webhooks.services import make_endpoint

Send = Callable[..., Any]
Key = Callable[..., dict[str, str]]


def test_one_declaration_is_answered_with_amounts_reasons_and_law(send: Send) -> None:
    answer = send(declaration("A1"))

    told = answer.json()["declarations"][0]
    assert 200 == answer.status_code
    assert ("decided", "EU:LP:A1", 1, 3) == tuple(
        told[name] for name in ("status", "consignment_id", "version", "category")
    )
    assert ("EUR", 10_000, 1_200, 2_240) == tuple(
        told[name] for name in ("currency_due", "customs_value_minor", "duty_minor", "vat_minor")
    )
    assert told["decision_id"]
    assert told["items"][0]["vat_rule"]
    assert all(reason["text"]["en"] and reason["text"]["fr"] for reason in told["reasons"])


def test_several_are_answered_in_their_order_and_kept_in_one_batch(send: Send) -> None:
    told = send([declaration(f"B{number}") for number in range(20)]).json()

    assert [f"EU:LP:B{number}" for number in range(20)] == [one["consignment_id"] for one in told["declarations"]]
    assert (20, 20, 0) == (told["total"], told["decided"], told["refused"])
    assert [20] == list(Batch.objects.values_list("consignments", flat=True))


def test_csv_is_taken_too_its_lines_gathered_into_declarations(send: Send) -> None:
    one = declaration("C1")
    item = one.pop("items")[0]
    rows = [one | item, one | item | {"item_no": 2, "description": "red cotton socks", "hs_code": "611595"}]
    text = "\n".join([",".join(rows[0]), *(",".join(f'"{cell}"' for cell in row.values()) for row in rows)])

    answer = send(text, media="text/csv")

    assert [2] == [len(one["items"]) for one in answer.json()["declarations"]]


def test_the_same_declaration_again_is_known_and_not_decided_twice(send: Send) -> None:
    once = declaration("D1")
    first = send(once).json()["declarations"][0]

    second = send(once).json()["declarations"][0]

    assert ("known", first["decision_id"]) == (second["status"], second["decision_id"])
    assert 1 == Entry.objects.count()


def test_a_request_repeated_under_its_key_is_answered_as_before(send: Send) -> None:
    body = [declaration("E1"), {"declaration_id": "E2", "lodged_at": "yesterday"}]

    first, second = (send(body, headers={"Idempotency-Key": "one"}).json() for _ in range(2))

    assert ["decided", "refused"] == [one["status"] for one in first["declarations"]]
    assert first["submission"] == second["submission"]
    assert first["declarations"] == second["declarations"]
    assert 1 == Submission.objects.count()


def test_another_request_under_the_same_key_is_refused(send: Send) -> None:
    send(declaration("F1"), headers={"Idempotency-Key": "one"})

    answer = send(declaration("F2"), headers={"Idempotency-Key": "one"})

    assert (422, "declarations.idempotency.other_request") == (answer.status_code, answer.json()["code"])


def test_without_a_date_a_declaration_is_lodged_when_it_is_received_and_known_again(send: Send) -> None:
    undated = {name: value for name, value in declaration("W1").items() if name != "lodged_at"}

    first, second = (send(undated).json()["declarations"][0] for _ in range(2))

    today = dt.datetime.now(dt.UTC).date()
    assert dt.date.fromisoformat(first["law_on"]) - today in (dt.timedelta(0), dt.timedelta(1))
    assert ("decided", "known") == (first["status"], second["status"])


def test_an_amendment_is_a_higher_version_and_takes_the_place_of_the_first(send: Send) -> None:
    first = send(declaration("G1")).json()["declarations"][0]

    second = send(declaration("G1", version=2, intrinsic_value="300.00")).json()["declarations"][0]

    assert (2, first["decision_id"]) == (second["version"], second["supersedes"])
    assert ["lodged", "amended"] == list(Entry.objects.values_list("kind", flat=True))


@pytest.mark.parametrize(
    "changes", [{"intrinsic_value": "90.00"}, {"version": 1}], ids=["other-content", "older-version"]
)
def test_a_version_that_stands_is_not_written_over(send: Send, changes: dict[str, Any]) -> None:
    send(declaration("H1", **({} if "intrinsic_value" in changes else {"version": 2})))

    told = send(declaration("H1", **changes)).json()["declarations"][0]

    assert ("refused", "declarations.version.taken") == (told["status"], told["errors"][0]["code"])
    assert 1 == Entry.objects.count()


def test_what_cannot_be_read_is_refused_by_itself_and_the_others_are_decided(send: Send) -> None:
    bad = declaration("I2", intrinsic_value="ten euros")

    told = send([declaration("I1"), bad, "no declaration", declaration("I3")]).json()

    assert ["decided", "refused", "refused", "decided"] == [one["status"] for one in told["declarations"]]
    error = told["declarations"][1]["errors"][0]
    assert ("dataset.row.not_a_number", "intrinsic_value", "ten euros") == (
        error["code"],
        error["field"],
        error["value"],
    )
    assert error["expected_fr"]
    assert error["remedy_fr"]


def test_a_declaration_that_makes_the_clearance_fail_is_found_and_refused_alone(
    send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = PreparedClearance.run

    def poisoned(self: PreparedClearance, items: Any, at: Any) -> Any:
        if "EU:LP:J7" in items["consignment_id"].to_pylist():
            raise ArithmeticError("poison")
        return run(self, items, at)

    monkeypatch.setattr(PreparedClearance, "run", poisoned)

    told = send([declaration(f"J{number}") for number in range(12)]).json()

    assert {"J7": "declarations.fault"} == {
        one["declaration_id"]: one["errors"][0]["code"] for one in told["declarations"] if one["status"] == "refused"
    }
    assert 11 == Entry.objects.count()


def test_a_declaration_of_another_declarant_or_administration_is_refused(send: Send) -> None:
    told = send([declaration("K1", declarant_id="OTHER"), declaration("K2", administration="NO")]).json()[
        "declarations"
    ]

    assert ["declarations.declarant.other", "declarations.administration.other"] == [
        one["errors"][0]["code"] for one in told
    ]


def test_of_what_stands_twice_in_a_request_the_first_is_decided(send: Send) -> None:
    told = send([declaration("L1"), declaration("L1"), declaration("L1", intrinsic_value="1.00")]).json()[
        "declarations"
    ]

    assert ["decided", "known", "refused"] == [one["status"] for one in told]
    assert "dataset.row.duplicate" == told[2]["errors"][0]["code"]
    assert 1 == Entry.objects.count()


def test_many_become_a_job_decided_part_by_part(send: Send, client: Client, key: Key) -> None:
    answer = send([declaration(f"M{number}") for number in range(150)])
    place = answer.headers["Location"]
    before = client.get(place, headers=key()).json()

    worked = [work_on_one(desk()) for _ in range(2)]

    after = client.get(place, headers=key()).json()
    assert [True, False] == worked
    assert (202, "waiting", 0) == (answer.status_code, before["state"], before["done"])
    assert ("finished", 150, 150) == (after["state"], after["done"], len(after["declarations"]))
    assert Submission.objects.get().content is None


def test_a_declaration_of_long_ago_is_a_job_and_decided_under_the_law_of_its_day(
    send: Send, client: Client, key: Key
) -> None:
    answer = send(declaration("N1", lodged_at="2025-03-10T10:00:00Z"))

    work_on_one(desk())

    told = client.get(answer.headers["Location"], headers=key()).json()["declarations"][0]
    assert (202, "2025-03-10") == (answer.status_code, told["law_on"])


def test_a_job_repeated_under_its_key_is_the_same_job(send: Send) -> None:
    body = [declaration(f"O{number}") for number in range(101)]
    first = send(body, headers={"Idempotency-Key": "job"})

    second = send(body, headers={"Idempotency-Key": "job"})

    assert first.headers["Location"] == second.headers["Location"]
    assert 1 == Submission.objects.count()


def test_a_declaration_is_looked_up_by_its_id_and_by_its_number(send: Send, client: Client, key: Key) -> None:
    told = send(declaration("P1")).json()["declarations"][0]

    by_id = client.get("/api/v1/declarations/EU:LP:P1", headers=key())
    by_number = client.get("/api/v1/declarations/P1", headers=key())

    assert told["decision_id"] == by_id.json()["decision_id"] == by_number.json()["decision_id"]
    assert told["reasons"] == by_id.json()["reasons"]
    assert f'"{told["decision_id"]}"' == by_id.headers["ETag"]


def test_nobody_sees_the_declarations_of_others_nor_trial_data_among_real(send: Send, client: Client, key: Key) -> None:
    send(declaration("Q1"))
    other = Organisation.objects.create(name="Other", declarant_id="OT")

    seen = [
        client.get("/api/v1/declarations/Q1", headers=headers).status_code
        for headers in (key(), key(of=other), key(sandbox=True))
    ]

    assert [200, 404, 404] == seen


def test_the_sandbox_has_versions_of_its_own(send: Send, key: Key) -> None:
    send(declaration("R1"))

    told = send(declaration("R1", intrinsic_value="5.00"), headers=key(sandbox=True)).json()

    assert (True, "decided") == (told["sandbox"], told["declarations"][0]["status"])
    assert {False: 1, True: 1} == {flag: Entry.objects.filter(sandbox=flag).count() for flag in (False, True)}


def test_pages_of_declarations_follow_each_other(send: Send, client: Client, key: Key) -> None:
    send([declaration(f"S{number}") for number in range(5)])
    first = client.get("/api/v1/declarations?limit=3", headers=key()).json()

    second = client.get(f"/api/v1/declarations?limit=3&before={first['next']}", headers=key()).json()

    assert ["S4", "S3", "S2"] == [one["declaration_id"] for one in first["declarations"]]
    assert (["S1", "S0"], None) == ([one["declaration_id"] for one in second["declarations"]], second["next"])


@pytest.mark.parametrize(
    "code",
    ["RR123456785CN", "HTT000123", "EU:LP:TT000123", "TT000123"],
    ids=["s10", "waybill", "consignment", "number"],
)
def test_a_bar_code_leads_to_its_declaration(send: Send, client: Client, key: Key, code: str) -> None:
    send(declaration("TT000123", s10="RR123456785CN"))

    found = client.get("/api/v1/declarations/scan", {"code": code}, headers=key()).json()

    assert ["EU:LP:TT000123"] == [one["consignment_id"] for one in found["declarations"]]


def test_a_cancelled_declaration_stays_cancelled_and_is_told(
    send: Send, client: Client, key: Key, operator: Organisation
) -> None:
    make_endpoint(operator, "https://hooks.example.com/x", ["declaration.decided", "declaration.cancelled"], by="test")
    send(declaration("U1"))

    answers = [
        client.post(
            "/api/v1/declarations/EU:LP:U1/cancellation", json.dumps({"reason": "not sent"}),
            content_type="application/json", headers=key(),
        )
        for _ in range(2)
    ]  # fmt: skip

    assert [(200, "cancelled", 2)] * 2 == [
        (one.status_code, one.json()["status"], one.json()["version"]) for one in answers
    ]
    assert ["declaration.decided", "declaration.cancelled"] == list(
        Delivery.objects.order_by("created_at").values_list("event", flat=True)
    )


def test_the_quota_counts_declarations(send: Send, operator: Organisation) -> None:
    set_quota(operator, 3, 100, by="test")
    first = send([declaration(f"V{number}") for number in range(3)])

    second = send(declaration("V9"))

    assert (200, 429) == (first.status_code, second.status_code)
    assert int(second.headers["Retry-After"]) > 0
    assert 3 == Entry.objects.count()


@pytest.mark.parametrize(
    ("body", "media", "status"),
    [
        ("{", "application/json", 400),
        ("[]", "application/json", 400),
        ("[" * 100_000, "application/json", 400),
        ("x", "application/xml", 415),
        ("", "text/csv", 400),
        ("a,b\n1,2\n", "text/csv", 400),
        ("\xff\xfe", "application/json", 400),
    ],
    ids=["broken", "none", "deep", "xml", "empty-csv", "other-csv", "no-text"],
)
def test_a_body_of_another_form_is_told_what_is_expected(send: Send, body: str, media: str, status: int) -> None:
    answer = send(body, media=media)

    assert (status, "application/problem+json") == (answer.status_code, answer.headers["Content-Type"])
    assert answer.json()["next_step"]


def test_more_than_ten_thousand_are_refused(send: Send) -> None:
    answer = send([{}] * 10_001)

    assert (400, "declarations.body.too_many") == (answer.status_code, answer.json()["code"])
