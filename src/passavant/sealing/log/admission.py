"""Which issuers' keys a log takes, and for what: admitted and withdrawn by entries of the log itself.

An admission is public: whoever watches the log sees each key that the operator lets in, and in whose name.
"""

from __future__ import annotations

import datetime as dt
import functools
import sqlite3
from dataclasses import dataclass

from passavant.errors import BadInput, NotFound
from passavant.sealing.notes import ED25519, VerifierKey
from passavant.sealing.statements import Statement, instant, is_name, timestamp
from passavant.sealing.submissions import Submission

__all__ = [
    "FULL_SCOPE",
    "IssuerKey",
    "admitted_keys",
    "authorise",
    "check_issuer_key",
    "issuer_id",
    "out_of_scope",
    "record_admission",
]

#: All that an issuer can do.
FULL_SCOPE = "seal,supersede,revoke"
#: How far an issuer's clock may run ahead of the log's.
_AHEAD = dt.timedelta(minutes=5)


@dataclass(frozen=True)
class IssuerKey:
    """A key that a log admitted.

    Attributes:
        key: The key; its name is the issuer's.
        scope: Actions and kinds of document, as in the admission.
        admitted: Place of the entry that admitted it.
        withdrawn: Place of the entry that withdrew it, or None.
    """

    key: VerifierKey
    scope: str
    admitted: int
    withdrawn: int | None

    def allows(self, statement: Statement) -> bool:
        """Return whether the scope covers a statement, as far as it says itself: see :meth:`covers` for what it is about.

        Where kinds of document are named, a seal states one of them.
        """
        return statement.action in self._parts[0] and (statement.action == "revoke" or self.covers(statement.doc_type))

    def covers(self, kind: str) -> bool:
        """Return whether the scope covers documents of a kind: those that a seal may be of, and be taken back from."""
        kinds = self._parts[1]
        return not kinds or kind in kinds

    @functools.cached_property
    def _parts(self) -> tuple[frozenset[str], frozenset[str]]:
        parts = self.scope.split(",")
        kinds = frozenset(part.removeprefix("type=") for part in parts if part.startswith("type="))
        return frozenset(parts), kinds


def admitted_keys(connection: sqlite3.Connection) -> list[IssuerKey]:
    """Return every key that was ever admitted, in the order of admission."""
    rows = connection.execute("SELECT vkey, scope, admitted, withdrawn FROM keys ORDER BY admitted")
    return [IssuerKey(VerifierKey.parse(vkey), scope, admitted, withdrawn) for vkey, scope, admitted, withdrawn in rows]


def issuer_id(connection: sqlite3.Connection, name: str) -> int:
    """Return the number of an issuer's name, given when it is first seen."""
    connection.execute("INSERT OR IGNORE INTO issuers (name) VALUES (?)", (name,))
    (number,) = connection.execute("SELECT id FROM issuers WHERE name = ?", (name,)).fetchone()
    return int(number)


def authorise(submission: Submission, known: dict[str, IssuerKey], moment: dt.datetime, origin: str) -> None:
    """Check that an issuer may say what it says, and said it.

    Raises:
        NotFound: the log never admitted the key.
        BadInput: it was withdrawn, the scope does not cover a statement, a time lies ahead, or the signature fails.
    """
    admitted = known.get(str(submission.key))
    if admitted is None:
        raise _unknown(submission.key)
    if admitted.withdrawn is not None:
        raise _refused(
            f"the key {submission.key.name}, withdrawn by entry {admitted.withdrawn}",
            f"la clé {submission.key.name}, retirée par l'entrée {admitted.withdrawn}",
            "a key in force", "une clé en vigueur",
        )  # fmt: skip
    latest = moment + _AHEAD
    for statement in submission.statements:
        if not admitted.allows(statement):
            raise out_of_scope(statement.action, statement.doc_type, admitted)
        if instant(statement.issued_at) > latest:
            raise _refused(
                f"a statement issued at {statement.issued_at}",
                f"une déclaration émise à {statement.issued_at}",
                f"a time not after {timestamp(latest)}", f"une heure non postérieure à {timestamp(latest)}",
            )  # fmt: skip
    if submission.log != origin or not submission.signed_by_issuer():
        raise _unsigned(
            "a signature that is not the issuer's over these statements",
            "une signature qui n'est pas celle de l'émetteur sur ces déclarations",
            f"one Ed25519 signature over the name {origin} and their Merkle root, all in the key's name",
            f"une signature Ed25519 sur le nom {origin} et leur racine de Merkle, toutes au nom de la clé",
        )


def _unsigned(got: str, got_fr: str, expected: str, expected_fr: str) -> BadInput:
    return BadInput(
        "sealing.issuer.refused",
        got=(got, got_fr),
        expected=(expected, expected_fr),
        next_step=(
            "Check the name of the log and the key that signed; docs/how-to/single-window.md shows what is signed.",
            "Vérifiez le nom du journal et la clé qui a signé ; docs/how-to/single-window.fr.md montre ce qui est signé.",
        ),
    )


def out_of_scope(action: str, kind: str, key: IssuerKey) -> BadInput:
    """Return the error of a statement that the scope of its key does not cover."""
    return _refused(
        f"{action} of a document of type {kind or '(none)'}",
        f"{action} d'un document de type {kind or '(aucun)'}",
        f"what the key may do: {key.scope}", f"ce que la clé permet : {key.scope}",
    )  # fmt: skip


def check_issuer_key(key: VerifierKey) -> None:
    """Check that a key can be an issuer's.

    Raises:
        BadInput: it is a witness's, or its name is none that statements can bear.
    """
    if key.kind != ED25519 or not is_name(key.name):
        raise _refused(
            f"the key {key}",
            f"la clé {key}",
            "an Ed25519 key of kind 1 named by a host and path, as passavant log issuer key makes it",
            "une clé Ed25519 de genre 1 nommée par un hôte et un chemin, telle que passavant log issuer key la crée",
        )


def record_admission(connection: sqlite3.Connection, statement: Statement, place: int) -> None:
    """Write down what an entry of the log itself says of a key."""
    if statement.action == "admit":
        name = VerifierKey.parse(statement.subject).name
        number = issuer_id(connection, name)
        connection.execute(
            "INSERT INTO keys VALUES (?, ?, ?, ?, NULL) ON CONFLICT (vkey) DO UPDATE SET"
            " scope = excluded.scope, admitted = excluded.admitted, withdrawn = NULL",
            (statement.subject, number, statement.scope, place),
        )
    elif statement.action == "withdraw":
        connection.execute("UPDATE keys SET withdrawn = ? WHERE vkey = ?", (place, statement.subject))


def _unknown(key: VerifierKey) -> NotFound:
    return NotFound(
        "sealing.issuer.unknown",
        got=(f"the key {key}", f"la clé {key}"),
        expected=("a key that this log admitted", "une clé admise par ce journal"),
        next_step=(
            "Ask the log's operator to admit it: passavant log issuer admit KEY.",
            "Demandez à l'exploitant du journal de l'admettre : passavant log issuer admit CLÉ.",
        ),
    )


def _refused(got: str, got_fr: str, expected: str, expected_fr: str) -> BadInput:
    return BadInput(
        "sealing.issuer.refused",
        got=(got, got_fr),
        expected=(expected, expected_fr),
        next_step=(
            "Correct the request, or ask the log's operator to widen the key's scope.",
            "Corrigez la demande, ou demandez à l'exploitant du journal d'étendre la portée de la clé.",
        ),
    )
