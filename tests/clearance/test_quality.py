"""What is wrong with data is named, and leads to no less than its outcome."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Decide = Callable[..., dict[str, dict[str, Any]]]


def test_good_data_is_released_without_a_quality_reason(decide: Decide) -> None:
    answer = decide({})["A1"]

    assert answer["outcome"] == "release"
    assert answer["lane"] == "green"
    assert not [code for code in answer["codes"] if code.startswith(("dataset.", "signals.", "clearance."))]


FAULTS: list[tuple[dict[str, str], str | None, str]] = [
    ({"description": "Gift"}, "dataset.description.stop_word", "request_information"),
    ({"description": "  PARTS!! "}, "dataset.description.stop_word", "request_information"),
    ({"description": "échantillons"}, "dataset.description.stop_word", "request_information"),
    ({"description": "electronics kit for school robots"}, "dataset.description.stop_word_embedded", "release"),
    ({"description": "spare parts for a bicycle"}, "dataset.description.stop_word_embedded", "release"),
    ({"importer_address": "unknown"}, "dataset.importer.stop_word", "request_information"),
    ({"exporter_name": "N/A"}, "dataset.exporter.stop_word", "request_information"),
    ({"channel": "post", "s10": "RR287043775IN"}, None, "release"),
    ({"channel": "post", "s10": "RR287043774IN"}, "dataset.s10.check_digit", "request_information"),
    ({"channel": "post", "s10": "RR28704377IN"}, "dataset.s10.form", "request_information"),
    ({"channel": "post"}, "dataset.required.s10", "request_information"),
    ({"house_waybill": ""}, "dataset.required.house_waybill", "request_information"),
    ({"importer_name": ""}, "dataset.required.importer_name", "request_information"),
    ({"importer_address": ""}, "dataset.required.importer_address", "request_information"),
    ({"description": ""}, "dataset.required.description", "request_information"),
    ({"hs_code": "6109"}, "dataset.hs_code.form", "request_information"),
    ({"hs_code": "610999"}, "dataset.hs_code.unknown", "request_information"),
    ({"intrinsic_value": "0"}, "dataset.value.not_positive", "request_information"),
    ({"intrinsic_value": "-5"}, "dataset.value.not_positive", "request_information"),
    ({"intrinsic_value": "1"}, "dataset.value.token", "release"),
    ({"transport_cost": "-1"}, "dataset.value.negative_cost", "request_information"),
    ({"quantity": "0"}, "dataset.quantity.not_positive", "request_information"),
    ({"gross_mass_kg": "-1"}, "dataset.mass.not_positive", "request_information"),
    ({"net_mass_kg": "0.4"}, "dataset.mass.net_above_gross", "request_information"),
    ({"currency": "EURO"}, "dataset.currency.unknown", "request_information"),
    ({"origin": "XQ"}, "dataset.country.unknown", "request_information"),
    ({"channel": "pigeon"}, "dataset.channel.unknown", "request_information"),
    ({"nature": "loot"}, "dataset.nature.unknown", "request_information"),
    ({"arrival_at": "2026-06-14T10:00:00Z"}, "dataset.dates.out_of_order", "release"),
    ({"currency": "NGN"}, "policy.exchange.missing_rate", "request_information"),
    ({"importer_country": "US"}, "policy.destination.not_covered", "request_information"),
    ({"lodged_at": "2019-06-15"}, "policy.law.none_in_force", "request_information"),
    ({"scheme": "voec", "scheme_id": "1234567"}, "policy.scheme.not_known", "release"),
]  # fmt: skip
RULES: list[tuple[dict[str, str], str | None, str, str]] = [
    ({"description": "glock pistol frame"}, "clearance.rule.firearms", "control", "red"),
    ({"description": "toy water pistol"}, None, "release", "green"),
    ({"description": "ivory carving, elephant"}, "clearance.rule.protected_species", "control", "red"),
    ({"description": "ivory coloured dress"}, None, "release", "green"),
    ({"hs_code": "391590", "description": "shredded plastic film"}, "clearance.rule.waste", "control", "red"),
    ({"description": "scrapbooking paper set"}, None, "release", "green"),
    ({"description": "Rolex wrist watch", "intrinsic_value": "40"}, "clearance.rule.brand_unusual_origin", "screen", "yellow"),
    ({"description": "case for iPhone 15"}, None, "release", "green"),
    ({"hs_code": "300490", "description": "tablets, sildenafil 50 mg"}, "clearance.rule.medicines", "screen", "yellow"),
    ({"description": "fireworks, 10 rockets", "arrival_at": "2026-06-16T10:00:00Z"}, "clearance.rule.explosives_preloading", "do_not_load", "red"),
]  # fmt: skip


@pytest.fixture(scope="module")
def answers(cleared: Callable[..., dict[str, dict[str, Any]]]) -> list[dict[str, Any]]:
    """Clear all cases above in one run."""
    changes = [case[0] for case in (*FAULTS, *RULES)]
    found = cleared(changes)
    return [found[f"A{number}"] for number in range(1, len(changes) + 1)]


@pytest.mark.parametrize("number", range(len(FAULTS)), ids=[str(case[0]) for case in FAULTS])
def test_a_fault_is_named(answers: list[dict[str, Any]], number: int) -> None:
    _, code, outcome = FAULTS[number]
    answer = answers[number]

    assert answer["outcome"] == outcome, answer["codes"]
    if code is None:
        assert not [one for one in answer["codes"] if one.startswith("dataset.")]
    else:
        assert code in answer["codes"]


@pytest.mark.parametrize("number", range(len(RULES)), ids=[str(case[0]) for case in RULES])
def test_the_starter_rules_hit_what_they_mean(answers: list[dict[str, Any]], number: int) -> None:
    _, code, outcome, lane = RULES[number]
    answer = answers[len(FAULTS) + number]

    assert (answer["outcome"], answer["lane"]) == (outcome, lane), answer["codes"]
    if code:
        assert code in answer["codes"]


def test_every_fault_of_a_row_is_told_at_once(decide: Decide) -> None:
    answer = decide({"description": "goods", "hs_code": "61", "quantity": "-1", "origin": "QQ"})["A1"]

    assert {
        "dataset.description.stop_word",
        "dataset.hs_code.form",
        "dataset.quantity.not_positive",
        "dataset.country.unknown",
    } <= set(answer["codes"])


def test_a_consignment_with_a_rejected_row_is_never_released(decide: Decide) -> None:
    answers = decide({"declaration_id": "M"}, {"declaration_id": "M", "item_no": "2", "intrinsic_value": "12,5"}, {})

    assert answers["M"]["outcome"] == "request_information"
    assert "dataset.consignment.rejected_item" in answers["M"]["codes"]
    assert answers["A3"]["outcome"] == "release"


def test_restricted_goods_need_a_full_declaration(decide: Decide) -> None:
    answer = decide(
        {"hs_code": "930690", "description": "ammunition parts", "nature": "gift", "intrinsic_value": "20"}
    )["A1"]

    assert answer["category"] == 4
    assert answer["certainty"] == "low"
