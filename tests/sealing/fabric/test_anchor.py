"""A log and a ledger: anchored, found again, compared, and found out."""

from __future__ import annotations

import base64
import shutil
from collections.abc import Iterator
from pathlib import Path

import grpc
import pytest
from clients import identity_of, open_gateway
from fake_gateway import MVCC_READ_CONFLICT, Member, Network, member

from passavant.errors import BadInput, PassavantError
from passavant.sealing.checkpoints import Checkpoint
from passavant.sealing.fabric import Contradiction, Gateway, GatewayFault, Verdict, anchor, anchored, check, tiles_in
from passavant.sealing.merkle import EMPTY_ROOT, consistency_path, leaf_hash, root_of
from passavant.sealing.notes import SigningKey, sign_note
from passavant.sealing.tiles import tiles_of

ORIGIN = "log.example/customs"
KEY = SigningKey.generate(ORIGIN)
KEYS = [KEY.verifier]
LEAVES = [leaf_hash(str(index).encode()) for index in range(600)]
FORKED = [leaf_hash(b"another"), *LEAVES[1:]]


def note(size: int, leaves: list[bytes] = LEAVES, key: SigningKey = KEY, origin: str = ORIGIN) -> str:
    return sign_note(Checkpoint(origin, size, root_of(leaves[:size])).text(), [key])


def prove(old: int, size: int) -> list[bytes]:
    return consistency_path(old, size, lambda start, end: root_of(LEAVES[start:end]))


@pytest.fixture
def gateway(network: Network, customs: Member) -> Iterator[Gateway]:
    with open_gateway(network, identity_of(customs)) as one:
        yield one


def test_a_checkpoint_is_anchored_and_found_again(gateway: Gateway) -> None:
    done = anchor(note(7), KEYS, ORIGIN, gateway)

    held = anchored(ORIGIN, gateway)
    assert held is not None
    assert (1, done.tx_id, 7, note(7)) == (done.block_number, held.tx_id, held.size, held.note)
    assert base64.b64encode(root_of(LEAVES[:7])).decode() == held.root


def test_nothing_is_held_of_a_log_that_was_never_anchored(gateway: Gateway) -> None:
    assert anchored(ORIGIN, gateway) is None
    assert Verdict.ABSENT == check(note(7), KEYS, ORIGIN, gateway).verdict


def test_anchoring_twice_writes_once(network: Network, gateway: Gateway) -> None:
    first = anchor(note(7), KEYS, ORIGIN, gateway)
    network.service.calls.clear()

    again = anchor(note(7), KEYS, ORIGIN, gateway)

    assert (first.tx_id, None) == (again.tx_id, again.block_number)
    assert ["Endorse"] == network.service.calls
    assert 2 == network.ledger.height


@pytest.mark.parametrize(("size", "leaves", "code"), [(7, FORKED, "fork"), (6, LEAVES, "rewind"), (6, FORKED, "rewind")])  # fmt: skip
def test_a_fork_or_a_rewind_is_refused_with_its_evidence(
    gateway: Gateway, size: int, leaves: list[bytes], code: str
) -> None:
    anchor(note(7), KEYS, ORIGIN, gateway)

    with pytest.raises(Contradiction) as found:
        anchor(note(size, leaves), KEYS, ORIGIN, gateway)
    error = found.value
    assert (f"sealing.fabric.{code}", 1) == (error.code, error.exit_code)
    assert (note(size, leaves), note(7)) == (error.log, error.ledger.note)
    assert all(error.ledger.tx_id in text for text in error.got)


def test_a_rewind_onto_another_root_is_a_fork(gateway: Gateway) -> None:
    anchor(note(5), KEYS, ORIGIN, gateway)
    anchor(note(7), KEYS, ORIGIN, gateway)

    with pytest.raises(Contradiction) as found:
        anchor(note(5, FORKED), KEYS, ORIGIN, gateway)
    assert ("sealing.fabric.fork", 5) == (found.value.code, found.value.ledger.size)
    assert Verdict.REWIND == check(note(5), KEYS, ORIGIN, gateway).verdict


def test_with_a_proof_a_larger_fork_is_not_written(network: Network, gateway: Gateway) -> None:
    anchor(note(7), KEYS, ORIGIN, gateway, prove=prove)
    with pytest.raises(Contradiction, match="a fork"):
        anchor(note(9, FORKED), KEYS, ORIGIN, gateway, prove=prove)

    assert 2 == network.ledger.height
    assert 2 == anchor(note(9), KEYS, ORIGIN, gateway, prove=prove).block_number


@pytest.mark.parametrize(
    ("size", "leaves", "verdict", "proven"),
    [
        (7, LEAVES, Verdict.SAME, False),
        (7, FORKED, Verdict.FORK, False),
        (6, LEAVES, Verdict.REWIND, False),
        (9, LEAVES, Verdict.BEHIND, True),
        (9, FORKED, Verdict.FORK, False),
    ],
)
def test_a_log_is_compared_with_the_ledger(
    gateway: Gateway, size: int, leaves: list[bytes], verdict: Verdict, proven: bool
) -> None:
    anchor(note(7), KEYS, ORIGIN, gateway)

    found = check(note(size, leaves), KEYS, ORIGIN, gateway, prove=prove)

    assert (verdict, proven) == (found.verdict, found.proven)
    assert (size, 7) == (found.log.size, found.ledger and found.ledger.size)


def test_without_a_proof_a_ledger_behind_proves_nothing(gateway: Gateway) -> None:
    anchor(note(7), KEYS, ORIGIN, gateway)

    found = check(note(9, FORKED), KEYS, ORIGIN, gateway)

    assert (Verdict.BEHIND, False) == (found.verdict, found.proven)


def _write_tiles(folder: Path, leaves: list[bytes], *published: int) -> Path:
    """Write a log's tiles as of some checkpoints; a partial tile goes once the full one is there."""
    for size in published:
        for tile in tiles_of(0, size):
            hashes = leaves if tile.level == 0 else [root_of(leaves[at : at + 256]) for at in range(0, size, 256)]
            path = folder / tile.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"".join(hashes[tile.number * 256 : tile.number * 256 + tile.width]))
    for partials in folder.rglob("*.p"):
        if partials.with_suffix("").exists():
            shutil.rmtree(partials)
    return folder


@pytest.mark.parametrize(("leaves", "verdict"), [(LEAVES, Verdict.BEHIND), (FORKED, Verdict.FORK)])
@pytest.mark.parametrize("size", [300, 600])
def test_the_proof_is_made_from_the_logs_tiles(
    gateway: Gateway, tmp_path: Path, leaves: list[bytes], verdict: Verdict, size: int
) -> None:
    anchor(note(257), KEYS, ORIGIN, gateway)
    tiles = _write_tiles(tmp_path, leaves, 300, 600)

    found = check(note(size, leaves), KEYS, ORIGIN, gateway, prove=tiles_in(tiles, size))

    assert verdict == found.verdict


def test_an_absent_tile_is_named(gateway: Gateway, tmp_path: Path) -> None:
    anchor(note(257), KEYS, ORIGIN, gateway)

    with pytest.raises(BadInput) as refused:
        check(note(300), KEYS, ORIGIN, gateway, prove=tiles_in(tmp_path, 300))
    assert "sealing.tile.unreadable" == refused.value.code


@pytest.mark.parametrize(
    "wrong",
    [
        note(7).replace("\n7\n", "\n8\n"),
        note(7, key=SigningKey.generate(ORIGIN)),
        note(7, origin="log.example/other"),
        sign_note(Checkpoint(ORIGIN, 0, EMPTY_ROOT).text(), [KEY]),
        "no note",
    ],
)
def test_a_checkpoint_that_is_not_the_logs_never_reaches_the_network(
    network: Network, gateway: Gateway, wrong: str
) -> None:
    with pytest.raises(BadInput):
        anchor(wrong, KEYS, ORIGIN, gateway)
    assert [] == network.service.calls


def test_an_anchor_that_is_overtaken_is_tried_again(network: Network, gateway: Gateway) -> None:
    network.service.invalidate(MVCC_READ_CONFLICT)

    assert 2 == anchor(note(7), KEYS, ORIGIN, gateway).block_number
    assert 2 == network.service.calls.count("Endorse")


def test_an_anchor_that_is_always_overtaken_gives_up(network: Network, gateway: Gateway) -> None:
    for _ in range(3):
        network.service.invalidate(MVCC_READ_CONFLICT)

    with pytest.raises(GatewayFault) as fault:
        anchor(note(7), KEYS, ORIGIN, gateway)
    assert ("MVCC_READ_CONFLICT", 3) == (fault.value.status, network.service.calls.count("Endorse"))


def test_an_endorsement_that_fails_for_another_reason_is_said_as_it_is(network: Network, gateway: Gateway) -> None:
    anchor(note(7), KEYS, ORIGIN, gateway)
    network.service.fail("Endorse", grpc.StatusCode.ABORTED, "no peers available", ("peer1:7051", "OtherMSP", "down"))

    with pytest.raises(GatewayFault, match="OtherMSP"):
        anchor(note(9), KEYS, ORIGIN, gateway)


def test_a_refusal_stays_said_where_the_ledger_cannot_be_asked_why(network: Network, gateway: Gateway) -> None:
    anchor(note(7), KEYS, ORIGIN, gateway)
    network.service.fail("Evaluate", grpc.StatusCode.UNAVAILABLE, "gone")

    with pytest.raises(GatewayFault, match="below the anchored size 7"):
        anchor(note(6), KEYS, ORIGIN, gateway)


def test_a_timeout_of_the_commit_leaves_an_anchor_that_pushing_again_finds(network: Network, gateway: Gateway) -> None:
    network.service.fail("CommitStatus", grpc.StatusCode.UNAVAILABLE, "connection reset")
    with pytest.raises(GatewayFault):
        anchor(note(7), KEYS, ORIGIN, gateway)

    assert anchor(note(7), KEYS, ORIGIN, gateway).block_number is None


def test_another_members_false_checkpoint_is_not_taken_for_the_logs(customs: Member) -> None:
    rival = member("RivalMSP")
    false_key = SigningKey.generate(ORIGIN)
    with Network(customs, rival) as network, open_gateway(network, identity_of(rival)) as theirs:
        anchor(note(500, FORKED, false_key), [false_key.verifier], ORIGIN, theirs)
        with open_gateway(network, identity_of(customs)) as ours:
            for act in (check, anchor):
                with pytest.raises(PassavantError, match="RivalMSP") as refused:
                    act(note(7), KEYS, ORIGIN, ours)
                assert "sealing.fabric.foreign_record" == refused.value.code


def test_another_member_cannot_anchor_over_a_log_that_is_anchored(customs: Member) -> None:
    rival = member("RivalMSP")
    with Network(customs, rival) as network:
        with open_gateway(network, identity_of(customs)) as ours:
            anchor(note(7), KEYS, ORIGIN, ours)
        with open_gateway(network, identity_of(rival)) as theirs:
            with pytest.raises(GatewayFault, match="403"):
                anchor(note(9), KEYS, ORIGIN, theirs)
            assert anchor(note(7), KEYS, ORIGIN, theirs).block_number is None  # it is there already, whoever put it


def test_a_record_that_does_not_match_its_own_note_is_not_believed(network: Network, gateway: Gateway) -> None:
    anchor(note(7), KEYS, ORIGIN, gateway)
    value, version = network.ledger.state[f"latest:{ORIGIN}"]
    network.ledger.state[f"latest:{ORIGIN}"] = (value.replace(b'"size":7', b'"size":8'), version)

    with pytest.raises(PassavantError) as refused:
        check(note(9), KEYS, ORIGIN, gateway)
    assert "sealing.fabric.foreign_record" == refused.value.code


@pytest.mark.parametrize("replaced", [(b'"size":7', b'"size":8'), (b'"record"', b'"recard"')])
def test_an_endorsed_answer_about_another_checkpoint_is_not_submitted(
    network: Network, gateway: Gateway, replaced: tuple[bytes, bytes]
) -> None:
    # of equal length, so that the envelope stays readable; the note says 7 and is not touched
    network.service.tamper = lambda envelope: setattr(envelope, "payload", envelope.payload.replace(*replaced))

    with pytest.raises(PassavantError) as refused:
        anchor(note(7), KEYS, ORIGIN, gateway)
    assert "sealing.fabric.answer" == refused.value.code
    assert "Submit" not in network.service.calls


def test_a_ledger_whose_chaincode_is_another_is_said(network: Network, gateway: Gateway) -> None:
    network.ledger.state[f"latest:{ORIGIN}"] = (b'{"size":7}', 1)

    with pytest.raises(PassavantError) as refused:
        anchored(ORIGIN, gateway)
    assert "sealing.fabric.answer" == refused.value.code
