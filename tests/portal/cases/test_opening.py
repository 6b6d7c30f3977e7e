"""Cases are opened for what is not released by itself, once; newer versions and cancellations close them."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from passavant.portal.cases.due import answer_by
from passavant.portal.cases.models import Case, OpenedRun, SenderDay
from passavant.portal.cases.services import close_cancelled, open_cases, open_from_run
from passavant.portal.cases.tasks import open_published_runs
from passavant.portal.declarations.models import Entry
from passavant.portal.people.models import Organisation


def _entry(of: Organisation, number: str, outcome: str, version: int = 1, sandbox: bool = False) -> Entry:
    kind = Entry.Kind.AMENDED if version > 1 else Entry.Kind.LODGED
    return Entry.objects.create(
        kind=kind, organisation=of, sandbox=sandbox, consignment_id=f"EU:LP:{number}", declaration_id=number,
        version=version, digest="0" * 64, at=timezone.now(), decision_id="1" * 64, outcome=outcome, lane="yellow",
    )  # fmt: skip


def _open(*entries: Entry) -> None:
    keys = {(one.consignment_id, one.version): one for one in entries}
    decisions = {
        key: {
            "consignment_id": one.consignment_id, "version": one.version, "administration": "EU", "declarant_id": "LP",
            "declaration_id": one.declaration_id, "decision_id": one.decision_id, "outcome": one.outcome, "lane": one.lane,
            "category": 3, "reasons": [{"code": "a.b.c", "item_no": n, "params": "{}"} for n in (1, 2)], "party_key": -5,
            "law_on": None, "customs_value_minor": 700, "duty_minor": 1, "vat_minor": 2, "fees_minor": 3, "currency_due": "EUR",
        }
        for key, one in keys.items()
    }  # fmt: skip
    item = {"hs_code": "610910", "description": "shirt", "s10": None, "house_waybill": "H1", "order_id": None}
    open_cases(entries, decisions, {key: [item, item | {"hs_code": "920290"}] for key in keys})


def test_a_case_holds_what_queue_and_search_need(customer: Organisation) -> None:
    _open(_entry(customer, "1", "screen"))
    case = Case.objects.get()

    assert (["a.b.c"], -5, " 610910 920290", "shirt", "H1", 6) == (
        case.reasons, case.party_key, case.hs_codes, case.description, case.house_waybill, case.due_minor,
    )  # fmt: skip
    assert (customer, "open", 0) == (case.organisation, case.state, case.revision)


@pytest.mark.parametrize(("lane", "hours"), [("red", 4), ("yellow", 48), ("blue", 48)])
def test_a_case_is_to_be_answered_within_the_hours_of_its_lane(settings: Any, lane: str, hours: int) -> None:
    settings.PASSAVANT_ANSWER_HOURS = {"red": 4, "yellow": 48}
    now = timezone.now()

    assert now + dt.timedelta(hours=hours) == answer_by(lane, now)


def test_a_case_is_overdue_while_customs_has_to_answer(customer: Organisation) -> None:
    _open(_entry(customer, "1", "screen"))
    case = Case.objects.get()
    in_time = case.is_overdue
    case.due_at = case.opened_at - dt.timedelta(minutes=1)
    told = []
    for state in ("open", "second", "information", "released"):
        case.state = state
        told.append(case.is_overdue)

    assert dt.timedelta(hours=48) == Case.objects.get().due_at - case.opened_at
    assert (False, [True, True, False, False]) == (in_time, told)


def test_releases_and_trials_open_none(customer: Organisation) -> None:
    _open(_entry(customer, "1", "release"), _entry(customer, "2", "control", sandbox=True))

    assert not Case.objects.exists()


def test_a_newer_version_takes_the_place_of_the_case_of_an_older_one(customer: Organisation) -> None:
    _open(_entry(customer, "1", "screen"), _entry(customer, "2", "screen"))
    _open(_entry(customer, "1", "control", 2), _entry(customer, "2", "release", 2))
    found = Case.objects.order_by("consignment_id", "version").values_list("declaration_id", "version", "state")

    assert [("1", 1, "superseded"), ("1", 2, "open"), ("2", 1, "superseded")] == list(found)


def test_a_batch_costs_three_statements_at_most(customer: Organisation) -> None:
    entries = [_entry(customer, str(n), "screen", 2) for n in range(20)]
    with CaptureQueriesContext(
        connection,
    ) as counted:
        _open(*entries)
    said = [one["sql"] for one in counted.captured_queries if not one["sql"].startswith(("SAVEPOINT", "RELEASE"))]

    assert 20 == Case.objects.count()
    assert len(said) <= 3


def test_a_case_that_a_run_opened_before_keeps_no_declaration_from_being_acknowledged(customer: Organisation) -> None:
    _open(_entry(customer, "1", "screen"))
    first = Case.objects.get()
    Case.objects.update(entry=None, run_id="earlier")
    Entry.objects.all().delete()
    _open(_entry(customer, "1", "screen"), _entry(customer, "2", "screen"))

    assert [first.pk] == list(Case.objects.filter(declaration_id="1").values_list("pk", flat=True))
    assert 2 == Case.objects.count()


def test_a_cancellation_closes_the_case(customer: Organisation) -> None:
    _open(_entry(customer, "1", "screen"))
    close_cancelled("EU:LP:1", "key abc", "never sent")
    case = Case.objects.get()

    event = case.events.get()

    assert ("cancelled", False) == (case.state, case.is_open)
    assert ("cancel", "key abc", "never sent") == (event.action, event.by, event.note)
    assert case.closed_at is not None


@pytest.mark.django_db
def test_a_run_opens_its_cases_once(run: Path) -> None:
    rows = pq.read_table(run / "decisions.parquet").to_pylist()
    expected = {row["consignment_id"] for row in rows if row["outcome"] != "release" and row["superseded_by"] is None}
    opened = [open_from_run(run), open_from_run(run)]
    senders = sum(SenderDay.objects.values_list("consignments", flat=True))

    assert [len(expected), 0] == opened
    assert expected == set(Case.objects.values_list("consignment_id", flat=True))
    assert (len(rows), 1) == (senders, OpenedRun.objects.count())


@pytest.mark.django_db
def test_a_damaged_run_does_not_hold_up_the_others(
    home: Path, run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    lake = tmp_path / "home" / "lake"
    shutil.copytree(home / "lake", lake)
    damaged = "20250101T000000Z-00000000-00000000"
    shutil.copytree(lake / "runs" / run.name, lake / "runs" / damaged)
    (lake / "runs" / damaged / "decisions.parquet").unlink()
    told = json.loads((lake / "runs" / damaged / "manifest.json").read_text(encoding="utf-8"))
    (lake / "runs" / damaged / "manifest.json").write_text(json.dumps(told | {"run_id": damaged}), encoding="utf-8")
    listed = json.loads((lake / "lake.json").read_text(encoding="utf-8"))
    (lake / "lake.json").write_text(json.dumps(listed | {"runs": [damaged, *listed["runs"]]}), encoding="utf-8")
    monkeypatch.setenv("PASSAVANT_HOME", str(tmp_path / "home"))
    open_published_runs()

    assert [run.name] == list(OpenedRun.objects.values_list("run_id", flat=True))
    assert damaged in caplog.text


@pytest.mark.django_db
def test_the_worker_opens_the_cases_of_published_runs(run: Path) -> None:
    open_published_runs()

    assert OpenedRun.objects.get().run_id == run.name
    assert Case.objects.exists()


def test_a_run_opens_nothing_that_a_newer_version_replaced(run: Path, customer: Organisation) -> None:
    rows: list[Any] = pq.read_table(run / "decisions.parquet").to_pylist()
    one = next(row for row in rows if row["outcome"] != "release" and row["superseded_by"] is None)
    Entry.objects.create(
        kind=Entry.Kind.CANCELLED, organisation=customer, consignment_id=one["consignment_id"], digest="0" * 64,
        declaration_id=one["declaration_id"], version=one["version"] + 1, at=timezone.now(),
    )  # fmt: skip
    open_from_run(run)

    assert not Case.objects.filter(consignment_id=one["consignment_id"]).exists()
