"""COSE receipts: written and read, cross-checked by hand, and refused whatever is changed in them."""

from __future__ import annotations

from typing import Any

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given, settings
from hypothesis import strategies as st

from passavant.errors import BadInput
from passavant.sealing.carriers.cose import (
    cose_consistency,
    cose_receipt,
    verify_cose_consistency,
    verify_cose_receipt,
)
from passavant.sealing.merkle import consistency_path, inclusion_path, leaf_hash, root_of
from passavant.sealing.notes import COSIGNATURE, SigningKey

KEY = SigningKey.generate("seals.customs.example/log")
OTHER = SigningKey.generate("seals.customs.example/log")
ENTRIES = [b'{"entry":%d}' % number for number in range(11)]
LEAVES = [leaf_hash(entry) for entry in ENTRIES]
KID = KEY.verifier.id
AT = 1_795_579_678
SALT = bytes(range(32))


def subtree(start: int, end: int) -> bytes:
    return root_of(LEAVES[start:end])


def receipt(index: int = 6, size: int = 11, **more: Any) -> bytes:
    path = inclusion_path(index, size, subtree)
    return cose_receipt(KEY, KID, KEY.name, AT, index, size, path, subtree(0, size), **more)


def consistency(old: int = 6, size: int = 11) -> bytes:
    path = consistency_path(old, size, subtree)
    return cose_consistency(KEY, KID, KEY.name, AT, old, size, path, subtree(0, size))


def foreign(
    protected: dict[Any, Any], loose: dict[Any, Any] | None = None, payload: bytes | None = None, tag: int = 18
) -> bytes:
    """Return a message that another program wrote, signed by the right key over a tree of two."""
    header = cbor2.dumps(protected)
    signature = KEY.private.sign(cbor2.dumps(["Signature1", header, b"", subtree(0, 2)]))
    proofs = {396: {-1: [cbor2.dumps([2, 1, [LEAVES[0]]])]}} if loose is None else loose
    return cbor2.dumps(cbor2.CBORTag(tag, [header, proofs, payload, signature]))


HEADERS: dict[Any, Any] = {1: -8, 4: b"k", 395: 1, 15: {1: KEY.name, 6: AT}}


@pytest.mark.parametrize("size", range(2, 12))
def test_every_entry_of_every_tree_of_two_or_more_has_a_receipt(size: int) -> None:
    read = [verify_cose_receipt(receipt(index, size), ENTRIES[index], KEY.verifier) for index in range(size)]

    assert list(range(size)) == [one.index for one in read]
    assert {(size, subtree(0, size), KEY.name, AT, True)} == {
        (one.size, one.root, one.origin, one.time, one.bound) for one in read
    }


@pytest.mark.parametrize("old", range(1, 11))
def test_a_larger_tree_is_shown_to_continue_a_smaller_one(old: int) -> None:
    read = verify_cose_consistency(consistency(old), subtree(0, old), KEY.verifier)

    assert (old, 11, subtree(0, 11), True) == (read.old, read.size, read.root, read.bound)


def test_the_signature_is_the_one_that_the_standard_describes() -> None:
    message = cbor2.loads(receipt())
    protected, loose, payload, signature = message.value
    by_hand = b"\x84\x6aSignature1" + cbor2.dumps(protected) + b"\x40" + b"\x58\x20" + subtree(0, 11)

    Ed25519PublicKey.from_public_bytes(KEY.verifier.public).verify(signature, by_hand)
    assert (18, None) == (message.tag, payload)
    assert {1: -19, 4: KID, 395: 1, 15: {1: KEY.name, 6: AT, "passavant.proof": [-1, 11, 6]}} == cbor2.loads(protected)
    assert [11, 6, inclusion_path(6, 11, subtree)] == cbor2.loads(loose[396][-1][0])


def test_the_same_receipt_has_the_same_bytes() -> None:
    assert receipt() == receipt()


def test_the_entry_and_the_salt_may_travel_along() -> None:
    read = verify_cose_receipt(receipt(entry=ENTRIES[6], salt=SALT), None, KEY.verifier)

    assert (ENTRIES[6], SALT) == (read.entry, read.salt)
    with pytest.raises(BadInput, match="no entry"):
        verify_cose_receipt(receipt(), None, KEY.verifier)


def test_another_entry_than_the_one_that_travels_along_is_refused() -> None:
    with pytest.raises(BadInput, match="another entry"):
        verify_cose_receipt(receipt(entry=ENTRIES[5]), ENTRIES[6], KEY.verifier)


@pytest.mark.parametrize("algorithm", [-8, -19])
def test_a_receipt_of_another_program_is_read_and_said_to_bind_less(algorithm: int) -> None:
    read = verify_cose_receipt(foreign(HEADERS | {1: algorithm}), ENTRIES[1], KEY.verifier)

    assert (1, 2, False) == (read.index, read.size, read.bound)


def test_a_place_that_the_signature_of_the_standard_would_let_pass_is_refused() -> None:
    message = cbor2.loads(receipt(2, 3))
    proof = cbor2.dumps([2, 1, [subtree(0, 2)]])
    protected, _, payload, signature = message.value
    moved = cbor2.dumps(cbor2.CBORTag(18, [protected, {396: {-1: [proof]}}, payload, signature]))

    with pytest.raises(BadInput, match="size or place"):
        verify_cose_receipt(moved, ENTRIES[2], KEY.verifier)


def test_a_receipt_of_one_kind_is_none_of_the_other() -> None:
    with pytest.raises(BadInput, match="kind asked for"):
        verify_cose_receipt(consistency(), ENTRIES[6], KEY.verifier)
    with pytest.raises(BadInput, match="kind asked for"):
        verify_cose_consistency(receipt(), subtree(0, 6), KEY.verifier)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (foreign(HEADERS | {1: -7}), "algorithm"),
        (foreign(HEADERS | {1: -19.0}), "algorithm"),
        (foreign(HEADERS | {2: [99], 99: 1}), "critical"),
        (foreign(HEADERS | {2: []}), "critical"),
        (foreign(HEADERS | {395: 2}), "kind of tree"),
        (foreign(HEADERS | {395: True}), "kind of tree"),
        (foreign(HEADERS | {15: {1: "other.example/log", 6: AT}}), "the word of other"),
        (foreign(HEADERS | {15: {1: KEY.name}}), "no time"),
        (foreign(HEADERS | {15: 7}), "no map"),
        (foreign(HEADERS, payload=subtree(0, 2)), "payload"),
        (foreign(HEADERS, tag=98), "tag 18"),
        (foreign(HEADERS, {396: {-1: [cbor2.dumps([2, 1, [LEAVES[0]]])]}, 33: b"x"}), "not known"),
        (foreign(HEADERS, {396: {-1: [cbor2.dumps([2, 1, [LEAVES[0]]])] * 2}}), "or several"),
        (foreign(HEADERS, {396: {-1: [cbor2.dumps([1, 0, []])]}}), "without steps"),
        (foreign(HEADERS, {396: {-1: [cbor2.dumps([2, 1.0, [LEAVES[0]]])]}}), "another form"),
        (foreign(HEADERS, {396: {-1: [cbor2.dumps([2, 1, [b"short"]])]}}), "list of hashes"),
        (foreign(HEADERS, {1: -19}), "wrong place"),
        (foreign(HEADERS) + b"\x00", "roundabout"),
        (b"\xd2\x9f" + foreign(HEADERS)[2:] + b"\xff", "plain CBOR"),
        (b"\xd8\x12" + foreign(HEADERS)[1:], "roundabout"),
        (bytes(200_000), "200000 bytes"),
        (b"", "plain CBOR"),
    ],
)
def test_what_is_no_receipt_of_this_log_is_refused_with_its_reason(data: bytes, reason: str) -> None:
    with pytest.raises(BadInput, match=reason):
        verify_cose_receipt(data, ENTRIES[1], KEY.verifier)


def test_a_critical_header_that_is_understood_is_no_obstacle() -> None:
    read = verify_cose_receipt(foreign(HEADERS | {2: [395, 15]}), ENTRIES[1], KEY.verifier)

    assert 1 == read.index


def test_another_key_of_the_same_name_is_refused() -> None:
    with pytest.raises(BadInput, match="do not go together"):
        verify_cose_receipt(receipt(), ENTRIES[6], OTHER.verifier)
    with pytest.raises(BadInput, match="do not go together"):
        verify_cose_consistency(consistency(), subtree(0, 5), KEY.verifier)


def test_a_tree_of_one_entry_has_no_cose_receipt() -> None:
    with pytest.raises(BadInput, match="a tree of one entry"):
        cose_receipt(KEY, KID, KEY.name, AT, 0, 1, [], LEAVES[0])
    with pytest.raises(BadInput, match="of the same size"):
        cose_consistency(KEY, KID, KEY.name, AT, 3, 3, [], subtree(0, 3))


def test_the_key_of_a_witness_signs_no_receipt() -> None:
    witness = SigningKey.generate(KEY.name, COSIGNATURE)

    with pytest.raises(ValueError, match="Ed25519 key"):
        cose_receipt(witness, KID, KEY.name, AT, 0, 2, [LEAVES[1]], subtree(0, 2))


@pytest.mark.parametrize("good", [receipt(), receipt(entry=ENTRIES[6])], ids=["bare", "with its entry"])
def test_whatever_byte_of_a_receipt_is_changed_it_is_refused(good: bytes) -> None:
    for place in range(len(good)):
        for change in (0x01, 0x20, 0x80, 0xFF):
            changed = good[:place] + bytes([good[place] ^ change]) + good[place + 1 :]
            with pytest.raises(BadInput):
                verify_cose_receipt(changed, ENTRIES[6], KEY.verifier)


def test_whatever_byte_of_a_consistency_receipt_is_changed_it_is_refused() -> None:
    good = consistency()
    for place in range(len(good)):
        changed = good[:place] + bytes([good[place] ^ 0x10]) + good[place + 1 :]
        with pytest.raises(BadInput):
            verify_cose_consistency(changed, subtree(0, 6), KEY.verifier)


@given(st.binary(max_size=300))
@settings(max_examples=400, deadline=None)
def test_any_bytes_are_refused_without_another_error(data: bytes) -> None:
    with pytest.raises(BadInput):
        verify_cose_receipt(data, ENTRIES[6], KEY.verifier)


ITEMS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.binary(max_size=40) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.integers() | st.text(max_size=5), inner, max_size=4),
    max_leaves=8,
)


@given(ITEMS, ITEMS, ITEMS, st.integers(0, 2000))
@settings(max_examples=300, deadline=None)
def test_any_cbor_inside_a_message_is_refused_without_another_error(a: Any, b: Any, c: Any, tag: int) -> None:
    inner = cbor2.dumps(cbor2.CBORTag(tag, a))
    odd = [
        cbor2.CBORTag(18, [cbor2.dumps(a), b, None, bytes(64)]),
        cbor2.CBORTag(18, [cbor2.dumps(HEADERS), {396: b}, None, bytes(64)]),
        cbor2.CBORTag(18, [cbor2.dumps(HEADERS), {396: {-1: [cbor2.dumps(c)]}}, None, bytes(64)]),
        cbor2.CBORTag(18, [inner, {396: {-1: [inner]}}, None, bytes(64)]),
    ]
    for message in odd:
        with pytest.raises(BadInput):
            verify_cose_receipt(cbor2.dumps(message), ENTRIES[6], KEY.verifier)
