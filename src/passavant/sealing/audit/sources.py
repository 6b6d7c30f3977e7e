"""Where a log's static files are read from: a folder, or any server of a C2SP tlog-tiles log. Nothing read is trusted.

>>> open_source("https://seals.example/log/").name
'https://seals.example/log'
"""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import urllib3

from passavant.errors import BadInput, PassavantError, Place
from passavant.sealing.web_faults import web_fault
from passavant.texts.file_faults import fault_of

__all__ = ["FolderSource", "Source", "Unavailable", "WebSource", "fetch", "open_source"]

_TIMEOUT = urllib3.Timeout(connect=5.0, read=30.0)
_RETRIES = urllib3.Retry(
    8,
    connect=2,
    read=3,
    redirect=0,
    backoff_factor=0.2,
    retry_after_max=30,  # a server may ask for patience, not for a day
    status_forcelist=[429, 500, 502, 503, 504],
    raise_on_status=False,
)
_ABSENT = frozenset({404, 410})


class Unavailable(PassavantError):
    """A source cannot be read just now: that says nothing of the log."""


class Source(Protocol):
    """Files of a log by their path below its prefix."""

    name: str

    def read(self, path: str, limit: int) -> bytes | None:
        """Return the first ``limit + 1`` bytes of a file, or None where there is none.

        Raises:
            Unavailable: it cannot be read.
        """

    def partials(self, path: str) -> list[int]:
        """Return the widths of the partial files that stand beside a full tile's path, where that can be known."""


class FolderSource:
    """A folder with ``checkpoint`` and ``tile/…``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.name = str(folder)

    def read(self, path: str, limit: int) -> bytes | None:
        """Return the first bytes of a file, or None."""
        file = self._folder / path
        try:
            if not file.is_file():
                return None
            with file.open("rb") as data:
                return data.read(limit + 1)
        except OSError as error:
            raise _unavailable(str(file), *fault_of(error)) from error

    def partials(self, path: str) -> list[int]:
        """Return the widths of the partial files in the folder."""
        folder = self._folder / f"{path}.p"
        if not folder.is_dir():
            return []
        return sorted(int(file.name) for file in folder.iterdir() if file.name.isascii() and file.name.isdigit())


class WebSource:
    """A server of static files, over HTTP; redirects are not followed.

    Args:
        url: The log's prefix.
    """

    def __init__(self, url: str) -> None:
        self.name = url.rstrip("/")
        self._http = _pool()

    def read(self, path: str, limit: int) -> bytes | None:
        """Return the first bytes of a file, or None where the server has none."""
        return _get(self._http, f"{self.name}/{path}", limit)

    def partials(self, path: str) -> list[int]:  # noqa: ARG002 - a server lists nothing
        """Return none: a server does not list its files."""
        return []


def open_source(text: str) -> Source:
    """Return the source that a path or an address names.

    Raises:
        BadInput: there is no such folder.
    """
    if text.startswith(("https://", "http://")):
        return WebSource(text)
    folder = Path(text)
    if not folder.is_dir():
        raise BadInput(
            "sealing.audit.source",
            got=(f"no folder {text}", f"aucun dossier {text}"),
            expected=("a folder with checkpoint and tile/, or the address of a log", "un dossier contenant checkpoint et tile/, ou l'adresse d'un journal"),
            next_step=("Name the folder `public` of a log, or its https:// address.", "Indiquez le dossier `public` d'un journal, ou son adresse https://."),
            place=Place(field="SOURCE", value=text),
        )  # fmt: skip
    return FolderSource(folder)


def fetch(url: str, limit: int) -> bytes | None:
    """Return the first ``limit + 1`` bytes at an address, or None where there is nothing.

    Raises:
        Unavailable: nobody answers there.
    """
    with _pool() as http:
        return _get(http, url, limit)


def _pool() -> urllib3.PoolManager:
    # No encoding: a few compressed bytes could unfold to any size.
    return urllib3.PoolManager(timeout=_TIMEOUT, retries=_RETRIES, headers={"Accept-Encoding": "identity"})


def _get(http: urllib3.PoolManager, url: str, limit: int) -> bytes | None:
    try:
        answer = http.request("GET", url, preload_content=False, decode_content=False)
        data = answer.read(limit + 1)
        if len(data) > limit:
            answer.close()  # the rest is not wanted
        answer.release_conn()
    except (urllib3.exceptions.HTTPError, ValueError) as error:
        raise _unavailable(url, *web_fault(error)) from error
    if answer.status in _ABSENT:
        return None
    if answer.status != 200:  # HTTP's word for yes
        raise _unavailable(url, f"HTTP {answer.status}", f"HTTP {answer.status}")
    return bytes(data)


def _unavailable(where: str, why: str, why_fr: str) -> Unavailable:
    return Unavailable(
        "sealing.audit.unavailable",
        got=(f"no answer: {why}", f"aucune réponse : {why_fr}"),
        expected=("a file of the log that can be read", "un fichier du journal, lisible"),
        next_step=("Try again later; the audit's memory is as it was.", "Réessayez plus tard ; la mémoire de l'audit est inchangée."),
        place=Place(file=where),
    )  # fmt: skip
