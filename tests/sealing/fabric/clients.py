"""Our client, opened on the fake network."""

from __future__ import annotations

import grpc
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from fake_gateway import CHAINCODE, CHANNEL, Member, Network

from passavant.sealing.fabric import Gateway, Identity
from passavant.sealing.fabric.gateway import Deadlines


def identity_of(who: Member) -> Identity:
    return Identity(who.msp_id, who.certificate, load_pem_private_key(who.key, None))


def open_gateway(network: Network, identity: Identity, channel: str = CHANNEL, chaincode: str = CHAINCODE) -> Gateway:
    return Gateway(
        grpc.insecure_channel(network.address), identity, channel=channel, chaincode=chaincode,
        deadlines=Deadlines(evaluate=10, endorse=10, submit=10, commit=10),
    )  # fmt: skip
