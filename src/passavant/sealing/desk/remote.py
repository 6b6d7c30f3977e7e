"""A log somewhere else as a desk, over its HTTP API. Its answers are read strictly; what they prove, others check."""

from __future__ import annotations

import json
import time
from typing import Any

import urllib3

from passavant.errors import BadInput, NotFound, PassavantError, Place
from passavant.sealing.canonical import canonical
from passavant.sealing.log.reader import SHORTEST_PREFIX
from passavant.sealing.notes import VerifierKey
from passavant.sealing.receipts import Receipt
from passavant.sealing.submissions import Submission
from passavant.sealing.web_faults import web_fault

__all__ = ["RemoteDesk", "Unreachable"]

_TIMEOUT = urllib3.Timeout(connect=5.0, read=60.0)
_MOST_BYTES = 64 * 1024 * 1024
_TRIES = 20
_PAUSE = 0.5
#: Hexadecimal digits of a private look-up, at most: in a log of a hundred million entries they are enough.
_LONGEST_PREFIX = 8
#: What a seal has at least.
_SEAL: dict[str, type] = {"index": int, "issuer": str, "status": str}


class Unreachable(PassavantError):
    """A server cannot be reached, or answers nonsense."""


class RemoteDesk:
    """A log's service.

    Args:
        url: Address below which ``/api/v1`` and ``/checkpoint`` are.

    Raises:
        Unreachable: nobody answers there.
    """

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        if not self._url.startswith(("https://", "http://")):
            raise BadInput(
                "sealing.desk.address",
                got=(f"the address {url}", f"l'adresse {url}"),
                expected=("an address that starts with https://", "une adresse qui commence par https://"),
                next_step=("Correct --log or PASSAVANT_LOG.", "Corrigez --log ou PASSAVANT_LOG."),
                place=Place(field="--log", value=url),
            )
        self._http = urllib3.PoolManager(timeout=_TIMEOUT, retries=urllib3.Retry(3, redirect=0, backoff_factor=0.2))
        about = self._json("GET", "/api/v1/log", {"origin": str, "key": str, "witnesses": list})
        self.origin: str = about["origin"]
        self.key = VerifierKey.parse(about["key"])
        self._witnessed = bool(about["witnesses"])
        #: Whether the log's key is known otherwise than from the server itself.
        self.trusted = False

    def seal(self, submission: Submission) -> list[Receipt]:
        """Send a submission and return the receipts in its order, cosigned where the log has witnesses."""
        body = canonical(submission.record())
        answer = self._json("POST", "/api/v1/seals?receipts=no", {"seals": list}, body)
        places = [
            one["index"] for one in answer["seals"] if isinstance(one, dict) and isinstance(one.get("index"), int)
        ]
        if len(places) != len(submission.statements):
            raise self._unreachable("an answer of another kind", "une réponse d'un autre genre")
        return [self.receipt(place) for place in places]

    def look_up(self, alg: str, digest: str) -> list[dict[str, Any]]:
        """Return the seals of a document; empty when the log knows none.

        The server is given the first digits alone, a few more where too many documents share them, and the document is
        picked out here: the server never learns the digest of one that could be guessed.
        """
        for digits in range(SHORTEST_PREFIX, _LONGEST_PREFIX + 1):
            path = f"/api/v1/seals?alg={alg}&prefix={digest[:digits]}"
            try:
                answer = self._json("GET", path, {"documents": list})
                break
            except BadInput as error:
                if error.code != "sealing.lookup.prefix" or digits == _LONGEST_PREFIX:
                    raise
        matches = [one for one in answer["documents"] if isinstance(one, dict) and one.get("digest") == digest]
        return [seal for one in matches for seal in self._seals(one.get("seals"))]

    def status(self, alg: str, digest: str) -> dict[str, Any] | None:
        """Return the service's whole answer about a document, or None."""
        try:
            answer = self._json("GET", f"/api/v1/seals/{alg}/{digest}", {"seals": list, "status_note": str})
        except NotFound:
            return None
        return answer | {"seals": self._seals(answer["seals"])}

    def receipt(self, place: int) -> Receipt:
        """Return the receipt of an entry; waits a few seconds for the witnesses where the log has some."""
        for attempt in range(_TRIES):
            receipt = Receipt.parse(self._read("GET", f"/api/v1/proofs/{place}").decode(errors="replace"))
            if not self._witnessed or receipt.proof.checkpoint.count("\n\u2014 ") > 1 or attempt == _TRIES - 1:
                break
            time.sleep(_PAUSE)
        return receipt

    def _seals(self, given: Any) -> list[dict[str, Any]]:
        """Return seals as the service describes them."""
        seals: list[Any] = given if isinstance(given, list) else [None]
        for seal in seals:
            if not isinstance(seal, dict) or not all(isinstance(seal.get(name), kind) for name, kind in _SEAL.items()):
                raise self._unreachable("a seal of another form", "un scellé d'une autre forme")
        return seals

    def _json(self, method: str, path: str, fields: dict[str, type], body: bytes | None = None) -> dict[str, Any]:
        """Return an answer that has these fields."""
        try:
            answer = json.loads(self._read(method, path, body))
        except ValueError as error:
            raise self._unreachable("an answer that is not JSON", "une réponse qui n'est pas du JSON") from error
        if not isinstance(answer, dict) or not all(isinstance(answer.get(name), kind) for name, kind in fields.items()):
            raise self._unreachable("an answer of another kind", "une réponse d'un autre genre")
        return answer

    def _read(self, method: str, path: str, body: bytes | None = None) -> bytes:
        headers = {"Content-Type": "application/json"} if body else {}
        try:
            answer = self._http.request(method, self._url + path, body=body, headers=headers, preload_content=False)
            data = answer.read(_MOST_BYTES)
            answer.release_conn()
        except urllib3.exceptions.HTTPError as error:
            raise self._unreachable(*web_fault(error)) from error
        if answer.status >= 400:
            raise self._refusal(answer.status, data)
        return bytes(data)

    def _refusal(self, status: int, data: bytes) -> PassavantError:
        """Pass on what the service says, in its words."""
        try:
            told = json.loads(data)
            got, expected, after = told["got"], told["expected"], told["next_step"]
        except (ValueError, KeyError, TypeError):
            return self._unreachable(f"status {status}", f"le statut {status}")
        kind = NotFound if status == 404 else BadInput
        return kind(
            str(told["code"]),
            got=(got, got),
            expected=(expected, expected),
            next_step=(after, after),
            place=Place(file=self._url),
        )

    def _unreachable(self, got: str, got_fr: str) -> Unreachable:
        return Unreachable(
            "sealing.desk.unreachable",
            got=(f"no use of the log: {got}", f"journal inutilisable : {got_fr}"),
            expected=("a log that answers (passavant log serve)", "un journal qui répond (passavant log serve)"),
            next_step=(
                "Check the address; receipts can be verified without it: --offline.",
                "Vérifiez l'adresse ; les reçus se vérifient sans lui : --offline.",
            ),
            place=Place(file=self._url),
        )
