"""Draw the honest part of a day: who sends what to whom, through which channel, at what price and mass."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np

from passavant.synthetic.chance import Bools, Floats, Ints, Weighted, WeightedRows, Words, mix, salt, unit
from passavant.synthetic.draft import Draft
from passavant.synthetic.world import CHANNELS, NATURES, World, build_world

__all__ = ["Portion", "batches", "draw", "dress", "goods_of_family", "price", "window"]

_KEEPS_TO_TRADE = 0.65  # how often a seller sells goods of its own trade
_MADE_THERE = 0.94  # how often goods come from the country they leave, where it makes them
_SECOND_HAND = 0.035  # of goods that are traded second-hand
_LOCAL_INVOICE = 0.4  # how often a seller outside China invoices in its own currency
_BATCH = 250  # consignments under one master waybill or in one dispatch


@dataclass(frozen=True)
class Portion:
    """Which part of a day is drawn: its rows, its first consignment number and the buyers it may choose among."""

    day: date
    place: int
    rows: int
    population: int
    numbers: int

    @property
    def first_number(self) -> int:
        """Portions number their consignments apart, so that they can be drawn in any order."""
        return self.place * self.numbers


def draw(world: World, portion: Portion, rng: np.random.Generator) -> Draft:
    """Return a portion of a day without faults."""
    size = _sizes(world, portion.rows, rng)
    draft = _consignments(world, portion, size, rng)
    rows = np.arange(portion.rows)
    dress(world, draft, rows, _goods(world, draft, rng), rng)
    _prices(world, draft, rng)
    return draft


def window(world: World, day: date) -> tuple[int, int]:
    """Return the seconds of the UTC day that also belong to the same local day of the destination."""
    zone = ZoneInfo(world.destination.zone)
    utc = datetime.combine(day, time(), UTC)
    start, end = (datetime.combine(day + timedelta(days=n), time(), zone) - utc for n in (0, 1))
    return max(0, int(start.total_seconds())), min(86_400, int(end.total_seconds()))


def batches(world: World, portion: Portion, draft: Draft) -> Words:
    """Return one hash per master waybill or postal dispatch: what shares it flies, and arrives, together.

    It follows from where each parcel leaves and goes, so it comes after the faults, which may change that.
    """
    importer = world.buyer_importer(draft.buyer)
    post = draft.channel == CHANNELS.index("post")
    group = np.where(post, 1000 + importer, draft.channel)
    share = world.departure_share.shares[draft.departure] * np.where(post, world.importer_share.shares[importer], 1.0)
    flow = (world.seed, world.code, portion.day)
    chance = unit(mix(draft.number, salt(*flow, "slot")))
    slot = (chance * np.maximum(1.0, share * portion.rows / _BATCH)).astype(np.int64)
    key = ((portion.place * 64 + draft.departure) * 2048 + group) * 1_000_000 + slot
    return mix(key, salt(*flow, "batch"))


def dress(world: World, draft: Draft, rows: Ints, good: Ints, rng: np.random.Generator) -> None:
    """Put goods into rows: pieces, description, code, origin and masses follow."""
    catalogue = world.catalogue
    draft.good[rows] = draft.shown[rows] = good
    draft.code[rows] = catalogue.code[good]
    more = 1 - 1 / catalogue.many[good]
    draft.pieces[rows] = rng.geometric(1 - more)
    used = catalogue.used[good] & (rng.random(len(rows)) < _SECOND_HAND)
    draft.second_hand[rows] = used
    draft.text[rows] = _texts(world, good, used, rng)
    draft.origin[rows] = _origins(world, draft.departure[draft.parcel[rows]], good, rng)
    net = catalogue.kg[good] * 1000 * draft.pieces[rows] * np.exp(0.12 * rng.standard_normal(len(rows)))
    draft.net[rows] = np.maximum(net, 5).astype(np.int64)
    draft.gross[rows] = (draft.net[rows] * rng.uniform(1.04, 1.22, len(rows)) + 8).astype(np.int64)


def price(world: World, currency: Ints, eur: Floats, pieces: Ints) -> Ints:
    """Return the price of pieces at so many euro each, in the currency's written unit; never 0 nor a bare 1."""
    per_eur = world.per_eur[currency] * 10.0 ** world.decimals[currency]
    worth = np.maximum(np.rint(eur * per_eur).astype(np.int64), 20) * pieces
    return np.asarray(worth + (worth == 10 ** world.decimals[currency]), dtype=np.int64)


def _sizes(world: World, rows: int, rng: np.random.Generator) -> Ints:
    choices = world.file.items_per_consignment
    size = np.array(list(choices))[Weighted(list(choices.values())).pick(rng.random(rows))]
    total = np.cumsum(size)
    count = int(np.searchsorted(total, rows)) + 1
    size = size[:count]
    size[-1] -= total[count - 1] - rows
    return size


def _consignments(world: World, portion: Portion, size: Ints, rng: np.random.Generator) -> Draft:
    n, m = len(size), portion.rows
    departure = world.departure_share.pick(rng.random(n))
    channel = Weighted([world.file.channels[name] for name in CHANNELS]).pick(rng.random(n))
    seller = world.sellers.choose(departure, rng.random(n))
    platform = channel == CHANNELS.index("platform")
    nature = Weighted([world.file.natures[name] for name in NATURES]).pick(rng.random(n))
    nature = np.where(platform, 0, nature)
    buyer = rng.integers(portion.population, size=n)
    lodged, accepted = _times(world, portion.day, n, rng)
    nothing, no, items = np.full(n, -1), np.zeros(n, dtype=bool), np.zeros(m, dtype=np.int64)
    return Draft(
        number=portion.first_number + np.arange(n),
        size=size,
        channel=channel,
        departure=departure,
        seller=np.where(platform, world.sellers.listed[seller], seller),
        buyer=buyer,
        nature=nature,
        private=nature == NATURES.index("gift"),
        currency=_currencies(world, departure, rng),
        lodged=lodged,
        accepted=accepted,
        paid_share=np.where(rng.random(n) < 0.1, rng.uniform(0.9, 1, n), 1.0),
        manner=Weighted([86, 11, 3]).pick(rng.random(n)),
        batch=np.zeros(n, dtype=np.uint64),
        scheme=nothing.copy(),
        split=nothing.copy(),
        name_cut=no.copy(),
        address_extra=nothing.copy(),
        check_shift=np.zeros(n, dtype=np.int64),
        missing=nothing.copy(),
        party_stop=nothing.copy(),
        parcel=np.repeat(np.arange(n), size),
        item_no=np.arange(m) - np.repeat(np.cumsum(size) - size, size) + 1,
        good=items.copy(),
        shown=items.copy(),
        code=items.copy(),
        text=items.copy(),
        second_hand=np.zeros(m, dtype=bool),
        pieces=items.copy(),
        origin=items.copy(),
        net=items.copy(),
        gross=items.copy(),
        worth=items.copy(),
        declared=items.copy(),
        kinds=items.copy(),
    )


def _times(world: World, day: date, n: int, rng: np.random.Generator) -> tuple[Ints, Ints]:
    first, end = window(world, day)
    busy = np.where(rng.random(n) < 0.55, rng.triangular(0, 0.4, 1, n), rng.random(n))
    lodged = first + (busy * (end - first)).astype(np.int64)
    accepted = np.minimum(lodged + rng.integers(20, 900, n), end - 1)
    return lodged, np.where(rng.random(n) < 0.6, accepted, -1)


def _currencies(world: World, departure: Ints, rng: np.random.Generator) -> Ints:
    mix_here = world.destination.currencies
    places = np.array([world.currencies.index(code) for code in mix_here])
    drawn = places[Weighted(list(mix_here.values())).pick(rng.random(len(departure)))]
    own = [world.currencies.index(world.file.departures[code].currency) for code in world.departures]
    local = np.array([code != "CN" for code in world.departures])[departure]
    return np.where(local & (rng.random(len(departure)) < _LOCAL_INVOICE), np.array(own)[departure], drawn)


@lru_cache(maxsize=2)
def _tables(world_key: tuple[int, str]) -> WeightedRows:
    """Return the choice of goods by departure and family; the row after the last family is every ordinary good."""
    world = build_world(*world_key)
    catalogue = world.catalogue
    made = np.array([catalogue.origins.index(_maker(world, code)) for code in world.departures])
    weight = catalogue.weight * (catalogue.origin_share[:, made].T + 0.004)
    special = np.isin(catalogue.family, [catalogue.families.index(f) for f in ("documents", "prohibited")])
    families = np.arange(len(catalogue.families))
    masks = np.vstack([catalogue.family == families[:, None], ~special])
    return WeightedRows((weight[:, None, :] * masks[None]).reshape(-1, len(catalogue.goods)))


def goods_of_family(world: World, departure: Ints, family: Ints, rng: np.random.Generator) -> Ints:
    """Choose a good of a family, likelier where the country of departure makes it."""
    table = _tables((world.seed, world.code))
    return table.pick(departure * (len(world.catalogue.families) + 1) + family, rng.random(len(departure)))


def _maker(world: World, code: str) -> str:
    return world.file.departures[code].makes or code


def _goods(world: World, draft: Draft, rng: np.random.Generator) -> Ints:
    catalogue, parcel = world.catalogue, draft.parcel
    trades = np.array([catalogue.families.index(trade) for trade in world.sellers.trades])
    every = len(catalogue.families)
    own = trades[world.sellers.trade[draft.seller[parcel]]]
    # Trades are as many as families but far from equally asked for: keep to them only as often as they are.
    asked = _asked(world)[own]
    family = np.where(rng.random(len(parcel)) < _KEEPS_TO_TRADE * np.minimum(1, asked * every), own, every)
    documents = draft.nature[parcel] == NATURES.index("documents")
    family = np.where(documents, catalogue.families.index("documents"), family)
    return goods_of_family(world, draft.departure[parcel], family, rng)


def _asked(world: World) -> Floats:
    catalogue = world.catalogue
    total = np.bincount(catalogue.family, weights=catalogue.weight, minlength=len(catalogue.families))
    return np.asarray(total / total.sum(), dtype=np.float64)


def _texts(world: World, good: Ints, used: Bools, rng: np.random.Generator) -> Ints:
    catalogue = world.catalogue
    place = catalogue.start[good] + (rng.random(len(good)) * catalogue.count[good]).astype(np.int64)
    return place + used * catalogue.second_hand


def _origins(world: World, departure: Ints, good: Ints, rng: np.random.Generator) -> Ints:
    catalogue = world.catalogue
    made = np.array([catalogue.origins.index(_maker(world, code)) for code in world.departures])[departure]
    drawn = WeightedRows(catalogue.origin_share).pick(good, rng.random(len(good)))
    there = (catalogue.origin_share[good, made] > 0) & (rng.random(len(good)) < _MADE_THERE)
    return np.where(there, made, drawn)


def _prices(world: World, draft: Draft, rng: np.random.Generator) -> None:
    catalogue, parcel, good = world.catalogue, draft.parcel, draft.good
    eur = catalogue.eur[good] * np.exp(catalogue.spread[good] * rng.standard_normal(len(good)))
    eur *= np.where(draft.second_hand, 0.5, 1.0)
    nature = draft.nature[parcel]
    eur *= np.where(nature == NATURES.index("sample"), 0.3, 1.0)
    most = 40 / (draft.size[parcel] * draft.pieces)
    eur = np.where(nature == NATURES.index("gift"), np.minimum(eur, most), eur)
    draft.worth[:] = draft.declared[:] = price(world, draft.currency[parcel], eur, draft.pieces)
