"""What a gateway refuses, in words: its status, and what each peer said (``gateway.ErrorDetail``).

gRPC carries a ``google.rpc.Status`` in the trailing metadata, whose details are those of the gateway (fabric-protos,
gateway/gateway.proto). That message is of a package that we do without: its three fields are declared here.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any

from passavant.errors import Both, PassavantError
from passavant.sealing.fabric.stubs import stubs
from passavant.texts import visible

__all__ = ["STATUS_KEY", "Detail", "GatewayFault", "fault_of", "invalid", "status_class"]

#: Where gRPC puts the status.
STATUS_KEY = "grpc-status-details-bin"

_LONGEST = 500
_MOST_DETAILS = 8
_STEPS: dict[str, tuple[str, Both]] = {
    "UNAVAILABLE": (
        "unreachable",
        (
            "Check the peer's address, its TLS root and server name in the connection file, and that the peer runs.",
            "Vérifiez l'adresse du pair, sa racine TLS et son nom dans le fichier de connexion, et que le pair fonctionne.",
        ),
    ),
    "DEADLINE_EXCEEDED": (
        "timeout",
        (
            "It may be in the ledger all the same. Push again: doing so twice does no harm.",
            "L'ancrage a pu être inscrit malgré tout. Recommencez : envoyer deux fois est sans effet.",
        ),
    ),
    "PERMISSION_DENIED": (
        "denied",
        (
            "Ask your network's operator whether this certificate may use the channel.",
            "Demandez à l'exploitant de votre réseau si ce certificat peut utiliser le canal.",
        ),
    ),
}
_OTHERWISE: tuple[str, Both] = (
    "refused",
    (
        "Read what the peer says; check the channel, the chaincode's name and that the chaincode runs.",
        "Lisez ce que dit le pair ; vérifiez le canal, le nom du chaincode et que le chaincode fonctionne.",
    ),
)


@dataclass(frozen=True)
class Detail:
    """What one peer or orderer said: its address, its organisation, its message."""

    address: str
    msp_id: str
    message: str


class GatewayFault(PassavantError):
    """The network did not do what was asked.

    Attributes:
        status: gRPC's name of the status, such as ``ABORTED``; for a transaction in a block, Fabric's validation code, such
            as ``MVCC_READ_CONFLICT``.
        details: What each peer said.
    """

    def __init__(self, code: str, *, status: str, details: tuple[Detail, ...], got: Both, next_step: Both) -> None:
        expected = ("a transaction that the network accepts", "une transaction que le réseau accepte")
        super().__init__(code, got=got, expected=expected, next_step=next_step)
        self.status = status
        self.details = details


def fault_of(error: Any, call: str) -> GatewayFault:
    """Return what a call of the gateway met.

    Args:
        error: The ``grpc.RpcError``.
        call: Name of the call.
    """
    status = str(error.code().name)
    details = _details(error)
    said = _shown("; ".join([str(error.details() or ""), *(_line(detail) for detail in details)]))
    name, step = _STEPS.get(status, _OTHERWISE)
    return GatewayFault(
        f"sealing.fabric.{name}",
        status=status,
        details=details,
        got=(f"{call}: {status}: {said}", f"{call} : {status} (en anglais : {said})"),
        next_step=step,
    )


def invalid(tx_id: str, number: int) -> GatewayFault:
    """Return the fault of a transaction that stands in a block as invalid."""
    codes = stubs().transaction.TxValidationCode
    status = codes.Name(number) if number in codes.values() else str(number)
    return GatewayFault(
        "sealing.fabric.invalid",
        status=status,
        details=(),
        got=(
            f"the network marked the transaction {tx_id} as invalid: {status}",
            f"le réseau a déclaré la transaction {tx_id} invalide : {status}",
        ),
        next_step=(
            "Nothing was anchored. Try again; if it comes back, ask your network's operator about this code.",
            "Rien n'a été ancré. Recommencez ; si cela persiste, interrogez l'exploitant de votre réseau sur ce code.",
        ),
    )


@functools.cache
def status_class() -> Any:
    """Return the class of ``google.rpc.Status``: code, message, and details as the bytes of ``google.protobuf.Any``."""
    found = stubs()
    kinds = found.descriptor.FieldDescriptorProto
    file = found.descriptor.FileDescriptorProto(name="passavant/status.proto", package="passavant.rpc", syntax="proto3")
    message = file.message_type.add(name="Status")
    message.field.add(name="code", number=1, type=kinds.TYPE_INT32, label=kinds.LABEL_OPTIONAL)
    message.field.add(name="message", number=2, type=kinds.TYPE_STRING, label=kinds.LABEL_OPTIONAL)
    message.field.add(name="details", number=3, type=kinds.TYPE_BYTES, label=kinds.LABEL_REPEATED)
    pool = found.descriptor_pool.DescriptorPool()
    pool.Add(file)
    return found.message_factory.GetMessageClass(pool.FindMessageTypeByName("passavant.rpc.Status"))


def _details(error: Any) -> tuple[Detail, ...]:
    """Return the gateway's details; what cannot be read is left out, the status stands without it."""
    metadata = dict(error.trailing_metadata() or ())
    kind = stubs().gateway.ErrorDetail
    found = []
    try:
        for part in status_class().FromString(metadata.get(STATUS_KEY, b"")).details[:_MOST_DETAILS]:
            packed, detail = stubs().any.Any.FromString(part), kind()
            if packed.Unpack(detail):
                found.append(Detail(detail.address, detail.msp_id, detail.message))
    except stubs().protobuf.DecodeError:
        return ()
    return tuple(found)


def _line(detail: Detail) -> str:
    return f"{detail.address} ({detail.msp_id}): {detail.message}"


def _shown(text: str) -> str:
    return visible(text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…")
