"""A client of Fabric's Gateway (service ``gateway.Gateway`` on a peer, Fabric 2.4 and later): evaluate, endorse, submit, wait.

The peer does the work (it finds endorsers and the orderer); the client signs what it proposes, what it submits and what it
asks about. Source: fabric-protos, gateway/gateway.proto; fabric-gateway, pkg/client.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Any

from passavant.sealing.fabric.connection import Connection
from passavant.sealing.fabric.faults import fault_of, invalid
from passavant.sealing.fabric.identity import Identity
from passavant.sealing.fabric.messages import propose, result_of
from passavant.sealing.fabric.stubs import stubs

__all__ = ["Committed", "Deadlines", "Event", "Gateway", "Prepared", "connect"]

_VALID = 0
_MOST_BYTES = 16 * 1024 * 1024


@dataclass(frozen=True)
class Deadlines:
    """Seconds that each call may take."""

    evaluate: float = 5
    endorse: float = 15
    submit: float = 5
    commit: float = 60


@dataclass(frozen=True)
class Prepared:
    """An endorsed transaction, not yet signed: its id, its envelope and what the chaincode answered."""

    tx_id: str
    envelope: Any
    result: bytes


@dataclass(frozen=True)
class Committed:
    """A transaction in a block: its id and the block's number."""

    tx_id: str
    block_number: int


@dataclass(frozen=True)
class Event:
    """An event of the chaincode in a block: transaction, block, name and payload."""

    tx_id: str
    block_number: int
    name: str
    payload: bytes


class Gateway:
    """One chaincode on one channel, reached through one peer; a context manager that closes the connection.

    Args:
        rpc: A ``grpc.Channel`` to the peer.
        identity: Who we are.
        channel: The channel.
        chaincode: The chaincode's name.
        deadlines: How long calls may take.
    """

    def __init__(
        self, rpc: Any, identity: Identity, *, channel: str, chaincode: str, deadlines: Deadlines | None = None
    ) -> None:
        self._rpc = rpc
        self._stub = stubs().gateway_grpc.GatewayStub(rpc)
        self._identity = identity
        self._channel = channel
        self._chaincode = chaincode
        self._deadlines = deadlines or Deadlines()

    def __enter__(self) -> Gateway:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection."""
        self._rpc.close()

    def evaluate(self, function: str, *args: str) -> bytes:
        """Ask the chaincode without writing anything; return its answer.

        Raises:
            GatewayFault: the peer cannot be reached, or it or the chaincode refuses.
        """
        proposal = self._proposal(function, args)
        request = stubs().gateway.EvaluateRequest(
            transaction_id=proposal.tx_id, channel_id=self._channel, proposed_transaction=proposal.signed
        )
        answer = self._call("Evaluate", request, self._deadlines.evaluate)
        return bytes(answer.result.payload)

    def endorse(self, function: str, *args: str) -> Prepared:
        """Have a call run and signed by the organisations that must; nothing is written yet.

        Raises:
            GatewayFault: as :meth:`evaluate`.
            PassavantError: the peer gave back another transaction.
        """
        proposal = self._proposal(function, args)
        request = stubs().gateway.EndorseRequest(
            transaction_id=proposal.tx_id, channel_id=self._channel, proposed_transaction=proposal.signed
        )
        envelope = self._call("Endorse", request, self._deadlines.endorse).prepared_transaction
        return Prepared(proposal.tx_id, envelope, result_of(envelope, proposal))

    def submit(self, prepared: Prepared) -> None:
        """Sign an endorsed transaction and send it to the orderers.

        Raises:
            GatewayFault: no orderer took it.
        """
        prepared.envelope.signature = self._identity.sign(prepared.envelope.payload)
        request = stubs().gateway.SubmitRequest(
            transaction_id=prepared.tx_id, channel_id=self._channel, prepared_transaction=prepared.envelope
        )
        self._call("Submit", request, self._deadlines.submit)

    def commit_status(self, tx_id: str) -> Committed:
        """Wait until a transaction stands in a block.

        Raises:
            GatewayFault: it stands there as invalid (``status`` is Fabric's validation code), or did not in time.
        """
        request = stubs().gateway.CommitStatusRequest(
            transaction_id=tx_id, channel_id=self._channel, identity=self._identity.creator
        )
        answer = self._call("CommitStatus", self._signed("SignedCommitStatusRequest", request), self._deadlines.commit)
        if answer.result != _VALID:
            raise invalid(tx_id, answer.result)
        return Committed(tx_id, int(answer.block_number))

    def invoke(self, function: str, *args: str) -> Committed:
        """Endorse, submit, and wait for the block.

        Raises:
            GatewayFault: any of the three failed.
        """
        prepared = self.endorse(function, *args)
        self.submit(prepared)
        return self.commit_status(prepared.tx_id)

    def events(self, *, after: str = "") -> Iterator[Event]:
        """Yield the chaincode's events as blocks come, without end; the caller stops the loop or closes the gateway.

        Args:
            after: A transaction after which to resume, from the first block; without it, from the next block on.

        Raises:
            GatewayFault: the stream broke off.
        """
        request = stubs().gateway.ChaincodeEventsRequest(
            channel_id=self._channel,
            chaincode_id=self._chaincode,
            identity=self._identity.creator,
            after_transaction_id=after,
        )
        if after:
            request.start_position.specified.SetInParent()  # from block 0
        stream = self._stub.ChaincodeEvents(self._signed("SignedChaincodeEventsRequest", request))
        try:
            for block in stream:
                for event in block.events:
                    yield Event(event.tx_id, int(block.block_number), event.event_name, bytes(event.payload))
        except stubs().grpc.RpcError as error:
            raise fault_of(error, "ChaincodeEvents") from error
        finally:
            stream.cancel()

    def _proposal(self, function: str, args: tuple[str, ...]) -> Any:
        return propose(self._identity, self._channel, self._chaincode, [arg.encode() for arg in (function, *args)])

    def _signed(self, kind: str, request: Any) -> Any:
        data = request.SerializeToString()
        return getattr(stubs().gateway, kind)(request=data, signature=self._identity.sign(data))

    def _call(self, name: str, request: Any, seconds: float) -> Any:
        try:
            return getattr(self._stub, name)(request, timeout=seconds)
        except stubs().grpc.RpcError as error:
            raise fault_of(error, name) from error


def connect(connection: Connection) -> Gateway:
    """Open a gateway as a connection file says; the peer is reached at the first call.

    Raises:
        BadInput: gRPC is not installed.
    """
    grpc, file = stubs().grpc, connection.file
    options: list[tuple[str, int | str]] = [("grpc.max_receive_message_length", _MOST_BYTES)]
    if file.server_name:
        options.append(("grpc.ssl_target_name_override", file.server_name))
    if connection.tls_root is None:
        rpc = grpc.insecure_channel(file.peer, options)
    else:
        rpc = grpc.secure_channel(file.peer, grpc.ssl_channel_credentials(connection.tls_root), options)
    return Gateway(
        rpc,
        connection.identity,
        channel=file.channel,
        chaincode=file.chaincode,
        deadlines=Deadlines(commit=file.commit_timeout_s),
    )
