"""The invented world behind a day: destinations, marketplaces, sellers, declarants and scheme numbers.

It depends on the seed and on the destination, never on the day: two days of one seed show the same sellers, and a
buyer who comes back has the same name and address.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from passavant.errors import BadInput
from passavant.synthetic.catalogue import Catalogue, load_catalogue
from passavant.synthetic.chance import Floats, Ints, Weighted, Words, below, mix, salt, unit
from passavant.synthetic.parties import People, load_people
from passavant.synthetic.sellers import Sellers, build_sellers
from passavant.synthetic.text import filled
from passavant.texts import load_yaml, validate

__all__ = ["CHANNELS", "NATURES", "Destination", "World", "WorldFile", "build_world", "world_file"]

_DATA = Path(__file__).parent / "data" / "world.yaml"
_INTERMEDIARIES = 6  # scheme numbers of intermediaries, for shops that sell on no marketplace

#: The order in which the day numbers channels and natures.
CHANNELS = ("post", "express", "platform", "operator")
NATURES = ("sale", "gift", "sample", "return", "documents")


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Departure(_Entry):
    """A country that goods leave from; ``makes`` is where they are made, if elsewhere."""

    share: float
    currency: str
    sellers: int
    makes: str = ""


class Destination(_Entry):
    """A country, or the Union, that goods are declared to; ``threshold`` is in ``currency``.

    ``scheme_without`` names the families of goods that the scheme does not take.
    """

    zone: str
    threshold: float
    currency: str
    scheme: str
    scheme_form: str
    scheme_per: Literal["consignment", "item"]
    scheme_without: list[str] = Field(default_factory=list)
    procedures: dict[str, str]
    businesses: float
    importer_id_form: str
    business_id_form: str
    currencies: dict[str, float]
    importers: dict[str, float]
    hubs: list[str]


class Marketplace(_Entry):
    """A marketplace; ``numbers`` says how many scheme numbers it sells under."""

    id: str
    prefix: str
    share: float
    numbers: int


class Operator(_Entry):
    """A carrier, an agent or a forwarder that lodges declarations."""

    id: str
    prefix: str
    share: float
    aeo: bool


class WorldFile(_Entry):
    """The whole of ``data/world.yaml``, with its provenance."""

    version: str
    licence: str
    source: str
    units_per_eur: dict[str, float]
    whole_units: list[str]
    channels: dict[str, float]
    natures: dict[str, float]
    items_per_consignment: dict[int, float]
    departures: dict[str, Departure]
    destinations: dict[str, Destination]
    marketplaces: list[Marketplace]
    express: list[Operator]
    agents: list[Operator]
    forwarders: list[Operator]
    faults: dict[str, float]


@dataclass(frozen=True)
class World:
    """Everything a day draws from. Numbers in the arrays are places in the lists beside them."""

    seed: int
    code: str
    file: WorldFile
    destination: Destination
    catalogue: Catalogue
    people: People
    sellers: Sellers
    departures: list[str]
    departure_share: Weighted
    departure_country: Ints
    importers: list[str]
    importer_share: Weighted
    importer_country: Ints
    currencies: list[str]
    per_eur: Floats
    decimals: Ints
    scheme_ids: list[str]
    scheme_start: Ints
    scheme_count: Ints

    @property
    def threshold_eur(self) -> float:
        """The destination's threshold in euro, at the rounded rates of the file."""
        return self.destination.threshold / self.file.units_per_eur[self.destination.currency]

    def buyer_importer(self, buyer: Ints) -> Ints:
        """Return the country of destination of each buyer."""
        return self.importer_share.pick(unit(mix(buyer, salt(self.seed, "buyer country"))))

    def buyer_is_business(self, buyer: Ints) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Tell which buyers are firms."""
        return np.asarray(unit(mix(buyer, salt(self.seed, "business"))) < self.destination.businesses)

    def scheme_of(self, seller: Ints) -> Ints:
        """Return the scheme number each seller sells under; sellers without one have -1."""
        market = self.sellers.market[seller]
        words = mix(seller, salt(self.seed, self.code, "scheme"))
        number = self.scheme_start[market] + below(words, np.maximum(self.scheme_count[market], 1))
        registered = (market >= 0) | (unit(mix(words, salt("intermediary"))) < 0.6)
        return np.where(registered & bool(self.scheme_ids), number, -1)


@lru_cache(maxsize=1)
def world_file() -> WorldFile:
    """Read and check the file. Raises BadInput with the line of a mistake."""
    return validate(WorldFile, load_yaml(_DATA))


@lru_cache(maxsize=2)
def build_world(seed: int, code: str) -> World:
    """Return the world of a seed, seen from a destination.

    Raises:
        BadInput: the destination is not one of the file's.
    """
    file, people = world_file(), load_people()
    destination = _destination(file, code)
    departures = [country for country in file.departures if country not in destination.importers]
    currencies = list(file.units_per_eur)
    schemes, start, count = _schemes(file, destination, seed, code)
    return World(
        seed=seed,
        code=code,
        file=file,
        destination=destination,
        catalogue=load_catalogue(),
        people=people,
        sellers=build_sellers(seed, {c: file.departures[c].sellers for c in departures}, _markets(file), people.file),
        departures=departures,
        departure_share=Weighted([file.departures[country].share for country in departures]),
        departure_country=_numbers(people, departures),
        importers=list(destination.importers),
        importer_share=Weighted(list(destination.importers.values())),
        importer_country=_numbers(people, list(destination.importers)),
        currencies=currencies,
        per_eur=np.array([file.units_per_eur[currency] for currency in currencies]),
        decimals=np.array([0 if currency in file.whole_units else 2 for currency in currencies]),
        scheme_ids=schemes,
        scheme_start=start,
        scheme_count=count,
    )


def _destination(file: WorldFile, code: str) -> Destination:
    if code in file.destinations:
        return file.destinations[code]
    known = ", ".join(file.destinations)
    raise BadInput(
        "synthetic.destination.unknown",
        got=(f"no synthetic day can be made for {code!r}", f"aucune journée fictive n'existe pour {code!r}"),
        expected=(f"one of {known}", f"l'un de {known}"),
        next_step=("Choose one of them with --destination.", "Choisissez l'un d'eux avec --destination."),
    )


def _markets(file: WorldFile) -> dict[str, float]:
    return {market.prefix: market.share for market in file.marketplaces}


def _numbers(people: People, codes: list[str]) -> Ints:
    return np.array([people.number(code) for code in codes], dtype=np.int64)


def _schemes(file: WorldFile, destination: Destination, seed: int, code: str) -> tuple[list[str], Ints, Ints]:
    """Number the schemes market by market; the intermediaries' come last, where market -1 finds them."""
    counts = np.array([market.numbers for market in file.marketplaces] + [_INTERMEDIARIES], dtype=np.int64)
    if not destination.scheme:
        return [], np.zeros_like(counts), np.zeros_like(counts)
    words: Words = mix(np.arange(counts.sum()), salt(seed, code, "scheme number"))
    ids = [bytes(row).decode() for row in filled(destination.scheme_form, words)]
    return ids, np.cumsum(counts) - counts, counts
