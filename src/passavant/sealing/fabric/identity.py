"""Who speaks to the network: a certificate of a membership service provider (MSP), and the private key that signs for it.

Fabric takes ECDSA in DER with the lower of the two possible values of S, over SHA-256 for P-256 and SHA-384 for P-384
(fabric-gateway, pkg/identity/sign.go). Ed25519 is known only to channels of capability V3_0 and is used when asked for.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from passavant.errors import BadInput, Both, Place
from passavant.sealing.fabric.stubs import stubs
from passavant.sealing.files import read_small

__all__ = ["ORDERS", "Identity", "load_identity"]

#: Number of points of each curve that Fabric knows: S is low when it is at most half of it (SEC 2, §§2.4.2 and 2.5.1).
ORDERS = {
    "secp256r1": 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
    "secp384r1": int("F" * 48 + "C7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973", 16),
}
_OPEN_TO_OTHERS = 0o077


@dataclass(frozen=True)
class Identity:
    """A member of an organisation of the network.

    Attributes:
        msp_id: The organisation's MSP, such as ``CustomsMSP``.
        certificate: The certificate in PEM, as the file holds it.
        private: The private key of the certificate.
    """

    msp_id: str
    certificate: bytes
    private: Any

    @functools.cached_property
    def creator(self) -> bytes:
        """The identity as every message of the network names its author (``msp.SerializedIdentity``)."""
        message = stubs().identities.SerializedIdentity(mspid=self.msp_id, id_bytes=self.certificate)
        return bytes(message.SerializeToString())

    def sign(self, message: bytes) -> bytes:
        """Return the signature of a message, as Fabric verifies it."""
        from cryptography.hazmat.primitives.asymmetric import ec

        if not isinstance(self.private, ec.EllipticCurvePrivateKey):
            return bytes(self.private.sign(message))
        curve = self.private.curve.name
        return _low_s(self.private.sign(message, ec.ECDSA(_hash_of(curve))), ORDERS[curve])


def load_identity(msp_id: str, certificate: Path, key: Path, *, ed25519: bool = False) -> Identity:
    """Read a certificate and its private key, both in PEM.

    Args:
        msp_id: The organisation's MSP.
        certificate: The certificate that the organisation's authority gave.
        key: The private key, without a pass phrase; not readable by everybody.
        ed25519: Allow an Ed25519 key, for a channel of capability V3_0.

    Raises:
        BadInput: a file cannot be read, the key is open to all, of a kind that Fabric does not take, or another
            certificate's; the certificate has expired.
    """
    pem = read_small(certificate)
    private = _private_key(key)
    if _curve(private) not in ({*ORDERS, "ed25519"} if ed25519 else ORDERS):
        raise _refused(
            key,
            (f"a key of the kind {_curve(private)}", f"une clé du genre {_curve(private)}"),
            ("a key on the curve P-256 or P-384", "une clé sur la courbe P-256 ou P-384"),
        )
    found = _certificate(certificate, pem)
    if found.public_key() != private.public_key():
        raise _refused(
            key,
            (f"a key that is not that of {certificate.name}", f"une clé qui n'est pas celle de {certificate.name}"),
            ("the certificate's own key", "la clé du certificat"),
        )
    if found.not_valid_after_utc < datetime.now(UTC):
        ended = found.not_valid_after_utc
        raise _refused(
            certificate,
            (f"a certificate that expired on {ended:%Y-%m-%d}", f"un certificat expiré le {ended:%d/%m/%Y}"),
            ("a certificate in force", "un certificat en cours de validité"),
        )
    return Identity(msp_id, pem, private)


def _private_key(path: Path) -> Any:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    data = read_small(path)
    if path.stat().st_mode & _OPEN_TO_OTHERS:
        raise BadInput(
            "sealing.fabric.identity",
            got=("a private key that others may read", "une clé privée que d'autres peuvent lire"),
            expected=("a file of its owner alone, mode 0600", "un fichier réservé à son propriétaire, mode 0600"),
            next_step=(f"Run: chmod 600 {path}", f"Exécutez : chmod 600 {path}"),
            place=Place(file=str(path)),
        )
    try:
        return load_pem_private_key(data, None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise _refused(
            path,
            ("no private key that can be read", "aucune clé privée lisible"),
            ("a private key in PEM, without a pass phrase", "une clé privée au format PEM, sans phrase de passe"),
        ) from error


def _certificate(path: Path, pem: bytes) -> Any:
    from cryptography import x509

    try:
        return x509.load_pem_x509_certificate(pem)
    except ValueError as error:
        raise _refused(
            path,
            ("no certificate that can be read", "aucun certificat lisible"),
            ("a certificate in PEM", "un certificat au format PEM"),
        ) from error


def _curve(private: Any) -> str:
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519

    if isinstance(private, ed25519.Ed25519PrivateKey):
        return "ed25519"
    return private.curve.name if isinstance(private, ec.EllipticCurvePrivateKey) else type(private).__name__


def _hash_of(curve: str) -> Any:
    from cryptography.hazmat.primitives import hashes

    return hashes.SHA384() if curve == "secp384r1" else hashes.SHA256()


def _low_s(signature: bytes, order: int) -> bytes:
    """Return the signature with the lower S: of the two that verify, Fabric takes that one only."""
    from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

    r, s = decode_dss_signature(signature)
    return encode_dss_signature(r, order - s) if s > order // 2 else signature


def _refused(path: Path, got: Both, expected: Both) -> BadInput:
    return BadInput(
        "sealing.fabric.identity",
        got=got,
        expected=expected,
        next_step=(
            "Take the files that your organisation's certificate authority gave.",
            "Prenez les fichiers remis par l'autorité de certification de votre organisation.",
        ),
        place=Place(file=str(path)),
    )
