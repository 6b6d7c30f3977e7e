"""The JSON Schemas: valid 2020-12, strict on rows, and stating the same rules as SQL."""

from __future__ import annotations

import itertools
from typing import Any

import duckdb
import pytest
from jsonschema import Draft202012Validator

from passavant.dataset.json_conditions import condition
from passavant.dataset.json_schema import DIALECT, json_schema
from passavant.dataset.schema import load_schema

GOOD: dict[str, Any] = {
    "declarant_id": "FR12345678900013",
    "declaration_id": "LRN-1",
    "version": 1,
    "item_no": 1,
    "lodged_at": "2026-07-14T09:30:00Z",
    "channel": "post",
    "s10": "RR287043775IN",
    "importer_name": "Awa Ndiaye",
    "importer_address": "12 rue Félix Faure, Dakar",
    "importer_country": "SN",
    "exporter_name": "Brightway",
    "exporter_address": "88 Bao'an Avenue, Shenzhen",
    "exporter_country": "CN",
    "nature": "sale",
    "currency": "XOF",
    "intrinsic_value": "12500",
    "description": "Cotton T-shirt",
    "hs_code": "610910",
    "origin": "CN",
    "quantity": "3",
    "net_mass_kg": "0.480",
    "second_hand": None,
}
#: Values that make every rule of the data set true for some row and false for another.
CASES: dict[str, list[str | None]] = {
    "channel": [None, "post", "express", "operator", "platform"],
    "nature": [None, "sale", "gift", "documents"],
    "scheme": [None, "ioss"],
    "accepted_at": [None, "2026-07-15T06:10:00Z"],
    "intrinsic_value": [None, "10"],
    "net_mass_kg": [None, "0.2"],
}


def errors(row: dict[str, Any], *, nested: bool = False) -> list[str]:
    """Return what the schema says against a row."""
    return [error.message for error in Draft202012Validator(json_schema(nested=nested)).iter_errors(row)]


def consignment(row: dict[str, Any]) -> dict[str, Any]:
    """Nest a flat row as a consignment with one item."""
    header = {one.name for one in load_schema().elements if one.repeats}
    above = {name: value for name, value in row.items() if name in header}
    return above | {"items": [{name: value for name, value in row.items() if name not in header}]}


@pytest.mark.parametrize("nested", [False, True])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_schema_is_valid_against_its_metaschema(language: str, nested: bool) -> None:
    schema = json_schema(nested=nested, language=language)

    assert DIALECT == schema["$schema"]
    Draft202012Validator.check_schema(schema)


def test_a_row_has_every_declared_column_in_order() -> None:
    assert list(load_schema().names) == list(json_schema()["properties"])


def test_a_nested_consignment_has_every_declared_column_once() -> None:
    schema = json_schema(nested=True)
    below = list(schema["properties"]["items"]["items"]["properties"])
    above = [name for name in schema["properties"] if name != "items"]

    assert sorted(load_schema().names) == sorted([*above, *below])


def test_titles_are_in_the_language_asked_for_and_identifiers_are_kept() -> None:
    mass = json_schema(language="fr")["properties"]["gross_mass_kg"]

    assert ("Masse brute", "126", "18 04 000 000", "C") == (
        mass["title"], mass["x-wco-id"], mass["x-eucdm"], mass["x-eucdm-status"],
    )  # fmt: skip
    assert ["carrier", "post", "seller"] == mass["x-held-by"]


def test_the_examples_of_the_elements_form_a_valid_row() -> None:
    properties = json_schema()["properties"]
    row = {name: content["examples"][0] for name, content in properties.items()}

    assert [] == errors(row)
    assert [] == errors(consignment(row), nested=True)


@pytest.mark.parametrize("nested", [False, True])
def test_a_complete_postal_item_is_valid(nested: bool) -> None:
    assert [] == errors(consignment(GOOD) if nested else GOOD, nested=nested)


def test_an_amount_may_be_a_number() -> None:
    assert [] == errors(GOOD | {"intrinsic_value": 12500})


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("intrinsic_value", "12,50"),
        ("intrinsic_value", "1.23456"),
        ("intrinsic_value", -1),
        ("currency", "EURO"),
        ("currency", "DEM"),
        ("importer_country", "UK"),
        ("origin", "cn"),
        ("hs_code", "61"),
        ("hs_code", "6109.10"),
        ("s10", "RR28704377"),
        ("channel", "mail"),
        ("nature", "Sale"),
        ("version", 0),
        ("version", "1"),
        ("second_hand", "no"),
        ("lodged_at", "14/07/2026"),
        ("lodged_at", "2026-07-14T09:30:00"),
        ("declarant_id", ""),
        ("declarant_id", None),
        ("colour", "red"),
        ("scheme", "ioss"),
    ],
)
def test_a_wrong_value_is_refused(field: str, value: object) -> None:
    row = GOOD | {field: value}

    assert errors(row)
    assert errors(consignment(row), nested=True)


@pytest.mark.parametrize(
    "field", ["declarant_id", "lodged_at", "s10", "importer_name", "nature", "description", "hs_code", "origin"]
)
def test_a_missing_element_that_the_post_must_send_is_refused(field: str) -> None:
    row = {name: value for name, value in GOOD.items() if name != field}

    assert errors(row)
    assert errors(consignment(row), nested=True)


def test_documents_need_neither_description_nor_value_nor_parties() -> None:
    names = ["declarant_id", "declaration_id", "lodged_at", "channel"]

    assert [] == errors({name: GOOD[name] for name in names} | {"nature": "documents"})


def test_a_consignment_without_items_is_refused() -> None:
    assert errors(consignment(GOOD) | {"items": []}, nested=True)


@pytest.mark.parametrize("rule", sorted({one.required_when for one in load_schema().elements} - {None, "TRUE"}))
def test_a_condition_is_true_for_the_same_rows_as_its_sql_rule(rule: str) -> None:
    rows = [dict(zip(CASES, values, strict=True)) for values in itertools.product(*CASES.values())]
    con = duckdb.connect()
    columns = ", ".join(f"r['{name}'] AS {name}" for name in CASES) + ", NULL::VARCHAR AS exporter_country"
    told = con.execute(
        f"SELECT coalesce({rule}, FALSE) FROM (SELECT {columns} FROM (SELECT unnest($rows) AS r))", {"rows": rows}
    )
    expected = [value for (value,) in told.fetchall()]
    validator = Draft202012Validator(condition(rule))

    assert expected == [validator.is_valid(row) for row in rows]
    assert expected == [
        validator.is_valid({name: value for name, value in row.items() if value is not None}) for row in rows
    ]
    assert {True, False} == set(expected)


def test_a_rule_beyond_json_schema_is_named() -> None:
    with pytest.raises(NotImplementedError, match="LIKE"):
        condition("hs_code LIKE '22%'")
