"""The messages of a transaction: the proposal that a client signs, and the endorsed transaction that comes back.

Their layout is that of fabric-gateway (pkg/client): see the protocol's files ``peer/proposal.proto``,
``peer/transaction.proto`` and ``common/common.proto``.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from passavant.errors import PassavantError
from passavant.sealing.fabric.identity import Identity
from passavant.sealing.fabric.stubs import stubs

__all__ = ["Proposal", "propose", "result_of"]

_ENDORSER_TRANSACTION = 3
_NONCE = 24


@dataclass(frozen=True)
class Proposal:
    """A signed proposal.

    Attributes:
        tx_id: Its transaction: SHA-256 of nonce and creator, in hexadecimal.
        signed: ``protos.SignedProposal``.
        header: ``common.Header`` as it was signed.
        payload: ``protos.ChaincodeProposalPayload`` as it was signed.
    """

    tx_id: str
    signed: Any
    header: bytes
    payload: bytes


def propose(identity: Identity, channel: str, chaincode: str, args: Sequence[bytes]) -> Proposal:
    """Make and sign the proposal of one call.

    Args:
        identity: Who calls.
        channel: The channel.
        chaincode: The chaincode's name on it.
        args: The function's name and its arguments.
    """
    found = stubs()
    nonce = secrets.token_bytes(_NONCE)
    tx_id = hashlib.sha256(nonce + identity.creator).hexdigest()
    name = found.chaincode.ChaincodeID(name=chaincode)
    channel_header = found.common.ChannelHeader(
        type=_ENDORSER_TRANSACTION,
        channel_id=channel,
        tx_id=tx_id,
        extension=found.proposal.ChaincodeHeaderExtension(chaincode_id=name).SerializeToString(),
    )
    channel_header.timestamp.FromNanoseconds(time.time_ns())
    header = found.common.Header(
        channel_header=channel_header.SerializeToString(),
        signature_header=found.common.SignatureHeader(creator=identity.creator, nonce=nonce).SerializeToString(),
    ).SerializeToString()
    spec = found.chaincode.ChaincodeSpec(chaincode_id=name, input=found.chaincode.ChaincodeInput(args=args))
    invocation = found.chaincode.ChaincodeInvocationSpec(chaincode_spec=spec)
    payload = found.proposal.ChaincodeProposalPayload(input=invocation.SerializeToString()).SerializeToString()
    proposal = found.proposal.Proposal(header=header, payload=payload).SerializeToString()
    signed = found.proposal.SignedProposal(proposal_bytes=proposal, signature=identity.sign(proposal))
    return Proposal(tx_id, signed, header, payload)


def result_of(envelope: Any, proposal: Proposal) -> bytes:
    """Return what the chaincode answered in an endorsed transaction, before one signs it.

    Raises:
        PassavantError: it is not the transaction that was proposed: another header, another call, or several.
    """
    found = stubs()
    try:
        payload = found.common.Payload.FromString(envelope.payload)
        actions = found.transaction.Transaction.FromString(payload.data).actions
        if len(actions) != 1 or payload.header != found.common.Header.FromString(proposal.header):
            raise _foreign()
        action = found.transaction.ChaincodeActionPayload.FromString(actions[0].payload)
        if action.chaincode_proposal_payload != proposal.payload:
            raise _foreign()
        answer = found.proposal_response.ProposalResponsePayload.FromString(action.action.proposal_response_payload)
        return bytes(found.proposal.ChaincodeAction.FromString(answer.extension).response.payload)
    except found.protobuf.DecodeError as error:
        raise _foreign() from error


def _foreign() -> PassavantError:
    return PassavantError(
        "sealing.fabric.foreign_transaction",
        got=(
            "the peer gave back another transaction than the one proposed; it was not signed",
            "le pair a rendu une autre transaction que celle proposée ; elle n'a pas été signée",
        ),
        expected=("the endorsed transaction of our proposal", "la transaction endossée de notre proposition"),
        next_step=("Use a peer of your own organisation.", "Utilisez un pair de votre propre organisation."),
    )
