"""Witnesses: administrations that watch each other's logs and cosign what continues what they saw before.

>>> import tempfile
>>> from pathlib import Path
>>> from passavant.sealing import Checkpoint, SigningKey, leaf_hash, sign_note
>>> from passavant.sealing.notes import COSIGNATURE
>>> log, key = SigningKey.generate("log.example"), SigningKey.generate("witness.example", COSIGNATURE)
>>> note = sign_note(Checkpoint("log.example", 1, leaf_hash(b"first")).text(), [log])
>>> folder = Path(tempfile.mkdtemp())
>>> create_witness(folder, key)
>>> with WitnessState(folder, key) as state:
...     state.watch(log.verifier)
...     answer, line = state.add(Request(0, (), note))
>>> answer.status, line.split()[1]
(200, 'witness.example')
"""

from passavant.sealing.witness.app import witness_app
from passavant.sealing.witness.asking import WitnessAlarm, cosigner
from passavant.sealing.witness.client import Cosigned, Refusal, WitnessedLog, cosign
from passavant.sealing.witness.pulling import cosign_by_pull
from passavant.sealing.witness.rules import Answer, Request, judge, parse_request, request_text
from passavant.sealing.witness.sources import FolderSource, Source, WebSource, source_of
from passavant.sealing.witness.state import Seen, Watched, WitnessState, create_witness, watched_logs

__all__ = [
    "Answer",
    "Cosigned",
    "FolderSource",
    "Refusal",
    "Request",
    "Seen",
    "Source",
    "Watched",
    "WebSource",
    "WitnessAlarm",
    "WitnessState",
    "WitnessedLog",
    "cosign",
    "cosign_by_pull",
    "cosigner",
    "create_witness",
    "judge",
    "parse_request",
    "request_text",
    "source_of",
    "watched_logs",
    "witness_app",
]
