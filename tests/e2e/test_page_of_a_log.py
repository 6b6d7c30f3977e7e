"""The page as `passavant log serve` serves it, over a real log: what was sealed, replaced and revoked shows so."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from pypdf import PdfWriter

from passavant.sealing import SigningKey
from passavant.sealing import page as sealing_page
from passavant.sealing.carriers import attach_receipt, sidecar_of
from passavant.sealing.desk import Document, RemoteDesk, revoke, seal
from passavant.sealing.documents import document_sha256
from passavant.sealing.log import LogWriter, create_log
from passavant.sealing.service import ServiceSettings, build_app

pytestmark = pytest.mark.service


@dataclass
class Office:
    """A log that is served, and an issuer who seals in it."""

    address: str
    issuer: SigningKey

    def seal(self, path: Path, *, salt: bool = False, replaces: str = "") -> str:
        """Seal a file, write its receipt beside it, and return the name of the document in the log."""
        document = Document(path, document_sha256(path), "851", replaces=replaces)
        (receipt,) = seal([document], self.issuer, RemoteDesk(self.address), salt=salt)
        sidecar_of(path).write_text(receipt.text())
        return receipt.entry.statement.document

    def revoke(self, document: str) -> None:
        """Revoke a seal."""
        revoke(document, "obtained_by_fraud", self.issuer, RemoteDesk(self.address))


@pytest.fixture
def office(tmp_path: Path, serve: Callable[..., Any]) -> Iterator[Office]:
    if not (Path(sealing_page.__file__).parents[1] / "web/static/seal/index.html").exists():
        pytest.skip("the page is not built: make page (it needs Node: make setup can install it)")
    key, issuer = SigningKey.generate("seals.customs.example/log"), SigningKey.generate("customs.example/permits")
    folder = tmp_path / "log"
    create_log(folder, key)
    with LogWriter(folder, key) as writer:
        writer.admit(issuer.verifier)
    app = build_app(ServiceSettings(folder, key, interval=0.05), sealing_page.page_routes())
    with serve(app, lifespan="on") as address:
        yield Office(address, issuer)


def _file(folder: Path, name: str) -> Path:
    path = folder / name
    path.write_text(f"<permit>{name}</permit>")
    return path


def test_the_page_shows_what_became_of_each_document(office: Office, browser: Browser, tmp_path: Path) -> None:
    valid, old, newer, wrong, salted, unknown = (
        _file(tmp_path, f"{name}.xml") for name in ("valid", "old", "newer", "wrong", "salted", "unknown")
    )
    office.seal(valid)
    office.seal(newer, replaces=office.seal(old))
    office.revoke(office.seal(wrong))
    office.seal(salted, salt=True)
    context = browser.new_context(locale="fr-FR")
    with contextlib.closing(context):
        page = context.new_page()
        page.goto(office.address)
        page.locator("#files").set_input_files([valid, old, newer, wrong, salted, sidecar_of(salted), unknown])
        shown = {name: page.locator(".card").filter(has=page.get_by_role("heading", name=f"{name}.xml", exact=True)) for name in
                 ("valid", "old", "newer", "wrong", "salted", "unknown")}  # fmt: skip
        for name in ("valid", "newer", "salted"):
            expect(shown[name]).to_contain_text("customs.example/permits")
            expect(shown[name]).to_contain_text("Enregistré et valide")
        expect(shown["old"]).to_contain_text("Remplacé")
        expect(shown["old"]).to_contain_text(document_sha256(newer).hex())
        expect(shown["wrong"]).to_contain_text("obtenu par fraude")
        expect(shown["unknown"]).not_to_contain_text("customs.example/permits")


def _pdf(folder: Path, name: str, size: int = 0) -> Path:
    """Write a PDF with a plain cross-reference table; `size` bytes more make it longer than one piece of reading."""
    writer = PdfWriter()
    writer.add_blank_page(200, 100)
    writer.add_metadata({"/Title": name})
    if size:
        writer.add_attachment("more.bin", bytes(size))
    path = folder / f"{name}.pdf"
    with path.open("wb") as file:
        writer.write(file)
    return path


def _pdf_with_streams(folder: Path, name: str) -> Path:
    """Write a PDF whose cross-reference is a stream (PDF 1.5)."""
    content, rows = b"%PDF-1.5\n", [(0, 0)]
    bodies = [b"/Type/Catalog/Pages 2 0 R", b"/Type/Pages/Kids[3 0 R]/Count 1", b"/Type/Page/Parent 2 0 R/MediaBox[0 0 200 99]"]  # fmt: skip
    for number, body in enumerate(bodies, 1):
        rows.append((1, len(content)))
        content += b"%d 0 obj\n<<%b>>\nendobj\n" % (number, body)
    at = len(content)
    data = b"".join(bytes([kind]) + offset.to_bytes(2, "big") for kind, offset in [*rows, (1, at)])
    head = b"4 0 obj\n<</Type/XRef/Size 5/W[1 2 0]/Root 1 0 R/Length %d>>\nstream\n%b\nendstream\nendobj\n"
    path = folder / f"{name}.pdf"
    path.write_bytes(content + head % (len(data), data) + b"startxref\n%d\n%%%%EOF\n" % at)
    return path


def _attached(path: Path) -> Path:
    """Write the PDF with its receipt inside, as `passavant seal --attach` does, and take away the receipt beside it."""
    target = path.with_suffix(".sealed.pdf")
    target.write_bytes(attach_receipt(path.read_bytes(), sidecar_of(path).read_bytes()))
    sidecar_of(path).unlink()
    return target


def _edited(path: Path) -> Path:
    """Add a page to a PDF as an ordinary editor does: by one more update."""
    writer = PdfWriter(io.BytesIO(path.read_bytes()), incremental=True)
    writer.add_blank_page(300, 300)
    target = path.with_name(f"edited-{path.name}")
    with target.open("wb") as file:
        writer.write(file)
    return target


def _card(page: Page, path: Path) -> Locator:
    return page.locator(".card").filter(has=page.get_by_role("heading", name=path.name, exact=True))


def test_a_pdf_with_its_receipt_inside_is_found_by_its_sealed_original(
    office: Office, browser: Browser, tmp_path: Path
) -> None:
    plain, long, streams = (
        _pdf(tmp_path, "plain"), _pdf(tmp_path, "long", 9_000_000), _pdf_with_streams(tmp_path, "streams")
    )  # fmt: skip
    for path in (plain, long, streams):
        office.seal(path)
    salted, revoked = _pdf(tmp_path, "salted"), _pdf(tmp_path, "revoked")
    protected = office.seal(salted, salt=True)
    office.revoke(office.seal(revoked))
    files = {path: _attached(path) for path in (plain, long, streams, salted, revoked)}
    context = browser.new_context(locale="en-GB")
    with contextlib.closing(context):
        page = context.new_page()
        page.goto(office.address)
        page.locator("#files").set_input_files([*files.values()])
        for path in (plain, long, streams, salted):
            card = _card(page, files[path])
            expect(card).to_have_attribute("data-state", "inside")
            expect(card.locator(".verdict")).to_have_text("Its sealed original is registered and valid")
            expect(card).to_contain_text("customs.example/permits registered the sealed original inside this PDF")
            expect(card.locator(".remark.plain").first).to_contain_text("What was found is the sealed original")
            expect(card).to_contain_text("passavant verify FILE")
            expect(card).to_contain_text(document_sha256(path).hex())
            expect(card).not_to_contain_text("exact file")
        expect(_card(page, files[salted])).to_contain_text(protected.partition(":")[2])
        expect(_card(page, files[revoked])).to_have_attribute("data-state", "revoked")
        expect(_card(page, files[revoked])).to_contain_text("What was found is the sealed original")


def test_a_pdf_that_was_changed_after_its_receipt_was_attached_is_a_warning_and_never_found(
    office: Office, browser: Browser, tmp_path: Path
) -> None:
    sealed, unsealed = _pdf(tmp_path, "sealed"), _pdf(tmp_path, "unsealed")
    office.seal(sealed)
    unknown = tmp_path / "unknown.pdf"
    unknown.write_bytes(attach_receipt(unsealed.read_bytes(), sidecar_of(sealed).read_bytes()))
    edited = _edited(_attached(sealed))
    context = browser.new_context(locale="fr-FR")
    with contextlib.closing(context):
        page = context.new_page()
        page.goto(office.address)
        page.locator("#files").set_input_files([edited, unknown])
        for path in (edited, unknown):
            expect(_card(page, path)).to_have_attribute("data-state", "unregistered")
            expect(_card(page, path).locator(".remark.bad")).to_contain_text(
                "Ce PDF a été modifié après l'ajout d'un reçu"
            )
            expect(_card(page, path)).not_to_contain_text("customs.example/permits")


def test_a_pdf_that_is_registered_with_the_receipt_inside_it_is_found_as_the_file_it_is(
    office: Office, browser: Browser, tmp_path: Path
) -> None:
    path = _pdf(tmp_path, "twice")
    office.seal(path)
    whole = _attached(path)
    office.seal(whole)
    context = browser.new_context(locale="en-GB")
    with contextlib.closing(context):
        page = context.new_page()
        page.goto(office.address)
        page.locator("#files").set_input_files(whole)
        expect(_card(page, whole)).to_have_attribute("data-state", "valid")
        expect(_card(page, whole)).to_contain_text("customs.example/permits registered this exact file")
        expect(_card(page, whole).locator(".remark")).to_have_count(0)


def test_the_service_serves_page_api_and_log_side_by_side(office: Office, tmp_path: Path) -> None:
    office.seal(_file(tmp_path, "one.xml"))
    for path, kind in (("", "text/html"), ("api/v1/log", "application/json"), ("checkpoint", "text/plain")):
        answer = httpx.get(office.address + path)

        assert 200 == answer.status_code, path
        assert answer.headers["content-type"].startswith(kind)
