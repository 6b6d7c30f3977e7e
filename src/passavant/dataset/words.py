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

    RE2's word boundary knows ASCII letters only, and its Unicode classes are seventy times slower: a term that begins or
    ends with an accented letter is bounded by an ASCII separator instead.
    """
    plain = [term for term in stop_words(on) if term[0].isascii() and term[-1].isascii()]
    accented = [term for term in stop_words(on) if term not in plain]
    found = rf"\b(?:{_any_of(plain)})\b"
    return found if not accented else rf"{found}|(?:^|{_GAP})(?:{_any_of(accented)})(?:$|{_GAP})"


def alone_pattern(on: dt.date) -> str:
    """Return a regular expression that a lower-case text matches when it is one of the terms and nothing more."""
    return rf"^{_GAP}*(?:{_any_of(stop_words(on))}){_GAP}*$"


def _any_of(terms: Iterable[str]) -> str:
    return "|".join(re.escape(term).replace(r"\ ", f"{_GAP}+") for term in terms)
