"""The indicators are read from the trail by those who may, and the reading is in the trail."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from typing import Any

import pytest
from django.test import Client

from passavant.errors import BadInput
from passavant.portal.integrity.services import indicators
from passavant.portal.people.roles import Role
from passavant.portal.trail.models import LogEntry
from passavant.portal.trail.services import record

_TODAY = dt.datetime.now(dt.UTC).date()
_PERIOD = f"?from={_TODAY - dt.timedelta(days=1)}&to={_TODAY + dt.timedelta(days=1)}"


def _act(action: str, actor: str, consignment: str, **data: Any) -> None:
    plain = {"advised": "control", "lane": "red", "declarant": "D1", "second": "", "seconds_since_opened": 60}
    record(
        f"passavant.case.{action}", actor=actor, object_type="consignment", object_id=consignment,
        purpose="seen before", data=plain | data,
    )  # fmt: skip


@pytest.fixture
def acts(db: None) -> None:
    for number in range(30):
        _act("controlled", f"colleague{number % 3}@customs.example", f"EU:D1:{number}")
    for number in range(6):
        _act("released", "zoe@customs.example", f"EU:D2:{number}", declarant="=HYPERLINK(1)")
    _act("refused", "zoe@customs.example", "EU:D3:1", seconds_since_opened=None)
    _act("approved", "max@customs.example", "EU:D2:0")
    _act("approved", "zoe@customs.example", "EU:D2:1")  # one's own approval is none


@pytest.mark.parametrize("role", list(Role))
def test_auditors_and_supervisors_alone_read_them(acts: None, role: Role, person: Any, client: Client) -> None:
    client.force_login(person("ada", role))
    answers = [client.get(f"/api/v1/integrity{kind}{_PERIOD}").status_code for kind in ("", ".csv")]

    assert [200 if role in (Role.AUDITOR, Role.SUPERVISOR) else 403] * 2 == answers


def test_a_stranger_is_told_to_sign_in(db: None, client: Client) -> None:
    assert 401 == client.get(f"/api/v1/integrity{_PERIOD}").status_code


def test_who_released_against_the_advice_alone_stands_out_and_the_reading_is_recorded(
    acts: None, person: Any, client: Client
) -> None:
    client.force_login(person("ada", Role.AUDITOR))
    told = client.get(f"/api/v1/integrity{_PERIOD}", headers={"Accept-Language": "fr"}).json()
    hers = {one["indicator"]: one for one in told["indicators"] if one["person"] == "zoe@customs.example"}
    read = LogEntry.objects.latest("sequence")

    assert (True, 6, 7, {"control>release": 6}) == (
        hers["overrides"]["flagged"], hers["overrides"]["own"]["count"], hers["overrides"]["own"]["of"], hers["overrides"]["detail"],
    )  # fmt: skip
    assert (5, 6) == (hers["alone"]["own"]["count"], hers["alone"]["own"]["of"])
    assert "max@customs.example" == hers["pair"]["subject"]
    assert told["method"].startswith("Chaque part")
    assert ("passavant.integrity.read", "ada@customs.example") == (read.action, read.actor)


def test_the_export_is_a_table_that_cannot_become_a_formula(acts: None, person: Any, client: Client) -> None:
    client.force_login(person("ada", Role.SUPERVISOR))
    answer: Any = client.get(f"/api/v1/integrity.csv{_PERIOD}")
    rows = list(csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))
    zoes = {row["indicator"]: row for row in rows if row["person"] == "zoe@customs.example"}

    assert "attachment" in answer.headers["Content-Disposition"]
    assert ("'=HYPERLINK(1)", "6") == (zoes["concentration"]["subject"], zoes["concentration"]["count"])


@pytest.mark.parametrize("query", ["", "?from=2026-09-01", "?from=yesterday&to=today"], ids=["none", "no-end", "words"])
def test_a_request_without_days_is_refused(query: str, person: Any, client: Client) -> None:
    client.force_login(person("ada", Role.AUDITOR))

    assert 422 == client.get(f"/api/v1/integrity{query}").status_code


def test_what_lies_outside_the_days_is_left_out(acts: None, person: Any, client: Client) -> None:
    client.force_login(person("ada", Role.AUDITOR))
    told = client.get("/api/v1/integrity?from=2020-01-01&to=2020-12-31")

    assert [] == json.loads(told.content)["indicators"]


def test_a_period_that_ends_before_it_begins_is_refused(db: None) -> None:
    with pytest.raises(BadInput, match="a period from 2026-09-02 to 2026-09-01"):
        indicators(dt.date(2026, 9, 2), dt.date(2026, 9, 1), by="ada@customs.example")

    assert not LogEntry.objects.exists()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PASSAVANT_OFFICE_HOURS", "nine to five"),
        ("PASSAVANT_OFFICE_DAYS", "0-9"),
        ("PASSAVANT_OFFICE_ZONE", "Europe/Atlantis"),
    ],
)
def test_office_hours_of_another_form_are_refused_by_name(
    db: None, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(BadInput, match=name):
        indicators(_TODAY, _TODAY, by="ada@customs.example")
