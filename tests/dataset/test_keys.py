"""Party keys: one party one key, whatever its spelling; nobody without the secret makes one."""

# ruff: noqa: RUF001  (letters that look like others are what is tested)
from __future__ import annotations

import hashlib
import hmac
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from passavant.dataset.keys import Hasher, id_form, id_text, normalise, party_key, party_text

SECRET = b"a secret for tests only"
_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.text(
    "aAéÉßøÆœŁİıσςΣ -.,'’/&\u0301\u00a0\u3000ﬁ９Ⅷ東ガｶﾞか゛क़़्한\u200b\0", max_size=12
)


def _reference(secret: bytes, text: str) -> int:
    """Return the key as the definition says it: the first 8 bytes of HMAC-SHA-256, big-endian and signed."""
    return int.from_bytes(hmac.new(secret, text.encode("utf-8"), hashlib.sha256).digest()[:8], "big", signed=True)


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("  Société  GÉNÉRALE, S.A. ", "societe generale s a"),
        ("O'Brien & Søn (A/S)", "o brien son a s"),
        ("ŁÓDŹ Œuvre Æsir Þór Đà Straße", "lodz oeuvre aesir thor da strasse"),
        ("ﬁne №５ Ⅷ ㎏", "fine no5 viii kg"),
        ("Istanbul İSTANBUL ıstanbul", "istanbul istanbul istanbul"),
        ("ΣΊΣΥΦΟΣ Σίσυφος", "σισυφοσ σισυφοσ"),
        ("Москва, ЁЛКА", "москва елка"),
        ("東京都　千代田区", "東京都 千代田区"),
        ("...—!", ""),
        ("", ""),
        (" \t\r\n\u00a0\u2003", ""),
        ("a\0b_c", "a b c"),
    ],
)
def test_normalising_takes_off_accents_case_and_punctuation(text: str, normal: str) -> None:
    assert normal == normalise(text)


def test_signs_that_make_another_letter_are_kept() -> None:
    assert normalise("か") != normalise("が")
    assert normalise("ग") != normalise("ग़")
    assert normalise("ガ") == normalise("ｶﾞ")


@settings(max_examples=200, deadline=None)
@given(_TEXT)
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = normalise(text)

    assert once == normalise(once)
    assert once == " ".join(once.split())


@settings(max_examples=200, deadline=None)
@given(_TEXT, st.sampled_from(["NFC", "NFD", "NFKC", "NFKD"]))
def test_case_and_composition_do_not_matter(text: str, form: str) -> None:
    variants = [text.upper(), text.lower(), text.title(), unicodedata.normalize(form, text)]

    assert {normalise(text)} == {normalise(one) for one in variants}


_LATIN = st.text("abcdefghijklmnopqrstuvwxyzéèüñçåABCÉ", min_size=1, max_size=8)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(_LATIN, min_size=1, max_size=4),
    st.lists(st.text(" .,-/'’()&\u00a0", min_size=1, max_size=3), min_size=5, max_size=5),
)
def test_punctuation_between_words_does_not_matter(words: list[str], gaps: list[str]) -> None:
    spelt = gaps[-1] + "".join(word + gap for word, gap in zip(words, gaps, strict=False))

    assert normalise(" ".join(words)) == normalise(spelt)


@pytest.mark.parametrize(
    ("name", "address", "country", "text"),
    [
        ("Ada Lund", "1, rue X", "fr", "ada lund|1 rue x|FR"),
        ("Ada Lund", None, None, "ada lund||"),
        (None, "1, rue X", " no ", "|1 rue x|NO"),
        (None, None, "NO", None),
        ("-", "...", "NO", None),
        ("", "", None, None),
        ("ada|lund", "", "", "ada lund||"),
    ],
)
def test_the_text_of_a_party_is_its_name_address_and_country(
    name: str | None, address: str | None, country: str | None, text: str | None
) -> None:
    assert text == party_text(name, address, country)


@pytest.mark.parametrize(
    ("identifier", "text"),
    [
        ("FR 123-456", "id|fr123456"),
        ("fr123456", "id|fr123456"),
        ("é1", "id|e1"),
        ("--", None),
        ("", None),
        (None, None),
    ],
)
def test_the_text_of_an_id_is_the_id_without_spaces(identifier: str | None, text: str | None) -> None:
    assert text == id_text(identifier)


def test_a_name_and_an_id_that_read_alike_have_two_keys() -> None:
    name, identifier = party_text("id", None, None), id_text("id")

    assert name is not None
    assert identifier is not None
    assert party_key(SECRET, name) != party_key(SECRET, identifier)


@pytest.mark.parametrize("length", [0, 16, 63, 64, 65, 200])  # 64: a block of SHA-256
def test_a_secret_may_have_any_length(length: int) -> None:
    secret = bytes(range(length))

    assert [_reference(secret, "ada lund||NO")] * 2 == [
        party_key(secret, "ada lund||NO"),
        *Hasher(secret).many([b"ada lund||NO"]).tolist(),
    ]


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=100), _TEXT)
def test_a_key_is_the_start_of_the_hmac(secret: bytes, text: str) -> None:
    assert _reference(secret, text) == party_key(secret, text)
    assert [_reference(secret, text)] == Hasher(secret).many([text.encode()]).tolist()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.binary(max_size=200), max_size=20), st.binary(min_size=1, max_size=100))
def test_many_keys_are_those_of_each_text_in_order(texts: list[bytes], secret: bytes) -> None:
    expected = [
        int.from_bytes(hmac.digest(secret, text, "sha256")[:8], "big", signed=True) for text in texts
    ]  # fmt: skip

    assert expected == Hasher(secret).many(iter(texts)).tolist()


@settings(max_examples=60, deadline=None)
@given(_TEXT, st.binary(min_size=16, max_size=32), st.binary(min_size=16, max_size=32))
def test_another_secret_gives_another_key(text: str, one: bytes, other: bytes) -> None:
    assert (one.ljust(64, b"\0") == other.ljust(64, b"\0")) == (party_key(one, text) == party_key(other, text))


@pytest.mark.parametrize(
    ("identifier", "form"),
    [("P123-45", "A999-99"), ("æé٣x", "AA9A"), ("", ""), ("東 1", "A 9"), ("a_b/c", "A_A/A")],
)
def test_the_form_of_an_id_gives_nothing_of_its_content(identifier: str, form: str) -> None:
    assert form == id_form(identifier)


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(codec="ascii"), max_size=10))
def test_the_form_of_a_plain_id_has_its_length_and_neither_letters_nor_digits_of_its_own(identifier: str) -> None:
    form = id_form(identifier)

    assert len(identifier) == len(form)
    assert {"A" if one.isalpha() else "9" if one.isdigit() else one for one in identifier} == set(form)
