"""What a mapping must fulfil beyond its shape is told when it is read."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize("encoding", ["utf-9", "hex", "rot13", "idna", "undefined"])
def test_an_encoding_in_which_no_file_can_be_read_is_refused(encoding: str, mapped: Any, refusal: Any) -> None:
    assert "encoding" == refusal(lambda: mapped(file=f"encoding: {encoding}")).place.field


@pytest.mark.parametrize("encoding", ["utf-8", "UTF-16", "cp1252", "latin-1", "shift_jis", "euc-kr", "utf-8-sig"])
def test_a_known_encoding_is_taken(encoding: str, mapped: Any) -> None:
    assert encoding == mapped(file=f"encoding: {encoding}").encoding


@pytest.mark.parametrize("delimiter", ["§", "€", '\\"', "\\n", "\\r"])
def test_a_delimiter_that_cannot_be_one_is_refused(delimiter: str, mapped: Any, refusal: Any) -> None:
    refused = refusal(lambda: mapped(file=f'delimiter: "{delimiter}"'))

    assert "delimiter" == refused.place.field
    assert "one ASCII character other than a quote or a line end" in refused.text


@pytest.mark.parametrize("column", ["quantity: {default: many}", "item_no: {default: 0}", "lodged_at: {default: soon}"])
def test_a_default_that_cannot_be_read_is_refused(column: str, mapped: Any, refusal: Any) -> None:
    refused = refusal(lambda: mapped(column))

    assert f"columns.{column.split(':', 1)[0]}.default" == refused.place.field
    assert "a value such as" in refused.text


@pytest.mark.parametrize(
    ("column", "file"),
    [
        ("quantity: {default: '2,5'}", "decimal_comma: true"),
        ("lodged_at: {default: 01/07/2026}", 'date_format: "%d/%m/%Y"'),
        ("item_no: {default: 1}", ""),
        ("second_hand: {default: non}", ""),
    ],
)
def test_a_default_is_read_as_the_mapping_says(column: str, file: str, mapped: Any) -> None:
    assert mapped(column, file=file).columns[column.partition(":")[0]].default
