"""Identities: what Fabric's signatures must be, and which files are refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509 import load_pem_x509_certificate
from fabric_protos.msp import identities_pb2
from fake_gateway import Member, member, raised, signature_fault

from passavant.errors import BadInput
from passavant.sealing.fabric import Identity, load_identity

MESSAGE = b"a proposal"


def _files(folder: Path, who: Member, key: bytes | None = None) -> tuple[Path, Path]:
    certificate, private = folder / "cert.pem", folder / "key.pem"
    certificate.write_bytes(who.certificate)
    private.write_bytes(key or who.key)
    private.chmod(0o600)
    return certificate, private


def _load(folder: Path, who: Member, **options: Any) -> Identity:
    return load_identity(who.msp_id, *_files(folder, who), **options)


@pytest.mark.parametrize("curve", [ec.SECP256R1(), ec.SECP384R1()], ids=["P-256", "P-384"])
def test_every_signature_is_taken_by_a_peer(tmp_path: Path, curve: Any) -> None:
    who = member(private=ec.generate_private_key(curve))
    identity = _load(tmp_path, who)
    public = load_pem_x509_certificate(who.certificate).public_key()

    faults = {signature_fault(public, MESSAGE, identity.sign(MESSAGE)) for _ in range(40)}

    assert {""} == faults  # half of the raw signatures have the higher S


def test_the_other_form_of_a_signature_is_refused_by_a_peer(tmp_path: Path, customs: Member) -> None:
    public = load_pem_x509_certificate(customs.certificate).public_key()
    signature = _load(tmp_path, customs).sign(MESSAGE)

    assert "invalid S: the signature is not in its lower form" == signature_fault(public, MESSAGE, raised(signature))
    assert "the signature does not hold" == signature_fault(public, b"another", signature)


def test_an_ed25519_key_is_taken_only_when_asked_for(tmp_path: Path) -> None:
    who = member(private=ed25519.Ed25519PrivateKey.generate())
    with pytest.raises(BadInput, match="ed25519"):
        _load(tmp_path, who)

    identity = _load(tmp_path, who, ed25519=True)

    public = load_pem_x509_certificate(who.certificate).public_key()
    assert "" == signature_fault(public, MESSAGE, identity.sign(MESSAGE))


@pytest.mark.parametrize("private", [ec.generate_private_key(ec.SECP521R1()), rsa.generate_private_key(65537, 2048)])
def test_a_key_that_fabric_does_not_know_is_refused(tmp_path: Path, private: Any) -> None:
    with pytest.raises(BadInput, match="a key of the kind"):
        _load(tmp_path, member(private=private), ed25519=True)


def test_the_creator_is_the_organisation_and_its_certificate(tmp_path: Path, customs: Member) -> None:
    creator = identities_pb2.SerializedIdentity.FromString(_load(tmp_path, customs).creator)

    assert (customs.msp_id, customs.certificate) == (creator.mspid, creator.id_bytes)


def test_a_key_of_another_certificate_is_refused(tmp_path: Path, customs: Member) -> None:
    with pytest.raises(BadInput, match="a key that is not that of"):
        load_identity("CustomsMSP", *_files(tmp_path, customs, member().key))


def test_an_expired_certificate_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="expired on"):
        _load(tmp_path, member(days=-1))


def test_a_key_that_others_may_read_is_refused(tmp_path: Path, customs: Member) -> None:
    certificate, key = _files(tmp_path, customs)
    key.chmod(0o640)

    with pytest.raises(BadInput, match="others may read") as refused:
        load_identity("CustomsMSP", certificate, key)
    assert f"Run: chmod 600 {key}" == refused.value.next_step[0]


@pytest.mark.parametrize(("name", "said"), [("cert.pem", "no certificate"), ("key.pem", "no private key")])
def test_a_file_of_another_kind_is_refused(tmp_path: Path, customs: Member, name: str, said: str) -> None:
    files = _files(tmp_path, customs)
    (tmp_path / name).write_bytes(b"-----BEGIN NOTHING-----\n")

    with pytest.raises(BadInput, match=said):
        load_identity("CustomsMSP", *files)


def test_an_absent_or_endless_file_is_refused(tmp_path: Path, customs: Member) -> None:
    certificate, key = _files(tmp_path, customs)
    with pytest.raises(BadInput, match="no such file"):
        load_identity("CustomsMSP", tmp_path / "absent.pem", key)
    certificate.write_bytes(b"x" * (2 << 20))
    with pytest.raises(BadInput, match="more than 1 MiB"):
        load_identity("CustomsMSP", certificate, key)
