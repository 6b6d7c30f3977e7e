"""What a receipt proves, and each of the ways in which it does not."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
from collections.abc import Callable
from typing import Any

import pytest

from passavant.errors import BadInput, PassavantError
from passavant.sealing import Proof, SigningKey
from passavant.sealing.carriers import cose_receipt
from passavant.sealing.log import LogReader
from passavant.sealing.notes import COSIGNATURE
from passavant.sealing.receipts import Receipt
from passavant.sealing.trust import TrustPolicy
from passavant.sealing.verification import verify_cose, verify_receipt

_DOCUMENT = b"<permit>42</permit>"
_SHA256 = hashlib.sha256(_DOCUMENT).digest()


@pytest.fixture
def receipt(house: Any) -> Receipt:
    logged = house.log.append(house.sealed(b"another", _DOCUMENT, b"a third", valid_until="2027-01-01T00:00:00Z"))
    with LogReader(house.folder) as reader:
        found: Receipt = reader.receipt(logged.places[1], house.log.checkpoint())
    return found


@pytest.fixture
def policy(log_key: SigningKey) -> TrustPolicy:
    return TrustPolicy().with_log(log_key.verifier)


def _code(receipt: Receipt, policy: TrustPolicy, sha256: bytes = _SHA256) -> str:
    with pytest.raises(PassavantError) as caught:
        verify_receipt(receipt, sha256, policy)
    return caught.value.code


def test_a_receipt_proves_who_sealed_and_when(receipt: Receipt, policy: TrustPolicy, house: Any) -> None:
    verdict = verify_receipt(receipt, _SHA256, policy)

    assert ("sealed", True, False) == (verdict.state, verdict.good, verdict.issuer_pinned)
    assert (house.issuer.name, house.key.name, 3, 5) == (
        verdict.entry.statement.issuer, verdict.origin, verdict.index, verdict.size,
    )  # fmt: skip


def test_another_document_is_not_the_sealed_one(receipt: Receipt, policy: TrustPolicy) -> None:
    assert "sealing.verification.no" == _code(receipt, policy, hashlib.sha256(b"<permit>43</permit>").digest())


def test_a_document_past_its_time_is_expired_without_asking_anybody(receipt: Receipt, policy: TrustPolicy) -> None:
    verdict = verify_receipt(receipt, _SHA256, policy, dt.datetime(2027, 1, 1, tzinfo=dt.UTC))

    assert ("expired", False) == (verdict.state, verdict.good)


def test_a_log_that_one_does_not_trust_proves_nothing(receipt: Receipt) -> None:
    stranger = SigningKey.generate("seals.customs.example/log")

    assert "sealing.trust.log" == _code(receipt, TrustPolicy())
    assert "sealing.note.refused" == _code(receipt, TrustPolicy().with_log(stranger.verifier))


@pytest.mark.parametrize("change", ["index", "path", "shorter", "entry", "issuer"])
def test_a_receipt_that_was_changed_proves_nothing(
    change: str, receipt: Receipt, policy: TrustPolicy, house: Any
) -> None:
    proof = receipt.proof
    changed = {
        "index": dataclasses.replace(receipt, proof=dataclasses.replace(proof, index=proof.index - 1)),
        "path": dataclasses.replace(receipt, proof=dataclasses.replace(proof, path=(bytes(32), *proof.path[1:]))),
        "shorter": dataclasses.replace(receipt, proof=dataclasses.replace(proof, path=proof.path[:-1])),
        "entry": dataclasses.replace(receipt, data=receipt.data.replace(b'"logged_at":"20', b'"logged_at":"19')),
        "issuer": dataclasses.replace(receipt, data=receipt.data.replace(b'"851"', b'"853"').replace(b"2027", b"2028")),
    }[change]

    assert "sealing.verification.no" == _code(changed, policy)


def test_the_operator_cannot_seal_in_an_issuers_name(house: Any, policy: TrustPolicy) -> None:
    from passavant.sealing.checkpoints import Checkpoint
    from passavant.sealing.entries import entries_of
    from passavant.sealing.merkle import leaf_hash
    from passavant.sealing.notes import sign_note
    from passavant.sealing.submissions import Submission, submit

    real = house.sealed(_DOCUMENT)
    forged = Submission(
        house.issuer.verifier,
        real.statements,
        submit(house.key, real.statements, house.key.name).signature,
        house.key.name,
    )
    (entry,) = entries_of(forged, "2026-11-25T10:00:00Z")
    note = sign_note(Checkpoint(house.key.name, 1, leaf_hash(entry)).text(), [house.key])

    assert "sealing.verification.no" == _code(Receipt(Proof(0, (), note), entry), policy)


def test_a_receipt_of_a_revocation_seals_nothing(house: Any, policy: TrustPolicy) -> None:
    house.log.append(house.sealed(_DOCUMENT))
    logged = house.log.append(house.say(_DOCUMENT, "revoke", reason="cancelled"))
    with LogReader(house.folder) as reader:
        receipt = reader.receipt(logged.places[0], house.log.checkpoint())

    assert "sealing.verification.no" == _code(receipt, policy)


def test_a_salted_receipt_needs_its_salt(house: Any, policy: TrustPolicy) -> None:
    from passavant.sealing import Statement
    from passavant.sealing.receipts import salted
    from passavant.sealing.statements import now
    from passavant.sealing.submissions import submit

    salt = bytes(range(32))
    said = Statement("seal", house.issuer.name, now(), alg="hmac-sha-256", digest=salted(salt, _SHA256))
    logged = house.log.append(submit(house.issuer, [said], house.key.name))
    with LogReader(house.folder) as reader:
        bare = reader.receipt(logged.places[0], house.log.checkpoint())
    whole = dataclasses.replace(bare, salt=salt)

    assert verify_receipt(whole, _SHA256, policy).good
    assert "sealing.verification.no" == _code(bare, policy)
    assert "sealing.verification.no" == _code(dataclasses.replace(bare, salt=bytes(32)), policy)


def test_a_plain_digest_that_calls_itself_salted_is_not_believed(house: Any, policy: TrustPolicy) -> None:
    from passavant.sealing import Statement
    from passavant.sealing.statements import now
    from passavant.sealing.submissions import submit

    said = Statement("seal", house.issuer.name, now(), alg="hmac-sha-256", digest=_SHA256.hex())
    logged = house.log.append(submit(house.issuer, [said], house.key.name))
    with LogReader(house.folder) as reader:
        bare = reader.receipt(logged.places[0], house.log.checkpoint())

    assert "sealing.verification.no" == _code(bare, policy)


def test_a_seal_carried_into_another_log_is_not_believed(house: Any) -> None:
    from passavant.sealing.checkpoints import Checkpoint
    from passavant.sealing.entries import entries_of
    from passavant.sealing.merkle import leaf_hash
    from passavant.sealing.notes import sign_note

    other = SigningKey.generate("seals.other.example/log")
    (entry,) = entries_of(house.sealed(_DOCUMENT), "2026-11-25T10:00:00Z")
    note = sign_note(Checkpoint(other.name, 1, leaf_hash(entry)).text(), [other])
    carried = Receipt(Proof(0, (), note), entry)

    assert "sealing.verification.no" == _code(carried, TrustPolicy().with_log(other.verifier))


def test_pinned_keys_of_an_issuer_are_the_only_ones(receipt: Receipt, policy: TrustPolicy, house: Any) -> None:
    other = SigningKey.generate(house.issuer.name)
    right = dataclasses.replace(policy, issuers={house.issuer.name: (other.verifier, house.issuer.verifier)})
    wrong = dataclasses.replace(policy, issuers={house.issuer.name: (other.verifier,)})

    assert verify_receipt(receipt, _SHA256, right).issuer_pinned
    assert "sealing.verification.no" == _code(receipt, wrong)


def test_a_quorum_of_witnesses_is_asked_for(receipt: Receipt, log_key: SigningKey) -> None:
    witnesses = [SigningKey.generate(f"witness.{name}.example", COSIGNATURE) for name in ("north", "south", "east")]
    lines = [f"witness {key.name.split('.')[1]} {key.verifier}" for key in witnesses]
    text = "\n".join([f"log {log_key.verifier}", *lines, "group region 2 north south east", "quorum region"])
    policy, note = TrustPolicy.parse(text), receipt.proof.checkpoint
    body = note.partition("\n\n")[0] + "\n"

    def cosigned(count: int) -> Receipt:
        with_lines = note + "".join(key.line(body, 1_790_000_000) for key in witnesses[:count])
        return dataclasses.replace(receipt, proof=dataclasses.replace(receipt.proof, checkpoint=with_lines))

    assert ["sealing.trust.witnesses"] * 2 == [_code(cosigned(count), policy) for count in (0, 1)]
    verdict = verify_receipt(cosigned(2), _SHA256, policy)
    assert ["north", "south"] == [name for name, _ in verdict.witnesses]
    assert dt.datetime.fromtimestamp(1_790_000_000, dt.UTC) == verdict.witnesses[0][1]


@pytest.fixture
def cose(receipt: Receipt, house: Any) -> Callable[..., bytes]:
    def made(key: SigningKey, **carried: Any) -> bytes:
        with LogReader(house.folder) as reader:
            root = reader.tiles(5).root()
        proof = receipt.proof
        kept = {"entry": receipt.data} | carried
        return cose_receipt(key, key.verifier.id, key.name, 1_790_000_000, proof.index, 5, proof.path, root, **kept)

    return made


def test_a_cose_receipt_proves_the_same(cose: Callable[..., bytes], policy: TrustPolicy, house: Any) -> None:
    verdict = verify_cose(cose(house.key), _SHA256, policy)

    assert ("sealed", 3, 5, house.key.name) == (verdict.state, verdict.index, verdict.size, verdict.origin)
    with pytest.raises(PassavantError):
        verify_cose(cose(house.key), hashlib.sha256(b"else").digest(), policy)
    with pytest.raises(BadInput):
        verify_cose(cose(SigningKey.generate(house.key.name)), _SHA256, policy)


def test_a_cose_receipt_carries_no_witness(cose: Callable[..., bytes], policy: TrustPolicy, house: Any) -> None:
    key = SigningKey.generate("witness.example", COSIGNATURE).verifier
    strict = TrustPolicy.parse(f"log {house.key.verifier}\nwitness one {key}\nquorum one")
    with pytest.raises(PassavantError) as caught:
        verify_cose(cose(house.key), _SHA256, strict)

    assert "sealing.trust.witnesses" == caught.value.code


def test_the_answer_for_machines_names_everything(receipt: Receipt, policy: TrustPolicy) -> None:
    record = verify_receipt(receipt, _SHA256, policy).record()

    assert {
        "status",
        "issuer",
        "issuer_key",
        "issued_at",
        "logged_at",
        "log",
        "index",
        "size",
        "witnesses",
    } <= record.keys()
    assert str(record["issuer_key"]).startswith("customs.example/certificates+")
