"""The client against a gateway that checks everything a peer checks."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import grpc
import pytest
from clients import identity_of, open_gateway
from fabric_protos.common import common_pb2
from fabric_protos.peer import transaction_pb2
from fake_gateway import (
    CHAINCODE,
    CHANNEL,
    MVCC_READ_CONFLICT,
    PACKAGE,
    PEER,
    PEER_MSP,
    Member,
    Network,
    member,
    raised,
)

from passavant.errors import PassavantError
from passavant.sealing.checkpoints import Checkpoint
from passavant.sealing.fabric import Gateway, GatewayFault, Identity
from passavant.sealing.fabric.contract import Record
from passavant.sealing.fabric.gateway import Deadlines
from passavant.sealing.merkle import leaf_hash
from passavant.sealing.notes import SigningKey, sign_note

ORIGIN = "log.example/customs"
KEY = SigningKey.generate(ORIGIN)


def arguments(size: int, leaf: bytes = b"") -> list[str]:
    checkpoint = Checkpoint(ORIGIN, size, leaf_hash(leaf))
    return [ORIGIN, str(size), base64.b64encode(checkpoint.root).decode(), sign_note(checkpoint.text(), [KEY])]


@pytest.fixture
def gateway(network: Network, customs: Member) -> Iterator[Gateway]:
    with open_gateway(network, identity_of(customs)) as one:
        yield one


def test_a_transaction_is_endorsed_submitted_and_found_in_its_block(network: Network, gateway: Gateway) -> None:
    first = gateway.invoke("Anchor", *arguments(2))
    second = gateway.invoke("Anchor", *arguments(3))

    assert (1, 2) == (first.block_number, second.block_number)
    assert ["Endorse", "Submit", "CommitStatus"] * 2 == network.service.calls
    latest = Record.from_bytes(gateway.evaluate("Latest", ORIGIN))
    assert (3, second.tx_id, PEER_MSP) == (latest.size, latest.tx_id, latest.msp_id)


def test_the_chaincode_gives_its_package_and_echoes_a_keepalive(network: Network) -> None:
    network.chaincode.keepalive()

    assert PACKAGE == network.chaincode.package
    assert network.chaincode.echoed.wait(10)


def test_a_read_writes_nothing(network: Network, gateway: Gateway) -> None:
    assert b"" == gateway.evaluate("Latest", ORIGIN)

    assert (1, {}) == (network.ledger.height, network.ledger.state)


def test_what_the_chaincode_refuses_is_said_with_the_peer_that_said_it(gateway: Gateway) -> None:
    gateway.invoke("Anchor", *arguments(5))

    with pytest.raises(GatewayFault) as fault:
        gateway.invoke("Anchor", *arguments(4))
    detail = fault.value.details[0]
    said = "chaincode response 409, size 4 is below the anchored size 5"
    assert ("ABORTED", PEER, PEER_MSP, said) == (fault.value.status, detail.address, detail.msp_id, detail.message)
    assert all(said in text for text in fault.value.got)


def test_a_peer_that_cannot_read_its_state_fails_the_call_and_not_the_stream(
    network: Network, gateway: Gateway
) -> None:
    network.service.state_fails = "ledger is being rebuilt"
    with pytest.raises(GatewayFault, match="chaincode response 500, ledger is being rebuilt"):
        gateway.evaluate("Latest", ORIGIN)
    network.service.state_fails = ""

    assert b"" == gateway.evaluate("Latest", ORIGIN)


class HighS:
    """A key that signs in the form that Fabric refuses."""

    def __init__(self, identity: Identity) -> None:
        self._identity = identity

    def sign(self, message: bytes) -> bytes:
        return raised(self._identity.sign(message))


class AnotherMessage(HighS):
    def sign(self, message: bytes) -> bytes:
        return self._identity.sign(message + b" ")


@pytest.mark.parametrize(("signer", "said"), [(HighS, "invalid S"), (AnotherMessage, "does not hold")])
def test_a_wrong_signature_is_refused(network: Network, customs: Member, signer: type[HighS], said: str) -> None:
    wrong = replace(identity_of(customs), private=signer(identity_of(customs)))
    with open_gateway(network, wrong) as gateway, pytest.raises(GatewayFault, match=said) as fault:
        gateway.evaluate("Latest", ORIGIN)
    assert "sealing.fabric.denied" == fault.value.code


@pytest.mark.parametrize("step", ["submit", "commit_status"])
def test_the_transaction_and_the_question_about_it_are_signed_as_well(
    network: Network, customs: Member, gateway: Gateway, step: str
) -> None:
    prepared = gateway.endorse("Anchor", *arguments(2))
    wrong = replace(identity_of(customs), private=HighS(identity_of(customs)))
    with open_gateway(network, wrong) as other, pytest.raises(GatewayFault, match="invalid S"):
        getattr(other, step)(prepared if step == "submit" else prepared.tx_id)

    gateway.submit(prepared)
    assert prepared.tx_id == gateway.commit_status(prepared.tx_id).tx_id


def test_a_stranger_is_refused(network: Network) -> None:
    with open_gateway(network, identity_of(member("StrangerMSP"))) as gateway, pytest.raises(GatewayFault) as fault:
        gateway.evaluate("Latest", ORIGIN)
    assert "PERMISSION_DENIED" == fault.value.status


@pytest.mark.parametrize(("channel", "chaincode", "said"), [("other", CHAINCODE, "channel"), (CHANNEL, "other", "chaincode")])  # fmt: skip
def test_a_wrong_channel_or_chaincode_is_refused(
    network: Network, customs: Member, channel: str, chaincode: str, said: str
) -> None:
    elsewhere = open_gateway(network, identity_of(customs), channel, chaincode)
    with elsewhere as gateway, pytest.raises(GatewayFault, match=f"wrong {said}"):
        gateway.evaluate("Latest", ORIGIN)


def test_of_two_transactions_on_one_state_the_later_is_invalid(gateway: Gateway) -> None:
    first, second = gateway.endorse("Anchor", *arguments(2)), gateway.endorse("Anchor", *arguments(3))
    gateway.submit(first)
    gateway.submit(second)

    assert first.tx_id == gateway.commit_status(first.tx_id).tx_id
    with pytest.raises(GatewayFault) as fault:
        gateway.commit_status(second.tx_id)
    assert ("sealing.fabric.invalid", "MVCC_READ_CONFLICT") == (fault.value.code, fault.value.status)


def test_an_unknown_validation_code_is_shown_as_its_number(network: Network, gateway: Gateway) -> None:
    network.service.invalidate(77)

    with pytest.raises(GatewayFault) as fault:
        gateway.invoke("Anchor", *arguments(2))
    assert "77" == fault.value.status


@pytest.mark.parametrize("call", ["Endorse", "Submit", "CommitStatus"])
def test_a_call_that_is_never_answered_ends_at_its_deadline(network: Network, customs: Member, call: str) -> None:
    network.service.fail(call, grpc.StatusCode.DEADLINE_EXCEEDED)
    short = replace(Deadlines(10, 10, 10, 10), **{call.removesuffix("Status").lower(): 0.2})
    rpc = grpc.insecure_channel(network.address)
    impatient = Gateway(rpc, identity_of(customs), channel=CHANNEL, chaincode=CHAINCODE, deadlines=short)
    with impatient as gateway, pytest.raises(GatewayFault) as fault:
        gateway.invoke("Anchor", *arguments(2))
    assert "sealing.fabric.timeout" == fault.value.code
    assert call in fault.value.got[0]


def test_a_peer_that_is_gone_is_unreachable(customs: Member) -> None:
    with Network(customs) as network:
        pass
    with open_gateway(network, identity_of(customs)) as gateway, pytest.raises(GatewayFault) as fault:
        gateway.evaluate("Latest", ORIGIN)
    assert ("sealing.fabric.unreachable", "UNAVAILABLE") == (fault.value.code, fault.value.status)


def test_what_every_peer_said_is_shown_and_cannot_steer_the_terminal(network: Network, gateway: Gateway) -> None:
    said = [("orderer1:7050", "OrdererMSP", "no leader\x1b[31m"), ("orderer2:7050", "OrdererMSP", "busy")]
    network.service.fail("Submit", grpc.StatusCode.ABORTED, "failed to submit", *said)

    with pytest.raises(GatewayFault) as fault:
        gateway.invoke("Anchor", *arguments(2))
    assert ["no leader\x1b[31m", "busy"] == [detail.message for detail in fault.value.details]
    assert (
        "Submit: ABORTED: failed to submit; orderer1:7050 (OrdererMSP): no leader�[31m; orderer2:7050 (OrdererMSP): busy"
        == fault.value.got[0]
    )


def _another_header(payload: Any, _transaction: Any) -> None:
    payload.header.signature_header += b" "


def _another_call(_payload: Any, transaction: Any) -> None:
    action = transaction_pb2.ChaincodeActionPayload.FromString(transaction.actions[0].payload)
    action.chaincode_proposal_payload += b" "
    transaction.actions[0].payload = action.SerializeToString()


def _a_second_call(_payload: Any, transaction: Any) -> None:
    transaction.actions.append(transaction.actions[0])


@pytest.mark.parametrize("change", [_another_header, _another_call, _a_second_call])
def test_a_transaction_that_was_not_proposed_is_not_signed(network: Network, gateway: Gateway, change: Any) -> None:
    def tamper(envelope: Any) -> None:
        payload = common_pb2.Payload.FromString(envelope.payload)
        transaction = transaction_pb2.Transaction.FromString(payload.data)
        change(payload, transaction)
        payload.data = transaction.SerializeToString()
        envelope.payload = payload.SerializeToString()

    network.service.tamper = tamper

    with pytest.raises(PassavantError) as refused:
        gateway.invoke("Anchor", *arguments(2))
    assert "sealing.fabric.foreign_transaction" == refused.value.code
    assert "Submit" not in network.service.calls


def test_a_transaction_that_cannot_be_read_is_not_signed(network: Network, gateway: Gateway) -> None:
    network.service.tamper = lambda envelope: setattr(envelope, "payload", b"\xff\xff")

    with pytest.raises(PassavantError) as refused:
        gateway.endorse("Anchor", *arguments(2))
    assert "sealing.fabric.foreign_transaction" == refused.value.code


def test_events_are_read_from_a_transaction_on(gateway: Gateway) -> None:
    sent = [gateway.invoke("Anchor", *arguments(size)) for size in (2, 3, 4)]

    events = gateway.events(after=sent[0].tx_id)
    found = [next(events), next(events)]
    events.close()  # type: ignore[attr-defined]

    assert [(one.tx_id, one.block_number, "anchored") for one in sent[1:]] == [
        (event.tx_id, event.block_number, event.name) for event in found
    ]
    assert [3, 4] == [Record.from_bytes(event.payload).size for event in found]


def test_a_refused_stream_of_events_is_said(network: Network) -> None:
    with open_gateway(network, identity_of(member("StrangerMSP"))) as gateway, pytest.raises(GatewayFault) as fault:
        next(gateway.events())
    assert "ChaincodeEvents" in fault.value.got[1]


def test_many_calls_run_side_by_side_on_one_stream(network: Network, gateway: Gateway) -> None:
    from concurrent.futures import ThreadPoolExecutor

    gateway.invoke("Anchor", *arguments(2))
    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(lambda _: gateway.evaluate("Latest", ORIGIN), range(64)))

    assert [2] == [Record.from_bytes(answer).size for answer in answers]


def test_the_code_of_a_conflict_is_fabrics_own() -> None:
    assert 11 == MVCC_READ_CONFLICT
