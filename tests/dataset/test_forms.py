"""One text alone is judged as a column of texts is, and a limit is the one that holds."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from passavant.dataset.forms import largest, names_zone, readable
from passavant.dataset.schema import load_schema

_TEXTS = {
    "intrinsic_value": ["12.50", "-3", ".5", "5.", "1e3", "12,50", "1 000", "many", "1e13", "1_000", "NaN", "٣"],
    "gross_mass_kg": ["99999999999", "100000000000", "1e300"],
    "item_no": ["1", "1.0", "0", "-1", "1.5", "2147483647", "2147483648", "one"],
    "packages": ["0", "-1", "1.00004", "3000000000"],
    "lodged_at": [
        *("2026-07-01", "2026-7-1", "2026-07-01T09:30", "2026-07-01 09:30:00.5", "2026-07-01T09:30:00.25+02:00"),
        *("2026-07-01T09:30:00z", "2026-07-01 09:30 UTC", "2026-07-01T09:30:00+02:99", "2026-02-30", "1899-12-31"),
        *("2200-01-01", "01/07/2026", "soon", "2026-07-01T25:00"),
    ],
    "second_hand": ["true", "Oui", "0", "n", "perhaps", "2"],
}


@pytest.mark.parametrize(("name", "texts"), _TEXTS.items(), ids=_TEXTS)
def test_a_text_is_readable_where_its_row_would_be_accepted(
    name: str, texts: list[str], read_column: Callable[..., list[Any]]
) -> None:
    element = load_schema().element(name)

    accepted = [not isinstance(value, tuple) for value in read_column(name, texts)]

    assert {True, False} >= set(accepted)
    assert dict(zip(texts, accepted, strict=True)) == {text: readable(element, text) for text in texts}


def test_the_options_of_a_mapping_count() -> None:
    value, mass, lodged = (load_schema().element(name) for name in ("intrinsic_value", "gross_mass_kg", "lodged_at"))

    assert readable(value, "1.234,50", decimal_comma=True)
    assert not readable(value, "12.34,50", decimal_comma=True)
    assert readable(mass, "100000000000", factor=Decimal("0.001"))
    assert readable(lodged, "01/07/2026", date_format="%d/%m/%Y")


@pytest.mark.parametrize(
    ("name", "factor", "most"),
    [
        ("intrinsic_value", None, 10**12),
        ("gross_mass_kg", None, 10**11 - 1),
        ("gross_mass_kg", Decimal("0.001"), 10**14 - 1000),
        ("packages", None, 2**31 - 1),
    ],
)
def test_the_limit_is_that_of_the_column_in_the_unit_of_the_source(
    name: str, factor: Decimal | None, most: int
) -> None:
    assert most == largest(load_schema().element(name), factor)


@pytest.mark.parametrize(
    ("form", "named"), [("%H:%M %z", True), ("%H %Z", True), ("%H%%z", False), ("%d/%m/%Y", False)]
)
def test_a_date_format_may_name_its_zone(form: str, named: bool) -> None:
    assert named == names_zone(form)
