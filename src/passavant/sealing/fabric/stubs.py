"""The generated classes of Fabric's protocol and gRPC, loaded when first asked for: they are an optional extra.

Everything else in this package takes them from :func:`stubs`, so that importing a seal never imports gRPC.
"""

from __future__ import annotations

import functools
import importlib
from types import ModuleType
from typing import NamedTuple

from passavant.errors import BadInput

__all__ = ["EXTRA", "Stubs", "stubs"]

#: What installs them.
EXTRA = 'pip install "passavant[fabric]"'


class Stubs(NamedTuple):
    """gRPC, the messages and services of Fabric by the file that defines them (fabric-protos), and parts of protobuf."""

    grpc: ModuleType
    common: ModuleType
    identities: ModuleType
    proposal: ModuleType
    proposal_response: ModuleType
    transaction: ModuleType
    chaincode: ModuleType
    chaincode_event: ModuleType
    shim: ModuleType
    shim_grpc: ModuleType
    gateway: ModuleType
    gateway_grpc: ModuleType
    protobuf: ModuleType
    any: ModuleType
    descriptor: ModuleType
    descriptor_pool: ModuleType
    message_factory: ModuleType


#: Their names, in the order of the fields.
_MODULES = (
    "grpc",
    "fabric_protos.common.common_pb2",
    "fabric_protos.msp.identities_pb2",
    "fabric_protos.peer.proposal_pb2",
    "fabric_protos.peer.proposal_response_pb2",
    "fabric_protos.peer.transaction_pb2",
    "fabric_protos.peer.chaincode_pb2",
    "fabric_protos.peer.chaincode_event_pb2",
    "fabric_protos.peer.chaincode_shim_pb2",
    "fabric_protos.peer.chaincode_shim_pb2_grpc",
    "fabric_protos.gateway.gateway_pb2",
    "fabric_protos.gateway.gateway_pb2_grpc",
    "google.protobuf.message",
    "google.protobuf.any_pb2",
    "google.protobuf.descriptor_pb2",
    "google.protobuf.descriptor_pool",
    "google.protobuf.message_factory",
)


@functools.cache
def stubs() -> Stubs:
    """Load the stubs.

    Raises:
        BadInput: the extra is not installed.
    """
    try:
        return Stubs._make(importlib.import_module(name) for name in _MODULES)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in {"grpc", "fabric_protos", "google"}:
            raise
        raise BadInput(
            "sealing.fabric.missing",
            got=(f"the package {error.name} is not installed", f"le paquet {error.name} n'est pas installé"),
            expected=("what anchoring in Fabric needs", "ce qu'exige l'ancrage dans Fabric"),
            next_step=(f"Run: {EXTRA}", f"Exécutez : {EXTRA}"),
        ) from error
