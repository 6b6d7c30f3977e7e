"""The names a policy's rules may use, and what each means."""

from __future__ import annotations

from passavant.texts import Text

__all__ = ["DECLARED", "DERIVED", "STAGES", "TOTALS"]

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
