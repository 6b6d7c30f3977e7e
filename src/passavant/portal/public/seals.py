"""Seals asked about without an account: the look-up that the page of seals needs, and a receipt checked by this site's own keys."""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import urllib3

from passavant.errors import BadInput, NotFound, Place
from passavant.sealing.desk import local_folder, trust
from passavant.sealing.log import LogReader, Publisher
from passavant.sealing.log.reader import SHORTEST_PREFIX
from passavant.sealing.receipts import Receipt
from passavant.sealing.statements import ALGORITHMS, now
from passavant.sealing.verification import Verdict, verify_receipt
from passavant.sealing.web_faults import web_fault

__all__ = ["About", "Unreachable", "about_log", "check_receipt", "look_up"]

_PREFIX = re.compile(rf"[0-9a-f]{{{SHORTEST_PREFIX},64}}")
_MOST_BYTES = 8 * 1024 * 1024
_TIMEOUT = urllib3.Timeout(connect=3.0, read=10.0)


class Unreachable(BadInput):
    """The log's server does not answer, or answers nonsense."""


@dataclass(frozen=True)
class About:
    """The log that this site asks: its name, its key, its size."""

    origin: str
    key: str
    size: int


def about_log() -> About | None:
    """Return the log that is asked: that of ``PASSAVANT_LOG``, else this machine's; None when there is none.

    Raises:
        Unreachable: there is one, and it does not answer.
    """
    remote = os.environ.get("PASSAVANT_LOG")
    if remote:
        told = _fetched(remote, "/api/v1/log", {})
        return About(str(told.get("origin", "")), str(told.get("key", "")), int(told.get("size", 0)))
    if not _is_local():
        return None
    with LogReader(local_folder()) as reader:
        return About(reader.origin, str(reader.key), _published(reader))


def look_up(alg: str, prefix: str) -> dict[str, Any]:
    """Return every document whose digest starts as given, as a log's service answers; whoever asks picks his own.

    Raises:
        BadInput: the algorithm or the prefix is of another form, or too many documents share it.
        NotFound: this site asks no log.
        Unreachable: its log does not answer.
    """
    if alg not in ALGORITHMS or not _PREFIX.fullmatch(prefix):
        raise _refused(alg, prefix)
    remote = os.environ.get("PASSAVANT_LOG")
    if remote:
        return _fetched(remote, "/api/v1/seals", {"alg": alg, "prefix": prefix})
    if not _is_local():
        raise _no_log()
    with LogReader(local_folder()) as reader:
        size = _published(reader)
        found = reader.look_up_prefix(alg, prefix, size=size)
        documents = [{"digest": digest, "seals": [seal.record() for seal in seals]} for digest, seals in found.items()]
        answer: dict[str, Any] = {"origin": reader.origin, "alg": alg, "prefix": prefix}
    return answer | {"as_of": {"size": size, "time": now()}, "documents": documents}


def check_receipt(text: str, digest: str) -> Verdict:
    """Return what a receipt proves of a document, by the keys of logs and witnesses that this site trusts.

    Raises:
        PassavantError: it proves nothing of that document, or its log is not trusted here.
    """
    return verify_receipt(Receipt.parse(text), bytes.fromhex(digest), trust())


def _is_local() -> bool:
    return (local_folder() / "log.sqlite").is_file()


def _published(reader: LogReader) -> int:
    checkpoint = Publisher(local_folder(), reader).published()
    return checkpoint.size if checkpoint else 0


def _fetched(url: str, path: str, fields: dict[str, str]) -> dict[str, Any]:
    """Ask the log's server; what it refuses is passed on in its words."""
    try:
        answer = _http().request("GET", url.rstrip("/") + path, fields=fields, preload_content=False, redirect=False)
        data = answer.read(_MOST_BYTES)
        answer.release_conn()
        told = json.loads(data)
    except urllib3.exceptions.HTTPError as error:
        raise _unreachable(*web_fault(error)) from error
    except ValueError as error:
        raise _unreachable("an answer that is not JSON", "une réponse qui n'est pas du JSON") from error
    if answer.status == 200 and isinstance(told, dict):
        return told
    raise _unreachable(f"status {answer.status}", f"le statut {answer.status}")


@lru_cache(maxsize=1)
def _http() -> urllib3.PoolManager:
    return urllib3.PoolManager(timeout=_TIMEOUT, retries=urllib3.Retry(1, redirect=0), maxsize=8)


def _refused(alg: str, prefix: str) -> BadInput:
    return BadInput(
        "sealing.lookup.refused",
        got=(f"{alg[:20]!r} and {prefix[:80]!r}", f"{alg[:20]!r} et {prefix[:80]!r}"),
        expected=(
            f"an algorithm ({' or '.join(ALGORITHMS)}) and {SHORTEST_PREFIX} to 64 lower-case hexadecimal digits",
            f"un algorithme ({' ou '.join(ALGORITHMS)}) et {SHORTEST_PREFIX} à 64 chiffres hexadécimaux minuscules",
        ),
        next_step=("Give both: ?alg=sha-256&prefix=0a1b2", "Donnez les deux : ?alg=sha-256&prefix=0a1b2"),
        place=Place(field="prefix"),
    )


def _no_log() -> NotFound:
    return NotFound(
        "portal.seals.no_log",
        got=("no log of seals at this site", "aucun journal de scellés sur ce site"),
        expected=("a log, named by the operator of this site", "un journal, désigné par l'exploitant de ce site"),
        next_step=("Check the document with its receipt, on the page before this one.", "Vérifiez le document avec son reçu, à la page précédente."),
    )  # fmt: skip


def _unreachable(got: str, got_fr: str) -> Unreachable:
    return Unreachable(
        "portal.seals.unreachable",
        got=(f"a log of seals that cannot be asked: {got}", f"un journal de scellés injoignable : {got_fr}"),
        expected=("a log that answers", "un journal qui répond"),
        next_step=("Try again in a minute; a receipt can be checked without the log.", "Réessayez dans une minute ; un reçu se vérifie sans le journal."),
    )  # fmt: skip
