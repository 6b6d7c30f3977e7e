"""A log that asks real witnesses over HTTP: honest, restored from an old backup, forked; and witnesses that err."""

from __future__ import annotations

import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from witnessed import KEY, ORIGIN, Log, served, served_witness, witness_key

from passavant.errors import BadInput
from passavant.sealing.log import LogReader, LogWriter
from passavant.sealing.notes import SigningKey, VerifierKey
from passavant.sealing.trust import NotTrusted, TrustPolicy
from passavant.sealing.witness import WitnessState, cosign

NAMES = ("north", "south", "east")


def _policy(*witnesses: tuple[str, VerifierKey, str], log: VerifierKey | None = KEY.verifier) -> TrustPolicy:
    lines = [f"log {log}"] if log else []
    lines += [f"witness {name} {key} {url}" for name, key, url in witnesses]
    needed = min(2, len(witnesses))
    lines += [f"group region {needed} {' '.join(name for name, _, _ in witnesses)}", "quorum region"]
    return TrustPolicy.parse("\n".join(lines))


@pytest.fixture
def region(tmp_path: Path) -> Iterator[tuple[TrustPolicy, dict[str, WitnessState]]]:
    """Three witnesses of three administrations."""
    with ExitStack() as stack:
        found = {n: stack.enter_context(served_witness(tmp_path / n, f"witness.{n}.example")) for n in NAMES}
        yield (
            _policy(*((n, state.key, url) for n, (url, state) in found.items())),
            {n: s for n, (_, s) in found.items()},
        )


@pytest.fixture
def north(tmp_path: Path) -> Iterator[tuple[TrustPolicy, WitnessState]]:
    with served_witness(tmp_path / "north") as (url, state):
        yield _policy(("north", state.key, url)), state


def test_cosignatures_of_all_witnesses_meet_the_policy(region: tuple[TrustPolicy, dict[str, WitnessState]]) -> None:
    policy, _ = region
    done = cosign(Log(5), policy)
    trusted = policy.verify(done.note)

    assert () == done.refusals
    assert NAMES == tuple(name for name, _ in trusted.witnesses)


def test_a_log_that_grows_sends_the_proof_from_what_each_witness_saw(
    region: tuple[TrustPolicy, dict[str, WitnessState]],
) -> None:
    policy, states = region
    last: dict[str, int] = {}
    cosign(Log(5), policy, last)
    states["south"].add(Log(7).request(5))
    done = cosign(Log(300), policy, last)

    assert () == done.refusals
    assert dict.fromkeys(NAMES, 300) == last
    assert 3 == len(policy.verify(done.note).witnesses)


def test_a_size_that_is_not_remembered_is_learnt_from_the_witness(north: tuple[TrustPolicy, WitnessState]) -> None:
    policy, _ = north
    cosign(Log(5), policy)

    assert () == cosign(Log(9), policy).refusals
    assert () == cosign(Log(12), policy, {"north": 7}).refusals
    assert () == cosign(Log(13), policy, {"north": 20}).refusals


def test_a_newer_cosignature_takes_the_place_of_the_older(north: tuple[TrustPolicy, WitnessState]) -> None:
    policy, state = north
    once = cosign(Log(5), policy).note
    state._clock = lambda: 2**37

    @dataclass
    class Again:
        checkpoint_note: str

        def consistency(self, old: int, size: int) -> list[bytes]:
            return Log(5).consistency(old, size)

    twice = cosign(Again(once), policy).note

    assert 2 == twice.count("\n\u2014 ")
    assert 2**37 == policy.verify(twice).witnesses[0][1]


def test_a_rewound_log_is_told_so_with_both_checkpoints(north: tuple[TrustPolicy, WitnessState]) -> None:
    policy, state = north
    cosign(Log(8), policy)
    (refusal,) = cosign(Log(5), policy).alarms

    assert "REWIND" in refusal.reason[0]
    assert "RETOUR EN ARRIÈRE" in refusal.reason[1]
    assert Log(5).checkpoint_note == refusal.ours
    assert getattr(state.seen(ORIGIN), "note", "") == refusal.theirs


@pytest.mark.parametrize("size", [8, 9, 300])
def test_a_fork_is_told_so_with_both_checkpoints(north: tuple[TrustPolicy, WitnessState], size: int) -> None:
    policy, state = north
    cosign(Log(8), policy)
    done = cosign(Log(size, "b", forked=5), policy)
    (refusal,) = done.alarms

    assert refusal.reason[0].startswith("FORK: ")
    assert f"{ORIGIN} 8/" in refusal.reason[0]
    assert f"{ORIGIN} {size}/" in refusal.reason[0]
    assert getattr(state.seen(ORIGIN), "note", "") == refusal.theirs
    assert done.note == refusal.ours
    with pytest.raises(NotTrusted):
        policy.verify(done.note)


class _Kept:
    """A log on disk, asked to be witnessed."""

    def __init__(self, folder: Path, key: SigningKey) -> None:
        with LogWriter(folder, key) as writer:
            self.checkpoint_note, self._size = writer.checkpoint(), writer.size
        self._folder = folder

    def consistency(self, old: int, size: int) -> list[bytes]:
        with LogReader(self._folder) as reader:
            return reader.tiles(size).consistency(old)


@pytest.mark.parametrize("further", [1, 2, 5])
def test_a_log_restored_from_an_old_backup_that_goes_on_differently_is_refused(
    house: Any, tmp_path: Path, further: int
) -> None:
    house.log.append(house.sealed(b"before"))
    house.log.close()
    shutil.copytree(house.folder, tmp_path / "backup")
    with served_witness(tmp_path / "north") as (url, state):
        state.watch(house.key.verifier)
        policy = _policy(("north", state.key, url), log=house.key.verifier)
        with LogWriter(house.folder, house.key) as log:
            log.append(house.sealed(b"a", b"b"))
        first = cosign(_Kept(house.folder, house.key), policy)
        with LogWriter(tmp_path / "backup", house.key) as log:
            log.append(house.sealed(*(f"other {number}".encode() for number in range(further))))
        second = cosign(_Kept(tmp_path / "backup", house.key), policy)
        recorded = state.seen(house.key.name)

    (refusal,) = second.alarms
    assert () == first.refusals
    assert ("REWIND" if further == 1 else "FORK") == refusal.reason[0].partition(":")[0]
    assert second.note == refusal.ours
    assert refusal.theirs is not None
    assert refusal.theirs == getattr(recorded, "note", None)
    for note in (refusal.ours, refusal.theirs):  # signed by one key, for anybody to see
        assert note is not None
        assert policy.with_log(house.key.verifier).logs[house.key.name][0].name in note


def test_one_witness_that_is_down_does_not_keep_the_others(region: tuple[TrustPolicy, dict[str, WitnessState]]) -> None:
    policy, _ = region
    with socket.create_server(("127.0.0.1", 0)) as unused:
        closed = f"http://127.0.0.1:{unused.getsockname()[1]}"
    west = witness_key("witness.west.example")
    wider = _policy(
        *((one.name, one.key, one.url or "") for one in policy.witnesses.values()), ("west", west.verifier, closed)
    )
    done = cosign(Log(5), wider)

    assert ["west"] == [one.witness for one in done.refusals]
    assert not done.alarms
    assert 3 == len(wider.verify(done.note).witnesses)


def test_a_witness_that_never_answers_is_left_behind(north: tuple[TrustPolicy, WitnessState]) -> None:
    policy, _ = north
    silent = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{silent.getsockname()[1]}"
    wider = _policy(
        *((o.name, o.key, o.url or "") for o in policy.witnesses.values()), ("west", witness_key("w").verifier, url)
    )
    done = cosign(Log(5), wider, patience=0.5)
    silent.close()

    assert ["west"] == [one.witness for one in done.refusals]
    assert 2 == done.note.count("\n\u2014 ")


def test_a_witness_that_drips_is_left_behind(tmp_path: Path) -> None:
    dripping = threading.Event()

    async def drip(scope: Any, receive: Any, send: Any) -> None:
        import asyncio

        await send({"type": "http.response.start", "status": 200, "headers": []})
        while not dripping.is_set():
            await send({"type": "http.response.body", "body": b"x", "more_body": True})
            await asyncio.sleep(0.02)

    with served(drip) as url:
        done = cosign(Log(5), _policy(("west", witness_key("w").verifier, url)), patience=0.4)
        dripping.set()

    assert ["west"] == [one.witness for one in done.refusals]
    assert 1 == done.note.count("\n\u2014 ")


def _answering(
    status: int, body: bytes = b"", kind: str = "text/x.tlog.size", recorded: str | None = None
) -> Starlette:
    async def add(request: Any) -> Response:
        return Response(body, status, {"content-type": kind})

    async def monitor(request: Any) -> Response:
        return PlainTextResponse(recorded) if recorded else Response(status_code=404)

    return Starlette(routes=[Route("/add-checkpoint", add, methods=["POST"]), Route("/{origin}/checkpoint", monitor)])


def _asked(app: Starlette, key: SigningKey, size: int = 5, **how: Any) -> Any:
    with served(app) as url:
        return cosign(Log(size), _policy(("west", key.verifier, url)), **how)


@pytest.mark.parametrize(
    "body",
    [
        b"", b"nonsense\n", b"\xff\xff\n",
        witness_key("w").line(Log(5).checkpoint.text()).encode(),
        witness_key("w").line(Log(6).checkpoint.text()).encode(),
        Log(5).checkpoint_note.partition("\n\n")[2].encode(),
        b"x" * 70_000,
    ],
)  # fmt: skip
def test_an_answer_that_is_not_the_witnesss_own_cosignature_is_not_believed(body: bytes) -> None:
    done = _asked(_answering(200, body), witness_key("w"))

    assert 1 == len(done.refusals)
    assert Log(5).checkpoint_note == done.note


def test_a_cosignature_without_line_end_or_among_others_is_told_apart() -> None:
    key = witness_key("w")
    line = key.line(Log(5).checkpoint.text()).encode()
    cut, mixed = (
        _asked(_answering(200, line[:-1]), key),
        _asked(_answering(200, b"\xe2\x80\x94 x AAAAAAAA\n" + line), key),
    )

    assert (1, 0) == (len(cut.refusals), len(mixed.refusals))
    assert Log(5).checkpoint_note + line.decode() == mixed.note


@pytest.mark.parametrize("status", [302, 400, 403, 404, 429, 500, 507])
def test_other_refusals_are_not_alarming(status: int) -> None:
    (refusal,) = _asked(_answering(status), witness_key("w")).refusals

    assert (False, f"it answers {status}") == (refusal.alarming, refusal.reason[0])


def test_a_witness_that_claims_a_larger_log_without_showing_it_alarms_all_the_same() -> None:
    (refusal,) = _asked(_answering(409, b"9\n"), witness_key("w")).alarms

    assert "saw 9 entries" in refusal.reason[0]
    assert "9 inscriptions" in refusal.reason[1]
    assert (Log(5).checkpoint_note, None) == (refusal.ours, refusal.theirs)


@pytest.mark.parametrize(("body", "kind"), [(b"", "text/x.tlog.size"), (b"4\n", "text/plain"), (b"04\n", "text/x.tlog.size"), (b"4", "text/x.tlog.size")])  # fmt: skip
def test_a_conflict_without_a_size_is_another_root_in_older_witnesses(body: bytes, kind: str) -> None:
    (refusal,) = _asked(_answering(409, body, kind), witness_key("w"), last={"west": 5}).alarms

    assert "another root" in refusal.reason[0]


def test_a_witness_that_refuses_what_continues_its_own_record_errs() -> None:
    key = witness_key("w")
    recorded = Log(3).checkpoint_note + key.line(Log(3).checkpoint.text())
    (refusal,) = _asked(_answering(422, recorded=recorded), key, last={"west": 3}).refusals

    assert not refusal.alarming
    assert "although" in refusal.reason[0]
    assert recorded == refusal.theirs


def test_a_checkpoint_that_the_log_never_signed_is_no_evidence() -> None:
    key = witness_key("w")
    forged = Log(9, "b", key=SigningKey.generate(ORIGIN))
    recorded = forged.checkpoint_note + key.line(forged.checkpoint.text())
    (refusal,) = _asked(_answering(409, b"9\n", recorded=recorded), key).alarms

    assert refusal.theirs is None


def test_a_witness_that_changes_its_mind_at_each_question_is_asked_twice_only() -> None:
    asked: list[int] = []

    async def add(request: Any) -> Response:
        asked.append(len(asked))
        return Response(f"{len(asked)}\n", 409, {"content-type": "text/x.tlog.size"})

    app = Starlette(routes=[Route("/add-checkpoint", add, methods=["POST"])])
    (refusal,) = _asked(app, witness_key("w")).refusals

    assert [0, 1] == asked
    assert not refusal.alarming


def test_a_log_that_cannot_prove_loses_that_witness_alone(region: tuple[TrustPolicy, dict[str, WitnessState]]) -> None:
    policy, states = region
    states["south"].add(Log(3).request(0))

    class Broken(Log):
        def consistency(self, old: int, size: int) -> list[bytes]:
            raise BadInput("sealing.tile.damaged", got=("a damaged tile", "une tuile abîmée"), expected=("", ""), next_step=("", ""))  # fmt: skip

    done = cosign(Broken(5), policy)

    assert [("south", "a damaged tile")] == [(one.witness, one.reason[0]) for one in done.refusals]
    assert 2 == len(policy.verify(done.note).witnesses)


def test_a_policy_without_addresses_asks_nobody() -> None:
    policy = TrustPolicy.parse(f"witness w {witness_key().verifier}\nquorum w\n")

    assert (Log(5).checkpoint_note, ()) == (cosign(Log(5), policy).note, cosign(Log(5), policy).refusals)
