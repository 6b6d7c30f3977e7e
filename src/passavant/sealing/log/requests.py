"""Requests that their senders named: the same name gives the same answer again, for a week."""

from __future__ import annotations

import sqlite3

from passavant.errors import BadInput
from passavant.sealing.log.logged import Logged

__all__ = ["answered", "remember"]


def remember(connection: sqlite3.Connection, request: tuple[str, bytes], answer: Logged, stamp: str) -> None:
    """Keep the answer to a named request, to give it again to a sender that repeats it."""
    places = ",".join(map(str, answer.places))
    connection.execute("INSERT INTO requests VALUES (?, ?, ?, ?)", (*request, f"{answer.added};{places}", stamp))


def answered(connection: sqlite3.Connection, request: tuple[str, bytes]) -> Logged | None:
    """Return the answer that a request had before, or None.

    Args:
        connection: The log's database.
        request: The name, and the digest of the body.

    Raises:
        BadInput: another request had the name.
    """
    name, body = request
    row = connection.execute("SELECT body, places FROM requests WHERE name = ?", (name,)).fetchone()
    if row is None:
        return None
    if row[0] != body:
        raise BadInput(
            "sealing.request.reused",
            got=("an Idempotency-Key that another request had", "une Idempotency-Key déjà prise par une autre requête"),
            expected=("a new name", "un nouveau nom"),
            next_step=("Use a new random name for each request.", "Prenez un nouveau nom aléatoire par requête."),
        )
    added, _, places = row[1].partition(";")
    return Logged(tuple(map(int, places.split(","))), int(added))
