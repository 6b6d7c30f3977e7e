"""Rows of the table of statements: which document was sealed, replaced or revoked, by whom, at which place."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from passavant.errors import NotFound
from passavant.sealing.log.logged import Logged
from passavant.sealing.log.schema import ACTIONS, ALGORITHM_IDS
from passavant.sealing.statements import Statement

__all__ = ["insert", "insert_seals", "remember"]


def insert_seals(connection: sqlite3.Connection, statements: Sequence[Statement], issuer: int, place: int) -> bool:
    """Write the rows of statements that all are new seals, the usual case, at consecutive places; else write nothing."""
    if any(statement.action != "seal" for statement in statements):
        return False
    action, algs, digest_of = ACTIONS["seal"], ALGORITHM_IDS, bytes.fromhex
    rows = [
        (algs[statement.alg], digest_of(statement.digest), issuer, action, number)
        for number, statement in enumerate(statements, place)
    ]
    rows.sort()  # in the order of the index: neighbours share pages
    connection.execute("SAVEPOINT one")
    new = connection.executemany("INSERT OR IGNORE INTO statements VALUES (?, ?, ?, ?, ?)", rows).rowcount
    if new < len(rows):
        connection.execute("ROLLBACK TO one")
    connection.execute("RELEASE one")
    return new == len(rows)


def insert(connection: sqlite3.Connection, statement: Statement, issuer: int, place: int) -> int | None:
    """Write a statement's row; return the place of an equal earlier one, or None when this one is new.

    Raises:
        NotFound: there is no seal to revoke or to supersede.
    """
    action, digest = ACTIONS[statement.action], bytes.fromhex(statement.digest)
    key = (ALGORITHM_IDS[statement.alg], digest, issuer, action)
    if connection.execute("INSERT OR IGNORE INTO statements VALUES (?, ?, ?, ?, ?)", (*key, place)).rowcount:
        if statement.action != "seal":
            _bind(connection, statement, issuer, place)
        return None
    (found,) = connection.execute(
        "SELECT place FROM statements WHERE alg = ? AND digest = ? AND issuer = ? AND action = ?", key
    ).fetchone()
    return int(found)


def _bind(connection: sqlite3.Connection, statement: Statement, issuer: int, place: int) -> None:
    """Bind a revocation or a replacement to the seal that it is about."""
    named = statement.document if statement.action == "revoke" else statement.ref
    alg, _, digest = named.partition(":")
    about = (ALGORITHM_IDS[alg], bytes.fromhex(digest), issuer)
    sealed = connection.execute(
        "SELECT 1 FROM statements WHERE alg = ? AND digest = ? AND issuer = ? AND action <= 2", about
    ).fetchone()
    if sealed is None or (statement.action == "supersede" and named == statement.document):
        raise NotFound(
            "sealing.seal.none",
            got=(f"{statement.action} of {named}", f"{statement.action} de {named}"),
            expected=("a document that the same issuer sealed here", "un document scellé ici par le même émetteur"),
            next_step=("Check the document and the issuer.", "Vérifiez le document et l'émetteur."),
        )
    if statement.action == "supersede":
        connection.execute(
            "INSERT OR IGNORE INTO statements VALUES (?, ?, ?, ?, ?)", (*about, ACTIONS["superseded"], place)
        )


def remember(connection: sqlite3.Connection, request: tuple[str, bytes], answer: Logged, stamp: str) -> None:
    """Keep the answer to a named request, to give it again to a sender that repeats it."""
    places = ",".join(map(str, answer.places))
    connection.execute(
        "INSERT OR IGNORE INTO requests VALUES (?, ?, ?, ?)", (*request, f"{answer.added};{places}", stamp)
    )
