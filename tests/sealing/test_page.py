"""The routes of the verification page: what they serve, with which headers, and what they say without a build."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import re
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import BaseRoute, Mount

from passavant.sealing import page

_INDEX = '<!doctype html><script src="static/seal/page.0123456789ab.js"></script>'


class Client:
    """Asks an application without a network."""

    def __init__(self, *routes: BaseRoute) -> None:
        self.transport = httpx.ASGITransport(Starlette(routes=routes))

    def get(self, path: str, headers: dict[str, str] | None = None) -> httpx.Response:
        async def asked() -> httpx.Response:
            async with httpx.AsyncClient(transport=self.transport, base_url="http://seals.example") as client:
                return await client.get(path, headers=headers)

        return asyncio.run(asked())


def client(folder: Path) -> Client:
    return Client(*page.page_routes(folder))


@pytest.fixture
def built(tmp_path: Path) -> Path:
    folder = tmp_path / "seal"
    folder.mkdir()
    (folder / "index.html").write_text(_INDEX)
    (folder / "page.0123456789ab.js").write_text("console.log(1)")
    (folder / "licences.txt").write_text("MIT")
    (tmp_path / "secret.js").write_text("not to be served")
    return folder


@pytest.mark.parametrize("path", ["/", "/static/seal/page.0123456789ab.js", "/static/seal/none.js"])
def test_every_answer_carries_the_policy_under_which_nothing_can_leave(built: Path, path: str) -> None:
    headers = client(built).get(path).headers
    policy = dict(rule.split(" ", 1) for rule in headers["content-security-policy"].split("; "))

    assert "'none'" == policy["default-src"]
    assert "'self'" == policy["connect-src"] == policy["worker-src"] == policy["style-src"] == policy["img-src"]
    assert "'self' 'wasm-unsafe-eval'" == policy["script-src"]
    assert "'none'" == policy["base-uri"] == policy["form-action"] == policy["frame-ancestors"]
    assert "nosniff" == headers["x-content-type-options"]
    assert "no-referrer" == headers["referrer-policy"]
    assert "camera=()" in headers["permissions-policy"]


def test_the_page_and_its_files_are_served_with_their_types(built: Path) -> None:
    served = client(built)

    assert _INDEX == served.get("/").text
    assert "text/html; charset=utf-8" == served.get("/").headers["content-type"]
    assert "text/javascript; charset=utf-8" == served.get("/static/seal/page.0123456789ab.js").headers["content-type"]
    assert "text/plain; charset=utf-8" == served.get("/static/seal/licences.txt").headers["content-type"]


def test_files_named_after_their_content_are_kept_and_the_index_is_asked_for_again(built: Path) -> None:
    served = client(built)
    index = served.get("/")

    assert "no-cache" == index.headers["cache-control"]
    assert 304 == served.get("/", headers={"If-None-Match": f'"other", W/{index.headers["etag"]}'}).status_code
    assert "immutable" in served.get("/static/seal/page.0123456789ab.js").headers["cache-control"]
    assert "no-cache" == served.get("/static/seal/licences.txt").headers["cache-control"]


@pytest.mark.parametrize(
    "name", ["../secret.js", "..%2Fsecret.js", "%2e%2e%2fsecret.js", "index.html", "", ".", "none"]
)
def test_nothing_but_the_built_files_is_served(built: Path, name: str) -> None:
    answer = client(built).get(f"/static/seal/{name}")

    assert 404 == answer.status_code
    assert "not to be served" not in answer.text


def test_a_page_that_is_not_built_says_how_to_build_it_in_both_languages(tmp_path: Path) -> None:
    answer = client(tmp_path / "nowhere").get("/")

    assert 503 == answer.status_code
    assert 2 == answer.text.count("<code>make page</code>")
    assert 'lang="fr"' in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_the_routes_can_be_mounted_below_a_path(built: Path) -> None:
    served = Client(Mount("/seals", routes=page.page_routes(built)))

    assert 200 == served.get("/seals/").status_code
    assert 200 == served.get("/seals/static/seal/page.0123456789ab.js").status_code


@pytest.mark.service
def test_the_built_index_names_its_files_with_their_integrity_and_holds_no_inline_code() -> None:
    folder = Path(page.__file__).parents[1] / "web/static/seal"
    if not (folder / "index.html").exists():
        pytest.skip("the page is not built: make page (it needs Node: make setup can install it)")
    html = (folder / "index.html").read_text(encoding="utf-8")
    named = re.findall(r'(?:src|href)="static/seal/([^"]+)" integrity="sha384-([^"]+)"', html)
    digests = [base64.b64encode(hashlib.sha384((folder / name).read_bytes()).digest()).decode() for name, _ in named]

    assert {".js", ".css"} == {Path(name).suffix for name, _ in named}
    assert [integrity for _, integrity in named] == digests
    assert [] == re.findall(r"<style|<script(?![^>]* src=)|\son\w+=|\sstyle=|https?:", html)
