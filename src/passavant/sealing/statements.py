"""Statements: what an issuer says of a document by its digest, and what a log says of itself and of its issuers.

An issuer **seals** a digest, **supersedes** an earlier document by a new one, or **revokes** a seal with a reason. A log
**opens** with its own key, and **admits** and **withdraws** the keys of issuers, so that nobody can be admitted in secret.
A statement never holds the content, the name of a file or of a trader.

>>> import json
>>> sealed = Statement("seal", "customs.example/certificates", "2026-11-25T09:30:00Z", digest="ab" * 32)
>>> sealed.document
'sha-256:abababababababababababababababababababababababababababababababab'
>>> Statement.parse(json.loads(sealed.canonical())) == sealed
True
"""

from __future__ import annotations

import datetime as dt
import functools
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from json.encoder import encode_basestring as quoted
from typing import Any

from passavant.errors import BadInput, Place
from passavant.texts import Text

__all__ = [
    "ALGORITHMS",
    "ISSUER_ACTIONS",
    "LOG_ACTIONS",
    "REASONS",
    "SEALING",
    "Statement",
    "about",
    "instant",
    "is_name",
    "now",
    "timestamp",
]

#: How a digest was made: plain, or keyed with a salt that never goes to the log (for documents that can be guessed).
ALGORITHMS = ("sha-256", "hmac-sha-256")
#: What issuers state.
ISSUER_ACTIONS = ("seal", "supersede", "revoke")
#: Those of them that seal a document.
SEALING = ("seal", "supersede")
#: What the log itself states.
LOG_ACTIONS = ("open", "admit", "withdraw")
#: Why a seal is revoked.
REASONS: dict[str, Text] = {
    "issued_in_error": Text("issued in error", "délivré par erreur"),
    "cancelled": Text("the operation was cancelled", "opération annulée"),
    "obtained_by_fraud": Text("obtained by fraud", "obtenu par fraude"),
    "lost_or_stolen": Text("the original was lost or stolen", "original perdu ou volé"),
    "key_compromised": Text("the issuer's key was compromised", "clé de l'émetteur compromise"),
    "other": Text("another reason; ask the issuer", "autre motif ; s'adresser à l'émetteur"),
}

_VERSION = 1
#: A host and path in ASCII: no letter that looks like another, none that opens an object in JSON.
_NAME = re.compile(r"(?=.{1,200}\Z)[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+(:[0-9]{1,5})?(/[A-Za-z0-9._~@%-]+)*")
_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-9]{2}:[0-9]{2}Z")
_HEX = re.compile(r"[0-9a-f]{64}")
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,34}")
_REF = re.compile(r"(sha-256|hmac-sha-256):[0-9a-f]{64}")
_SCOPE = re.compile(r"(seal|supersede|revoke)(,(seal|supersede|revoke))*(,type=[A-Za-z0-9][A-Za-z0-9._-]{0,34})*")
_SUBJECT = re.compile(r"[\x21-\x7e]{1,300}")
_DOCUMENT = frozenset({"alg", "digest"})
_TREE = frozenset({"tree_size", "tree_root"})
_ABOUT = frozenset({"doc_type", "valid_until", "meta"}) | _TREE
#: Fields beside action, issuer and issued_at: those an action needs, and those it may have.
_FIELDS: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "seal": (_DOCUMENT, _ABOUT),
    "supersede": (_DOCUMENT | {"ref"}, _ABOUT),
    "revoke": (_DOCUMENT | {"reason"}, frozenset()),
    "open": (frozenset({"subject"}), frozenset()),
    "admit": (frozenset({"subject", "scope"}), frozenset()),
    "withdraw": (frozenset({"subject"}), frozenset()),
}


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement.

    Attributes:
        action: One of :data:`ISSUER_ACTIONS` or :data:`LOG_ACTIONS`.
        issuer: Name of the key that signs it: a host and path, such as ``customs.example/certificates``.
        issued_at: UTC time to the second that the issuer states, ``2026-11-25T09:30:00Z``.
        alg: One of :data:`ALGORITHMS`.
        digest: 64 lower-case hexadecimal digits: of the document.
        doc_type: Code of the kind of document (WCO data model, UN/EDIFACT 1001), such as ``851`` phytosanitary certificate.
        valid_until: UTC time from which the document no longer holds.
        ref: For supersede: ``alg:digest`` of the document that this one replaces.
        reason: For revoke: one of :data:`REASONS`.
        meta: 64 hexadecimal digits: a commitment to details that the issuer keeps.
        tree_size: With ``tree_root``: the document stands for a Merkle tree of that many leaves (decisions of a run).
        tree_root: Root of that tree, 64 hexadecimal digits.
        subject: For open, admit, withdraw: the key spoken of (a vkey).
        scope: For admit: the actions allowed, and the kinds of document if only some: ``seal,revoke,type=851``.
    """

    action: str
    issuer: str
    issued_at: str
    alg: str = ""
    digest: str = ""
    doc_type: str = ""
    valid_until: str = ""
    ref: str = ""
    reason: str = ""
    meta: str = ""
    tree_size: int = 0
    tree_root: str = ""
    subject: str = ""
    scope: str = ""

    def __post_init__(self) -> None:
        """Give a document's statement its usual algorithm."""
        if self.digest and not self.alg:
            object.__setattr__(self, "alg", ALGORITHMS[0])

    @property
    def document(self) -> str:
        """The document spoken of, as ``alg:digest``."""
        return f"{self.alg}:{self.digest}"

    def record(self) -> dict[str, Any]:
        """Return it as a JSON object, without the fields that are empty."""
        record: dict[str, Any] = {name: value for name, value in zip(_NAMES, _VALUES(self), strict=True) if value}
        record["v"] = _VERSION
        return record

    def canonical(self) -> bytes:
        """Return its canonical JSON: what is hashed, signed and logged.

        Put together field by field, in their order: a log does this for every seal.
        """
        values = zip(_SORTED, _SORTED_VALUES(self), strict=True)
        parts = [name + (quoted(value) if isinstance(value, str) else str(value)) for name, value in values if value]
        parts.append(f'"v":{_VERSION}')
        if self.valid_until:  # the only name behind v
            parts.append(f'"valid_until":{quoted(self.valid_until)}')
        return f"{{{','.join(parts)}}}".encode()

    @classmethod
    def parse(cls, record: Any) -> Statement:
        """Read a JSON object.

        Raises:
            BadInput: a field is missing, unknown, or not of its form; the message names it.
        """
        if not isinstance(record, Mapping):
            raise _refused("statement", record, "a JSON object", "un objet JSON")
        if record.get("v") != _VERSION or isinstance(record.get("v"), bool):
            raise _refused("v", record.get("v"), f"version {_VERSION}", f"la version {_VERSION}")
        action = record.get("action")
        needed, allowed = _FIELDS.get(action, (None, None)) if isinstance(action, str) else (None, None)
        if needed is None or allowed is None:
            raise _refused("action", action, ", ".join(_FIELDS), ", ".join(_FIELDS))
        given = record.keys() - _ALWAYS
        if not needed <= given or not given <= needed | allowed:
            _explain(str(action), needed, allowed, given)
        for name, value in record.items():
            check = _CHECKS.get(name)
            if check is not None and not check(value):
                raise _refused(name, value, *_FORMS[name])
        if len(given & _TREE) == 1:
            _explain(str(action), needed | _TREE, allowed, given)
        return cls(**{name: value for name, value in record.items() if name != "v"})


def is_name(text: str) -> bool:
    """Return whether a text can name an issuer: a host and path in ASCII."""
    return _NAME.fullmatch(text) is not None


def about(statement: Statement) -> str:
    """Return all that a statement says of its document beside when: an issuer says it once, or says the same again."""
    said = statement
    return f"{said.doc_type} {said.valid_until} {said.reason} {said.meta} {said.tree_size} {said.tree_root}"


def now() -> str:
    """Return the time now as statements write it."""
    return timestamp(dt.datetime.now(dt.UTC))


def timestamp(moment: dt.datetime) -> str:
    """Return a moment (UTC) as statements and logs write it; :func:`instant` reads it."""
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


@functools.lru_cache(maxsize=1024)
def instant(text: str) -> dt.datetime:
    """Return the moment that a statement's time names; neighbours in a batch and in a log mostly share theirs.

    Raises:
        ValueError: the text is no such time.
    """
    if not _INSTANT.fullmatch(text):
        raise ValueError(f"{text!r} is not a UTC time such as 2026-11-25T09:30:00Z")
    return dt.datetime.fromisoformat(text)


_NAMES = tuple(field.name for field in fields(Statement))
_VALUES = operator.attrgetter(*_NAMES)
_BEFORE_V = sorted(set(_NAMES) - {"valid_until"})
_SORTED, _SORTED_VALUES = [f'"{name}":' for name in _BEFORE_V], operator.attrgetter(*_BEFORE_V)
_ALWAYS = frozenset({"v", "action", "issuer", "issued_at"})


def _is(pattern: re.Pattern[str]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and pattern.fullmatch(value) is not None


def _is_time(value: Any) -> bool:
    try:
        return isinstance(value, str) and bool(instant(value))
    except ValueError:
        return False


def _is_size(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


_CHECKS: dict[str, Callable[[Any], bool]] = {
    "issuer": _is(_NAME),
    "issued_at": _is_time,
    "alg": lambda value: value in ALGORITHMS,
    "digest": _is(_HEX),
    "doc_type": _is(_CODE),
    "valid_until": _is_time,
    "ref": _is(_REF),
    "reason": lambda value: isinstance(value, str) and value in REASONS,
    "meta": _is(_HEX),
    "tree_size": _is_size,
    "tree_root": _is(_HEX),
    "subject": _is(_SUBJECT),
    "scope": _is(_SCOPE),
}
_DIGITS = ("64 lower-case hexadecimal digits", "64 chiffres hexadécimaux minuscules")
_MOMENT = ("a UTC time such as 2026-11-25T09:30:00Z", "une heure UTC telle que 2026-11-25T09:30:00Z")
_FORMS: dict[str, tuple[str, str]] = {
    "issuer": (
        "a host and path in ASCII, at most 200 characters",
        "un hôte et un chemin en ASCII, 200 caractères au plus",
    ),
    "issued_at": _MOMENT,
    "alg": (" or ".join(ALGORITHMS), " ou ".join(ALGORITHMS)),
    "digest": _DIGITS,
    "doc_type": (
        "a code of letters, digits, . _ and -, at most 35 characters",
        "un code de lettres, chiffres, . _ et -, 35 caractères au plus",
    ),
    "valid_until": _MOMENT,
    "ref": ("sha-256:… or hmac-sha-256:… and a digest", "sha-256:… ou hmac-sha-256:… et une empreinte"),
    "reason": (", ".join(REASONS), ", ".join(REASONS)),
    "meta": _DIGITS,
    "tree_size": ("a whole number above 0", "un nombre entier supérieur à 0"),
    "tree_root": _DIGITS,
    "subject": ("a verifier key", "une clé de vérification"),
    "scope": (
        "actions joined by a comma, then type=CODE for each kind of document",
        "des actions séparées par une virgule, puis type=CODE pour chaque type de document",
    ),
}


def _explain(action: str, needed: frozenset[str], allowed: frozenset[str], given: set[Any]) -> None:
    """Say which field is missing or too much."""
    missing = sorted(needed - given)
    if missing:
        raise _refused(missing[0], None, f"{action} needs {missing[0]}", f"{action} exige {missing[0]}")
    extra = sorted(map(str, given - needed - allowed))
    names = ", ".join(sorted(needed | allowed))
    raise _refused(extra[0], "…", f"for {action} only: {names}", f"pour {action} seulement : {names}")


def _refused(field: str, value: Any, expected: str, expected_fr: str) -> BadInput:
    shown = None if value is None else str(value)[:80]
    absent = ("a statement without it", "une déclaration où il manque")
    return BadInput(
        "sealing.statement.refused",
        got=absent if shown is None else (f"the value {shown}", f"la valeur {shown}"),
        expected=(expected, expected_fr),
        next_step=(
            "Correct it; docs/how-to/single-window.md lists the fields.",
            "Corrigez-la ; docs/how-to/single-window.fr.md donne les champs.",
        ),
        place=Place(field=field, value=shown),
    )
