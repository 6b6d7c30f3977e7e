"""The log's writer: places, idempotence, group commit, refusals, clocks and full disks."""

from __future__ import annotations

import datetime as dt
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from passavant.errors import BadInput, NotFound, PassavantError
from passavant.sealing import SigningKey, open_checkpoint
from passavant.sealing.entries import Entry
from passavant.sealing.log import Logged, LogReader, LogWriter, StorageFailed, create_log
from passavant.sealing.merkle import leaf_hash, root_of
from passavant.sealing.notes import COSIGNATURE, ED25519, VerifierKey
from passavant.sealing.submissions import Submission


def _entries(folder: Path) -> list[bytes]:
    with LogReader(folder) as reader:
        return list(reader.entries(0, reader.size()))


def test_the_first_entry_names_the_log_itself_and_the_second_its_issuer(house: Any) -> None:
    opening, admission = (Entry.parse(data).statement for data in _entries(house.folder))

    assert ("open", str(house.key.verifier)) == (opening.action, opening.subject)
    assert ("admit", str(house.issuer.verifier)) == (admission.action, admission.subject)


@pytest.mark.parametrize("batches", [[1], [1, 1, 1], [3, 250, 300, 1, 255, 256, 70]])
def test_the_checkpoint_is_the_root_over_all_entries(house: Any, batches: list[int]) -> None:
    for number, count in enumerate(batches):
        house.log.append(house.sealed(*(b"%d %d" % (number, one) for one in range(count))))
    found = open_checkpoint(house.log.checkpoint(), [house.key.verifier], origin=house.key.name).checkpoint

    assert 2 + sum(batches) == found.size
    assert root_of([leaf_hash(entry) for entry in _entries(house.folder)]) == found.root


def test_a_log_opened_again_goes_on_where_it_was(house: Any) -> None:
    house.log.append(house.sealed(*(b"%d" % one for one in range(700))))
    before = house.log.checkpoint()
    house.log.close()
    with LogWriter(house.folder, house.key) as again:
        assert before == again.checkpoint()
        again.append(house.sealed(b"one more"))
        root = open_checkpoint(again.checkpoint(), [house.key.verifier], origin=house.key.name).checkpoint.root

    assert root_of([leaf_hash(entry) for entry in _entries(house.folder)]) == root


def test_a_seal_sent_again_has_its_first_place(house: Any) -> None:
    first = house.log.append(house.sealed(b"a", b"b"))
    again = house.log.append(house.sealed(b"b", b"c", issued_at="2026-11-20T00:00:00Z"))

    assert ((2, 3), 2) == (first.places, first.added)
    assert ((3, 4), 1) == (again.places, again.added)
    assert 5 == house.log.size


def test_a_document_twice_in_one_batch_is_logged_once(house: Any) -> None:
    logged = house.log.append(house.sealed(b"a", b"a"))

    assert ((2, 2), 1) == (logged.places, logged.added)
    assert all(Entry.parse(data).signed_by_issuer(house.key.name) for data in _entries(house.folder))


def test_one_refused_submission_does_not_hold_up_the_others(house: Any) -> None:
    stranger = SigningKey.generate("stranger.example")
    bad = Submission(stranger.verifier, house.sealed(b"x").statements, bytes(64), house.key.name)
    first, refused, second = house.log.append_all([house.sealed(b"a"), bad, house.sealed(b"b")])

    assert isinstance(refused, PassavantError)
    assert ((2,), (3,)) == (first.places, second.places)
    assert 4 == house.log.size


@pytest.mark.parametrize("action", ["revoke", "supersede"])
def test_what_was_never_sealed_cannot_be_revoked_or_superseded(house: Any, digest: Any, action: str) -> None:
    fields = {"reason": "cancelled"} if action == "revoke" else {"ref": f"sha-256:{digest(b'old')}"}
    with pytest.raises(NotFound):
        house.log.append(house.say(b"new", action, **fields))

    assert 2 == house.log.size


def test_a_refused_statement_takes_its_whole_submission_with_it(house: Any) -> None:
    from passavant.sealing.submissions import submit

    both = submit(
        house.issuer,
        [house.statement(b"a"), house.statement(b"never sealed", "revoke", reason="cancelled")],
        house.key.name,
    )
    with pytest.raises(NotFound):
        house.log.append(both)

    assert (2,) == house.log.append(house.sealed(b"a")).places


def test_another_issuer_cannot_revoke(house: Any) -> None:
    from passavant.sealing import Statement
    from passavant.sealing.statements import now
    from passavant.sealing.submissions import submit

    other = SigningKey.generate("ministry.example")
    house.log.admit(other.verifier)
    house.log.append(house.sealed(b"a"))
    digest = house.statement(b"a").digest
    with pytest.raises(NotFound):
        house.log.append(
            submit(other, [Statement("revoke", other.name, now(), digest=digest, reason="cancelled")], house.key.name)
        )


def test_a_new_key_of_the_same_issuer_may_revoke(house: Any) -> None:
    from passavant.sealing.submissions import submit

    house.log.append(house.sealed(b"a"))
    newer = SigningKey.generate(house.issuer.name)
    house.log.admit(newer.verifier)
    revoked = house.log.append(
        submit(newer, [house.statement(b"a", "revoke", reason="key_compromised")], house.key.name)
    )

    assert 1 == revoked.added


@pytest.mark.parametrize(
    ("scope", "action", "kind", "allowed"),
    [
        ("seal", "seal", "851", True),
        ("seal,type=851", "seal", "851", True),
        ("seal,type=851", "seal", "", False),
        ("seal,type=853,type=851", "seal", "851", True),
        ("revoke", "seal", "851", False),
    ],
)
def test_a_key_does_what_its_scope_says(house: Any, scope: str, action: str, kind: str, allowed: bool) -> None:
    house.log.admit(house.issuer.verifier, scope)
    submission = house.say(b"a", action, doc_type=kind)
    if allowed:
        assert 1 == house.log.append(submission).added
    else:
        with pytest.raises(BadInput):
            house.log.append(submission)


def test_a_withdrawn_key_makes_no_new_seals(house: Any) -> None:
    house.log.append(house.sealed(b"a"))
    house.log.withdraw(house.issuer.verifier)
    with pytest.raises(BadInput) as caught:
        house.log.append(house.sealed(b"b"))

    assert "withdrawn by entry 3" in caught.value.got[0]


def test_a_statement_from_the_future_is_refused(house: Any) -> None:
    ahead = (dt.datetime.now(dt.UTC) + dt.timedelta(minutes=10)).strftime("%Y-%m-%dT%H:%M:%SZ")
    with pytest.raises(BadInput):
        house.log.append(house.sealed(b"a", issued_at=ahead))


def test_a_clock_that_goes_backwards_does_not_take_the_log_along(
    tmp_path: Path, log_key: SigningKey, house: Any
) -> None:
    times = [dt.datetime(2026, 11, 25, 10, tzinfo=dt.UTC), dt.datetime(2026, 11, 25, 9, tzinfo=dt.UTC)]
    folder = tmp_path / "other"
    create_log(folder, log_key, lambda: times[0])
    with LogWriter(folder, log_key, lambda: times[1]) as log:
        log.admit(house.issuer.verifier)
        log.append(house.sealed(b"a", issued_at="2026-11-25T09:00:00Z"))
    stamps = [Entry.parse(data).logged_at for data in _entries(folder)]

    assert ["2026-11-25T10:00:00Z"] * 3 == stamps


def test_a_second_writer_is_refused(house: Any) -> None:
    with pytest.raises(BadInput) as caught:
        LogWriter(house.folder, house.key)

    assert "sealing.log.locked" == caught.value.code


def test_the_key_of_another_log_is_refused(house: Any) -> None:
    house.log.close()
    with pytest.raises(BadInput) as caught:
        LogWriter(house.folder, SigningKey.generate("another.example/log"))

    assert "sealing.log.another" == caught.value.code


def test_a_log_is_not_made_over_another(house: Any) -> None:
    with pytest.raises(BadInput):
        create_log(house.folder, house.key)


def test_a_full_disk_refuses_keeps_nothing_and_recovers(house: Any) -> None:
    house.log.append(house.sealed(b"before"))
    checkpoint = house.log.checkpoint()
    connection: sqlite3.Connection = house.log._connection
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count = {pages}")
    batch = house.sealed(*(b"%d" % one for one in range(2000)))
    with pytest.raises(StorageFailed) as caught:
        house.log.append(batch)

    assert "full" in caught.value.got[0]
    assert checkpoint == house.log.checkpoint()
    connection.execute(f"PRAGMA max_page_count = {2**31}")
    assert 2000 == house.log.append(batch).added
    found = open_checkpoint(house.log.checkpoint(), [house.key.verifier], origin=house.key.name).checkpoint
    assert root_of([leaf_hash(entry) for entry in _entries(house.folder)]) == found.root


def test_a_file_that_is_no_log_is_refused(tmp_path: Path) -> None:
    (tmp_path / "log.sqlite").write_bytes(b"not a database at all, but long enough to be read as one" * 50)
    with pytest.raises(BadInput) as caught:
        LogReader(tmp_path)

    assert "sealing.log.unreadable" == caught.value.code


def test_no_log_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as caught:
        LogReader(tmp_path)

    assert "passavant log init" in caught.value.next_step[0]


def test_a_named_request_is_remembered_for_a_week(tmp_path: Path, log_key: SigningKey, house: Any) -> None:
    folder, clock = tmp_path / "other", [dt.datetime(2026, 11, 25, 10, tzinfo=dt.UTC)]
    create_log(folder, log_key, lambda: clock[0])
    with LogWriter(folder, log_key, lambda: clock[0]) as log:
        log.admit(house.issuer.verifier)
        named = [house.sealed(b"a", issued_at="2026-11-25T10:00:00Z")], [("name", b"body")]
        first = log.append_all(*named)
        clock[0] += dt.timedelta(days=6)
        log.append(house.sealed(b"b", issued_at="2026-11-25T10:00:00Z"))
        again = log.append_all(*named)
        clock[0] += dt.timedelta(days=2)
        log.append(house.sealed(b"c", issued_at="2026-11-25T10:00:00Z"))

        assert [Logged((2,), 1)] == first == again
        assert [Logged((2,), 0)] == log.append_all(*named)


def test_a_key_that_is_no_issuers_is_not_admitted(house: Any) -> None:
    witness = SigningKey.generate("witness.example", COSIGNATURE).verifier
    odd = VerifierKey("customs.example/p\u0435rmits", ED25519, house.issuer.verifier.public)
    for key in (witness, odd):
        with pytest.raises(BadInput):
            house.log.admit(key)

    assert 2 == house.log.size


def test_what_a_crash_left_of_a_new_log_is_in_nobodys_way(tmp_path: Path, log_key: SigningKey) -> None:
    (tmp_path / "log").mkdir()
    (tmp_path / "log" / "log.sqlite.0000.new").write_bytes(b"half a database")
    create_log(tmp_path / "log", log_key)

    with LogReader(tmp_path / "log") as reader:
        assert 1 == reader.size()
