"""Quality of what was declared: required elements by channel, stop words, check digits, codes, impossible amounts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from functools import reduce
from operator import add, or_
from typing import TYPE_CHECKING, Any

import ibis

from passavant.clearance.flags import ReasonBook
from passavant.dataset.codes import country_codes
from passavant.dataset.reasons import Bilingual, Reason
from passavant.dataset.schema import Element, load_schema
from passavant.dataset.words import alone_pattern, embedded_pattern, stop_word_days
from passavant.engines.rule_language import compile_rule, parse_rule
from passavant.money.currency import currency_codes, currency_days
from passavant.policy.law import Law

if TYPE_CHECKING:
    import ibis.expr.types as ir

__all__ = ["check_quality", "required_reasons"]

_S10_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)
_ANY_VERSION = 2**31 - 1
#: Reasons that speak of the whole consignment.
CONSIGNMENT_LEVEL = frozenset({
    "dataset.consignment.rejected_item", "dataset.consignment.rows_differ", "dataset.source.not_supplied", "dataset.importer.stop_word", "dataset.s10.form",
    "dataset.exporter.stop_word", "dataset.s10.check_digit", "dataset.channel.unknown", "dataset.nature.unknown",
    "dataset.dates.out_of_order", "dataset.administration.foreign", "dataset.value.negative_cost",
})  # fmt: skip


def required_reasons() -> dict[str, Reason]:
    """Return one reason for each element that may be required, derived from the data set."""
    return {f"dataset.required.{element.name}": _required_reason(element) for element in _required()}


def check_quality(
    table: ir.Table,
    book: ReasonBook,
    *,
    law: Law,
    not_supplied: Sequence[str],
    rejected: ir.Table | None,
    administration: str,
) -> ir.Table:
    """Mark what is wrong with each item as declared.

    Args:
        table: Items with their facts and the masks of ``book``.
        book: Where reasons are marked.
        law: The law over the span; the lists of words and currencies are those of each row's own day, and without one
            none is looked into.
        not_supplied: Elements that the source never carries; their absence is not held against anybody.
        rejected: consignment_id and version of rejected rows (null where illegible), or None.
        administration: Whose law is applied.
    """
    if rejected is not None:
        joined = _with_rejected(table, rejected)
        mark = {"dataset.consignment.rejected_item": (joined.version <= joined.rejected_up_to).fill_null(False)}
        table = book.mark(joined, mark).drop("rejected_up_to")
    found = _found(table, not_supplied, law) | {
        "dataset.administration.foreign": table.administration != administration,
        "dataset.text.too_long": _too_long(table),
    }
    return book.mark(table, found)


def _with_rejected(table: ir.Table, rejected: ir.Table) -> ir.Table:
    """Add ``rejected_up_to``: the highest version with a rejected row; null for nearly all.

    It is held with the versions that it amends. A version that is higher was sent since and stands for itself; a row
    whose version is illegible may belong to any.
    """
    known = rejected.filter(rejected.consignment_id.notnull())
    versions = known.version.fill_null(_ANY_VERSION)
    known = known.group_by(rejected_id=known.consignment_id).agg(rejected_up_to=versions.max())
    joined = table.left_join(known, table.consignment_id == known.rejected_id)
    return joined.select(*table.columns, "rejected_up_to")


def _found(table: ir.Table, not_supplied: Sequence[str], law: Law) -> dict[str, Any]:
    found = _missing(table, frozenset(not_supplied)) | _texts(table, law) | _numbers(table) | _codes(table, law)
    return found | {
        "dataset.source.not_supplied": ibis.literal(bool(not_supplied)),
        "dataset.consignment.rows_differ": table.rows_differ,
    }


def _by_day(law_on: Any, law: Law, edges: Iterable[dt.date], on: Callable[[dt.date], Any]) -> Any:
    """Return a test in the form that it has on each row's day, null without one; with no edge within the span one form serves."""
    starts = sorted({edge for edge in edges if law.first < edge <= law.last}, reverse=True)
    branches = [(law_on >= ibis.literal(start), on(start)) for start in starts]
    if law.undated:
        branches.insert(0, (law_on.isnull(), ibis.null("boolean")))
    return ibis.cases(*branches, else_=on(law.first)) if branches else on(law.last)


def _required() -> list[Element]:
    return [element for element in load_schema().elements if element.required_when and not element.key]


def _required_reason(element: Element) -> Reason:
    return Reason(
        outcome="request_information",
        text=Bilingual(
            en=f"The element “{element.label.en}” is missing.",
            fr=f"L'élément « {element.label.fr} » manque.",
        ),
        reference=f"EUCDM {element.eucdm}" if element.eucdm else "Passavant data set",
        reference_fr=None if element.eucdm else "Jeu de données de Passavant",
        risk="quality",
    )


def _missing(table: ir.Table, not_supplied: frozenset[str]) -> dict[str, Any]:
    scope = {name: table[name] for name in table.columns}
    found = {}
    for element in _required():
        if element.name in not_supplied:
            continue
        given = table[f"{element.name}_given"] if element.intake else table[element.name].notnull()
        needed = compile_rule(parse_rule(str(element.required_when)), scope)
        found[f"dataset.required.{element.name}"] = needed & ~given
    return found


def _texts(table: ir.Table, law: Law) -> dict[str, Any]:
    lowered, edges = table.description.lower(), stop_word_days()
    contained = _by_day(table.law_on, law, edges, lambda on: lowered.re_search(embedded_pattern(on))).fill_null(False)
    lone = _by_day(table.law_on, law, edges, lambda on: lowered.re_search(alone_pattern(on)))
    alone = ibis.ifelse(contained, lone, False)
    return {
        "dataset.description.stop_word": alone & (table.nature != "documents").fill_null(True),
        "dataset.description.stop_word_embedded": contained & ~alone,
        "dataset.importer.stop_word": table.importer_party_stop.fill_null(False),
        "dataset.exporter.stop_word": table.exporter_party_stop.fill_null(False),
    } | _s10(table)


def _too_long(table: ir.Table) -> ir.BooleanValue:
    """Return whether any text is longer than its element allows; names and addresses are keys by now."""
    limits = {one.name: one.max_length for one in load_schema().elements if one.max_length and not one.intake}
    return reduce(or_, ((table[name].length() > most).fill_null(False) for name, most in limits.items()))


def _s10(table: ir.Table) -> dict[str, Any]:
    formed = ibis.ifelse(table.s10.notnull(), table.s10.re_search("^[A-Z]{2}[0-9]{9}[A-Z]{2}$"), False)
    digits = [table.s10.substr(2 + index, 1).ascii_str() - ord("0") for index in range(9)]
    total = reduce(add, (digit * weight for digit, weight in zip(digits, _S10_WEIGHTS, strict=False)))
    rest = 11 - total % 11
    expected = ibis.cases((rest == 10, 0), (rest == 11, 5), else_=rest)
    return {
        "dataset.s10.form": table.s10.notnull() & ~formed,
        "dataset.s10.check_digit": ibis.ifelse(formed, expected != digits[8], False),
    }


def _numbers(table: ir.Table) -> dict[str, Any]:
    def below(name: str, limit: int = 1) -> Any:
        return (table[name] < limit).fill_null(False)

    goods = (table.nature != "documents").fill_null(True)
    return {
        "dataset.value.not_positive": goods & (table.intrinsic_value <= 0).fill_null(False),
        "dataset.value.token": goods & (table.intrinsic_value == 1).fill_null(False),
        "dataset.value.negative_cost": below("transport_cost", 0) | below("insurance_cost", 0),
        "dataset.quantity.not_positive": (table.quantity <= 0).fill_null(False),
        "dataset.mass.not_positive": (table.gross_mass_kg <= 0).fill_null(False)
        | (table.net_mass_kg <= 0).fill_null(False),
        "dataset.mass.net_above_gross": (table.net_mass_kg > table.gross_mass_kg).fill_null(False),
        "dataset.dates.out_of_order": (table.arrival_at < table.lodged_at).fill_null(False),
    }


def _codes(table: ir.Table, law: Law) -> dict[str, Any]:
    countries, schema = sorted(country_codes()), load_schema()
    unknown = [~_among(table[name], countries) for name in ("importer_country", "origin", "departure_country")]
    formed = table.hs_code.re_search("^[0-9]{6,14}$")

    def money(on: dt.date) -> Any:
        return _among(table.currency, sorted(currency_codes(on)))

    return {
        "dataset.country.unknown": reduce(or_, (test.fill_null(False) for test in unknown)),
        "dataset.currency.unknown": (~_by_day(table.law_on, law, currency_days(), money)).fill_null(False),
        "dataset.hs_code.form": (~formed).fill_null(False),
        "dataset.channel.unknown": (
            ~table.channel.isin([code.code for code in schema.element("channel").codes])
        ).fill_null(False),
        "dataset.nature.unknown": (
            ~table.nature.isin([code.code for code in schema.element("nature").codes])
        ).fill_null(False),
    }


def _among(column: Any, codes: Sequence[str]) -> Any:
    """Return whether a code is one of a long list: one automaton, where ``IN`` compares with every code in turn."""
    return column.re_search(f"^(?:{'|'.join(codes)})$")
