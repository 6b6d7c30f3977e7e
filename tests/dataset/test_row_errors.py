"""Why a row was rejected, in both languages, without giving away what is personal."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest

from passavant.dataset.binding import Rule
from passavant.dataset.mapping import Column
from passavant.dataset.row_errors import RowError, explain, unreadable
from passavant.dataset.schema import load_schema


def _rule(name: str, **changes: Any) -> Rule:
    return Rule(load_schema().element(name), name, None, Column.model_validate({"from": name}), **changes)


@pytest.mark.parametrize(
    ("name", "text", "code", "expected"),
    [
        ("intrinsic_value", "twelve", "not_a_number", "a number such as 1234.50"),
        ("intrinsic_value", "1,234.50", "not_a_number", "a number such as 1234.50: no comma"),
        ("intrinsic_value", "12,50", "not_a_number", "a number such as 1234.50: no comma"),
        ("intrinsic_value", "1 234,50", "not_a_number", "a number such as 1234.50: no comma"),
        ("intrinsic_value", "1e15", "out_of_range", "a number no further from zero than 1000000000000"),
        ("gross_mass_kg", "500000000000", "out_of_range", "a number no further from zero than 99999999999"),
        ("packages", "3000000000", "out_of_range", "a number no further from zero than 2147483647"),
        ("packages", "1.5", "not_a_whole_number", "a whole number"),
        ("item_no", "0", "below_one", "a whole number from 1"),
        ("item_no", "1.5", "not_a_whole_number", "a whole number"),
        ("lodged_at", "soon", "not_a_date", "a date and time such as 2026-07-01T09:30:00+02:00"),
        ("second_hand", "perhaps", "not_a_boolean", "true or false"),
        ("currency", "EU\x7fR", "control_character", "a value without control characters (U+007F at character 3)"),
        ("description", "x" * 65_537, "text_too_long", "a text of at most 65536 bytes"),
        ("quantity", "1" * 65_537, "text_too_long", "a text of at most 65536 bytes"),
        ("declarant_id", None, "key_missing", "the declarant's and the declaration's id on every row"),
    ],
)
def test_each_fault_has_a_code_and_says_what_was_expected(
    name: str, text: str | None, code: str, expected: str
) -> None:
    error = explain(_rule(name), text)

    assert (f"dataset.row.{code}", name, expected) == (error.code, error.field, error.expected.en)


def test_a_decimal_comma_changes_what_is_expected() -> None:
    rule = _rule("intrinsic_value", decimal_comma=True)

    assert ["a number such as 1234,50 or 1.234,50, as the mapping says", "a number such as 1234.50"] == [
        explain(rule, text).expected.en for text in ("12.34,50", "twelve")
    ]


def test_a_date_format_is_part_of_what_is_expected() -> None:
    error = explain(_rule("lodged_at", date_format="%d/%m/%Y"), "soon")

    assert error.expected.en.endswith(" or in the form %d/%m/%Y")
    assert error.expected.fr.endswith(" ou de la forme %d/%m/%Y")


def test_a_control_character_is_shown_so_that_it_can_be_seen() -> None:
    assert "EU\\x00R" == explain(_rule("currency"), "EU\x00R").value


def test_the_value_is_shown_and_a_long_one_cut() -> None:
    assert ["soon", "y" * 80, "z" * 80 + "…"] == [
        explain(_rule("lodged_at"), text).value for text in ("soon", "y" * 80, "z" * 81)
    ]


@pytest.mark.parametrize("name", [element.name for element in load_schema().elements if element.privacy == "personal"])
def test_a_personal_value_is_never_shown(name: str) -> None:
    error = explain(_rule(name), "Ada Lund" * 10_000)

    assert "(personal data, in the vault)" == error.value
    assert "Ada" not in str(dataclasses.asdict(error))


@pytest.mark.parametrize(
    ("code", "params", "says"),
    [
        ("wrong_columns", {"found": 3, "columns": 5}, ("5 columns, as in the header; found 3", "5 colonnes")),
        ("invalid_encoding", {"position": 7}, ("byte 7 of the row", "l'octet 7 de la ligne")),
        ("record_too_long", {"limit": 99}, ("at most 99 bytes", "d'au plus 99 octets")),
        ("unterminated_quote", {}, ("a closing quote", "un guillemet fermant")),
        ("invalid_json", {}, ("a JSON object", "un objet JSON")),
        ("not_an_object", {}, ("a JSON object", "un objet JSON")),
        ("no_items", {}, ("at least one goods item", "au moins un article")),
        ("duplicate", {"file": "a.csv", "row": 4}, ("repeats a.csv, row 4", "répète a.csv, ligne 4")),
    ],
)
def test_an_unreadable_row_is_explained_in_both_languages(
    code: str, params: dict[str, Any], says: tuple[str, str]
) -> None:
    error = unreadable(f"dataset.row.{code}", **params)

    assert (f"dataset.row.{code}", None, None) == (error.code, error.field, error.value)
    assert says[0] in error.expected.en
    assert says[1] in error.expected.fr
    assert error.remedy.en != error.remedy.fr
    assert "{" not in f"{error.expected.en}{error.expected.fr}"


def test_the_record_holds_seven_texts() -> None:
    error = explain(_rule("packages"), "1.5")

    assert error.as_record() == {
        "code": "dataset.row.not_a_whole_number",
        "field": "packages",
        "value": "1.5",
        "expected_en": "a whole number",
        "expected_fr": "un nombre entier",
        "remedy_en": "Correct the row and send it again.",
        "remedy_fr": "Corrigez la ligne et renvoyez-la.",
    }


def test_what_is_read_from_a_file_is_explained_alike(take: Callable[..., Any], write: Callable[..., Any]) -> None:
    (rejected,) = take(write("declarant_id,declaration_id,quantity\nD1,A1,a few\n")).rejected

    assert [explain(_rule("quantity"), "a few").as_record()] == rejected["errors"]
    assert isinstance(explain(_rule("quantity"), "a few"), RowError)
