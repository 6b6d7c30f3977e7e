"""A receipt inside the PDF that it is about: the sealed bytes stay, and an update behind them holds the receipt as an attachment.

Whoever can append one update can append another that shows something else. So the digest of the first bytes proves nothing:
:func:`split_pdf` attaches the receipt again and accepts only the very same file.
"""

from __future__ import annotations

import hashlib
import io
import logging
import re
from collections.abc import Mapping
from typing import Any

from passavant.errors import BadInput
from passavant.sealing.carriers.pdf_update import Raw, Tail, pdf_object, update
from passavant.sealing.carriers.receipts import LARGEST_RECEIPT, receipt_text

__all__ = ["ATTACHMENT", "LARGEST_PDF", "attach_receipt", "check_attachable", "check_unchanged", "split_pdf"]

#: Name of the attachment in every viewer.
ATTACHMENT = "seal.tlog-proof"
#: Bytes of the largest PDF that takes a receipt.
LARGEST_PDF = 512 * 1024 * 1024

_MARK = b"\n%Passavant-receipt "
_LINE = re.compile(rb"\n%Passavant-receipt 1 ([1-9][0-9]{0,9}) ([1-9][0-9]{0,9})\n")
_END = re.compile(rb"startxref[\r\n\t ]+([0-9]{1,10})[\r\n\t ]+%%EOF[\r\n\t \x00]*\Z")
_TAIL = 2048
#: A text in the form of a receipt.
_SAMPLE = (
    b"c2sp.org/tlog-proof@v1\nindex 0\n\nlog.example\n1\n" + b"A" * 43 + b"=\n\n\xe2\x80\x94 log.example AAAAAAAA\n"
)
#: Words that end a stream or a file; in a receipt they could mislead a viewer that repairs files.
_SYNTAX = (b"endstream", b"endobj", b"startxref", b"%%EOF", _MARK)


def attach_receipt(original: bytes, receipt: bytes) -> bytes:
    """Return the PDF, unchanged, with an update behind it that attaches the receipt. Equal inputs give equal bytes.

    Raises:
        BadInput: no PDF, an encrypted or digitally signed one, one whose attachments cannot be extended safely, or no receipt.
    """
    attached = _attached(original, receipt)
    if _read_back(attached) != receipt:
        raise _unfit("a structure that hides the attachment", "une structure qui cache la pièce jointe")
    return attached


def check_attachable(original: bytes) -> None:
    """Check that a receipt can be attached to a PDF.

    Raises:
        BadInput: no PDF, an encrypted or digitally signed one, one that carries a receipt, or one that cannot be extended safely.
    """
    attach_receipt(original, _SAMPLE)


def split_pdf(data: bytes) -> tuple[bytes, bytes] | None:
    """Return the sealed PDF and its receipt, or None if none was attached by :func:`attach_receipt`.

    Raises:
        BadInput: the PDF was changed after the receipt was attached.
    """
    at = data.rfind(_MARK)
    if at < 0:
        return None
    line = _LINE.match(data, at)
    if line is None or int(line[1]) != at or int(line[2]) > LARGEST_RECEIPT:
        raise _changed()
    begin = data.find(b"\nstream\n", line.end()) + len(b"\nstream\n")
    original, receipt = data[:at], data[begin : begin + int(line[2])]
    try:
        again = _attached(original, receipt)
    except BadInput as error:
        raise _changed() from error
    if again != data:
        raise _changed()
    return original, receipt


def check_unchanged(data: bytes) -> None:
    """Check that a PDF without an attached receipt is not one that another program wrote anew with the receipt in it.

    Raises:
        PdfChanged: it is: the sealed bytes are gone.
    """
    from pypdf import PdfReader

    try:
        names = set(PdfReader(io.BytesIO(data)).attachments)
    except Exception:  # noqa: BLE001  # the parser raises many kinds on broken files
        return
    if ATTACHMENT in names:
        raise _changed()


def _attached(original: bytes, receipt: bytes) -> bytes:
    receipt_text(receipt)
    if any(word in receipt for word in _SYNTAX):
        raise _unfit("a receipt with words of the PDF language", "un reçu avec des mots du langage PDF")
    previous, stream = _end(original)
    try:
        return original + _update(original, receipt, *_parsed(original, previous, stream))
    except BadInput:
        raise
    except Exception as error:  # the parser raises many kinds on broken files
        raise _unfit("a structure that cannot be read", "une structure illisible") from error


def _update(original: bytes, receipt: bytes, tail: Tail, catalog: Any) -> bytes:
    file, spec = tail.size, tail.size + 1
    mark = b"\n%%Passavant-receipt 1 %d %d\n" % (len(original), len(receipt))
    objects = [
        (tail.root[0], tail.root[1], pdf_object(_extended(catalog, Raw(b"%d 0 R" % spec)))),
        (file, 0, _embedded(receipt)),
        (spec, 0, _specification(file)),
    ]
    kept = _identified(tail.kept, original, receipt)
    return update(len(original), mark, objects, Tail(tail.root, tail.size, tail.previous, tail.stream, kept))


def _end(original: bytes) -> tuple[int, bool]:
    """Return where the last cross-reference section begins, and whether it is a stream."""
    end = _END.search(original[-_TAIL:])
    if not original.startswith(b"%PDF-") or end is None:
        raise _unfit(
            "a beginning or an end that is not that of a PDF", "un début ou une fin qui n'est pas celle d'un PDF"
        )
    if len(original) > LARGEST_PDF:
        raise _unfit(f"{len(original)} bytes", f"{len(original)} octets")
    previous = int(end[1])
    section = original[previous : previous + 40]
    stream = re.match(rb"[0-9]+ [0-9]+ obj\b", section) is not None
    if not stream and not section.startswith(b"xref"):
        raise _unfit(
            "a cross-reference that is not where it should be", "une table des références qui n'est pas à sa place"
        )
    return previous, stream


def _parsed(original: bytes, previous: int, stream: bool) -> tuple[Tail, Any]:
    """Return how a PDF ends and its catalog, after whatever forbids an update was looked for."""
    from pypdf import PdfReader
    from pypdf.generic import DictionaryObject, IndirectObject

    logging.getLogger("pypdf").setLevel(logging.ERROR)  # what it mends silently is not our reader's business
    reader = PdfReader(io.BytesIO(original), strict=True)
    if reader.is_encrypted:
        raise _unfit("encryption", "un chiffrement")
    trailer = reader.trailer
    root, catalog, size = trailer.raw_get("/Root"), trailer["/Root"], trailer["/Size"]
    if not isinstance(root, IndirectObject) or not isinstance(catalog, DictionaryObject) or not isinstance(size, int):
        raise _unfit("no catalog", "aucun catalogue")
    flags = _at(_at(catalog, "/AcroForm", {}), "/SigFlags", 0)
    if "/Perms" in catalog or not isinstance(flags, int) or flags & 1:
        raise _unfit(
            "a digital signature, which an update would put in doubt",
            "une signature numérique, que l'ajout mettrait en doute",
        )
    kept = {key: trailer.raw_get(key) for key in ("/Info", "/ID") if key in trailer}
    return Tail((root.idnum, root.generation), int(size), previous, stream, kept), catalog


def _extended(catalog: Any, spec: Raw) -> dict[str, Any]:
    """Return the catalog with the attachment in its names and among its associated files (ISO 32000-2 §7.11.4, §14.13)."""
    names = _at(catalog, "/Names", {})
    tree = _at(names, "/EmbeddedFiles", {})
    associated = _at(catalog, "/AF", [])
    if not isinstance(names, dict) or not isinstance(tree, dict) or not isinstance(associated, list):
        raise _unfit("attachments of another form", "des pièces jointes d'une autre forme")
    listed = _merged(tree, spec)
    branches = {key: dict.__getitem__(names, key) for key in names if key != "/EmbeddedFiles"}
    rest = {key: catalog.raw_get(key) for key in catalog if key not in ("/Names", "/AF")}
    return {
        **rest,
        "/Names": {**branches, "/EmbeddedFiles": {"/Names": listed}},
        "/AF": [*(list.__getitem__(associated, place) for place in range(len(associated))), spec],
    }


def _at(table: Any, key: str, absent: Any) -> Any:
    """Return a value of a dictionary, a reference followed."""
    value = table.get(key)
    return absent if value is None else value.get_object()


def _merged(tree: Mapping[str, Any], spec: Raw) -> list[Any]:
    """Return the names of a flat tree with ours in its place; a tree with branches is not rebuilt."""
    listed = _at(tree, "/Names", [])
    if "/Kids" in tree or not isinstance(listed, list) or len(listed) % 2:
        raise _unfit("many attachments, in a tree of names", "de nombreuses pièces jointes, dans un arbre de noms")
    pairs = [(_key(listed[place]), list.__getitem__(listed, place + 1)) for place in range(0, len(listed), 2)]
    if ATTACHMENT.encode() in (key for key, _ in pairs):
        raise _unfit("a receipt already", "déjà un reçu")
    pairs = sorted([*pairs, (ATTACHMENT.encode(), spec)], key=lambda pair: pair[0])
    return [part for key, value in pairs for part in (key, value)]


def _key(value: Any) -> bytes:
    original = getattr(value, "original_bytes", None)
    if not isinstance(original, bytes):
        raise _unfit("an attachment without a name", "une pièce jointe sans nom")
    return bytes(original)


def _embedded(receipt: bytes) -> bytes:
    head = b"<< /Type /EmbeddedFile /Subtype /text#2Fplain /Params << /Size %d >> /Length %d >>"
    return head % (len(receipt), len(receipt)) + b"\nstream\n" + receipt + b"\nendstream"


def _specification(file: int) -> bytes:
    name = ATTACHMENT.encode()
    head = b"<< /Type /Filespec /F (%b) /UF (%b) /Desc (Receipt of the seal) /AFRelationship /Supplement" % (name, name)
    return head + b" /EF << /F %d 0 R /UF %d 0 R >> >>" % (file, file)


def _identified(kept: Mapping[str, Any], original: bytes, receipt: bytes) -> dict[str, Any]:
    """Return what the trailer keeps, the second half of the file's ID renewed as an update asks for (§14.4)."""
    identity = kept["/ID"].get_object() if "/ID" in kept else None
    if not isinstance(identity, list) or len(identity) != 2:
        return {key: value for key, value in kept.items() if key != "/ID"}
    second = hashlib.sha256(hashlib.sha256(original).digest() + receipt).digest()[:16]
    return {**kept, "/ID": [_key(identity[0]), second]}


def _read_back(attached: bytes) -> bytes | None:
    from pypdf import PdfReader

    try:
        found = PdfReader(io.BytesIO(attached), strict=True).attachments.get(ATTACHMENT, [])
    except Exception:  # noqa: BLE001  # the parser raises many kinds on broken files
        return None
    return found[0] if len(found) == 1 else None


def _unfit(got: str, got_fr: str) -> BadInput:
    return BadInput(
        "sealing.pdf.unfit",
        got=(f"the PDF has {got}", f"le PDF a {got_fr}"),
        expected=(
            "an intact PDF of at most 512 MiB, neither encrypted nor signed, without a receipt",
            "un PDF intact de 512 Mio au plus, ni chiffré ni signé, sans reçu",
        ),
        next_step=(
            "Leave it as it is and keep the receipt in a file beside it.",
            "Laissez-le tel quel et gardez le reçu dans un fichier à côté.",
        ),
    )


class PdfChanged(BadInput):
    """A sealed PDF that somebody changed: the answer is no."""

    exit_code = 1


def _changed() -> PdfChanged:
    return PdfChanged(
        "sealing.pdf.changed",
        got=("the PDF was changed after the receipt was attached", "le PDF a été modifié après l'ajout du reçu"),
        expected=("the sealed PDF and its receipt, and nothing else", "le PDF scellé et son reçu, et rien d'autre"),
        next_step=(
            "Ask the sender for the PDF as the issuer gave it; do not rely on what this one shows.",
            "Demandez à l'expéditeur le PDF tel que l'émetteur l'a remis ; ne vous fiez pas à ce que celui-ci montre.",
        ),
    )
