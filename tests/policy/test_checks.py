"""A policy with a mistake is refused, and the mistake is named with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from passavant.errors import BadInput
from passavant.policy import load_policy, shipped_policies

_MINIMAL = (Path(__file__).parent.parent / "fixtures" / "policies" / "minimal.yaml").read_text()


def _load(folder: Path, text: str) -> None:
    path = folder / f"{abs(hash(text))}-policy.yaml"
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
        ("unit: percent", "unit: EUR", "EUR is no unit of this policy"),
        (
            "full_declaration_above: {parameter: relief",
            "full_declaration_above: {parameter: releif",
            "'releif' is no parameter",
        ),
        ("Relief up to {relief}", "Relief up to {relif}", "{relif}"),
        ("policy: SN", "polity: SN", "unknown key 'polity'"),
        ("policy: SN", "polity: SN", "did you mean policy"),
        ('when: "TRUE"', 'wen: "TRUE"', "did you mean when"),
        ("  duty_rate:", "  goods_total:", "goods_total is also a column"),
        ("id: tariff", "id: relief", "the rule relief stands twice"),
        (
            "full_declaration_above: {parameter: relief",
            "full_declaration_above: {parameter: releif",
            "did you mean relief",
        ),
        (
            "full_declaration_above: {parameter: relief",
            "full_declaration_above: {parameter: duty_rate",
            "the parameter duty_rate is in percent",
        ),
        ("value: 18", "value: -1", "-1 is out of range"),
        ("value: 18", "value: 101", "VAT at 101 %"),
        ("value: 18", "value: 7.00005", "more than 4 decimal places"),
        ("value: 5,", "value: 5.7,", "5.7 is no whole number"),
        ('prefix: "", rate: 20', 'prefix: "", rate: -20', "-20 is out of range"),
        ('prefix: "", rate: 20', 'prefix: ""', "both or neither of rate and specific"),
        ("goods_total <= relief", "nature = 'document'", "did you mean documents"),
        ("goods_total <= relief", "importer_country = 'XQ'", "not in the list of values"),
        ("goods_total <= relief", "goods_total <= duty_rate", "against a percentage"),
        ("goods_total <= relief", "5", "5 is a number"),
        (
            "charge: {tariff: true, base: [customs_value]}",
            "charge: {tariff: true, base: [customs_value, duty]}",
            "duty charged on duty",
        ),
        (
            "charge: {tariff: true, base: [customs_value]}",
            "charge: {tariff: true, base: [customs_value], collected_by: vendor}",
            "duty collected by the vendor",
        ),
        ("charge: {free: true}", "charge: {free: true, deduct: handling}", "without a rate"),
        ("charge: {flat: handling", "charge: {flat: duty_rate", "duty_rate is in percent"),
        ("valid_from: 2024-01-01", "valid_from: 2024-01-01\nvalid_to: 2023-12-31", "2023-12-31 is before 2024-01-01"),
        ('when: "goods_total <= relief"', 'when: "TRUE"', "can never decide"),
        ("destinations: [SN]", "destinations: [SN, XQ]", "'XQ' is no country code"),
        (
            "time_zone: Africa/Dakar",
            "time_zone: Africa/Dakar\ntime_zones: {FR: Europe/Paris}",
            "'FR' is no country of destination",
        ),
        ("currency: XOF\n", "currency: XOF\nother_currencies: [XXX]\n", "unknown currency XXX"),
        (
            'default: [{prefix: "", rate: 20}]',
            "file: ../secrets.csv",
            "'../secrets.csv' names no file beside the policy",
        ),
        ('default: [{prefix: "", rate: 20}]', "file: /etc/passwd", "'/etc/passwd' names no file beside the policy"),
        ('default: [{prefix: "", rate: 20}]', "file: eu_cet_2021.csv", "did you mean eu_cet_2020.csv"),
        ("rules:\n", "conditions: {cheap: 'goods_totl < 5'}\nrules:\n", "goods_totl"),
        ("rules:\n", "conditions: {relief: 'TRUE'}\nrules:\n", "relief is also one of parameters"),
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


_TABLE = """tables:
  vat:
    label: {en: VAT, fr: TVA}
    unit: percent
    key: importer_country
    reference: test
    rows:
      SN: [{from: 2024-01-01, value: 18}]
"""


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("key: importer_country", "key: importer_contry", "did you mean importer_country"),
        ("key: importer_country", "key: quantity", "'quantity' is no column of texts or codes"),
        ("      SN: [", "      CI: [", "'CI' is no country of destination"),
        ("destinations: [SN]", "destinations: [SN, ML]", "no row for ML"),
    ],
)
def test_a_table_serves_each_destination_and_no_other(tmp_path: Path, old: str, new: str, says: str) -> None:
    whole = _MINIMAL.replace("tariff:\n", _TABLE + "tariff:\n", 1)
    _load(tmp_path, whole)

    with pytest.raises(BadInput, match=says):
        _load(tmp_path, whole.replace(old, new, 1))


def test_missing_keys_are_listed_together(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="policy, version, currency"):
        _load(
            tmp_path, _MINIMAL.replace("policy: SN\n", "").replace('version: "1"\n', "").replace("\ncurrency: XOF", "")
        )


def test_a_condition_is_named_once_and_may_use_those_before_it(tmp_path: Path) -> None:
    named = "conditions:\n  cheap: goods_total <= relief\n  bought: cheap AND nature = 'sale'\nrules:\n"
    path = tmp_path / "policy.yaml"
    path.write_text(_MINIMAL.replace("rules:\n", named, 1).replace('when: "goods_total <= relief"', "when: bought", 1))

    assert {"goods_total", "relief", "nature"} == load_policy(path).expressions["duty.relief"].names


def test_a_name_of_no_parameter_or_table_is_said_in_good_french(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as caught:
        _load(tmp_path, _MINIMAL.replace("charge: {flat: handling", "charge: {flat: parcel_fe", 1))

    assert "'parcel_fe' n'est ni un paramètre ni une table de cette réglementation" in caught.value.diagnostics("fr")
