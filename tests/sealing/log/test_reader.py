"""Reading a log: proofs at every size, look-ups, and what became of a seal."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any, cast

import pytest
from sigstore._internal.merkle import verify_merkle_inclusion
from sigstore.errors import VerificationError

from passavant.errors import BadInput, NotFound
from passavant.sealing import open_checkpoint
from passavant.sealing.log import LogReader
from passavant.sealing.merkle import leaf_hash, verify_consistency, verify_inclusion
from passavant.sealing.submissions import submit


def _statuses(house: Any, document: bytes, at: dt.datetime | None = None) -> list[str]:
    with LogReader(house.folder) as reader:
        return [seal.status for seal in reader.look_up("sha-256", house.statement(document).digest, at)]


def test_every_entry_is_proved_at_every_later_size(house: Any) -> None:
    house.log.append(house.sealed(*(b"%d" % one for one in range(300))))
    with LogReader(house.folder) as reader:
        leaves = [leaf_hash(entry) for entry in reader.entries(0, reader.size())]
        for size in (1, 2, 3, 255, 256, 257, 300, 302):
            tree = reader.tiles(size)
            for place in {0, size // 2, max(size - 2, 0), size - 1}:
                assert verify_inclusion(place, size, leaves[place], tree.inclusion(place), tree.root())


@pytest.mark.parametrize("size", [2, 3, 257, 302])
def test_sigstores_client_accepts_the_proofs(house: Any, size: int) -> None:
    house.log.append(house.sealed(*(b"%d" % one for one in range(300))))
    with LogReader(house.folder) as reader:
        tree = reader.tiles(size)
        for place in {0, 1, size // 2, size - 1}:
            _sigstore(reader.entry(place), place, size, tree.inclusion(place), tree.root())
            with pytest.raises(VerificationError):
                _sigstore(b"another entry", place, size, tree.inclusion(place), tree.root())


def _sigstore(entry: bytes, place: int, size: int, path: list[bytes], root: bytes) -> None:
    """Let sigstore-python check a proof, as it checks those of Rekor; consistency it has no check of (tests/sealing/test_merkle.py)."""
    proof = SimpleNamespace(log_index=place, tree_size=size, root_hash=root, hashes=path)
    verify_merkle_inclusion(
        cast(Any, SimpleNamespace(_inner=SimpleNamespace(inclusion_proof=proof, canonicalized_body=entry)))
    )


def test_every_size_is_the_beginning_of_every_later_one(house: Any) -> None:
    house.log.append(house.sealed(*(b"%d" % one for one in range(300))))
    with LogReader(house.folder) as reader:
        for old, size in ((1, 2), (2, 302), (255, 257), (256, 302), (300, 301), (301, 302)):
            proof = reader.tiles(size).consistency(old)
            assert verify_consistency(old, size, reader.tiles(old).root(), reader.tiles(size).root(), proof)


def test_a_receipt_proves_its_entry(house: Any) -> None:
    logged = house.log.append(house.sealed(b"a", b"b"))
    with LogReader(house.folder) as reader:
        receipt = reader.receipt(logged.places[1], house.log.checkpoint())
    opened = receipt.proof.verify(receipt.data, [house.key.verifier], origin=house.key.name)

    assert 4 == opened.checkpoint.size
    assert house.statement(b"b").digest == receipt.entry.statement.digest


def test_a_checkpoint_that_is_too_early_gives_no_receipt(house: Any) -> None:
    early = house.log.checkpoint()
    logged = house.log.append(house.sealed(b"a"))
    with LogReader(house.folder) as reader, pytest.raises(NotFound):
        reader.receipt(logged.places[0], early)


def test_the_last_statement_decides_what_a_seal_is_worth(house: Any, digest: Any) -> None:
    soon = "2026-11-24T00:00:00Z"
    house.log.append(house.sealed(b"old", b"stays"))
    house.log.append(house.sealed(b"expires", valid_until=soon))
    house.log.append(house.say(b"new", "supersede", ref=f"sha-256:{digest(b'old')}"))
    house.log.append(house.sealed(b"wrong"))
    house.log.append(house.say(b"wrong", "revoke", reason="issued_in_error"))

    assert ["valid"] == _statuses(house, b"stays")
    assert ["superseded"] == _statuses(house, b"old")
    assert ["valid"] == _statuses(house, b"new")
    assert ["revoked"] == _statuses(house, b"wrong")
    assert ["expired"] == _statuses(house, b"expires", dt.datetime(2026, 11, 24, tzinfo=dt.UTC))
    assert ["valid"] == _statuses(house, b"expires", dt.datetime(2026, 11, 23, 23, 59, 59, tzinfo=dt.UTC))
    assert [] == _statuses(house, b"never sealed")


def test_a_revocation_outweighs_a_replacement(house: Any, digest: Any) -> None:
    house.log.append(house.sealed(b"old"))
    house.log.append(house.say(b"new", "supersede", ref=f"sha-256:{digest(b'old')}"))
    house.log.append(house.say(b"old", "revoke", reason="obtained_by_fraud"))
    with LogReader(house.folder) as reader:
        (seal,) = reader.look_up("sha-256", digest(b"old"))

    assert "revoked" == seal.status
    assert {"index": 4, "logged_at": seal.revocation.logged_at, "reason": "obtained_by_fraud"} == seal.record()[
        "revoked"
    ]
    assert {"alg": "sha-256", "digest": digest(b"new"), "index": 3} == seal.record()["superseded_by"]


def test_two_issuers_of_one_document_have_a_seal_each(house: Any) -> None:
    from passavant.sealing import SigningKey, Statement
    from passavant.sealing.statements import now

    other = SigningKey.generate("ministry.example")
    house.log.admit(other.verifier)
    house.log.append(house.sealed(b"a"))
    house.log.append(
        submit(other, [Statement("seal", other.name, now(), digest=house.statement(b"a").digest)], house.key.name)
    )
    with LogReader(house.folder) as reader:
        seals = reader.look_up("sha-256", house.statement(b"a").digest)

    assert [house.issuer.name, "ministry.example"] == [seal.entry.statement.issuer for seal in seals]


def test_a_private_look_up_gives_all_that_share_the_prefix(house: Any, digest: Any) -> None:
    documents = [b"%d" % one for one in range(400)]
    house.log.append(house.sealed(*documents))
    prefix = digest(documents[7])[:2]
    with LogReader(house.folder) as reader:
        found = reader.look_up_prefix("sha-256", prefix)

    assert sorted(one for one in map(digest, documents) if one.startswith(prefix)) == sorted(found)
    assert digest(documents[7]) in found


def test_a_prefix_with_too_many_matches_asks_for_another_digit(house: Any) -> None:
    house.log.append(house.sealed(*(b"%d" % one for one in range(600))))
    with LogReader(house.folder) as reader, pytest.raises(BadInput):
        reader.look_up_prefix("sha-256", "")


def test_a_place_beyond_the_log_is_not_found(house: Any) -> None:
    with LogReader(house.folder) as reader, pytest.raises(NotFound):
        reader.entry(2)


def test_readers_cannot_write(house: Any) -> None:
    import sqlite3

    with LogReader(house.folder) as reader, pytest.raises(sqlite3.OperationalError):
        reader._connection.execute("DELETE FROM entries")


def test_the_checkpoint_opens_with_the_logs_key(house: Any) -> None:
    with LogReader(house.folder) as reader:
        opened = open_checkpoint(house.log.checkpoint(), [reader.key], origin=reader.origin)

    assert 2 == opened.checkpoint.size
