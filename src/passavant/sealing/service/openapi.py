"""The service's OpenAPI 3.1 description, in English or French, from the same constants that the service checks with."""

from __future__ import annotations

from typing import Any

from passavant import __version__
from passavant.sealing.log.reader import SHORTEST_PREFIX
from passavant.sealing.statements import ALGORITHMS, ISSUER_ACTIONS, REASONS
from passavant.sealing.submissions import MOST_STATEMENTS
from passavant.texts import Text

__all__ = ["openapi"]

_DIGEST = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
_TIME = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"}
_TEXT = {"type": "string"}
_WHOLE = {"type": "integer", "minimum": 0}
_ALGORITHM = {"type": "string", "enum": list(ALGORITHMS)}


def openapi(language: str) -> dict[str, Any]:
    """Return the description.

    Args:
        language: ``en`` or ``fr``.
    """

    def say(english: str, french: str) -> str:
        return Text(english, french).say("fr" if language == "fr" else "en")

    return {
        "openapi": "3.1.0",
        "info": {
            "title": say("Document seals", "Scellés de documents"),
            "version": __version__,
            "summary": say(
                "Seal a document by its digest; check one without showing it.",
                "Sceller un document par son empreinte ; en vérifier un sans le montrer.",
            ),
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": {
            "/api/v1/seals": {"post": _submit(say), "get": _prefix(say)},
            "/api/v1/seals/{alg}/{digest}": {"get": _look_up(say)},
            "/api/v1/proofs/{index}": {"get": _proof(say)},
            "/api/v1/log": {"get": _log(say)},
            "/checkpoint": {"get": _checkpoint(say)},
            "/tile/{path}": {"get": _tile(say)},
        },
        "components": {"schemas": _schemas(say)},
    }


def _submit(say: Any) -> dict[str, Any]:
    name = {"type": "string", "maxLength": 200, "pattern": "^[\\x21-\\x7e]*$"}
    return {
        "operationId": "submitSeals",
        "summary": say(
            f"Log 1 to {MOST_STATEMENTS} statements that their issuer signed once.",
            f"Inscrire de 1 à {MOST_STATEMENTS} déclarations que leur émetteur a signées une fois.",
        ),
        "parameters": [
            {"name": "Idempotency-Key", "in": "header", "required": False, "schema": name},
            {"name": "receipts", "in": "query", "required": False, "schema": {"type": "string", "enum": ["yes", "no"]}},
        ],
        "requestBody": {"required": True, "content": {"application/json": {"schema": _ref("Submission")}}},
        "responses": {
            "201": _json(say("Durably logged.", "Inscrites durablement."), _ref("Logged")),
            "200": _json(say("All were known already.", "Toutes étaient déjà connues."), _ref("Logged")),
            **_problems(say, "400", "403", "404", "408", "409", "413", "422", "429", "503", "507"),
        },
    }


def _prefix(say: Any) -> dict[str, Any]:
    pattern = {"type": "string", "pattern": f"^[0-9a-f]{{{SHORTEST_PREFIX},64}}$"}
    return {
        "operationId": "lookUpPrefix",
        "summary": say(
            "Documents whose digest starts so: the asker matches its own, and the log never learns which.",
            "Documents dont l'empreinte commence ainsi : le demandeur compare chez lui, le journal n'apprend pas lequel.",
        ),
        "parameters": [
            {"name": "prefix", "in": "query", "required": True, "schema": pattern},
            {"name": "alg", "in": "query", "required": False, "schema": _ALGORITHM},
        ],
        "responses": {"200": _json(say("The matches.", "Les correspondances."), _ref("Matches")), **_problems(say, "400", "429")},
    }  # fmt: skip


def _look_up(say: Any) -> dict[str, Any]:
    return {
        "operationId": "lookUp",
        "summary": say("Who sealed a document, and its status now.", "Qui a scellé un document, et son état actuel."),
        "parameters": [_path("alg", _ALGORITHM), _path("digest", _DIGEST)],
        "responses": {
            "200": _json(say("Its seals.", "Ses scellés."), _ref("Document")),
            **_problems(say, "400", "404", "429"),
        },
    }


def _proof(say: Any) -> dict[str, Any]:
    shown = say("The receipt.", "Le reçu.")
    content = {
        "text/plain": {"schema": _TEXT},
        "application/cose": {"schema": {"type": "string", "contentMediaType": "application/cose"}},
    }
    return {
        "operationId": "proof",
        "summary": say(
            "The receipt of an entry: a C2SP tlog-proof, or an RFC 9942 receipt with Accept: application/cose.",
            "Le reçu d'une inscription : tlog-proof de C2SP, ou reçu RFC 9942 avec Accept: application/cose.",
        ),
        "parameters": [_path("index", {"type": "integer", "minimum": 0, "maximum": 10**15 - 1})],
        "responses": {"200": {"description": shown, "content": content}, **_problems(say, "400", "404", "429", "503")},
    }


def _log(say: Any) -> dict[str, Any]:
    summary = say(
        "Who the log is, who witnesses it, which issuers it admitted.",
        "L'identité du journal, ses témoins, les émetteurs admis.",
    )
    answer = _json(say("The log.", "Le journal."), {"type": "object"})
    return {"operationId": "aboutLog", "summary": summary, "responses": {"200": answer, **_problems(say, "429")}}


def _checkpoint(say: Any) -> dict[str, Any]:
    shown = {"description": say("A signed note.", "Une note signée."), "content": {"text/plain": {"schema": _TEXT}}}
    return {
        "operationId": "checkpoint",
        "summary": say("The published checkpoint (C2SP tlog-checkpoint).", "Le point de contrôle publié (C2SP tlog-checkpoint)."),
        "responses": {"200": shown, **_problems(say, "404", "429")},
    }  # fmt: skip


def _tile(say: Any) -> dict[str, Any]:
    content = {
        "application/octet-stream": {"schema": {"type": "string", "contentMediaType": "application/octet-stream"}}
    }
    return {
        "operationId": "tile",
        "summary": say("A tile or a bundle of entries (C2SP tlog-tiles).", "Une tuile ou un lot d'inscriptions (C2SP tlog-tiles)."),
        "parameters": [_path("path", _TEXT)],
        "responses": {"200": {"description": say("The file.", "Le fichier."), "content": content}, **_problems(say, "404", "429")},
    }  # fmt: skip


def _schemas(say: Any) -> dict[str, Any]:
    return {
        "Statement": _statement(say),
        "Submission": _object(
            {
                "key": {"type": "string", "description": say("The issuer's verifier key.", "La clé de vérification de l'émetteur.")},
                "signature": {
                    "type": "string",
                    "description": say(
                        "Ed25519 in base64, over the Merkle root of the statements; see docs/how-to/single-window.md.",
                        "Ed25519 en base64, sur la racine de Merkle des déclarations ; voir docs/how-to/single-window.fr.md.",
                    ),
                },
                "statements": {"type": "array", "minItems": 1, "maxItems": MOST_STATEMENTS, "items": _ref("Statement")},
            }
        ),
        "Logged": _object(
            {
                "origin": _TEXT,
                "added": _WHOLE,
                "checkpoint": _TEXT,
                "seals": _list({"index": _WHOLE, "alg": _ALGORITHM, "digest": _DIGEST}, {"receipt": _TEXT}),
            }
        ),
        "Seal": _seal(),
        "Document": _object(
            {
                "origin": _TEXT, "alg": _ALGORITHM, "digest": _DIGEST, "as_of": _object({"size": _WHOLE, "time": _TIME}),
                "seals": {"type": "array", "items": _ref("Seal")}, "status_note": _TEXT,
            }
        ),
        "Matches": _object(
            {
                "origin": _TEXT, "alg": _ALGORITHM, "prefix": _TEXT, "as_of": _object({"size": _WHOLE, "time": _TIME}),
                "documents": _list({"digest": _DIGEST, "seals": {"type": "array", "items": _ref("Seal")}}),
            }
        ),
        "Problem": _object(
            {"code": _TEXT, "got": _TEXT, "expected": _TEXT, "next_step": _TEXT, "language": {"enum": ["en", "fr"]}},
            {"where": {"type": ["string", "null"]}},
        ),
    }  # fmt: skip


def _statement(say: Any) -> dict[str, Any]:
    optional = {
        "doc_type": {"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]{0,34}$"},
        "valid_until": _TIME,
        "ref": {"type": "string", "pattern": "^(sha-256|hmac-sha-256):[0-9a-f]{64}$"},
        "reason": {"type": "string", "enum": list(REASONS)},
        "meta": _DIGEST,
        "tree_size": {"type": "integer", "minimum": 1, "maximum": 2**53 - 1},
        "tree_root": _DIGEST,
    }
    needed = {
        "v": {"const": 1},
        "action": {"type": "string", "enum": list(ISSUER_ACTIONS)},
        "issuer": {"type": "string", "pattern": r"^[^\s+]{1,200}$"},
        "issued_at": _TIME,
        "alg": _ALGORITHM,
        "digest": _DIGEST,
    }
    about = say(
        "What an issuer says of a document. supersede needs ref, revoke needs reason.",
        "Ce qu'un émetteur dit d'un document. supersede exige ref, revoke exige reason.",
    )
    return {**_object(needed, optional), "description": about}


def _seal() -> dict[str, Any]:
    return _object(
        {
            "index": _WHOLE, "issuer": _TEXT, "key": _TEXT, "issued_at": _TIME, "logged_at": _TIME,
            "status": {"enum": ["valid", "superseded", "revoked", "expired"]},
        },
        {
            "doc_type": _TEXT, "valid_until": _TIME,
            "superseded_by": _object({"alg": _ALGORITHM, "digest": _DIGEST, "index": _WHOLE}),
            "revoked": _object({"index": _WHOLE, "logged_at": _TIME, "reason": {"enum": list(REASONS)}}),
        },
    )  # fmt: skip


def _object(needed: dict[str, Any], optional: dict[str, Any] | None = None) -> dict[str, Any]:
    properties = {**needed, **(optional or {})}
    return {"type": "object", "properties": properties, "required": list(needed), "additionalProperties": False}


def _list(needed: dict[str, Any], optional: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"type": "array", "items": _object(needed, optional)}


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _path(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": schema}


def _json(description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def _problems(say: Any, *statuses: str) -> dict[str, Any]:
    described = say("Refused; the answer says why.", "Refusé ; la réponse dit pourquoi.")
    return {status: _json(described, _ref("Problem")) for status in statuses}
