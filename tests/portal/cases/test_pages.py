"""The console's pages: what officers see and do there, and what nobody sees."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from passavant.portal.cases.facts import explanation_of
from passavant.portal.cases.inspections import RESULTS
from passavant.portal.cases.models import Case, InspectionResult
from passavant.portal.cases.photos import photo_path, photo_type
from passavant.portal.cases.queries import LANES, queue
from passavant.portal.cases.services import act, open_from_run, results_table
from passavant.portal.cases.shown import case_shown, grouped
from passavant.portal.people.models import Person
from passavant.portal.people.roles import Role
from passavant.portal.trail.models import LogEntry

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + (640).to_bytes(4) + (480).to_bytes(4) + b"\x08\x02\x00\x00\x00" + bytes(4)
)
JPEG = b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x11\x08\x01\xe0\x02\x80\x03" + bytes(9)
WEBP = b"RIFF\x00\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00" + bytes(4) + b"\x7f\x02\x00\xdf\x01\x00"


@pytest.fixture
def opened(run: Path, db: None) -> list[Case]:
    open_from_run(run)
    return list(Case.objects.all())


@pytest.fixture
def officer(person: Any, client: Client) -> Person:
    ada: Person = person("ada", Role.OFFICER)
    client.force_login(ada)
    return ada


def _page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert 200 == answer.status_code
    return str(answer.content.decode())


def _link(page: str, part: str) -> str:
    found = re.search(rf'href="([^"]*{part}[^"]*)"', page)
    assert found is not None
    return found[1].replace("&amp;", "&")


def _send(client: Client, address: str, **given: Any) -> Any:
    """Fill in a form as a browser does, its hidden fields kept."""
    page = _page(client, address)
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
    return client.post(address.partition("?")[0], hidden | given)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_case_of_a_run_can_be_shown(opened: list[Case], officer: Person, client: Client, language: str) -> None:
    for case in opened:
        page = _page(client, f"/{language}/cases/{case.pk}/")
        decision = _decision(case)

        assert case.consignment_id in page
        assert all(word not in page.lower() for word in ("stratum", "propensity", "tirage"))
        rows = grouped(case_shown(explanation_of(case), language)["reasons"])
        assert len(rows) == page.count('pv-small">') - page.count('<p class="govuk-body pv-small">')
        assert len(decision["reasons"]) == sum(len(row["item_numbers"]) or 1 for row in rows)


def test_a_reason_of_several_items_is_one_row_that_names_them() -> None:
    plain = {"code": "dataset.hs_code.unknown", "text": "unknown", "item_no": 1}
    rows = grouped(
        [plain, plain | {"text": "also unknown"}, plain | {"item_no": 3}, plain | {"code": "x", "item_no": None}]
    )

    assert [("unknown", [1, 3]), ("also unknown", [1]), ("unknown", [])] == [
        (row["text"], row["item_numbers"]) for row in rows
    ]


def test_units_and_the_senders_frequent_faults_stand_in_words(
    opened: list[Case], officer: Person, client: Client
) -> None:
    case = next(one for one in opened if any(code.startswith("dataset.") for code in one.reasons))
    Case.objects.filter(declarant_id=case.declarant_id).update(opened_at=timezone.now())
    english, french = (_page(client, f"/{language}/cases/{case.pk}/") for language in ("en", "fr"))

    assert ("H87 (piece)" in english, "H87 (pièce)" in french) == (True, True)
    assert "dataset." not in re.sub(r'href="[^"]*"', "", english)


def test_a_case_whose_run_is_lost_is_shown_with_what_is_known(
    opened: list[Case], officer: Person, client: Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PASSAVANT_HOME", str(tmp_path))
    page = _page(client, f"/en/cases/{opened[0].pk}/")

    assert opened[0].consignment_id in page
    assert "There is a problem" in page


def _decision(case: Case) -> dict[str, Any]:
    return dict(explanation_of(case).decision or {})


def test_nothing_tells_a_consignment_drawn_at_random_before_its_result(
    opened: list[Case], run: Path, officer: Person, client: Client
) -> None:
    rows = pq.read_table(run / "decisions.parquet").to_pylist()
    drawn = {row["consignment_id"] for row in rows if row["stratum"]}
    cases = [case for case in opened if case.consignment_id in drawn]
    answers = [client.get(f"/api/v1/cases/{case.pk}").json() for case in cases]
    queue = client.get("/api/v1/cases?limit=500").json()["cases"]

    assert cases
    assert not any("stratum" in str(answer) or "propensity" in str(answer) for answer in (*answers, queue))


def test_page_and_interface_tell_the_same(opened: list[Case], officer: Person, client: Client) -> None:
    queue = client.get("/api/v1/cases").json()["cases"]
    page = _page(client, "/en/cases/")
    one = client.get(f"/api/v1/cases/{queue[0]['id']}").json()
    its = _page(client, f"/en/cases/{queue[0]['id']}/")

    assert [str(case["id"]) for case in queue] == re.findall(r'/en/cases/(\d+)/" data-case', page)
    assert [reason["text"].replace("'", "&#x27;") in its for reason in one["reasons"]] == [True] * len(one["reasons"])


@pytest.mark.parametrize("role", [Role.ANALYST, Role.AUDITOR, Role.IMAGE_ANALYST])
def test_who_only_reads_is_offered_no_action(
    case: Any, opened: list[Case], person: Any, client: Client, role: Role
) -> None:
    client.force_login(person("eve", role))
    page = _page(client, f"/en/cases/{opened[0].pk}/")

    assert "/act/" not in page
    assert 'type="checkbox"' not in _page(client, "/en/cases/")
    assert [403] * 3 == [
        client.post(f"/en/cases/{opened[0].pk}/{what}/").status_code for what in ("take", "act/release", "names")
    ]


def test_an_officer_releases_with_a_reason_and_returns_to_the_case(
    opened: list[Case], officer: Person, client: Client
) -> None:
    case = next(one for one in opened if one.lane == "yellow")
    address = _link(_page(client, f"/en/cases/{case.pk}/"), "/act/release/")
    without = _send(client, address)
    done = _send(client, address, reason="in_order")
    page = client.get(done.headers["Location"]).content.decode()
    case.refresh_from_db()

    assert 200 == without.status_code
    assert "Fill in: Reason" in without.content.decode()
    assert (302, "released") == (done.status_code, case.state)
    assert "Goods and documents are in order" in page


def test_a_page_that_is_out_of_date_changes_nothing_and_says_so(
    opened: list[Case], officer: Person, client: Client
) -> None:
    case = next(one for one in opened if one.lane == "yellow")
    address = _link(_page(client, f"/en/cases/{case.pk}/"), "/act/refuse/")
    client.post(f"/en/cases/{case.pk}/take/")
    page = client.post(
        address.partition("?")[0], {"seen": address.partition("seen=")[2], "reason": "unsafe"}, follow=True
    )
    case.refresh_from_db()

    assert "The case changed after this page was shown to you." in page.content.decode()
    assert "open" == case.state


def test_a_closed_case_says_so_in_whole_sentences(case: Any, officer: Person, client: Client) -> None:
    one = case(state="released", closed_at=timezone.now())
    page = client.post(f"/en/cases/{one.pk}/take/", follow=True).content.decode()

    assert "This case is closed. See its history." in page


def test_a_red_case_is_released_by_two(opened: list[Case], officer: Person, person: Any, client: Client) -> None:
    case = next(one for one in opened if one.lane == "red")
    address = _link(_page(client, f"/en/cases/{case.pk}/"), "/act/release/")
    warned = _page(client, address)
    _send(client, address, reason="controlled")
    own = _page(client, f"/en/cases/{case.pk}/")
    client.force_login(person("max", Role.SUPERVISOR))
    answer = _link(_page(client, f"/en/cases/{case.pk}/"), "/second/")
    refused = _send(client, answer, answer="reject")
    _send(client, answer, answer="approve")
    case.refresh_from_db()

    assert "once a second person approves" in warned
    assert "This is your proposal" in own
    assert "Say why you do not approve" in refused.content.decode()
    assert "released" == case.state


def test_after_a_decision_the_ways_on_keep_the_list(opened: list[Case], officer: Person, client: Client) -> None:
    first, second = queue({"lane": "yellow"}, officer).cases[:2]
    case = _link(_page(client, "/en/cases/?lane=yellow"), f"/cases/{first.pk}/")
    address = _link(_page(client, case), "/act/release/")
    form = _page(client, address)
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))
    sent = form.partition('<form method="post" action="')[2].partition('"')[0].replace("&amp;", "&")
    page = client.post(sent, hidden | {"reason": "in_order"}, follow=True).content.decode()

    assert "queue=lane%3Dyellow" in address
    assert f"/en/cases/{second.pk}/?queue=lane%3Dyellow" == _link(page, f"/cases/{second.pk}/")
    assert (
        f'<a class="govuk-notification-banner__link" href="/en/cases/{second.pk}/?queue=lane%3Dyellow">Next case</a>'
        in page
    )
    assert '<a class="govuk-notification-banner__link" href="/en/cases/?lane=yellow">Back to the queue</a>' in page


def test_no_made_up_list_comes_back_from_an_address(opened: list[Case], officer: Person, client: Client) -> None:
    page = _page(client, f"/en/cases/{opened[0].pk}/?queue=lane%3Dpurple%26next%3D//evil.example")

    assert "evil" not in page.partition("<main")[2]


def test_a_proposal_is_taken_back_on_a_page(opened: list[Case], officer: Person, person: Any, client: Client) -> None:
    case = next(one for one in opened if one.lane == "red")
    _send(client, _link(_page(client, f"/en/cases/{case.pk}/"), "/act/release/"), reason="controlled")
    address = _link(_page(client, f"/en/cases/{case.pk}/"), "/withdraw/")
    unsaid = _send(client, address)
    _send(client, address, note="the wrong parcel")
    case.refresh_from_db()

    assert "Fill in: Why do you take it back?" in unsaid.content.decode()
    assert ("open", None) == (case.state, case.proposed)
    assert "took the proposal back (Release)" in _page(client, f"/en/cases/{case.pk}/")
    assert "No proposal of yours waits" in _page(client, f"/en/cases/{case.pk}/withdraw/")


def test_a_proposal_is_told_to_who_may_answer_it_and_not_to_its_author(
    case: Any, seen: Any, person: Any, client: Client
) -> None:
    ada, one = person("ada", Role.OFFICER), case(lane="red", advised="control")
    act(one.pk, "release", ada, "in_order", seen=seen(one))
    pages = {}
    for who in (ada, person("max", Role.SUPERVISOR), person("eve", Role.AUDITOR)):
        client.force_login(who)
        pages[who.name] = _page(client, "/en/")
    client.force_login(Person.objects.get(name="Max"))
    told = _link(pages["Max"], "who=second")

    assert {"Ada": False, "Max": True, "Eve": False} == {
        name: "1 proposal waits for your answer" in page for name, page in pages.items()
    }
    assert {"Ada": 0, "Max": 1, "Eve": 0} == {name: page.count("pv-count") for name, page in pages.items()}
    assert f"/en/cases/{one.pk}/?queue=who%3Dsecond" == _link(_page(client, told), f"/cases/{one.pk}/")


def test_home_leads_to_ones_own_cases_and_to_those_that_are_answered(
    case: Any, officer: Person, client: Client
) -> None:
    answered, mine = case(state="answered"), case(assigned_to=officer)
    home = _page(client, "/en/")
    found = {way: re.findall(r'/en/cases/(\d+)/[^"]*" data-case', _page(client, _link(home, way)))
             for way in ("state=answered", "who=mine")}  # fmt: skip

    assert "1 case is answered by its declarant" in home
    assert "1 case is yours" in home
    assert {"state=answered": [str(answered.pk)], "who=mine": [str(mine.pk)]} == found


def test_what_was_done_is_said_in_the_words_of_the_action(case: Any, officer: Person, client: Client) -> None:
    address = f"/en/cases/{case().pk}/act/release/"
    sent = _send(client, address, reason="in_order")

    assert "The consignment is released; it is recorded." in _page(client, sent.headers["Location"])


def test_overdue_cases_are_told_at_home_in_the_queue_and_on_their_page(
    case: Any, officer: Person, client: Client
) -> None:
    late = case(due_at=timezone.now() - dt.timedelta(hours=3, minutes=5))
    case()
    home, told = _page(client, "/en/"), _page(client, "/en/cases/")

    assert "1 case is overdue" in home
    assert [str(late.pk)] == re.findall(r'/en/cases/(\d+)/[^"]*" data-case', _page(client, _link(home, "due=overdue")))
    assert "One is overdue." in told
    assert "since 3\xa0h" in _page(client, f"/en/cases/{late.pk}/")
    assert [True, False] == [one["is_overdue"] for one in client.get("/api/v1/cases").json()["cases"]]


def test_the_next_case_is_taken_and_shown(opened: list[Case], officer: Person, client: Client) -> None:
    answer = client.post("/en/cases/next/", {"lane": "yellow"})
    mine = Case.objects.get(assigned_to=officer)

    assert f"/en/cases/{mine.pk}/" == answer.headers["Location"]
    assert "yellow" == mine.lane
    assert "/en/cases/" == client.post("/en/cases/next/", {"lane": "blue"}).headers["Location"]


def test_names_are_shown_once_to_whoever_says_why(opened: list[Case], officer: Person, client: Client) -> None:
    case = opened[0]
    asked = client.post(f"/en/cases/{case.pk}/names/", {"purpose": "  "})
    shown = client.post(f"/en/cases/{case.pk}/names/", {"purpose": "the invoice names somebody else"})
    entry = LogEntry.objects.latest("sequence")

    assert "Importer" not in asked.content.decode()
    assert "Importer" in shown.content.decode()
    assert "no-store" == shown.headers["Cache-Control"]
    assert ("passavant.case.names_read", "the invoice names somebody else", case.consignment_id) == (
        entry.action, entry.purpose, entry.object_id,
    )  # fmt: skip
    assert "Importer<" not in _page(client, f"/en/cases/{case.pk}/")


def test_asking_something_else_needs_words_for_the_declarant(
    case: Any, declared: Any, officer: Person, client: Client
) -> None:
    address = f"/en/cases/{case(entry=declared()).pk}/act/request_information/"
    page = _send(client, address, reason="other", note="for resale?").content.decode()
    sent = _send(client, address, reason="other", question="Is it for resale?")

    assert "Say in words what you ask" in page
    assert (302, "information") == (sent.status_code, Case.objects.get().state)


def test_the_form_says_that_nobody_could_read_a_question(case: Any, officer: Person, client: Client) -> None:
    page = _page(client, f"/en/cases/{case().pk}/act/request_information/")

    assert "The declarant cannot read a question here" in page
    assert 'name="question"' not in page


def test_a_result_feeds_learning_with_what_selected_the_consignment(
    opened: list[Case], run: Path, officer: Person, client: Client
) -> None:
    rows = {row["consignment_id"]: row for row in pq.read_table(run / "decisions.parquet").to_pylist()}
    case = next(one for one in opened if rows[one.consignment_id]["stratum"])
    photo = SimpleUploadedFile("<script>.html", PNG, "text/html")
    given = {
        "hit": "yes",
        "found": "undervalued",
        "value": "49,90",
        "currency": "eur",
        "hs_code": "610910",
        "photo": photo,
    }
    done = client.post(f"/en/cases/{case.pk}/result/", given)
    [row] = results_table().to_pylist()
    [kept] = InspectionResult.objects.all()
    answer = client.get(f"/en/cases/photos/{kept.photo}/")

    assert 302 == done.status_code
    assert RESULTS.names == list(row)
    assert (True, 20_000, True, "undervalued", 4990, "EUR", officer.email) == tuple(
        row[name] for name in ("stratum", "propensity_ppm", "hit", "found", "value_minor", "currency", "by")
    )
    assert dt.UTC.utcoffset(None) == row["at"].utcoffset()
    assert (PNG, "image/png", "nosniff") == (
        answer.content, answer.headers["Content-Type"], answer.headers["X-Content-Type-Options"],
    )  # fmt: skip
    assert answer.headers["Content-Disposition"].startswith("attachment; ")
    assert 0o600 == photo_path(kept.photo).stat().st_mode & 0o777
    assert "stratum" not in _page(client, f"/en/cases/{case.pk}/")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "Did the inspection find anything?"),
        ({"hit": "yes"}, "Choose what was found"),
        ({"hit": "no", "found": "drugs"}, "Something is entered below"),
        ({"hit": "yes", "found": "other"}, "Say in the note what was found"),
        ({"hit": "yes", "found": "drugs", "value": "1.005", "currency": "EUR"}, "Write an amount"),
        ({"hit": "yes", "found": "drugs", "value": "NaN", "currency": "EUR"}, "Write an amount"),
        ({"hit": "yes", "found": "drugs", "value": "-1", "currency": "EUR"}, "Write an amount"),
        ({"hit": "yes", "found": "drugs", "value": "10", "currency": ""}, "Give the currency"),
        ({"hit": "yes", "found": "drugs", "hs_code": "12"}, "Give 6 to 10 digits"),
    ],
    ids=lambda value: "-".join(value) or "empty" if isinstance(value, dict) else "",
)
def test_a_result_that_does_not_hold_is_asked_for_again(
    opened: list[Case], officer: Person, client: Client, given: dict[str, str], said: str
) -> None:
    page = client.post(f"/en/cases/{opened[0].pk}/result/", given).content.decode()

    assert said in page
    assert not InspectionResult.objects.exists()


@pytest.mark.parametrize(
    ("content", "kind"),
    [(PNG, "image/png"), (JPEG, "image/jpeg"), (WEBP, "image/webp")],
    ids=["png", "jpeg", "webp"],
)
def test_a_photo_is_known_by_its_content(content: bytes, kind: str) -> None:
    assert kind == photo_type(content)


@pytest.mark.parametrize(
    "content",
    [b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"GIF89a" + bytes(40), PNG[:20], JPEG[:6], b"\xff\xd8\xff" + b"\xff" * 40,
     WEBP[:16], PNG[:16] + bytes(8) + PNG[24:], PNG + bytes(10 * 1024 * 1024)],
    ids=["svg", "gif", "cut-png", "cut-jpeg", "no-frame", "cut-webp", "no-size", "large"],
)  # fmt: skip
def test_what_is_no_photo_is_refused(opened: list[Case], officer: Person, client: Client, content: bytes) -> None:
    given = {"hit": "no", "photo": SimpleUploadedFile("a.png", content, "image/png")}
    page = client.post(f"/en/cases/{opened[0].pk}/result/", given).content.decode()

    assert "is no photo that is taken" in page


def test_several_cases_are_confirmed_then_done_one_by_one(opened: list[Case], officer: Person, client: Client) -> None:
    yellow = [one for one in opened if one.lane == "yellow"][:2]
    red = next(one for one in opened if one.lane == "red")
    chosen = [f"{one.pk}.{one.revision}" for one in (*yellow, red)]
    confirm = client.post(
        "/en/cases/bulk/", {"action": "release", "case": [*chosen, "x.y", "99999.0"]}
    ).content.decode()
    seen = re.search(r'name="seen" value="([^"]*)"', confirm)
    assert seen is not None
    client.post(f"/en/cases/{yellow[0].pk}/take/")
    given = {"action": "release", "seen": seen[1], "reason": "in_order"}
    unsaid = client.post("/en/cases/bulk/", given | {"reason": ""}).content.decode()
    done = client.post("/en/cases/bulk/", given, follow=True)
    page = done.content.decode()

    assert "One of them lies above" in confirm
    assert "Fill in: Reason" in unsaid
    assert [("/en/cases/bulk/", 302)] == done.redirect_chain
    assert "Done: 1. Proposed to a second person: 1. Left as they were: 1." in page
    assert ["open", "released", "second"] == [Case.objects.get(pk=one.pk).state for one in (*yellow, red)]


@pytest.mark.parametrize(
    "given", [{}, {"action": "burn"}, {"action": "release", "seen": "forged"}], ids=["empty", "unknown", "forged"]
)
def test_a_choice_that_cannot_be_read_does_nothing(officer: Person, client: Client, given: dict[str, str]) -> None:
    answer = client.post("/en/cases/bulk/", given)

    assert 400 == answer.status_code
    assert "Nothing was done" in answer.content.decode()


def test_parcels_of_a_split_are_linked(opened: list[Case], run: Path, officer: Person, client: Client) -> None:
    case = next(one for one in opened if "signals.split.exact_key" in one.reasons)
    rows = pq.read_table(run / "decisions.parquet").to_pylist()
    others = {
        row["consignment_id"] for row in rows if row["party_key"] == case.party_key and row["law_on"] == case.law_on
    } - {case.consignment_id}
    page = _page(client, f"/en/cases/{case.pk}/")

    assert others
    assert all(name in page for name in others)


def test_the_senders_history_has_denominators(opened: list[Case], run: Path, officer: Person, client: Client) -> None:
    case = opened[0]
    rows = [
        row for row in pq.read_table(run / "decisions.parquet").to_pylist() if row["declarant_id"] == case.declarant_id
    ]
    asked = sum(row["outcome"] == "request_information" for row in rows)

    assert f"{asked} of {len(rows)} decided" in _page(client, f"/en/cases/{case.pk}/")


def test_the_capacity_is_set_by_supervisors(db: None, person: Any, client: Client) -> None:
    client.force_login(person("max", Role.SUPERVISOR))
    client.post("/en/cases/capacity/", dict.fromkeys(LANES, "40"))

    assert "0 of 40 dealt with today." in _page(client, "/en/cases/")


def test_the_queue_is_searched_and_filtered_by_address(opened: list[Case], officer: Person, client: Client) -> None:
    red = [one for one in opened if one.lane == "red"]
    shown = re.findall(r'/en/cases/(\d+)/[^"]*" data-case', _page(client, "/en/cases/?lane=red&advised=control"))
    found = re.findall(r'/en/cases/(\d+)/" data-case', _page(client, f"/en/cases/search/?q={red[0].declaration_id}"))

    assert [str(one.pk) for one in red if one.advised == "control"] == shown
    assert [str(red[0].pk)] == found
    assert 200 == client.get("/en/cases/?after=nonsense&lane=purple").status_code


def test_an_operator_never_sees_a_case(opened: list[Case], person: Any, client: Client) -> None:
    client.force_login(person("omar", Role.OPERATOR))

    assert [403, 403, 403] == [
        client.get(f"/en/cases/{path}").status_code for path in ("", f"{opened[0].pk}/", "search/?q=a")
    ]
    assert "/cases/" not in _page(client, "/en/")
