"""Files that are too much together are refused before they are read, in words, on pages and over the API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client


@pytest.fixture
def large(settings: Any) -> dict[str, Any]:
    """Return a form with a file beyond the limit."""
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    return {"text": "see the file", "files": [SimpleUploadedFile("large.pdf", bytes(1001))]}


@pytest.mark.parametrize(
    ("language", "words"), [("en", "Too much was sent"), ("fr", "Envoi trop volumineux")], ids=["en", "fr"]
)
def test_a_page_says_that_too_much_was_sent(db: None, large: dict[str, Any], language: str, words: str) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.get(f"/{language}/accounts/login/")  # its cookie, without which no form is looked at
    answer = browser.post(f"/{language}/accounts/login/", large)

    assert 413 == answer.status_code
    assert words in answer.content.decode()


def test_the_api_says_it_as_a_problem(
    large: dict[str, Any], bearer: Callable[..., dict[str, str]], client: Client
) -> None:
    answer = client.post("/api/v1/declarations/A1/answers", large, headers=bearer("declarations:write"))

    assert (413, "portal.request.too_big") == (answer.status_code, answer.json()["code"])
