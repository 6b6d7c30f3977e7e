"""The fake network that the tests of the Fabric anchor share."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from fake_gateway import CHAINCODE, CHANNEL, Member, Network, member

_CONNECTION = """\
peer: {peer}
msp_id: {msp_id}
certificate: cert.pem
key: key.pem
channel: {channel}
chaincode: {chaincode}
"""


@pytest.fixture
def customs() -> Member:
    return member()


@pytest.fixture
def network(customs: Member) -> Iterator[Network]:
    with Network(customs) as one:
        yield one


@pytest.fixture
def write_connection(tmp_path: Path) -> Any:
    """Return a function that writes a connection file beside its certificate and key."""

    def write(who: Member, peer: str, extra: str = "") -> Path:
        (tmp_path / "cert.pem").write_bytes(who.certificate)
        (tmp_path / "key.pem").write_bytes(who.key)
        (tmp_path / "key.pem").chmod(0o600)
        file = tmp_path / "fabric.yaml"
        file.write_text(_CONNECTION.format(peer=peer, msp_id=who.msp_id, channel=CHANNEL, chaincode=CHAINCODE) + extra)
        return file

    return write
