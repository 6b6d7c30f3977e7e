"""A published run of the lake, made once; cases, officers, and what they saw."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from passavant.clearance import ClearOptions, clear
from passavant.lake import publish
from passavant.portal.cases.acting import Seen
from passavant.portal.cases.due import answer_by
from passavant.portal.cases.models import Case
from passavant.portal.declarations.models import Entry
from passavant.portal.people.models import Organisation
from passavant.synthetic import generate

RATES = Path(__file__).parents[3] / "examples" / "rates-example.csv"
Make = Callable[..., Case]


@pytest.fixture(scope="session")
def _cleared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home whose lake holds one run."""
    folder = tmp_path_factory.mktemp("cases")
    with pytest.MonkeyPatch.context() as patch:
        _settle(patch, folder / "home")
        day = generate(1500, seed=7, day=dt.date(2026, 9, 15), out=folder / "day")
        clear([day.parcels], folder / "out", ClearOptions(policy="EU", rates=[RATES], stratum_ppm=20_000))
        publish(folder / "out", folder / "home" / "lake")
    return folder / "home"


@pytest.fixture
def home(_cleared: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make it the home of this test."""
    _settle(monkeypatch, _cleared)
    return _cleared


def _settle(patch: pytest.MonkeyPatch, home: Path) -> None:
    patch.setenv("PASSAVANT_HOME", str(home))
    patch.setenv("PASSAVANT_RATES", str(RATES))
    patch.setenv("PASSAVANT_SECRET", "a secret for tests only")


@pytest.fixture
def run(home: Path) -> Path:
    return next((home / "lake" / "runs").iterdir())


@pytest.fixture
def case(db: None) -> Make:
    """Return what makes a case without anything behind it: ``case(lane="red", advised="control")``."""
    made: list[Case] = []

    def make(**changes: Any) -> Case:
        number = len(made) + 1
        plain: dict[str, Any] = {
            "consignment_id": f"EU:LP:D{number}", "version": 1, "administration": "EU", "declarant_id": "LP",
            "declaration_id": f"D{number}", "decision_id": "0" * 64, "advised": "screen", "lane": "yellow", "category": 3,
            "reasons": ["dataset.description.stop_word"], "party_key": number, "law_on": dt.date(2026, 9, 15),
            "hs_codes": " 610910", "description": "blue cotton t-shirt", "value_minor": 1000, "due_minor": 200,
            "currency": "EUR", "opened_at": timezone.now() - dt.timedelta(minutes=100 - number),
        }  # fmt: skip
        whole = plain | changes
        made.append(Case.objects.create(**{"due_at": answer_by(whole["lane"], whole["opened_at"])} | whole))
        return made[-1]

    return make


@pytest.fixture
def customer(db: None) -> Organisation:
    return Organisation.objects.create(name="Example Platform", declarant_id="LP")


@pytest.fixture
def declared(customer: Organisation) -> Callable[[], Entry]:
    """Return what makes an entry of the journal, as a declaration over the interface leaves it."""

    def make() -> Entry:
        number = Entry.objects.count() + 1
        return Entry.objects.create(
            kind=Entry.Kind.LODGED, organisation=customer, consignment_id=f"EU:LP:E{number}",
            declaration_id=f"E{number}", version=1, digest="0" * 64, at=timezone.now(),
        )  # fmt: skip

    return make


@pytest.fixture
def seen() -> Callable[..., Seen]:
    """Return what tells what somebody saw of a case a minute ago."""

    def look(case: Case, seconds: int = 60) -> Seen:
        case.refresh_from_db()
        return Seen(case.revision, timezone.now() - dt.timedelta(seconds=seconds))

    return look
