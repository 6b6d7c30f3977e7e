"""The page as `passavant log serve` serves it, over a real log: what was sealed, replaced and revoked shows so."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, expect

from passavant.sealing import SigningKey
from passavant.sealing import page as sealing_page
from passavant.sealing.carriers import sidecar_of
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


def test_the_service_serves_page_api_and_log_side_by_side(office: Office, tmp_path: Path) -> None:
    office.seal(_file(tmp_path, "one.xml"))
    for path, kind in (("", "text/html"), ("api/v1/log", "application/json"), ("checkpoint", "text/plain")):
        answer = httpx.get(office.address + path)

        assert 200 == answer.status_code, path
        assert answer.headers["content-type"].startswith(kind)
