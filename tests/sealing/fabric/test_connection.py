"""The connection file, and a peer reached through TLS."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from fake_gateway import Member, Network, member

from passavant.errors import BadInput
from passavant.sealing.fabric import GatewayFault, connect, load_connection
from passavant.sealing.fabric.connection import ConnectionFile
from passavant.texts import parse_yaml, validate


def test_a_peer_is_reached_through_tls_under_the_name_of_its_certificate(
    tmp_path: Path, customs: Member, write_connection: Any
) -> None:
    server = member(host="peer0.customs.example")
    (tmp_path / "ca.crt").write_bytes(server.certificate)
    with Network(customs, tls=(server.key, server.certificate)) as network:
        named = write_connection(customs, network.address, "tls_root: ca.crt\nserver_name: peer0.customs.example\n")
        with connect(load_connection(named)) as gateway:
            assert b"" == gateway.evaluate("Latest", "log.example/customs")

        unnamed = write_connection(customs, network.address, "tls_root: ca.crt\n")
        with connect(load_connection(unnamed)) as gateway, pytest.raises(GatewayFault) as fault:
            gateway.evaluate("Latest", "log.example/customs")
    assert "sealing.fabric.unreachable" == fault.value.code


def test_a_peer_whose_certificate_another_authority_gave_is_not_reached(
    tmp_path: Path, customs: Member, write_connection: Any
) -> None:
    server, stranger = member(host="localhost"), member(host="localhost")
    (tmp_path / "ca.crt").write_bytes(stranger.certificate)
    with Network(customs, tls=(server.key, server.certificate)) as network:
        file = write_connection(customs, f"localhost:{network.port}", "tls_root: ca.crt\n")
        with connect(load_connection(file)) as gateway, pytest.raises(GatewayFault) as fault:
            gateway.evaluate("Latest", "log.example/customs")
    assert "UNAVAILABLE" == fault.value.status


def test_a_peer_elsewhere_is_never_reached_in_the_clear(customs: Member, write_connection: Any) -> None:
    with pytest.raises(BadInput) as refused:
        load_connection(write_connection(customs, "peer0.customs.example:7051"))
    assert ("sealing.fabric.no_tls", 1) == (refused.value.code, refused.value.place and refused.value.place.line)


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("msp_id: CustomsMSP", "mspid: CustomsMSP", 2),
        ("peer: 127.0.0.1:7051", "peer: http://127.0.0.1:7051", 1),
        ("channel: seals", "channel: Seals", 5),
        ("chaincode: passavant-anchor", "chaincode: passavant anchor", 6),
        ("channel: seals", "commit_timeout_s: 0\nchannel: seals", 5),
    ],
)
def test_a_mistake_is_named_with_its_line(
    customs: Member, write_connection: Any, old: str, new: str, line: int
) -> None:
    file = write_connection(customs, "127.0.0.1:7051")
    file.write_text(file.read_text().replace(old, new))

    with pytest.raises(BadInput) as refused:
        load_connection(file)
    assert (str(file), line) == (refused.value.place.file, refused.value.place.line)  # type: ignore[union-attr]


@pytest.mark.parametrize("page", ["fabric.md", "fabric.fr.md"])
def test_the_file_that_the_how_to_shows_is_taken(tmp_path: Path, page: str) -> None:
    text = (Path(__file__).parents[3] / "docs/how-to" / page).read_text()
    (shown,) = re.findall(r"(?ms)^```yaml\n(.*?)^```", text)
    for example in (shown, shown.replace("\n# ", "\n")):
        file = validate(ConnectionFile, parse_yaml(example, page))
        assert ("peer0.customs.example:7051", "seals") == (file.peer, file.channel)
