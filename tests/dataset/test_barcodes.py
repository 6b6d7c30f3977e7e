r"""What scanners give is read as the UPU and GS1 say, wrong check digits are told with the right ones, garbage is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passavant.dataset.barcodes import LONGEST, Scanned, read_scan
from passavant.dataset.gs1 import SEPARATOR, check_digit
from passavant.dataset.s10 import compose
from passavant.errors import BadInput

#: From the UPU's S10-12 (serial 47312482, digit 9), GS1's EPC Tag Data Standard (SSCC, GSIN, GINC) and Digital Link (GTIN).
_SSCC, _GSIN, _GINC, _GTIN = "106141412345678908", "40123452223334442", "401234522233ABcd", "09506000134352"
_DIGITS = st.text("0123456789", min_size=1, max_size=17)


@pytest.mark.parametrize(
    ("scanned", "kind", "value"),
    [
        ("RR473124829GB", "s10", "RR473124829GB"),
        ("rr 473 124 829 gb\r\n", "s10", "RR473124829GB"),
        ("]C0RR287043775IN", "s10", "RR287043775IN"),
        (f"]C100{_SSCC}", "sscc", _SSCC),
        (f"]d200{_SSCC}", "sscc", _SSCC),
        (f"]Q300{_SSCC}", "sscc", _SSCC),
        (f"]e000{_SSCC}", "sscc", _SSCC),
        (f"{SEPARATOR}00{_SSCC}", "sscc", _SSCC),
        (f"00{_SSCC}", "sscc", _SSCC),
        (f"(00){_SSCC}", "sscc", _SSCC),
        (f"(00) {_SSCC} (420)75008", "sscc", _SSCC),
        (f"]C100{_SSCC}42075008{SEPARATOR}403HUB7", "sscc", _SSCC),
        (f"]C1403HUB7{SEPARATOR}00{_SSCC}", "sscc", _SSCC),
        (f"]C1401{_GINC}", "ginc", _GINC),
        (f"]C1402{_GSIN}", "gsin", _GSIN),
        (f"]C101{_GTIN}10LOT{SEPARATOR}21SERIAL", "gtin", _GTIN),
        ("]E09506000134352", "gtin", _GTIN),
        ("]C1400PO-77", "order", "PO-77"),
        (f"https://id.gs1.org/00/{_SSCC}", "sscc", _SSCC),
        (f"https://carrier.example/any/path/00/{_SSCC}?403=HUB7", "sscc", _SSCC),
        (f"HTTPS://ID.GS1.ORG/402/{_GSIN}", "gsin", _GSIN),
        (f"https://id.gs1.org/401/{_GINC}", "ginc", _GINC),
        ("https://id.gs1.org/01/9506000134352/10/ABC%2F1?17=261231", "gtin", _GTIN),
        ("FR:LP:77", "consignment", "FR:LP:77"),
        ("FR:L'Œuvre:2026-77.a", "consignment", "FR:L'Œuvre:2026-77.a"),
        ("https://customs.example/en/declarations/FR:LP:77/", "consignment", "FR:LP:77"),
        ("https://customs.example/fr/declarations/FR%3ALP%3A77", "consignment", "FR:LP:77"),
        ("1z 999-aa1", "waybill", "1Z999-AA1"),
        (_SSCC, "waybill", _SSCC),
        ("020-12345675", "waybill", "020-12345675"),
    ],
)  # fmt: skip
def test_each_code_is_read_as_what_it_is(scanned: str, kind: str, value: str) -> None:
    found = read_scan(scanned, own_hosts={"customs.example"})

    assert (kind, value) == (found.kind, found.value)


def test_the_parts_of_a_code_are_told_apart() -> None:
    scanned = read_scan(f"]C1403HUB7{SEPARATOR}00{_SSCC}421250AB1")

    assert {"403": "HUB7", "00": _SSCC, "421": "250AB1"} == scanned.fields
    assert {"indicator": "RR", "serial": "47312482", "country": "GB"} == read_scan("RR473124829GB").fields
    assert {"administration": "FR", "declarant_id": "LP", "declaration_id": "77"} == read_scan("FR:LP:77").fields


def test_names_and_addresses_of_people_are_left_out() -> None:
    scanned = read_scan(f"]C100{_SSCC}4301JOHN+DOE{SEPARATOR}4302RUE+1{SEPARATOR}403HUB7")

    assert {"00": _SSCC, "403": "HUB7"} == scanned.fields


@pytest.mark.parametrize(
    ("scanned", "right"),
    [
        ("RR473124828GB", "RR473124829GB"),
        ("]C100106141412345678907", "(00)106141412345678908"),
        ("(402)40123452223334441", "(402)40123452223334442"),
        ("https://id.gs1.org/01/09506000134351", "(01)09506000134352"),
    ],
)
def test_a_wrong_check_digit_is_told_with_the_right_one(scanned: str, right: str) -> None:
    with pytest.raises(BadInput) as refused:
        read_scan(scanned)

    assert "dataset.barcode.check_digit" == refused.value.code
    assert all(right in text for text in refused.value.expected)


@pytest.mark.parametrize(
    "scanned",
    ["", " ", "\x00\x01", "A\x1b[31m", "x" * (LONGEST + 1), "ab", "{\"id\": 1}", "hello, world", "]C1", "]C1999", "]C100123", f"]C100{_SSCC}00{_SSCC[:-2]}16", "(00)", "(00)12(", "(001)12", "https://", "http://[", "https://elsewhere.example/declarations/FR:LP:77", "ftp://id.gs1.org/00/" + _SSCC, "FR::77", "]C1410123", "]C1403" + "x" * 31, "٣٣٣٣"],
    ids=lambda text: repr(text)[:25],
)  # fmt: skip
def test_what_is_no_code_of_a_consignment_is_refused(scanned: str) -> None:
    with pytest.raises(BadInput) as refused:
        read_scan(scanned, own_hosts={"customs.example"})

    assert refused.value.expected[0] != refused.value.expected[1]


@given(st.one_of(st.text(max_size=60), st.text("()0123456789]CdQe:/\x1dAZhtps.", max_size=60)))
def test_nothing_but_bad_input_comes_of_any_text(text: str) -> None:
    try:
        found: Scanned | None = read_scan(text)
    except BadInput:
        found = None

    assert found is None or found.value


@given(st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=2, max_size=2), st.integers(0, 99_999_999), st.sampled_from(["FR", "SN", "NG", "KR"]))  # fmt: skip
def test_every_s10_is_read_back_and_noted_as_coming_back(indicator: str, serial: int, country: str) -> None:
    code = compose(indicator, f"{serial:08d}", country)
    found = read_scan(code)

    assert ("s10", code) == (found.kind, found.value)
    assert found.note is not None
    assert "12" in found.note.fr


@given(_DIGITS, st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_never_has_the_check_digit_of_the_right_one(digits: str, place: int, change: int) -> None:
    place %= len(digits)
    wrong = digits[:place] + str((int(digits[place]) + change) % 10) + digits[place + 1 :]

    assert check_digit(digits) != check_digit(wrong)


@given(st.text("0123456789", min_size=17, max_size=17), st.text("ABCxyz019-", min_size=1, max_size=20), st.booleans())
def test_elements_are_read_whatever_their_order(digits: str, route: str, first: bool) -> None:
    sscc = f"00{digits}{check_digit(digits)}"
    text = f"{sscc}403{route}" if first else f"403{route}{SEPARATOR}{sscc}"

    assert {"00": sscc[2:], "403": route} == read_scan(f"]C1{text}").fields
