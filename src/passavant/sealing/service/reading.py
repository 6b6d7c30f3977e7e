"""What anybody may ask: documents by digest or by the beginning of one, proofs, the log, its files."""

from __future__ import annotations

import datetime as dt
import re
import time
from typing import Any

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response

from passavant.errors import BadInput, NotFound, Place
from passavant.sealing.carriers.cose import cose_receipt
from passavant.sealing.log import PUBLIC
from passavant.sealing.log.reader import SHORTEST_PREFIX
from passavant.sealing.service.limits import address_of
from passavant.sealing.service.state import Service
from passavant.sealing.service.status_note import status_note
from passavant.sealing.statements import ALGORITHMS, now

__all__ = ["about_log", "checkpoint", "file", "look_up", "look_up_prefix", "proof"]

_HEX = re.compile(r"[0-9a-f]{64}")
_PREFIX = re.compile(rf"[0-9a-f]{{{SHORTEST_PREFIX},64}}")
_FILE = re.compile(r"(entries|[0-9]|[1-5][0-9]|6[0-3])(/x[0-9]{3})*/[0-9]{3}(\.p/[1-9][0-9]{0,2})?")
_FOREVER = "public, max-age=31536000, immutable"
_SHORT = "public, max-age=1"
_LONGEST_PLACE = 15


async def look_up(request: Request) -> JSONResponse:
    """Answer what the log knows of one document, with a status signed for an hour."""
    service = _reading(request)
    alg, digest = _algorithm(request.path_params["alg"]), request.path_params["digest"]
    if not _HEX.fullmatch(digest):
        raise _bad("digest", digest, "64 lower-case hexadecimal digits", "64 chiffres hexadécimaux minuscules")
    size, moment = service.publisher.latest.size, dt.datetime.now(dt.UTC)
    seals = service.reader.look_up(alg, digest, moment, size)
    if not seals:
        raise NotFound(
            "sealing.lookup.none",
            got=(f"no seal of {alg}:{digest} among {size} entries", f"aucun scellé de {alg}:{digest} parmi {size} entrées"),
            expected=("a document that an organisation sealed here", "un document qu'une organisation a scellé ici"),
            next_step=(
                "One changed byte is enough: ask the issuer for the original file, or for its log.",
                "Un octet modifié suffit : demandez à l'émetteur le fichier d'origine, ou son journal.",
            ),
        )  # fmt: skip
    answer = {
        "origin": service.writer.origin,
        "alg": alg,
        "digest": digest,
        "as_of": {"size": size, "time": now()},
        "seals": [seal.record() for seal in seals],
        "status_note": status_note(service.settings.key, alg, digest, size, seals, moment),
    }
    return JSONResponse(answer, headers={"Cache-Control": "no-store"})


async def look_up_prefix(request: Request) -> JSONResponse:
    """Answer every document whose digest starts as given; the asker matches its own."""
    service = _reading(request)
    alg = _algorithm(request.query_params.get("alg", ALGORITHMS[0]))
    prefix = request.query_params.get("prefix", "")
    if not _PREFIX.fullmatch(prefix):
        raise _bad(
            "prefix",
            prefix,
            f"{SHORTEST_PREFIX} to 64 lower-case hexadecimal digits",
            f"{SHORTEST_PREFIX} à 64 chiffres hexadécimaux minuscules",
        )
    size = service.publisher.latest.size
    found = service.reader.look_up_prefix(alg, prefix, size=size)
    documents = [{"digest": digest, "seals": [seal.record() for seal in seals]} for digest, seals in found.items()]
    answer: dict[str, Any] = {"origin": service.writer.origin, "alg": alg, "prefix": prefix}
    answer |= {"as_of": {"size": size, "time": now()}, "documents": documents}
    return JSONResponse(answer, headers={"Cache-Control": "no-store"})


async def proof(request: Request) -> Response:
    """Answer the receipt of an entry: a tlog-proof, or a COSE receipt where the client asks for one."""
    service = _reading(request)
    text = request.path_params["index"]
    if not text.isascii() or not text.isdigit() or len(text) > _LONGEST_PLACE:
        raise _bad("index", text, "a whole number", "un nombre entier")
    index = int(text)
    covering = service.covering(index)
    receipt = service.reader.proved(index, covering.size, covering.note)
    if "application/cose" not in request.headers.get("accept", ""):
        return PlainTextResponse(receipt.text(), headers={"Cache-Control": _SHORT, "Vary": "Accept"})
    key, root = service.settings.key, service.reader.tiles(covering.size).root()
    data = cose_receipt(
        key,
        key.verifier.id,
        key.name,
        int(time.time()),
        index,
        covering.size,
        receipt.proof.path,
        root,
        entry=receipt.data,
    )
    return Response(data, media_type="application/cose", headers={"Cache-Control": _SHORT, "Vary": "Accept"})


async def about_log(request: Request) -> JSONResponse:
    """Answer who the log is: origin, key, size, witnesses, issuers."""
    service = _reading(request)
    answer = {
        "origin": service.writer.origin,
        "key": str(service.settings.key.verifier),
        "size": service.publisher.latest.size,
        "witnesses": list(service.settings.witnesses),
        "issuers": [
            {"key": str(one.key), "scope": one.scope, "in_force": one.withdrawn is None}
            for one in service.reader.admitted()
        ],
    }
    return JSONResponse(answer)


async def checkpoint(request: Request) -> Response:
    """Answer the published checkpoint with its cosignatures."""
    service = _reading(request)
    published = service.publisher.published
    if published is None:
        raise _no_file("checkpoint")
    return PlainTextResponse(published.note, headers={"Cache-Control": _SHORT})


async def file(request: Request) -> Response:
    """Answer a tile or a bundle."""
    service = _reading(request)
    path = request.path_params["path"]
    if not _FILE.fullmatch(path):
        raise _no_file(path)
    found = service.settings.folder / PUBLIC / "tile" / path
    if not found.is_file():
        raise _no_file(path)
    return FileResponse(found, media_type="application/octet-stream", headers={"Cache-Control": _FOREVER})


def _reading(request: Request) -> Service:
    service: Service = request.app.state.service
    service.reading.take(address_of(request))
    return service


def _algorithm(name: str) -> str:
    if name not in ALGORITHMS:
        raise _bad("alg", name, " or ".join(ALGORITHMS), " ou ".join(ALGORITHMS))
    return name


def _bad(field: str, value: str, expected: str, expected_fr: str) -> BadInput:
    return BadInput(
        "sealing.lookup.refused",
        got=(f"{field} {value[:80]!r}", f"{field} {value[:80]!r}"),
        expected=(expected, expected_fr),
        next_step=(
            "Correct the address; see /api/v1/openapi.json.",
            "Corrigez l'adresse ; voyez /api/v1/openapi.json.",
        ),
        place=Place(field=field),
    )


def _no_file(path: str) -> NotFound:
    return NotFound(
        "sealing.file.none",
        got=(f"no file {path[:200]}", f"aucun fichier {path[:200]}"),
        expected=("a tile or bundle of a published checkpoint", "une tuile ou un lot d'un point de contrôle publié"),
        next_step=("Fetch /checkpoint and compute the paths from its size.", "Récupérez /checkpoint et déduisez les chemins de sa taille."),
    )  # fmt: skip
