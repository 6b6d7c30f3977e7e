"""Checkpoints anchored in a Hyperledger Fabric channel, for consortia that have one; nothing else in Passavant needs it.

What it takes (gRPC and Fabric's messages) is an optional extra, loaded at the first call: ``pip install "passavant[fabric]"``.

>>> from passavant.sealing.fabric import Verdict
>>> [str(verdict) for verdict in Verdict]
['absent', 'same', 'behind', 'fork', 'rewind']
"""

from passavant.sealing.fabric.anchor import Anchored, Checked, Verdict, anchor, anchored, check
from passavant.sealing.fabric.connection import load_connection
from passavant.sealing.fabric.continuity import tiles_in
from passavant.sealing.fabric.contract import Record
from passavant.sealing.fabric.evidence import Contradiction
from passavant.sealing.fabric.faults import GatewayFault
from passavant.sealing.fabric.gateway import Gateway, connect
from passavant.sealing.fabric.identity import Identity, load_identity

__all__ = [
    "Anchored",
    "Checked",
    "Contradiction",
    "Gateway",
    "GatewayFault",
    "Identity",
    "Record",
    "Verdict",
    "anchor",
    "anchored",
    "check",
    "connect",
    "load_connection",
    "load_identity",
    "tiles_in",
]
