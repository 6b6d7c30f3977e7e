"""Write a draft as the declared columns: text, as a declarant lodges it."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from passavant.synthetic.chance import Bools, Ints, Words, below, mix, salt, unit
from passavant.synthetic.declarants import declarant_of, declarants
from passavant.synthetic.draft import Draft
from passavant.synthetic.faults import PARTY_STOP_WORDS, elements
from passavant.synthetic.schemes import procedures
from passavant.synthetic.text import amounts, coded, digits, filled, fixed, joined, keep, letters, moments, repeated
from passavant.synthetic.waybills import master_waybills, receptacles, s10_identifiers
from passavant.synthetic.world import CHANNELS, NATURES, World

__all__ = ["COLUMNS", "declared"]

#: The declared columns, in order: one row per goods item, the consignment's fields repeated.
COLUMNS = (
    *("administration", "declarant_id", "declaration_id", "version", "item_no"),
    *("lodged_at", "accepted_at", "arrival_at", "channel", "s10", "house_waybill", "master_waybill", "receptacle"),
    *("departure_country", "importer_name", "importer_address", "importer_country", "importer_id"),
    *("exporter_name", "exporter_address", "exporter_country", "exporter_id", "seller_id", "marketplace_id"),
    *("order_id", "nature", "scheme", "scheme_id", "procedure", "aeo_id", "device_id"),
    *("currency", "intrinsic_value", "transport_cost", "insurance_cost", "amount_paid", "payment_ref"),
    *("description", "hs_code", "origin", "quantity", "unit", "gross_mass_kg", "net_mass_kg", "packages"),
    *("second_hand", "supporting_documents"),
)

_DAY = 86_400
_GOLDEN = 0.6180339887  # numbering by steps of this share of a range scatters numbers evenly over it
_ORDER_SHOWN = 0.6  # of the sales declared as gifts, those that still carry the order
_FLIGHT = np.array([(72, 190), (26, 60), (28, 100), (48, 420)]) * 3600  # seconds after the day's start, by channel
_CARRIAGE = np.array([(1.1, 5.0), (4.2, 5.5), (1.5, 3.5), (2.5, 2.0)])  # euro per parcel and per kilogram, by channel


def declared(world: World, day: date, draft: Draft) -> pa.Table:
    """Return the declared rows of a draft, every column text or codes into texts."""
    writer = _Writer(world, day, draft)
    parcel = pa.array(draft.parcel)
    columns = {name: column.take(parcel) for name, column in writer.consignment().items()} | writer.items()
    columns = _without(world, draft, columns)
    return pa.table({name: columns[name] for name in COLUMNS})


def _without(world: World, draft: Draft, columns: dict[str, Any]) -> dict[str, Any]:
    """Blank the elements that a fault left out."""
    missing = draft.missing[draft.parcel]
    for place, name in enumerate(elements(world)):
        gone = missing == place
        if gone.any():
            columns[name] = keep(columns[name], ~gone)
    return columns


class _Writer:
    """Writes one draft; what several columns share is worked out once."""

    def __init__(self, world: World, day: date, draft: Draft) -> None:
        self.world, self.day, self.draft = world, day, draft
        self.rows = len(draft.number)
        self.flow = (world.seed, world.code, day)
        self.words = mix(draft.number, salt(*self.flow, "consignment"))
        self.declarant = declarant_of(world, draft)
        self.importer = world.buyer_importer(draft.buyer)
        self.post: Bools = draft.channel == CHANNELS.index("post")
        self.sold = self._sold()
        self.ordered: Bools = self.sold & (world.sellers.market[draft.seller] >= 0)
        self.currency_unit = (world.per_eur * 10.0**world.decimals)[draft.currency]

    def consignment(self) -> dict[str, Any]:
        """Return the columns of the consignments, one row each."""
        return self._reference() | self._transport() | self._parties() | self._trade() | self._costs()

    def _salted(self, purpose: str) -> Words:
        return mix(self.words, salt(purpose))

    def _constant(self, text: str) -> pa.DictionaryArray:
        return coded(np.zeros(self.rows, dtype=np.int64), [text])

    def _sold(self) -> Bools:
        """Tell which parcels show that they were sold; some senders of false gifts forget to hide the order."""
        false_gift = (self.draft.nature == NATURES.index("gift")) & ~self.draft.private
        shown = unit(self._salted("order shown")) < _ORDER_SHOWN
        return np.asarray((self.draft.nature == NATURES.index("sale")) | (false_gift & shown))

    def _serial(self, width: int, purpose: str) -> Ints:
        """Number the consignments of the day, scattered; the step is prime to ten, so no number returns."""
        first = salt(*self.flow, purpose) % 10**width
        step = int(_GOLDEN * 10**width) // 10 * 10 + 7
        return np.asarray((self.draft.number * step + first) % 10**width, dtype=np.int64)

    def _prefix(self) -> Any:
        return letters(declarants(self.world.seed, self.world.code).prefixes)[self.declarant]

    def _reference(self) -> dict[str, Any]:
        draft, who = self.draft, declarants(self.world.seed, self.world.code)
        stamp = repeated(self.day.strftime("%y%m%d"), self.rows)
        return {
            "administration": self._constant(self.world.code),
            "declarant_id": coded(self.declarant, who.ids),
            "declaration_id": fixed(self._prefix(), stamp, digits(self._serial(9, "declaration"), 9)),
            "version": self._constant("1"),
            "lodged_at": moments(self.day, draft.lodged),
            "accepted_at": moments(self.day, np.maximum(draft.accepted, 0), draft.accepted >= 0),
            "arrival_at": moments(self.day, self._arrival()),
            "aeo_id": pc.take(pa.array(who.aeo, pa.string()), pa.array(self.declarant)),
            "device_id": fixed(filled("SSD-########", mix(draft.batch, 7)), valid=self._tracked()),
        }

    def _arrival(self) -> Ints:
        first, last = _FLIGHT[self.draft.channel].T
        return np.asarray(first + unit(mix(self.draft.batch, 1)) * (last - first), dtype=np.int64)

    def _tracked(self) -> Bools:
        """Some forwarders' batches travel under a smart security device."""
        operator = self.draft.channel == CHANNELS.index("operator")
        return np.asarray(operator & (unit(mix(self.draft.batch, 2)) < 0.15))

    def _transport(self) -> dict[str, Any]:
        draft, world = self.draft, self.world
        waybill = fixed(self._prefix(), digits(self._serial(10, "waybill"), 10), valid=~self.post)
        departure = letters(world.departures)[draft.departure]
        return {
            "channel": coded(draft.channel, list(CHANNELS)),
            "s10": s10_identifiers(self._serial(8, "s10"), draft.check_shift, self.day, departure, self.post),
            "house_waybill": waybill,
            "master_waybill": master_waybills(draft.batch, ~self.post),
            "receptacle": self._receptacle(),
            "departure_country": coded(draft.departure, world.departures),
        }

    def _receptacle(self) -> pa.StringArray:
        country, bag = self.world.importer_country[self.importer], 1 + below(self._salted("bag"), 5)
        offices = letters([country.office for country in self.world.people.file.countries.values()])
        here = offices[self.world.departure_country[self.draft.departure]]
        return receptacles(here, offices[country], self.day, self.draft.batch, bag, self.post)

    def _parties(self) -> dict[str, Any]:
        world, draft, buyer = self.world, self.draft, mix(self.draft.buyer, salt(self.world.seed, "buyer"))
        country = world.importer_country[self.importer]
        columns = {
            "importer_name": self._importer_name(country, buyer),
            "importer_address": self._importer_address(country, buyer),
            "importer_country": coded(self.importer, world.importers),
            "importer_id": self._importer_id(buyer),
            "exporter_name": self._exporter("name"),
            "exporter_address": self._exporter("address"),
            "exporter_country": coded(draft.departure, world.departures),
            "exporter_id": keep(world.sellers.registration.take(pa.array(draft.seller)), ~draft.private),
        }
        return self._stopped(columns)

    def _importer_name(self, country: Ints, buyer: Words) -> Any:
        people, manner = self.world.people, self.draft.manner
        name = people.person(country, buyer, manner)
        business = pa.array(self.world.buyer_is_business(self.draft.buyer))
        name = pc.if_else(business, people.business(country, buyer, manner), name)
        if not self.draft.name_cut.any():
            return name
        return pc.if_else(pa.array(self.draft.name_cut), people.initial(country, buyer, manner), name)

    def _importer_address(self, country: Ints, buyer: Words) -> Any:
        address = self.world.people.address(country, buyer, self.draft.manner)
        extra = self.draft.address_extra
        if not (extra >= 0).any():
            return address
        longer = joined(address, self.world.people.noise.take(pa.array(np.maximum(extra, 0))))
        return pc.if_else(pa.array(extra >= 0), longer, address)

    def _importer_id(self, buyer: Words) -> Any:
        destination = self.world.destination
        if destination.importer_id_form:
            return fixed(filled(destination.importer_id_form, mix(buyer, salt("importer id"))))
        form = destination.business_id_form.replace("{country}", "")
        country = letters(self.world.importers)[self.importer]
        head = [country] if "{country}" in destination.business_id_form else []
        number = filled(form, mix(buyer, salt("business id")))
        return fixed(*head, number, valid=self.world.buyer_is_business(self.draft.buyer))

    def _exporter(self, what: str) -> Any:
        """Return the seller's name or address, or those of the person who sends a gift."""
        world, draft = self.world, self.draft
        firm = getattr(world.sellers, what).take(pa.array(draft.seller))
        country = world.departure_country[draft.departure]
        write = world.people.person if what == "name" else world.people.address
        private = write(country, self._salted("sender"), draft.manner)
        return pc.if_else(pa.array(draft.private), private, firm)

    def _stopped(self, columns: dict[str, Any]) -> dict[str, Any]:
        """Write a stop word where a fault put one."""
        stop, words = self.draft.party_stop, PARTY_STOP_WORDS
        for place, name in enumerate(("importer_name", "importer_address", "exporter_name")):
            hit = (stop >= 0) & (stop // len(words) == place)
            if hit.any():
                text = pa.array(list(words)).take(pa.array(np.maximum(stop, 0) % len(words)))
                columns[name] = pc.if_else(pa.array(hit), text, columns[name])
        return columns

    def _trade(self) -> dict[str, Any]:
        world, draft = self.world, self.draft
        market = world.sellers.market[draft.seller]
        prefix = letters([entry.prefix for entry in world.file.marketplaces])[np.maximum(market, 0)]
        order = below(self._salted("order"), 10**12)
        codes, procedure = procedures(world, draft)
        return {
            "seller_id": keep(world.sellers.id.take(pa.array(draft.seller)), self.sold),
            "marketplace_id": coded(market, [entry.id for entry in world.file.marketplaces], self.ordered),
            "order_id": fixed(prefix, repeated("-", self.rows), digits(order, 12), valid=self.ordered),
            "nature": coded(draft.nature, list(NATURES)),
            "scheme": coded(np.zeros(self.rows), [world.destination.scheme], draft.scheme >= 0),
            "scheme_id": coded(draft.scheme, world.scheme_ids, draft.scheme >= 0),
            "procedure": coded(procedure, codes, procedure >= 0),
        }

    def _costs(self) -> dict[str, Any]:
        draft, world = self.draft, self.world
        worth = draft.total(draft.worth)
        per_parcel, per_kg = _CARRIAGE[draft.channel].T
        noise = 0.7 + 0.6 * unit(self._salted("carriage"))
        carriage = (per_parcel + per_kg * draft.total(draft.gross) / 1000) * noise * self.currency_unit
        insured = (worth > 50 * self.currency_unit) & (unit(self._salted("insured")) < 0.06)
        return {
            "currency": coded(draft.currency, world.currencies),
            "transport_cost": self._money(carriage.astype(np.int64)),
            "insurance_cost": keep(self._money((worth * 0.015).astype(np.int64) + 1), insured),
            "amount_paid": keep(self._money(np.rint(worth * draft.paid_share).astype(np.int64)), self.ordered),
            "payment_ref": fixed(filled("PAY@@##########", self._salted("payment")), valid=self.ordered),
        }

    def _money(self, units: Ints, currency: Ints | None = None) -> Any:
        """Write amounts with the decimals of their currency."""
        decimals = self.world.decimals[self.draft.currency if currency is None else currency]
        text = amounts(units, 2)
        return text if decimals.all() else pc.if_else(pa.array(decimals == 0), amounts(units, 0), text)

    def items(self) -> dict[str, Any]:
        """Return the columns of the goods items, one row each."""
        draft, catalogue = self.draft, self.world.catalogue
        currency = draft.currency[draft.parcel]
        return {
            "item_no": coded(draft.item_no - 1, [str(n + 1) for n in range(int(draft.size.max()))]),
            "intrinsic_value": self._money(draft.declared, currency),
            "description": pa.array(catalogue.texts).take(pa.array(draft.text)),
            "hs_code": coded(draft.code, catalogue.codes),
            "origin": coded(draft.origin, catalogue.origins),
            "quantity": amounts(draft.pieces, 0),
            "unit": coded(catalogue.unit[draft.shown], catalogue.units),
            "gross_mass_kg": amounts(draft.gross, 3),
            "net_mass_kg": amounts(draft.net, 3),
            "packages": coded(np.zeros(len(draft.parcel)), ["1"]),
            "second_hand": coded(draft.second_hand, ["false", "true"]),
            "supporting_documents": self._invoice(),
        }

    def _invoice(self) -> pa.StringArray:
        """Costly goods and freight come with an invoice (document code N380)."""
        draft = self.draft
        freight = draft.channel == CHANNELS.index("operator")
        needed = freight | (draft.total(draft.declared) > 150 * self.currency_unit)
        number = fixed(filled("N380:INV-########", self._salted("invoice")), valid=needed)
        return number.take(pa.array(draft.parcel))
