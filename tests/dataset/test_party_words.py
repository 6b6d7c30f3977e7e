"""Texts that stand where a name or an address should be."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from passavant.dataset.keys import normalise
from passavant.dataset.party_words import party_stop_words


@pytest.fixture
def stops(take: Callable[..., Any], write: Callable[..., Path]) -> Callable[..., list[bool | None]]:
    """Return a function that gives, for names and addresses, whether a stop word stands for the importer."""

    def run(*parties: tuple[str | None, str | None], role: str = "importer") -> list[bool | None]:
        rows = [
            {"declarant_id": "D1", "declaration_id": f"A{n}", f"{role}_name": name, f"{role}_address": address}
            for n, (name, address) in enumerate(parties)
        ]
        text = "".join(json.dumps(row) + "\n" for row in rows)
        return [row[f"{role}_party_stop"] for row in take(write(text, "day.jsonl")).rows]

    return run


def test_terms_are_normalised_and_cover_the_three_languages() -> None:
    terms = party_stop_words()

    assert {"n a", "unknown", "neant", "a preciser", "desconocido", "anonimo", "null", "0"} <= terms
    assert [] == [term for term in terms if term != normalise(term) or not term]


@pytest.mark.parametrize(
    "name", ["N/A", "n.a.", "UNKNOWN", " Néant ", "neant", "s/o", "Dirección desconocida", "-", "..."]
)
@pytest.mark.parametrize("role", ["importer", "exporter"])
def test_a_stop_word_is_known_in_any_spelling(name: str, role: str, stops: Callable[..., list[bool | None]]) -> None:
    assert [True, True] == stops((name, "1 rue X, Paris"), ("Ada Lund", name), role=role)


@pytest.mark.parametrize("name", ["Unknown Pleasures Ltd", "Test-Achats", "Naomi", "N", "No", "11", "Client Earth"])
def test_a_name_that_only_begins_with_a_stop_word_is_a_name(name: str, stops: Callable[..., list[bool | None]]) -> None:
    assert [False] == stops((name, "1 rue X, Paris"))


def test_each_row_is_judged_alone_and_nobody_declared_is_not_judged(stops: Callable[..., list[bool | None]]) -> None:
    parties = [("Ada", "1 rue X"), ("none", "1 rue X"), (None, None), ("Ada", None), (None, "n/a"), ("", "")]

    for role in ("importer", "exporter"):
        assert [False, True, None, False, True, None] == stops(*parties, role=role)
