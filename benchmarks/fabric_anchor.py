"""Anchors per second through our client: goal 80 % of bare stubs on the same gateway in the same run; p95 at 200 ms a block: 1 s.

The gateway is the tests' fake one, in a process of its own: it checks signatures, drives the real chaincode and writes blocks,
but endorses and orders alone. The limit is hand-written: the least that a transaction takes (a proposal, three calls, three
signatures), without a look at what it signs. An anchor verifies the checkpoint's signature and the endorsed transaction too.

python benchmarks/fabric_anchor.py [--json] [--anchors N]
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import secrets
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "sealing" / "fabric"))

import grpc
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from fabric_protos.common import common_pb2
from fabric_protos.gateway import gateway_pb2, gateway_pb2_grpc
from fabric_protos.peer import chaincode_pb2, proposal_pb2
from fake_gateway import CHAINCODE, CHANNEL, Member, Network, member

from passavant.sealing.checkpoints import Checkpoint
from passavant.sealing.fabric import Gateway, Identity, anchor
from passavant.sealing.merkle import leaf_hash
from passavant.sealing.notes import SigningKey, sign_note

_ROUNDS = 5
_BLOCK_S = 0.2
_SLOW_ANCHORS = 20
_GOAL, _GOAL_P95_S = 0.8, 1.0


@dataclass
class Log:
    """A log that grows by one entry an anchor; its notes are signed before the clock runs."""

    origin: str
    key: SigningKey
    size: int = 1

    def notes(self, count: int) -> list[str]:
        sizes = range(self.size + 1, self.size + 1 + count)
        self.size += count
        roots = (leaf_hash(str(size).encode()) for size in sizes)
        return [
            sign_note(Checkpoint(self.origin, size, root).text(), [self.key])
            for size, root in zip(sizes, roots, strict=True)
        ]


class BareStubs:
    """The limit: a transaction by the stubs alone."""

    def __init__(self, rpc: Any, identity: Identity) -> None:
        self.stub = gateway_pb2_grpc.GatewayStub(rpc)
        self.identity = identity
        self.creator = identity.creator

    def transact(self, args: list[bytes]) -> int:
        nonce = secrets.token_bytes(24)
        tx_id = hashlib.sha256(nonce + self.creator).hexdigest()
        signed = self._proposal(nonce, tx_id, args)
        envelope = self.stub.Endorse(
            gateway_pb2.EndorseRequest(transaction_id=tx_id, channel_id=CHANNEL, proposed_transaction=signed),
            timeout=15,
        ).prepared_transaction
        envelope.signature = self.identity.sign(envelope.payload)
        self.stub.Submit(
            gateway_pb2.SubmitRequest(transaction_id=tx_id, channel_id=CHANNEL, prepared_transaction=envelope),
            timeout=5,
        )
        asked = gateway_pb2.CommitStatusRequest(transaction_id=tx_id, channel_id=CHANNEL, identity=self.creator)
        data = asked.SerializeToString()
        question = gateway_pb2.SignedCommitStatusRequest(request=data, signature=self.identity.sign(data))
        answer = self.stub.CommitStatus(question, timeout=60)
        assert answer.result == 0
        return int(answer.block_number)

    def _proposal(self, nonce: bytes, tx_id: str, args: list[bytes]) -> Any:
        name = chaincode_pb2.ChaincodeID(name=CHAINCODE)
        extension = proposal_pb2.ChaincodeHeaderExtension(chaincode_id=name).SerializeToString()
        channel = common_pb2.ChannelHeader(type=3, channel_id=CHANNEL, tx_id=tx_id, extension=extension)
        channel.timestamp.GetCurrentTime()
        author = common_pb2.SignatureHeader(creator=self.creator, nonce=nonce)
        header = common_pb2.Header(
            channel_header=channel.SerializeToString(), signature_header=author.SerializeToString()
        )
        spec = chaincode_pb2.ChaincodeSpec(chaincode_id=name, input=chaincode_pb2.ChaincodeInput(args=args))
        call = chaincode_pb2.ChaincodeInvocationSpec(chaincode_spec=spec).SerializeToString()
        payload = proposal_pb2.ChaincodeProposalPayload(input=call).SerializeToString()
        data = proposal_pb2.Proposal(header=header.SerializeToString(), payload=payload).SerializeToString()
        return proposal_pb2.SignedProposal(proposal_bytes=data, signature=self.identity.sign(data))


@contextmanager
def _network(block_s: float) -> Iterator[tuple[str, Identity]]:
    """Run the fake network in a process of its own; give its address and an identity that it knows."""
    who = member()
    given = json.dumps([who.msp_id, who.certificate.decode(), who.key.decode()])
    command = [sys.executable, __file__, "--serve", str(block_s)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(given + "\n")
        process.stdin.flush()
        yield (
            process.stdout.readline().strip(),
            Identity(who.msp_id, who.certificate, load_pem_private_key(who.key, None)),
        )
        process.stdin.close()  # it ends with its input


def _serve(block_s: float) -> None:
    msp_id, certificate, key = json.loads(sys.stdin.readline())
    with Network(Member(msp_id, certificate.encode(), key.encode()), block_s=block_s) as network:
        print(network.address, flush=True)
        sys.stdin.read()


def _new_log(name: str) -> Log:
    return Log(name, SigningKey.generate(name))


def _ours(gateway: Gateway, log: Log, count: int) -> list[float]:
    """Return the seconds of each anchor."""
    keys, times = [log.key.verifier], []
    for note in log.notes(count):
        started = time.perf_counter()
        assert anchor(note, keys, log.origin, gateway).block_number
        times.append(time.perf_counter() - started)
    return times


def _bare(stubs: BareStubs, log: Log, count: int) -> list[float]:
    times = []
    for note in log.notes(count):
        _, size, root = note.split("\n")[:3]
        started = time.perf_counter()
        assert stubs.transact([b"Anchor", log.origin.encode(), size.encode(), root.encode(), note.encode()])
        times.append(time.perf_counter() - started)
    return times


def _measure(count: int) -> dict[str, Any]:
    with _network(0) as (address, identity), grpc.insecure_channel(address) as rpc:
        gateway, stubs = Gateway(rpc, identity, channel=CHANNEL, chaincode=CHAINCODE), BareStubs(rpc, identity)
        logs = _new_log("log.example/ours"), _new_log("log.example/bare")
        _ours(gateway, logs[0], 20), _bare(stubs, logs[1], 20)  # both warm
        ours, bare, cpu = [], [], [0.0, 0.0]
        for _ in range(_ROUNDS):
            started = time.process_time()
            bare.append(count / sum(_bare(stubs, logs[1], count)))
            between = time.process_time()
            ours.append(count / sum(_ours(gateway, logs[0], count)))
            cpu = [cpu[0] + between - started, cpu[1] + time.process_time() - between]
    with _network(_BLOCK_S) as (address, identity), grpc.insecure_channel(address) as rpc:
        gateway = Gateway(rpc, identity, channel=CHANNEL, chaincode=CHAINCODE)
        waits = _ours(gateway, _new_log("log.example/ours"), _SLOW_ANCHORS)
    return {
        "bare_stubs_per_s": round(statistics.median(bare)),
        "anchors_per_s": round(statistics.median(ours)),
        "ratio": round(statistics.median(one / other for one, other in zip(ours, bare, strict=True)), 3),
        "goal_ratio": _GOAL,
        "bare_stubs_client_cpu_ms": round(cpu[0] * 1000 / count / _ROUNDS, 2),
        "anchor_client_cpu_ms": round(cpu[1] * 1000 / count / _ROUNDS, 2),
        "p95_s": round(statistics.quantiles(waits, n=20)[-1], 3),
        "goal_p95_s": _GOAL_P95_S,
        "block_s": _BLOCK_S,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--anchors", type=int, default=200, help="anchors a round")
    parser.add_argument("--serve", type=float, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.serve is not None:
        _serve(asked.serve)
        return
    found = _measure(asked.anchors)
    if asked.json:
        print(json.dumps({"anchors": asked.anchors, "rounds": _ROUNDS, **found}, indent=2))
        return
    print(f"{os.cpu_count()} cores, Python {sys.version.split()[0]}; median of {_ROUNDS} rounds of {asked.anchors}")
    print(f"{'limit: bare stubs, transactions per s':44}{found['bare_stubs_per_s']:>9}")
    print(f"{'anchors per s':44}{found['anchors_per_s']:>9}")
    print(f"{'ratio (goal ' + str(_GOAL) + ')':44}{found['ratio']:>9}")
    print(
        f"{'processor ms a transaction: bare stubs':44}{found['bare_stubs_client_cpu_ms']:>9}  (of the client; signing notes too)"
    )
    print(f"{'processor ms an anchor':44}{found['anchor_client_cpu_ms']:>9}  (the same)")
    print(f"{'p95 of an anchor at a block each 200 ms, s':44}{found['p95_s']:>9}  (goal {_GOAL_P95_S})")


if __name__ == "__main__":
    main()
