"""Who leaves the channel empty, dates a declaration ahead or names another administration is asked, never released."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from passavant.clearance import ClearOptions, clear

pytestmark = pytest.mark.long

Decide = Callable[..., dict[str, dict[str, Any]]]

_EVERYWHERE = {
    "importer_name", "importer_address", "importer_country", "exporter_name", "exporter_address", "exporter_country",
    "nature", "description", "gross_mass_kg",
}  # fmt: skip


def test_a_row_with_nothing_but_a_value_is_asked_for_what_every_channel_requires(tmp_path: Path) -> None:
    path = tmp_path / "declared.csv"
    path.write_text(
        "declarant_id,declaration_id,lodged_at,currency,intrinsic_value\nD1,A1,2026-06-15T10:00:00Z,EUR,10\n"
    )

    run = clear([path], tmp_path / "out", ClearOptions(policy="EU", stratum_ppm=0))

    assert {"request_information": 1} == run.summary.by_outcome
    asked = {code.removeprefix("dataset.required.") for code in run.summary.by_reason if ".required." in code}
    assert _EVERYWHERE | {"channel"} == asked


def test_a_missing_channel_is_asked_for_unless_the_mapping_says_that_the_source_lacks_it(tmp_path: Path) -> None:
    shipped = Path(__file__).parent.parent / "fixtures" / "korea" / "declarations.csv"

    run = clear([shipped], tmp_path / "out", ClearOptions(policy="KR", mapping="korea", stratum_ppm=0))

    channels = pq.read_table(run.out / "items.parquet")["channel"].to_pylist()
    assert None in channels
    assert "channel" in run.manifest["not_supplied"]
    assert "dataset.required.channel" not in run.summary.by_reason


def test_an_unknown_channel_excuses_nothing(decide: Decide) -> None:
    codes = decide({"channel": "pigeon", "importer_name": ""})["A1"]["codes"]

    assert {"dataset.channel.unknown", "dataset.required.importer_name"} <= set(codes)


def test_a_row_of_another_administration_is_asked_about(decide: Decide) -> None:
    answers = decide({"administration": "NO"}, {"administration": "EU"}, {"administration": ""})

    found = {name: "dataset.administration.foreign" in one["codes"] for name, one in answers.items()}
    assert {"A1": True, "A2": False, "A3": False} == found
    assert ("request_information", "release") == (answers["A1"]["outcome"], answers["A2"]["outcome"])


def test_a_lodging_date_to_come_is_told_and_changes_no_decision(declared: Callable[..., Path], tmp_path: Path) -> None:
    source = declared({"lodged_at": "2190-01-01T00:00:00Z", "accepted_at": "2026-06-15T10:00:00Z"})

    run = clear([source], tmp_path / "out", ClearOptions(policy="EU", stratum_ppm=0))

    assert ["2190-01-01" in notice["en"] for notice in run.manifest["notices"]] == [True]
    assert {"release": 1} == run.summary.by_outcome


def test_a_text_longer_than_its_element_is_asked_about(decide: Decide) -> None:
    answers = decide(
        {"description": "é" * 512, "house_waybill": "H" * 70},
        {"description": "é" * 513},
        {"house_waybill": "H" * 71},
    )

    found = {name: "dataset.text.too_long" in one["codes"] for name, one in answers.items()}
    assert {"A1": False, "A2": True, "A3": True} == found
