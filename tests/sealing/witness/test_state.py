"""What a witness remembers: one checkpoint a log, durable before it answers, never two histories."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from witnessed import KEY, ORIGIN, Log, new_witness, witness_key

from passavant.errors import BadInput
from passavant.sealing.checkpoints import Checkpoint, open_checkpoint
from passavant.sealing.log import StorageFailed
from passavant.sealing.notes import SigningKey, open_note
from passavant.sealing.witness import WitnessState, create_witness, watched_logs


def _time(line: str, key: SigningKey, log: Log) -> int | None:
    return open_note(f"{log.checkpoint.text()}\n{line}", [key.verifier]).signatures[0].time


def test_what_was_cosigned_is_remembered_after_a_restart(tmp_path: Path) -> None:
    key = witness_key()
    with new_witness(tmp_path / "w", key) as state:
        answer, line = state.add(Log(5).request(0))
    with WitnessState(tmp_path / "w", key) as state:
        fork, nothing = state.add(Log(6, "b").request(5))
        seen = state.seen(ORIGIN)

    assert (200, 422, "") == (answer.status, fork.status, nothing)
    assert seen is not None
    assert Log(5).checkpoint == seen.checkpoint
    assert line in seen.note
    opened = open_checkpoint(seen.note, [KEY.verifier, key.verifier], origin=ORIGIN)
    assert 2 == len(opened.note.signatures)


def test_a_clock_that_goes_back_does_not_take_cosignatures_with_it(tmp_path: Path) -> None:
    key, now = witness_key(), [2000.0]
    with new_witness(tmp_path / "w", key, clock=lambda: now[0]) as state:
        first = state.add(Log(5).request(0))[1]
        now[0] = 1000.0
        second = state.add(Log(6).request(5))[1]
    with WitnessState(tmp_path / "w", key, clock=lambda: 1500.0) as state:
        third = state.add(Log(6).request(6))[1]
        now[0] = 3000.0
    with WitnessState(tmp_path / "w", key, clock=lambda: now[0]) as state:
        fourth = state.add(Log(7).request(6))[1]

    times = [_time(line, key, Log(size)) for line, size in ((first, 5), (second, 6), (third, 6), (fourth, 7))]
    assert [2000, 2000, 2000, 3000] == times


def test_two_histories_at_once_are_never_both_cosigned(tmp_path: Path) -> None:
    with new_witness(tmp_path / "w") as state:
        state.add(Log(5).request(0))
        requests = [Log(9, history, forked=5).request(5) for history in "abcdefgh"]
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(state.add, requests))

    assert [200] + [409] * 7 == sorted(answer.status for answer, _ in answers)
    assert 1 == sum(bool(line) for _, line in answers)


def test_logs_do_not_get_into_each_others_way(tmp_path: Path) -> None:
    other = SigningKey.generate("seals.other.example/log")
    with new_witness(tmp_path / "w") as state:
        state.watch(other.verifier, "https://seals.other.example")
        state.add(Log(5).request(0))
        answer, _ = state.add(Log(3, key=other).request(0))
        watched = {one.key.name: one for one in state.watched()}

    assert 200 == answer.status
    assert [5, 3] == [one.seen.checkpoint.size for one in (watched[ORIGIN], watched[other.name]) if one.seen]
    assert "https://seals.other.example" == watched[other.name].url


def test_a_log_may_change_its_key(tmp_path: Path) -> None:
    newer = SigningKey.generate(ORIGIN)
    with new_witness(tmp_path / "w") as state:
        state.add(Log(5).request(0))
        before = state.add(Log(6, key=newer).request(5))[0]
        state.watch(newer.verifier)
        after = state.add(Log(6, key=newer).request(5))[0]

    assert (403, 200) == (before.status, after.status)


def test_a_second_process_is_refused(tmp_path: Path) -> None:
    key = witness_key()
    with new_witness(tmp_path / "w", key), pytest.raises(BadInput) as caught:
        WitnessState(tmp_path / "w", key)

    assert "sealing.witness.locked" == caught.value.code


def test_the_lock_goes_with_a_killed_process(tmp_path: Path) -> None:
    create_witness(tmp_path / "w", key := witness_key())
    holding = "import sys, pathlib; from passavant.sealing.witness.database import locked; lock = locked(pathlib.Path(sys.argv[1])); print(flush=True); sys.stdin.read()"
    with subprocess.Popen([sys.executable, "-c", holding, tmp_path / "w"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={"PYTHONPATH": ":".join(filter(None, sys.path))}) as process:  # fmt: skip
        assert process.stdout is not None
        process.stdout.readline()
        with pytest.raises(BadInput):
            WitnessState(tmp_path / "w", key)
        process.kill()
        process.wait()

    WitnessState(tmp_path / "w", key).close()


def test_a_witness_without_its_database_does_not_start_again_from_nothing(tmp_path: Path) -> None:
    key = witness_key()
    new_witness(tmp_path / "w", key).close()
    for file in (tmp_path / "w").glob("witness.sqlite*"):
        file.unlink()

    with pytest.raises(BadInput, match="must not sign again"):
        WitnessState(tmp_path / "w", key)


def test_a_witness_is_made_once_and_with_a_key_of_its_kind(tmp_path: Path) -> None:
    create_witness(tmp_path / "w", witness_key())
    with pytest.raises(BadInput, match="already"):
        create_witness(tmp_path / "w", witness_key())
    with pytest.raises(BadInput):
        create_witness(tmp_path / "other", KEY)


def test_a_state_belongs_to_one_key(tmp_path: Path) -> None:
    create_witness(tmp_path / "w", witness_key())

    with pytest.raises(BadInput) as caught:
        WitnessState(tmp_path / "w", witness_key())

    assert "sealing.witness.key" == caught.value.code


def test_a_database_of_another_version_or_kind_is_refused(tmp_path: Path) -> None:
    key = witness_key()
    create_witness(tmp_path / "w", key)
    connection = sqlite3.connect(tmp_path / "w" / "witness.sqlite")
    connection.execute("PRAGMA user_version=2")
    connection.close()
    with pytest.raises(BadInput, match="version 2"):
        WitnessState(tmp_path / "w", key)
    (tmp_path / "w" / "witness.sqlite").write_bytes(b"not a database at all" * 100)
    with pytest.raises(BadInput, match="not a witness's"):
        WitnessState(tmp_path / "w", key)


def test_nothing_is_cosigned_where_nothing_can_be_stored(tmp_path: Path) -> None:
    with new_witness(tmp_path / "w") as state:
        state.add(Log(5).request(0))
        blocker = sqlite3.connect(tmp_path / "w" / "witness.sqlite", isolation_level=None)
        blocker.execute("BEGIN EXCLUSIVE")
        state._connection.execute("PRAGMA busy_timeout=50")
        with pytest.raises(StorageFailed, match="nothing was cosigned"):
            state.add(Log(6).request(5))
        blocker.execute("ROLLBACK")
        blocker.close()

        assert Log(5).checkpoint == getattr(state.seen(ORIGIN), "checkpoint", None)
        assert 200 == state.add(Log(6).request(5))[0].status


def test_a_running_witness_can_be_looked_at(tmp_path: Path) -> None:
    with new_witness(tmp_path / "w") as state:
        state.add(Log(5).request(0))
        key, (one,) = watched_logs(tmp_path / "w")

        assert (state.key, KEY.verifier) == (key, one.key)
        assert one.seen == state.seen(ORIGIN)


def test_the_largest_size_is_stored(tmp_path: Path) -> None:
    from passavant.sealing.notes import sign_note
    from passavant.sealing.witness import Request

    with new_witness(tmp_path / "w") as state:
        note = sign_note(Checkpoint(ORIGIN, 2**63 - 1, bytes(32)).text(), [KEY])

        assert 200 == state.add(Request(0, (), note))[0].status
