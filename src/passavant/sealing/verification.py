"""Verification of a receipt, with no network and no trust in the server that gave it.

Each step has one question: is this the sealed document, did its issuer sign, does it stand in a log that one trusts, and
did the witnesses that one asks for see that log? The answer says who, when, and what it could not know.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Literal

from passavant.errors import BadInput, Both, PassavantError
from passavant.sealing.carriers import CoseReceipt, verify_cose_receipt
from passavant.sealing.entries import Entry
from passavant.sealing.merkle import leaf_hash, verify_inclusion
from passavant.sealing.receipts import Receipt, salted
from passavant.sealing.statements import REASONS, SEALING, instant, timestamp
from passavant.sealing.trust import TrustPolicy

__all__ = ["NotSealed", "State", "Verdict", "reason_text", "verify_cose", "verify_receipt"]

State = Literal["sealed", "valid", "superseded", "revoked", "expired"]


class NotSealed(PassavantError):
    """The document is not what the receipt proves: the honest answer is no."""

    exit_code = 1


@dataclass(frozen=True)
class Verdict:
    """What a receipt proves of a document.

    Attributes:
        entry: The issuer's statement, as logged.
        index: Its place in the log.
        origin: The log.
        size: Entries that the log's checkpoint covers.
        witnesses: Who cosigned that checkpoint, and when (UTC).
        issuer_pinned: Whether the verifier's own policy names the issuer's key; else the log vouches for it.
        state: ``sealed`` as long as no log was asked; ``expired`` is known offline too.
        status: The log's own answer, where it was asked.
    """

    entry: Entry
    index: int
    origin: str
    size: int
    witnesses: tuple[tuple[str, dt.datetime], ...]
    issuer_pinned: bool
    state: State
    status: dict[str, Any] | None = None

    @property
    def good(self) -> bool:
        """Whether the document may be relied on, as far as was asked."""
        return self.state in ("sealed", "valid")

    def record(self) -> dict[str, Any]:
        """Return it for machines."""
        said = self.entry.statement
        found: dict[str, Any] = {
            "status": self.state,
            "issuer": said.issuer,
            "issuer_key": str(self.entry.key),
            "issuer_pinned": self.issuer_pinned,
            "action": said.action,
            "alg": said.alg,
            "digest": said.digest,
            "issued_at": said.issued_at,
            "logged_at": self.entry.logged_at,
            "log": self.origin,
            "index": self.index,
            "size": self.size,
            "witnesses": [{"name": name, "time": timestamp(at)} for name, at in self.witnesses],
        }
        found |= {name: value for name in ("doc_type", "valid_until") if (value := getattr(said, name))}
        if self.status:
            found |= {name: self.status[name] for name in ("superseded_by", "revoked") if name in self.status}
        return found


def verify_receipt(receipt: Receipt, sha256: bytes, policy: TrustPolicy, at: dt.datetime | None = None) -> Verdict:
    """Check a receipt against a document.

    Args:
        receipt: The receipt.
        sha256: The document's SHA-256.
        policy: Keys of logs and witnesses that one trusts, and how many witnesses must have signed.
        at: The time for which an expiry is judged; default now.

    Raises:
        NotSealed: another document, a signature or a path that does not hold: the answer is no.
        BadInput: the receipt cannot be read, its log is not trusted, or too few witnesses signed.
    """
    entry, proof = receipt.entry, receipt.proof
    _check_document(entry, proof.checkpoint.partition("\n")[0], _name(sha256, receipt.salt), policy)
    trusted = policy.verify(proof.checkpoint)
    found = trusted.checkpoint
    if not verify_inclusion(proof.index, found.size, leaf_hash(receipt.data), proof.path, found.root):
        raise _no(
            (f"a path that does not lead to the root signed by {found.origin}", f"un chemin qui ne mène pas à la racine signée par {found.origin}"),
            ("an entry of that log", "une inscription de ce journal"),
        )  # fmt: skip
    witnesses = tuple((name, dt.datetime.fromtimestamp(moment, dt.UTC)) for name, moment in trusted.witnesses)
    return _verdict(entry, proof.index, found.origin, found.size, witnesses, policy, at)


def verify_cose(data: bytes, sha256: bytes, policy: TrustPolicy, at: dt.datetime | None = None) -> Verdict:
    """Check a COSE receipt that carries its entry; the arguments and errors are those of :func:`verify_receipt`.

    It holds no cosignature: a policy that asks for witnesses refuses it.
    """
    policy.require(())
    proved = _opened(data, policy)
    entry = Entry.parse(proved.entry)
    _check_document(entry, proved.origin, _name(sha256, proved.salt), policy)
    return _verdict(entry, proved.index, proved.origin, proved.size, (), policy, at)


def _opened(data: bytes, policy: TrustPolicy) -> CoseReceipt:
    """Open a COSE receipt with the key that made it."""
    refusal: PassavantError | None = None
    for key in (key for keys in policy.logs.values() for key in keys):
        try:
            return verify_cose_receipt(data, None, key)
        except BadInput as error:
            refusal = error
    raise refusal or policy.untrusted("COSE")


def _name(sha256: bytes, salt: bytes | None) -> str:
    """Return a document as statements name it."""
    return f"sha-256:{sha256.hex()}" if salt is None else f"hmac-sha-256:{salted(salt, sha256)}"


def _check_document(entry: Entry, log: str, document: str, policy: TrustPolicy) -> None:
    """Check that an entry seals a document, and that its issuer signed it with a key that one accepts."""
    said = entry.statement
    if said.action not in SEALING:
        raise _no(
            (f"a receipt of the statement {said.action}", f"un reçu de la déclaration {said.action}"),
            ("the receipt of a seal", "le reçu d'un scellé"),
        )
    if document != said.document:
        raise _no(
            (f"a document whose digest is {document}", f"un document dont l'empreinte est {document}"),
            (f"the sealed one, {said.document}", f"le document scellé, {said.document}"),
        )
    if not entry.signed_by_issuer(log):
        raise _no(
            (f"a signature that is not of {said.issuer}", f"une signature qui n'est pas de {said.issuer}"),
            (
                f"the issuer's signature on this very statement for the log {log}",
                f"la signature de l'émetteur sur cette déclaration même pour le journal {log}",
            ),
        )
    pinned = policy.issuers.get(said.issuer, ())
    if pinned and entry.key not in pinned:
        raise _no(
            (f"a key of {said.issuer} that is not among those you pinned", f"une clé de {said.issuer} qui n'est pas de celles que vous avez fixées"),
            ("a key of your policy", "une clé de votre politique de confiance"),
        )  # fmt: skip


def _verdict(
    entry: Entry,
    index: int,
    origin: str,
    size: int,
    witnesses: tuple[tuple[str, dt.datetime], ...],
    policy: TrustPolicy,
    at: dt.datetime | None,
) -> Verdict:
    until = entry.statement.valid_until
    expired = bool(until) and instant(until) <= (at or dt.datetime.now(dt.UTC))
    pinned = entry.statement.issuer in policy.issuers
    return Verdict(entry, index, origin, size, witnesses, pinned, "expired" if expired else "sealed")


def reason_text(code: str) -> Both:
    """Return why a seal was revoked, in both languages."""
    text = REASONS.get(code, REASONS["other"])
    return text.en, text.fr


def _no(got: Both, expected: Both) -> NotSealed:
    return NotSealed(
        "sealing.verification.no",
        got=got,
        expected=expected,
        next_step=(
            "Do not rely on the document; ask the issuer for the original and its receipt.",
            "Ne vous fiez pas au document ; demandez à l'émetteur l'original et son reçu.",
        ),
    )
