"""Receipts inside PDFs: read by others, found again, and refused when anything was added or changed."""

from __future__ import annotations

import io
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, NameObject, NumberObject

from passavant.errors import BadInput
from passavant.sealing.carriers.pdf import ATTACHMENT, attach_receipt, split_pdf
from passavant.sealing.carriers.pdf_update import Tail, update
from passavant.sealing.checkpoints import Checkpoint
from passavant.sealing.merkle import leaf_hash
from passavant.sealing.notes import SigningKey, sign_note
from passavant.sealing.proofs import Proof

KEY = SigningKey.generate("log.example/customs")
RECEIPT = Proof(0, (), sign_note(Checkpoint(KEY.name, 1, leaf_hash(b"x")).text(), [KEY])).text().encode()


def classic(**attachments: bytes) -> bytes:
    """Return a PDF with a plain cross-reference table."""
    writer = PdfWriter()
    writer.add_blank_page(200, 100)
    writer.add_metadata({"/Title": "Certificat d'origine (n° 7)", "/Author": "Douane"})
    for name, data in attachments.items():
        writer.add_attachment(name.replace("_", "."), data)
    return written(writer)


def written(writer: PdfWriter) -> bytes:
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def streamed() -> bytes:
    """Return a PDF whose catalog lies in an object stream and whose cross-reference is a stream (PDF 1.5)."""
    bodies = {1: b"<</Type/Catalog/Pages 2 0 R/Lang(fr)>>", 2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>"}
    bodies[3] = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 100.5]>>"
    table, joined = "", b""
    for number, body in bodies.items():
        table += f"{number} {len(joined)} "
        joined += body + b" "
    packed = table.encode() + joined
    head = b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n"
    first = b"4 0 obj\n<</Type/ObjStm/N 3/First %d/Length %d>>\nstream\n%b\nendstream\nendobj\n" % (
        len(table), len(packed), packed
    )  # fmt: skip
    at = len(head) + len(first)
    rows = [(0, 0, 255), (2, 4, 0), (2, 4, 1), (2, 4, 2), (1, len(head), 0), (1, at, 0)]
    data = b"".join(bytes([kind]) + offset.to_bytes(2, "big") + bytes([last]) for kind, offset, last in rows)
    xref = b"5 0 obj\n<</Type/XRef/Size 6/W[1 2 1]/Root 1 0 R/ID[<aa><bb>]/Length %d>>\nstream\n%b\nendstream\nendobj\n"
    return head + first + xref % (len(data), data) + b"startxref\n%d\n%%%%EOF" % at


ORIGINALS = {"table": classic(), "stream": streamed(), "attachments": classic(a_xml=b"<a/>", z_csv=b"1,2")}


@pytest.mark.parametrize("name", ORIGINALS)
def test_the_sealed_bytes_stay_and_the_receipt_comes_back(name: str) -> None:
    original = ORIGINALS[name]

    attached = attach_receipt(original, RECEIPT)

    assert attached.startswith(original)
    assert (original, RECEIPT) == split_pdf(attached)
    assert attached == attach_receipt(original, RECEIPT)


@pytest.mark.parametrize("name", ORIGINALS)
def test_another_program_reads_the_receipt_and_the_same_pages(name: str) -> None:
    before = PdfReader(io.BytesIO(ORIGINALS[name]), strict=True)

    after = PdfReader(io.BytesIO(attach_receipt(ORIGINALS[name], RECEIPT)), strict=True)

    assert [RECEIPT] == after.attachments[ATTACHMENT]
    assert {*before.attachments, ATTACHMENT} == set(after.attachments)
    assert [page.mediabox for page in before.pages] == [page.mediabox for page in after.pages]
    assert before.metadata == after.metadata
    assert "/Supplement" == after.trailer["/Root"]["/AF"][-1]["/AFRelationship"]
    assert before.trailer["/Root"].get("/Lang") == after.trailer["/Root"].get("/Lang")


def test_the_identity_of_the_file_is_kept_and_its_second_half_renewed() -> None:
    after = PdfReader(io.BytesIO(attach_receipt(streamed(), RECEIPT))).trailer["/ID"]

    assert b"\xaa" == after[0].original_bytes
    assert 16 == len(after[1].original_bytes)


def test_a_pdf_without_a_receipt_has_none() -> None:
    assert [None] * len(ORIGINALS) == [split_pdf(original) for original in ORIGINALS.values()]
    assert split_pdf(b"no PDF at all") is None


def test_a_page_replaced_by_a_later_update_is_refused() -> None:
    attached = attach_receipt(classic(), RECEIPT)
    reader = PdfReader(io.BytesIO(attached))
    page = reader.pages[0].indirect_reference
    root = reader.trailer.raw_get("/Root")
    assert page is not None
    before = int(attached.rsplit(b"startxref\n", 1)[1].split(b"\n")[0])
    body = b"<< /Type /Page /Parent %d 0 R /MediaBox [0 0 900 900] >>" % reader.pages[0].raw_get("/Parent").idnum
    tail = Tail((root.idnum, root.generation), reader.trailer["/Size"], before, False, {})
    evil = attached + update(len(attached), b"\n", [(page.idnum, 0, body)], tail)

    assert 900 == PdfReader(io.BytesIO(evil)).pages[0].mediabox.width
    with pytest.raises(BadInput, match="changed after the receipt was attached"):
        split_pdf(evil)


def test_a_change_by_an_ordinary_editor_is_refused() -> None:
    writer = PdfWriter(io.BytesIO(attach_receipt(classic(), RECEIPT)), incremental=True)
    writer.add_blank_page(300, 300)

    with pytest.raises(BadInput, match="do not rely on what this one shows"):
        split_pdf(written(writer))


@pytest.mark.parametrize("more", [b"\n", b" ", b"%%EOF\n", b"\n%Passavant-receipt 1 5 5\n", b"\n%Passavant-receipt x"])
def test_anything_appended_is_refused(more: bytes) -> None:
    with pytest.raises(BadInput, match="changed after"):
        split_pdf(attach_receipt(classic(), RECEIPT) + more)


def test_a_receipt_put_in_the_place_of_another_is_only_a_receipt() -> None:
    other = RECEIPT.replace(b"index 0", b"index 7")

    assert (classic(), other) == split_pdf(attach_receipt(classic(), other))


GOOD = {name: attach_receipt(original, RECEIPT) for name, original in ORIGINALS.items()}


@given(st.sampled_from(sorted(GOOD)), st.data())
@settings(max_examples=250, deadline=None)
def test_whatever_byte_of_the_update_is_changed_it_is_refused_or_another_receipt(
    name: str, data: st.DataObject
) -> None:
    good, original = GOOD[name], ORIGINALS[name]
    place = data.draw(st.integers(len(original), len(good) - 1))
    changed = good[:place] + bytes([good[place] ^ data.draw(st.integers(1, 255))]) + good[place + 1 :]

    try:
        found = split_pdf(changed)
    except BadInput:
        return
    assert found is None or (original == found[0] and RECEIPT != found[1])


@given(st.sampled_from(sorted(GOOD)), st.data())
@settings(max_examples=150, deadline=None)
def test_a_change_of_the_sealed_bytes_is_refused_or_comes_out_with_them(name: str, data: st.DataObject) -> None:
    good = GOOD[name]
    place = data.draw(st.integers(0, len(ORIGINALS[name]) - 1))
    changed = good[:place] + bytes([good[place] ^ data.draw(st.integers(1, 255))]) + good[place + 1 :]

    try:
        found = split_pdf(changed)
    except BadInput:
        return
    assert found is not None
    assert (changed[: len(ORIGINALS[name])], RECEIPT) == found


@given(st.binary(max_size=200))
@settings(max_examples=100, deadline=None)
def test_any_bytes_between_head_and_end_of_a_pdf_are_refused(data: bytes) -> None:
    with pytest.raises(BadInput):
        attach_receipt(b"%PDF-1.4\n" + data + b"\nxref\nstartxref\n9\n%%EOF", RECEIPT)


def encrypted() -> bytes:
    writer = PdfWriter(io.BytesIO(classic()))
    writer.encrypt("", algorithm="RC4-128")
    return written(writer)


def signed() -> bytes:
    writer = PdfWriter(io.BytesIO(classic()))
    writer.root_object[NameObject("/AcroForm")] = DictionaryObject({NameObject("/SigFlags"): NumberObject(3)})
    return written(writer)


def branched() -> bytes:
    return classic(a_xml=b"<a/>").replace(b"/Names [", b"/Kids  [")


@pytest.mark.parametrize(
    ("original", "reason"),
    [
        (encrypted(), "encryption"),
        (signed(), "digital signature"),
        (branched(), "tree of names"),
        (GOOD["table"], "a receipt already"),
        (classic() + b"<html>", "beginning or an end"),
        (b"\n" + classic(), "beginning or an end"),
        (classic().replace(b"startxref\n", b"startxref\n1"), "where it should be"),
        (classic().replace(b"/Root", b"/Ruut"), "structure|catalog"),
        (b"", "beginning or an end"),
    ],
)
def test_a_pdf_that_cannot_take_a_receipt_is_refused_with_the_remedy(original: bytes, reason: str) -> None:
    with pytest.raises(BadInput, match=reason) as error:
        attach_receipt(original, RECEIPT)

    assert "file beside it" in str(error.value)
    assert "fichier à côté" in error.value.diagnostics("fr")


@pytest.mark.parametrize("receipt", [b"", b"hello", RECEIPT + "— endstream AAAAAAAAAA==\n".encode()])
def test_what_is_no_receipt_is_not_attached(receipt: bytes) -> None:
    with pytest.raises(BadInput):
        attach_receipt(classic(), receipt)


@pytest.mark.service
@pytest.mark.parametrize("name", ORIGINALS)
def test_qpdf_finds_nothing_wrong(name: str, tmp_path: Path) -> None:
    if shutil.which("qpdf") is None:
        pytest.skip("qpdf is absent: install the package qpdf")
    file = tmp_path / "attached.pdf"
    file.write_bytes(GOOD[name])

    checked = subprocess.run(["qpdf", "--check", file], capture_output=True, text=True, check=False)
    shown = subprocess.run(["qpdf", f"--show-attachment={ATTACHMENT}", file], capture_output=True, check=False)

    assert (0, RECEIPT) == (checked.returncode, shown.stdout), checked.stdout + checked.stderr


@pytest.mark.service
@pytest.mark.parametrize("name", ORIGINALS)
def test_poppler_lists_the_receipt(name: str, tmp_path: Path) -> None:
    if shutil.which("pdfdetach") is None:
        pytest.skip("pdfdetach is absent: install the package poppler-utils")
    file = tmp_path / "attached.pdf"
    file.write_bytes(GOOD[name])

    listed = subprocess.run(["pdfdetach", "-list", file], capture_output=True, text=True, check=False)

    assert ATTACHMENT in listed.stdout, listed.stderr


@pytest.mark.service
@pytest.mark.parametrize("name", ORIGINALS)
def test_ghostscript_shows_the_pages_without_a_complaint(name: str, tmp_path: Path) -> None:
    if shutil.which("gs") is None:
        pytest.skip("gs is absent: install the package ghostscript")
    file = tmp_path / "attached.pdf"
    file.write_bytes(GOOD[name])

    shown = subprocess.run(
        ["gs", "-q", "-dSAFER", "-dPDFSTOPONERROR", "-dPDFSTOPONWARNING", "-sDEVICE=bbox", "-o", "-", file],
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert 0 == shown.returncode, shown.stdout + shown.stderr
    assert 1 == (shown.stdout + shown.stderr).count("%%BoundingBox")
