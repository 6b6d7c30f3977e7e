"""Witnesses: administrations that watch each other's logs and cosign what continues what they saw before.

>>> import tempfile
>>> from pathlib import Path
>>> from passavant.sealing import Checkpoint, SigningKey, leaf_hash, sign_note
>>> from passavant.sealing.notes import COSIGNATURE
>>> log, key = SigningKey.generate("log.example"), SigningKey.generate("witness.example", COSIGNATURE)
>>> note = sign_note(Checkpoint("log.example", 1, leaf_hash(b"first")).text(), [log])
>>> with WitnessState(Path(tempfile.mkdtemp()), key) as state:
...     state.watch(log.verifier)
...     answer, line = state.add(Request(0, (), note))
>>> answer.status, line.split()[1]
(200, 'witness.example')
"""

from passavant.sealing.witness.app import witness_app
from passavant.sealing.witness.client import Cosigned, Refusal, cosign
from passavant.sealing.witness.rules import Answer, Request, judge, parse_request, request_text
from passavant.sealing.witness.state import WitnessState

__all__ = [
    "Answer",
    "Cosigned",
    "Refusal",
    "Request",
    "WitnessState",
    "cosign",
    "judge",
    "parse_request",
    "request_text",
    "witness_app",
]
