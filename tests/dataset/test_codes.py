"""Countries: the ISO list, both languages, and the few codes beside it."""

from __future__ import annotations

from passavant.dataset.codes import countries, country_codes, country_name


def test_iso_assigns_249_codes_and_customs_adds_four() -> None:
    assert 249 == len(country_codes(official_only=True))
    assert {"XC", "XI", "XK", "XL"} == country_codes() - country_codes(official_only=True)


def test_codes_are_two_capitals_in_order() -> None:
    codes = list(countries())

    assert sorted(codes) == codes
    assert all(len(code) == 2 and code.isascii() and code.isupper() for code in codes)


def test_namibia_norway_and_no_mistaken_code() -> None:
    assert {"NA", "NO", "GB", "TW"} <= country_codes()
    assert not {"UK", "EL", "EU", "AN", ""} & country_codes()


def test_every_country_has_a_short_name_of_its_own_in_both_languages() -> None:
    listed = list(countries().values())

    assert len(listed) == len({one.en for one in listed}) == len({one.fr for one in listed})
    assert [] == [one for one in listed if not (one.en and one.fr) or "&" in one.en + one.fr or "(the)" in one.en]


def test_names_are_given_in_the_language_asked_for() -> None:
    assert ("South Korea", "Corée du Sud") == (country_name("KR", "en"), country_name("KR", "fr"))
    assert ("United Kingdom", "Royaume-Uni") == (country_name("GB", "en"), country_name("GB", "fr"))
    assert "QZ" == country_name("QZ", "fr")
