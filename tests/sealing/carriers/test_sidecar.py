"""Receipts on disk: found where they lie, written whole, and never over something else by accident."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from pypdf import PdfWriter

from passavant.errors import BadInput, NotFound
from passavant.sealing.carriers.cose import cose_receipt
from passavant.sealing.carriers.pdf import attach_receipt
from passavant.sealing.carriers.qr import qr_payload
from passavant.sealing.carriers.receipts import LARGEST_RECEIPT
from passavant.sealing.carriers.sidecar import find_receipt, sidecar_of, write_atomically, write_receipt
from passavant.sealing.checkpoints import Checkpoint
from passavant.sealing.merkle import leaf_hash, root_of
from passavant.sealing.notes import SigningKey, sign_note
from passavant.sealing.proofs import Proof

KEY = SigningKey.generate("log.example/customs")
LEAVES = [leaf_hash(b"x"), leaf_hash(b"y")]


def receipt(size: int = 1, extra: bytes | None = b"{}") -> str:
    note = sign_note(Checkpoint(KEY.name, size, leaf_hash(b"x")).text(), [KEY])
    return Proof(0, (), note, extra).text()


def a_pdf() -> bytes:
    writer, out = PdfWriter(), io.BytesIO()
    writer.add_blank_page(100, 100)
    writer.write(out)
    return out.getvalue()


@pytest.fixture
def document(tmp_path: Path) -> Path:
    file = tmp_path / "certificate.pdf"
    file.write_bytes(a_pdf())
    return file


def test_the_file_beside_the_document_is_found(document: Path) -> None:
    write_receipt(sidecar_of(document), receipt())

    found = find_receipt(document)

    assert ("tlog-proof", receipt(), None) == (found.form, found.content, found.original)
    assert "certificate.pdf.tlog-proof" == found.source.name


def test_the_attachment_is_found_with_the_sealed_bytes(document: Path) -> None:
    document.write_bytes(attach_receipt(a_pdf(), receipt().encode()))

    for found in (find_receipt(document), find_receipt(document, document)):
        assert ("pdf", receipt(), a_pdf()) == (found.form, found.content, found.original)


def test_the_file_beside_goes_before_the_attachment_and_the_named_one_before_both(document: Path) -> None:
    document.write_bytes(attach_receipt(a_pdf(), receipt(1).encode()))
    write_receipt(sidecar_of(document), receipt(2))
    named = document.with_name("other.txt")
    named.write_text(receipt(3))

    assert receipt(2) == find_receipt(document).content
    assert receipt(3) == find_receipt(document, named).content


def test_the_receipt_of_another_pdf_comes_without_its_bytes(document: Path) -> None:
    other = document.with_name("other.pdf")
    other.write_bytes(attach_receipt(a_pdf(), receipt().encode()))

    found = find_receipt(document, other)

    assert (receipt(), None) == (found.content, found.original)


def test_a_named_file_may_hold_any_form_of_a_receipt(document: Path, tmp_path: Path) -> None:
    cose = cose_receipt(KEY, b"k", KEY.name, 1, 0, 2, LEAVES[1:], root_of(LEAVES))
    contents = {
        "cose": cose,
        "qr": b"\xef\xbb\xbf" + qr_payload(receipt()).encode() + b"\r\n",
        "tlog-proof": receipt().encode(),
    }
    for form, content in contents.items():
        (tmp_path / form).write_bytes(content)
    found = [find_receipt(document, tmp_path / form) for form in contents]

    assert list(contents) == [one.form for one in found]
    assert [cose, receipt(), receipt()] == [one.content for one in found]


def test_no_receipt_anywhere_is_said_with_the_remedy(document: Path, tmp_path: Path) -> None:
    text = tmp_path / "invoice.xml"
    text.write_text("<invoice/>")

    for path in (document, text):
        with pytest.raises(NotFound, match=rf"{path.name}\.tlog-proof(.|\n)*--receipt FILE"):
            find_receipt(path)
    with pytest.raises(NotFound, match="no receipt"):
        find_receipt(text, document)


def test_a_pdf_changed_after_its_receipt_is_refused_and_named(document: Path) -> None:
    document.write_bytes(attach_receipt(a_pdf(), receipt().encode()) + b"\n")

    with pytest.raises(BadInput, match=r"certificate\.pdf: the PDF was changed"):
        find_receipt(document)
    with pytest.raises(BadInput, match=r"certificate\.pdf: the PDF was changed"):
        find_receipt(document, document)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"hello", "first line"),
        (b"", "empty file"),
        (b"\x89PNG\r\n\x1a\n", "a picture"),
        (b"\xff\x00", "no UTF-8"),
        (b"PASSAVANT1:0", "RFC 9285"),
        ("PASSAVANT1:é".encode(), "RFC 9285"),
        (b" " * (LARGEST_RECEIPT + 1), "more than"),
    ],
)
def test_a_named_file_without_a_receipt_is_refused_and_named(document: Path, content: bytes, reason: str) -> None:
    named = document.with_name("scan.txt")
    named.write_bytes(content)

    with pytest.raises(BadInput, match=reason) as error:
        find_receipt(document, named)

    assert "scan.txt" in str(error.value)
    assert "À faire" in error.value.diagnostics("fr")


@pytest.mark.parametrize("name", ["absent.txt", "."])
def test_a_file_that_cannot_be_read_is_refused(document: Path, name: str) -> None:
    with pytest.raises(BadInput, match="cannot be used"):
        find_receipt(document, document.parent / name)
    with pytest.raises(BadInput, match="cannot be used"):
        find_receipt(document.parent / name)


def test_a_newer_receipt_of_the_same_entry_takes_the_place_of_the_older(document: Path) -> None:
    target = sidecar_of(document)

    assert [True, False, True] == [write_receipt(target, receipt(size)) for size in (1, 1, 2)]
    assert receipt(2) == target.read_text()


@pytest.mark.parametrize(
    "before", [b"a letter", b"", receipt(1, b'{"entry":"other"}').encode(), receipt(2, None).encode()]
)
def test_another_file_is_only_replaced_when_asked(document: Path, before: bytes) -> None:
    target = sidecar_of(document)
    target.write_bytes(before)

    with pytest.raises(BadInput, match="to be replaced"):
        write_receipt(target, receipt())
    assert before == target.read_bytes()
    assert write_receipt(target, receipt(), replace=True)
    assert receipt() == target.read_text()


def test_nothing_is_left_behind_when_a_file_cannot_be_written(document: Path) -> None:
    folder = document.with_name("certificate.pdf.tlog-proof")
    folder.mkdir()

    with pytest.raises(BadInput, match="cannot be used"):
        write_atomically(folder, b"data")
    with pytest.raises(BadInput, match="cannot be used"):
        write_atomically(document.parent / "absent" / "file", b"data")
    assert {document.name, folder.name} == {file.name for file in document.parent.iterdir()}
