"""The text that carriers carry: a C2SP tlog-proof, at most 128 KiB, whose form is checked before anything is done with it.

>>> receipt_text(b"no receipt")
Traceback (most recent call last):
    ...
passavant.errors.BadInput: the first line no receipt.
Expected: a proof in the form c2sp.org/tlog-proof@v1.
Next step: Take the receipt that was made with the seal.
"""

from __future__ import annotations

from passavant.errors import BadInput
from passavant.sealing.proofs import Proof

__all__ = ["LARGEST_RECEIPT", "receipt_text"]

#: Bytes of the largest receipt: an entry of 64 KiB in base64, and the rest.
LARGEST_RECEIPT = 131_072


def receipt_text(data: bytes | str) -> str:
    """Return a receipt as text; whether it proves anything is not looked at.

    Raises:
        BadInput: it is too long, no UTF-8, or has another form.
    """
    raw = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
    if len(raw) > LARGEST_RECEIPT:
        raise _refused(f"{len(raw)} bytes", f"{len(raw)} octets")
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        raise _refused("bytes that are no UTF-8 text", "des octets qui ne sont pas du texte UTF-8") from error
    Proof.parse(text)
    return text


def _refused(got: str, got_fr: str) -> BadInput:
    return BadInput(
        "sealing.receipt.unreadable",
        got=(got, got_fr),
        expected=(
            f"a receipt (tlog-proof) of at most {LARGEST_RECEIPT} bytes",
            f"un reçu (tlog-proof) de {LARGEST_RECEIPT} octets au plus",
        ),
        next_step=("Take the receipt that was made with the seal.", "Prenez le reçu établi avec le scellé."),
    )
