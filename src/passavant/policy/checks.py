"""What a policy must fulfil beyond its form: rules that make sense, a last rule that decides, names that exist."""

from __future__ import annotations

import string
from collections.abc import Mapping
from zoneinfo import ZoneInfo

from passavant.dataset.codes import country_codes
from passavant.engines.rule_language import Expression
from passavant.engines.rule_types import check_rule
from passavant.money.currency import minor_digits
from passavant.policy.checks_charges import check_charges
from passavant.policy.checks_values import check_values
from passavant.policy.faults import Path, fault, unknown
from passavant.policy.model import Limit, PolicyFile
from passavant.policy.names import DECLARED, STAGES, kinds_of
from passavant.texts import Document, day

__all__ = ["check_policy"]

_STAGE_OF = {"exclusion": "exclusion", "scheme": "scheme", "quota": "quota", "waiver": "waiver", "conditions": "waiver"}
_SECTIONS = ("exclusion", "scheme", "duty", "fee", "vat", "waiver", "requirement")
_PARAMETER = ("parameter of this policy", "un paramètre de cette réglementation")
#: Totals that a full declaration may be asked for by, as the basis of the parameter names them.
_LIMITED = (None, "intrinsic", "fob", "cif", "weight")


def check_policy(file: PolicyFile, document: Document, expressions: Mapping[str, Expression]) -> None:
    """Refuse a policy that cannot decide.

    Raises:
        BadInput: the first fault, with file and line.
    """
    _check_header(file, document)
    _check_names(file, document)
    check_values(file, document)
    kinds = kinds_of(file)
    for key, expression in expressions.items():
        stage = STAGES[_STAGE_OF.get(key.split(".")[0], "charge")]
        allowed = {*DECLARED, *stage, *file.parameters}
        check_rule(expression, {name: kind for name, kind in kinds.items() if name in allowed})
    check_charges(file, document)
    _check_sections(file, document)
    _check_references(file, document)


def _check_header(file: PolicyFile, document: Document) -> None:
    currencies: dict[Path, str] = {("currency",): file.currency, ("threshold_currency",): file.threshold_currency}
    currencies |= {("other_currencies", index): code for index, code in enumerate(file.other_currencies)}
    for path, code in currencies.items():
        if minor_digits(code) is None:
            raise fault(
                document,
                path,
                (f"unknown currency {code}", f"devise inconnue {code}"),
                ("an ISO 4217 code", "un code ISO 4217"),
            )
    for index, country in enumerate(file.destinations):
        if country not in country_codes():
            what = ("country code (ISO 3166)", "un code de pays (ISO 3166)")
            raise unknown(document, ("destinations", index), country, what, country_codes())
    if file.valid_to is not None and file.valid_to < file.valid_from:
        raise fault(
            document,
            ("valid_to",),
            (
                f"{file.valid_to} is before {file.valid_from}",
                f"le {day(file.valid_to, 'fr')} précède le {day(file.valid_from, 'fr')}",
            ),
            ("a day on or after valid_from", "un jour non antérieur à valid_from"),
        )
    _check_zones(file, document)


def _check_zones(file: PolicyFile, document: Document) -> None:
    zones: dict[Path, str] = {("time_zone",): file.time_zone}
    for country, zone in file.time_zones.items():
        if country not in file.destinations:
            what = ("country of destination of this policy", "un pays de destination de cette réglementation")
            raise unknown(document, ("time_zones", country), country, what, file.destinations)
        zones["time_zones", country] = zone
    for path, zone in zones.items():
        try:
            ZoneInfo(zone)
        except (KeyError, ValueError, OSError) as error:
            raise fault(
                document,
                path,
                (f"unknown time zone {zone}", f"fuseau horaire inconnu {zone}"),
                ("a name such as Africa/Lagos", "un nom tel que Africa/Lagos"),
            ) from error


def _check_names(file: PolicyFile, document: Document) -> None:
    """Refuse a parameter, table or condition that bears a name which means something else already."""
    taken = {name: ("a column", "une colonne") for names in (DECLARED, *STAGES.values()) for name in names}
    for section in ("parameters", "tables", "conditions"):
        for name in getattr(file, section):
            if name in taken:
                en, fr = taken[name]
                raise fault(
                    document,
                    (section, name),
                    (f"{name} is also {en}", f"{name} est aussi {fr}"),
                    ("a name of its own", "un nom qui lui soit propre"),
                )
            taken[name] = (f"one of {section}", f"défini sous {section}")


def _check_sections(file: PolicyFile, document: Document) -> None:
    for section in _SECTIONS:
        seen: set[str] = set()
        for index, rule in enumerate(getattr(file.rules, section)):
            if rule.id in seen:
                raise fault(
                    document,
                    ("rules", section, index, "id"),
                    (f"the rule {rule.id} stands twice", f"la règle {rule.id} figure deux fois"),
                    ("an id once per section", "un identifiant unique par section"),
                )
            seen.add(rule.id)
            text = getattr(rule, "text", None)
            for field in sorted(_placeholders(text.en + text.fr)) if text else ():
                if field not in file.parameters:
                    what = (
                        f"{_PARAMETER[0]}, and the text asks for {{{field}}}",
                        f"{_PARAMETER[1]}, et le texte demande {{{field}}}",
                    )
                    raise unknown(document, ("rules", section, index, "text"), field, what, file.parameters)
    for section in ("duty", "vat"):
        _check_order(file, document, section)


def _check_order(file: PolicyFile, document: Document, section: str) -> None:
    """Refuse duty or VAT rules of which none decides at the end, or that one before them hides."""
    rules = sorted(enumerate(getattr(file.rules, section)), key=lambda pair: -pair[1].priority)
    certain = [
        place
        for place, (_, rule) in enumerate(rules)
        if rule.when.strip().upper() == "TRUE" and not rule.from_ and not rule.to
    ]
    if not certain:
        raise fault(
            document,
            ("rules", section),
            (
                f"no {section} rule decides when all others are false",
                f"aucune règle {section} ne décide quand toutes les autres sont fausses",
            ),
            ('a last rule with `when: "TRUE"`', 'une dernière règle avec `when: "TRUE"`'),
        )
    for index, rule in rules[certain[0] + 1 :]:
        always = rules[certain[0]][1].id
        raise fault(
            document,
            ("rules", section, index),
            (
                f"the rule {rule.id} can never decide: {always}, which is always true, comes before it",
                f"la règle {rule.id} ne peut jamais décider : {always}, toujours vraie, la précède",
            ),
            ("the rule that is always true at the end, at the lowest priority", "la règle toujours vraie en dernier, à la priorité la plus basse"),
        )  # fmt: skip


def _check_references(file: PolicyFile, document: Document) -> None:
    for index, limit in enumerate(file.full_declaration_above):
        written = document.data["full_declaration_above"]
        place: Path = (index, "parameter") if isinstance(written, list) else ("parameter",)
        _check_limit(file, document, limit, ("full_declaration_above", *place))
    if file.split:
        _check_amount(file, document, file.split.threshold, ("split", "threshold"))
    if (file.tariff.file is None) == (file.tariff.default is None):
        raise fault(
            document,
            ("tariff",),
            ("both or neither of file and default", "file et default, ou aucun des deux"),
            ("one of them", "l'un des deux"),
        )


def _check_limit(file: PolicyFile, document: Document, limit: Limit, path: Path) -> None:
    parameter = file.parameters.get(limit.parameter)
    if parameter is None or parameter.unit != "kg":
        _check_amount(file, document, limit.parameter, path)
    if parameter is not None and parameter.basis not in _LIMITED:
        raise fault(
            document,
            path,
            (
                f"{limit.parameter} is measured on {parameter.basis}",
                f"{limit.parameter} se mesure sur {parameter.basis}",
            ),
            (
                "a parameter of basis intrinsic, fob, cif or weight",
                "un paramètre de base intrinsic, fob, cif ou weight",
            ),
        )


def _check_amount(file: PolicyFile, document: Document, name: str, path: Path) -> None:
    if name not in file.parameters:
        raise unknown(document, path, name, _PARAMETER, file.parameters)
    unit = file.parameters[name].unit
    if unit != file.threshold_currency:
        raise fault(
            document,
            path,
            (f"the parameter {name} is in {unit}", f"le paramètre {name} est en {unit}"),
            (f"an amount in {file.threshold_currency}", f"un montant en {file.threshold_currency}"),
        )


def _placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}
