"""Consignments of several goods items: what one row says of the whole."""

from __future__ import annotations

from collections.abc import Callable

Decide = Callable[..., dict[str, dict[str, object]]]


def test_a_hold_found_on_the_second_row_is_named(decide: Decide) -> None:
    answer = decide(
        {"declaration_id": "M", "item_no": "1"},
        {"declaration_id": "M", "item_no": "2", "importer_name": "Ada 1", "currency": "NGN"},
    )["M"]

    assert answer["outcome"] == "request_information"
    assert "policy.exchange.missing_rate" in answer["codes"]


def test_a_reason_of_the_consignment_is_listed_once(decide: Decide) -> None:
    answer = decide(
        {"declaration_id": "M", "item_no": "1", "importer_name": "unknown"},
        {"declaration_id": "M", "item_no": "2", "importer_name": "unknown"},
    )["M"]

    assert answer["codes"].count("dataset.importer.stop_word") == 1


def test_rows_that_disagree_on_the_whole_consignment_are_asked_about(decide: Decide) -> None:
    same = {"importer_name": "Ada 1", "item_no": "2"}
    answers = decide(
        {"declaration_id": "Freight", "item_no": "1", "transport_cost": "5.00"},
        {"declaration_id": "Freight", **same, "transport_cost": "7.00"},
        {"declaration_id": "Country", "item_no": "1", "importer_name": "Ada 1"},
        {"declaration_id": "Country", **same, "importer_country": "DE"},
        {"declaration_id": "Day", "item_no": "1", "importer_name": "Ada 1"},
        {"declaration_id": "Day", **same, "lodged_at": "2026-07-02T10:00:00Z"},
        {"declaration_id": "Money", "item_no": "1", "importer_name": "Ada 1", "transport_cost": "10.00"},
        {"declaration_id": "Money", **same, "transport_cost": "10.00", "currency": "HUF", "intrinsic_value": "3000"},
        {"declaration_id": "Origin", "item_no": "1", "importer_name": "Ada 1", "departure_country": "US"},
        {"declaration_id": "Origin", **same},
        {"declaration_id": "Alike", "item_no": "1", "importer_name": "Ada 1", "transport_cost": "5.00"},
        {"declaration_id": "Alike", **same, "transport_cost": "5.00"},
    )

    differ = {name for name, row in answers.items() if "dataset.consignment.rows_differ" in row["codes"]}
    assert {"Freight", "Country", "Day", "Money", "Origin"} == differ
    assert all(answers[name]["outcome"] == "request_information" for name in differ)
    assert answers["Alike"]["outcome"] == "release"


def test_the_random_stratum_gives_a_reason_that_every_control_gives(decide: Decide) -> None:
    drawn = decide({}, stratum_ppm=1_000_000)["A1"]
    ruled = decide({"description": "steel switchblade", "hs_code": "821193"}, stratum_ppm=0)["A1"]

    assert (True, "control") == (drawn["stratum"], drawn["outcome"])
    assert (False, "control") == (ruled["stratum"], ruled["outcome"])
    assert set(drawn["codes"]) - set(ruled["codes"]) == set()
    assert "clearance.selection.inspection" in drawn["codes"]
