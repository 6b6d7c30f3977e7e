"""Files that declarants send with an answer: known by their content, never by name or by the type a browser states."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import UploadedFile

from passavant.errors import BadInput, Place
from passavant.portal.cases.photos import picture_type

__all__ = ["ENDINGS", "FOLDER", "LARGEST", "LARGEST_TOGETHER", "MOST", "Taken", "taken"]

#: Kinds that are taken, with the end of a file's name.
ENDINGS = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}
#: Where they lie, below the portal's home.
FOLDER = "answers"
#: Most files of an answer, most bytes of one, and of all of them.
MOST, LARGEST, LARGEST_TOGETHER = 5, 10 * 1024 * 1024, 20 * 1024 * 1024
_PDF = re.compile(rb"%PDF-[12]\.[0-9]\s")
#: A PDF ends with the place of its last table of contents and this mark; some programs add a little after it.
_TAIL = 2048
_LONGEST_NAME, _NAME_IN_ERRORS = 120, 60


@dataclass(frozen=True)
class Taken:
    """A file whose content is what it should be: what its sender calls it, what it is, its bytes and their SHA-256."""

    name: str
    kind: str
    content: bytes
    digest: str


def taken(uploads: Sequence[UploadedFile[Any]]) -> list[Taken]:
    """Read the files of an answer.

    Raises:
        BadInput: there are too many, they are too large, or one is none of the kinds that are taken.
    """
    if len(uploads) > MOST:
        raise _refused("cases.answer.files_many", (f"{len(uploads)} files", f"{len(uploads)} fichiers"))
    sizes = [upload.size or 0 for upload in uploads]
    for upload, size in zip(uploads, sizes, strict=True):
        if size > LARGEST:
            name = _short(upload)
            raise _refused("cases.answer.file_large", (f"{name}, which is larger", f"{name}, qui est plus grand"), name)
    if sum(sizes) > LARGEST_TOGETHER:
        raise _refused(
            "cases.answer.files_large", ("files that are larger together", "des fichiers plus grands, pris ensemble")
        )
    return [_taken(upload) for upload in uploads]


def _taken(upload: UploadedFile[Any]) -> Taken:
    content = upload.read()
    kind = _kind(content)
    if kind is None:
        name = _short(upload)
        raise _refused(
            "cases.answer.file_kind",
            (
                f"{name}, which by what it holds is neither a PDF nor a picture",
                f"{name}, qui d'après son contenu n'est ni un PDF ni une image",
            ),
            name,
        )
    return Taken(_name(upload), kind, content, hashlib.sha256(content).hexdigest())


def _kind(content: bytes) -> str | None:
    if _PDF.match(content):
        tail = content[-_TAIL:]
        return "application/pdf" if b"startxref" in tail and b"%%EOF" in tail else None
    picture = picture_type(content)
    return picture if picture in ENDINGS else None


def _name(upload: UploadedFile[Any]) -> str:
    """Return what the sender calls a file, without what no name needs."""
    plain = "".join(sign if sign.isprintable() else " " for sign in str(upload.name or ""))
    return " ".join(plain.split())[-_LONGEST_NAME:] or "—"


def _short(upload: UploadedFile[Any]) -> str:
    return _name(upload)[-_NAME_IN_ERRORS:]


def _refused(code: str, got: tuple[str, str], name: str = "") -> BadInput:
    each, together = LARGEST >> 20, LARGEST_TOGETHER >> 20
    return BadInput(
        code,
        got=got,
        expected=(
            f"at most {MOST} files, each a PDF, JPEG or PNG of at most {each} MiB, {together} MiB together",
            f"{MOST} fichiers au plus, chacun un PDF, un JPEG ou un PNG de {each} Mio au plus, {together} Mio ensemble",
        ),
        next_step=(
            "Choose other files; a long document can be sent in several answers.",
            "Choisissez d'autres fichiers ; un long document peut être envoyé en plusieurs réponses.",
        ),
        place=Place(field="files", value=name or None),
    )
