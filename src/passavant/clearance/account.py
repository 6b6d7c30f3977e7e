"""The periodic account: what each platform or operator owes, reconciled to the minor unit with the items.

Duty, VAT and fees at the border are owed by the declarant; VAT collected by the vendor is owed by the scheme's holder
(IOSS, VOEC, …). Held consignments are shown apart: their amounts fall due on release.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ibis

from passavant.engines import Engine, open_duckdb
from passavant.lake import read_manifest
from passavant.money.display import show_amount
from passavant.texts import Text, number, pick

if TYPE_CHECKING:
    import ibis.expr.types as ir

__all__ = ["Account", "account"]

_AMOUNTS = ("duty_minor", "vat_minor", "fees_minor", "vendor_vat_minor")
_HEADINGS = (
    Text("owed by", "redevable"),
    Text("period", "période"),
    Text("status", "état"),
    Text("consignments", "envois"),
    Text("duty", "droits"),
    Text("VAT", "TVA"),
    Text("fees", "redevances"),
    Text("vendor VAT", "TVA vendeur"),
)
_STATUS = {"due": Text("due", "exigible"), "held": Text("held", "en suspens")}


@dataclass(frozen=True)
class Account:
    """An account over a run.

    Attributes:
        lines: One per payer, month and status (due, held), amounts in minor units.
        totals: Sum of the lines.
        of_items: The same sums taken from the items alone.
        unknown: Items whose amounts could not be worked out (missing rate, specific duty).
        currency: Currency due.
    """

    lines: list[dict[str, Any]]
    totals: dict[str, int]
    of_items: dict[str, int]
    unknown: int
    currency: str

    @property
    def reconciled(self) -> bool:
        """Whether lines and items agree to the minor unit."""
        return self.totals == self.of_items

    def as_dict(self) -> dict[str, Any]:
        """Return everything for machines."""
        return {
            "currency": self.currency,
            "lines": self.lines,
            "totals": self.totals,
            "of_items": self.of_items,
            "reconciled": self.reconciled,
            "items_with_unknown_amounts": self.unknown,
        }

    def rows(self, language: str | None = None) -> list[list[str]]:
        """Return a table of texts, headings first, totals last."""
        table = [[heading.say(language) for heading in _HEADINGS]]
        for line in self.lines:
            amounts = [show_amount(line[name], self.currency, language) for name in _AMOUNTS]
            table.append(
                [
                    _payer(line["payer"], language),
                    line["period"],
                    _STATUS[line["status"]].say(language),
                    number(line["consignments"], language),
                    *amounts,
                ]
            )
        amounts = [show_amount(self.totals[name], self.currency, language) for name in _AMOUNTS]
        return [*table, [pick("total", "total", language), "", "", "", *amounts]]

    def verdict(self, language: str | None = None) -> str:
        """Say whether the account agrees with the items."""
        agreed = Text(
            "reconciled with the items to the minor unit", "concorde avec les articles, à l'unité divisionnaire près"
        )
        not_agreed = Text("NOT reconciled with the items", "NE concorde PAS avec les articles")
        text = (agreed if self.reconciled else not_agreed).say(language)
        if self.unknown:
            text += Text("; {n} items without known amounts", "\u00a0; {n} articles aux montants inconnus").say(
                language, n=number(self.unknown, language)
            )
        return text


def _payer(name: str, language: str | None) -> str:
    """Say who owes; declarants are named as such."""
    kind, _, rest = name.partition(" ")
    return f"{pick('declarant', 'déclarant', language)} {rest}" if kind == "declarant" else name


def account(out: Path, *, engine: Engine | None = None) -> Account:
    """Work out what each payer owes for each month of a run; a version replaced by a later one owes nothing.

    Raises:
        BadInput: the folder holds no finished run.
    """
    manifest = read_manifest(out)
    engine = engine or open_duckdb()
    items = _current(engine.read(out / "items.parquet"), engine.read(out / "decisions.parquet"))
    lines = engine.fetch(_lines(items)).to_pylist()
    unknown = items.filter(
        (items.duty_minor + items.vat_minor + items.fees_minor + items.vendor_vat_minor).isnull()
    ).count()
    sums = items.agg(**{name: items[name].sum().fill_null(0) for name in _AMOUNTS})
    return Account(
        lines=lines,
        totals={name: sum(line[name] for line in lines) for name in _AMOUNTS},
        of_items=engine.fetch(sums).to_pylist()[0],
        unknown=engine.value(unknown),
        currency=manifest["currency"] or "",
    )


def _current(items: ir.Table, decisions: ir.Table) -> ir.Table:
    newest = decisions.group_by("consignment_id").agg(version=lambda rows: rows.version.max())
    kept = decisions.semi_join(newest, ["consignment_id", "version"])
    status = kept.select("consignment_id", "version", status=ibis.ifelse(kept.outcome == "release", "due", "held"))
    return items.join(status, ["consignment_id", "version"])


def _lines(items: ir.Table) -> ir.Table:
    """Owed at the border by the declarant, and by the vendor's scheme; lines with nothing are left out."""
    border = items.filter((items.duty_minor != 0) | (items.vat_minor != 0) | (items.fees_minor != 0))
    border = border.mutate(
        payer=ibis.literal("declarant ") + border.declarant_id, vendor_vat_minor=ibis.literal(0, type="int64")
    )
    vendor = items.filter(items.vendor_vat_minor != 0)
    holder = (
        vendor.scheme.upper()
        + " "
        + vendor.scheme_id.fill_null("")
        + ibis.ifelse(
            vendor.marketplace_id.isnull(), ibis.literal(""), ibis.literal(" (") + vendor.marketplace_id + ")"
        )
    )
    nothing = ibis.literal(0, type="int64")
    vendor = vendor.mutate(payer=holder, duty_minor=nothing, vat_minor=nothing, fees_minor=nothing)
    both = border.union(vendor.select(border.columns))
    both = both.mutate(period=both.law_on.strftime("%Y-%m"))
    grouped = both.group_by("payer", "period", "status").agg(
        consignments=lambda rows: rows.consignment_id.nunique(),
        items=lambda rows: rows.count(),
        **{name: (lambda rows, name=name: rows[name].sum().fill_null(0)) for name in _AMOUNTS},
    )
    return grouped.order_by("payer", "period", "status")
