"""The names a policy's rules may use, and what each means."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from passavant.dataset.codes import country_codes
from passavant.dataset.element import Element
from passavant.dataset.schema import load_schema
from passavant.engines.kinds import BOOLEAN, DATE, TEXT, TIME, Kind, number, text
from passavant.money.currency import currencies
from passavant.texts import Text

if TYPE_CHECKING:
    from passavant.policy.model import PolicyFile

__all__ = ["DECLARED", "DERIVED", "PIECES", "STAGES", "TOTALS", "kinds_of"]

#: UN/ECE Rec 20 and other codes in use for a quantity counted in pieces; an empty unit means pieces too.
PIECES = ("H87", "NAR", "C62", "PCE", "EA")

#: Columns of the declaration as rules see them (nature defaults to sale, quantity to 1).
DECLARED: tuple[str, ...] = (
    "administration", "declarant_id", "declaration_id", "version", "item_no", "consignment_id", "lodged_at", "accepted_at",
    "arrival_at", "channel", "s10", "house_waybill", "master_waybill", "receptacle", "departure_country", "importer_country",
    "exporter_country", "seller_id", "marketplace_id", "order_id", "nature", "scheme", "scheme_id", "procedure", "aeo_id",
    "device_id", "currency", "payment_ref", "description", "hs_code", "origin", "quantity", "unit", "gross_mass_kg",
    "net_mass_kg", "packages", "second_hand", "supporting_documents", "importer_id_form", "law_on",
)  # fmt: skip

#: Amounts are in minor units of the threshold currency.
DERIVED: dict[str, Text] = {
    "goods_value": Text("intrinsic value of the item", "valeur intrinsèque de l'article"),
    "goods_total": Text("intrinsic value of the consignment", "valeur intrinsèque de l'envoi"),
    "transport_total": Text("transport and insurance of the consignment", "transport et assurance de l'envoi"),
    "cif_total": Text("intrinsic value, transport and insurance", "valeur intrinsèque, transport et assurance"),
    "mass_total": Text("gross mass of the consignment, kg", "masse brute de l'envoi, en kg"),
    "articles": Text(
        "articles of the item: its quantity where it is counted in pieces, else 1",
        "unités de l'article : sa quantité si elle est comptée en pièces, sinon 1",
    ),
    "items": Text("number of goods items", "nombre d'articles"),
    "excluded": Text("the item is excluded goods", "l'article est exclu"),
    "lost_relief": Text("the item has lost relief", "l'article a perdu la franchise"),
    "lost_scheme": Text("the item has lost the scheme", "l'article a perdu le régime du vendeur"),
    "any_excluded": Text("an item of the consignment is excluded", "un article de l'envoi est exclu"),
    "scheme_applies": Text("the claimed scheme is valid and applies", "le régime invoqué est valable et s'applique"),
    "scheme_invalid": Text("the claimed scheme number does not hold", "le numéro de régime invoqué n'est pas valable"),
    "person_count": Text("importations of this person in the period", "importations de cette personne dans la période"),
    "person_value": Text("their value", "leur valeur"),
}

#: Consignment totals at the border in minor units of the currency due: waivers only.
TOTALS: dict[str, Text] = {
    "duty_total": Text("duty of the consignment", "droits de l'envoi"),
    "vat_total": Text("VAT of the consignment", "TVA de l'envoi"),
    "fee_total": Text("fees of the consignment", "redevances de l'envoi"),
    "vat_base_total": Text("taxable amount of the consignment", "base de TVA de l'envoi"),
}

_QUOTA = {"person_count", "person_value"}
_EXCLUSION = {"excluded", "lost_relief", "lost_scheme", "any_excluded"}
_SCHEME = {"scheme_applies", "scheme_invalid"}
_VALUES = set(DERIVED) - _QUOTA - _EXCLUSION - _SCHEME

#: What is known at each stage; a rule may use the names of its own stage and of those before.
STAGES: dict[str, frozenset[str]] = {
    "exclusion": frozenset(_VALUES),
    "scheme": frozenset(_VALUES | _EXCLUSION),
    "quota": frozenset(_VALUES | _EXCLUSION | _SCHEME),
    "charge": frozenset(DERIVED),
    "waiver": frozenset(set(DERIVED) | set(TOTALS)),
}

_INT64, _INT32 = 19, 10
_FLAGS = _EXCLUSION | _SCHEME
_UNITS = {"mass_total": number("kg", 20, 3), "articles": number("count", 18, 3), "items": number("count", _INT32)}
_CODED = {"importer_country": country_codes, "exporter_country": country_codes, "departure_country": country_codes,
          "origin": country_codes, "currency": currencies}  # fmt: skip


def kinds_of(file: PolicyFile | None = None) -> Mapping[str, Kind]:
    """Return what each name stands for: declared columns, derived values, totals and, of a policy, its parameters."""
    threshold, due = (file.threshold_currency, file.currency) if file else ("threshold", "due")
    elements = {element.name: element for element in load_schema().elements}
    kinds = {name: _declared(name, elements.get(name)) for name in DECLARED}
    for name in DERIVED:
        amount = number("count" if name == "person_count" else threshold, _INT64)
        kinds[name] = BOOLEAN if name in _FLAGS else _UNITS.get(name, amount)
    kinds |= dict.fromkeys(TOTALS, number(due, _INT64))
    if file is not None:
        kinds["scheme"] = text([rule.scheme for rule in file.rules.scheme])
        for name, parameter in file.parameters.items():
            kinds[name] = number("kg", 18, 6) if parameter.unit == "kg" else number(parameter.unit, _INT64)
    return kinds


def _declared(name: str, element: Element | None) -> Kind:
    if element is None:
        return DATE if name == "law_on" else TEXT
    if element.type == "boolean":
        return BOOLEAN
    if element.type == "timestamp":
        return TIME
    if element.type == "integer":
        return number("count", _INT32)
    if element.type == "decimal":
        return number("kg" if element.unit == "kg" else "count", element.precision or _INT64, element.scale or 0)
    return text(_CODED[name]() if name in _CODED else [code.code for code in element.codes])
