"""The files of the page that checks documents in the browser, as ``make page`` built them, with the policy they are served under."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from passavant.sealing import page
from passavant.sealing.page import PAGE_HEADERS

__all__ = ["PAGE_HEADERS", "PageFile", "page_file"]

_FOLDER = Path(page.__file__).resolve().parents[1] / "web" / "static" / "seal"
#: The build puts a digest of the content into these files' names: they never change.
_FOR_EVER, _ASK_AGAIN = "public, max-age=31536000, immutable", "no-cache"
_KINDS = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
}


@dataclass(frozen=True)
class PageFile:
    """A file: its bytes, its media type, how long a browser may keep it."""

    content: bytes
    kind: str
    keep: str


def page_file(name: str) -> PageFile | None:
    """Return a file of the page; only names that its folder lists exist, so no address ever becomes a path."""
    built = {file.name: file for file in _FOLDER.glob("*") if file.is_file()}
    file = built.get(name)
    if file is None:
        return None
    keep = _FOR_EVER if name.count(".") > 1 else _ASK_AGAIN
    return PageFile(file.read_bytes(), _KINDS.get(file.suffix, "application/octet-stream"), keep)
