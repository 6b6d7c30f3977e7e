"""COSE_Sign1 (RFC 9052 §4.2) as receipts need it: Ed25519, a detached payload, strict reading.

Read is only what has one spelling: definite lengths, shortest integers, no key twice, no bytes behind. Maps may stand in
any order, as other writers sort otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from passavant.errors import BadInput
from passavant.sealing.notes import ED25519, SigningKey, VerifierKey

__all__ = ["ALGORITHM", "CRITICAL", "EDDSA_ED25519", "Sign1", "decoded", "encoded", "refused", "sign", "strict_map"]

#: Labels of the protected header (RFC 9052 §3.1).
ALGORITHM, CRITICAL = 1, 2
#: Ed25519 (RFC 9864), and EdDSA, the name that it deprecates: written is the first, read are both.
EDDSA_ED25519 = (-19, -8)

_TAG = 18
_MOST_BYTES = 131_072
_DEEPEST = 8
_SIGNATURE = 64


@dataclass(frozen=True)
class Sign1:
    """A message that was read, its signature not yet checked.

    Attributes:
        headers: The protected header, which the signature covers.
        loose: The unprotected header, which anybody can change.
        protected: The bytes of the protected header.
        signature: 64 bytes.
    """

    headers: Mapping[Any, Any]
    loose: Mapping[Any, Any]
    protected: bytes
    signature: bytes

    @classmethod
    def parse(cls, data: bytes, understood: frozenset[int]) -> Sign1:
        """Read a message.

        Args:
            data: The whole message, tagged 18.
            understood: Labels that may be named as critical.

        Raises:
            BadInput: it has another form, an algorithm other than Ed25519, or a critical header that is not understood.
        """
        import cbor2

        message = decoded(data)
        parts = message.value if isinstance(message, cbor2.CBORTag) and message.tag == _TAG else ()
        if not isinstance(parts, tuple) or len(parts) != 4:
            raise refused("no COSE_Sign1 message (tag 18)", "aucun message COSE_Sign1 (étiquette 18)")
        protected, loose, payload, signature = parts
        if payload is not None:
            raise refused("a payload inside the message", "une charge utile dans le message")
        if type(protected) is not bytes or type(signature) is not bytes or len(signature) != _SIGNATURE:
            raise refused("a header or a signature of another form", "un en-tête ou une signature d'une autre forme")
        headers = strict_map(decoded(protected))
        _check_headers(headers, strict_map(loose), understood)
        return cls(headers, loose, protected, signature)

    def signed_by(self, key: VerifierKey, payload: bytes) -> bool:
        """Return whether a key signed the protected header and this payload."""
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        if key.kind != ED25519:
            return False
        try:
            public = Ed25519PublicKey.from_public_bytes(key.public)
            public.verify(self.signature, _to_be_signed(self.protected, payload))
        except (InvalidSignature, ValueError):
            return False
        return True


def sign(key: SigningKey, headers: Mapping[Any, Any], loose: Mapping[Any, Any], payload: bytes) -> bytes:
    """Return a message over a payload that is not sent along.

    Args:
        key: A log's Ed25519 key; a witness's is refused, since its signatures carry a time.
        headers: The protected header without the algorithm.
        loose: The unprotected header.
        payload: What is signed.

    Raises:
        ValueError: the key is of another kind.
    """
    import cbor2

    if key.kind != ED25519:
        raise ValueError("a COSE receipt is signed with a log's Ed25519 key")
    protected = encoded({ALGORITHM: EDDSA_ED25519[0], **headers})
    signature = key.private.sign(_to_be_signed(protected, payload))
    return encoded(cbor2.CBORTag(_TAG, [protected, loose, None, signature]))


def encoded(value: Any) -> bytes:
    """Return deterministic CBOR (RFC 8949 §4.2): shortest forms, definite lengths, sorted maps."""
    import cbor2

    return cbor2.dumps(value, canonical=True)


def decoded(data: bytes) -> Any:
    """Read one CBOR item; arrays come back as tuples.

    Raises:
        BadInput: no CBOR, more than one item, or a spelling other than the shortest.
    """
    import cbor2

    if len(data) > _MOST_BYTES:
        raise refused(f"{len(data)} bytes", f"{len(data)} octets")
    try:
        value = cbor2.loads(
            data, max_depth=_DEEPEST, allow_indefinite=False, allow_duplicate_keys=False, immutable=True
        )
        again = cbor2.dumps(value)
    except (cbor2.CBORError, ValueError, TypeError, OverflowError, ArithmeticError) as error:
        raise refused("bytes that are no plain CBOR", "des octets qui ne sont pas du CBOR simple") from error
    if again != data:
        raise refused("CBOR in a roundabout spelling", "du CBOR dans une écriture détournée")
    return value


def strict_map(value: Any) -> Mapping[Any, Any]:
    """Return a value that is a map with integers and texts as keys (true and 1.0 are no 1).

    Raises:
        BadInput: it is something else.
    """
    if not isinstance(value, Mapping) or not all(type(key) in (int, str) for key in value):
        raise refused("a header that is no map", "un en-tête qui n'est pas une table")
    return value


def refused(got: str, got_fr: str) -> BadInput:
    """Return the error of a COSE receipt that cannot be used."""
    return BadInput(
        "sealing.cose.refused",
        got=(f"the COSE receipt holds {got}", f"le reçu COSE contient {got_fr}"),
        expected=(
            "a COSE receipt of RFC 9942 over a SHA-256 tree, signed with Ed25519, at most 128 KiB",
            "un reçu COSE de la RFC 9942 sur un arbre SHA-256, signé en Ed25519, de 128 Kio au plus",
        ),
        next_step=("Fetch the receipt from the log again.", "Récupérez à nouveau le reçu auprès du journal."),
    )


def _check_headers(headers: Mapping[Any, Any], loose: Mapping[Any, Any], understood: frozenset[int]) -> None:
    algorithm = headers.get(ALGORITHM)
    if type(algorithm) is not int or algorithm not in EDDSA_ED25519:
        raise refused("an algorithm other than Ed25519", "un algorithme autre qu'Ed25519")
    if set(headers) & set(loose) or CRITICAL in loose:
        raise refused("a header in the wrong place", "un en-tête au mauvais endroit")
    if CRITICAL not in headers:
        return
    critical = headers[CRITICAL]
    if not isinstance(critical, tuple) or not critical:
        raise refused("an empty list of critical headers", "une liste vide d'en-têtes critiques")
    if not all(type(label) is int and label in understood and label in headers for label in critical):
        raise refused("a critical header that is not understood", "un en-tête critique qui n'est pas compris")


def _to_be_signed(protected: bytes, payload: bytes) -> bytes:
    """Return the Sig_structure (RFC 9052 §4.4): context, protected header, no outside data, payload."""
    return encoded(["Signature1", protected, b"", payload])
