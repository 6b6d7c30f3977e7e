"""What customs asks reaches the declarant, the answer reaches the case, and nobody else gets either; over the API and on the page."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from declared import declaration
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from passavant.clearance.rules import load_rules
from passavant.clearance.run_law import all_reasons
from passavant.policy.load import load_policy
from passavant.portal.api.problems import Refusal
from passavant.portal.cases.acting import Seen
from passavant.portal.cases.kept_files import kept_path
from passavant.portal.cases.models import Answer, AnswerFile, Case
from passavant.portal.cases.services import act, approve, reject, take_next
from passavant.portal.declarations.models import Entry
from passavant.portal.declarations.remedies import ORDINARY, remedy
from passavant.portal.people.models import Organisation, Person
from passavant.portal.people.roles import Role
from passavant.portal.people.services import give_role
from passavant.portal.trail.models import LogEntry

Send = Callable[..., Any]
Key = Callable[..., dict[str, str]]
PDF = (Path(__file__).parents[3] / "examples/declarations/invoice.pdf").read_bytes()
#: No HS code: what customs asks about.
_ASKED: dict[str, Any] = {"hs_code": None}


@pytest.fixture
def ada(person: Any) -> Person:
    made: Person = person("ada", Role.OFFICER)
    return made


@pytest.fixture
def case(send: Send) -> Case:
    send(declaration("A1", **_ASKED))
    return Case.objects.get()


@pytest.fixture
def omar(person: Any, operator: Organisation) -> Client:
    """Return the browser of somebody of the operator's."""
    somebody = person("omar")
    give_role(somebody, Role.OPERATOR, operator, by="test")
    browser = Client()
    browser.force_login(somebody)
    return browser


def _look(case: Case) -> Seen:
    case.refresh_from_db()
    return Seen(case.revision, timezone.now())


def _ask(case: Case, by: Person, question: str = "Which shop sold them?") -> None:
    act(case.pk, "request_information", by, "invoice", "looks odd", seen=_look(case), question=question)


def _answer(
    client: Client, headers: dict[str, str], text: str = "See the invoice.", *files: Any, of: str = "A1"
) -> Any:
    return client.post(f"/api/v1/declarations/{of}/answers", {"text": text, "files": list(files)}, headers=headers)


def _file(content: bytes = PDF, name: str = "invoice.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def _page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert 200 == answer.status_code
    return str(answer.content.decode())


def test_the_answer_arrives_in_the_case_with_its_files(case: Case, client: Client, key: Key, ada: Person) -> None:
    _ask(case, ada)
    told = _answer(client, key(), "Bought at Example Shop.", _file(), _file(PDF + b"\n", "second page.pdf"))
    client.force_login(ada)
    page = _page(client, f"/en/cases/{case.pk}/")
    queue = _page(client, "/en/cases/?state=answered")
    told_there = client.get(f"/api/v1/cases/{case.pk}").json()["exchange"]
    first = AnswerFile.objects.earliest("pk")
    got = client.get(f"/en/cases/answers/{first.pk}/")

    assert 201 == told.status_code
    assert [("invoice", "Which shop sold them?"), (None, "Bought at Example Shop.")] == [
        (word["asked"], word["text"]) for word in told_there
    ]
    assert ("answered", "A1" in queue) == (Case.objects.get().state, True)
    assert all(
        words in page for words in ("Answered by the declarant", "Which shop sold them?", "Bought at Example Shop.")
    )
    assert all(name in page for name in ("invoice.pdf", "second page.pdf"))
    assert (PDF, "application/pdf", "nosniff") == (
        got.content, got.headers["Content-Type"], got.headers["X-Content-Type-Options"],
    )  # fmt: skip
    assert got.headers["Content-Disposition"].startswith('attachment; filename="')


def test_the_trail_tells_who_answered_and_who_read_a_file(case: Case, client: Client, key: Key, ada: Person) -> None:
    _answer(client, key(), "See the invoice.", _file())
    client.force_login(ada)
    client.get(f"/en/cases/answers/{AnswerFile.objects.get().pk}/")
    answered, read = LogEntry.objects.filter(action__contains=".case.answer").order_by("sequence")

    assert ("passavant.case.answered", "operator", "EU:LP:A1", 1) == (
        answered.action, answered.role, answered.object_id, answered.data["files"],
    )  # fmt: skip
    assert answered.actor.startswith("key ")
    assert ("passavant.case.answer_read", ada.email, AnswerFile.objects.get().digest) == (
        read.action, read.actor, read.data["file"],
    )  # fmt: skip


def test_a_file_lies_apart_and_this_account_alone_reads_it(case: Case, client: Client, key: Key) -> None:
    _answer(client, key(), "See the invoice.", _file())
    path = kept_path("answers", AnswerFile.objects.get().digest)

    assert PDF == path.read_bytes()
    assert (0o600, 0o700) == (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777)
    assert path.parent.parent == Path(os.environ["PASSAVANT_HOME"])


def test_what_is_asked_is_told_with_what_to_do_and_without_the_officers_note(
    case: Case, client: Client, key: Key, omar: Client, ada: Person
) -> None:
    _ask(case, ada)
    told = client.get("/api/v1/declarations/A1/requests", headers=key()).json()
    page = _page(omar, f"/fr/declarations/{case.entry_id}/")
    reason = next(one for one in told["reasons"] if one["code"] == "policy.tariff.missing_code")

    assert ("asked", "/api/v1/declarations/EU:LP:A1/answers") == (told["state"], told["answers_url"])
    assert [("invoice", "Which shop sold them?")] == [(one["asked"], one["question"]) for one in told["requests"]]
    assert "code SH" in reason["what_to_do"]["fr"]
    assert reason["what_to_do"]["fr"] in page.replace("&#x27;", "'")
    assert "Which shop sold them?" in page
    assert not any(word in page + str(told) for word in ("looks odd", ada.email))


def test_whoever_is_another_finds_nothing(case: Case, client: Client, key: Key, person: Any) -> None:
    _answer(client, key(), "See the invoice.", _file())
    other = Organisation.objects.create(name="Another Platform", declarant_id="XX")
    eve = person("eve")
    give_role(eve, Role.OPERATOR, other, by="test")
    client.force_login(eve)
    foreign = key(of=other)
    number = AnswerFile.objects.get().pk

    assert 404 == client.get("/api/v1/declarations/EU:LP:A1/requests", headers=foreign).status_code
    assert 404 == _answer(client, foreign, of="EU:LP:A1").status_code
    assert 404 == client.get(f"/en/declarations/{case.entry_id}/").status_code
    assert 404 == client.post(f"/en/declarations/{case.entry_id}/", {"text": "mine"}).status_code
    assert 404 == client.get(f"/en/cases/answers/{number}/").status_code
    assert 1 == Answer.objects.count()


def test_the_operators_own_people_fetch_its_files(case: Case, client: Client, key: Key, omar: Client) -> None:
    _answer(client, key(), "See the invoice.", _file())

    assert PDF == omar.get(f"/en/cases/answers/{AnswerFile.objects.get().pk}/").content


@pytest.mark.parametrize("role", [Role.ANALYST, Role.AUDITOR, Role.IMAGE_ANALYST])
def test_who_only_reads_cases_gets_neither_text_nor_files(
    case: Case, client: Client, key: Key, person: Any, role: Role
) -> None:
    _answer(client, key(), "It is for Ada Lund.", _file())
    client.force_login(person("eve", role))
    page = _page(client, f"/en/cases/{case.pk}/")
    told = client.get(f"/api/v1/cases/{case.pk}").json()

    assert told["exchange"] is None
    assert "officers who act on the case read the answer" in page
    assert ("Ada Lund" in page, "cases/answers/" in page) == (False, False)
    assert 403 == client.get(f"/en/cases/answers/{AnswerFile.objects.get().pk}/").status_code


def test_a_script_that_calls_itself_a_pdf_is_refused_and_nothing_is_kept(case: Case, client: Client, key: Key) -> None:
    script = b"#!/bin/sh\necho %PDF-1.4\n"
    told = _answer(client, key(), "See the invoice.", SimpleUploadedFile("invoice.pdf", script, "application/pdf"))

    assert (400, "cases.answer.file_kind") == (told.status_code, told.json()["code"])
    assert "invoice.pdf, which by what it holds is neither a PDF nor a picture" == told.json()["got"]
    assert ("open", 0) == (Case.objects.get().state, Answer.objects.count())


def test_the_page_refuses_it_too_beside_the_field(case: Case, omar: Client) -> None:
    script = SimpleUploadedFile("facture.pdf", b"<script>alert(1)</script>", "application/pdf")
    page = omar.post(f"/fr/declarations/{case.entry_id}/", {"text": "Voici.", "documents": [script]}).content.decode()

    assert "facture.pdf, qui d&#x27;après son contenu n&#x27;est ni un PDF ni une image" in page
    assert "Attendu\u00a0: 5 fichiers au plus" in page
    assert "Choisissez d&#x27;autres fichiers" in page
    assert "Voici." in page
    assert 0 == Answer.objects.count()


def test_on_the_page_an_answer_is_sent_and_stands_there(case: Case, omar: Client) -> None:
    address = f"/en/declarations/{case.entry_id}/"
    sent = omar.post(address, {"text": "A teapot.", "documents": [_file()]})
    page = _page(omar, address)

    assert (302, address) == (sent.status_code, sent.headers["Location"])
    assert all(words in page for words in ("Your answer is with customs", "A teapot.", "invoice.pdf"))


def test_a_closed_case_takes_no_answer_and_says_why(
    case: Case, client: Client, key: Key, omar: Client, ada: Person
) -> None:
    act(case.pk, "release", ada, "in_order", seen=_look(case))
    told = _answer(client, key())
    page = _page(omar, f"/en/declarations/{case.entry_id}/")
    late = omar.post(f"/en/declarations/{case.entry_id}/", {"text": "too late"}, follow=True).content.decode()

    assert (409, "cases.answer.closed") == (told.status_code, told.json()["code"])
    assert "an answer to a case that is closed: Released" == told.json()["got"]
    assert "Send the answer" not in page
    assert "An answer to a case that is closed: Released. If something is still to be said" in late
    assert 0 == Answer.objects.count()


@pytest.mark.parametrize(
    ("sandbox", "code"), [(False, "cases.answer.not_asked"), (True, "cases.answer.trial")], ids=["released", "trial"]
)
def test_where_nothing_is_asked_no_answer_is_taken(
    send: Send, client: Client, key: Key, sandbox: bool, code: str
) -> None:
    send(declaration("B1", **(_ASKED if sandbox else {})), headers=key(sandbox=True) if sandbox else {})
    told = _answer(client, key(sandbox=sandbox), of="B1")

    assert (409, code) == (told.status_code, told.json()["code"])


def test_what_is_held_takes_an_answer_once_an_officer_asks(
    case: Case, client: Client, key: Key, omar: Client, ada: Person
) -> None:
    Case.objects.update(advised="screen")
    Entry.objects.update(outcome="screen")
    before = _answer(client, key()).status_code
    page = _page(omar, f"/en/declarations/{case.entry_id}/")
    _ask(case, ada)
    act(case.pk, "control", ada, "goods", seen=_look(case))
    after = _answer(client, key()).status_code

    assert (409, 201, "control") == (before, after, Case.objects.get().state)
    assert ("Nothing is asked of you now" in page, "Send the answer" in page) == (True, False)


def test_the_same_sent_twice_is_one_answer(case: Case, client: Client, key: Key) -> None:
    own = key()
    first, second = (_answer(client, own, "See it.", _file()) for _ in range(2))
    third = _answer(client, own, "See it.", _file(PDF + b"\n"))

    assert [201] * 3 == [one.status_code for one in (first, second, third)]
    assert 1 == len(second.json()["answers"])
    assert 2 == len(third.json()["answers"])


@pytest.mark.parametrize("text", ["", " \n\t ", "x" * 4001], ids=["none", "blank", "long"])
def test_an_answer_says_something_and_not_too_much(case: Case, client: Client, key: Key, text: str) -> None:
    told = _answer(client, key(), text)

    assert (400, "cases.answer.text") == (told.status_code, told.json()["code"])


def test_signs_that_nobody_types_are_left_out(case: Case, client: Client, key: Key) -> None:
    told = _answer(client, key(), "one\x00two\u202e\r\nthree", _file(PDF, "bad\u202efdp.exe")).json()["answers"][0]

    assert ("one two\nthree", ["badfdp.exe"]) == (told["text"], [file["name"] for file in told["files"]])


def test_a_case_has_room_for_twenty_answers(case: Case, client: Client, key: Key) -> None:
    own = key()
    statuses = [_answer(client, own, f"answer {number}").status_code for number in range(21)]

    assert [201] * 20 + [409] == statuses


def test_an_answered_case_that_nobody_has_is_taken_next_and_one_that_somebody_has_stays(
    send: Send, client: Client, key: Key, ada: Person, person: Any
) -> None:
    send([declaration("A1", **_ASKED), declaration("A2", **_ASKED)])
    free, had = Case.objects.order_by("declaration_id")
    own = key()
    _ask(free, person("max", Role.SUPERVISOR))
    had.assigned_to = ada
    had.save()
    _ask(had, ada)
    waiting = take_next(ada)
    for name in ("A1", "A2"):
        _answer(client, own, of=name)
    taken = take_next(ada)

    assert (None, free.pk) == (waiting, taken and taken.pk)
    assert ("answered", ada) == (had.__class__.objects.get(pk=had.pk).state, Case.objects.get(pk=had.pk).assigned_to)


def test_a_proposal_is_out_of_date_once_an_answer_comes(
    case: Case, client: Client, key: Key, ada: Person, person: Any
) -> None:
    Case.objects.update(lane="red", advised="screen")
    _ask(case, ada)
    second = person("max", Role.SUPERVISOR)
    approve(case.pk, second, seen=_look(case))
    act(case.pk, "release", ada, "in_order", seen=_look(case))
    looked = _look(case)
    _answer(client, key())
    with pytest.raises(Refusal) as refused:
        approve(case.pk, second, seen=looked)
    reject(case.pk, second, "the answer says otherwise", seen=_look(case))

    assert ("cases.changed", "answered") == (refused.value.code, Case.objects.get().state)


def test_a_question_that_waits_for_a_second_person_is_asked_once_approved(case: Case, ada: Person, person: Any) -> None:
    Case.objects.update(lane="red", advised="control")
    _ask(case, ada)
    before = list(case.events.filter(action="request_information"))
    approve(case.pk, person("max", Role.SUPERVISOR), seen=_look(case))
    after = [event.data["question"] for event in case.events.filter(action="request_information")]

    assert ([], ["Which shop sold them?"]) == (before, after)


@pytest.mark.parametrize(
    ("wanted", "shown"),
    [
        ("", {"R1", "Q1", "Q2", "Q3", "H1", "F1", "C1"}),
        ("asked", {"Q1", "Q2"}),
        ("answered", {"Q3"}),
        ("held", {"H1"}),
        ("released", {"R1"}),
        ("refused", {"F1"}),
        ("cancelled", {"C1"}),
    ],
)
def test_the_list_is_filtered_by_where_declarations_stand(
    send: Send, client: Client, key: Key, omar: Client, ada: Person, wanted: str, shown: set[str]
) -> None:
    send([declaration("R1"), *(declaration(name, **_ASKED) for name in ("Q1", "Q2", "Q3", "H1", "F1", "C1"))])
    cases = {case.declaration_id: case for case in Case.objects.all()}
    own = key()
    _ask(cases["Q2"], ada)
    _answer(client, own, of="Q3")
    act(cases["H1"].pk, "control", ada, "goods", seen=_look(cases["H1"]))
    act(cases["F1"].pk, "refuse", ada, "unpaid", seen=_look(cases["F1"]))
    client.post("/api/v1/declarations/C1/cancellation", {"reason": "x"}, content_type="application/json", headers=own)
    page = _page(omar, f"/en/declarations/?state={quote(wanted)}")

    assert shown == {name for name in ("R1", "Q1", "Q2", "Q3", "H1", "F1", "C1") if f">{name}</a>" in page}


def test_a_filtered_list_goes_on_filtered(send: Send, omar: Client) -> None:
    send([declaration(f"N{number}", **_ASKED) for number in range(51)])
    first = _page(omar, "/en/declarations/?state=asked")
    last = Case.objects.get(declaration_id="N1").entry_id

    assert f"?before={last}&amp;state=asked" in first
    assert ">N0</a>" in _page(omar, f"/en/declarations/?before={last}&state=asked")


@pytest.mark.parametrize("policy", ["CH", "EU", "KR", "NG", "NO"])
def test_every_reason_that_asks_something_of_a_declarant_says_what_to_do(policy: str) -> None:
    reasons = all_reasons(load_policy(policy), load_rules())
    asking = [code for code, reason in reasons.items() if reason.declarant and reason.outcome == "request_information"]

    assert len(asking) > 20
    assert [] == [code for code in asking if remedy(code) is ORDINARY]


def test_what_an_officer_released_is_cancelled_by_customs_alone(
    case: Case, client: Client, key: Key, ada: Person
) -> None:
    act(case.pk, "release", ada, "in_order", seen=_look(case))
    answer = _cancel(client, key())

    assert 409 == answer.status_code
    assert "Ask customs in writing" in answer.json()["next_step"]


def test_what_is_released_by_itself_can_still_be_cancelled(send: Send, client: Client, key: Key) -> None:
    send(declaration("A1"))
    answer = _cancel(client, key())

    assert (200, "cancelled") == (answer.status_code, answer.json()["status"])


def test_an_officer_reads_that_and_why_the_declarant_cancelled(
    case: Case, client: Client, key: Key, ada: Person
) -> None:
    _cancel(client, key())
    client.force_login(ada)
    page = client.get(f"/en/cases/{case.pk}/").content.decode()

    assert 2 == page.count("The shop called it back")
    assert "cancelled the declaration" in page


def _cancel(client: Client, headers: dict[str, str]) -> Any:
    return client.post(
        "/api/v1/declarations/EU:LP:A1/cancellation", json.dumps({"reason": "The shop called it back"}),
        content_type="application/json", headers=headers,
    )  # fmt: skip
