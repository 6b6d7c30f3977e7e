"""Where a receipt lies: the file that one names, the file beside the document, or the attachment inside its PDF.

>>> sidecar_of(Path("certificate.pdf")).name
'certificate.pdf.tlog-proof'
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from passavant.errors import BadInput, NotFound, Place
from passavant.sealing.carriers.pdf import LARGEST_PDF, check_unchanged, split_pdf
from passavant.sealing.carriers.qr import PREFIX, read_qr_text
from passavant.sealing.carriers.receipts import LARGEST_RECEIPT, receipt_text
from passavant.sealing.files import write_durably
from passavant.sealing.proofs import Proof

__all__ = ["SUFFIX", "Found", "find_receipt", "sidecar_of", "write_atomically", "write_receipt"]

#: Ending of the file beside a document.
SUFFIX = ".tlog-proof"

_PDF, _COSE = b"%PDF-", b"\xd2"
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"<svg")
_LARGEST_ATTACHED = LARGEST_PDF + 2 * LARGEST_RECEIPT
_MARGIN = b"\xef\xbb\xbf\r\n\t "


@dataclass(frozen=True)
class Found:
    """A receipt that was found, its form checked but nothing else.

    Attributes:
        form: What carried it.
        content: The receipt: the text of a tlog-proof, or the bytes of a COSE receipt.
        source: The file it came from.
        original: The sealed bytes, if the receipt was attached to the PDF asked about; the digest is then theirs, not
            that of the whole file.
    """

    form: Literal["tlog-proof", "cose", "qr", "pdf"]
    content: str | bytes
    source: Path
    original: bytes | None = None


def sidecar_of(path: Path) -> Path:
    """Return the file in which the receipt of a document lies beside it."""
    return path.with_name(path.name + SUFFIX)


def find_receipt(path: Path, explicit: Path | None = None) -> Found:
    """Return the receipt of a document.

    Args:
        path: The document.
        explicit: A file that holds the receipt: a tlog-proof, a COSE receipt, the text of a QR code, or a PDF with an
            attachment. None: the file beside the document, else the attachment inside it.

    Raises:
        NotFound: there is neither a file beside the document nor an attachment in it.
        BadInput: a file that cannot be read, is too large, holds no receipt, or a PDF changed after the receipt was attached.
    """
    if explicit is not None:
        return _receipt_in(explicit, document=path)
    beside = sidecar_of(path)
    if beside.exists():
        return _receipt_in(beside, document=path)
    if _read(path, len(_PDF), cut=True) == _PDF:
        with _placed(path):
            parts = split_pdf(_read(path, _LARGEST_ATTACHED))
        if parts is not None:
            return Found("pdf", receipt_text(parts[1]), path, parts[0])
        check_unchanged(path.read_bytes())
    raise _absent(path)


def write_receipt(target: Path, content: str | bytes, *, replace: bool = False) -> bool:
    """Write a receipt to a file, whole or not at all; return False if the same bytes stood there already.

    A newer receipt of the same entry takes the place of an older one.

    Args:
        target: The file, such as :func:`sidecar_of` names it.
        content: The text of a tlog-proof, or the bytes of a COSE receipt.
        replace: Write it though the file holds something else.

    Raises:
        BadInput: the file holds something else, or cannot be written.
    """
    data = content.encode() if isinstance(content, str) else content
    if target.exists():
        before = _read(target, LARGEST_RECEIPT, cut=True)
        if before == data:
            return False
        if not replace and not _same_entry(before, data):
            raise _occupied(target)
    write_atomically(target, data)
    return True


def write_atomically(target: Path, data: bytes) -> None:
    """Write a file so that whoever looks sees the old one or the new one, also after a power cut.

    Raises:
        BadInput: the folder is absent, or does not let itself be written.
    """
    try:
        write_durably(target, data)
    except OSError as error:
        raise _unusable(target, error.strerror or "error") from error


def _receipt_in(source: Path, document: Path) -> Found:
    begin = _read(source, LARGEST_RECEIPT + 1, cut=True)
    with _placed(source):
        if begin.startswith(_PDF):
            return _attached_in(source, document)
        if len(begin) > LARGEST_RECEIPT:
            raise _too_large(LARGEST_RECEIPT)
        if begin.startswith(_PICTURES):
            raise _picture(source)
        if begin.startswith(_COSE):
            return Found("cose", begin, source)
        if begin.strip(_MARGIN).startswith(PREFIX.encode()):
            return Found("qr", read_qr_text(begin.strip(_MARGIN).decode("ascii", "replace")), source)
        return Found("tlog-proof", receipt_text(begin), source)


def _attached_in(source: Path, document: Path) -> Found:
    parts = split_pdf(_read(source, _LARGEST_ATTACHED))
    if parts is None:
        raise _absent(source)
    same = document.exists() and source.samefile(document)
    return Found("pdf", receipt_text(parts[1]), source, parts[0] if same else None)


def _read(path: Path, most: int, *, cut: bool = False) -> bytes:
    """Return a file's bytes: with ``cut`` the first ones, else all of them, or an error when there are more."""
    try:
        with path.open("rb") as file:
            data = file.read(most if cut else most + 1)
    except OSError as error:
        raise _unusable(path, error.strerror or "error") from error
    if len(data) > most:
        raise _too_large(most)
    return data


@contextlib.contextmanager
def _placed(path: Path) -> Iterator[None]:
    """Name the file in every error that is raised inside."""
    try:
        yield
    except (BadInput, NotFound) as error:
        error.place = error.place or Place(file=str(path))
        raise


def _same_entry(before: bytes, after: bytes) -> bool:
    try:
        old, new = Proof.parse(receipt_text(before)), Proof.parse(receipt_text(after))
    except BadInput:
        return False
    return old.extra is not None and old.extra == new.extra


def _absent(path: Path) -> NotFound:
    return NotFound(
        "sealing.receipt.absent",
        got=(
            "no receipt: neither a file beside the document nor an attachment in it",
            "aucun reçu : ni fichier à côté du document, ni pièce jointe",
        ),
        expected=(
            f"{path.name}{SUFFIX}, or a PDF with an attached receipt",
            f"{path.name}{SUFFIX}, ou un PDF avec un reçu joint",
        ),
        next_step=(
            "Name the receipt with --receipt FILE, or ask whoever gave you the document for it.",
            "Indiquez le reçu par --receipt FICHIER, ou demandez-le à qui vous a remis le document.",
        ),
        place=Place(file=str(path)),
    )


def _picture(source: Path) -> BadInput:
    return BadInput(
        "sealing.receipt.picture",
        got=("a picture", "une image"),
        expected=("a receipt, or the text of a QR code", "un reçu, ou le texte d'un code QR"),
        next_step=(
            "Scan the code with a telephone or scanner, save its text in a file, and name that.",
            "Lisez le code avec un téléphone ou un lecteur, enregistrez son texte dans un fichier, et indiquez-le.",
        ),
        place=Place(file=str(source)),
    )


def _occupied(target: Path) -> BadInput:
    return BadInput(
        "sealing.receipt.occupied",
        got=("the file holds another receipt, or something else", "le fichier contient un autre reçu, ou autre chose"),
        expected=(
            "no file, or an older receipt of the same seal",
            "aucun fichier, ou un reçu plus ancien du même scellé",
        ),
        next_step=(
            "Put the file elsewhere, or say that it is to be replaced.",
            "Déplacez le fichier, ou demandez son remplacement.",
        ),
        place=Place(file=str(target)),
    )


def _too_large(most: int) -> BadInput:
    return BadInput(
        "sealing.receipt.too_large",
        got=(f"more than {most} bytes", f"plus de {most} octets"),
        expected=(
            "a tlog-proof, a COSE receipt, the text of a QR code, or a PDF with an attached receipt",
            "un tlog-proof, un reçu COSE, le texte d'un code QR, ou un PDF avec un reçu joint",
        ),
        next_step=("Check which file holds the receipt.", "Vérifiez quel fichier contient le reçu."),
    )


def _unusable(path: Path, reason: str) -> BadInput:
    return BadInput(
        "sealing.receipt.file",
        got=(f"the file cannot be used ({reason})", f"le fichier est inutilisable ({reason})"),
        expected=("a file in a folder that you may use", "un fichier dans un dossier auquel vous avez accès"),
        next_step=("Check the name and the rights.", "Vérifiez le nom et les droits."),
        place=Place(file=str(path)),
    )
