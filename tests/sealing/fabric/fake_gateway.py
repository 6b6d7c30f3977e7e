"""A network of one process: a gateway on Fabric's own stubs, a ledger that checks versions, and the real chaincode behind it.

It is written from the protocol, without the client's code, and refuses what a peer refuses: a signature of another message or
with the higher S, a transaction id that is not its nonce's, a stranger, another channel, a changed transaction. The chaincode
runs over its own stream, as a peer drives it. It can be told to fail.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools
import queue
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import grpc
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, utils
from cryptography.x509.oid import NameOID
from fabric_protos.common import common_pb2
from fabric_protos.gateway import gateway_pb2, gateway_pb2_grpc
from fabric_protos.msp import identities_pb2
from fabric_protos.peer import (
    chaincode_event_pb2,
    chaincode_pb2,
    chaincode_shim_pb2,
    chaincode_shim_pb2_grpc,
    proposal_pb2,
    proposal_response_pb2,
    transaction_pb2,
)
from google.protobuf.any_pb2 import Any as Packed

from passavant.sealing.fabric.chaincode import serve

CHANNEL, CHAINCODE, PACKAGE = "seals", "passavant-anchor", "anchor_1:0123"
PEER, PEER_MSP = "peer0.customs.example:7051", "CustomsMSP"
MVCC_READ_CONFLICT = transaction_pb2.TxValidationCode.MVCC_READ_CONFLICT

_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_ORDER_384 = 2**384 - 1388124618062372383947042015309946732620727252194336364173
_KIND = chaincode_shim_pb2.ChaincodeMessage.Type


@dataclass
class Member:
    """A certificate and its key in PEM, and the organisation."""

    msp_id: str
    certificate: bytes
    key: bytes


def member(msp_id: str = PEER_MSP, private: Any = None, *, days: int = 30, host: str = "localhost") -> Member:
    """Make a certificate that vouches for itself."""
    private = private or ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = dt.datetime.now(dt.UTC)
    builder = x509.CertificateBuilder(name, name, private.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(now - dt.timedelta(days=60)).not_valid_after(now + dt.timedelta(days=days))
    builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
    digest = None if isinstance(private, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    pem = serialization.Encoding.PEM
    key = private.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return Member(msp_id, builder.sign(private, digest).public_bytes(pem), key)


@dataclass
class Simulation:
    """What a call did: its answer, the versions it read, what it would write, its event."""

    response: Any
    reads: dict[str, int] = field(default_factory=dict)
    writes: dict[str, bytes] = field(default_factory=dict)
    event: bytes = b""
    payload: bytes = b""


class Ledger:
    """State with versions, and blocks."""

    def __init__(self) -> None:
        self.state: dict[str, tuple[bytes, int]] = {}
        self.height = 1  # block 0 is the channel's configuration
        self.results: dict[str, tuple[int, int]] = {}
        self.events: list[tuple[int, list[Any]]] = []
        self.changed = threading.Condition()

    def get(self, key: str) -> tuple[bytes, int]:
        return self.state.get(key, (b"", 0))

    def commit(self, block: list[tuple[str, Simulation, int]]) -> None:
        """Write a block: a transaction whose reads are no longer the newest is invalid."""
        with self.changed:
            events = []
            for tx_id, done, told in block:
                stale = any(self.get(key)[1] != version for key, version in done.reads.items())
                code = told or (MVCC_READ_CONFLICT if stale else 0)
                self.results[tx_id] = (code, self.height)
                if not code:
                    self.state |= {key: (value, self.height) for key, value in done.writes.items()}
                    events += [chaincode_event_pb2.ChaincodeEvent.FromString(done.event)] if done.event else []
            self.events.append((self.height, events))
            self.height += 1
            self.changed.notify_all()


class ChaincodeSide:
    """The peer's end of the chaincode's stream; calls run side by side on it."""

    def __init__(self, address: str, ledger: Ledger) -> None:
        self._ledger = ledger
        self._out: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._waiting: dict[str, queue.SimpleQueue[Any]] = {}
        self.registered = threading.Event()
        self.package = ""
        self.echoed = threading.Event()
        self._rpc = grpc.insecure_channel(address)
        self._stream = chaincode_shim_pb2_grpc.ChaincodeStub(self._rpc).Connect(iter(self._out.get, None))
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def close(self) -> None:
        self._out.put(None)
        self._reader.join()
        self._rpc.close()

    def keepalive(self) -> None:
        self._out.put(chaincode_shim_pb2.ChaincodeMessage(type=_KIND.KEEPALIVE))

    def run(self, signed: Any, tx_id: str, args: Any, fail_state: str = "") -> Simulation:
        """Have the chaincode run one call, answering its reads from the ledger."""
        mine: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._waiting[tx_id] = mine
        self._say(tx_id, _KIND.TRANSACTION, args.SerializeToString(), proposal=signed)
        reads: dict[str, int] = {}
        writes: dict[str, bytes] = {}
        while (said := mine.get(timeout=10)).type != _KIND.COMPLETED:
            if fail_state:
                self._say(tx_id, _KIND.ERROR, fail_state.encode())
            elif said.type == _KIND.GET_STATE:
                key = chaincode_shim_pb2.GetState.FromString(said.payload).key
                value, reads[key] = self._ledger.get(key)
                self._say(tx_id, _KIND.RESPONSE, value)
            else:
                assert said.type == _KIND.PUT_STATE
                put = chaincode_shim_pb2.PutState.FromString(said.payload)
                writes[put.key] = put.value
                self._say(tx_id, _KIND.RESPONSE, b"")
        del self._waiting[tx_id]
        event = said.chaincode_event
        event.chaincode_id = CHAINCODE if event.event_name else ""
        response = proposal_response_pb2.Response.FromString(said.payload)
        return Simulation(response, reads, writes, event.SerializeToString() if event.event_name else b"")

    def _say(self, tx_id: str, kind: int, payload: bytes, proposal: Any = None) -> None:
        self._out.put(
            chaincode_shim_pb2.ChaincodeMessage(
                type=kind, payload=payload, txid=tx_id, channel_id=CHANNEL, proposal=proposal
            )
        )

    def _read(self) -> None:
        for said in self._stream:
            if said.type == _KIND.REGISTER:
                self.package = chaincode_pb2.ChaincodeID.FromString(said.payload).name
                for kind in (_KIND.REGISTERED, _KIND.READY):
                    self._out.put(chaincode_shim_pb2.ChaincodeMessage(type=kind))
                self.registered.set()
            elif said.type == _KIND.KEEPALIVE:
                self.echoed.set()
            else:
                self._waiting[said.txid].put(said)


class Service(gateway_pb2_grpc.GatewayServicer):
    """The gateway; what it refuses and how is that of a peer of Fabric 2.5."""

    def __init__(self, chaincode: ChaincodeSide, ledger: Ledger, members: list[Member], block_s: float) -> None:
        self.chaincode = chaincode
        self.ledger = ledger
        self.calls: list[str] = []
        self.tamper: Callable[[Any], None] | None = None
        self.state_fails = ""
        self._members = {(one.msp_id, one.certificate) for one in members}
        self._failures: dict[str, list[tuple[Any, str, list[tuple[str, str, str]]]]] = {}
        self._invalid: list[int] = []
        self._endorsed: dict[str, Simulation] = {}
        self._pending: list[tuple[str, Simulation, int]] = []
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._cutter = threading.Thread(target=self._cut, args=(block_s,)) if block_s else None
        if self._cutter:
            self._cutter.start()

    def fail(self, call: str, code: Any, message: str = "", *details: tuple[str, str, str]) -> None:
        """Let the next call of this name fail; DEADLINE_EXCEEDED: by never answering."""
        self._failures.setdefault(call, []).append((code, message, list(details)))

    def invalidate(self, code: int) -> None:
        """Let the next transaction stand in its block as invalid."""
        self._invalid.append(code)

    def stop(self) -> None:
        self._stopped.set()
        if self._cutter:
            self._cutter.join()

    def Evaluate(self, request: Any, context: Any) -> Any:  # noqa: N802
        self._start("Evaluate", context)
        done = self._run(request.proposed_transaction, request, context)
        if done.response.status >= 400:
            said = f"chaincode response {done.response.status}, {done.response.message}"
            _abort(context, grpc.StatusCode.UNKNOWN, f"evaluate call to endorser returned error: {said}", [(PEER, PEER_MSP, said)])  # fmt: skip
        return gateway_pb2.EvaluateResponse(result=done.response)

    def Endorse(self, request: Any, context: Any) -> Any:  # noqa: N802
        self._start("Endorse", context)
        done = self._run(request.proposed_transaction, request, context)
        if done.response.status >= 400:
            said = f"chaincode response {done.response.status}, {done.response.message}"
            _abort(context, grpc.StatusCode.ABORTED, "failed to endorse transaction, see attached details for more info", [(PEER, PEER_MSP, said)])  # fmt: skip
        envelope = _envelope(request.proposed_transaction, done)
        done.payload = envelope.payload
        self._endorsed[request.transaction_id] = done
        if self.tamper:
            self.tamper(envelope)
        return gateway_pb2.EndorseResponse(prepared_transaction=envelope)

    def Submit(self, request: Any, context: Any) -> Any:  # noqa: N802
        self._start("Submit", context)
        envelope, done = request.prepared_transaction, self._endorsed.get(request.transaction_id)
        if done is None or envelope.payload != done.payload:
            _abort(context, grpc.StatusCode.INVALID_ARGUMENT, "not the endorsed transaction", [])
        header = common_pb2.Payload.FromString(envelope.payload).header
        creator = common_pb2.SignatureHeader.FromString(header.signature_header).creator
        self._verify(creator, envelope.payload, envelope.signature, context)
        with self._lock:
            self._pending.append((request.transaction_id, done, self._invalid.pop(0) if self._invalid else 0))
        if not self._cutter:
            self._block()
        return gateway_pb2.SubmitResponse()

    def CommitStatus(self, request: Any, context: Any) -> Any:  # noqa: N802
        self._start("CommitStatus", context)
        asked = gateway_pb2.CommitStatusRequest.FromString(request.request)
        self._verify(asked.identity, request.request, request.signature, context)
        with self.ledger.changed:
            while asked.transaction_id not in self.ledger.results and context.is_active():
                self.ledger.changed.wait(0.05)
            code, block = self.ledger.results.get(asked.transaction_id, (254, 0))
        return gateway_pb2.CommitStatusResponse(result=code, block_number=block)

    def ChaincodeEvents(self, request: Any, context: Any) -> Iterator[Any]:  # noqa: N802
        self._start("ChaincodeEvents", context)
        asked = gateway_pb2.ChaincodeEventsRequest.FromString(request.request)
        self._verify(asked.identity, request.request, request.signature, context)
        found = not asked.after_transaction_id
        place = 0 if asked.HasField("start_position") else len(self.ledger.events)
        while context.is_active():
            with self.ledger.changed:
                while len(self.ledger.events) <= place and context.is_active():
                    self.ledger.changed.wait(0.05)
                blocks, place = self.ledger.events[place:], len(self.ledger.events)
            for number, events in blocks:
                fresh = []
                for event in events:
                    fresh += [event] if found else []
                    found = found or event.tx_id == asked.after_transaction_id
                yield gateway_pb2.ChaincodeEventsResponse(events=fresh, block_number=number)

    def _start(self, call: str, context: Any) -> None:
        self.calls.append(call)
        for code, message, details in self._failures.get(call, [])[:1]:
            del self._failures[call][0]
            while code == grpc.StatusCode.DEADLINE_EXCEEDED and context.is_active():
                self._stopped.wait(0.02)
            _abort(context, code, message, details)

    def _run(self, signed: Any, request: Any, context: Any) -> Simulation:
        proposal = proposal_pb2.Proposal.FromString(signed.proposal_bytes)
        header = common_pb2.Header.FromString(proposal.header)
        channel = common_pb2.ChannelHeader.FromString(header.channel_header)
        author = common_pb2.SignatureHeader.FromString(header.signature_header)
        self._verify(author.creator, signed.proposal_bytes, signed.signature, context)
        payload = proposal_pb2.ChaincodeProposalPayload.FromString(proposal.payload)
        spec = chaincode_pb2.ChaincodeInvocationSpec.FromString(payload.input).chaincode_spec
        extension = proposal_pb2.ChaincodeHeaderExtension.FromString(channel.extension)
        age = dt.datetime.now(dt.UTC) - channel.timestamp.ToDatetime(dt.UTC)
        faults = {
            "transaction id": channel.tx_id != hashlib.sha256(author.nonce + author.creator).hexdigest(),
            "nonce": len(author.nonce) < 24,
            "request": (channel.tx_id, channel.channel_id) != (request.transaction_id, request.channel_id),
            "channel": channel.channel_id != CHANNEL,
            "type": (channel.type, channel.epoch) != (3, 0),
            "timestamp": abs(age) > dt.timedelta(minutes=15),
            "chaincode": (spec.chaincode_id.name, extension.chaincode_id.name) != (CHAINCODE, CHAINCODE),
        }
        wrong = [name for name, fault in faults.items() if fault]
        if wrong:
            _abort(context, grpc.StatusCode.INVALID_ARGUMENT, f"wrong {', '.join(wrong)}", [])
        return self.chaincode.run(signed, channel.tx_id, spec.input, self.state_fails)

    def _verify(self, creator: bytes, message: bytes, signature: bytes, context: Any) -> None:
        who = identities_pb2.SerializedIdentity.FromString(creator)
        if (who.mspid, who.id_bytes) not in self._members:
            _abort(context, grpc.StatusCode.PERMISSION_DENIED, f"{who.mspid}: not a member", [])
        fault = signature_fault(x509.load_pem_x509_certificate(who.id_bytes).public_key(), message, signature)
        if fault:
            _abort(context, grpc.StatusCode.PERMISSION_DENIED, fault, [])

    def _cut(self, seconds: float) -> None:
        while not self._stopped.wait(seconds):
            self._block()

    def _block(self) -> None:
        with self._lock:
            block, self._pending = self._pending, []
        if block:
            self.ledger.commit(block)


class Network:
    """The fake network; a context manager.

    Args:
        members: Who may use the channel.
        tls: Private key and certificate in PEM of the gateway's server; None: no TLS.
        block_s: Seconds between blocks; 0: a block for each transaction, at once.
    """

    def __init__(self, *members: Member, tls: tuple[bytes, bytes] | None = None, block_s: float = 0) -> None:
        self._chaincode_server, port = serve("127.0.0.1:0", PACKAGE)
        self.ledger = Ledger()
        self.chaincode = ChaincodeSide(f"127.0.0.1:{port}", self.ledger)
        assert self.chaincode.registered.wait(10)
        self.service = Service(self.chaincode, self.ledger, list(members), block_s)
        self._server = grpc.server(ThreadPoolExecutor(16))
        gateway_pb2_grpc.add_GatewayServicer_to_server(self.service, self._server)
        if tls:
            self.port = self._server.add_secure_port("127.0.0.1:0", grpc.ssl_server_credentials([tls]))
        else:
            self.port = self._server.add_insecure_port("127.0.0.1:0")
        self._server.start()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def __enter__(self) -> Network:
        return self

    def __exit__(self, *_: object) -> None:
        self.service.stop()
        self._server.stop(None).wait()
        self.chaincode.close()
        self._chaincode_server.stop(None).wait()


def signature_fault(public: Any, message: bytes, signature: bytes) -> str:
    """Say why a peer refuses a signature; empty where it does not (fabric, bccsp/sw/ecdsa.go)."""
    try:
        if isinstance(public, ed25519.Ed25519PublicKey):
            public.verify(signature, message)
            return ""
        large = public.curve.name == "secp384r1"
        if utils.decode_dss_signature(signature)[1] > (_ORDER_384 if large else _ORDER) // 2:
            return "invalid S: the signature is not in its lower form"
        public.verify(signature, message, ec.ECDSA(hashes.SHA384() if large else hashes.SHA256()))
    except (InvalidSignature, ValueError):
        return "the signature does not hold"
    return ""


def raised(signature: bytes) -> bytes:
    """Return a P-256 signature with the higher S, which verifies as well."""
    r, s = utils.decode_dss_signature(signature)
    return utils.encode_dss_signature(r, max(s, _ORDER - s))


def _envelope(signed: Any, done: Simulation) -> Any:
    proposal = proposal_pb2.Proposal.FromString(signed.proposal_bytes)
    header = common_pb2.Header.FromString(proposal.header)
    action = proposal_pb2.ChaincodeAction(response=done.response, events=done.event)
    answer = proposal_response_pb2.ProposalResponsePayload(extension=action.SerializeToString())
    endorsed = transaction_pb2.ChaincodeEndorsedAction(proposal_response_payload=answer.SerializeToString())
    call = transaction_pb2.ChaincodeActionPayload(chaincode_proposal_payload=proposal.payload, action=endorsed)
    one = transaction_pb2.TransactionAction(header=header.signature_header, payload=call.SerializeToString())
    data = transaction_pb2.Transaction(actions=[one]).SerializeToString()
    return common_pb2.Envelope(payload=common_pb2.Payload(header=header, data=data).SerializeToString())


def _abort(context: Any, code: Any, message: str, details: list[tuple[str, str, str]]) -> None:
    parts = [_field(1, code.value[0]), _field(2, message.encode())]
    for address, msp_id, said in details:
        packed = Packed()
        packed.Pack(gateway_pb2.ErrorDetail(address=address, msp_id=msp_id, message=said))
        parts.append(_field(3, packed.SerializeToString()))
    context.set_trailing_metadata((("grpc-status-details-bin", b"".join(parts)),))
    context.abort(code, message)


def _field(number: int, value: int | bytes) -> bytes:
    """Write one field of google.rpc.Status, by hand: the client's own reading is under test."""
    if isinstance(value, int):
        return bytes([number << 3]) + _varint(value)
    return bytes([number << 3 | 2]) + _varint(len(value)) + value


def _varint(value: int) -> bytes:
    groups = [value >> shift & 0x7F for shift in itertools.takewhile(lambda n: not n or value >> n, range(0, 64, 7))]
    return bytes([group | 0x80 for group in groups[:-1]] + groups[-1:])
