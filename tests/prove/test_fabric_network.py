"""The anchor against a real network: one orderer, one peer, TLS, and our chaincode behind the peer.

The programs `peer`, `orderer`, `configtxgen`, `cryptogen` and `osnadmin` of Hyperledger Fabric 2.5 or later are taken from the
PATH, their `config` folder (core.yaml, orderer.yaml) from FABRIC_CFG_PATH or from beside their `bin`. Everything runs on
loopback ports in a temporary folder and is stopped at the end.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import socket
import subprocess
import sys
import tarfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, TypeVar

import pytest
import yaml

from passavant.errors import PassavantError
from passavant.sealing.checkpoints import Checkpoint
from passavant.sealing.fabric import Contradiction, Gateway, Verdict, anchor, anchored, check, connect, load_connection
from passavant.sealing.merkle import consistency_path, leaf_hash, root_of
from passavant.sealing.notes import SigningKey, sign_note

pytestmark = [pytest.mark.prove, pytest.mark.service]

CHANNEL, CHAINCODE, MSP = "seals", "passavant-anchor", "CustomsMSP"
ORIGIN = "log.example/customs"
KEY = SigningKey.generate(ORIGIN)
KEYS = [KEY.verifier]
LEAVES = [leaf_hash(str(index).encode()) for index in range(40)]
FORKED = [leaf_hash(b"another"), *LEAVES[1:]]

_PROGRAMS = ("peer", "orderer", "configtxgen", "cryptogen", "osnadmin")
_PATIENCE_S = 90
_CRYPTO = {
    "OrdererOrgs": [
        {
            "Name": "Orderer",
            "Domain": "example.test",
            "EnableNodeOUs": True,
            "Specs": [{"Hostname": "orderer", "SANS": ["localhost", "127.0.0.1"]}],
        }
    ],
    "PeerOrgs": [
        {
            "Name": "Customs",
            "Domain": "customs.example.test",
            "EnableNodeOUs": True,
            "Template": {"Count": 1, "SANS": ["localhost", "127.0.0.1"]},
            "Users": {"Count": 1},
        }
    ],
}
#: The external builder of a chaincode that runs as a service: nothing is built, the peer learns where to connect.
_BUILDER = {
    "detect": 'grep -q \'"type" *: *"ccaas"\' "$2/metadata.json"',
    "build": 'cp "$1/connection.json" "$3/connection.json"',
    "release": 'mkdir -p "$2/chaincode/server" && cp "$1/connection.json" "$2/chaincode/server/connection.json"',
}
Result = TypeVar("Result")


class _Plain(yaml.SafeDumper):
    """Write a value that stands twice in full: no anchors for Fabric's reader to follow."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _write_yaml(file: Path, content: Any) -> None:
    file.write_text(yaml.dump(content, Dumper=_Plain, sort_keys=False))


def _policy(rule: str, kind: str = "Signature") -> dict[str, str]:
    return {"Type": kind, "Rule": rule}


def _policies(msp: str, writers: str, admins: str) -> dict[str, Any]:
    member = _policy(f"OR('{msp}.member')")
    return {"Readers": member, "Writers": _policy(writers), "Admins": _policy(admins)}


def _configtx(crypto: Path, orderer: int, peer: int) -> dict[str, Any]:
    """Return the channel's configuration: one consenter, one organisation, a block each 200 ms."""
    shared = {name: _policy(f"ANY {name}", "ImplicitMeta") for name in ("Readers", "Writers", "Admins")}
    certificate = str(crypto / "ordererOrganizations/example.test/orderers/orderer.example.test/tls/server.crt")
    operator = {
        "Name": "OrdererOrg",
        "ID": "OrdererMSP",
        "MSPDir": str(crypto / "ordererOrganizations/example.test/msp"),
        "Policies": _policies("OrdererMSP", "OR('OrdererMSP.member')", "OR('OrdererMSP.admin')"),
        "OrdererEndpoints": [f"127.0.0.1:{orderer}"],
    }
    customs = {
        "Name": MSP,
        "ID": MSP,
        "MSPDir": str(crypto / "peerOrganizations/customs.example.test/msp"),
        "Policies": _policies(MSP, f"OR('{MSP}.admin', '{MSP}.client')", f"OR('{MSP}.admin')")
        | {"Endorsement": _policy(f"OR('{MSP}.peer')")},
        "AnchorPeers": [{"Host": "127.0.0.1", "Port": peer}],
    }
    consenter = {"Host": "127.0.0.1", "Port": orderer, "ClientTLSCert": certificate, "ServerTLSCert": certificate}
    options = {
        "TickInterval": "200ms",
        "ElectionTick": 10,
        "HeartbeatTick": 1,
        "MaxInflightBlocks": 5,
        "SnapshotIntervalSize": "16 MB",
    }
    endorsers = _policy(f"OR('{MSP}.peer')")
    profile = {
        "Policies": shared,
        "Capabilities": {"V2_0": True},
        "Orderer": {
            "OrdererType": "etcdraft",
            "BatchTimeout": "200ms",
            "BatchSize": {"MaxMessageCount": 100, "AbsoluteMaxBytes": "10 MB", "PreferredMaxBytes": "2 MB"},
            "Organizations": [operator],
            "Policies": shared | {"BlockValidation": _policy("ANY Writers", "ImplicitMeta")},
            "Capabilities": {"V2_0": True},
            "EtcdRaft": {"Consenters": [consenter], "Options": options},
        },
        "Application": {
            "Organizations": [customs],
            "Policies": shared | {"LifecycleEndorsement": endorsers, "Endorsement": endorsers},
            "Capabilities": {"V2_5": True},
        },
    }
    return {"Profiles": {"Seals": profile}}


class RealNetwork:
    """One orderer, one peer and the chaincode, as processes.

    Args:
        folder: Where everything is written.
        samples: The folder with Fabric's core.yaml and orderer.yaml.
    """

    def __init__(self, folder: Path, samples: Path) -> None:
        self.folder = folder
        self._stack = ExitStack()
        self._crypto = folder / "crypto"
        self.orderer, self._admin, self._orderer_operations = _ports(3)
        self.peer, self._peer_chaincode, self._peer_operations, self._chaincode = _ports(4)
        self._configure(samples)

    def __enter__(self) -> RealNetwork:
        try:
            self._start()
        except BaseException:
            self._stack.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def connection(self) -> Path:
        """Write the connection file of the organisation's first user."""
        user = self._customs / "users/User1@customs.example.test/msp"
        (key,) = (user / "keystore").iterdir()
        (certificate,) = (user / "signcerts").iterdir()
        key.chmod(0o600)
        file = self.folder / "fabric.yaml"
        settings = {
            "peer": f"127.0.0.1:{self.peer}",
            "tls_root": str(self._peer_home / "tls/ca.crt"),
            "msp_id": MSP,
            "certificate": str(certificate),
            "key": str(key),
            "channel": CHANNEL,
            "chaincode": CHAINCODE,
        }
        _write_yaml(file, settings)
        return file

    @property
    def _customs(self) -> Path:
        return self._crypto / "peerOrganizations/customs.example.test"

    @property
    def _peer_home(self) -> Path:
        return self._customs / "peers/peer0.customs.example.test"

    @property
    def _orderer_home(self) -> Path:
        return self._crypto / "ordererOrganizations/example.test/orderers/orderer.example.test"

    def _configure(self, samples: Path) -> None:
        _write_yaml(self.folder / "crypto.yaml", _CRYPTO)
        self._run("cryptogen", "generate", f"--config={self.folder / 'crypto.yaml'}", f"--output={self._crypto}")
        _write_yaml(self.folder / "configtx.yaml", _configtx(self._crypto, self.orderer, self.peer))
        shutil.copy(samples / "orderer.yaml", self.folder)
        core = yaml.safe_load((samples / "core.yaml").read_text())
        core["vm"] = core.get("vm", {}) | {"endpoint": ""}  # no containers
        builder = {"name": "ccaas", "path": str(self.folder / "ccaas"), "propagateEnvironment": ["PATH"]}
        core["chaincode"]["externalBuilders"] = [builder]
        _write_yaml(self.folder / "core.yaml", core)
        for name, script in _BUILDER.items():
            file = self.folder / "ccaas/bin" / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(f"#!/bin/sh\nset -eu\n{script}\n")
            file.chmod(0o755)
        self._run(
            *("configtxgen", "-profile", "Seals", "-channelID", CHANNEL, "-configPath", str(self.folder)),
            *("-outputBlock", str(self.folder / "channel.block")),
        )

    def _start(self) -> None:
        block = str(self.folder / "channel.block")
        self._spawn("orderer", ["orderer"], self._orderer_settings())
        _until_open(self._admin)
        self._eventually(
            *("osnadmin", "channel", "join", "--channelID", CHANNEL, "--config-block", block),
            *("-o", f"127.0.0.1:{self._admin}"),
        )
        self._spawn("peer", ["peer", "node", "start"], self._peer_settings())
        _until_open(self.peer)
        self._eventually("peer", "channel", "join", "-b", block)
        package = self._package()
        self._eventually("peer", "lifecycle", "chaincode", "install", str(package))
        package_id = self._run("peer", "lifecycle", "chaincode", "calculatepackageid", str(package)).strip()
        served = {"CHAINCODE_ID": package_id, "CHAINCODE_SERVER_ADDRESS": f"127.0.0.1:{self._chaincode}"}
        python = {"PYTHONPATH": ":".join(one for one in sys.path if one)}
        self._spawn("chaincode", [sys.executable, "-m", "passavant.sealing.fabric.chaincode"], served | python)
        _until_open(self._chaincode)
        definition = [
            *("--channelID", CHANNEL, "--name", CHAINCODE, "--version", "1", "--sequence", "1"),
            *("-o", f"127.0.0.1:{self.orderer}", "--tls", "--cafile", str(self._orderer_home / "tls/ca.crt")),
        ]
        lifecycle = ("peer", "lifecycle", "chaincode")
        self._eventually(*lifecycle, "approveformyorg", "--package-id", package_id, *definition)
        self._eventually(*lifecycle, "commit", *definition)

    def _package(self) -> Path:
        """Write the chaincode's package: where the peer connects to, and the package's type."""
        connection = {"address": f"127.0.0.1:{self._chaincode}", "dial_timeout": "10s", "tls_required": False}
        code = _tar_gz({"connection.json": json.dumps(connection).encode()})
        package = self.folder / "anchor.tar.gz"
        metadata = json.dumps({"type": "ccaas", "label": "anchor_1"}).encode()
        package.write_bytes(_tar_gz({"metadata.json": metadata, "code.tar.gz": code}))
        return package

    def _orderer_settings(self) -> dict[str, str]:
        home, data = self._orderer_home, self.folder / "data/orderer"
        return {
            "ORDERER_GENERAL_LISTENADDRESS": "127.0.0.1",
            "ORDERER_GENERAL_LISTENPORT": str(self.orderer),
            "ORDERER_GENERAL_LOCALMSPID": "OrdererMSP",
            "ORDERER_GENERAL_LOCALMSPDIR": str(home / "msp"),
            "ORDERER_GENERAL_TLS_ENABLED": "true",
            "ORDERER_GENERAL_TLS_PRIVATEKEY": str(home / "tls/server.key"),
            "ORDERER_GENERAL_TLS_CERTIFICATE": str(home / "tls/server.crt"),
            "ORDERER_GENERAL_TLS_ROOTCAS": str(home / "tls/ca.crt"),
            "ORDERER_GENERAL_BOOTSTRAPMETHOD": "none",
            "ORDERER_CHANNELPARTICIPATION_ENABLED": "true",
            "ORDERER_FILELEDGER_LOCATION": str(data),
            "ORDERER_CONSENSUS_WALDIR": str(data / "consensus/wal"),
            "ORDERER_CONSENSUS_SNAPDIR": str(data / "consensus/snap"),
            "ORDERER_OPERATIONS_LISTENADDRESS": f"127.0.0.1:{self._orderer_operations}",
            "ORDERER_ADMIN_LISTENADDRESS": f"127.0.0.1:{self._admin}",
        }

    def _peer_settings(self) -> dict[str, str]:
        home, address, data = self._peer_home, f"127.0.0.1:{self.peer}", self.folder / "data/peer"
        return {
            "CORE_PEER_TLS_ENABLED": "true",
            "CORE_PEER_TLS_CERT_FILE": str(home / "tls/server.crt"),
            "CORE_PEER_TLS_KEY_FILE": str(home / "tls/server.key"),
            "CORE_PEER_TLS_ROOTCERT_FILE": str(home / "tls/ca.crt"),
            "CORE_PEER_ID": "peer0.customs.example.test",
            "CORE_PEER_ADDRESS": address,
            "CORE_PEER_LISTENADDRESS": address,
            "CORE_PEER_CHAINCODEADDRESS": f"127.0.0.1:{self._peer_chaincode}",
            "CORE_PEER_CHAINCODELISTENADDRESS": f"127.0.0.1:{self._peer_chaincode}",
            "CORE_PEER_GOSSIP_BOOTSTRAP": address,
            "CORE_PEER_GOSSIP_EXTERNALENDPOINT": address,
            "CORE_PEER_LOCALMSPID": MSP,
            "CORE_PEER_MSPCONFIGPATH": str(home / "msp"),
            "CORE_PEER_FILESYSTEMPATH": str(data),
            "CORE_LEDGER_SNAPSHOTS_ROOTDIR": str(data / "snapshots"),
            "CORE_OPERATIONS_LISTENADDRESS": f"127.0.0.1:{self._peer_operations}",
        }

    def _admin_settings(self) -> dict[str, str]:
        return {
            "CORE_PEER_TLS_ENABLED": "true",
            "CORE_PEER_TLS_ROOTCERT_FILE": str(self._peer_home / "tls/ca.crt"),
            "CORE_PEER_ADDRESS": f"127.0.0.1:{self.peer}",
            "CORE_PEER_LOCALMSPID": MSP,
            "CORE_PEER_MSPCONFIGPATH": str(self._customs / "users/Admin@customs.example.test/msp"),
        }

    def _spawn(self, name: str, command: list[str], settings: dict[str, str]) -> None:
        log = self._stack.enter_context((self.folder / f"{name}.log").open("wb"))
        process = subprocess.Popen(
            command, cwd=self.folder, env=self._environment(settings), stdout=log, stderr=subprocess.STDOUT
        )
        self._stack.callback(_stop, process)

    def _run(self, *command: str) -> str:
        done = self._attempt(command)
        assert 0 == done.returncode, f"{' '.join(command)}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def _eventually(self, *command: str) -> None:
        """Run a command until it succeeds: an orderer without a leader yet, a peer without its channel yet."""

        def once() -> None:
            done = self._attempt(command)
            assert 0 == done.returncode, f"{' '.join(command)}\n{done.stdout}\n{done.stderr}\n{self._logs()}"

        _patiently(once, AssertionError)

    def _attempt(self, command: tuple[str, ...]) -> subprocess.CompletedProcess[str]:
        settings = self._environment(self._admin_settings())
        return subprocess.run(
            command, cwd=self.folder, env=settings, capture_output=True, text=True, timeout=_PATIENCE_S, check=False
        )

    def _environment(self, settings: dict[str, str]) -> dict[str, str]:
        ours = {"FABRIC_CFG_PATH": str(self.folder), "PATH": os.environ["PATH"], "HOME": str(self.folder)}
        return ours | settings

    def _logs(self) -> str:
        tails = (f"{log.name}: {log.read_text(errors='replace')[-1500:]}" for log in self.folder.glob("*.log"))
        return "\n".join(tails)


def _patiently(attempt: Callable[[], Result], failure: type[Exception]) -> Result:
    """Repeat an attempt until it succeeds; after the last, let its failure through."""
    end = time.monotonic() + _PATIENCE_S
    while True:
        try:
            return attempt()
        except failure:
            if time.monotonic() > end:
                raise
            time.sleep(0.5)


def _until_open(port: int) -> None:
    _patiently(lambda: socket.create_connection(("127.0.0.1", port), timeout=1).close(), OSError)


def _ports(count: int) -> list[int]:
    with ExitStack() as stack:
        held = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [one.getsockname()[1] for one in held]


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _tar_gz(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, data in files.items():
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(data), 0o644
            archive.addfile(entry, io.BytesIO(data))
    return buffer.getvalue()


def _samples() -> Path:
    """Return the folder with core.yaml and orderer.yaml, or skip and say what to install."""
    missing = [name for name in _PROGRAMS if shutil.which(name) is None]
    if missing:
        pytest.skip(f"{', '.join(missing)} not on the PATH: install Hyperledger Fabric 2.5 or later (bin and config)")
    beside = Path(shutil.which("peer") or "").resolve().parent.parent / "config"
    for folder in (Path(os.environ.get("FABRIC_CFG_PATH") or beside), beside):
        if (folder / "core.yaml").is_file() and (folder / "orderer.yaml").is_file():
            return folder
    pytest.skip("no core.yaml and orderer.yaml: install Fabric's config folder and set FABRIC_CFG_PATH to it")


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    samples = _samples()
    with (
        RealNetwork(tmp_path_factory.mktemp("fabric"), samples) as network,
        connect(load_connection(network.connection())) as one,
    ):
        _patiently(lambda: anchored(ORIGIN, one), PassavantError)  # the peer learns of its own chaincode by gossip
        yield one


def note(size: int, leaves: list[bytes] = LEAVES, origin: str = ORIGIN) -> str:
    key = KEY if origin == ORIGIN else SigningKey(origin, KEY.kind, KEY.private)
    return sign_note(Checkpoint(origin, size, root_of(leaves[:size])).text(), [key])


def prove(old: int, size: int) -> list[bytes]:
    return consistency_path(old, size, lambda start, end: root_of(LEAVES[start:end]))


def test_a_log_is_anchored_in_a_real_channel_and_its_fork_is_not(gateway: Gateway) -> None:
    first = _patiently(lambda: anchor(note(5), KEYS, ORIGIN, gateway), PassavantError)
    again = anchor(note(5), KEYS, ORIGIN, gateway)
    grown = anchor(note(12), KEYS, ORIGIN, gateway, prove=prove)

    assert (first.tx_id, None) == (again.tx_id, again.block_number)
    assert (first.block_number or 0) < (grown.block_number or 0)
    held = anchored(ORIGIN, gateway)
    assert held is not None
    assert (12, grown.tx_id, MSP, note(12)) == (held.size, held.tx_id, held.msp_id, held.note)
    for size, leaves, code in ((12, FORKED, "fork"), (5, FORKED, "fork"), (7, LEAVES, "rewind")):
        with pytest.raises(Contradiction) as found:
            anchor(note(size, leaves), KEYS, ORIGIN, gateway)
        assert f"sealing.fabric.{code}" == found.value.code
    with pytest.raises(Contradiction):
        anchor(note(20, FORKED), KEYS, ORIGIN, gateway, prove=prove)
    assert Verdict.SAME == check(note(12), KEYS, ORIGIN, gateway).verdict
    assert (Verdict.BEHIND, True) == (
        (grew := check(note(40), KEYS, ORIGIN, gateway, prove=prove)).verdict,
        grew.proven,
    )


def test_the_events_of_a_real_channel_resume_after_a_transaction(gateway: Gateway) -> None:
    origin = "log.example/events"
    keys = [SigningKey(origin, KEY.kind, KEY.private).verifier]
    done = [
        _patiently(lambda size=size: anchor(note(size, origin=origin), keys, origin, gateway), PassavantError)  # type: ignore[misc]
        for size in (2, 3)
    ]

    events = gateway.events(after=done[0].tx_id)
    event = next(events)
    events.close()  # type: ignore[attr-defined]

    assert (done[1].tx_id, done[1].block_number, "anchored") == (event.tx_id, event.block_number, event.name)
