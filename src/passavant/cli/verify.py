"""`passavant verify`: is this the sealed document, by whom, when, and does the seal still hold?"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from passavant.cli.asked_log import another_log, asked_log, has_log, pinned
from passavant.cli.options import JSON, LOG
from passavant.cli.show import as_json, echo
from passavant.errors import NotFound
from passavant.texts import Text, colon, pick

if TYPE_CHECKING:
    from passavant.sealing.desk import LocalDesk, RemoteDesk
    from passavant.sealing.receipts import Receipt
    from passavant.sealing.trust import TrustPolicy
    from passavant.sealing.verification import Verdict

__all__ = ["HELP", "verify"]

HELP = pick(
    "Check a document against its receipt, with no network; with --log, also ask whether the seal still holds.\n\n"
    "Exit status: 0 the document may be relied on, 1 it may not, 2 bad input.\n\n"
    "Example: passavant verify certificate.pdf --trust trust.policy",
    "Vérifie un document d'après son reçu, sans réseau ; avec --log, demande aussi si le scellé tient toujours.\n\n"
    "Code de retour : 0 le document est fiable, 1 il ne l'est pas, 2 entrée incorrecte.\n\n"
    "Exemple : passavant verify certificat.pdf --trust confiance.policy",
)
_STATES: dict[str, Text] = {
    "sealed": Text("SEALED: this is the document", "SCELLÉ : c'est bien le document"),
    "valid": Text("VALID: this is the document, and the seal holds", "VALIDE : c'est bien le document, et le scellé tient"),
    "superseded": Text("SUPERSEDED: a newer document replaces it", "REMPLACÉ : un document plus récent le remplace"),
    "revoked": Text("REVOKED by its issuer", "RÉVOQUÉ par son émetteur"),
    "expired": Text("EXPIRED: it no longer holds", "EXPIRÉ : il n'est plus valide"),
}  # fmt: skip


def verify(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=pick("The document.", "Le document."))],
    receipt: Annotated[Path | None, typer.Option("--receipt", metavar="R", help=pick(
        "Its receipt: .tlog-proof, .cose, the text of a QR code, or a PDF that carries it (else FILE.tlog-proof).",
        "Son reçu : .tlog-proof, .cose, texte d'un code QR, ou PDF qui le porte (sinon FICHIER.tlog-proof)."))] = None,
    trust_: Annotated[Path | None, typer.Option("--trust", metavar="POLICY", help=pick(
        "Whom you trust: logs, witnesses, quorum (else $PASSAVANT_HOME/trust.policy, and this machine's log).",
        "À qui vous vous fiez : journaux, témoins, quorum (sinon $PASSAVANT_HOME/trust.policy, et le journal de ce poste)."))] = None,
    key: Annotated[list[str] | None, typer.Option("--key", metavar="KEY", help=pick(
        "Key of a log that you trust.", "Clé d'un journal auquel vous vous fiez."))] = None,
    log: LOG = None,
    offline: Annotated[bool, typer.Option("--offline", help=pick(
        "Ask nobody, not even this machine's log.", "N'interroge personne, pas même le journal de ce poste."))] = False,
    json_: JSON = False,
) -> int:  # fmt: skip
    """Parse, verify, show."""
    from passavant.sealing.desk import trust

    policy = trust(trust_, key or ())
    sha256, found = _evidence(file, receipt, log, offline)
    verdicts = [_verdict(one, sha256, policy, log, offline) for one in found]
    if json_:
        as_json([one.record() for one in verdicts])
    else:
        for one in verdicts:
            _show(one)
    # Where a log knows several seals, one that was revoked is a warning that no other takes away.
    return 0 if any(one.good for one in verdicts) and all(one.state != "revoked" for one in verdicts) else 1


def _evidence(
    file: Path, explicit: Path | None, log: str | None, offline: bool
) -> tuple[bytes, list[Receipt] | list[bytes]]:
    """Return the document's SHA-256 and its receipts: one at hand, else all that a log has."""
    import hashlib

    from passavant.sealing.carriers import find_receipt
    from passavant.sealing.desk import find_sealed
    from passavant.sealing.documents import document_sha256
    from passavant.sealing.receipts import Receipt

    sha256 = document_sha256(file)
    try:
        found = find_receipt(file, explicit)
    except NotFound as error:
        if explicit is not None or offline or not has_log(log):
            raise
        receipts = find_sealed(sha256, asked_log(log))
        if not receipts:
            raise _unknown(file) from error
        return sha256, receipts
    if found.original is not None:
        sha256 = hashlib.sha256(found.original).digest()
    if isinstance(found.content, bytes):
        return sha256, [found.content]
    return sha256, [Receipt.parse(found.content)]


def _verdict(receipt: Receipt | bytes, sha256: bytes, policy: TrustPolicy, log: str | None, offline: bool) -> Verdict:
    from passavant.sealing.desk import ask_status
    from passavant.sealing.trust import TooFewWitnesses
    from passavant.sealing.verification import verify_cose, verify_receipt

    asking = not offline and has_log(log)
    if isinstance(receipt, bytes):
        verdict = verify_cose(receipt, sha256, policy)
    else:
        try:
            verdict = verify_receipt(receipt, sha256, policy)
        except TooFewWitnesses:
            if not asking:
                raise
            verdict = verify_receipt(_newer(receipt, asked_log(log)), sha256, policy)
    if not asking:
        return verdict
    desk = asked_log(log)
    if desk.origin != verdict.origin or desk.key not in policy.log_keys(verdict.origin):
        if log is not None:
            raise another_log(desk.origin, verdict.origin)
        return verdict
    return ask_status(verdict, desk, policy)


def _newer(receipt: Receipt, desk: LocalDesk | RemoteDesk) -> Receipt:
    """Return the log's receipt of the same entry now, with the cosignatures that came since and the same salt; of another log none."""
    import dataclasses

    if desk.origin != receipt.proof.checkpoint.partition("\n")[0]:
        return receipt
    newer = desk.receipt(receipt.proof.index)
    return dataclasses.replace(newer, salt=receipt.salt) if newer.data == receipt.data else receipt


def _show(verdict: Verdict) -> None:
    said = verdict.entry.statement
    echo(_STATES[verdict.state].say())
    rows = [
        (pick("issuer", "émetteur"), f"{said.issuer} ({pinned(verdict)})"),
        (pick("issued", "émis"), said.issued_at),
        (pick("logged", "inscrit"), _logged(verdict)),
        (pick("type", "type"), said.doc_type),
        (pick("valid until", "valable jusqu'au"), last_day(said.valid_until)),
        (pick("document", "document"), said.document),
        (pick("witnesses", "témoins"), _witnesses(verdict)),
        (pick("status", "état"), _status(verdict)),
    ]
    for label, value in rows:
        if value:
            echo(f"  {label}{colon()}{value}")


def _logged(verdict: Verdict) -> str:
    return pick(
        f"{verdict.entry.logged_at}, entry {verdict.index} (counted from 0) in {verdict.origin}, {verdict.size} entries",
        f"{verdict.entry.logged_at}, inscription {verdict.index} (à partir de 0) dans {verdict.origin}, {verdict.size} inscriptions",
    )


def last_day(until: str) -> str:
    """Return a time from which a document no longer holds as the last day on which it does, where it is a whole day."""
    day, midnight = until.partition("T")[::2]
    if midnight != "00:00:00Z":
        return until
    last = dt.date.fromisoformat(day) - dt.timedelta(days=1)
    return pick(f"{last:%Y-%m-%d}, end of day (UTC)", f"{last:%d/%m/%Y}, fin de journée (UTC)")


def _witnesses(verdict: Verdict) -> str:
    named = [f"{name} ({at:%Y-%m-%dT%H:%M:%SZ})" for name, at in verdict.witnesses]
    return ", ".join(named) or pick("none that you named", "aucun que vous ayez nommé")


def _status(verdict: Verdict) -> str:
    if verdict.status is None:
        return pick(
            "as of the receipt; ask the log for a later revocation: --log URL",
            "à la date du reçu ; pour une révocation ultérieure, interrogez le journal : --log URL",
        )
    if verdict.state == "revoked":
        return _revoked(verdict.status["revoked"])
    if verdict.state == "superseded":
        by = verdict.status["superseded_by"]
        return pick(f"replaced by {by['alg']}:{by['digest']}", f"remplacé par {by['alg']}:{by['digest']}")
    return pick("as the log answers now", "selon la réponse du journal à cette heure")


def _revoked(revocation: dict[str, Any]) -> str:
    from passavant.sealing.verification import reason_text

    return f"{revocation['logged_at']}, {pick(*reason_text(revocation['reason']))}"


def _unknown(file: Path) -> NotFound:
    return NotFound(
        "sealing.lookup.none",
        got=(f"no seal of {file.name} in the log", f"aucun scellé de {file.name} dans le journal"),
        expected=("a document that was sealed there, byte for byte", "un document qui y a été scellé, à l'octet près"),
        next_step=(
            "Ask the issuer for the original file and its receipt.",
            "Demandez à l'émetteur le fichier d'origine et son reçu.",
        ),
    )
