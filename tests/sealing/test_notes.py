"""Signed notes against published ones, and against every way in which they can be spoilt."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from passavant.errors import BadInput
from passavant.sealing.notes import (
    COSIGNATURE,
    ED25519,
    SignatureRefused,
    SigningKey,
    VerifierKey,
    open_note,
    sign_note,
    split_note,
)

VECTORS = json.loads((Path(__file__).parent.parent / "fixtures" / "sealing" / "vectors.json").read_text())
KEY = SigningKey.generate("seals.customs.example/log")


def _key(case: dict[str, Any]) -> VerifierKey:
    if "vkey" in case:
        return VerifierKey.parse(case["vkey"])
    name = split_note(case["note"])[0].split("\n")[0]
    return VerifierKey(name, ED25519, bytes.fromhex(case["ed25519_pub_hex"]))


@pytest.mark.parametrize("case", VECTORS["signed_note"], ids=lambda case: case["source"][:24])
def test_a_published_note_is_opened_with_its_key(case: dict[str, Any]) -> None:
    opened = open_note(case["note"], [_key(case)])

    assert [_key(case)] == [signature.key for signature in opened.signatures]
    assert case["note"] == opened.text + "\n" + "".join(opened.lines)


def test_a_written_key_is_read_back() -> None:
    assert KEY.verifier == VerifierKey.parse(str(KEY.verifier))


@pytest.mark.parametrize("spoil", ["name", "id", "kind", "short"])
def test_a_key_that_contradicts_itself_is_refused(spoil: str) -> None:
    name, identity, public = str(KEY.verifier).split("+", 2)
    written = {
        "name": f"other+{identity}+{public}",
        "id": f"{name}+00000000+{public}",
        "kind": str(VerifierKey(KEY.name, 0x02, KEY.verifier.public)),
        "short": f"{name}+{identity}",
    }[spoil]

    with pytest.raises(BadInput):
        VerifierKey.parse(written)


def test_a_changed_text_is_refused() -> None:
    note = sign_note("a text\n", [KEY]).replace("a text", "another text")

    with pytest.raises(BadInput, match="does not hold"):
        open_note(note, [KEY.verifier])


def test_a_note_without_a_known_signature_is_refused() -> None:
    stranger = SigningKey.generate("stranger.example")

    with pytest.raises(BadInput, match="no signature of a known key"):
        open_note(sign_note("a text\n", [stranger]), [KEY.verifier])


def test_an_unknown_signature_beside_a_known_one_is_left_aside() -> None:
    note = sign_note("a text\n", [SigningKey.generate("stranger.example"), KEY])

    assert [KEY.verifier] == [signature.key for signature in open_note(note, [KEY.verifier]).signatures]


def test_a_witness_signs_with_its_time() -> None:
    witness = SigningKey.generate("witness.example", COSIGNATURE)
    note = sign_note("a text\n", [KEY]) + witness.line("a text\n", at=1_790_000_000)

    opened = open_note(note, [KEY.verifier, witness.verifier])

    assert [None, 1_790_000_000] == [signature.time for signature in opened.signatures]


def test_a_text_with_a_blank_line_is_cut_at_the_last_one() -> None:
    note = sign_note("first\n\nsecond\n", [KEY])

    assert "first\n\nsecond\n" == open_note(note, [KEY.verifier]).text


@given(st.binary(max_size=200) | st.text(max_size=200))
@example("text\ud800\n\n\u2014 log.example AAAAAAAA\n")
@settings(max_examples=150, deadline=None)
def test_anything_else_is_refused_in_words(note: bytes | str) -> None:
    with pytest.raises(BadInput):
        open_note(note, [KEY.verifier])


@pytest.mark.parametrize("y", [0, 1, 2**255 - 20, 2**255 - 19, 2**255 - 18])
def test_a_key_under_which_one_signature_does_for_many_texts_is_refused(y: int) -> None:
    for sign in (0, 2**255):
        key = VerifierKey("weak.example", ED25519, (y | sign).to_bytes(32, "little"))
        with pytest.raises(BadInput):
            VerifierKey.parse(str(key))


def test_a_cosignature_of_a_time_that_no_date_can_name_does_not_hold() -> None:
    witness = SigningKey.generate("witness.example", COSIGNATURE)
    note = f"text\n\n{witness.line('text' + chr(10), at=2**63)}"
    with pytest.raises(SignatureRefused):
        open_note(note, [witness.verifier])
