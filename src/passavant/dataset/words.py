"""Terms too general to describe goods, from a dated list with source and certainty."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from passavant.dataset.reasons import Bilingual, Certainty
from passavant.texts import load_yaml, validate

__all__ = ["alone_pattern", "embedded_pattern", "stop_word_days", "stop_words"]

#: What parts words: ASCII spaces and punctuation.
_GAP = r"[\x00-\x2f\x3a-\x60\x7b-\x7f]"
#: What words are made of: digits, letters with or without accents, and accents written apart.
_LETTERS = r"0-9A-Za-z_\x{C0}-\x{D6}\x{D8}-\x{F6}\x{F8}-\x{24F}\x{300}-\x{36F}\x{1E00}-\x{1EFF}"
#: Matches no text, not even an empty one.
_NOTHING = r"[^\x00-\x{10FFFF}]"
_FILE = Path(__file__).parent / "data" / "description_stop_words.yaml"


class _List(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    language: Literal["en", "fr", "es"]
    origin: Literal["ics2", "own"]
    from_: dt.date = Field(alias="from")
    certainty: Certainty
    terms: list[str] = Field(min_length=1)


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    version: str
    licence: str
    source: Bilingual
    lists: list[_List]


@cache
def stop_words(on: dt.date) -> tuple[str, ...]:
    """Return the terms in force on a day, lower case, words parted by one space, in alphabetical order."""
    lists = validate(_File, load_yaml(_FILE)).lists
    return tuple(sorted({term for entry in lists if entry.from_ <= on for term in entry.terms}))


@cache
def stop_word_days() -> tuple[dt.date, ...]:
    """Return the days on which a list of terms came into force."""
    return tuple(sorted({entry.from_ for entry in validate(_File, load_yaml(_FILE)).lists}))


def embedded_pattern(on: dt.date) -> str:
    """Return a regular expression that finds any of the terms as whole words in a lower-case text.

    RE2's word boundary knows ASCII letters only, so that it would see ``parts`` in ``départs``, and its Unicode classes
    are seventy times slower. The letters of Latin scripts as ranges cost no more than the boundary.
    """
    if not stop_words(on):
        return _NOTHING
    return rf"(?:^|[^{_LETTERS}])(?:{_any_of(stop_words(on))})(?:$|[^{_LETTERS}])"


def alone_pattern(on: dt.date) -> str:
    """Return a regular expression that a lower-case text matches when it is one of the terms and nothing more."""
    if not stop_words(on):
        return _NOTHING
    return rf"^{_GAP}*(?:{_any_of(stop_words(on))}){_GAP}*$"


def _any_of(terms: Iterable[str]) -> str:
    return "|".join(re.escape(term).replace(r"\ ", f"{_GAP}+") for term in terms)
