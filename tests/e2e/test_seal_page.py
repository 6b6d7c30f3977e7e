"""The verification page in a real browser: what it says, how it is used, and above all what it does not send."""

from __future__ import annotations

import base64
import hashlib
import hmac
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, Playwright, expect
from pypdf import PdfWriter
from starlette.applications import Starlette

from passavant.sealing.carriers import attach_receipt
from passavant.sealing.checkpoints import Checkpoint
from passavant.sealing.merkle import leaf_hash
from passavant.sealing.notes import SigningKey, sign_note
from passavant.sealing.proofs import Proof

pytestmark = pytest.mark.service

MARKER = b"CONFIDENTIAL-INVOICE-4711-OF-ACME-TRADING"
CONTENT = b"a phytosanitary certificate\n"
DIGEST = hashlib.sha256(CONTENT).hexdigest()
NEWER = hashlib.sha256(b"the certificate that replaced it").hexdigest()
SALT = bytes(range(32))
SALTED = hmac.new(SALT, hashlib.sha256(CONTENT).digest(), "sha256").hexdigest()


def give(page: Page, *files: Path) -> None:
    """Choose files in the page."""
    page.locator("#files").set_input_files(files)


def card(page: Page, name: str) -> Locator:
    """Return the card of a file."""
    return page.locator(".card").filter(has=page.get_by_role("heading", name=name, exact=True))


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    path = tmp_path / "certificate.pdf"
    path.write_bytes(CONTENT)
    return path


def receipt(path: Path, extra: dict[str, str]) -> Path:
    """Write a receipt beside a file."""
    encoded = base64.b64encode(json.dumps(extra).encode()).decode()
    proof = path.with_name(path.name + ".tlog-proof")
    proof.write_text(
        f"c2sp.org/tlog-proof@v1\nextra {encoded}\nindex 7\n\norigin\n8\nroot\n\n— sig\n", encoding="utf-8"
    )
    return proof


# What leaves the machine


@pytest.fixture
def invoice(tmp_path: Path) -> Path:
    """A file of 24 MB in which a marker stands again and again."""
    path = tmp_path / "acme-invoice-4711.bin"
    block = MARKER + bytes(range(256)) * 16
    path.write_bytes((block * (24_000_000 // len(block) + 1))[:24_000_000])
    return path


def secrets(path: Path) -> list[bytes]:
    """Return what must never be seen on the network, in every form in which it could be."""
    digest = hashlib.sha256(path.read_bytes())
    more = digest.hexdigest()[5:13]
    plain = [MARKER, path.name.encode(), path.stem.encode(), more.encode(), digest.digest()[3:11]]
    return [*plain, *(base64.b64encode(one)[:12] for one in plain), *(one.hex().encode() for one in plain[:3])]


def test_no_byte_of_a_file_its_name_or_more_than_five_digits_of_its_digest_reaches_the_server(
    page: Page, log: Any, invoice: Path
) -> None:
    digest = hashlib.sha256(invoice.read_bytes()).hexdigest()
    log.register(digest)
    seen: list[tuple[str, str, bytes | None]] = []
    page.context.on("request", lambda one: seen.append((one.method, one.url, one.post_data_buffer)))
    page.goto(log.address)
    give(page, invoice)
    expect(card(page, invoice.name)).to_have_attribute("data-state", "valid")
    expect(card(page, invoice.name)).to_contain_text(digest)
    asked = [one for one in log.heard if "/api/" in one.target]
    everything = repr([(one.target, one.headers) for one in log.heard]).encode() + b"".join(
        one.body for one in log.heard
    )

    assert {"GET"} == {one.method for one in log.heard} == {method for method, _, _ in seen}
    assert {b""} == {one.body for one in log.heard}
    assert {None} == {body for _, _, body in seen}
    assert [f"/seals/api/v1/seals?alg=sha-256&prefix={digest[:5]}"] == [one.target for one in asked]
    assert [] == [secret for secret in secrets(invoice) if secret in everything]
    assert any("/worker." in url for _, url, _ in seen)  # the worker's requests are among those seen
    print(f"sent in all: {len(log.heard)} requests, {len(everything)} bytes with headers")


def test_the_browsers_own_log_of_its_sockets_holds_nothing_of_the_file(
    playwright: Playwright, launch: Any, log: Any, invoice: Path, tmp_path: Path
) -> None:
    recorded = tmp_path / "net-log.json"
    browser = launch(playwright, f"--log-net-log={recorded}", "--net-log-capture-mode=Everything")
    page = browser.new_page()
    page.goto(log.address)
    give(page, invoice)
    expect(card(page, invoice.name)).to_have_attribute("data-state", "unregistered")
    page.workers[0].evaluate("fetch('/a-worker-can-be-heard?yes')")
    browser.close()
    said = json.loads(recorded.read_text())
    names = {number: name for name, number in said["constants"]["logEventTypes"].items()}
    sent = [
        base64.b64decode(event["params"]["bytes"])
        for event in said["events"]
        if names[event["type"]] == "SOCKET_BYTES_SENT"
    ]
    wire = b"".join(sent)
    hosts = {event["params"]["address"] for event in said["events"] if names[event["type"]] == "TCP_CONNECT_ATTEMPT" and "address" in event.get("params", {})}  # fmt: skip

    assert b"GET /a-worker-can-be-heard?yes" in wire  # what a worker sends is in the record
    assert {log.address.split("/")[2]} == hosts
    assert {b"GET"} == set(re.findall(rb"(?m)^([A-Z]+) \S+ HTTP/1\.1\r$", wire))
    assert [] == [secret for secret in secrets(invoice) if secret in wire]
    assert len(wire) < 10_000 < invoice.stat().st_size
    print(f"sent by all sockets of the browser: {len(wire)} bytes")


def test_a_script_that_tries_to_send_a_file_elsewhere_is_stopped_by_the_policy(
    page: Page, log: Any, serve: Any
) -> None:
    with serve(Starlette()) as elsewhere:
        page.goto(log.address)
        refused = []
        page.on("console", lambda message: refused.append(message.text))
        send = (
            f"fetch('{elsewhere}', {{method: 'POST', mode: 'no-cors', body: 'x'}}).then(() => 'sent', () => 'stopped')"
        )
        give(page, Path(__file__))  # so that the worker is there
        expect(page.locator(".card")).to_have_attribute("data-state", "unregistered")
        tried = [page.evaluate(send), page.workers[0].evaluate(send)]

    assert ["stopped", "stopped"] == tried
    assert any("Content Security Policy" in text and "connect-src" in text for text in refused)


def test_html_from_anywhere_is_refused_by_trusted_types(page: Page, log: Any) -> None:
    page.goto(log.address)
    tried = page.evaluate(
        "(() => { try { document.body.innerHTML = '<b>x</b>'; return 'shown' } catch (e) { return e.name } })()"
    )

    assert "TypeError" == tried


# Hashing


def test_progress_moves_and_a_large_file_can_be_cancelled(page: Page, log: Any, tmp_path: Path) -> None:
    large = _large(tmp_path)
    page.goto(log.address)
    give(page, large)
    bar = card(page, "large.iso").get_by_role("progressbar", name="Progress for large.iso")
    first = _moved_beyond(page, bar, 0)
    second = _moved_beyond(page, bar, first)
    card(page, "large.iso").get_by_role("button", name="Cancel large.iso").press("Enter")
    expect(card(page, "large.iso")).to_have_attribute("data-state", "cancelled")

    assert 0 < first < second < large.stat().st_size
    expect(card(page, "large.iso").get_by_role("heading")).to_be_focused()
    assert [] == [one.target for one in log.heard if "/api/" in one.target]


def _large(tmp_path: Path) -> Path:
    """Return a file that takes minutes to hash: sparse, so that it takes no room."""
    large = tmp_path / "large.iso"
    with large.open("wb") as file:
        file.truncate(64 * 1024**3)
    return large


def test_a_file_that_waits_is_cancelled_at_once_and_the_others_go_on(
    page: Page, log: Any, tmp_path: Path, certificate: Path
) -> None:
    waiting = tmp_path / "waiting.pdf"
    waiting.write_bytes(b"not yet")
    page.goto(log.address)
    give(page, _large(tmp_path), waiting, certificate)
    bar = card(page, "large.iso").get_by_role("progressbar")
    before = _moved_beyond(page, bar, 0)
    card(page, "waiting.pdf").get_by_role("button", name="Cancel waiting.pdf").click()
    expect(card(page, "waiting.pdf")).to_have_attribute("data-state", "cancelled")

    assert _moved_beyond(page, bar, before) > before
    card(page, "large.iso").get_by_role("button", name="Cancel large.iso").click()
    expect(card(page, "certificate.pdf")).to_have_attribute("data-state", "unregistered")
    expect(card(page, "waiting.pdf")).to_have_attribute("data-state", "cancelled")
    assert [f"/seals/api/v1/seals?alg=sha-256&prefix={DIGEST[:5]}"] == [
        one.target for one in log.heard if "/api/" in one.target
    ]


def test_nothing_more_is_said_of_cards_that_were_cleared(
    page: Page, log: Any, tmp_path: Path, certificate: Path
) -> None:
    waiting = tmp_path / "waiting.pdf"
    waiting.write_bytes(b"not yet")
    page.goto(log.address)
    give(page, _large(tmp_path), waiting)
    _moved_beyond(page, card(page, "large.iso").get_by_role("progressbar"), 0)
    page.get_by_role("button", name="Clear the results").click()
    give(page, certificate)  # its turn comes when the two before it have ended
    expect(card(page, "certificate.pdf")).to_have_attribute("data-state", "unregistered")
    said = page.get_by_role("log").locator("p").all_inner_texts()

    assert ["Results cleared.", "Checking one file.", "certificate.pdf: Not registered."] == said[-3:]
    assert [] == [text for text in said if "large.iso" in text or "waiting.pdf" in text]
    expect(page.locator(".card")).to_have_count(1)


def _moved_beyond(page: Page, bar: Locator, value: float) -> float:
    moved = page.wait_for_function("([bar, from]) => bar.value > from && bar.value", arg=[bar.element_handle(), value])
    return float(moved.json_value())


def test_a_file_that_changes_while_it_is_read_is_an_error_and_never_a_result(
    page: Page, log: Any, tmp_path: Path
) -> None:
    growing = tmp_path / "growing.log"
    with growing.open("wb") as file:
        file.truncate(8 * 1024**3)
    page.goto(log.address)
    give(page, growing)
    _moved_beyond(page, card(page, "growing.log").get_by_role("progressbar"), 0)
    with growing.open("ab") as file:
        file.write(b"one more line")
    expect(card(page, "growing.log")).to_have_attribute("data-state", "failed")
    expect(card(page, "growing.log")).to_contain_text("changed or moved")

    assert [] == [one.target for one in log.heard if "/api/" in one.target]


def test_many_files_at_once_have_a_card_each_and_an_empty_one_is_a_file_too(
    page: Page, log: Any, tmp_path: Path
) -> None:
    files = [tmp_path / f"{number}.txt" for number in range(12)]
    for number, file in enumerate(files):
        file.write_bytes(b"x" * number)
    page.goto(log.address)
    give(page, *files)

    expect(page.locator(".card[data-state=unregistered]")).to_have_count(12)
    expect(card(page, "0.txt")).to_contain_text(hashlib.sha256().hexdigest())


# What a card says

_REVOKED = {
    "status": "revoked",
    "revoked": {"index": 9, "logged_at": "2026-11-25T04:00:00Z", "reason": "issued_in_error"},
}
_SUPERSEDED = {"status": "superseded", "superseded_by": {"alg": "sha-256", "digest": NEWER, "index": 8}}
_EXPIRED = {"status": "expired", "valid_until": "2026-11-25T00:00:00Z"}
_VALID = {"status": "valid", "valid_until": "2027-11-25T00:00:00Z"}


@pytest.mark.parametrize(
    ("language", "seal", "said"),
    [
        ("en", _VALID, ["Registered and valid", "Phytosanitary certificate (851)", "25 November 2027", "24 November 2026"]),
        ("fr", _VALID, ["Enregistré et valide", "Certificat phytosanitaire (851)", "25 novembre 2027", "24 novembre 2026"]),
        ("en", _SUPERSEDED, ["Replaced by a newer document", NEWER]),
        ("fr", _SUPERSEDED, ["Remplacé par un document plus récent", NEWER]),
        ("en", _REVOKED, ["Revoked", "issued in error", "25 November 2026"]),
        ("fr", _REVOKED, ["Révoqué", "délivré par erreur", "25 novembre 2026"]),
        ("en", _EXPIRED, ["Expired", "Validity ended", "25 November 2026"]),
        ("fr", _EXPIRED, ["Expiré", "Fin de validité", "25 novembre 2026"]),
        ("en", None, ["Not registered", "No organisation registered this exact file; one changed byte is enough", "does not mean"]),
        ("fr", None, ["Non enregistré", "un seul octet modifié suffit", "ne veut pas dire que le document est faux"]),
    ],
)  # fmt: skip
def test_a_card_says_the_status_in_words(
    page: Page, log: Any, certificate: Path, language: str, seal: dict[str, Any] | None, said: list[str]
) -> None:
    if seal:
        log.register(DIGEST, **seal)
        said = [*said, "customs.gov.example/certificates"]
    log.register(DIGEST[:5] + NEWER[5:])  # another document that the same question brings
    page.goto(f"{log.address}?lang={language}")
    give(page, certificate)
    expect(card(page, "certificate.pdf")).to_have_attribute("data-state", seal["status"] if seal else "unregistered")
    for text in [*said, DIGEST, "seals.customs.example/log"]:
        expect(card(page, "certificate.pdf")).to_contain_text(text)

    assert language == page.locator("html").get_attribute("lang")
    assert 1 == card(page, "certificate.pdf").locator(".verdict svg").count()
    expect(page.get_by_role("log")).to_contain_text("certificate.pdf")


def test_seals_of_several_issuers_are_shown_one_by_one(page: Page, log: Any, certificate: Path) -> None:
    log.register(DIGEST)
    log.register(DIGEST, **_REVOKED | {"issuer": "chamber.example/origin"})
    page.goto(log.address)
    give(page, certificate)

    expect(card(page, "certificate.pdf")).to_have_attribute("data-state", "several")
    expect(page.get_by_role("heading", name="Seal 1 of 2: Registered and valid")).to_be_visible()
    expect(page.get_by_role("heading", name="Seal 2 of 2: Revoked")).to_be_visible()
    expect(card(page, "certificate.pdf")).to_contain_text("chamber.example/origin")


def test_markup_from_the_log_is_shown_as_the_text_it_is(page: Page, log: Any, certificate: Path) -> None:
    log.register(DIGEST, issuer="<img src=x onerror=alert(1)>")
    page.goto(log.address)
    give(page, certificate)

    expect(card(page, "certificate.pdf")).to_contain_text("<img src=x onerror=alert(1)>")
    assert 0 == page.locator(".card img").count()


def test_a_log_that_refuses_is_quoted_and_can_be_asked_again(page: Page, log: Any, certificate: Path) -> None:
    log.register(DIGEST)
    log.refusal = {"code": "sealing.too_many", "got": "too many questions", "expected": "fewer", "next_step": "Wait a minute.", "language": "en"}  # fmt: skip
    page.goto(log.address)
    give(page, certificate)
    expect(card(page, "certificate.pdf")).to_contain_text("The log says: too many questions. Wait a minute.")
    log.refusal = None
    page.get_by_role("button", name="Ask the log again").click()

    expect(card(page, "certificate.pdf")).to_have_attribute("data-state", "valid")


def test_the_language_can_be_switched_and_nothing_shown_is_lost(page: Page, log: Any, certificate: Path) -> None:
    log.register(DIGEST)
    page.goto(log.address)
    give(page, certificate)
    expect(card(page, "certificate.pdf")).to_contain_text("Registered and valid")
    page.get_by_role("link", name="Français").click()

    expect(card(page, "certificate.pdf")).to_contain_text("Enregistré et valide")
    expect(page).to_have_title("Vérifier un document scellé")
    assert page.url.endswith("?lang=fr")


def test_the_browsers_language_is_the_first_one(browser: Browser, log: Any) -> None:
    context = browser.new_context(locale="fr-SN")
    page = context.new_page()
    page.goto(log.address)

    expect(page.get_by_role("heading", level=1)).to_have_text("Vérifier un document scellé")
    context.close()


# Links and receipts


def test_a_link_with_a_digest_shows_its_status_at_once_and_tells_whether_a_file_is_that_document(
    page: Page, log: Any, certificate: Path, tmp_path: Path
) -> None:
    log.register(DIGEST)
    page.goto(f"{log.address}#alg=sha-256&digest={DIGEST}")
    expect(card(page, "Document named by the link")).to_have_attribute("data-state", "valid")
    other = tmp_path / "other.pdf"
    other.write_bytes(b"something else")
    give(page, certificate, other)

    expect(card(page, "certificate.pdf")).to_contain_text("This file is the document named by the link")
    expect(card(page, "other.pdf")).to_contain_text("This file is not the document named by the link")
    assert [] == [one.target for one in log.heard if DIGEST[:6] in one.target]


def test_the_newer_document_is_one_click_away(page: Page, log: Any, certificate: Path) -> None:
    log.register(DIGEST, **_SUPERSEDED)
    log.register(NEWER)
    page.goto(log.address)
    give(page, certificate)
    page.get_by_role("link", name="Show the status of the newer document").click()

    expect(card(page, "Document named by the link")).to_have_attribute("data-state", "valid")
    expect(card(page, "Document named by the link").get_by_role("heading")).to_be_focused()


def test_a_link_with_a_salt_finds_a_protected_document(page: Page, log: Any, certificate: Path) -> None:
    log.register(SALTED, alg="hmac-sha-256")
    encoded = base64.urlsafe_b64encode(SALT).decode().rstrip("=")
    page.goto(f"{log.address}#alg=hmac-sha-256&salt={encoded}")
    expect(page.locator("#notice")).to_contain_text("carries the key of one protected document")
    give(page, certificate)

    expect(card(page, "certificate.pdf")).to_have_attribute("data-state", "valid")
    expect(card(page, "certificate.pdf")).to_contain_text(SALTED)
    assert [f"/seals/api/v1/seals?alg=hmac-sha-256&prefix={SALTED[:5]}"] == [
        one.target for one in log.heard if "/api/" in one.target
    ]
    assert [] == [one for one in log.heard if encoded in repr(one)]


def test_a_damaged_link_says_so(page: Page, log: Any) -> None:
    page.goto(f"{log.address}?lang=fr#alg=sha-256&digest=12345")

    expect(page.locator("#notice")).to_contain_text("abîmé")


def test_a_receipt_beside_its_file_gives_the_salt(page: Page, log: Any, certificate: Path) -> None:
    log.register(SALTED, alg="hmac-sha-256")
    entry = json.dumps({"statement": {"alg": "hmac-sha-256", "digest": SALTED}}).encode()
    extra = {"entry": base64.b64encode(entry).decode(), "salt": base64.b64encode(SALT).decode()}
    page.goto(log.address)
    give(page, receipt(certificate, extra), certificate)

    expect(page.locator(".card")).to_have_count(1)
    expect(card(page, "certificate.pdf")).to_have_attribute("data-state", "valid")
    expect(card(page, "certificate.pdf")).to_contain_text("Protected seal")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "The receipt beside it names this file; its proof is not checked here."),
        ("fr", "Le reçu qui l'accompagne désigne ce fichier\u00a0; sa preuve n'est pas vérifiée ici."),
    ],
)
def test_a_receipt_whose_proof_is_not_checked_earns_no_tick(
    page: Page, log: Any, certificate: Path, language: str, said: str
) -> None:
    entry = json.dumps({"statement": {"alg": "sha-256", "digest": DIGEST}}).encode()
    log.register(DIGEST)
    page.goto(f"{log.address}?lang={language}")
    give(page, receipt(certificate, {"entry": base64.b64encode(entry).decode()}), certificate)
    remark = card(page, "certificate.pdf").locator(".remark")
    expect(remark).to_contain_text(said)
    expect(remark).to_contain_text("passavant verify")
    tick = card(page, "certificate.pdf").locator(".verdict path").get_attribute("d")

    assert tick != remark.locator("path").get_attribute("d")
    assert "remark plain" == remark.get_attribute("class")


def test_a_receipt_for_another_document_is_a_warning(page: Page, log: Any, certificate: Path) -> None:
    entry = json.dumps({"statement": {"alg": "sha-256", "digest": NEWER}}).encode()
    page.goto(log.address)
    give(page, receipt(certificate, {"entry": base64.b64encode(entry).decode()}), certificate)

    expect(card(page, "certificate.pdf").locator(".remark.bad")).to_contain_text("names another document")


@pytest.mark.parametrize(
    ("language", "promised"),
    [
        ("en", "the first five digits of each are sent in turn, until one is found"),
        ("fr", "les cinq premiers caractères de chacune sont envoyés tour à tour, jusqu'à ce que l'une soit trouvée"),
    ],
)
def test_the_promise_tells_that_a_salted_and_a_plain_digest_are_asked_about_in_turn(
    page: Page, log: Any, certificate: Path, language: str, promised: str
) -> None:
    page.goto(f"{log.address}?lang={language}")
    expect(page.locator("#promise")).to_contain_text(promised)
    give(page, receipt(certificate, {"salt": base64.b64encode(SALT).decode()}), certificate)
    expect(card(page, "certificate.pdf")).to_have_attribute("data-state", "unregistered")

    assert [
        f"/seals/api/v1/seals?alg=hmac-sha-256&prefix={SALTED[:5]}",
        f"/seals/api/v1/seals?alg=sha-256&prefix={DIGEST[:5]}",
    ] == [one.target for one in log.heard if "/api/" in one.target]


def test_of_a_pdf_with_its_receipt_inside_five_digits_of_the_file_and_of_the_original_are_sent(
    page: Page, log: Any, tmp_path: Path
) -> None:
    original, attached = _pdf_with_receipt()
    inside = hashlib.sha256(original).hexdigest()
    path = tmp_path / "certificate.sealed.pdf"
    path.write_bytes(attached)
    page.goto(f"{log.address}#alg=sha-256&digest={inside}")
    give(page, path)
    expect(card(page, path.name)).to_have_attribute("data-state", "unregistered")
    expect(card(page, path.name)).to_contain_text("is not registered either")
    expect(card(page, path.name)).to_contain_text(
        "The sealed original inside this PDF is the document named by the link"
    )
    whole = hashlib.sha256(attached).hexdigest()

    assert [f"prefix={inside[:5]}", f"prefix={whole[:5]}", f"prefix={inside[:5]}"] == [
        one.target.rpartition("&")[2] for one in log.heard if "/api/" in one.target
    ]


def _pdf_with_receipt() -> tuple[bytes, bytes]:
    writer, out = PdfWriter(), io.BytesIO()
    writer.add_blank_page(200, 100)
    writer.write(out)
    key = SigningKey.generate("seals.customs.example/log")
    note = sign_note(Checkpoint(key.name, 1, leaf_hash(b"x")).text(), [key])
    return out.getvalue(), attach_receipt(out.getvalue(), Proof(0, (), note).text().encode())


def test_a_receipt_without_its_file_is_asked_for_it(page: Page, log: Any, certificate: Path) -> None:
    page.goto(log.address)
    give(page, receipt(certificate, {}))

    expect(page.locator(".card")).to_contain_text("drop it together with certificate.pdf")


# For everybody


def test_the_page_is_used_with_the_keyboard_alone(page: Page, log: Any, certificate: Path) -> None:
    log.register(DIGEST)
    page.on("filechooser", lambda _: None)  # from here on Playwright stands in for the browser's own dialogue
    page.goto(log.address)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Français")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Choose files")).to_be_focused()
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Enter")
    chooser.value.set_files(certificate)
    expect(card(page, "certificate.pdf")).to_have_attribute("data-state", "valid")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy: SHA-256").press("Enter")
    expect(page.get_by_role("button", name="Copy: SHA-256")).to_have_text("Copied")

    assert DIGEST == page.evaluate("navigator.clipboard.readText()")


def test_files_can_be_dropped_on_the_page(page: Page, log: Any) -> None:
    log.register(DIGEST)
    page.goto(log.address)
    page.evaluate(
        """content => {
            const transfer = new DataTransfer();
            transfer.items.add(new File([content], "dropped.pdf"));
            document.querySelector("main").dispatchEvent(new DragEvent("drop", {dataTransfer: transfer, bubbles: true}));
        }""",
        CONTENT.decode(),
    )

    expect(card(page, "dropped.pdf")).to_have_attribute("data-state", "valid")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_no_accessibility_fault_is_found(
    page: Page, log: Any, certificate: Path, tmp_path: Path, scheme: Any, language: str
) -> None:
    axe = Path(__file__).resolve().parents[2] / "frontend/node_modules/axe-core/axe.min.js"
    if not axe.exists():
        pytest.skip("axe-core is not installed: make page")
    files = {}
    for name, seal in {"valid": _VALID, "revoked": _REVOKED, "superseded": _SUPERSEDED, "expired": _EXPIRED}.items():
        files[name] = tmp_path / name
        files[name].write_text(name)
        log.register(hashlib.sha256(name.encode()).hexdigest(), **seal)
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.goto(f"{log.address}?lang={language}")
    give(page, *files.values(), certificate, receipt(tmp_path / "alone", {}))
    expect(page.locator(".card .verdict")).to_have_count(6)
    page.evaluate(axe.read_text(encoding="utf-8"))
    found = page.evaluate(
        "axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})"
    )

    assert [] == [(fault["id"], [node["html"] for node in fault["nodes"]]) for fault in found["violations"]]
    assert len(found["passes"]) > 20


def test_nothing_is_cut_off_on_a_narrow_screen(page: Page, log: Any, certificate: Path) -> None:
    log.register(DIGEST, **_SUPERSEDED)
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(f"{log.address}?lang=fr")
    give(page, certificate)
    expect(card(page, "certificate.pdf")).to_have_attribute("data-state", "superseded")

    assert 320 == page.evaluate("document.documentElement.scrollWidth")


def test_the_page_raises_no_error_in_the_console(page: Page, log: Any, certificate: Path) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(log.address)
    give(page, certificate)
    expect(card(page, "certificate.pdf")).to_have_attribute("data-state", "unregistered")

    assert [] == said
