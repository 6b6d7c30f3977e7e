"""What a mapping must fulfil beyond its shape: known elements, an encoding, a delimiter and a zone that exist.

A mistake is told when the mapping is read, not at the first row that would show it.
"""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from passavant.dataset.element import Element
from passavant.dataset.forms import readable
from passavant.dataset.readers.repair import is_delimiter
from passavant.dataset.schema import load_schema
from passavant.errors import BadInput, Both, NotFound
from passavant.texts import Document

if TYPE_CHECKING:
    from passavant.dataset.mapping import Column, Mapping

__all__ = ["check_mapping"]

#: May be mapped and not supplied: some sources carry it for some rows only.
_PARTLY = frozenset({"channel"})

_FITTING = ("a mapping that fits the data set", "une table de correspondance conforme au jeu de données")
_CORRECT = ("Correct the entry and try again.", "Corrigez l'entrée et recommencez.")
_BOTH = ("the element is both mapped and not supplied", "l'élément est à la fois mis en correspondance et non fourni")
_ENCODING = ("the encoding is not known", "l'encodage est inconnu")
_ZONE = ("the time zone is not known", "le fuseau horaire est inconnu")
_FACTOR = ("a factor belongs to a decimal element", "un facteur ne convient qu'à un élément décimal")
_FORMAT = ("a date format belongs to a date", "un format de date ne convient qu'à une date")
_DELIMITER = ("a sign that cannot part fields", "un signe qui ne peut pas séparer des champs")
_ONE_SIGN = (
    "one ASCII character other than a quote or a line end",
    "un caractère ASCII autre qu'un guillemet ou un saut de ligne",
)
_DEFAULT = ("a default that cannot be read", "une valeur par défaut illisible")


def check_mapping(mapping: Mapping, document: Document) -> None:
    """Check a mapping against the data set and the machine: what its shape does not say.

    Raises:
        BadInput: an entry cannot be used; the error names file, line and entry.
    """
    for name, column in mapping.columns.items():
        _check_column(name, column, mapping, document)
    for place, name in enumerate(mapping.not_supplied):
        _element(name, document, "not_supplied", place)
        if name in mapping.columns and name not in _PARTLY:
            raise _wrong(document, _BOTH, "not_supplied", place, value=name)
    if mapping.encoding is not None and not _is_encoding(mapping.encoding):
        raise _wrong(document, _ENCODING, "encoding", value=mapping.encoding)
    if mapping.delimiter is not None and not is_delimiter(mapping.delimiter):
        raise _wrong(document, _DELIMITER, "delimiter", value=mapping.delimiter, expected=_ONE_SIGN)
    if mapping.time_zone is not None and not _is_zone(mapping.time_zone):
        raise _wrong(document, _ZONE, "time_zone", value=mapping.time_zone)


def _check_column(name: str, column: Column, mapping: Mapping, document: Document) -> None:
    element = _element(name, document, "columns", name)
    if column.factor is not None and element.type != "decimal":
        raise _wrong(document, _FACTOR, "columns", name, "factor")
    if column.date_format is not None and element.type != "timestamp":
        raise _wrong(document, _FORMAT, "columns", name, "date_format")
    if column.default is not None and not _fits(column.default, element, column, mapping):
        expected = (f"a value such as {element.example}", f"une valeur telle que {element.example}")
        raise _wrong(document, _DEFAULT, "columns", name, "default", value=column.default, expected=expected)


def _fits(default: str, element: Element, column: Column, mapping: Mapping) -> bool:
    return readable(
        element,
        default,
        factor=column.factor,
        decimal_comma=mapping.decimal_comma if column.decimal_comma is None else column.decimal_comma,
        date_format=column.date_format or mapping.date_format,
    )


def _element(name: str, document: Document, *path: str | int) -> Element:
    try:
        return load_schema().element(name)
    except NotFound as error:
        raise BadInput(
            "dataset.mapping.invalid",
            got=error.got,
            expected=error.expected,
            next_step=error.next_step,
            place=document.place(*path, value=name),
        ) from None


def _wrong(
    document: Document, got: Both, *path: str | int, value: str | None = None, expected: Both = _FITTING
) -> BadInput:
    return BadInput(
        "dataset.mapping.invalid",
        got=got,
        expected=expected,
        next_step=_CORRECT,
        place=document.place(*path, value=value),
    )


def _is_encoding(name: str) -> bool:
    """Return whether texts can be read in an encoding, also piece by piece."""
    try:
        b" ".decode(name, "replace")  # an empty text asks for no codec
        codecs.getincrementaldecoder(name)(errors="replace").decode(b" ")
    except (LookupError, ValueError):
        return False
    return True


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
