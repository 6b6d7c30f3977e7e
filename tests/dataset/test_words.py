"""Terms too general to describe goods: alone, inside a longer text, and not inside another word."""

from __future__ import annotations

import datetime as dt

import pytest

from passavant.dataset.words import alone_pattern, embedded_pattern, stop_words
from passavant.engines import Engine

TODAY = dt.date(2026, 7, 1)
FIRST_DAY = dt.date(2023, 3, 1)


def _matches(engine: Engine, pattern: str, text: str) -> bool:
    return bool(engine.con.con.execute("SELECT regexp_matches($1, $2)", [text, pattern]).fetchone()[0])


def test_terms_are_in_order_once_each_and_in_small_letters() -> None:
    terms = stop_words(TODAY)

    assert sorted(set(terms)) == list(terms)
    assert [] == [term for term in terms if term != " ".join(term.lower().split())]
    assert {"gift", "parts", "pièces détachées", "échantillon", "muestra", "freight all kinds"} <= set(terms)


def test_a_term_holds_from_its_day_on() -> None:
    assert () == stop_words(FIRST_DAY - dt.timedelta(days=1))
    assert stop_words(FIRST_DAY) == stop_words(TODAY)


@pytest.mark.parametrize("term", stop_words(TODAY))
def test_every_term_is_found_alone_and_inside_a_longer_text(term: str, engine: Engine) -> None:
    for text in (term, f"  {term}. ", f"({term})", term.replace(" ", " - ")):
        assert _matches(engine, alone_pattern(TODAY), text)
        assert _matches(engine, embedded_pattern(TODAY), text)
    for text in (f"blue {term}", f"{term} of wood", f"3 x {term}, new", f"old-{term}/new"):
        assert _matches(engine, embedded_pattern(TODAY), text)
        assert not _matches(engine, alone_pattern(TODAY), f"7 zebra {text}")


@pytest.mark.parametrize(
    "text",
    [
        *("", "...", "12", "blue cotton t-shirt", "giftedness", "regift", "partsman", "toyship", "itemised", "foodie"),
        *("échantillonneur", "xéchantillon", "machine-à-laver", "dénoxdox"),
        *("tableau des départs", "compteur de débits", "giftů", "ǆitems", "de\u0301parts", "partsễ"),
    ],
)
def test_a_term_inside_another_word_is_not_found(text: str, engine: Engine) -> None:
    assert not _matches(engine, embedded_pattern(TODAY), text)
    assert not _matches(engine, alone_pattern(TODAY), text)


@pytest.mark.parametrize("text", ["3×bags", "«parts»", "parts…", "\u00a0gift\u00a0box", "départs, parts"])
def test_signs_that_are_no_letters_part_words(text: str, engine: Engine) -> None:
    assert _matches(engine, embedded_pattern(TODAY), text)


@pytest.mark.parametrize("text", ["", "...", "blue cotton t-shirt", "gift"])
def test_before_the_first_list_no_text_holds_a_term(text: str, engine: Engine) -> None:
    day = FIRST_DAY - dt.timedelta(days=1)

    assert not _matches(engine, embedded_pattern(day), text)
    assert not _matches(engine, alone_pattern(day), text)


@pytest.mark.parametrize("text", ["gift card", "2 gifts", "parts: bolts", "échantillon de tissu", "n a x"])
def test_a_term_with_something_beside_it_is_not_alone(text: str, engine: Engine) -> None:
    assert _matches(engine, embedded_pattern(TODAY), text)
    assert not _matches(engine, alone_pattern(TODAY), text)
