"""A run whose seal was checked: by whom it was sealed, as what, whether the seal still holds, and that its tables stand."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from passavant.clearance.sealed_files import altered, check_files
from passavant.errors import BadInput, Both, NotFound, Place
from passavant.lake import read_manifest
from passavant.sealing.carriers import find_receipt, sidecar_of
from passavant.sealing.desk import LocalDesk, RemoteDesk, ask_status
from passavant.sealing.receipts import Receipt
from passavant.sealing.trust import TrustPolicy
from passavant.sealing.verification import NotSealed, Verdict, reason_text, verify_receipt

__all__ = ["MANIFEST", "RUN_TYPE", "SealedRun", "open_sealed"]

#: Kind of document of a sealed run.
RUN_TYPE = "passavant.run"
#: The file of a run that is sealed.
MANIFEST = "manifest.json"


@dataclass(frozen=True)
class SealedRun:
    """A run of which the seal holds and every table is the sealed one.

    Attributes:
        out: Its folder.
        manifest: Its manifest.
        receipt: Receipt of its seal.
        verdict: What the receipt proves; with the status where the log was asked.
    """

    out: Path
    manifest: dict[str, Any]
    receipt: Receipt
    verdict: Verdict


def open_sealed(out: Path, policy: TrustPolicy, desk: LocalDesk | RemoteDesk | None = None) -> SealedRun:
    """Check the seal of a run and the tables under it.

    Args:
        out: The run's folder.
        policy: Whom one trusts. Where it pins issuers, one of them must have sealed the run: the log may have admitted
            others, and any of them could seal another run in this place.
        desk: The log to ask whether the seal still holds; None, or one that is not the receipt's log: nobody is asked.

    Raises:
        NotFound: the run was never sealed, or its log is not trusted.
        NotSealed: it does not stand as it was sealed, or the seal no longer holds; the message says why.
        BadInput: the folder holds no finished run, or the receipt cannot be read.
    """
    manifest, path = read_manifest(out), out / MANIFEST
    receipt = _receipt(path)
    sha256 = hashlib.sha256(path.read_bytes()).digest()
    if receipt.digest_of(sha256) != receipt.entry.statement.digest:
        raise altered(
            f"a {MANIFEST} that was changed", f"un {MANIFEST} modifié",
            "the manifest that was sealed", "le manifeste qui a été scellé",
        )  # fmt: skip
    verdict = verify_receipt(receipt, sha256, policy)
    _check_sealer(verdict, policy)
    if desk is not None and desk.origin == verdict.origin and desk.key in policy.log_keys(desk.origin):
        verdict = ask_status(verdict, desk, policy)
    if not verdict.good:
        raise _ended(verdict)
    check_files(out, manifest)
    return SealedRun(out, manifest, receipt, verdict)


def _check_sealer(verdict: Verdict, policy: TrustPolicy) -> None:
    """Check who sealed, and that it was a run: a key admitted for other documents does not seal runs."""
    said = verdict.entry.statement
    if policy.issuers and not verdict.issuer_pinned:
        raise _not_pinned(said.issuer, ", ".join(policy.issuers))
    if said.doc_type != RUN_TYPE:  # a run of rejected rows alone has no root
        raise _plain(said.doc_type)


def _receipt(manifest: Path) -> Receipt:
    try:
        found = find_receipt(manifest)
    except NotFound as error:
        raise NotFound(
            "clearance.seal.none",
            got=("a run that was not sealed", "un traitement qui n'a pas été scellé"),
            expected=(sidecar_of(manifest).name, sidecar_of(manifest).name),
            next_step=(
                f"Seal it: passavant seal {manifest.parent}; or clear with --seal.",
                f"Scellez-le : passavant seal {manifest.parent} ; ou dédouanez avec --seal.",
            ),
            place=Place(file=str(manifest.parent)),
        ) from error
    if isinstance(found.content, bytes):
        raise BadInput(
            "clearance.seal.form",
            got=("a COSE receipt", "un reçu COSE"),
            expected=("a .tlog-proof", "un .tlog-proof"),
            next_step=("Seal the run again.", "Scellez à nouveau le traitement."),
        )
    return Receipt.parse(found.content)


def _not_pinned(issuer: str, pinned: str) -> NotSealed:
    return NotSealed(
        "clearance.seal.issuer",
        got=(
            f"a run sealed by {issuer}, an issuer whose key your trust policy does not pin",
            f"un traitement scellé par {issuer}, un émetteur dont votre politique de confiance ne fixe pas la clé",
        ),
        expected=(f"a seal of one of those that it pins: {pinned}", f"le scellé de l'un de ceux qu'elle fixe : {pinned}"),
        next_step=(
            f"Do not rely on the run. If {issuer} may seal runs, get its key by a second way and add `issuer KEY` to the policy.",
            f"Ne vous fiez pas au traitement. Si {issuer} peut en sceller, obtenez sa clé par une autre voie et ajoutez `issuer CLÉ` à la politique.",
        ),
    )  # fmt: skip


def _plain(doc_type: str) -> NotSealed:
    kind = (f"a document of type {doc_type}", f"un document de type {doc_type}") if doc_type not in ("", RUN_TYPE) else (
        "a plain document", "un simple document"
    )  # fmt: skip
    return NotSealed(
        "clearance.seal.plain",
        got=(
            f"a manifest that was sealed as {kind[0]}, not as a run: no decision stands under the seal",
            f"un manifeste scellé comme {kind[1]}, non comme un traitement : aucune décision n'est sous le scellé",
        ),
        expected=(
            f"a seal of the type {RUN_TYPE} with the root of the decisions",
            f"un scellé du type {RUN_TYPE} avec la racine des décisions",
        ),
        next_step=(
            "The log keeps an issuer's first seal of a file: clear again with --seal, or seal the folder with another key.",
            "Le journal garde le premier scellé d'un fichier par un émetteur : dédouanez à nouveau avec --seal, ou scellez le dossier avec une autre clé.",
        ),
    )


def _ended(verdict: Verdict) -> NotSealed:
    issuer = verdict.entry.statement.issuer
    return NotSealed(
        f"clearance.seal.{verdict.state}",
        got=_end(verdict),
        expected=("a seal that still holds", "un scellé qui tient toujours"),
        next_step=(
            f"Do not rely on the decisions of this run; ask {issuer} which run counts.",
            f"Ne vous fiez pas aux décisions de ce traitement ; demandez à {issuer} quel traitement fait foi.",
        ),
    )


def _end(verdict: Verdict) -> Both:
    """Return how the seal came to its end."""
    status = verdict.status or {}
    if verdict.state == "revoked":
        told = status["revoked"]
        why = reason_text(told["reason"])
        return (
            f"a run whose seal its issuer revoked, {told['logged_at']}: {why[0]}",
            f"un traitement dont l'émetteur a révoqué le scellé, {told['logged_at']} : {why[1]}",
        )
    if verdict.state == "superseded":
        by = status["superseded_by"]
        return (
            f"a run whose seal was superseded by that of {by['alg']}:{by['digest']}",
            f"un traitement dont le scellé est remplacé par celui de {by['alg']}:{by['digest']}",
        )
    until = verdict.entry.statement.valid_until
    return f"a run whose seal held until {until}", f"un traitement dont le scellé tenait jusqu'au {until}"
