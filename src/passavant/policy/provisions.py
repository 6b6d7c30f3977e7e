"""What a policy says besides values and rules, in words: where it holds, which rate, how it rounds, which limits and tariff."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from passavant.money.display import show_amount
from passavant.texts import Text, number

if TYPE_CHECKING:
    from passavant.policy.load import Policy
    from passavant.policy.model import Cited, RoundingRule, TariffPrefix

    #: Section, text, what it rests on, certainty.
    _Provision = tuple[str, str, Cited | None, str | None]

__all__ = ["Known", "provisions"]

_EXCHANGE = {
    "daily": Text("Exchange rate: the last published on or before the day", "Taux de change : le dernier publié à la date ou avant"),
    "monthly": Text(
        "Exchange rate: that of the month (second-last Wednesday of the month before)",
        "Taux de change : celui du mois (avant-dernier mercredi du mois précédent)",
    ),
}  # fmt: skip
_VALUE = {
    "cif": Text("Customs value: with transport and insurance (CIF)", "Valeur en douane : transport et assurance compris (CAF)"),
    "fob": Text("Customs value: without transport and insurance (FOB)", "Valeur en douane : hors transport et assurance (FAB)"),
}  # fmt: skip
_ROUNDED = {
    "duty": Text("Duty", "Droits"),
    "vat": Text("VAT at the border", "TVA à la frontière"),
    "fee": Text("Fees", "Redevances"),
    "vendor_vat": Text("VAT collected by the vendor", "TVA perçue par le vendeur"),
}
_MODE = {
    "half_up": Text("rounded to the nearest {to}", "arrondi au plus proche, par {to}"),
    "down": Text("rounded down to {to}", "arrondi à l'unité inférieure, par {to}"),
    "up": Text("rounded up to {to}", "arrondi à l'unité supérieure, par {to}"),
}
_DESTINATIONS = Text(
    "Destinations: {countries}; day of law in {zone}{others}",
    "Destinations : {countries} ; jour du droit à {zone}{others}",
)
_TABLE = Text("Tariff: the table {file}", "Tarif : la table {file}")
_DEFAULTS = Text(
    "Tariff: stated defaults by beginning of the HS code: {rates}",
    "Tarif : taux par défaut selon le début du code SH : {rates}",
)
_OTHERS = Text("all others", "tous les autres")
_SPECIFIC = Text("specific ({text})", "spécifique ({text})")
_ABOVE = Text("Full declaration above {value}: {label}", "Déclaration complète au-dessus de {value} : {label}")
_SPLIT = Text(
    "Split: {n} or more consignments to one party in a day, each up to {value}, together above it",
    "Fractionnement : {n} envois ou plus au même destinataire en un jour, chacun jusqu'à {value}, au-dessus ensemble",
)
_QUOTA = {
    "year": Text("Personal quota by calendar year", "Contingent personnel par année civile"),
    "month": Text("Personal quota by calendar month", "Contingent personnel par mois civil"),
}


class Known(dict[str, str]):
    """Texts by name; what has no value on the day is a dash."""

    def __missing__(self, key: str) -> str:
        """Return a dash."""
        return "—"


def provisions(policy: Policy, values: Mapping[str, str], language: str | None = None) -> list[dict[str, Any]]:
    """Return every provision outside parameters, tables and rules: text, reference and certainty.

    Args:
        policy: A checked policy.
        values: The parameters in force, as texts.
        language: ``en`` or ``fr`` (default: the user's).
    """
    file = policy.file
    found: list[_Provision] = [
        ("destinations", _destinations(policy, language), None, None),
        ("exchange", _EXCHANGE[file.exchange.rule].say(language), file.exchange, file.exchange.certainty),
        ("customs_value", _VALUE[file.customs_value.basis].say(language), file.customs_value, "high"),
        *_roundings(policy, language),
        ("tariff", _tariff(policy, language), file.tariff, file.tariff.certainty),
        *_limits(policy, Known(values), language),
    ]
    return [
        {"section": section, "text": text, "certainty": certainty, **_cited(source, language)}
        for section, text, source, certainty in found
    ]


def _cited(source: Cited | None, language: str | None) -> dict[str, str | None]:
    """Return what an entry rests on, and what its authors note about it."""
    note = source.note.text.say(language) if source and source.note else None
    return {"reference": source.reference.text.say(language) if source else None, "note": note}


def _destinations(policy: Policy, language: str | None) -> str:
    zones = sorted(policy.file.time_zones.items())
    others = "".join(f", {country} {zone}" for country, zone in zones)
    return _DESTINATIONS.say(
        language, countries=", ".join(policy.file.destinations), zone=policy.file.time_zone, others=others
    )


def _roundings(policy: Policy, language: str | None) -> Iterator[_Provision]:
    for kind, label in _ROUNDED.items():
        rule: RoundingRule | None = getattr(policy.file.rounding, kind)
        step = show_amount(rule.to if rule else 1, policy.file.currency, language)
        mode = _MODE[rule.mode if rule else "half_up"].say(language, to=step)
        text = f"{label.say(language)}{Text(': ', ' : ').say(language)}{mode}"
        yield f"rounding.{kind}", text, rule, "high" if rule else None


def _tariff(policy: Policy, language: str | None) -> str:
    if policy.file.tariff.file:
        return _TABLE.say(language, file=policy.file.tariff.file)
    rates = Text("; ", " ; ").say(language).join(_prefix(entry, language) for entry in policy.file.tariff.default or [])
    return _DEFAULTS.say(language, rates=rates)


def _prefix(entry: TariffPrefix, language: str | None) -> str:
    places = 0 if entry.rate is None else max(0, -int(entry.rate.normalize().as_tuple().exponent))
    rate = (
        f"{number(entry.rate, language, places)} %"
        if entry.rate is not None
        else _SPECIFIC.say(language, text=entry.specific)
    )
    return f"{entry.prefix or _OTHERS.say(language)}{Text(': ', ' : ').say(language)}{rate}"


def _limits(policy: Policy, values: Mapping[str, str], language: str | None) -> Iterator[_Provision]:
    file = policy.file
    for limit in file.full_declaration_above:
        parameter = file.parameters[limit.parameter]
        label = parameter.label.text.say(language)
        value = f"{values[limit.parameter]}{' kg' if parameter.unit == 'kg' else ''}"
        yield (
            "full_declaration_above",
            _ABOVE.say(language, value=value, label=label),
            limit,
            limit.certainty,
        )
    if file.split:
        text = _SPLIT.say(language, n=file.split.min_parcels, value=values[file.split.threshold])
        yield "split", text, file.split, file.split.certainty
    if file.quota:
        yield "quota", _QUOTA[file.quota.period].say(language), file.quota, file.quota.certainty
