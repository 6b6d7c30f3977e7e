"""QR codes: the whole receipt, to be checked without any network, or a short link to the page that checks.

>>> from passavant.sealing import Checkpoint, Proof, SigningKey, leaf_hash, sign_note
>>> key = SigningKey.generate("log.example/customs")
>>> receipt = Proof(0, (), sign_note(Checkpoint(key.name, 1, leaf_hash(b"x")).text(), [key])).text()
>>> code = qr_receipt(receipt)
>>> read_qr_text(qr_payload(receipt)) == receipt
True

The whole receipt travels as ``PASSAVANT1:`` and Base45 of its zlib-compressed text, as health certificates do: letters that
a code holds at 5.5 bits each and that every scanner hands over as text.
"""

from __future__ import annotations

import base64
import io
import re
import struct
import zlib
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from passavant.errors import BadInput
from passavant.sealing.carriers import base45
from passavant.sealing.carriers.receipts import LARGEST_RECEIPT, receipt_text

if TYPE_CHECKING:
    import segno

__all__ = ["LARGEST_PAYLOAD", "PREFIX", "QUIET_ZONE", "qr_link", "qr_payload", "qr_png", "qr_receipt", "qr_svg", "read_qr_text"]  # fmt: skip

#: What a code with a whole receipt begins with.
PREFIX = "PASSAVANT1:"
#: Letters of the largest code (version 40, correction level L; ISO/IEC 18004).
LARGEST_PAYLOAD = 4296
#: Modules of white on each side (ISO/IEC 18004).
QUIET_ZONE = 4

_DIGEST = re.compile(r"[0-9a-f]{64}")
_SALT_SIZE = 32
_LONGEST_URL = 300
_PNG_HEAD = 8 + 25  # the signature and the first chunk


def qr_payload(text: str) -> str:
    """Return the text of the code for a receipt, whether or not a code can hold it."""
    return PREFIX + base45.encode(zlib.compress(receipt_text(text).encode(), 9))


def qr_receipt(text: str) -> segno.QRCode:
    """Return a code that carries a whole receipt; error correction is M (15 %) where it fits, else L (7 %).

    Raises:
        BadInput: no receipt, or one too long for a code.
    """
    import segno

    payload = qr_payload(text)
    for level in ("m", "l"):
        try:
            return segno.make_qr(payload, mode="alphanumeric", error=level, boost_error=False)
        except segno.DataOverflowError:
            continue
    raise _too_long(len(text.encode()), len(payload))


def read_qr_text(payload: str) -> str:
    """Return the receipt from the text of a code.

    Args:
        payload: What a scanner gave; line ends around it do no harm.

    Raises:
        BadInput: another text, a damaged one, or one that unpacks to more than a receipt may hold.
    """
    text = payload.strip("\r\n\t")
    if not text.startswith(PREFIX) or len(text) > LARGEST_PAYLOAD:
        raise _unreadable()
    found = _unpacked(base45.decode(text.removeprefix(PREFIX)))
    if found is None:
        raise _unreadable()
    return receipt_text(found)


def qr_link(url: str, *, alg: str, digest: str | None = None, salt: bytes | None = None) -> segno.QRCode:
    """Return a code that leads to a page: ``URL#alg=…&digest=…``, or for a salted seal ``URL#alg=hmac-sha-256&salt=…``.

    What stands behind the ``#`` stays in the browser: the server sees neither digest nor salt.

    Args:
        url: The page, https, without a fragment.
        alg: ``sha-256`` or ``hmac-sha-256``.
        digest: 64 hexadecimal digits, for ``sha-256``.
        salt: 32 bytes, for ``hmac-sha-256``.

    Raises:
        BadInput: another kind of address or algorithm, or digest and salt that do not go with it.
    """
    import segno

    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.netloc or "#" in url or len(url) > _LONGEST_URL or not url.isascii():
        raise _bad_link(f"the address {url[:80]}", f"l'adresse {url[:80]}")
    if re.search(r"[\x00-\x20\x7f]", url):
        raise _bad_link("an address with a space", "une adresse avec une espace")
    return segno.make_qr(f"{url}#{_fragment(alg, digest, salt)}", error="m")


def qr_svg(code: segno.QRCode, title: str) -> bytes:
    """Return a code as an SVG image, with its quiet zone, on white; the title is read out by screen readers."""
    out = io.BytesIO()
    code.save(out, kind="svg", border=QUIET_ZONE, scale=4, light="#fff", title=title, xmldecl=False)
    return out.getvalue()


def qr_png(code: segno.QRCode, title: str, scale: int = 8) -> bytes:
    """Return a code as a PNG image with its quiet zone, ``scale`` pixels a module; the title stands in its iTXt chunk."""
    out = io.BytesIO()
    code.save(out, kind="png", border=QUIET_ZONE, scale=scale)
    image = out.getvalue()
    words = b"Title\x00\x00\x00\x00\x00" + title.encode()
    chunk = struct.pack(">I", len(words)) + b"iTXt" + words + struct.pack(">I", zlib.crc32(b"iTXt" + words))
    return image[:_PNG_HEAD] + chunk + image[_PNG_HEAD:]


def _fragment(alg: str, digest: str | None, salt: bytes | None) -> str:
    if alg == "sha-256" and salt is None and digest is not None and _DIGEST.fullmatch(digest):
        return f"alg={alg}&digest={digest}"
    if alg == "hmac-sha-256" and digest is None and salt is not None and len(salt) == _SALT_SIZE:
        return f"alg={alg}&salt={base64.urlsafe_b64encode(salt).decode().rstrip('=')}"
    raise _bad_link(
        f"the algorithm {alg[:20]} with this digest or salt", f"l'algorithme {alg[:20]} avec cette empreinte ou ce sel"
    )


def _unpacked(data: bytes) -> bytes | None:
    """Return what zlib unpacks, or None; never more than the largest receipt and a byte."""
    machine = zlib.decompressobj()
    try:
        found = machine.decompress(data, LARGEST_RECEIPT + 1)
    except zlib.error:
        return None
    whole = machine.eof and not machine.unused_data
    return found if whole or len(found) > LARGEST_RECEIPT else None


def _too_long(size: int, letters: int) -> BadInput:
    return BadInput(
        "sealing.qr.too_long",
        got=(
            f"the receipt has {size} bytes, {letters} letters in a QR code",
            f"le reçu compte {size} octets, soit {letters} caractères dans un code QR",
        ),
        expected=(f"at most {LARGEST_PAYLOAD} letters", f"{LARGEST_PAYLOAD} caractères au plus"),
        next_step=(
            "Keep the receipt in a file beside the document, and print the short QR code with a link.",
            "Gardez le reçu dans un fichier à côté du document, et imprimez le code QR court avec un lien.",
        ),
    )


def _unreadable() -> BadInput:
    return BadInput(
        "sealing.qr.unreadable",
        got=("a text that holds no receipt", "un texte qui ne contient aucun reçu"),
        expected=(
            f"the text of a QR code that begins with {PREFIX}",
            f"le texte d'un code QR qui commence par {PREFIX}",
        ),
        next_step=(
            "Scan the code again, and copy the whole text.",
            "Scannez à nouveau le code et copiez le texte entier.",
        ),
    )


def _bad_link(got: str, got_fr: str) -> BadInput:
    return BadInput(
        "sealing.qr.link",
        got=(got, got_fr),
        expected=(
            "an https address without #, and sha-256 with a digest or hmac-sha-256 with a salt",
            "une adresse https sans #, et sha-256 avec une empreinte ou hmac-sha-256 avec un sel",
        ),
        next_step=(
            "Give the address of the page that checks seals.",
            "Donnez l'adresse de la page qui vérifie les scellés.",
        ),
    )
