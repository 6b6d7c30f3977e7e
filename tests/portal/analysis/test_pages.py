"""The dashboards say what the lake holds, with denominators, in both languages, as charts, tables and files."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from lakes import at_home

from passavant.portal.analysis.details import FEWEST, stratum_row
from passavant.portal.analysis.figures import per_day, total
from passavant.portal.analysis.filters import Choice, newest_day
from passavant.portal.analysis.store import current
from passavant.portal.analysis.tables import Column
from passavant.portal.cases.models import Case, InspectionResult
from passavant.portal.integrity.proportions import Proportion
from passavant.portal.people.roles import Role
from passavant.portal.trail.models import LogEntry

_PAGES = ("", "reasons/", "senders/", "results/")


@pytest.fixture
def ada(person: Any, client: Client) -> Client:
    client.force_login(person("ada", Role.ANALYST))
    return client


def _text(answer: Any) -> str:
    return answer.content.decode().replace("\xa0", " ").replace("\u202f", " ")


def _csv(answer: Any) -> list[dict[str, str]]:
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.parametrize("page", _PAGES)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_each_page_states_its_period_and_denominator(page: str, language: str, eight_days: Path, ada: Client) -> None:
    shown = _text(ada.get(f"/{language}/analysis/{page}"))
    count = total(current(), Choice(dt.date(2026, 1, 1), dt.date(2026, 12, 31)))[0]
    written = f"{count:,}" if language == "en" else f"{count:,}".replace(",", " ")

    assert written in shown
    assert ("consignments, " if language == "en" else "envois, ") in shown


def test_charts_have_a_title_a_description_and_no_style_of_their_own(eight_days: Path, ada: Client) -> None:
    shown = _text(ada.get("/en/analysis/"))
    drawings = re.findall(r"<svg class=\"pv-chart\".*?</svg>", shown)

    assert 3 == len(drawings)
    assert not re.search(r"\sstyle=|<style", shown)
    for drawing in drawings:
        [names] = re.findall(r'role="img" aria-labelledby="([^"]*)"', drawing)
        assert all(f'id="{name}"' in drawing for name in names.split())
    ids = re.findall(r'\bid="([^"]*)"', shown)
    assert len(ids) == len(set(ids))


def test_each_chart_stands_with_the_table_of_its_figures(eight_days: Path, ada: Client) -> None:
    shown = _text(ada.get("/en/analysis/"))

    assert shown.count('class="pv-chart"') == shown.count("The same figures as a table")


def test_a_table_as_csv_holds_the_same_figures(eight_days: Path, ada: Client) -> None:
    rows = _csv(ada.get("/fr/analysis/?table=lanes"))
    series = per_day(
        current(), Choice(dt.date(2026, 1, 1), newest_day(current())), "lane", ("green", "blue", "yellow", "red")
    )

    assert ["day", *series.names, "all"] == list(rows[0])
    assert {str(day): sum(counts) for day, counts in zip(series.days, series.counts, strict=True)} == {
        row["day"]: int(row["all"]) for row in rows
    }
    assert 404 == ada.get("/fr/analysis/?table=nothing").status_code


def test_older_days_outside_the_period_are_led_to(eight_days: Path, ada: Client) -> None:
    asked = "/en/analysis/?channel=post&period=own&start=2026-10-15&end=2026-10-16"
    found = re.search(r'href="([^"]+)">Show all days', ada.get(asked).content.decode())
    assert found is not None
    address = found[1].replace("&amp;", "&")
    every = _csv(ada.get(f"{address}&table=volumes"))
    series = per_day(current(), Choice(dt.date(2026, 1, 1), newest_day(current()), "post"), "channel", ("post",))

    assert "channel=post&period=all" in address
    assert [str(day) for day in series.days] == [row["day"] for row in every]
    assert "Show all days" not in ada.get(address).content.decode()


def test_the_address_holds_the_filters(eight_days: Path, ada: Client) -> None:
    rows = _csv(ada.get("/en/analysis/?table=lanes&period=own&start=2026-10-15&end=2026-10-16&lane=red"))

    assert ["2026-10-15", "2026-10-16"] == [row["day"] for row in rows]
    assert ["day", "red", "all"] == list(rows[0])


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ("period=own&start=2026-10-16&end=2026-10-15", "id_end"),
        ("period=own&start=2026-10-16", "id_end"),
        ("period=own&start=x&end=2026-10-15", "id_start"),
        ("period=own&start=1900-01-01&end=2026-10-15", "id_end"),
        ("lane=violet", "id_lane"),
    ],
)
def test_a_filter_that_makes_no_sense_is_said_at_its_field(
    asked: str, field: str, eight_days: Path, ada: Client
) -> None:
    shown = _text(ada.get(f"/en/analysis/?{asked}"))

    assert f'href="#{field}"' in shown
    assert "pv-chart" not in shown


def test_reasons_come_with_their_words_and_law(eight_days: Path, ada: Client) -> None:
    english, french = _text(ada.get("/en/analysis/reasons/")), _text(ada.get("/fr/analysis/reasons/"))

    assert "policy.vat.ioss" in english
    assert "Dir. 2006/112/EC" in english
    assert "Dir. 2006/112/CE" in french


def test_an_empty_lake_is_an_honest_page(tmp_path: Path, ada: Client) -> None:
    with at_home(tmp_path):
        answers = [ada.get(f"/en/analysis/{page}") for page in _PAGES]

    assert [200] * 4 == [answer.status_code for answer in answers]
    assert "No decision in this period" in _text(answers[0])


def test_a_damaged_lake_is_said(tmp_path: Path, ada: Client) -> None:
    (tmp_path / "lake").mkdir()
    (tmp_path / "lake" / "lake.json").write_text("{}")
    with at_home(tmp_path):
        answer = ada.get("/en/analysis/")

    assert "list of runs that cannot be read" in _text(answer)


def test_without_results_no_hit_rate_is_guessed(eight_days: Path, ada: Client) -> None:
    assert "no hit rate to show" in _text(ada.get("/en/analysis/results/"))


@pytest.fixture
def results(db: None) -> None:
    """Record results of inspections, drawn by chance and not."""
    day = dt.datetime(2026, 10, 18, 9, tzinfo=dt.UTC)
    case = Case.objects.create(
        consignment_id="EU:D:1", version=1, administration="EU", declarant_id="D", declaration_id="1", decision_id="0" * 64,
        advised="control", lane="red", category=3, reasons=[], law_on=day.date(), opened_at=day, due_at=day,
    )  # fmt: skip
    for place in range(200):
        hit = place % 10 == 0 if place < 100 else place % 2 == 0
        InspectionResult(
            case=case, consignment_id=f"EU:D:{place}", version=1, decision_id="0" * 64, declarant_id="D", lane="red",
            stratum=place < 100, propensity_ppm=1000, hit=hit, value_minor=1000, currency="EUR", by="ada",
            at=day if place < 199 else day - dt.timedelta(days=400),
        ).save()  # fmt: skip


@pytest.mark.usefixtures("results")
def test_hit_rates_come_with_denominators_and_wilson_intervals(eight_days: Path, ada: Client) -> None:
    rows = {row["of"]: row for row in _csv(ada.get("/en/analysis/results/?table=results"))}
    stratum = rows["Random stratum: estimate for all consignments"]

    assert ("60", "199") == (rows["All inspections"]["irregular"], rows["All inspections"]["inspected"])
    assert ("10", "100") == (stratum["irregular"], stratum["inspected"])
    assert [0.1, 0.0552, 0.1744] == [round(float(stratum[name]), 4) for name in ("share", "low", "high")]
    assert "leakage" in _text(ada.get("/en/analysis/results/"))
    assert "EUR 1,990.00" in _text(ada.get("/en/analysis/results/"))


def test_a_few_drawn_at_random_are_not_counted() -> None:
    few, enough = stratum_row(Proportion(1, FEWEST - 1)), stratum_row(Proportion(1, FEWEST))
    column = Column("inspected", "Inspected", "count")

    assert (None, "fewer than 10", None, None, None) == few[1:]
    assert ("fewer than 10", "10") == (column.shown(few[2]), column.shown(enough[2]))


def test_integrity_is_for_auditors_and_supervisors_and_its_reading_is_recorded(
    eight_days: Path, ada: Client, person: Any
) -> None:
    auditor = Client()
    auditor.force_login(person("otto", Role.AUDITOR))
    shown = _text(auditor.get("/fr/analysis/integrity/"))
    file = auditor.get("/fr/analysis/integrity/?format=csv")

    assert 403 == ada.get("/en/analysis/integrity/").status_code
    assert "intervalle de Wilson" in shown
    assert "text/csv; charset=utf-8" == file.headers["Content-Type"]
    assert 2 == LogEntry.objects.filter(action="passavant.integrity.read").count()


def test_nothing_is_written_as_a_fault_where_the_period_of_integrity_is_backwards(person: Any, client: Client) -> None:
    client.force_login(person("otto", Role.AUDITOR))

    assert 'href="#id_end"' in _text(client.get("/en/analysis/integrity/?start=2026-10-02&end=2026-10-01"))
