"""Keys for whole columns: the same answers as one text at a time, whatever stands beside it."""

# ruff: noqa: RUF001  (letters that look like others are what is tested)
from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from passavant.dataset.key_columns import normalise_column
from passavant.dataset.keys import id_form, id_text, normalise, party_text
from passavant.settings import key_id

SECRET = b"a secret for tests only"


def _key(secret: bytes, text: str | None) -> int | None:
    if text is None:
        return None
    return int.from_bytes(hmac.new(secret, text.encode(), hashlib.sha256).digest()[:8], "big", signed=True)


@pytest.fixture(scope="module")
def keyed(take: Callable[..., Any], write: Callable[..., Path]) -> Callable[..., list[dict[str, Any]]]:
    """Return a function that takes in rows with parties, one consignment each."""

    def run(*rows: dict[str, Any], secret: bytes = SECRET) -> list[dict[str, Any]]:
        lines = [json.dumps({"declarant_id": "D1", "declaration_id": f"A{n}"} | row) for n, row in enumerate(rows)]
        found = take(write("\n".join(lines) + "\n", "day.jsonl"), secret=secret).rows
        assert len(rows) == len(found)
        return list(found)

    return run


_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.text(
    "aAéÉßøÆœŁİıσςΣ -.,'’/&\u0301\u00a0\u3000ﬁ９Ⅷ東ガｶﾞか゛क़़्한\u200b\0", max_size=12
)
_CELL = st.none() | _TEXT


@settings(max_examples=150, deadline=None)
@given(st.lists(_CELL, max_size=10), st.integers(0, 3), st.integers(0, 3))
def test_a_column_is_normalised_as_its_texts_are(texts: list[str | None], skip: int, leave: int) -> None:
    column = pa.array(texts, pa.string())
    part = column.slice(skip, max(len(texts) - skip - leave, 0))

    expected = [None if text is None else normalise(text) for text in part.to_pylist()]
    assert expected == normalise_column(part).to_pylist()


_PARTY = st.fixed_dictionaries(
    {
        "importer_name": _CELL,
        "importer_address": _CELL,
        "importer_country": st.sampled_from([None, "NO", "fr"]),
        "exporter_name": _CELL,
        "exporter_address": _CELL,
        "exporter_country": st.sampled_from([None, "CN", "us"]),
        "importer_id": st.none() | st.text("aZé9٣-/東", max_size=6),
        "exporter_id": _CELL,
    }
)


@settings(max_examples=25, deadline=None)
@given(rows=st.lists(_PARTY, min_size=1, max_size=8), secret=st.binary(min_size=16, max_size=80))
def test_the_keys_of_an_intake_are_those_of_the_definition(
    rows: list[dict[str, Any]], secret: bytes, keyed: Callable[..., list[dict[str, Any]]]
) -> None:
    found = keyed(*rows, secret=secret)

    for row, got in zip(rows, found, strict=True):
        for role in ("importer", "exporter"):
            party = party_text(*(row[f"{role}_{part}"] for part in ("name", "address", "country")))
            assert _key(secret, party) == got[f"{role}_key"]
            assert _key(secret, id_text(row[f"{role}_id"])) == got[f"{role}_id_key"]
        assert (id_form(row["importer_id"]) if row["importer_id"] else None) == got["importer_id_form"]


def test_spellings_of_one_party_share_a_key_and_another_party_has_its_own(
    keyed: Callable[..., list[dict[str, Any]]],
) -> None:
    spellings = [
        ("Société Générale", "1, rue d'Été"),
        ("SOCIETE GENERALE", "1 Rue d’été"),
        (" société-générale.", "1 rue d ete"),
    ]
    rows = [
        {"exporter_name": name, "exporter_address": address, "exporter_country": "FR"} for name, address in spellings
    ]

    keys = [row["exporter_key"] for row in keyed(*rows, rows[0] | {"exporter_country": "BE"})]

    assert {keys[0]} == set(keys[:3])
    assert keys[0] != keys[3]


def test_a_sign_that_parts_fields_makes_two_parties_neither_one_nor_other(
    keyed: Callable[..., list[dict[str, Any]]],
) -> None:
    parties = [("a\x1fb", "c"), ("a", "b\x1fc")]

    found = keyed(*({"exporter_name": name, "exporter_address": address} for name, address in parties))

    assert [_key(SECRET, party_text(*party, None)) for party in parties] == [row["exporter_key"] for row in found]


def test_importer_and_exporter_of_one_name_share_a_key(keyed: Callable[..., list[dict[str, Any]]]) -> None:
    (row,) = keyed({"importer_name": "Ada", "importer_country": "NO", "exporter_name": "ADA", "exporter_country": "no"})

    assert row["importer_key"] == row["exporter_key"]


def test_where_no_party_is_declared_there_is_no_key(keyed: Callable[..., list[dict[str, Any]]]) -> None:
    rows = keyed({}, {"importer_name": "", "importer_country": "NO", "importer_id": "-"}, {"importer_name": "?"})

    assert [(None, None)] * 3 == [(row["importer_key"], row["importer_id_key"]) for row in rows]
    assert [None, None, True] == [row["importer_party_stop"] for row in rows]
    assert [False, False, True] == [row["importer_name_given"] for row in rows]
    assert [None, "-", None] == [row["importer_id_form"] for row in rows]


def test_another_secret_gives_other_keys_and_another_key_id(
    keyed: Callable[..., list[dict[str, Any]]], take: Callable[..., Any], write: Callable[..., Path]
) -> None:
    party = {"importer_name": "Ada", "importer_id": "1", "exporter_name": "Shop", "exporter_id": "2"}
    names = ("importer_key", "importer_id_key", "exporter_key", "exporter_id_key", "stratum_draw")

    (one,), (other,) = keyed(party), keyed(party, secret=b"quite another secret")

    assert [] == [name for name in names if one[name] == other[name]]
    assert key_id(SECRET) == take(write("declarant_id,declaration_id\nD1,A1\n")).intake.key_id


def test_the_draw_of_a_consignment_depends_on_its_id_and_not_on_its_version(
    keyed: Callable[..., list[dict[str, Any]]],
) -> None:
    same = {"declaration_id": "A"}
    rows = keyed(same, same | {"version": 2}, same | {"item_no": 2}, {"declaration_id": "B"})

    draws = [row["stratum_draw"] for row in rows]
    reference = hmac.new(SECRET, b"stratum|NO:D1:A", hashlib.sha256).digest()[:8]
    assert [int.from_bytes(reference, "big") >> 1] * 3 == draws[:3]
    assert draws[3] not in draws[:3]


def test_no_name_address_or_id_is_in_what_intake_writes(take: Callable[..., Any], write: Callable[..., Path]) -> None:
    text = (
        "declarant_id,declaration_id,importer_name,importer_address,importer_id,exporter_name,exporter_id,quantity\n"
        + "".join(f"D1,A{n},Zebedee,Quokka Lane,XANADU77,Wombatworks,YGGDRASIL,1\n" for n in range(50))
        + "D1,B1,Zebedee,Quokka Lane,XANADU77,Wombatworks,YGGDRASIL,many\n"
    )

    taken = take(write(text))

    for path in taken.intake.parquet[0].parent.iterdir():
        shown = str(pq.read_table(path).to_pylist()) if path.suffix == ".parquet" else path.read_text()
        for secret in ("Zebedee", "Quokka", "XANADU77", "Wombat", "YGGDRASIL"):
            assert secret not in shown
            assert secret.encode() not in path.read_bytes()
