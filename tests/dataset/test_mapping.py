"""Mappings: how a foreign file says what ours says; each mistake is named with file, line and field."""

from __future__ import annotations

import os
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from passavant.dataset.mapping import Mapping, load_mapping, shipped_mappings
from passavant.errors import BadInput

GOOD = """\
version: 1
title: {en: A sender, fr: Un expéditeur}
source: invented
licence: CC0-1.0
encoding: cp1252
delimiter: ";"
time_zone: Europe/Paris
date_format: "%d/%m/%Y"
decimal_comma: true
columns:
  declarant_id: Sender
  declaration_id: {from: Reference}
  gross_mass_kg: {from: Grams, factor: "0.001", decimal_comma: false}
  lodged_at: {from: Date, date_format: "%Y%m%d"}
  second_hand: {from: Used, values: {true: true, 0: no, "*": yes}}
  nature: {default: sale}
not_supplied:
  - hs_code
  - origin
"""


@pytest.fixture
def load(write: Callable[..., Path]) -> Callable[..., Mapping]:
    """Return a function that loads the good mapping with some text replaced."""

    def changed(old: str = "", new: str = "") -> Mapping:
        assert old in GOOD
        return load_mapping(write(GOOD.replace(old, new, 1) if old else GOOD, "sender.yaml"))

    return changed


def test_a_mapping_says_what_its_file_says(load: Callable[..., Mapping]) -> None:
    mapping = load()

    assert ("sender", 1, "Un expéditeur") == (mapping.name, mapping.version, mapping.title.fr)
    assert ("cp1252", ";", "Europe/Paris") == (mapping.encoding, mapping.delimiter, mapping.time_zone)
    assert (["hs_code", "origin"], True) == (mapping.not_supplied, mapping.decimal_comma)


def test_the_short_form_of_a_column_is_the_long_one(load: Callable[..., Mapping]) -> None:
    columns = load().columns

    assert ("Sender", "Reference") == (columns["declarant_id"].source, columns["declaration_id"].source)
    assert columns["declaration_id"] == load("{from: Reference}", "Reference").columns["declaration_id"]


def test_values_are_texts_as_a_data_file_writes_them(load: Callable[..., Mapping]) -> None:
    assert {"true": "true", "0": "no", "*": "yes"} == load().columns["second_hand"].values


@pytest.mark.parametrize("written", ['"0.001"', "0.001"])
def test_a_factor_is_exact_however_it_is_written(written: str, load: Callable[..., Mapping]) -> None:
    assert Decimal("0.001") == load('"0.001"', written).columns["gross_mass_kg"].factor


def test_what_a_column_does_not_say_stays_open(load: Callable[..., Mapping]) -> None:
    columns = load().columns

    assert ("%Y%m%d", None) == (columns["lodged_at"].date_format, columns["declarant_id"].date_format)
    assert (False, None) == (columns["gross_mass_kg"].decimal_comma, columns["nature"].decimal_comma)
    assert ("sale", None) == (columns["nature"].default, columns["nature"].source)


@pytest.mark.parametrize(
    ("old", "new", "line", "field", "says"),
    [
        ("version: 1\n", "", 1, "version", "Field required"),
        ("licence: CC0-1.0\n", "", 1, "licence", "Field required"),
        (", fr: Un expéditeur", "", 2, "title.fr", "Field required"),
        ("licence:", "license: x\nlicence:", 4, "license", "unknown key 'license'"),
        ('delimiter: ";"', 'delimiter: ";;"', 6, "delimiter", "at most 1 character"),
        ("cp1252", "utf-9", 5, "encoding", "the encoding is not known"),
        ("cp1252", "hex", 5, "encoding", "the encoding is not known"),
        ("cp1252", "rot13", 5, "encoding", "the encoding is not known"),
        ('delimiter: ";"', 'delimiter: ""', 6, "delimiter", "at least 1 character"),
        ("Europe/Paris", "Europe/Pariss", 7, "time_zone", "the time zone is not known"),
        ("Europe/Paris", "../etc/passwd", 7, "time_zone", "the time zone is not known"),
        ("decimal_comma: true", "decimal_comma: perhaps", 9, "decimal_comma", "valid boolean"),
        ("declarant_id: Sender", "declarant: Sender", 11, "columns.declarant", "no element 'declarant'"),
        ("{from: Reference}", "{}", 12, "columns.declaration_id", "needs `from:` or `default:`"),
        ("{from: Reference}", '{from: ""}', 12, "columns.declaration_id.from", "at least 1 character"),
        ("{from: Reference}", "{from: R, form: x}", 12, "columns.declaration_id.form", "unknown key 'form'"),
        ("{from: Reference}", "{from: R, factor: 2}", 12, "columns.declaration_id.factor", "belongs to a decimal"),
        ("{from: Reference}", '{from: R, date_format: "%d"}', 12, "columns.declaration_id.date_format", "to a date"),
        ('factor: "0.001"', "factor: many", 13, "columns.gross_mass_kg.factor", "valid decimal"),
        ('factor: "0.001"', "factor: 0", 13, "columns.gross_mass_kg.factor", "greater than 0"),
        ('factor: "0.001"', "factor: -1", 13, "columns.gross_mass_kg.factor", "greater than 0"),
        ('factor: "0.001"', 'factor: "0.0000000001"', 13, "columns.gross_mass_kg.factor", "decimal places"),
        ('factor: "0.001"', "factor: 123456789012345", 13, "columns.gross_mass_kg.factor", "digits"),
        ('"%Y%m%d"', '"%"', 14, "columns.lodged_at.date_format", "at least 2 characters"),
        ("0: no", "0: [no]", 15, "columns.second_hand.values.0", "valid string"),
        ("{default: sale}", "{default: []}", 16, "columns.nature.default", "valid string"),
        ("- origin", "- orgin", 19, "not_supplied.1", "no element 'orgin'"),
        ("- origin", "- nature", 19, "not_supplied.1", "both mapped and not supplied"),
        ("  nature:", "  declarant_id:", 16, "columns.declarant_id", "stands twice"),
        ("{default: sale}", "{default: sale", 17, None, "not valid YAML"),
        ("{default: sale}", "!!python/name:os.system", 16, None, "the tag"),
    ],
)
def test_each_mistake_is_named_with_its_file_line_and_field(
    old: str, new: str, line: int, field: str | None, says: str, load: Callable[..., Mapping], refusal: Any
) -> None:
    refused = refusal(lambda: load(old, new))

    assert ("sender.yaml", line, field) == (Path(refused.place.file).name, refused.place.line, refused.place.field)
    assert says in refused.text


def test_a_mistaken_element_is_answered_with_the_nearest_names(load: Callable[..., Mapping], refusal: Any) -> None:
    assert "hs_code" in refusal(lambda: load("- hs_code", "- hscode")).text


@pytest.mark.parametrize("content", [b"", b"just a text", b"- a\n- list\n", b"\xff\xfe"])
def test_a_file_that_is_no_mapping_at_all_is_refused(content: bytes, write: Callable[..., Path], refusal: Any) -> None:
    path = write(content, "sender.yaml")

    assert str(path) == refusal(lambda: load_mapping(path)).place.file


def test_a_mapping_that_was_changed_is_read_again(write: Callable[..., Path]) -> None:
    path = write(GOOD, "sender.yaml")
    before = load_mapping(path)
    path.write_text(GOOD.replace("Europe/Paris", "Asia/Seoul"))
    os.utime(path, ns=(0, 7))

    assert ["Europe/Paris", "Asia/Seoul"] == [before.time_zone, load_mapping(path).time_zone]


@pytest.mark.parametrize("name", ["nowhere", "folder/nowhere.yaml", "../korea"])
def test_an_unknown_mapping_is_answered_with_those_that_ship(name: str) -> None:
    with pytest.raises(BadInput, match="korea") as caught:
        load_mapping(name)

    assert ("dataset.mapping.unknown", 2) == (caught.value.code, caught.value.exit_code)


def test_every_shipped_mapping_is_found_by_its_name_and_gives_the_keys() -> None:
    shipped = shipped_mappings()

    assert "korea" in shipped
    assert shipped == {name: load_mapping(name) for name in shipped}
    assert all({"declarant_id", "declaration_id"} <= set(one.columns) for one in shipped.values())
