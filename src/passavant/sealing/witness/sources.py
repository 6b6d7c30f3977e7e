"""Where a log's static files are read: a folder, or an address (C2SP tlog-tiles)."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import urllib3

from passavant.errors import BadInput, PassavantError, Place
from passavant.sealing.merkle import HASH_SIZE
from passavant.sealing.tiles import WIDTH, Tile, tile_path
from passavant.sealing.web_faults import web_fault
from passavant.texts.file_faults import fault_of

__all__ = ["FolderSource", "Source", "Unreachable", "WebSource", "source_of"]

_TIMEOUT = urllib3.Timeout(connect=5.0, read=30.0)
_MOST_BYTES = 64 * 1024


class Unreachable(PassavantError):
    """A log's files cannot be fetched."""


class Source(Protocol):
    """A log's static files."""

    def checkpoint(self) -> str:
        """Return the signed checkpoint.

        Raises:
            PassavantError: it cannot be read.
        """

    def tile(self, tile: Tile) -> bytes:
        """Return the bytes of a tile; a partial one that is gone is cut from the full one that took its place.

        Raises:
            PassavantError: it cannot be read.
        """


def source_of(place: str) -> Source:
    """Return the source at an address that starts with http, else in a folder."""
    return WebSource(place) if place.startswith(("https://", "http://")) else FolderSource(Path(place))


class FolderSource:
    """A folder that holds ``checkpoint`` and ``tile/…``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def checkpoint(self) -> str:
        """Return the signed checkpoint."""
        return _text(self._read("checkpoint"), str(self._folder))

    def tile(self, tile: Tile) -> bytes:
        """Return the bytes of a tile."""
        full = tile_path(tile.level, tile.number)
        if tile.width < WIDTH and not (self._folder / tile.path).exists():
            return self._read(full)[: tile.width * HASH_SIZE]
        return self._read(tile.path)

    def _read(self, path: str) -> bytes:
        file = self._folder / path
        try:
            with file.open("rb") as stream:
                return stream.read(_MOST_BYTES)
        except OSError as error:
            why = fault_of(error)
            raise BadInput(
                "sealing.witness.source",
                got=(why.en, why.fr),
                expected=("the folder of a log's static files", "le dossier des fichiers statiques d'un journal"),
                next_step=(
                    "Give the folder that holds `checkpoint` and `tile`.",
                    "Indiquez le dossier qui contient `checkpoint` et `tile`.",
                ),
                place=Place(file=str(file)),
            ) from error


class WebSource:
    """An address below which ``/checkpoint`` and ``/tile/…`` are."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        self._http = urllib3.PoolManager(timeout=_TIMEOUT, retries=urllib3.Retry(3, redirect=0, backoff_factor=0.2))

    def checkpoint(self) -> str:
        """Return the signed checkpoint."""
        data = self._read("checkpoint")
        if data is None:
            raise self._unreachable("no checkpoint (404)", "aucun point de contrôle (404)")
        return _text(data, self._url)

    def tile(self, tile: Tile) -> bytes:
        """Return the bytes of a tile."""
        data = self._read(tile.path)
        if data is None and tile.width < WIDTH:
            full = self._read(tile_path(tile.level, tile.number))
            data = None if full is None else full[: tile.width * HASH_SIZE]
        if data is None:
            raise self._unreachable(f"no {tile.path} (404)", f"pas de {tile.path} (404)")
        return data

    def _read(self, path: str) -> bytes | None:
        """Return the bytes of a file, or None where there is none."""
        try:
            answer = self._http.request("GET", f"{self._url}/{path}", preload_content=False)
            data = answer.read(_MOST_BYTES)
            answer.close()
        except (urllib3.exceptions.HTTPError, ValueError) as error:
            raise self._unreachable(*web_fault(error)) from error
        if answer.status == 404:  # HTTP's word for none
            return None
        if answer.status != 200:  # HTTP's word for yes
            raise self._unreachable(f"status {answer.status}", f"le statut {answer.status}")
        return bytes(data)

    def _unreachable(self, got: str, got_fr: str) -> Unreachable:
        return Unreachable(
            "sealing.witness.unreachable",
            got=(f"the log cannot be fetched: {got}", f"le journal ne peut être récupéré : {got_fr}"),
            expected=("a log that shows its checkpoint and tiles", "un journal qui montre point de contrôle et tuiles"),
            next_step=(
                "Check the address, and try again later.",
                "Vérifiez l'adresse, et réessayez plus tard.",
            ),
            place=Place(file=self._url),
        )


def _text(data: bytes, where: str) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        why = fault_of(error)
        raise BadInput(
            "sealing.witness.source",
            got=(why.en, why.fr),
            expected=("a signed checkpoint", "un point de contrôle signé"),
            next_step=("Check the address or folder.", "Vérifiez l'adresse ou le dossier."),
            place=Place(file=where),
        ) from error
