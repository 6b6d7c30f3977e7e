"""Files of answers are told by what they hold, and have their limits."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from passavant.errors import BadInput
from passavant.portal.cases.answer_files import LARGEST, taken

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + (640).to_bytes(4) + (480).to_bytes(4) + b"\x08\x02\x00\x00\x00" + bytes(4)
)
JPEG = b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x11\x08\x01\xe0\x02\x80\x03" + bytes(9)
WEBP = b"RIFF\x00\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00" + bytes(4) + b"\x7f\x02\x00\xdf\x01\x00"
PDF = b"%PDF-1.7\n1 0 obj\n<< >>\nendobj\nstartxref\n9\n%%EOF\n"


@pytest.mark.parametrize(
    ("content", "kind"),
    [(PDF, "application/pdf"), (PDF + b"\r\n", "application/pdf"), (JPEG, "image/jpeg"), (PNG, "image/png")],
    ids=["pdf", "pdf with a line after it", "jpeg", "png"],
)
def test_what_a_file_holds_says_what_it_is(content: bytes, kind: str) -> None:
    [file] = taken([SimpleUploadedFile("a.exe", content, "text/html")])

    assert ("a.exe", kind, content) == (file.name, file.kind, file.content)


@pytest.mark.parametrize(
    "content",
    [
        b"", b"#!/bin/sh\nrm -r /\n", b"<script>alert(1)</script>", b"%PDF-1.4\n<script>alert(1)</script>", b"<html>\n" + PDF, WEBP,
        b"PK\x03\x04" + bytes(40), b"GIF89a" + bytes(40), PDF[:-20],
    ],
    ids=["empty", "script", "page", "page behind a PDF's first line", "page before a PDF", "webp", "zip", "gif", "cut off"],
)  # fmt: skip
def test_what_is_neither_pdf_nor_picture_is_refused_by_its_name(content: bytes) -> None:
    with pytest.raises(BadInput, match=r"invoice\.pdf, which by what it holds") as refused:
        taken([SimpleUploadedFile("invoice.pdf", content, "application/pdf")])

    assert "cases.answer.file_kind" == refused.value.code


@pytest.mark.parametrize(
    ("sizes", "code"),
    [
        ([1] * 6, "cases.answer.files_many"),
        ([LARGEST + 1], "cases.answer.file_large"),
        ([LARGEST, LARGEST, 1], "cases.answer.files_large"),
    ],
    ids=["six", "one large", "large together"],
)
def test_more_than_the_limits_is_refused_before_it_is_read(sizes: list[int], code: str) -> None:
    files = [SimpleUploadedFile(f"{number}.pdf", b"") for number in range(len(sizes))]
    for file, size in zip(files, sizes, strict=True):
        file.size = size
    with pytest.raises(BadInput) as refused:
        taken(files)

    assert code == refused.value.code
