"""What the charges of a policy must fulfil: one way of charging, bases known by then, values of the right unit and size."""

from __future__ import annotations

from decimal import Decimal

from passavant.policy.faults import Path, fault, unknown
from passavant.policy.model import Charge, Parameter, PolicyFile, Rule, Table
from passavant.texts import Document

__all__ = ["check_charges"]

#: Duty is worked out first, then fees, then VAT: what each may not be charged on.
_NOT_YET = {"duty": ("duty", "fee"), "fee": ("fee",), "vat": ()}
_AMOUNTS = ("flat", "per_kg", "minimum_per_kg", "deduct")
_PLAIN = ("percent", "count", "kg")
_HUNDRED = 100


def check_charges(file: PolicyFile, document: Document) -> None:
    """Refuse charges that cannot be worked out or would be worked out wrongly.

    Raises:
        BadInput: the first fault, with file and line.
    """
    for section in _NOT_YET:
        for index, rule in enumerate(getattr(file.rules, section)):
            path: Path = ("rules", section, index, "charge")
            _check_form(document, rule.charge, path)
            _check_base(document, section, rule.charge, path)
            _check_values(file, document, rule, path)
    for index, rule in enumerate(file.rules.vat):
        _check_vat(file, document, rule, ("rules", "vat", index, "charge", "rate"))


def _check_form(document: Document, charge: Charge, path: Path) -> None:
    leads = [charge.free, charge.tariff, charge.rate is not None, charge.flat is not None, charge.per_kg is not None]
    if sum(leads) != 1:
        raise fault(
            document,
            path,
            (f"{sum(leads)} ways of charging", f"{sum(leads)} modes de perception"),
            ("one of free, tariff, rate, flat, per_kg", "l'un de free, tariff, rate, flat, per_kg"),
        )
    if (charge.flat is None) != (charge.per is None):
        raise fault(
            document,
            path,
            ("flat and per go together", "flat et per vont ensemble"),
            ("per: item, subheading, consignment or article", "per : item, subheading, consignment ou article"),
        )
    by_rate = charge.tariff or charge.rate is not None
    if by_rate and not charge.base:
        raise fault(
            document,
            path,
            ("a rate without a base", "un taux sans base"),
            ("base: [customs_value, …]", "base : [customs_value, …]"),
        )
    if not by_rate and (charge.minimum_per_kg or charge.deduct):
        raise fault(
            document,
            path,
            ("minimum_per_kg or deduct without a rate", "minimum_per_kg ou deduct sans taux"),
            ("tariff or rate beside them", "tariff ou rate à leurs côtés"),
        )


def _check_base(document: Document, section: str, charge: Charge, path: Path) -> None:
    for part in charge.base:
        if part in _NOT_YET[section]:
            raise fault(
                document,
                (*path, "base"),
                (f"{section} charged on {part}, not known by then", f"{section} assis sur {part}, encore inconnu"),
                ("duty on values, fees on values and duty, VAT on all", "droits sur les valeurs, redevances sur valeurs et droits, TVA sur le tout"),
            )  # fmt: skip
    if charge.collected_by == "vendor" and section != "vat":
        raise fault(
            document,
            (*path, "collected_by"),
            (f"{section} collected by the vendor", f"{section} perçu par le vendeur"),
            ("only VAT is: collected_by: border", "seule la TVA l'est : collected_by: border"),
        )


def _check_values(file: PolicyFile, document: Document, rule: Rule, path: Path) -> None:
    known: dict[str, Parameter | Table] = {**file.parameters, **file.tables}
    for field in ("rate", *_AMOUNTS):
        name = getattr(rule.charge, field)
        if name is None:
            continue
        if name not in known:
            what = ("parameter or table of this policy", "ni un paramètre ni une table de cette réglementation")
            raise unknown(document, (*path, field), name, what, known)
        unit = known[name].unit
        if (unit == "percent") != (field == "rate") or (field != "rate" and unit in _PLAIN):
            raise fault(
                document,
                (*path, field),
                (f"{name} is in {unit}", f"{name} est en {unit}"),
                ("a percentage", "un pourcentage") if field == "rate" else ("an amount of money", "un montant"),
            )


def _check_vat(file: PolicyFile, document: Document, rule: Rule, path: Path) -> None:
    name = rule.charge.rate
    if name is None:
        return
    most = max(_rates(file, name))
    if most > _HUNDRED:
        raise fault(
            document,
            path,
            (f"VAT at {most} % ({name})", f"une TVA de {most} % ({name})"),
            ("a rate from 0 to 100 %", "un taux de 0 à 100 %"),
        )


def _rates(file: PolicyFile, name: str) -> list[Decimal]:
    if name in file.parameters:
        return [value.value for value in file.parameters[name].values]
    table = file.tables[name]
    rows = [value.value for values in table.rows.values() for value in values]
    return rows if table.default is None else [*rows, table.default]
