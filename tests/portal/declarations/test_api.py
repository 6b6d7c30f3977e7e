"""Declarations over the API: answered with amounts, reasons and law; known again; refused one by one."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from declared import declaration
from django.test import Client

from passavant.clearance.prepared import PreparedClearance
from passavant.dataset.live import LiveIntake
from passavant.portal.cases.models import Case, State
from passavant.portal.declarations.asked import Asked
from passavant.portal.declarations.desk import desk
from passavant.portal.declarations.models import Batch, Entry, Submission
from passavant.portal.declarations.working import decide_at_once, work_on_one
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
    answer = send([declaration(f"M{number}", **({} if number else {"hs_code": None})) for number in range(450)])
    place = answer.headers["Location"]
    before = client.get(place, headers=key()).json()

    worked = [work_on_one(desk()) for _ in range(2)]

    after = client.get(place, headers=key()).json()
    assert [True, False] == worked
    assert (202, "waiting", 0) == (answer.status_code, before["state"], before["done"])
    assert ("finished", 450, 450) == (after["state"], after["done"], len(after["declarations"]))
    assert list(range(1, 451)) == [one["record"] for one in after["declarations"]]
    assert "request_information" == after["declarations"][0]["outcome"]
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
    assert f'"{told["decision_id"]}.released"' == by_id.headers["ETag"]


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


def test_text_that_cannot_be_written_is_refused_alone(send: Send) -> None:
    told = send('[{"declaration_id": "\\ud800"}, ' + json.dumps(declaration("X1")) + "]").json()["declarations"]

    assert ["refused", "decided"] == [one["status"] for one in told]
    assert "declarations.text.invalid" == told[0]["errors"][0]["code"]


def test_what_makes_the_intake_fail_is_found_and_refused_alone(send: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    take = LiveIntake.take

    def poisoned(self: LiveIntake, records: Any, source: str) -> Any:
        if any(one.get("declaration_id") == "Y3" for one in records):
            raise ArithmeticError("poison")
        return take(self, records, source)

    monkeypatch.setattr(LiveIntake, "take", poisoned)

    told = send([declaration(f"Y{number}") for number in range(6)]).json()["declarations"]

    assert [3] == [place for place, one in enumerate(told) if one["status"] == "refused"]
    assert 5 == Entry.objects.count()


@pytest.mark.parametrize("year", ["0001", "9999"])
def test_a_date_beyond_all_calendars_is_refused_and_holds_up_nobody(send: Send, year: str) -> None:
    told = send([declaration("Z1", lodged_at=f"{year}-01-01T00:00:00Z"), declaration("Z2")]).json()["declarations"]

    assert ["refused", "decided"] == [one["status"] for one in told]


def test_a_job_that_fails_as_a_whole_says_so_and_the_next_is_worked_on(
    send: Send, client: Client, key: Key, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = send([declaration(f"AA{number}") for number in range(101)])
    second = send([declaration(f"AB{number}") for number in range(101)])
    decide = desk().decide

    def failing(asked: Any, *, sandbox: bool) -> Any:
        if asked[0].submission.pk == uuid.UUID(first.json()["submission"]):
            raise ArithmeticError("poison")
        return decide(asked, sandbox=sandbox)

    monkeypatch.setattr(desk(), "decide", failing)

    for _ in range(2):
        work_on_one(desk())

    states = [client.get(one.headers["Location"], headers=key()).json() for one in (first, second)]
    assert ["failed", "finished"] == [one["state"] for one in states]
    assert "declarations.fault" == states[0]["fault"]["code"]


def test_nobody_spoils_the_declarations_of_another(operator: Organisation) -> None:
    other = Organisation.objects.create(name="Other", declarant_id="OT")
    foreign = [declaration("AC1", declarant_id="LP", quantity="x"), declaration("AC1", declarant_id="LP")]

    theirs, own = decide_at_once(
        desk(), [_asked(other, foreign), _asked(operator, [declaration("AC1")])], sandbox=False
    )

    assert ["declarations.declarant.other"] * 2 == [one.errors[0]["code"] for one in theirs]
    assert ["decided"] == [one.status for one in own]


def test_a_request_sent_twice_at_once_under_one_key_is_decided_once(operator: Organisation) -> None:
    body = [declaration("AD1"), {"declaration_id": "AD2", "quantity": "x"}]

    first, second = decide_at_once(
        desk(), [_asked(operator, body, "one"), _asked(operator, body, "one")], sandbox=False
    )

    assert first == second
    assert [(1, 1, 2)] == list(Submission.objects.values_list("decided", "refused", "done"))


def test_a_line_that_cannot_be_read_keeps_its_whole_declaration_from_being_decided(send: Send) -> None:
    one, other = declaration("AE1"), declaration("AE2")
    rows = [one | one.pop("items")[0], other | other.pop("items")[0]]
    lines = [",".join(rows[0]), *(",".join(f'"{cell}"' for cell in row.values()) for row in rows)]
    lines.append(lines[1].replace('"1"', '"2"', 1) + ",one cell too many")

    told = send("\n".join(lines), media="text/csv").json()["declarations"]

    assert {"AE1": "refused", "AE2": "decided"} == {one["declaration_id"]: one["status"] for one in told}


def test_a_date_hidden_in_the_items_chooses_no_other_law(send: Send) -> None:
    hidden = declaration("AF1", accepted_at="")
    hidden["items"] = [hidden["items"][0], hidden["items"][0] | {"item_no": 2, "accepted_at": "2019-03-01T00:00:00Z"}]

    told = send(hidden).json()["declarations"][0]

    assert ("refused", "declarations.day.unclear") == (told["status"], told["errors"][0]["code"])


def test_more_items_than_any_consignment_has_are_refused(send: Send, client: Client, key: Key) -> None:
    place = send([declaration("AG1") | {"items": [{}] * 1000}, declaration("AG2")]).headers["Location"]
    work_on_one(desk())
    work_on_one(desk())

    told = client.get(place, headers=key()).json()["declarations"]
    assert ["refused", "decided"] == [one["status"] for one in told]
    assert "declarations.items.too_many" == told[0]["errors"][0]["code"]


def test_what_customs_controls_can_be_neither_amended_nor_cancelled(send: Send, client: Client, key: Key) -> None:
    send(declaration("AH1", hs_code=None))
    Case.objects.update(state=State.CONTROL)

    amended = send(declaration("AH1", version=2)).json()["declarations"][0]
    cancelled = client.post(
        "/api/v1/declarations/AH1/cancellation",
        json.dumps({"reason": "x"}),
        content_type="application/json",
        headers=key(),
    )

    assert "declarations.version.controlled" == amended["errors"][0]["code"]
    assert (409, "declarations.cancel.held") == (cancelled.status_code, cancelled.json()["code"])
    assert [State.CONTROL] == list(Case.objects.values_list("state", flat=True))


def test_an_amendment_after_a_cancellation_takes_the_place_of_what_was_decided(
    send: Send, client: Client, key: Key
) -> None:
    first = send(declaration("AI1")).json()["declarations"][0]
    client.post(
        "/api/v1/declarations/AI1/cancellation",
        json.dumps({"reason": "x"}),
        content_type="application/json",
        headers=key(),
    )

    third = send(declaration("AI1", version=3)).json()["declarations"][0]

    assert first["decision_id"] == third["supersedes"]


def test_pages_of_a_job_reach_its_end_whatever_was_refused(send: Send, client: Client, key: Key) -> None:
    place = send([{"declaration_id": f"AJ{number}", "quantity": "x"} for number in range(1100)]).headers["Location"]
    while work_on_one(desk()):
        pass

    seen, after = 0, 0
    while after is not None:
        page = client.get(f"{place}?after={after}", headers=key()).json()
        seen, after = seen + len(page["declarations"]), page["next"]

    assert 1100 == seen


def _asked(organisation: Organisation, records: list[Any], key: str | None = None) -> Asked:
    submission = Submission(
        organisation=organisation, key_id="test", received_at=dt.datetime.now(dt.UTC), idempotency_key=key,
        request_digest="0" * 64, declarations=len(records),
    )  # fmt: skip
    return Asked(submission, organisation.declarant_id, records)


def test_a_body_beyond_the_limit_is_told_how_much_is_taken(send: Send, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1 << 20

    answer = send([declaration("AK1")] * 2000)

    assert (413, "portal.request.too_big") == (answer.status_code, answer.json()["code"])


def test_a_request_repeated_under_its_key_is_answered_with_what_was_known_as_well(send: Send) -> None:
    one, other = declaration("KN1"), declaration("KN2")
    send(one)
    under = {"Idempotency-Key": "known-and-new"}

    answers = [send([one, other, one], headers=under).json()["declarations"] for _ in range(2)]

    said = [[(told["record"], told["status"], told["decision_id"]) for told in answer] for answer in answers]
    assert ["known", "decided", "known"] == [status for _, status, _ in said[0]]
    assert said[0] == said[1]
