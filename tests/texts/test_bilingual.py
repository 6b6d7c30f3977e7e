"""Numbers, days and text from outside, as each language and every terminal can show them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from passavant.texts import colon, day, exact, visible
from passavant.texts.file_faults import fault_of


@pytest.mark.parametrize(
    ("value", "en", "fr"),
    [("0.05", "0.05", "0,05"), ("2.50", "2.5", "2,5"), ("0.861697544162", "0.861697544162", "0,861697544162"), ("1E+3", "1,000", "1\u202f000")],
)  # fmt: skip
def test_a_number_keeps_the_decimals_it_has(value: str, en: str, fr: str) -> None:
    assert en == exact(Decimal(value), "en")
    assert fr == exact(Decimal(value), "fr")


def test_a_day_is_written_as_the_language_writes_it() -> None:
    assert "2026-07-01" == day(dt.date(2026, 7, 1), "en")
    assert "01/07/2026" == day(dt.date(2026, 7, 1), "fr")
    assert "—" == day(None, "fr")


def test_a_french_colon_does_not_part_from_its_word() -> None:
    assert (": ", "\u00a0: ") == (colon("en"), colon("fr"))


@pytest.mark.parametrize(
    "unsafe", ["\x1b]0;title\x07", "\x9b31m", "\u202eevil", "\u2028", "\udcff", "\r", "\n", "\x7f"]
)
def test_what_could_steer_a_terminal_is_replaced(unsafe: str) -> None:
    shown = visible(f"shirt{unsafe}")

    assert "\ufffd" in shown
    assert not set(unsafe) & set("\x1b\x07\x9b\u202e\u2028\udcff\r\n\x7f") & set(shown)


def test_letters_of_every_script_stay() -> None:
    assert "chemise bleue – 蓝色衬衫 – قميص" == visible("chemise bleue – 蓝色衬衫 – قميص")


def test_a_system_error_is_said_in_words() -> None:
    assert "Errno" not in fault_of(PermissionError(13, "Permission denied")).en
    assert "No space left" in fault_of(OSError(28, "No space left on device")).en
