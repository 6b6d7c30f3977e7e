"""What carries a receipt: a file beside the document, its PDF, a QR code, or a COSE message.

>>> from pathlib import Path
>>> from passavant.sealing import Checkpoint, Proof, SigningKey, leaf_hash, sign_note
>>> from passavant.sealing.carriers import qr_payload, read_qr_text, sidecar_of
>>> key = SigningKey.generate("log.example/customs")
>>> receipt = Proof(0, (), sign_note(Checkpoint(key.name, 1, leaf_hash(b"x")).text(), [key])).text()
>>> read_qr_text(qr_payload(receipt)) == receipt, str(sidecar_of(Path("invoice.xml")))
(True, 'invoice.xml.tlog-proof')

All of it works on bytes: no log, no network. What a receipt proves is for :mod:`passavant.sealing.proofs` and
:func:`verify_cose_receipt` to say.
"""

from passavant.sealing.carriers.cose import (
    CoseConsistency,
    CoseReceipt,
    cose_consistency,
    cose_receipt,
    verify_cose_consistency,
    verify_cose_receipt,
)
from passavant.sealing.carriers.pdf import attach_receipt, split_pdf
from passavant.sealing.carriers.qr import qr_link, qr_payload, qr_png, qr_receipt, qr_svg, read_qr_text
from passavant.sealing.carriers.receipts import receipt_text
from passavant.sealing.carriers.sidecar import Found, find_receipt, sidecar_of, write_atomically, write_receipt

__all__ = [
    "CoseConsistency",
    "CoseReceipt",
    "Found",
    "attach_receipt",
    "cose_consistency",
    "cose_receipt",
    "find_receipt",
    "qr_link",
    "qr_payload",
    "qr_png",
    "qr_receipt",
    "qr_svg",
    "read_qr_text",
    "receipt_text",
    "sidecar_of",
    "split_pdf",
    "verify_cose_consistency",
    "verify_cose_receipt",
    "write_atomically",
    "write_receipt",
]
