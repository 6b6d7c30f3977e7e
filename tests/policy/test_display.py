"""A policy in words: every part of the law, on any day."""

from __future__ import annotations

import datetime as dt

import pytest

from passavant.policy import load_policy, shipped_policies
from passavant.policy.display import in_force


@pytest.mark.parametrize("name", sorted(shipped_policies()))
@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_day_before_the_law_shows_dashes(name: str, language: str) -> None:
    content = in_force(load_policy(name), dt.date(1999, 12, 31), language)

    assert content["in_force"] is False


@pytest.mark.parametrize("name", sorted(shipped_policies()))
def test_no_rule_is_shown_as_sql(name: str) -> None:
    rules = in_force(load_policy(name), dt.date(2026, 6, 1), "en")["rules"]

    assert [] == [rule["id"] for rule in rules if "REGEXP" in rule["text"].upper() or " AND " in rule["text"]]


def test_what_stands_outside_values_and_rules_is_said_in_words() -> None:
    entries = in_force(load_policy("CH"), dt.date(2026, 6, 1), "en")["provisions"]
    said = {entry["section"]: entry["text"] for entry in entries}

    assert "Destinations: CH, LI; day of law in Europe/Zurich" == said["destinations"]
    assert "VAT at the border: rounded to the nearest CHF 0.05" == said["rounding.vat"]
    assert "VAT collected by the vendor: rounded to the nearest CHF 0.01" == said["rounding.vendor_vat"]
    assert "all others: 0 %" in said["tariff"]
    assert "CHF 62.00" in said["split"]
    assert 2 == len([entry for entry in entries if entry["section"] == "full_declaration_above"])


def test_the_exchange_rule_and_the_zones_are_said_in_french_too() -> None:
    said = {
        entry["section"]: entry["text"]
        for entry in in_force(load_policy("EU"), dt.date(2026, 6, 1), "fr")["provisions"]
    }

    assert "avant-dernier mercredi" in said["exchange"]
    assert "FI Europe/Helsinki" in said["destinations"]


def test_references_stand_in_the_language_asked_for() -> None:
    policy, day = load_policy("EU"), dt.date(2026, 8, 1)
    said = {
        language: next(rule["reference"] for rule in in_force(policy, day, language)["rules"] if rule["section"] == "vat" and rule["id"] == "ioss")
        for language in ("en", "fr")
    }  # fmt: skip

    assert "Dir. 2006/112/EC, art. 143(1)(ca) and 369l" == said["en"]
    assert "Dir. 2006/112/CE, art. 143, par. 1, point c bis), et art. 369 terdecies" == said["fr"]


def test_what_the_authors_note_stands_beside_the_reference_and_in_no_reason() -> None:
    policy = load_policy("EU")
    rules = in_force(policy, dt.date(2026, 8, 1), "en")["rules"]
    tax = next(rule for rule in rules if rule["id"] == "romanian_logistics_tax")

    assert "Whether gifts are excepted was not confirmed." == tax["note"]
    assert not [reason for reason in policy.reasons.values() if "confirmed" in reason.reference]


def test_a_limit_on_mass_says_its_unit() -> None:
    texts = [entry["text"] for entry in in_force(load_policy("CH"), dt.date(2026, 6, 1), "en")["provisions"]]

    assert "Full declaration above 1,000 kg: Mass up to which the simplified declaration serves" in texts
