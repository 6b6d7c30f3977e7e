"""Which column of a file feeds which of ours, and what the user is told about the others."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from passavant.dataset.binding import Binding, bind
from passavant.dataset.schema import load_schema


class _File:
    """A reader that only has a header."""

    def __init__(self, *header: str, open_ended: bool = False) -> None:
        self.header = list(header)
        self.open_ended = open_ended
        self.blank_rows = 0

    def batches(self, wanted: Any) -> Any:
        return iter(())


def _bind(*header: str, mapping: Any = None, open_ended: bool = False) -> Binding:
    return bind(_File(*header, open_ended=open_ended), "x.csv", mapping, load_schema(), "NO")


def _sources(bound: Binding) -> dict[str, str]:
    return {rule.element.name: rule.source for rule in bound.rules if rule.source is not None}


def test_columns_are_taken_by_their_names_in_any_case_and_with_any_separator() -> None:
    found = _sources(_bind("Declarant ID", "DECLARATION_ID", " hs-code ", "itemNo", "Item_No"))

    assert {
        "declarant_id": "Declarant ID",
        "declaration_id": "DECLARATION_ID",
        "hs_code": " hs-code ",
        "item_no": "Item_No",
    } == found


def test_there_is_one_rule_per_element_in_the_order_of_the_data_set() -> None:
    assert load_schema().names == tuple(rule.element.name for rule in _bind("declarant_id", "declaration_id").rules)


def test_with_a_mapping_names_must_be_written_as_they_are_but_for_case(mapped: Callable[..., Any]) -> None:
    mapping = mapped("declarant_id: Sender", "hs_code: Tariff code")

    found = _sources(_bind("SENDER", "declaration_id", "tariff CODE", "Gross mass kg", "ORIGIN", mapping=mapping))

    assert {
        "declarant_id": "SENDER",
        "declaration_id": "declaration_id",
        "hs_code": "tariff CODE",
        "origin": "ORIGIN",
    } == found


def test_what_an_item_does_not_take_over_are_its_amounts_and_counts() -> None:
    wanted = _bind(*load_schema().names).wanted

    assert {"item_no", "intrinsic_value", "quantity", "gross_mass_kg", "net_mass_kg", "packages"} == wanted.item_only
    assert ("item_no", ("administration", "declarant_id", "declaration_id")) == (wanted.position, wanted.keys)


def test_one_foreign_column_may_feed_two_of_ours_and_is_read_once(mapped: Callable[..., Any]) -> None:
    bound = _bind("declarant_id", "declaration_id", "Land", mapping=mapped("origin: Land", "exporter_country: Land"))

    assert ("declarant_id", "declaration_id", "Land") == bound.wanted.columns


def test_defaults_are_those_of_the_mapping_then_of_the_data_set(mapped: Callable[..., Any]) -> None:
    mapping = mapped("version: {from: Version, default: 7}", "nature: {default: sale}")

    rules = {rule.element.name: rule for rule in _bind("declarant_id", "declaration_id", mapping=mapping).rules}

    assert ["NO", "7", "1", "sale", None] == [
        rules[name].default for name in ("administration", "version", "item_no", "nature", "origin")
    ]


def test_the_format_of_dates_and_numbers_is_the_columns_own_or_else_the_files(mapped: Callable[..., Any]) -> None:
    mapping = mapped(
        "lodged_at: {from: a, date_format: '%d.%m.%Y'}",
        "accepted_at: b",
        "intrinsic_value: {from: c, decimal_comma: false}",
        "quantity: d",
        file="date_format: '%Y%m%d'\ndecimal_comma: true\ntime_zone: Asia/Seoul",
    )

    rules = {rule.element.name: rule for rule in _bind("declarant_id", "declaration_id", mapping=mapping).rules}

    assert ["%d.%m.%Y", "%Y%m%d"] == [rules[name].date_format for name in ("lodged_at", "accepted_at")]
    assert [False, True] == [rules[name].decimal_comma for name in ("intrinsic_value", "quantity")]
    assert "Asia/Seoul" == rules["lodged_at"].time_zone


def test_a_column_that_may_still_come_is_asked_for_all_the_same() -> None:
    assert "hs_code" in _bind("declarant_id", "declaration_id", open_ended=True).wanted.columns
    assert "hs_code" not in _bind("declarant_id", "declaration_id").wanted.columns


@pytest.mark.parametrize(
    ("header", "says"),
    [
        (("declarant_id", "b"), "no column gives declaration_id; found: declarant_id, b"),
        (("a", "b"), "no column gives declarant_id, declaration_id"),
        (("declarant", "declarationId"), "nearest: declarant, declarationId"),
        (("Declarant ID", "Declaration", "x"), "nearest: Declaration, Declarant ID"),
        ((*(f"c{n}" for n in range(20)),), "(+8)"),
        (("Declaration No", "Declarant No"), "write a mapping: --mapping FILE"),
    ],
)
def test_a_file_without_the_two_ids_is_refused_with_what_it_has(
    header: tuple[str, ...], says: str, refusal: Any
) -> None:
    refused = refusal(lambda: _bind(*header))

    assert ("dataset.reader.missing_columns", "x.csv") == (refused.code, refused.place.file)
    assert says in refused.text


def test_a_shipped_mapping_that_fits_is_proposed(mapped: Callable[..., Any], refusal: Any) -> None:
    mapping = mapped("declarant_id: Sender", "declaration_id: Reference")

    assert "--mapping korea" in refusal(lambda: _bind("Declaration ID", "Declarant ID", mapping=mapping)).text


def test_a_default_stands_in_for_a_missing_id(mapped: Callable[..., Any]) -> None:
    bound = _bind("declaration_id", mapping=mapped("declarant_id: {default: D1}"))

    assert {"declaration_id": "declaration_id"} == _sources(bound)


def test_a_pointer_is_believed_to_lead_somewhere(mapped: Callable[..., Any]) -> None:
    mapping = mapped("declarant_id: /sender/id", "declaration_id: /ref")

    assert {"/sender/id", "/ref"} <= set(_bind("sender", "ref", mapping=mapping, open_ended=True).wanted.columns)


def test_a_name_that_stands_twice_is_refused(refusal: Any) -> None:
    refused = refusal(lambda: _bind("declarant_id", "declaration_id", "a", "a"))

    assert ("dataset.reader.column_twice", "a") == (refused.code, refused.place.field)


def test_unknown_columns_and_those_that_the_mapping_misses_are_told(mapped: Callable[..., Any]) -> None:
    bound = _bind("declarant_id", "declaration_id", "Colour", mapping=mapped("origin: Land", "hs_code: Colour"))
    alone = _bind("declarant_id", "declaration_id", "Colour")

    assert ["x.csv: columns of the mapping are not in the file: Land"] == [one.en for one in bound.notices]
    assert ["x.csv: columns that the data set does not know were ignored: Colour"] == [one.en for one in alone.notices]
    assert all("colonnes" in one.fr for one in (*bound.notices, *alone.notices))


def test_a_real_file_is_bound_by_its_shipped_mapping() -> None:
    from passavant.dataset.mapping import load_mapping

    path = Path(__file__).parents[1] / "fixtures" / "korea" / "declarations.csv"
    header = path.read_text().splitlines()[0].split(",")

    bound = _bind(*header, mapping=load_mapping("korea"))

    assert {"Declaration ID", "Declarant ID", "Item Price"} <= set(bound.wanted.columns)
