"""What `make page` built: light, our own font, nothing from elsewhere, kept by browsers for ever."""

from __future__ import annotations

import gzip
import json
import re

import pytest
from django.test import Client

from passavant.portal.look import built

pytestmark = pytest.mark.skipif(not built.is_built(), reason="the portal's style is not built: make page")


def _body(client: Client, address: str) -> bytes:
    answer = client.get(address)
    body = b"".join(answer)
    answer.close()
    return body


@pytest.fixture
def style() -> str:
    names = json.loads((built.FOLDER / "files.json").read_text())
    return (built.FOLDER / names["portal.css"]).read_text()


@pytest.mark.parametrize("unwanted", ["GDS Transport", "@font-face", "@import", "crown", "crest", "url("])
def test_the_style_holds_neither_a_foreign_mark_nor_a_reference_elsewhere(style: str, unwanted: str) -> None:
    assert unwanted not in style


def test_the_style_names_no_remote_address(style: str) -> None:
    # What is printed behind a link is chosen by how its address begins.
    assert [] == re.findall(r"//[^\s\"')]+", style.replace('"http://"', "").replace('"https://"', ""))


def test_the_first_page_is_light(client: Client, db: None) -> None:
    page = client.get("/en/").content
    files = re.findall(rb"(?:href|src)=\"(/static/[^\"]+)\"", page)
    sent = [page, *(_body(client, name.decode()) for name in files if b"licences" not in name)]

    assert len(files) >= 2
    assert sum(len(gzip.compress(one)) for one in sent) < 100_000


def test_a_browser_keeps_a_built_file_for_ever(client: Client, db: None) -> None:
    answer = client.get(built.built_address("portal.css"), headers={"Accept-Encoding": "gzip"})

    answer.close()

    assert re.search(r"portal\.[0-9a-f]{12}\.css", built.built_address("portal.css"))
    assert (200, "gzip") == (answer.status_code, answer.headers.get("Content-Encoding"))
    assert "immutable" in answer.headers["Cache-Control"]


def test_the_licence_of_what_is_shipped_is_shown(client: Client, db: None) -> None:
    assert b"MIT License" in _body(client, "/static/portal/licences.txt")
