"""Names and addresses in the manner of each country, assembled from ``data/names.yaml``.

Every writing of a name or an address stands in one pool of texts, so that a column of a million names is a column of a
million places in it. Three manners follow one another in a pool: as written, in capitals, without accents; they
differ in nothing that a key over normalised text would keep.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal
from unicodedata import combining, normalize

import numpy as np
import pyarrow as pa
from pydantic import BaseModel, ConfigDict

from passavant.synthetic.chance import Ints, Words, below, mix, salt
from passavant.synthetic.text import filled, joined
from passavant.texts import load_yaml, validate

__all__ = ["MANNERS", "NamesFile", "People", "Pool", "load_people", "names_file", "without_accents"]

_DATA = Path(__file__).parent / "data" / "names.yaml"
_HOUSES = range(1, 151)
_LOCALITIES = 60  # postcodes made per place pattern

#: As written, in capitals, without accents.
MANNERS = 3


class Culture(BaseModel):
    """Given names, family names and streets of one language area."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    number: Literal["before", "after"]
    first: list[str]
    last: list[str]
    streets: list[str]


class Country(BaseModel):
    """The cultures of a country, its legal form of a firm, its exchange office and its towns."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    cultures: list[str]
    firm: str
    office: str
    places: list[str]


class Firms(BaseModel):
    """The words that sellers' names are made of."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    fancy: list[str]
    chinese: list[str]
    syllables: list[str]
    trades: dict[str, list[str]]


class NamesFile(BaseModel):
    """The whole file, with its provenance."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: str
    licence: str
    source: str
    cultures: dict[str, Culture]
    countries: dict[str, Country]
    firms: Firms
    address_noise: list[str]


class Pool:
    """Texts of every country in one array: those of country c are ``start[c]`` to ``start[c] + count[c]``."""

    def __init__(self, by_country: Sequence[Sequence[str]]) -> None:
        plain = [text for texts in by_country for text in texts]
        self.size = len(plain)
        self.count: Ints = np.array([len(texts) for texts in by_country], dtype=np.int64)
        self.start: Ints = np.cumsum(self.count) - self.count
        self._texts = pa.array([*plain, *(text.upper() for text in plain), *map(without_accents, plain)])

    def write(self, country: Ints, words: Words, manner: Ints) -> pa.StringArray:
        """Return one text per row: the country's, chosen by a hash, in one of the :data:`MANNERS`."""
        place = self.start[country] + below(words, self.count[country]) + manner * self.size
        return self._texts.take(pa.array(place))


@dataclass(frozen=True)
class People:
    """Where people and firms live and what they are called; ``countries`` numbers the countries."""

    countries: list[str]
    persons: Pool
    initials: Pool
    businesses: Pool
    doors: Pool
    localities: Pool
    noise: pa.StringArray
    file: NamesFile

    def number(self, code: str) -> int:
        """Return the place of a country in every pool."""
        return self.countries.index(code)

    def person(self, country: Ints, words: Words, manner: Ints) -> pa.StringArray:
        """Return a person's name."""
        return self.persons.write(country, mix(words, salt("person")), manner)

    def initial(self, country: Ints, words: Words, manner: Ints) -> pa.StringArray:
        """Return the same person's name with the given name cut to its initial."""
        return self.initials.write(country, mix(words, salt("person")), manner)

    def business(self, country: Ints, words: Words, manner: Ints) -> pa.StringArray:
        """Return a firm's name."""
        return self.businesses.write(country, mix(words, salt("business")), manner)

    def address(self, country: Ints, words: Words, manner: Ints) -> pa.StringArray:
        """Return a street, a number and a town with its postcode."""
        door = self.doors.write(country, mix(words, salt("door")), manner)
        return joined(door, ", ", self.localities.write(country, mix(words, salt("locality")), manner))


def without_accents(text: str) -> str:
    """Drop the accents that Unicode can take apart: ``Élodie`` becomes ``Elodie``, ``Møller`` stays."""
    return normalize("NFC", "".join(sign for sign in normalize("NFD", text) if not combining(sign)))


@lru_cache(maxsize=1)
def names_file() -> NamesFile:
    """Read and check the lists. Raises BadInput with the line of a mistake."""
    return validate(NamesFile, load_yaml(_DATA))


@lru_cache(maxsize=1)
def load_people() -> People:
    """Return the lists as pools."""
    file = names_file()

    def pool(texts: Callable[[NamesFile, Country], list[str]]) -> Pool:
        return Pool([texts(file, country) for country in file.countries.values()])

    return People(
        countries=list(file.countries),
        persons=pool(lambda f, c: [f"{first} {last}" for first, last in _couples(f, c)]),
        initials=pool(lambda f, c: [f"{first[0]}. {last}" for first, last in _couples(f, c)]),
        businesses=pool(lambda f, c: [f"{last} {c.firm}" for k in _cultures(f, c) for last in k.last]),
        doors=pool(_doors),
        localities=pool(_localities),
        noise=pa.array(file.address_noise),
        file=file,
    )


def _cultures(file: NamesFile, country: Country) -> list[Culture]:
    return [file.cultures[name] for name in country.cultures]


def _couples(file: NamesFile, country: Country) -> list[tuple[str, str]]:
    return [(first, last) for culture in _cultures(file, country) for first in culture.first for last in culture.last]


def _doors(file: NamesFile, country: Country) -> list[str]:
    shapes: dict[str, Any] = {"before": "{number} {street}", "after": "{street} {number}"}
    return [
        shapes[culture.number].format(street=street, number=number)
        for culture in _cultures(file, country)
        for street in culture.streets
        for number in _HOUSES
    ]


def _localities(_file: NamesFile, country: Country) -> list[str]:
    words = mix(np.arange(_LOCALITIES), salt("postcode"))
    return [text for place in country.places for text in _filled(place, words)]


def _filled(place: str, words: Words) -> list[str]:
    signs = "".join(sign for sign in place if sign in "#@")
    if not signs:
        return [place]
    rows = [bytes(row).decode() for row in filled(signs, words)]
    return list(dict.fromkeys(_put(place, row) for row in rows))


def _put(place: str, signs: str) -> str:
    supply = iter(signs)
    return "".join(next(supply) if sign in "#@" else sign for sign in place)
