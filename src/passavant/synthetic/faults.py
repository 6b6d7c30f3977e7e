"""Put faults into a draft, each named in its ``kinds``: the ground truth that rules and models are judged by.

A consignment carries one fault at most, but for two that go together: a prohibited good that hides under another has a
wrong HS code too, and a member of a split may write its address differently.
"""

from __future__ import annotations

import numpy as np

from passavant.synthetic.chance import Bools, Floats, Ints
from passavant.synthetic.draft import Draft
from passavant.synthetic.draw import dress, goods_of_family, price
from passavant.synthetic.schemes import settle
from passavant.synthetic.world import CHANNELS, NATURES, World

__all__ = ["PARTY_STOP_WORDS", "Injector", "elements", "inject"]

#: What stands in place of a name or an address.
PARTY_STOP_WORDS = ("N/A", "unknown", "Unknown", "n/a", "not available")

_HIDDEN = 0.4  # of the prohibited goods, under an innocent description and code
_NOISY = 0.15  # of the splits, one parcel with the address written differently
_SHARE_OF_THRESHOLD = (0.45, 0.85)  # the value of a parcel of a split


def elements(world: World) -> list[str]:
    """Return the elements that may be missing, by column."""
    always = ["importer_name", "importer_address", "exporter_name", "description", "hs_code", "origin", "gross_mass_kg"]
    return [*always, "importer_id"] if world.destination.importer_id_form else always


def inject(world: World, draft: Draft, population: int, rng: np.random.Generator) -> None:
    """Put every kind of fault into a draft at the shares of ``world.yaml``, and settle its schemes."""
    injector = Injector(world, draft, rng)
    injector.splits(population)
    injector.prohibited()
    injector.gifts()
    injector.undervalued()
    settle(world, draft)
    injector.borrowed_schemes()
    injector.s10()
    injector.wrong_codes()
    injector.descriptions("vague", world.catalogue.vague)
    injector.descriptions("stop_word", world.catalogue.stop_words)
    injector.missing_elements()
    injector.party_stop_words()


class Injector:
    """Takes consignments that carry no fault yet and gives them one."""

    def __init__(self, world: World, draft: Draft, rng: np.random.Generator) -> None:
        self.world, self.draft, self.rng = world, draft, rng
        self.free: Bools = np.ones(len(draft.number), dtype=bool)
        self.sale: Bools = draft.nature == NATURES.index("sale")

    def _count(self, kind: str, size: float = 1.0) -> int:
        wanted = self.world.file.faults[kind] * len(self.draft.parcel) / size
        return int(wanted + self.rng.random())

    def _take(self, eligible: Bools, count: int) -> Ints:
        places = np.flatnonzero(eligible & self.free)
        taken = np.sort(self.rng.choice(places, min(count, len(places)), replace=False))
        self.free[taken] = False
        return taken

    def _eur(self) -> Floats:
        unit = self.world.per_eur * 10.0**self.world.decimals
        return np.asarray(self.draft.total(self.draft.worth) / unit[self.draft.currency])

    def splits(self, population: int) -> None:
        """Spread one order over three to six parcels, each under the threshold, to one buyer."""
        draft, rng = self.draft, self.rng
        sizes = rng.integers(3, 7, self._count("split", size=4.5))
        members = rng.permutation(self._take(self.sale & (draft.size == 1), int(sizes.sum())))
        sizes = sizes[np.cumsum(sizes) <= len(members)]
        members = members[: int(sizes.sum())]
        group = np.repeat(np.arange(len(sizes)), sizes)
        leader = members[(np.cumsum(sizes) - sizes)][group]
        draft.seller[members] = self.world.sellers.listed[draft.seller[leader]]
        draft.departure[members], draft.currency[members] = draft.departure[leader], draft.currency[leader]
        draft.buyer[members] = population + draft.number[leader]
        draft.split[members] = draft.number[leader]
        self._fill_splits(draft.first[members], group)
        self._noise(members, sizes)

    def _fill_splits(self, rows: Ints, group: Ints) -> None:
        draft, rng, threshold = self.draft, self.rng, self.world.threshold_eur
        good = rng.choice(self._worth_splitting(), int(group.max(initial=-1)) + 1)[group]
        dress(self.world, draft, rows, good, rng)
        draft.pieces[rows] = 1
        grams = (self.world.catalogue.kg[good] * 1000 * rng.uniform(0.9, 1.1, len(rows))).astype(np.int64)
        draft.net[rows], draft.gross[rows] = grams, (grams * 1.12).astype(np.int64) + 8
        eur = threshold * rng.uniform(*_SHARE_OF_THRESHOLD, len(rows))
        draft.worth[rows] = draft.declared[rows] = price(
            self.world, draft.currency[draft.parcel[rows]], eur, draft.pieces[rows]
        )
        draft.mark(rows, "split")

    def _worth_splitting(self) -> Ints:
        catalogue, threshold = self.world.catalogue, self.world.threshold_eur
        ordinary = ~np.isin(catalogue.family, [catalogue.families.index(f) for f in ("documents", "prohibited")])
        return np.flatnonzero(ordinary & (catalogue.eur > 0.25 * threshold) & (catalogue.eur < 1.2 * threshold))

    def _noise(self, members: Ints, sizes: Ints) -> None:
        draft, rng = self.draft, self.rng
        last = members[np.cumsum(sizes) - 1] if len(sizes) else members
        noisy = last[rng.random(len(last)) < _NOISY]
        cut = rng.random(len(noisy)) < 0.5
        draft.name_cut[noisy[cut]] = True
        draft.address_extra[noisy[~cut]] = rng.integers(len(self.world.people.noise), size=int((~cut).sum()))
        draft.mark(draft.first[noisy], "address_noise")

    def prohibited(self) -> None:
        """Put prohibited or restricted goods into parcels, some of them under an innocent good's text and code."""
        draft, rng, catalogue = self.draft, self.rng, self.world.catalogue
        sendable = np.isin(draft.nature, [NATURES.index("sale"), NATURES.index("gift")])
        parcels = self._take(sendable, self._count("prohibited"))
        rows = draft.first[parcels]
        family = np.full(len(rows), catalogue.families.index("prohibited"))
        good = goods_of_family(self.world, draft.departure[parcels], family, rng)
        dress(self.world, draft, rows, good, rng)
        eur = catalogue.eur[good] * np.exp(catalogue.spread[good] * rng.standard_normal(len(rows)))
        most = 40 / (draft.size[parcels] * draft.pieces[rows])
        eur = np.where(draft.private[parcels], np.minimum(eur, most), eur)
        draft.worth[rows] = draft.declared[rows] = price(self.world, draft.currency[parcels], eur, draft.pieces[rows])
        draft.mark(rows, "prohibited")
        self._hide(rows[(rng.random(len(rows)) < _HIDDEN)])

    def _hide(self, rows: Ints) -> None:
        draft, catalogue = self.draft, self.world.catalogue
        shown = catalogue.hides_as[draft.good[rows]]
        wrong = catalogue.code[shown] != catalogue.code[draft.good[rows]]
        draft.shown[rows], draft.code[rows] = shown, catalogue.code[shown]
        place = (self.rng.random(len(rows)) * catalogue.count[shown]).astype(np.int64)
        draft.text[rows] = catalogue.start[shown] + place
        draft.mark(rows[wrong], "wrong_hs")

    def gifts(self) -> None:
        """Declare what a firm sold as a gift between persons."""
        draft = self.draft
        eligible = self.sale & (draft.channel != CHANNELS.index("platform")) & (self._eur() <= 45)
        parcels = self._take(eligible, self._count("gift_misuse"))
        draft.nature[parcels] = NATURES.index("gift")
        draft.mark(draft.rows_of(parcels), "gift_misuse")

    def undervalued(self) -> None:
        """Declare a tenth to a half of what the goods cost."""
        draft = self.draft
        parcels = self._take(self.sale & (self._eur() >= 20), self._count("undervalued"))
        share = np.zeros(len(draft.number))
        share[parcels] = self.rng.uniform(0.1, 0.5, len(parcels))
        rows = draft.rows_of(parcels)
        less = np.rint(draft.worth[rows] * share[draft.parcel[rows]]).astype(np.int64)
        one = 10 ** self.world.decimals[draft.currency[draft.parcel[rows]]]
        draft.declared[rows] = np.where(less == one, less + 1, np.maximum(less, 2))
        draft.mark(rows, "undervalued")

    def borrowed_schemes(self) -> None:
        """Use a scheme number of a marketplace that the goods were not sold on."""
        draft, world = self.draft, self.world
        market = world.sellers.market[draft.seller]
        parcels = self._take((draft.scheme >= 0) & (market >= 0), self._count("borrowed_scheme"))
        markets = len(world.file.marketplaces)
        other = (market[parcels] + self.rng.integers(1, markets, len(parcels))) % markets
        number = (self.rng.random(len(parcels)) * world.scheme_count[other]).astype(np.int64)
        draft.scheme[parcels] = world.scheme_start[other] + number
        draft.mark(draft.rows_of(parcels), "borrowed_scheme")

    def s10(self) -> None:
        """Spoil the check digit of postal identifiers."""
        draft = self.draft
        parcels = self._take(draft.channel == CHANNELS.index("post"), self._count("bad_s10"))
        draft.check_shift[parcels] = self.rng.integers(1, 10, len(parcels))
        draft.mark(draft.rows_of(parcels), "bad_s10")

    def wrong_codes(self) -> None:
        """Declare the HS code of another good of the same family."""
        draft, catalogue = self.draft, self.world.catalogue
        rows = draft.first[self._take(self.sale, self._count("wrong_hs"))]
        for row in rows:
            codes = np.unique(catalogue.code[catalogue.family == catalogue.family[draft.good[row]]])
            draft.code[row] = self.rng.choice(codes[codes != draft.code[row]])
        draft.mark(rows, "wrong_hs")

    def descriptions(self, kind: str, pool: tuple[int, int]) -> None:
        """Replace a description by one that says nothing."""
        rows = self.draft.first[self._take(self.sale, self._count(kind))]
        self.draft.text[rows] = pool[0] + self.rng.integers(pool[1], size=len(rows))
        self.draft.mark(rows, kind)

    def missing_elements(self) -> None:
        """Leave one element out of a declaration."""
        parcels = self._take(self.sale, self._count("missing_element"))
        self.draft.missing[parcels] = self.rng.integers(len(elements(self.world)), size=len(parcels))
        self.draft.mark(self.draft.rows_of(parcels), "missing_element")

    def party_stop_words(self) -> None:
        """Write "n/a" where a name or an address should stand."""
        parcels = self._take(self.sale, self._count("party_stop_word"))
        self.draft.party_stop[parcels] = self.rng.integers(3 * len(PARTY_STOP_WORDS), size=len(parcels))
        self.draft.mark(self.draft.rows_of(parcels), "party_stop_word")
