"""What a policy must fulfil beyond its form: no hole in its dates, no name nobody knows, a last rule that decides."""

from __future__ import annotations

import datetime as dt
import string
from collections.abc import Mapping
from zoneinfo import ZoneInfo

from passavant.engines.rule_language import Expression
from passavant.errors import BadInput, Both
from passavant.money.currency import minor_digits
from passavant.policy.model import Dated, Parameter, PolicyFile, Rule, Table
from passavant.policy.names import DECLARED, STAGES
from passavant.texts import Document

__all__ = ["check_policy"]

_STAGE_OF = {"exclusion": "exclusion", "scheme": "scheme", "quota": "quota", "waiver": "waiver"}


def check_policy(file: PolicyFile, document: Document, expressions: Mapping[str, Expression]) -> None:
    """Refuse a policy that cannot decide.

    Raises:
        BadInput: the first fault, with file and line.
    """
    _check_header(file, document)
    for name, parameter in file.parameters.items():
        if name in DECLARED or any(name in names for names in STAGES.values()):
            raise _fault(
                document,
                ("parameters", name),
                (f"{name} is also a column", f"{name} est aussi une colonne"),
                ("a name of its own", "un nom qui lui soit propre"),
            )
        _check_unit(file, document, parameter.unit, "parameters", name, "unit")
        _check_dates(file, document, parameter.values, True, "parameters", name, "values")
    for name, table in file.tables.items():
        _check_unit(file, document, table.unit, "tables", name, "unit")
        for key, values in table.rows.items():
            _check_dates(file, document, values, table.default is None, "tables", name, "rows", key)
    for key, expression in expressions.items():
        stage = STAGES[_STAGE_OF.get(key.split(".")[0], "charge")]
        expression.check(set(DECLARED) | stage | set(file.parameters))
    for section in ("duty", "vat", "fee"):
        for index, rule in enumerate(getattr(file.rules, section)):
            _check_charge(file, document, rule, ("rules", section, index, "charge"))
    _check_sections(file, document)
    _check_references(file, document)


def _check_header(file: PolicyFile, document: Document) -> None:
    for field in ("currency", "threshold_currency"):
        if minor_digits(getattr(file, field)) is None:
            raise _fault(
                document,
                (field,),
                (f"unknown currency {getattr(file, field)}", f"devise inconnue {getattr(file, field)}"),
                ("an ISO 4217 code", "un code ISO 4217"),
            )
    try:
        ZoneInfo(file.time_zone)
    except (KeyError, ValueError, OSError) as error:
        raise _fault(
            document,
            ("time_zone",),
            (f"unknown time zone {file.time_zone}", f"fuseau horaire inconnu {file.time_zone}"),
            ("a name such as Africa/Lagos", "un nom tel que Africa/Lagos"),
        ) from error


def _check_unit(file: PolicyFile, document: Document, unit: str, *path: str) -> None:
    if unit not in {"percent", "count", "kg", file.currency, file.threshold_currency}:
        raise _fault(
            document,
            path,
            (f"the unit {unit}", f"l'unité {unit}"),
            (
                f"percent, count, kg, {file.currency} or {file.threshold_currency}",
                f"percent, count, kg, {file.currency} ou {file.threshold_currency}",
            ),
        )


def _check_dates(file: PolicyFile, document: Document, values: list[Dated], whole: bool, *path: str | int) -> None:
    """Refuse values out of order, overlapping, or with a hole on a day on which the policy is in force."""
    if whole and (not values or values[0].from_ > file.valid_from):
        start = values[0].from_ if values else None
        raise _hole(document, (*path, 0), file.valid_from, start)
    for index, value in enumerate(values):
        following = values[index + 1].from_ if index + 1 < len(values) else None
        if following is not None and following <= value.from_:
            raise _fault(
                document,
                (*path, index + 1),
                (f"{following} does not come after {value.from_}", f"le {following} ne suit pas le {value.from_}"),
                ("dates in order", "des dates dans l'ordre"),
            )
        if value.to is None:
            continue
        end = following - dt.timedelta(days=1) if following else file.valid_to
        if (
            whole
            and value.to != end
            and not (following is None and file.valid_to is not None and value.to >= file.valid_to)
        ):
            raise _hole(document, (*path, index), value.to + dt.timedelta(days=1), following)


def _check_charge(file: PolicyFile, document: Document, rule: Rule, path: tuple[str | int, ...]) -> None:
    charge = rule.charge
    leads = [charge.free, charge.tariff, charge.rate is not None, charge.flat is not None, charge.per_kg is not None]
    if sum(leads) != 1:
        raise _fault(
            document,
            path,
            (f"{sum(leads)} ways of charging", f"{sum(leads)} modes de perception"),
            ("one of free, tariff, rate, flat, per_kg", "l'un de free, tariff, rate, flat, per_kg"),
        )
    if (charge.flat is None) != (charge.per is None):
        raise _fault(
            document,
            path,
            ("flat and per go together", "flat et per vont ensemble"),
            ("per: item, subheading, consignment or article", "per : item, subheading, consignment ou article"),
        )
    if (charge.tariff or charge.rate) and not charge.base:
        raise _fault(
            document,
            path,
            ("a rate without a base", "un taux sans base"),
            ("base: [customs_value, …]", "base : [customs_value, …]"),
        )
    for field, percent in (
        ("rate", True),
        ("flat", False),
        ("per_kg", False),
        ("minimum_per_kg", False),
        ("deduct", False),
    ):
        name = getattr(charge, field)
        if name is None:
            continue
        known: dict[str, Parameter | Table] = {**file.parameters, **file.tables}
        if name not in known or (known[name].unit == "percent") != percent:
            unit = "percent" if percent else file.currency
            raise _fault(
                document,
                (*path, field),
                (f"{name!r} is no {unit} parameter or table", f"{name!r} n'est ni un paramètre ni une table en {unit}"),
                (
                    f"a name under parameters or tables, unit {unit}",
                    f"un nom défini sous parameters ou tables, unité {unit}",
                ),
            )


def _check_sections(file: PolicyFile, document: Document) -> None:
    for section in ("exclusion", "scheme", "duty", "fee", "vat", "waiver", "requirement"):
        seen: set[str] = set()
        for index, rule in enumerate(getattr(file.rules, section)):
            if rule.id in seen:
                raise _fault(
                    document,
                    ("rules", section, index, "id"),
                    (f"the rule {rule.id} stands twice", f"la règle {rule.id} figure deux fois"),
                    ("an id once per section", "un identifiant unique par section"),
                )
            seen.add(rule.id)
            text = getattr(rule, "text", None)
            for field in _placeholders(text.en + text.fr) if text else set():
                if field not in file.parameters:
                    raise _fault(
                        document,
                        ("rules", section, index, "text"),
                        (f"the text asks for {{{field}}}", f"le texte demande {{{field}}}"),
                        ("the name of a parameter", "le nom d'un paramètre"),
                    )
    for section in ("duty", "vat"):
        rules = getattr(file.rules, section)
        if not any(rule.when.strip().upper() == "TRUE" and not rule.from_ and not rule.to for rule in rules):
            raise _fault(
                document,
                ("rules", section),
                (
                    f"no {section} rule decides when all others are false",
                    f"aucune règle {section} ne décide quand toutes les autres sont fausses",
                ),
                ('a last rule with `when: "TRUE"`', 'une dernière règle avec `when: "TRUE"`'),
            )


def _check_references(file: PolicyFile, document: Document) -> None:
    asked = {
        ("full_declaration_above", "parameter"): file.full_declaration_above and file.full_declaration_above.parameter,
        ("split", "threshold"): file.split and file.split.threshold,
    }
    for path, name in asked.items():
        if name and (name not in file.parameters or file.parameters[name].unit != file.threshold_currency):
            raise _fault(
                document,
                path,
                (
                    f"{name!r} is no parameter in {file.threshold_currency}",
                    f"{name!r} n'est pas un paramètre en {file.threshold_currency}",
                ),
                ("a name under parameters", "un nom défini sous parameters"),
            )
    if (file.tariff.file is None) == (file.tariff.default is None):
        raise _fault(
            document,
            ("tariff",),
            ("both or neither of file and default", "file et default, ou aucun des deux"),
            ("one of them", "l'un des deux"),
        )


def _placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def _hole(document: Document, path: tuple[str | int, ...], first: dt.date, following: dt.date | None) -> BadInput:
    until_en, until_fr = (f" until {following}", f" jusqu'au {following}") if following else ("", "")
    return _fault(
        document,
        path,
        (f"no value in force from {first}{until_en}", f"aucune valeur en vigueur du {first}{until_fr}"),
        (
            "a value for each day on which the policy is in force",
            "une valeur pour chaque jour où la réglementation est en vigueur",
        ),
    )


def _fault(document: Document, path: tuple[str | int, ...], got: Both, expected: Both) -> BadInput:
    return BadInput(
        "policy.file.invalid",
        got=got,
        expected=expected,
        next_step=(
            "Correct the line and run `passavant policy check FILE`.",
            "Corrigez la ligne et lancez `passavant policy check FICHIER`.",
        ),
        place=document.place(*path),
    )
