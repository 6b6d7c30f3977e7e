"""What a shopper pays is what the clearance says, with the rule and the law behind each amount."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from passavant.portal.public.question import Answer, Question
from passavant.portal.public.services import landed_cost

_SHIRT = Question(
    policy="EU", destination="DE", on=dt.date(2026, 6, 15), value=Decimal("100.00"), currency="EUR",
    hs_code="610910", origin="CN", sent_from="CN", channel="express",
)  # fmt: skip


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PASSAVANT_HOME", str(tmp_path))


def _minor(answer: Answer) -> dict[str, int | None]:
    return {one.kind: one.minor for one in answer.amounts}


def test_below_the_relief_vat_alone_is_due(tmp_path: Path) -> None:
    answer = landed_cost(_SHIRT)

    assert ({"duty": 0, "vat": 1900}, 1900, "EUR") == (_minor(answer), answer.at_the_border_minor, answer.currency)
    assert ["policy.duty.low_value_relief"] == [rule.code for rule in answer.amounts[0].rules]
    assert "1186/2009" in answer.amounts[0].rules[0].reference.en
    assert all(rule.text.en != rule.text.fr for one in answer.amounts for rule in one.rules)
    assert [] == list((tmp_path / "parties").glob("*"))


def test_a_fee_of_the_country_is_told_with_its_rule() -> None:
    answer = landed_cost(replace(_SHIRT, destination="FR"))
    fee = next(one for one in answer.amounts if one.kind == "fees")

    assert {"duty": 0, "vat": 2000, "fees": 200} == _minor(answer)
    assert ["policy.fee.french_small_parcel_tax"] == [rule.code for rule in fee.rules]


def test_a_foreign_price_is_converted_and_the_rate_told() -> None:
    answer = landed_cost(replace(_SHIRT, on=dt.date(2026, 10, 15), currency="USD", shipping=Decimal(12)))

    assert answer.rate is not None
    assert answer.rate[1] < dt.date(2026, 10, 15)
    assert answer.customs_value_minor == round(11_200 * answer.rate[0])
    assert answer.at_the_border_minor == sum(one.minor or 0 for one in answer.amounts)


def test_a_gift_below_its_limit_is_free() -> None:
    answer = landed_cost(replace(_SHIRT, value=Decimal(40), nature="gift", channel="post"))

    assert {"duty": 0, "vat": 0} == _minor(answer)


def test_what_the_seller_collects_is_not_paid_on_arrival() -> None:
    answer = landed_cost(replace(_SHIRT, collected=True))

    assert {"duty": 0, "vat": 0, "vendor_vat": 1900} == _minor(answer)
    assert 0 == answer.at_the_border_minor


def test_an_unknown_tariff_code_is_said_not_guessed() -> None:
    answer = landed_cost(replace(_SHIRT, hs_code="999999", value=Decimal(500)))

    assert not answer.known
    assert answer.at_the_border_minor is None
    assert "dataset.hs_code.unknown" in [told.code for told in answer.others]


def test_the_answer_says_nothing_of_names_that_nobody_asked_for() -> None:
    assert [] == [told.code for told in landed_cost(_SHIRT).others if told.code.startswith("dataset.required")]


def test_the_same_question_is_answered_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    from passavant.portal.public import services

    first = landed_cost(_SHIRT)
    monkeypatch.setattr(services, "cleared", None)

    assert first is landed_cost(_SHIRT)


def test_it_is_told_for_machines_in_both_languages() -> None:
    told = {language: landed_cost(_SHIRT).record(language) for language in ("en", "fr")}

    assert told["en"]["amounts"][0]["rules"][0]["text"] != told["fr"]["amounts"][0]["rules"][0]["text"]
    assert told["en"]["at_the_border_minor"] == told["fr"]["at_the_border_minor"]
