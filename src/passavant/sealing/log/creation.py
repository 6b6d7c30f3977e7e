"""A new log: its database, and the entry in which it names its own key."""

from __future__ import annotations

import contextlib
import datetime as dt
import secrets
from collections.abc import Callable
from pathlib import Path

from passavant.errors import BadInput
from passavant.sealing.entries import entries_of
from passavant.sealing.files import make_folder, place_new
from passavant.sealing.log.growth import Edge
from passavant.sealing.log.schema import DATABASE, create_tables, disk_errors, transaction
from passavant.sealing.notes import SigningKey
from passavant.sealing.statements import Statement, timestamp
from passavant.sealing.submissions import submit

__all__ = ["check_absent", "create_log"]


def create_log(
    folder: Path, key: SigningKey, clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC)
) -> None:
    """Make a log: its database, and its first entry, in which it names its own key; all of it or nothing.

    Raises:
        BadInput: the folder holds a log already.
    """
    check_absent(folder)
    with disk_errors():
        make_folder(folder)
        draft = folder / f"{DATABASE}.{secrets.token_hex(4)}.new"
        try:
            _fill(draft, key, clock)
            place_new(draft, folder / DATABASE)
        except FileExistsError:
            check_absent(folder)
        finally:
            draft.unlink(missing_ok=True)


def _fill(draft: Path, key: SigningKey, clock: Callable[[], dt.datetime]) -> None:
    """Write the database with the log's opening."""
    with contextlib.closing(create_tables(draft)) as connection:
        stamp = timestamp(clock())
        opening = Statement("open", key.name, stamp, subject=str(key.verifier))
        with transaction(connection):
            rows = [("origin", key.name), ("key", str(key.verifier)), ("logged_at", stamp)]
            connection.executemany("INSERT INTO meta VALUES (?, ?)", rows)
            Edge.load(connection).append(entries_of(submit(key, [opening], key.name), stamp), connection)


def check_absent(folder: Path) -> None:
    """Check that a folder holds no log yet.

    Raises:
        BadInput: it does.
    """
    if (folder / DATABASE).exists():
        raise BadInput(
            "sealing.log.exists",
            got=(f"a log in {folder}", f"un journal dans {folder}"),
            expected=("a folder without one", "un dossier sans journal"),
            next_step=("Use it, or set PASSAVANT_HOME to another folder.", "Utilisez-le, ou changez PASSAVANT_HOME."),
        )
