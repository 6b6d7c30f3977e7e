"""The chaincode as a service: a small server that peers connect to (``protos.Chaincode/Connect``, package type ``ccaas``).

    CHAINCODE_ID=anchor_1:… CHAINCODE_SERVER_ADDRESS=127.0.0.1:9999 python -m passavant.sealing.fabric.chaincode

``CHAINCODE_ID`` is the package id that the peer computed. With ``CHAINCODE_TLS_CERT`` and ``CHAINCODE_TLS_KEY`` (files in PEM) it
speaks TLS. It holds no state and no secret: the state is the ledger's, and what it does stands in
:mod:`passavant.sealing.fabric.contract`.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from passavant.errors import BadInput, PassavantError, Place
from passavant.sealing.fabric.contract import EVENT, Caller, Get, Put, Reply, Step, invoke
from passavant.sealing.fabric.stubs import stubs
from passavant.sealing.files import read_small
from passavant.settings import language

__all__ = ["Conversation", "main", "serve"]

_PEERS = 16  # a peer keeps one stream open, on one thread
_SERVER_ERROR = 500


class Conversation:
    """One peer's stream: calls that run side by side, each waiting for its own answer from the peer.

    Args:
        package_id: What the peer calls the installed package.
    """

    def __init__(self, package_id: str) -> None:
        self._package_id = package_id
        self._calls: dict[tuple[str, str], Step] = {}
        self._types = stubs().shim.ChaincodeMessage.Type

    def answers(self, messages: Iterable[Any]) -> Iterator[Any]:
        """Yield what the chaincode says to a peer: who it is, then an answer to each message that asks for one."""
        name = stubs().chaincode.ChaincodeID(name=self._package_id).SerializeToString()
        yield stubs().shim.ChaincodeMessage(type=self._types.REGISTER, payload=name)
        for message in messages:
            answer = self._answer(message)
            if answer is not None:
                yield answer

    def _answer(self, message: Any) -> Any | None:
        kind, call = message.type, (message.channel_id, message.txid)
        if kind == self._types.KEEPALIVE:
            return message
        if kind == self._types.INIT:
            return self._completed(message, Reply(200))
        if kind == self._types.TRANSACTION:
            try:
                self._calls[call] = self._started(message)
            except Exception as error:  # noqa: BLE001  # as in _advance
                return self._completed(message, _fault(error))
            return self._advance(message, None)
        if kind == self._types.RESPONSE and call in self._calls:
            return self._advance(message, message.payload)
        if kind == self._types.ERROR and self._calls.pop(call, None):
            return self._completed(message, Reply(_SERVER_ERROR, message.payload.decode("utf-8", "replace")))
        return None  # REGISTERED, READY: nothing to say

    def _started(self, message: Any) -> Step:
        args = stubs().chaincode.ChaincodeInput.FromString(message.payload).args
        return invoke(list(args), Caller(_msp_id(message.proposal), message.txid))

    def _advance(self, message: Any, value: bytes | None) -> Any:
        """Run a call until it needs the peer again or ends."""
        call = (message.channel_id, message.txid)
        try:
            asked = self._calls[call].send(value)  # type: ignore[arg-type]  # None starts a generator
        except StopIteration as ended:
            del self._calls[call]
            return self._completed(message, ended.value)
        except Exception as error:  # noqa: BLE001  # a fault of one call must not end the stream of all
            del self._calls[call]
            return self._completed(message, _fault(error))
        return self._request(message, asked)

    def _request(self, message: Any, asked: Get | Put) -> Any:
        shim = stubs().shim
        if isinstance(asked, Get):
            return self._message(message, self._types.GET_STATE, shim.GetState(key=asked.key))
        return self._message(message, self._types.PUT_STATE, shim.PutState(key=asked.key, value=asked.value))

    def _completed(self, message: Any, reply: Reply) -> Any:
        response = stubs().proposal_response.Response(status=reply.status, message=reply.message, payload=reply.payload)
        answer = self._message(message, self._types.COMPLETED, response)
        if reply.event is not None:
            answer.chaincode_event.tx_id = message.txid
            answer.chaincode_event.event_name = EVENT
            answer.chaincode_event.payload = reply.event
        return answer

    def _message(self, message: Any, kind: int, content: Any) -> Any:
        payload = content.SerializeToString()
        return stubs().shim.ChaincodeMessage(
            type=kind, payload=payload, txid=message.txid, channel_id=message.channel_id
        )


def _fault(error: Exception) -> Reply:
    return Reply(_SERVER_ERROR, f"fault of the chaincode: {type(error).__name__}")


def serve(address: str, package_id: str, *, tls: tuple[bytes, bytes] | None = None) -> tuple[Any, int]:
    """Start the server.

    Args:
        address: Host and port; port 0 takes a free one.
        package_id: What the peer calls the installed package.
        tls: Private key and certificate chain in PEM; None: no TLS.

    Returns:
        The gRPC server, to be stopped by the caller, and its port.

    Raises:
        BadInput: gRPC is not installed, or the address cannot be taken.
    """
    grpc, services = stubs().grpc, stubs().shim_grpc

    class Service(services.ChaincodeServicer):  # type: ignore[misc,name-defined]  # the stubs have no types
        def Connect(self, request_iterator: Any, context: Any) -> Iterator[Any]:  # noqa: N802, ARG002
            return Conversation(package_id).answers(request_iterator)

    server = grpc.server(ThreadPoolExecutor(_PEERS), options=[("grpc.so_reuseport", 0)])
    services.add_ChaincodeServicer_to_server(Service(), server)
    try:
        credentials = grpc.ssl_server_credentials([tls]) if tls else None
        port = server.add_secure_port(address, credentials) if tls else server.add_insecure_port(address)
    except RuntimeError as error:
        raise _bad_setting("CHAINCODE_SERVER_ADDRESS", address) from error
    server.start()
    return server, port


def main() -> int:
    """Serve until told to stop, with the settings of the environment."""
    try:
        tls = _tls()
        server, port = serve(_setting("CHAINCODE_SERVER_ADDRESS"), _setting("CHAINCODE_ID"), tls=tls)
    except PassavantError as error:
        sys.stderr.write(error.diagnostics(language()) + "\n")
        return error.exit_code
    sys.stderr.write(f"passavant anchor chaincode: port {port}, {'TLS' if tls else 'no TLS'}\n")
    signal.signal(signal.SIGTERM, lambda *_: server.stop(grace=1))
    try:
        server.wait_for_termination()
    except KeyboardInterrupt:
        server.stop(grace=1).wait()
    return 0


def _msp_id(proposal: Any) -> str:
    """Return the organisation of whoever signed the proposal; the peer has checked the signature."""
    found = stubs()
    header = found.common.Header.FromString(found.proposal.Proposal.FromString(proposal.proposal_bytes).header)
    creator = found.common.SignatureHeader.FromString(header.signature_header).creator
    return str(found.identities.SerializedIdentity.FromString(creator).mspid)


def _tls() -> tuple[bytes, bytes] | None:
    if not os.environ.get("CHAINCODE_TLS_KEY"):
        return None
    key, certificate = _setting("CHAINCODE_TLS_KEY"), _setting("CHAINCODE_TLS_CERT")
    return read_small(Path(key)), read_small(Path(certificate))


def _setting(name: str) -> str:
    value = os.environ.get(name, "")
    if not value:
        raise _bad_setting(name, value)
    return value


def _bad_setting(name: str, value: str) -> BadInput:
    return BadInput(
        "sealing.fabric.chaincode_setting",
        got=(f"{name} cannot be used", f"{name} est inutilisable"),
        expected=(
            "the package id in CHAINCODE_ID, a free host:port in CHAINCODE_SERVER_ADDRESS",
            "l'identifiant du paquet dans CHAINCODE_ID, un hôte:port libre dans CHAINCODE_SERVER_ADDRESS",
        ),
        next_step=(
            "Set the variable; `peer lifecycle chaincode calculatepackageid` gives the package id.",
            "Définissez la variable ; `peer lifecycle chaincode calculatepackageid` donne l'identifiant du paquet.",
        ),
        place=Place(field=name, value=value),
    )


if __name__ == "__main__":
    sys.exit(main())
