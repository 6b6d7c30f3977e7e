"""The sellers of the world: a few thousand firms with a country, a marketplace and a trade they keep to."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain

import numpy as np
import pyarrow as pa

from passavant.synthetic.chance import Floats, Ints, Weighted, Words, below, mix, salt, unit
from passavant.synthetic.parties import Firms, NamesFile, load_people
from passavant.synthetic.text import filled, joined

__all__ = ["Sellers", "build_sellers"]

_DIRECT = 0.15  # share of sellers with a shop of their own and no marketplace


@dataclass(frozen=True)
class Sellers:
    """Sellers of departure d are ``start[d]`` to ``start[d] + count[d]``; ``market`` -1 is a shop of its own."""

    start: Ints
    count: Ints
    departure: Ints
    market: Ints
    listed: Ints
    trade: Ints
    trades: list[str]
    name: pa.StringArray
    address: pa.StringArray
    id: pa.StringArray
    registration: pa.StringArray

    def choose(self, departure: Ints, uniform: Floats) -> Ints:
        """Return a seller of each departure; a few large ones get most of the orders."""
        return self.start[departure] + (self.count[departure] * uniform**2.4).astype(np.int64)


def build_sellers(seed: int, per_country: dict[str, int], markets: dict[str, float], file: NamesFile) -> Sellers:
    """Return the sellers of a seed.

    Args:
        seed: The seed of the world.
        per_country: How many sellers each country of departure has.
        markets: Prefix and share of each marketplace.
        file: The lists that names are made of.
    """
    people = load_people()
    count = np.array(list(per_country.values()), dtype=np.int64)
    departure = np.repeat(np.arange(len(count)), count)
    words = mix(_identities(per_country), salt(seed, "sellers"))
    country = np.array([people.number(code) for code in per_country], dtype=np.int64)[departure]
    market = Weighted(list(markets.values())).pick(unit(mix(words, salt("market"))))
    market = np.where(unit(mix(words, salt("direct"))) < _DIRECT, -1, market)
    trades = list(file.firms.trades)
    trade = below(mix(words, salt("trade")), len(trades))
    return Sellers(
        start=np.cumsum(count) - count,
        count=count,
        departure=departure,
        market=market,
        listed=_listed(market, departure),
        trade=trade,
        trades=trades,
        name=pa.array(_firm_names(words, trade, country, file)),
        address=people.address(country, words, np.zeros_like(country)),
        id=_ids(words, market, list(markets)),
        registration=_registrations(words, [list(per_country)[d] for d in departure]),
    )


def _identities(per_country: dict[str, int]) -> Words:
    """Number sellers by country and rank, so that leaving a country out changes no other seller."""
    return np.array(list(chain(*(_ranks(code, count) for code, count in per_country.items()))), dtype=np.uint64)


def _ranks(code: str, count: int) -> range:
    first = int.from_bytes(code.encode(), "big") << 32
    return range(first, first + count)


def _listed(market: Ints, departure: Ints) -> Ints:
    """Return for each seller itself if it sells on a marketplace, else the nearest one of its country that does."""
    places = np.flatnonzero(market >= 0)
    key = departure[places] * len(market) + places
    found = np.searchsorted(key, departure * len(market) + np.arange(len(market)))
    found = np.minimum(found, len(places) - 1)
    wrong = departure[places[found]] != departure
    return places[np.where(wrong, found - 1, found)]


def _firm_names(words: Words, trade: Ints, country: Ints, file: NamesFile) -> list[str]:
    codes, countries = list(file.countries), list(file.countries.values())
    trades = list(file.firms.trades.values())
    return [
        f"{_stem(file.firms, codes[place], word)} {trades[kind][word % len(trades[kind])]} {countries[place].firm}"
        for word, kind, place in zip(mix(words, salt("name")).tolist(), trade.tolist(), country.tolist(), strict=True)
    ]


def _stem(firms: Firms, code: str, word: int) -> str:
    if code in ("CN", "HK"):
        first, second = word >> 8, word >> 24
        city = f"{firms.chinese[(word >> 40) % len(firms.chinese)]} " if code == "CN" else ""
        sounds = firms.syllables
        return f"{city}{sounds[first % len(sounds)]}{sounds[second % len(sounds)].lower()}"
    return f"{firms.fancy[(word >> 8) % len(firms.fancy)]} {firms.fancy[(word >> 24) % len(firms.fancy)]}"


def _ids(words: Words, market: Ints, prefixes: list[str]) -> pa.StringArray:
    heads = pa.array([*(f"{prefix}-S" for prefix in prefixes), "SHOP-"])  # place -1 is the last
    number = pa.array([bytes(row).decode() for row in filled("########", mix(words, salt("seller id")))])
    return joined(heads.take(pa.array(market % len(heads))), number)


def _registrations(words: Words, codes: list[str]) -> pa.StringArray:
    """Return a company number for every third seller, in the form of its country."""
    chinese = filled("91######MA##@###@#", mix(words, salt("registration")))
    other = filled("#########", mix(words, salt("registration")))
    known = unit(mix(words, salt("registered"))) < 0.35
    rows = zip(codes, known.tolist(), chinese, other, strict=True)
    numbers = [(bytes(c).decode() if code == "CN" else code + bytes(o).decode(), yes) for code, yes, c, o in rows]
    return pa.array([number if yes else None for number, yes in numbers], pa.string())
