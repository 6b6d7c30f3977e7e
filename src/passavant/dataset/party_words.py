"""Texts that stand where a name or an address should be, from a dated list with source and certainty."""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from passavant.dataset.keys import normalise
from passavant.dataset.reasons import Bilingual, Certainty
from passavant.texts import load_yaml, validate

__all__ = ["party_stop_words"]

_FILE = Path(__file__).parent / "data" / "party_stop_words.yaml"


class _List(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    language: Literal["en", "fr", "es"]
    origin: Literal["own"]
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
def party_stop_words() -> frozenset[str]:
    """Return the terms, normalised as party texts are; a whole name or address equal to one identifies nobody."""
    file = validate(_File, load_yaml(_FILE))
    return frozenset(normalise(term) for one in file.lists for term in one.terms)
