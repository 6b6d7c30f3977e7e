"""The chaincode's rules, run as a peer runs them but without a network."""

from __future__ import annotations

import base64
import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passavant.sealing.checkpoints import Checkpoint
from passavant.sealing.fabric.chaincode import Conversation
from passavant.sealing.fabric.contract import Answer, Caller, Get, Put, Record, Reply, invoke
from passavant.sealing.fabric.stubs import stubs
from passavant.sealing.merkle import leaf_hash
from passavant.sealing.notes import SigningKey, sign_note

ORIGIN = "log.example/customs"
KEY = SigningKey.generate(ORIGIN)


def _args(size: int, leaf: bytes = b"", origin: str = ORIGIN) -> list[bytes]:
    checkpoint = Checkpoint(origin, size, leaf_hash(leaf))
    note = sign_note(checkpoint.text(), [KEY])
    return [b"Anchor", origin.encode(), str(size).encode(), base64.b64encode(checkpoint.root), note.encode()]


def _run(state: dict[str, bytes], args: list[bytes], msp_id: str = "CustomsMSP", tx_id: str = "t1") -> Reply:
    call, answer = invoke(args, Caller(msp_id, tx_id)), None
    try:
        while True:
            asked = call.send(answer)  # type: ignore[arg-type]
            if isinstance(asked, Put):
                state[asked.key] = asked.value
            answer = state.get(asked.key, b"") if isinstance(asked, Get) else b""
    except StopIteration as ended:
        return ended.value


def test_an_anchor_is_found_again_as_latest_and_by_its_size() -> None:
    state: dict[str, bytes] = {}
    for size in (2, 7):
        answer = _run(state, _args(size))

    latest = Record.from_bytes(_run(state, [b"Latest", ORIGIN.encode()]).payload)
    assert (7, "CustomsMSP", "t1") == (latest.size, latest.msp_id, latest.tx_id)
    assert 2 == Record.from_bytes(_run(state, [b"At", ORIGIN.encode(), b"2"]).payload).size
    assert b"" == _run(state, [b"At", ORIGIN.encode(), b"3"]).payload
    assert latest.to_bytes() == answer.event
    assert (7, 2) == (Answer.from_bytes(answer.payload).record.size, Answer.from_bytes(answer.payload).before.size)  # type: ignore[union-attr]


def test_the_same_checkpoint_again_writes_nothing_and_gives_the_first_record() -> None:
    state: dict[str, bytes] = {}
    _run(state, _args(5), tx_id="first")
    before = copy.copy(state)

    again = _run(state, _args(5), tx_id="second")

    assert (200, None, before) == (again.status, again.event, state)
    assert "first" == Answer.from_bytes(again.payload).record.tx_id


@pytest.mark.parametrize(("size", "leaf"), [(4, b""), (5, b"another")])
def test_a_smaller_size_or_another_root_is_refused(size: int, leaf: bytes) -> None:
    state: dict[str, bytes] = {}
    _run(state, _args(5))
    before = copy.copy(state)

    assert (409, before) == (_run(state, _args(size, leaf)).status, state)


def test_an_origin_belongs_to_the_organisation_that_anchored_it_first() -> None:
    state: dict[str, bytes] = {}
    _run(state, _args(5))

    assert 403 == _run(state, _args(6), msp_id="OtherMSP").status
    assert 200 == _run(state, _args(6, origin="log.example/other"), msp_id="OtherMSP").status


@pytest.mark.parametrize(
    "args",
    [
        [],
        [b"Delete", ORIGIN.encode()],
        [b"Latest"],
        [b"Latest", b""],
        [b"Latest", b"two words"],
        [b"Latest", b"x" * 256],
        [b"Latest", b"\xff"],
        [b"At", ORIGIN.encode(), b"0"],
        [b"At", ORIGIN.encode(), b"07"],
        [b"At", ORIGIN.encode(), "٣".encode()],
        [*_args(5)[:2], b"6", *_args(5)[3:]],
        [*_args(5)[:3], _args(5, b"x")[3], _args(5)[4]],
        [*_args(5)[:4], b"no note"],
        [*_args(5)[:4], _args(5)[4] + _args(5)[4] * 300],
    ],
)
def test_malformed_arguments_are_refused(args: list[bytes]) -> None:
    assert (400, {}) == (_run(state := {}, args).status, state)


@given(st.lists(st.tuples(st.integers(1, 6), st.sampled_from([b"a", b"b"])), max_size=12))
def test_what_the_ledger_holds_of_a_log_only_grows(calls: list[tuple[int, bytes]]) -> None:
    state: dict[str, bytes] = {}
    held: list[tuple[int, str]] = []
    for size, leaf in calls:
        _run(state, _args(size, leaf))
        latest = Record.from_bytes(state[f"latest:{ORIGIN}"])
        held.append((latest.size, latest.root))

    sizes = [size for size, _ in held]
    assert sorted(sizes) == sizes
    assert len(set(sizes)) == len(set(held))  # one root a size, for good


def test_a_call_that_cannot_be_read_does_not_end_the_stream_of_all() -> None:
    kinds = stubs().shim.ChaincodeMessage.Type
    bad = stubs().shim.ChaincodeMessage(type=kinds.TRANSACTION, payload=b"\xff\xff", txid="1", channel_id="c")
    alive = stubs().shim.ChaincodeMessage(type=kinds.KEEPALIVE)
    _, refused, answer = Conversation("anchor:1").answers([bad, alive])

    assert (kinds.COMPLETED, kinds.KEEPALIVE) == (refused.type, answer.type)
    assert b"fault of the chaincode" in refused.payload
