"""The chaincode as its own process, started as an administration starts it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import grpc
import pytest
from fabric_protos.peer import chaincode_pb2, chaincode_shim_pb2, chaincode_shim_pb2_grpc
from fake_gateway import member

_COMMAND = [sys.executable, "-m", "passavant.sealing.fabric.chaincode"]


def _environment(**settings: str) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": ":".join(one for one in sys.path if one), "PASSAVANT_LANG": "en", **settings}


def _first_message(rpc: grpc.Channel) -> str:
    stream = chaincode_shim_pb2_grpc.ChaincodeStub(rpc).Connect(iter(()), wait_for_ready=True, timeout=20)
    said = next(stream)
    assert chaincode_shim_pb2.ChaincodeMessage.REGISTER == said.type
    return chaincode_pb2.ChaincodeID.FromString(said.payload).name


@pytest.mark.parametrize("tls", [False, True])
def test_it_serves_until_told_to_stop(tmp_path: Path, tls: bool) -> None:
    server = member()
    settings = {"CHAINCODE_ID": "anchor_1:abc", "CHAINCODE_SERVER_ADDRESS": "localhost:0"}
    if tls:
        for name, data in (("CHAINCODE_TLS_KEY", server.key), ("CHAINCODE_TLS_CERT", server.certificate)):
            (tmp_path / name).write_bytes(data)
            settings[name] = str(tmp_path / name)

    with subprocess.Popen(_COMMAND, env=_environment(**settings), stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        said = process.stderr.readline().strip()
        port = said.partition("port ")[2].partition(",")[0]
        address = f"localhost:{port}"
        trusted = grpc.ssl_channel_credentials(server.certificate)
        with grpc.secure_channel(address, trusted) if tls else grpc.insecure_channel(address) as rpc:
            package = _first_message(rpc)
        process.send_signal(signal.SIGTERM)
        process.wait(20)

    assert ("anchor_1:abc", 0) == (package, process.returncode)
    assert said.endswith(", TLS" if tls else "no TLS")


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"CHAINCODE_SERVER_ADDRESS": "127.0.0.1:0", "CHAINCODE_ID": ""}, "CHAINCODE_ID"),
        ({"CHAINCODE_SERVER_ADDRESS": "", "CHAINCODE_ID": "a:1"}, "CHAINCODE_SERVER_ADDRESS"),
        ({"CHAINCODE_SERVER_ADDRESS": "203.0.113.1:1", "CHAINCODE_ID": "a:1"}, "CHAINCODE_SERVER_ADDRESS"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(settings: dict[str, str], named: str) -> None:
    done = subprocess.run(_COMMAND, env=_environment(**settings), capture_output=True, text=True, check=False)

    assert 2 == done.returncode
    assert done.stderr.splitlines()[-3].startswith(f"field {named}")
