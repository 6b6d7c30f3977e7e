"""What is due is worked out exactly, or is unknown and held: never guessed, never 0 by accident."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from passavant.errors import BadInput

pytestmark = pytest.mark.long

Decide = Callable[..., dict[str, dict[str, Any]]]
_AMOUNTS = ("duty_minor", "vat_minor", "fees_minor", "vendor_vat_minor")
_LAPTOP = {"hs_code": "847130", "description": "laptop computer, 14 inch", "intrinsic_value": "900"}

#: Changes to a good row, reasons that must be given, reasons that must not, and the outcome.
CASES: dict[str, tuple[dict[str, str], set[str], set[str], str]] = {
    "documents of no value": ({"nature": "documents", "intrinsic_value": "0", "hs_code": "", "order_id": ""}, {"policy.duty.documents"}, {"policy.documents.goods"}, "release"),
    "printed matter without value": ({"nature": "documents", "intrinsic_value": "", "hs_code": "491199", "order_id": ""}, {"policy.duty.documents"}, {"policy.documents.goods"}, "release"),
    "documents with a value": ({"nature": "documents", "hs_code": "490199", "order_id": ""}, {"policy.documents.goods", "policy.vat.standard"}, {"policy.vat.documents"}, "request_information"),
    "documents that are shirts": ({"nature": "documents", "intrinsic_value": "", "order_id": ""}, {"policy.documents.goods", "policy.category.not_known"}, {"policy.duty.documents"}, "request_information"),
    "goods in return": ({"nature": "return"}, {"policy.requirement.returned_goods"}, set(), "request_information"),
    "a negative value": ({"intrinsic_value": "-50"}, {"dataset.value.not_positive", "policy.category.not_known"}, {"policy.vat.standard", "policy.amount.unknown"}, "request_information"),
    "a negative cost": ({"transport_cost": "-5"}, {"dataset.value.negative_cost", "policy.category.not_known"}, {"policy.vat.standard", "policy.amount.unknown"}, "request_information"),
    "a value beyond any goods": ({"intrinsic_value": "999999999999", "currency": "GBP", "lodged_at": "2025-06-16T10:00:00Z"}, {"policy.amount.unknown", "policy.category.not_known"}, set(), "request_information"),
    "no date at all": ({"lodged_at": ""}, {"policy.law.no_date", "policy.category.not_known"}, {"policy.law.none_in_force", "policy.exchange.missing_rate", "policy.amount.unknown"}, "request_information"),
    "no rate": ({"currency": "NGN"}, {"policy.exchange.missing_rate", "policy.category.not_known"}, {"policy.exchange.approximate_rule", "policy.exchange.given_rate", "policy.amount.unknown"}, "request_information"),
    "dollars by the bundled rate": ({"currency": "USD", "lodged_at": "2025-06-16T10:00:00Z"}, {"policy.exchange.approximate_rule"}, {"policy.exchange.given_rate"}, "release"),
    "euros need no rate": ({}, set(), {"policy.exchange.approximate_rule", "policy.exchange.given_rate"}, "release"),
    "an HS chapter alone": ({"hs_code": "61", "intrinsic_value": "200"}, {"policy.tariff.incomplete_code"}, {"policy.tariff.missing_code"}, "request_information"),
    "no HS code": ({"hs_code": "", "intrinsic_value": "200"}, {"policy.tariff.missing_code"}, {"policy.tariff.incomplete_code"}, "request_information"),
    "an unknown destination": ({"importer_country": "NO", "intrinsic_value": "200"}, {"policy.destination.not_covered"}, {"policy.duty.tariff", "policy.tariff.hs_version"}, "request_information"),
    "before the law": ({"lodged_at": "2019-06-15"}, {"policy.law.none_in_force"}, {"policy.duty.low_value_relief", "policy.vat.standard", "policy.law.no_date"}, "request_information"),
    "a billion articles": ({"quantity": "60000000000", "description": "rolex wrist watch"}, {"clearance.rule.brand_unusual_origin"}, set(), "screen"),
    "an IOSS number alone": ({"scheme_id": "IM3720000224"}, {"policy.scheme.inferred", "policy.vat.ioss"}, {"policy.scheme.not_known"}, "release"),
    "seven figures alone": ({"scheme_id": "2025123"}, {"policy.vat.standard"}, {"policy.scheme.inferred"}, "release"),
    "a code that does not exist": ({"hs_code": "999999", "intrinsic_value": "200"}, {"dataset.hs_code.unknown"}, {"policy.tariff.unknown_code", "policy.amount.unknown", "policy.tariff.hs_version"}, "request_information"),
    "a tariff rate without a value": ({"intrinsic_value": "", "lodged_at": "2026-07-15T10:00:00Z"}, {"policy.category.not_known"}, {"policy.tariff.hs_version"}, "request_information"),
    "another number alone": ({"scheme_id": "XX1"}, {"policy.vat.standard"}, {"policy.scheme.inferred"}, "release"),
    "gifts by the gram": ({"nature": "gift", "order_id": "", "quantity": "500", "unit": "GRM", "intrinsic_value": "30"}, {"policy.vat.gift_relief"}, {"clearance.rule.gift_of_many"}, "release"),
    "stop word before its list": ({"description": "gift", "lodged_at": "2023-02-15T10:00:00Z"}, set(), {"dataset.description.stop_word"}, "release"),
    "stop word after its list": ({"description": "gift", "lodged_at": "2023-03-15T10:00:00Z"}, {"dataset.description.stop_word"}, set(), "request_information"),
    "lev while it was money": ({"currency": "BGN", "lodged_at": "2025-06-16T10:00:00Z"}, set(), {"dataset.currency.unknown"}, "release"),
    "lev when it no longer was": ({"currency": "BGN", "lodged_at": "2026-03-16T10:00:00Z"}, {"dataset.currency.unknown"}, set(), "request_information"),
}  # fmt: skip


@pytest.fixture(scope="module")
def answers(cleared: Callable[..., dict[str, dict[str, Any]]]) -> dict[str, dict[str, Any]]:
    """Clear all cases in one run, so that none may depend on the others."""
    found = cleared([case[0] for case in CASES.values()])
    return {name: found[f"A{number}"] for number, name in enumerate(CASES, 1)}


@pytest.mark.parametrize("name", CASES)
def test_each_case_gives_its_reasons_and_no_others(answers: dict[str, dict[str, Any]], name: str) -> None:
    _, given, not_given, outcome = CASES[name]
    answer = answers[name]

    assert given <= set(answer["codes"]), answer["codes"]
    assert not not_given & set(answer["codes"]), answer["codes"]
    assert outcome == answer["outcome"], answer["codes"]


def test_an_unknown_amount_is_never_released_nor_below_category_4(answers: dict[str, dict[str, Any]]) -> None:
    unknown = [answer for answer in answers.values() if None in [answer[name] for name in _AMOUNTS]]

    assert 9 <= len(unknown)
    assert {4} == {answer["category"] for answer in unknown}
    assert "release" not in {answer["outcome"] for answer in unknown}


def test_what_a_row_is_told_does_not_depend_on_its_batch(decide: Decide, answers: dict[str, dict[str, Any]]) -> None:
    name = "stop word before its list"
    alone = decide(CASES[name][0])["A1"]

    assert sorted(answers[name]["codes"]) == sorted(alone["codes"])


@pytest.mark.parametrize("beside", ["2022-02-01T10:00:00Z", "2026-07-15T10:00:00Z", None])
def test_a_row_without_a_date_has_no_law_whatever_stands_beside_it(decide: Decide, beside: str | None) -> None:
    undated = {
        "lodged_at": "",
        "hs_code": "330300",
        "description": "gift",
        "scheme": "ioss",
        "scheme_id": "X",
        "currency": "BGN",
    }
    rows = [undated, {"lodged_at": beside}] if beside else [undated]
    answer = decide(*rows)["A1"]

    assert ["dataset.required.lodged_at", "policy.category.not_known", "policy.law.no_date"] == sorted(answer["codes"])
    assert [None, None] == [answer["goods"][0][name] for name in ("duty_rule", "vat_rate_ppm")]
    assert (None, 4) == (answer["fees_minor"], answer["category"])


def test_a_total_that_is_not_known_leaves_every_item_open(decide: Decide) -> None:
    claimed = {
        "declaration_id": "M",
        "lodged_at": "2025-06-15T10:00:00Z",
        "scheme": "ioss",
        "scheme_id": "IM3720000224",
    }
    goods = decide(
        claimed | {"item_no": "1", "intrinsic_value": "10", "importer_name": "Ada"},
        claimed | {"item_no": "2", "intrinsic_value": "", "importer_name": "Ada"},
    )["M"]["goods"]

    assert [(None, None, None)] * 2 == [
        tuple(item[name] for name in ("duty_minor", "vat_minor", "vendor_vat_minor")) for item in goods
    ]
    assert {None} == {item[name] for item in goods for name in ("duty_rule", "vat_rule")}


def test_a_rule_that_asks_for_no_value_decides_without_one(decide: Decide) -> None:
    letter = {"nature": "documents", "intrinsic_value": "", "hs_code": "", "order_id": ""}

    assert 0 == decide(letter)["A1"]["duty_minor"]


@pytest.mark.parametrize("letter", ["1", "2"])
def test_a_charge_of_the_consignment_is_borne_by_the_first_item_it_concerns(decide: Decide, letter: str) -> None:
    whole = {"declaration_id": "M", "lodged_at": "2026-02-01T10:00:00Z", "importer_country": "IT", "importer_name": "Ada",
             "nature": "documents"}  # fmt: skip
    paper = {"item_no": letter, "intrinsic_value": "0", "hs_code": "", "description": "letter"}
    other = {"item_no": "3" if letter == "1" else "1", "intrinsic_value": "20"}
    answer = decide(whole | paper, whole | other, whole | {"item_no": "4", "intrinsic_value": "30"})["M"]

    assert 200 == answer["fees_minor"]
    assert {"1": [0, 200, 0], "2": [200, 0, 0]}[letter] == [item["fees_minor"] for item in answer["goods"]]


_LAW = """policy: SN
schema_version: 1
version: "1"
title: {en: Test, fr: Essai}
licence: Apache-2.0
source: {en: Invented, fr: Inventé}
currency: XOF
threshold_currency: USD
time_zone: Africa/Dakar
valid_from: 2024-01-01
destinations: [SN]
exchange: {rule: daily, reference: test}
customs_value: {basis: cif, reference: test}
rounding: {duty: {reference: test}, vat: {reference: test}, fee: {reference: test}}
parameters:
  by_mass: {label: {en: By mass, fr: Au poids}, unit: XOF, values: [{from: 2024-01-01, value: 300, reference: test}]}
  each: {label: {en: Each, fr: Par article}, unit: XOF, values: [{from: 2024-01-01, value: 10, reference: test}]}
  stamp: {label: {en: Stamp, fr: Timbre}, unit: USD, values: [{from: 2024-01-01, value: 2.50, reference: test}]}
  floor: {label: {en: Floor, fr: Minimum}, unit: XOF, values: [{from: 2024-01-01, value: 1000, reference: test}]}
  rate: {label: {en: Rate, fr: Taux}, unit: percent, values: [{from: 2024-01-01, value: 10, reference: test, certainty: medium}]}
tariff: {default: [{prefix: "", rate: 20}], reference: test}
rules:
  duty:
    - {id: wool, when: "hs_code LIKE '51%'", charge: {per_kg: by_mass}, text: {en: Wool, fr: Laine}, reference: test}
    - {id: silk, when: "hs_code LIKE '50%'", charge: {rate: rate, base: [goods], minimum_per_kg: floor}, text: {en: Silk, fr: Soie}, reference: test}
    - {id: ink, when: "hs_code LIKE '32%'", charge: {rate: rate, base: [goods], deduct: stamp}, text: {en: Ink, fr: Encre}, reference: test}
    - {id: none, when: "TRUE", charge: {free: true}, text: {en: Free, fr: Exempt}, reference: test}
  fee:
    - {id: stamp, when: "nature <> 'gift'", charge: {flat: stamp, per: consignment}, text: {en: Stamp, fr: Timbre}, reference: test}
    - {id: each, when: "hs_code LIKE '95%'", charge: {flat: each, per: article}, text: {en: Each, fr: Chacun}, reference: test}
  vat:
    - {id: none, when: "TRUE", charge: {free: true}, text: {en: None, fr: Néant}, reference: test}
"""
_SN = {"importer_country": "SN", "currency": "XOF", "intrinsic_value": "20000", "nature": "gift", "order_id": ""}


@pytest.fixture
def law(tmp_path: Path, decide: Decide) -> Callable[..., list[dict[str, Any]]]:
    """Clear rows under a small law with charges by mass, by article and in dollars (XOF 500 each)."""
    policy, rates = tmp_path / "sn.yaml", tmp_path / "rates.csv"
    policy.write_text(_LAW)
    rates.write_text("date,currency,units_per_eur\n2026-06-15,XOF,625\n2026-06-15,USD,1.25\n")

    def run(*changes: dict[str, str], given: bool = True) -> list[dict[str, Any]]:
        found = decide(*(_SN | change for change in changes), policy=str(policy), rates=[rates] if given else [])
        return [found[f"A{number}"] for number in range(1, len(changes) + 1)]

    return run


def test_a_duty_by_mass_without_a_mass_is_unknown_and_held(law: Callable[..., list[dict[str, Any]]]) -> None:
    known, unknown = law(
        {"hs_code": "510111", "description": "greasy wool"},
        {"hs_code": "510111", "description": "greasy wool", "gross_mass_kg": "", "net_mass_kg": ""},
    )

    assert 75 == known["duty_minor"]  # 300 x 0.250 kg
    assert (None, "request_information", 4) == (unknown["duty_minor"], unknown["outcome"], unknown["category"])
    assert "policy.amount.unknown" in unknown["codes"]


def test_a_minimum_by_mass_without_a_mass_is_unknown_and_held(law: Callable[..., list[dict[str, Any]]]) -> None:
    light, heavy, unknown = law(
        {"hs_code": "500200", "description": "raw silk"},
        {"hs_code": "500200", "description": "raw silk", "net_mass_kg": "5", "gross_mass_kg": "6"},
        {"hs_code": "500200", "description": "raw silk", "gross_mass_kg": "", "net_mass_kg": ""},
    )

    assert (2000, 5000) == (light["duty_minor"], heavy["duty_minor"])
    assert unknown["duty_minor"] is None
    assert "policy.amount.unknown" in unknown["codes"]
    assert "policy.duty.silk" not in unknown["codes"]


def test_amounts_of_law_in_another_currency_are_converted(law: Callable[..., list[dict[str, Any]]]) -> None:
    ink, stamped = law({"hs_code": "321590", "description": "drawing ink"}, {"hs_code": "392690", "nature": "sample"})

    assert 750 == ink["duty_minor"]  # 10 % of 20,000 less USD 2.50 at XOF 500
    assert 1250 == stamped["fees_minor"]


def test_an_amount_of_law_without_a_rate_is_unknown_and_held(law: Callable[..., list[dict[str, Any]]]) -> None:
    (answer,) = law({"hs_code": "392690", "nature": "sample", "currency": "EUR", "intrinsic_value": "30"}, given=False)

    assert answer["fees_minor"] is None
    assert "release" != answer["outcome"]


def test_articles_are_pieces_and_no_number_of_them_overflows(law: Callable[..., list[dict[str, Any]]]) -> None:
    toys = {"hs_code": "950300", "description": "wooden toy train"}
    pieces, grams, many = law(
        toys | {"quantity": "7"}, toys | {"quantity": "700", "unit": "GRM"}, toys | {"quantity": "60000000000"}
    )

    assert (70, 10, None) == (pieces["fees_minor"], grams["fees_minor"], many["fees_minor"])
    assert "policy.amount.unknown" in many["codes"]


def test_the_certainty_of_a_value_reaches_the_answer(law: Callable[..., list[dict[str, Any]]]) -> None:
    silk, other = law({"hs_code": "500200", "description": "raw silk"}, {"hs_code": "392690"})

    assert "policy.law.value_medium" in silk["codes"]
    assert "policy.law.value_medium" not in other["codes"]


def test_a_charge_in_a_currency_that_is_not_declared_is_refused(tmp_path: Path, decide: Decide) -> None:
    policy = tmp_path / "sn.yaml"
    policy.write_text(_LAW.replace("unit: USD, values", "unit: EUR, values"))

    with pytest.raises(BadInput, match="EUR is no unit of this policy"):
        decide({}, policy=str(policy))


def test_sixty_thousand_million_articles_do_not_stop_a_run(decide: Decide) -> None:
    row = {"importer_country": "NO", "currency": "NOK", "scheme": "voec", "scheme_id": "2024001"}
    answers = decide(row | {"quantity": "60000000000"}, row | {"quantity": "2"}, policy="NO")

    assert {"release"} == {answer["outcome"] for answer in answers.values()}


_NG = {"importer_country": "NG", "importer_id": "NIN123456789", "currency": "USD", "intrinsic_value": "50"}


def _told(answer: dict[str, Any], code: str) -> list[dict[str, str]]:
    return [json.loads(reason["params"]) for reason in answer["reasons"] if reason["code"] == code]


def test_the_currency_that_lacks_a_rate_is_named(tmp_path: Path, decide: Decide) -> None:
    old = tmp_path / "old.csv"
    old.write_text("date,currency,units_per_eur\n2026-06-01,NGN,1700\n2026-06-15,USD,1.2\n")
    none = decide(_NG, policy="NG")["A1"]
    stale = decide(_NG, policy="NG", rates=[old])["A1"]

    assert [{"currency": "NGN"}] == _told(none, "policy.exchange.missing_rate")
    assert [{"currency": "NGN", "date": "2026-06-01"}] == _told(stale, "policy.exchange.stale_rate")
    assert not {"policy.exchange.missing_rate", "policy.amount.unknown"} & set(stale["codes"])


def test_a_charge_in_a_currency_without_a_rate_is_held_by_name(law: Callable[..., list[dict[str, Any]]]) -> None:
    sale, gift = law({"nature": "sale", "order_id": "O1", "currency": "USD"}, {"currency": "XOF"}, given=False)

    assert "policy.exchange.missing_rate" in sale["codes"]
    assert "policy.amount.unknown" not in sale["codes"] + gift["codes"]


def test_a_fee_in_a_currency_whose_last_rate_is_old_names_that_day(tmp_path: Path, decide: Decide) -> None:
    policy, rates = tmp_path / "sn.yaml", tmp_path / "rates.csv"
    policy.write_text(
        _LAW.replace("threshold_currency: USD", "threshold_currency: XOF\nother_currencies: [NGN]").replace(
            "unit: USD", "unit: NGN"
        )
    )
    rates.write_text("date,currency,units_per_eur\n2026-06-15,XOF,625\n2026-06-01,NGN,1700\n")
    found = decide(_SN | {"nature": "sale", "order_id": "O1"}, _SN, policy=str(policy), rates=[rates])

    assert [{"currency": "NGN", "date": "2026-06-01"}] == _told(found["A1"], "policy.exchange.stale_rate")
    assert (None, 0) == (found["A1"]["fees_minor"], found["A2"]["fees_minor"])
    assert not {"policy.amount.unknown"} & {*found["A1"]["codes"], *found["A2"]["codes"]}


def test_the_rate_shown_and_that_of_thresholds_are_told_apart(tmp_path: Path, decide: Decide) -> None:
    rates = tmp_path / "rates.csv"
    rates.write_text("date,currency,units_per_eur\n2025-06-16,NGN,1700\n")
    day = {"lodged_at": "2025-06-16T10:00:00Z"}
    euro, naira, dollar = (
        decide(_NG | day | {"currency": code}, policy="NG", rates=[rates])["A1"] for code in ("EUR", "NGN", "USD")
    )
    exchange = [{code for code in one["codes"] if code.startswith("policy.exchange.")} for one in (euro, naira, dollar)]

    assert {"policy.exchange.given_rate", "policy.exchange.approximate_threshold"} == exchange[0]
    assert {"policy.exchange.approximate_threshold"} == exchange[1]
    assert {"policy.exchange.approximate_rule"} == exchange[2]
