"""A policy with a mistake is refused, and the mistake is named with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from passavant.errors import BadInput
from passavant.policy import load_policy, shipped_policies

_MINIMAL = (Path(__file__).parent.parent / "fixtures" / "policies" / "minimal.yaml").read_text()


def _load(folder: Path, text: str) -> None:
    path = folder / "policy.yaml"
    path.write_text(text)
    load_policy(path)


def test_the_minimal_policy_is_valid(tmp_path: Path) -> None:
    _load(tmp_path, _MINIMAL)


@pytest.mark.parametrize("name", sorted(shipped_policies()))
def test_every_shipped_policy_is_valid(name: str) -> None:
    assert load_policy(name).id == name


def test_five_jurisdictions_are_shipped() -> None:
    assert set(shipped_policies()) >= {"EU", "NO", "CH", "NG", "KR"}


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (
            "{from: 2024-01-01, value: 20, reference",
            "{from: 2024-01-01, to: 2024-06-30, value: 20, reference",
            "no value in force from 2024-07-01 until 2025-01-01",
        ),
        (
            "{from: 2024-01-01, value: 20, reference",
            "{from: 2026-01-01, value: 20, reference",
            "no value in force from 2024-01-01",
        ),
        ("{from: 2025-01-01, value: 40", "{from: 2023-01-01, value: 40", "does not come after"),
        ("goods_total <= relief", "goods_totl <= relief", "goods_totl"),
        ("goods_total <= relief", "goods_total / 2 <= relief", "outside the rule language"),
        ("goods_total <= relief", "duty_total <= relief", "duty_total"),
        ("charge: {free: true}", "charge: {free: true, tariff: true}", "2 ways of charging"),
        ("charge: {flat: handling, per: consignment}", "charge: {flat: handling}", "flat and per go together"),
        ("charge: {flat: handling, per: consignment}", "charge: {flat: nothing, per: consignment}", "'nothing' is no"),
        ("charge: {tariff: true, base: [customs_value]}", "charge: {tariff: true}", "a rate without a base"),
        ('when: "TRUE"', 'when: "goods_total > 5"', "decides when all others are false"),
        ("currency: XOF", "currency: XXX", "unknown currency XXX"),
        ("time_zone: Africa/Dakar", "time_zone: Africa/Nowhere", "unknown time zone"),
        ("unit: percent", "unit: EUR", "the unit EUR"),
        (
            "full_declaration_above: {parameter: relief",
            "full_declaration_above: {parameter: releif",
            "'releif' is no parameter",
        ),
        ("Relief up to {relief}", "Relief up to {relif}", "{relif}"),
        ("policy: SN", "polity: SN", "Field required"),
        ("  duty_rate:", "  goods_total:", "goods_total is also a column"),
        ("id: tariff", "id: relief", "the rule relief stands twice"),
    ],
)
def test_a_mistake_is_named_with_file_and_line(tmp_path: Path, old: str, new: str, says: str) -> None:
    assert old in _MINIMAL

    with pytest.raises(BadInput) as caught:
        _load(tmp_path, _MINIMAL.replace(old, new, 1))

    shown = str(caught.value)
    assert says in shown
    assert "policy.yaml:" in shown
    assert caught.value.diagnostics("fr") != shown


def test_an_unknown_policy_lists_the_shipped_ones() -> None:
    with pytest.raises(BadInput, match="CH, EU, KR, NG, NO"):
        load_policy("ZZ")
