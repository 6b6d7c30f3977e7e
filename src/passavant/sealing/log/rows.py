"""Rows of the table of statements: which document was sealed, replaced or revoked, by whom, at which place.

What a log keeps of a document is one story for each issuer: the same seal is logged once, another seal of the same
document must say the same of it, and what was revoked or replaced is not sealed again.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from passavant.errors import BadInput, NotFound
from passavant.sealing.log.admission import IssuerKey, out_of_scope
from passavant.sealing.log.schema import ACTIONS, ALGORITHM_IDS
from passavant.sealing.statements import SEALING, Statement, about

__all__ = ["StatementRows", "insert_seals"]

_ENDED = ("revoke", "superseded")
# A first seal of a document, at the place of its entry. A document that an issuer says anything of has a seal of his, or, if he
# ever replaced one by another, a replacement: only then is more looked at than the key itself.
_SEAL = "INSERT OR IGNORE INTO statements VALUES (?, ?, ?, ?, ?)"
_SEAL_OF_ONE_WHO_REPLACES = """
INSERT INTO statements SELECT ?1, ?2, ?3, ?4, ?5
WHERE NOT EXISTS (SELECT 1 FROM statements WHERE alg = ?1 AND digest = ?2 AND issuer = ?3)
"""


def insert_seals(connection: sqlite3.Connection, statements: Sequence[Statement], issuer: int, place: int) -> bool:
    """Write the rows of statements that all are first seals, the usual case, at consecutive places; else write nothing."""
    if any(statement.action != "seal" for statement in statements):
        return False
    action, algs, digest_of = ACTIONS["seal"], ALGORITHM_IDS, bytes.fromhex
    rows = [
        (algs[statement.alg], digest_of(statement.digest), issuer, action, number)
        for number, statement in enumerate(statements, place)
    ]
    rows.sort()  # in the order of the index: neighbours share pages
    (replaces,) = connection.execute("SELECT replaces FROM issuers WHERE id = ?", (issuer,)).fetchone()
    connection.execute("SAVEPOINT one")
    new = connection.executemany(_SEAL_OF_ONE_WHO_REPLACES if replaces else _SEAL, rows).rowcount
    if new < len(rows):
        connection.execute("ROLLBACK TO one")
    connection.execute("RELEASE one")
    return new == len(rows)


@dataclass(frozen=True)
class StatementRows:
    """The rows of one issuer's statements.

    Attributes:
        connection: The log's database, in a transaction.
        issuer: The issuer's number.
        key: The key that signed.
        said: Returns the statement at a place, this submission's included.
    """

    connection: sqlite3.Connection
    issuer: int
    key: IssuerKey
    said: Callable[[int], Statement]

    def insert(self, statement: Statement, place: int) -> int | None:
        """Write a statement's row; return the place of an equal earlier one, or None when this one is new.

        Raises:
            NotFound: there is no seal to revoke or to supersede.
            BadInput: it contradicts what the issuer said before, or the key may not.
        """
        known = self._known(statement.document)
        earlier = known.get(statement.action)
        if earlier is not None and self.said(earlier) == statement:
            return earlier  # sent again
        self._check_same(statement, known)
        if statement.action in SEALING:
            for action in _ENDED:
                if action in known:
                    raise _ended(statement.document, action, known[action])
        if earlier is not None:
            return earlier
        if statement.action == "revoke":
            self._check_sealed(statement, statement.document, known)
        elif statement.action == "supersede":
            self._replace(statement, place)
        self._write(statement.document, statement.action, place)
        return None

    def _known(self, document: str) -> dict[str, int]:
        """Return what was done to a document, with the place of each."""
        rows = self.connection.execute(
            "SELECT action, place FROM statements WHERE alg = ? AND digest = ? AND issuer = ?", self._key(document)
        )
        return {_NAMES[action]: place for action, place in rows}

    def _check_same(self, statement: Statement, known: dict[str, int]) -> None:
        """Refuse a seal that says something else of a document than an earlier one, and another revocation or replacement."""
        others = SEALING if statement.action in SEALING else (statement.action,)
        for place in sorted(known[action] for action in others if action in known):
            before = self.said(place)
            if about(before) != about(statement) or (before.action == statement.action and before.ref != statement.ref):
                raise _differs(statement, before, place)

    def _check_sealed(self, statement: Statement, document: str, known: dict[str, int]) -> None:
        """Check that the issuer sealed a document, and that this key may take its seal back."""
        places = [known[action] for action in SEALING if action in known]
        if not places:
            raise _unsealed(statement.action, document)
        for place in places:
            if not self.key.covers(kind := self.said(place).doc_type):
                raise out_of_scope(statement.action, kind, self.key)

    def _replace(self, statement: Statement, place: int) -> None:
        if statement.ref == statement.document:
            raise _unsealed(statement.action, statement.ref)
        known = self._known(statement.ref)
        self._check_sealed(statement, statement.ref, known)
        if "superseded" not in known:
            self._write(statement.ref, "superseded", place)
        self.connection.execute("UPDATE issuers SET replaces = 1 WHERE id = ?", (self.issuer,))

    def _write(self, document: str, action: str, place: int) -> None:
        row = (*self._key(document), ACTIONS[action], place)
        self.connection.execute("INSERT INTO statements VALUES (?, ?, ?, ?, ?)", row)

    def _key(self, document: str) -> tuple[int, bytes, int]:
        alg, _, digest = document.partition(":")
        return ALGORITHM_IDS[alg], bytes.fromhex(digest), self.issuer


_NAMES = {number: name for name, number in ACTIONS.items()}


def _unsealed(action: str, document: str) -> NotFound:
    return NotFound(
        "sealing.seal.none",
        got=(f"{action} of {document}", f"{action} de {document}"),
        expected=("a document that the same issuer sealed here", "un document scellé ici par le même émetteur"),
        next_step=("Check the document and the issuer.", "Vérifiez le document et l'émetteur."),
    )


def _differs(statement: Statement, before: Statement, place: int) -> BadInput:
    names = ("doc_type", "valid_until", "reason", "ref", "meta", "tree_size", "tree_root")
    name = next(name for name in names if getattr(before, name) != getattr(statement, name))
    then, now = getattr(before, name) or "—", getattr(statement, name) or "—"
    return BadInput(
        "sealing.seal.differs",
        got=(f"{statement.action} of {statement.document} with {name} {now}", f"{statement.action} de {statement.document} avec {name} {now}"),
        expected=(f"{name} {then}, as in entry {place}: an issuer says one thing of a document", f"{name} {then}, comme à l'inscription {place} : un émetteur ne dit qu'une chose d'un document"),
        next_step=("Keep what was said; or issue a new document that supersedes this one.", "Gardez ce qui a été dit ; ou délivrez un nouveau document qui remplace celui-ci."),
    )  # fmt: skip


def _ended(document: str, action: str, place: int) -> BadInput:
    what = {"revoke": ("revoked", "révoqué"), "superseded": ("superseded", "remplacé")}[action]
    return BadInput(
        "sealing.seal.ended",
        got=(f"a seal of {document}, {what[0]} by entry {place}", f"un scellé de {document}, {what[1]} par l'inscription {place}"),
        expected=("a document whose seal was not taken back", "un document dont le scellé n'a pas été retiré"),
        next_step=("Issue a new document and seal that.", "Délivrez un nouveau document et scellez-le."),
    )  # fmt: skip
