"""How to reach the network: a YAML file with the peer, its root certificate, who we are, the channel and the chaincode.

peer: peer0.customs.example:7051
tls_root: tls/ca.crt                  # paths are relative to the file
msp_id: CustomsMSP
certificate: msp/signcerts/cert.pem
key: msp/keystore/priv_sk
channel: seals
chaincode: passavant-anchor
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from passavant.errors import BadInput
from passavant.sealing.fabric.identity import Identity, load_identity
from passavant.sealing.files import read_small
from passavant.texts import Document, load_yaml, validate

__all__ = ["Connection", "ConnectionFile", "load_connection"]

#: Hosts to which a connection never leaves the machine.
_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


class ConnectionFile(BaseModel):
    """The file's form.

    Attributes:
        peer: Host and port of a peer of one's own organisation, whose gateway is used.
        tls_root: Certificate of the authority that vouches for the peer; left out only for a peer on this machine.
        server_name: The name in the peer's certificate, where it is not the host.
        msp_id: The organisation's MSP.
        certificate: Our certificate.
        key: Our private key.
        channel: The channel.
        chaincode: The name under which the consortium committed the chaincode.
        ed25519: Allow an Ed25519 key (capability V3_0).
        commit_timeout_s: Seconds to wait for the block.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    peer: str = Field(pattern=r"^(\[[0-9a-fA-F:]+\]|[A-Za-z0-9.-]+):[0-9]{1,5}$")
    tls_root: str | None = None
    server_name: str | None = None
    msp_id: str = Field(min_length=1)
    certificate: str
    key: str
    channel: str = Field(pattern=r"^[a-z][a-z0-9.-]*$", max_length=249)
    chaincode: str = Field(pattern=r"^[A-Za-z0-9]+([-_][A-Za-z0-9]+)*$")
    ed25519: bool = False
    commit_timeout_s: int = Field(default=60, ge=1, le=3600)


@dataclass(frozen=True)
class Connection:
    """A connection's settings with the files that they name, read."""

    file: ConnectionFile
    identity: Identity
    tls_root: bytes | None


def load_connection(path: Path) -> Connection:
    """Read the settings and the files that they name.

    Raises:
        BadInput: a mistake in the file, with its line; a certificate or key that cannot be used; a peer on another
            machine without TLS.
    """
    document = load_yaml(path)
    file = validate(ConnectionFile, document)
    if file.tls_root is None and file.peer.rpartition(":")[0] not in _LOOPBACK:
        raise _in_clear(document, file.peer)
    beside = path.parent
    identity = load_identity(file.msp_id, beside / file.certificate, beside / file.key, ed25519=file.ed25519)
    return Connection(file, identity, read_small(beside / file.tls_root) if file.tls_root else None)


def _in_clear(document: Document, peer: str) -> BadInput:
    return BadInput(
        "sealing.fabric.no_tls",
        got=("no tls_root, for a peer on another machine", "aucun tls_root, pour un pair sur une autre machine"),
        expected=(
            "the certificate of the authority that vouches for the peer",
            "le certificat de l'autorité qui garantit le pair",
        ),
        next_step=(
            "Ask your network's operator for the TLS root certificate, and name it under tls_root.",
            "Demandez à l'exploitant de votre réseau le certificat racine TLS et indiquez-le sous tls_root.",
        ),
        place=document.place("peer", value=peer),
    )
