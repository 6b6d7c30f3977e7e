"""COSE receipts (RFC 9942) over the tree of a log: one binary message with the proof and the log's signature.

>>> from passavant.sealing import SigningKey, leaf_hash
>>> from passavant.sealing.merkle import root_from_consistency, root_from_path, root_of
>>> key, leaves = SigningKey.generate("log.example/customs"), [leaf_hash(b"opening"), leaf_hash(b"an entry")]
>>> receipt = cose_receipt(key, b"kid", key.name, 1795579678, 1, 2, leaves[:1], root_of(leaves))
>>> verify_cose_receipt(receipt, b"an entry", key.verifier).index
1

The signature of RFC 9942 covers the root alone: in some trees a proof of place 2 of 3 reads as one of place 1 of 2. The
receipts written here therefore state kind, size and place in a signed claim too; :attr:`CoseReceipt.bound` says whether
the one that was read does. Witnesses do not sign COSE receipts: for their word take the tlog-proof.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from passavant.sealing.carriers.cose_sign1 import Sign1, decoded, encoded, refused, sign, strict_map
from passavant.sealing.merkle import HASH_SIZE, leaf_hash, root_from_consistency, root_from_path
from passavant.sealing.notes import SigningKey, VerifierKey

__all__ = ["CoseConsistency", "CoseReceipt", "cose_consistency", "cose_receipt", "verify_cose_consistency", "verify_cose_receipt"]  # fmt: skip

_KID, _CLAIMS, _STRUCTURE, _PROOFS = 4, 15, 395, 396
_UNDERSTOOD = frozenset({1, _KID, _CLAIMS, _STRUCTURE})
_RFC9162_SHA256 = 1
_INCLUSION, _CONSISTENCY = -1, -2
_ISSUER, _ISSUED_AT = 1, 6
#: Our own labels: the signed claim with kind, size and place; the entry and the salt that may travel along.
_BOUND, _ENTRY, _SALT = "passavant.proof", "passavant.entry", "passavant.salt"
_LONGEST_PATH = 63
_SALT_SIZE = 32


@dataclass(frozen=True)
class CoseReceipt:
    """What a COSE receipt proves.

    Attributes:
        index: Place of the entry in the log, from 0.
        size: Entries in the tree.
        root: Its root.
        origin: The log.
        time: When the log signed, seconds since 1970 (UTC).
        entry: The entry that was proved.
        salt: The salt that travels with it, if any; nobody signed it, the digest in the entry checks it.
        bound: Whether size and place stand under the signature, as in receipts written here.
    """

    index: int
    size: int
    root: bytes
    origin: str
    time: int
    entry: bytes
    salt: bytes | None
    bound: bool


@dataclass(frozen=True)
class CoseConsistency:
    """A tree of ``size`` entries that continues one of ``old``: new root, log, time of signing, and ``bound`` as above."""

    old: int
    size: int
    root: bytes
    origin: str
    time: int
    bound: bool


def cose_receipt(
    key: SigningKey,
    kid: bytes,
    origin: str,
    at: int,
    index: int,
    size: int,
    path: Sequence[bytes],
    root: bytes,
    *,
    entry: bytes | None = None,
    salt: bytes | None = None,
) -> bytes:
    """Return a receipt of inclusion.

    Args:
        key: The log's key.
        kid: What names the key to whoever reads; the log's four-byte key id will do.
        origin: The log's origin, which is its key's name.
        at: When it is signed, seconds since 1970 (UTC).
        index: Place of the entry, from 0.
        size: Entries in the tree; at least 2, as RFC 9942 has no form for a proof without steps.
        path: Audit path, from the leaf upwards.
        root: Root of the tree.
        entry: The entry, if it is to travel along.
        salt: The salt of a salted seal, 32 bytes, if it is to travel along.

    Raises:
        BadInput: a tree of one entry.
    """
    _check_path(path)
    proof = {_INCLUSION: [encoded([size, index, list(path)])]}
    loose = {_PROOFS: proof, _ENTRY: entry, _SALT: salt}
    headers = _headers(kid, origin, at, [_INCLUSION, size, index])
    return sign(key, headers, {label: value for label, value in loose.items() if value is not None}, root)


def verify_cose_receipt(data: bytes, entry: bytes | None, key: VerifierKey) -> CoseReceipt:
    """Check a receipt of inclusion.

    Args:
        data: The receipt.
        entry: The entry; None for the one that travels in the receipt.
        key: The log's key; its name is the origin that the receipt must state.

    Raises:
        BadInput: another form, another log, an entry that is not the one proved, or a signature that does not hold.
    """
    message, claims, proof = _read(data, _INCLUSION)
    size, index, path = proof
    carried = message.loose.get(_ENTRY)
    proved = carried if entry is None else entry
    if proved is None:
        raise refused("no entry", "aucune inscription")
    if carried not in (None, proved):
        raise refused("another entry than the one given", "une autre inscription que celle donnée")
    root = root_from_path(index, size, leaf_hash(proved), path)
    bound = _check_signature(message, claims, [_INCLUSION, size, index], root, key)
    assert root is not None  # noqa: S101  # _check_signature refused it
    return CoseReceipt(index, size, root, key.name, claims[_ISSUED_AT], proved, message.loose.get(_SALT), bound)


def cose_consistency(
    key: SigningKey, kid: bytes, origin: str, at: int, old: int, size: int, path: Sequence[bytes], root: bytes
) -> bytes:
    """Return a receipt of consistency: the tree of ``old`` entries is the beginning of that of ``size`` (root: the new one's).

    Raises:
        BadInput: both trees have the same size, for which RFC 9942 has no form.
    """
    _check_path(path)
    proof = {_CONSISTENCY: [encoded([old, size, list(path)])]}
    return sign(key, _headers(kid, origin, at, [_CONSISTENCY, old, size]), {_PROOFS: proof}, root)


def verify_cose_consistency(data: bytes, old_root: bytes, key: VerifierKey) -> CoseConsistency:
    """Check a receipt of consistency.

    Args:
        data: The receipt.
        old_root: The root one kept; never one that came with the receipt.
        key: The log's key.

    Raises:
        BadInput: another form, another log, a history that does not continue the old one, or no valid signature.
    """
    message, claims, (old, size, path) = _read(data, _CONSISTENCY)
    root = root_from_consistency(old, size, old_root, path)
    bound = _check_signature(message, claims, [_CONSISTENCY, old, size], root, key)
    assert root is not None  # noqa: S101  # _check_signature refused it
    return CoseConsistency(old, size, root, key.name, claims[_ISSUED_AT], bound)


def _headers(kid: bytes, origin: str, at: int, bound: list[int]) -> dict[int, Any]:
    claims = {_ISSUER: origin, _ISSUED_AT: at, _BOUND: bound}
    return {_KID: kid, _CLAIMS: claims, _STRUCTURE: _RFC9162_SHA256}


def _read(data: bytes, kind: int) -> tuple[Sign1, Mapping[Any, Any], tuple[int, int, tuple[bytes, ...]]]:
    message = Sign1.parse(data, _UNDERSTOOD)
    structure, kid = message.headers.get(_STRUCTURE), message.headers.get(_KID)
    if type(structure) is not int or structure != _RFC9162_SHA256 or type(kid) is not bytes:
        raise refused("another kind of tree, or no key id", "un autre genre d'arbre, ou aucun identifiant de clé")
    claims = strict_map(message.headers.get(_CLAIMS))
    if type(claims.get(_ISSUER)) is not str or not _natural(claims.get(_ISSUED_AT)):
        raise refused("no issuer, or no time", "aucun émetteur, ou aucune heure")
    _check_loose(message.loose, kind)
    return message, claims, _proof(message.loose, kind)


def _check_loose(loose: Mapping[Any, Any], kind: int) -> None:
    """Refuse what nobody signed and we do not know: a receipt is no place to hide things in."""
    unknown = set(loose) - {_PROOFS} - ({_ENTRY, _SALT} if kind == _INCLUSION else set())
    salt, entry = loose.get(_SALT, bytes(_SALT_SIZE)), loose.get(_ENTRY, b"")
    if unknown or type(entry) is not bytes or type(salt) is not bytes or len(salt) != _SALT_SIZE:
        raise refused("an unsigned header that is not known", "un en-tête non signé qui n'est pas connu")


def _proof(loose: Mapping[Any, Any], kind: int) -> tuple[int, int, tuple[bytes, ...]]:
    proofs = strict_map(loose.get(_PROOFS))
    one = proofs.get(kind)
    if set(proofs) != {kind} or not isinstance(one, tuple) or len(one) != 1 or type(one[0]) is not bytes:
        raise refused("no proof of the kind asked for, or several", "aucune preuve du genre demandé, ou plusieurs")
    proof = decoded(one[0])
    if not isinstance(proof, tuple) or len(proof) != 3 or not _natural(proof[0]) or not _natural(proof[1]):
        raise refused("a proof of another form", "une preuve d'une autre forme")
    if not isinstance(proof[2], tuple) or not all(type(step) is bytes for step in proof[2]):
        raise refused("a path that is no list of hashes", "un chemin qui n'est pas une liste d'empreintes")
    _check_path(proof[2])
    return proof


def _check_path(path: Sequence[bytes]) -> None:
    if not path:
        raise refused(
            "a proof without steps (a tree of one entry, or of the same size), which RFC 9942 does not know",
            "une preuve sans étapes (arbre d'une seule inscription, ou de même taille), que la RFC 9942 ne connaît pas",
        )
    if len(path) > _LONGEST_PATH or any(len(step) != HASH_SIZE for step in path):
        raise refused("a path that is no list of hashes", "un chemin qui n'est pas une liste d'empreintes")


def _check_signature(
    message: Sign1, claims: Mapping[Any, Any], stated: list[int], root: bytes | None, key: VerifierKey
) -> bool:
    """Refuse what the log did not sign; return whether it signed kind, size and place as well."""
    if claims[_ISSUER] != key.name:
        raise refused(f"the word of {claims[_ISSUER][:80]}", f"la parole de {claims[_ISSUER][:80]}")
    bound = claims.get(_BOUND)
    if bound is not None and (not isinstance(bound, tuple) or list(bound) != stated):
        raise refused("a size or place other than the signed one", "une taille ou une place autre que celle signée")
    if root is None or not message.signed_by(key, root):
        raise refused(
            "a path and a signature that do not go together", "un chemin et une signature qui ne vont pas ensemble"
        )
    return bound is not None


def _natural(value: Any) -> bool:
    return type(value) is int and 0 <= value < 1 << 63
