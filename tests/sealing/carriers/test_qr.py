"""QR codes: read back from their images by another program."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import re
import zlib
from collections.abc import Callable

import pytest
import segno
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from passavant.errors import BadInput
from passavant.sealing.carriers import base45
from passavant.sealing.carriers.qr import (
    LARGEST_PAYLOAD,
    PREFIX,
    qr_link,
    qr_payload,
    qr_png,
    qr_receipt,
    qr_svg,
    read_qr_text,
)
from passavant.sealing.carriers.receipts import LARGEST_RECEIPT
from passavant.sealing.checkpoints import Checkpoint
from passavant.sealing.notes import COSIGNATURE, SigningKey, sign_note
from passavant.sealing.proofs import Proof

KEY = SigningKey.generate("seals.customs.example/log")
WITNESSES = [SigningKey.generate(f"witness{n}.customs.example", COSIGNATURE) for n in range(20)]
SALT = bytes(range(32))


def noise(*parts: object) -> bytes:
    """Return 32 bytes that compress no better than the hashes of a real log."""
    return hashlib.sha256(repr(parts).encode()).digest()


def receipt(witnesses: int, steps: int, salt: bool = False, batch: int = 0) -> str:
    """Return a receipt of the size that a real one has; what it claims is of no account here."""
    statement = {
        "v": 1, "action": "seal", "alg": "sha-256", "digest": noise("digest").hex(), "doc_type": "851",
        "issued_at": "2026-11-25T04:07:58Z", "issuer": "customs.gov.example/certificates",
    }  # fmt: skip
    key, signature = KEY.verifier, noise("a") + noise("b")
    entry: dict[str, object] = {
        "v": 1, "logged_at": "2026-11-25T04:07:59Z", "key": str(key),
        "signature": base64.b64encode(signature).decode(), "statement": statement,
    }  # fmt: skip
    if batch:
        path = b"".join(noise("batch", n) for n in range(batch))
        entry["batch"] = {"index": 1, "size": 1 << batch, "path": base64.b64encode(path).decode()}
    extra = {"entry": base64.b64encode(json.dumps(entry, separators=(",", ":")).encode()).decode()}
    extra |= {"salt": base64.b64encode(noise("salt")).decode()} if salt else {}
    note = sign_note(Checkpoint(KEY.name, 1 << steps, noise("root")).text(), [KEY, *WITNESSES[:witnesses]])
    path = tuple(noise("step", n) for n in range(steps))
    return Proof(1, path, note, json.dumps(extra, separators=(",", ":")).encode()).text()


def scanned(image: Image.Image) -> list[str]:
    return [code.text for code in zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormat.QRCode)]


def same(image: Image.Image) -> Image.Image:
    return image


def half_as_large_again(image: Image.Image) -> Image.Image:
    return image.resize((image.width * 3 // 2, image.height * 3 // 2), Image.Resampling.BICUBIC)


def smaller(image: Image.Image) -> Image.Image:
    return image.resize((image.width * 5 // 8, image.height * 5 // 8), Image.Resampling.LANCZOS)


def turned(image: Image.Image) -> Image.Image:
    return image.rotate(90, expand=True)


@pytest.mark.parametrize("change", [same, half_as_large_again, smaller, turned])
@pytest.mark.parametrize(("witnesses", "steps"), [(0, 1), (3, 20), (5, 24)])
def test_a_whole_receipt_is_read_back_from_its_image(
    witnesses: int, steps: int, change: Callable[[Image.Image], Image.Image]
) -> None:
    text = receipt(witnesses, steps)
    image = Image.open(io.BytesIO(qr_png(qr_receipt(text), "Receipt"))).convert("L")

    found = scanned(change(image))

    assert [text] == [read_qr_text(one) for one in found]


def test_a_salted_receipt_of_a_batch_with_five_witnesses_fits() -> None:
    text = receipt(5, 24, salt=True, batch=10)

    assert text == read_qr_text(qr_payload(text))
    assert 40 >= int(qr_receipt(text).version)


def test_a_receipt_that_is_too_long_is_refused_with_its_size_and_the_limit() -> None:
    text = receipt(20, 60, salt=True, batch=14)

    with pytest.raises(
        BadInput, match=rf"{len(text.encode())} bytes(.|\n)*{LARGEST_PAYLOAD} letters(.|\n)*file beside"
    ):
        qr_receipt(text)


def test_a_short_receipt_is_corrected_better_than_a_long_one() -> None:
    assert ("M", "L") == (qr_receipt(receipt(0, 1)).error, qr_receipt(receipt(5, 24, salt=True, batch=10)).error)


def test_a_code_holds_letters_of_the_alphanumeric_mode_alone() -> None:
    assert "alphanumeric" == qr_receipt(receipt(1, 4)).mode
    assert re.fullmatch(r"PASSAVANT1:[0-9A-Z $%*+\-./:]+", qr_payload(receipt(1, 4)))


def test_line_ends_around_the_text_do_no_harm_and_no_code_ends_with_a_space() -> None:
    texts = [receipt(0, steps) for steps in range(1, 40)]
    payloads = [qr_payload(text) for text in texts]

    assert texts == [read_qr_text(f"\r\n{payload}\n") for payload in payloads]
    assert payloads == [payload.rstrip() for payload in payloads]


def packed(data: bytes) -> str:
    return PREFIX + base45.encode(data)


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        ("", "no receipt"),
        ("HC1:ABC", "no receipt"),
        (PREFIX, "no receipt"),
        (PREFIX + "abc", "RFC 9285"),
        (packed(zlib.compress(receipt(0, 1).encode())[:-1]), "no receipt"),
        (packed(zlib.compress(receipt(0, 1).encode()) + b"more"), "no receipt"),
        (packed(zlib.compress(b"hello")), "first line"),
        (packed(zlib.compress(bytes(2_000_000))), f"{LARGEST_RECEIPT + 1} bytes"),
        (PREFIX + "0" * LARGEST_PAYLOAD, "no receipt"),
        (PREFIX + "0" * 300, "no receipt"),
    ],
)
def test_a_text_that_is_no_receipt_is_refused(payload: str, reason: str) -> None:
    with pytest.raises(BadInput, match=reason):
        read_qr_text(payload)


@given(st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:", max_size=100) | st.text(max_size=50))
@settings(max_examples=200, deadline=None)
def test_any_text_is_refused_without_another_error(text: str) -> None:
    for payload in (text, PREFIX + text):
        with pytest.raises(BadInput):
            read_qr_text(payload)


TEXT = receipt(1, 3)
GOOD = qr_payload(TEXT)


@given(st.integers(len(PREFIX), len(GOOD) - 1), st.sampled_from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"))
@settings(max_examples=300, deadline=None)
def test_a_letter_changed_in_a_code_is_noticed(place: int, letter: str) -> None:
    changed = GOOD[:place] + letter + GOOD[place + 1 :]

    try:
        found = read_qr_text(changed)
    except BadInput:
        return
    assert TEXT == found


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (
            qr_link("https://seals.customs.example/", alg="sha-256", digest="ab" * 32),
            "https://seals.customs.example/#alg=sha-256&digest=" + "ab" * 32,
        ),
        (
            qr_link("https://seals.customs.example/check?lang=fr", alg="hmac-sha-256", salt=SALT),
            "https://seals.customs.example/check?lang=fr#alg=hmac-sha-256&salt=AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
        ),
    ],
)
def test_a_link_is_read_back_from_its_image(code: segno.QRCode, expected: str) -> None:
    assert [expected] == scanned(Image.open(io.BytesIO(qr_png(code, "Link", scale=3))))


@pytest.mark.parametrize(
    ("url", "alg", "digest", "salt"),
    [
        ("http://seals.customs.example/", "sha-256", "ab" * 32, None),
        ("https:///", "sha-256", "ab" * 32, None),
        ("https://seals.customs.example/#x", "sha-256", "ab" * 32, None),
        ("https://seals.customs.example/a b", "sha-256", "ab" * 32, None),
        ("https://seals.customs.example/" + "x" * 300, "sha-256", "ab" * 32, None),
        ("https://seals.customs.example/", "sha-256", "AB" * 32, None),
        ("https://seals.customs.example/", "sha-256", None, None),
        ("https://seals.customs.example/", "sha-256", "ab" * 32, SALT),
        ("https://seals.customs.example/", "hmac-sha-256", "ab" * 32, SALT),
        ("https://seals.customs.example/", "hmac-sha-256", None, SALT[:16]),
        ("https://seals.customs.example/", "md5", "ab" * 32, None),
    ],
)
def test_a_link_that_nobody_should_follow_is_not_made(
    url: str, alg: str, digest: str | None, salt: bytes | None
) -> None:
    with pytest.raises(BadInput, match="https address"):
        qr_link(url, alg=alg, digest=digest, salt=salt)


def test_an_image_has_its_title_and_its_quiet_zone() -> None:
    code = qr_receipt(receipt(0, 1))
    image = Image.open(io.BytesIO(qr_png(code, "Reçu du scellé", scale=2)))
    svg = qr_svg(code, "Reçu <du> scellé").decode()
    image.load()

    assert "Reçu du scellé" == image.text["Title"]  # type: ignore[attr-defined]
    assert (code.symbol_size(scale=2, border=4)) == image.size
    assert {255} == {image.convert("L").getpixel((x, y)) for x in range(image.width) for y in range(8)}
    assert "<title>Reçu &lt;du&gt; scellé</title>" in svg
    assert 'fill="#fff"' in svg
