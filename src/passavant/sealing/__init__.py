"""Seals: evidence that an organisation registered a document's digest at a time, without showing the document.

The formats are those of C2SP (signed notes, checkpoints, tiles, transparency proofs) over the Merkle tree of RFC 6962:

>>> from passavant.sealing import Checkpoint, Proof, SigningKey, leaf_hash, sign_note
>>> key = SigningKey.generate("log.example/customs")
>>> checkpoint = sign_note(Checkpoint("log.example/customs", 1, leaf_hash(b"an entry")).text(), [key])
>>> proof = Proof(index=0, path=(), checkpoint=checkpoint)
>>> proof.verify(b"an entry", [key.verifier], origin="log.example/customs").checkpoint.size
1
"""

from passavant.sealing.checkpoints import Checkpoint, open_checkpoint
from passavant.sealing.merkle import leaf_hash
from passavant.sealing.notes import SigningKey, VerifierKey, open_note, sign_note
from passavant.sealing.proofs import Proof
from passavant.sealing.statements import Statement

__all__ = [
    "Checkpoint",
    "Proof",
    "SigningKey",
    "Statement",
    "VerifierKey",
    "leaf_hash",
    "open_checkpoint",
    "open_note",
    "sign_note",
]
