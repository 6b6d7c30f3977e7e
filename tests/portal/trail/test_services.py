"""The trail only grows, and whoever changes it is found out."""

from __future__ import annotations

import threading

import pytest
from django.db import DatabaseError, connection, transaction

from passavant.portal.trail import append_only
from passavant.portal.trail.actions import ACTIONS
from passavant.portal.trail.models import LogEntry
from passavant.portal.trail.services import BEGINNING, Break, Head, check_chain, head, record


def _record(number: int = 0) -> LogEntry:
    return record("passavant.trail.read", actor="ada@customs.example", purpose="review", data={"rows": number})


def _without_triggers(statement: str) -> None:
    """Change the table as somebody with the database's own rights could."""
    with connection.cursor() as cursor:
        for guard in append_only.removals(connection.vendor):
            cursor.execute(guard)
        cursor.execute(statement)


def test_each_entry_is_chained_to_the_one_before(db: None) -> None:
    first, second = _record(), _record()

    assert (BEGINNING, first.hash) == (first.previous, second.previous)
    assert Head(2, second.hash) == head()
    assert check_chain() is None


def test_an_action_without_words_is_not_recorded(db: None) -> None:
    with pytest.raises(KeyError):
        record("passavant.something.done", actor="ada@customs.example")

    assert Head(0, BEGINNING) == head()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE trail_logentry SET actor = 'somebody else' WHERE sequence = 1",
        "UPDATE trail_logentry SET data = '{\"rows\":9}' WHERE sequence = 1",
        "DELETE FROM trail_logentry WHERE sequence = 1",
    ],
)
def test_a_changed_or_missing_entry_breaks_the_chain(db: None, statement: str) -> None:
    for number in range(3):
        _record(number)
    _without_triggers(statement)
    found = check_chain()

    assert isinstance(found, Break)
    assert 1 == found.sequence


@pytest.mark.parametrize("verb", ["UPDATE trail_logentry SET actor = 'x'", "DELETE FROM trail_logentry"])
def test_the_database_refuses_to_change_or_delete_an_entry(db: None, verb: str) -> None:
    _record()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(verb)

    assert 1 == LogEntry.objects.count()


def test_what_is_rolled_back_leaves_no_entry(db: None) -> None:
    with transaction.atomic():
        _record()
        transaction.set_rollback(True)

    assert Head(0, BEGINNING) == head()


def test_many_at_once_make_one_chain(committed: None) -> None:
    def several() -> None:
        try:
            for number in range(10):
                _record(number)
        finally:
            connection.close()

    threads = [threading.Thread(target=several) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert 40 == head().size
    assert check_chain() is None


def test_every_action_has_words_in_both_languages() -> None:
    assert all(text.en and text.fr and text.en != text.fr for text in ACTIONS.values())
