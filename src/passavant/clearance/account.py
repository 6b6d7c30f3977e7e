"""The periodic account: what each platform or operator owes, over one run or many.

The lines add up goods items; they are reconciled to the minor unit with the decisions, which state their amounts
themselves. Of a consignment in several runs the latest version counts, and of that the latest decision. Duty, VAT and fees at the border are owed by the declarant; VAT collected by the vendor is owed by the scheme's holder
(IOSS, VOEC, …). Held consignments are shown apart: their amounts fall due on release, by an officer too; what is refused owes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ibis

from passavant.clearance.latest import DUE, known_sums, unknown_amounts
from passavant.clearance.merged_runs import MergedRuns, merge_runs
from passavant.engines import Engine, open_duckdb
from passavant.money.display import show_amount
from passavant.texts import Text, number, pick

if TYPE_CHECKING:
    import ibis.expr.types as ir

__all__ = ["Account", "account"]

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
#: What an account leaves out: of one, of several.
_UNKNOWN = (
    Text("; {n} goods item without known amounts, not counted", "\u00a0; {n} article sans montant connu, non compté"),
    Text(
        "; {n} goods items without known amounts, not counted", "\u00a0; {n} articles sans montant connu, non comptés"
    ),
)
_REPLACED = (
    Text("; {n} decision replaced by a later one, not counted", "\u00a0; {n} décision remplacée par une plus récente, non comptée"),
    Text("; {n} decisions replaced by later ones, not counted", "\u00a0; {n} décisions remplacées par de plus récentes, non comptées"),
)  # fmt: skip
_CANCELLED = (
    Text("; {n} cancelled declaration, not counted", "\u00a0; {n} déclaration annulée, non comptée"),
    Text("; {n} cancelled declarations, not counted", "\u00a0; {n} déclarations annulées, non comptées"),
)
_REFUSED = (
    Text("; {n} consignment that an officer refused, not counted", "\u00a0; {n} envoi refusé par un agent, non compté"),
    Text(
        "; {n} consignments that officers refused, not counted",
        "\u00a0; {n} envois refusés par des agents, non comptés",
    ),
)


@dataclass(frozen=True)
class Account:
    """An account over one run or several.

    Attributes:
        lines: One per payer, month and status (due, held), amounts in minor units.
        totals: Sum of the lines, which add up goods items with known amounts.
        of_decisions: Sum of the amounts that the decisions state; one with an unknown item states none.
        of_partly_known: What the known items of those come to.
        unknown: Goods items whose amounts could not be worked out (missing rate, specific duty).
        earlier_versions: Decisions that a later version, or a later decision on the same one, replaces.
        cancelled: Decisions whose declaration was cancelled.
        refused: Decisions on what an officer refused.
        currency: Currency due.
    """

    lines: list[dict[str, Any]]
    totals: dict[str, int]
    of_decisions: dict[str, int]
    of_partly_known: dict[str, int]
    unknown: int
    earlier_versions: int
    cancelled: int
    refused: int
    currency: str

    @property
    def reconciled(self) -> bool:
        """Whether the lines and the decisions agree to the minor unit."""
        return self.totals == {name: self.of_decisions[name] + self.of_partly_known[name] for name in DUE}

    def as_dict(self) -> dict[str, Any]:
        """Return everything for machines."""
        return {
            "currency": self.currency,
            "lines": self.lines,
            "totals": self.totals,
            "of_decisions": self.of_decisions,
            "of_partly_known_consignments": self.of_partly_known,
            "reconciled": self.reconciled,
            "items_with_unknown_amounts": self.unknown,
            "earlier_versions": self.earlier_versions,
            "cancelled": self.cancelled,
            "refused": self.refused,
        }

    def rows(self, language: str | None = None) -> list[list[str]]:
        """Return a table of texts, headings first, totals last."""
        table = [[heading.say(language) for heading in _HEADINGS]]
        for line in self.lines:
            amounts = [show_amount(line[name], self.currency, language) for name in DUE]
            table.append(
                [
                    _payer(line["payer"], language),
                    line["period"],
                    _STATUS[line["status"]].say(language),
                    number(line["consignments"], language),
                    *amounts,
                ]
            )
        amounts = [show_amount(self.totals[name], self.currency, language) for name in DUE]
        return [*table, [pick("total", "total", language), "", "", "", *amounts]]

    def verdict(self, language: str | None = None) -> str:
        """Say whether the account agrees with the decisions, and what it leaves out."""
        agreed = Text(
            "reconciled with the decisions to the minor unit",
            "concorde avec les décisions, à l'unité divisionnaire près",
        )
        not_agreed = Text("NOT reconciled with the decisions", "NE concorde PAS avec les décisions")
        text = (agreed if self.reconciled else not_agreed).say(language)
        left_out = (
            (self.unknown, _UNKNOWN),
            (self.earlier_versions, _REPLACED),
            (self.cancelled, _CANCELLED),
            (self.refused, _REFUSED),
        )
        for count, words in left_out:
            if count:
                text += words[count > 1].say(language, n=number(count, language))
        return text


def _payer(name: str, language: str | None) -> str:
    """Say who owes; declarants are named as such."""
    kind, _, rest = name.partition(" ")
    return f"{pick('declarant', 'déclarant', language)} {rest}" if kind == "declarant" else name


def account(*outs: Path, engine: Engine | None = None) -> Account:
    """Work out what each payer owes for each month; a version replaced by a later one owes nothing.

    Args:
        outs: OUTs of runs, folders of them, or a lake.
        engine: Session to use.

    Raises:
        BadInput: a folder holds no finished run, or the runs are of different currencies.
    """
    engine = engine or open_duckdb()
    runs = merge_runs(engine, outs)
    lines = engine.fetch(_lines(runs.items)).to_pylist()
    facts = engine.fetch(runs.items.agg(unknown=unknown_amounts(runs.items))).to_pylist()[0]
    return Account(
        lines=lines,
        totals={name: sum(line[name] for line in lines) for name in DUE},
        of_decisions=engine.fetch(runs.decisions.agg(**known_sums(runs.decisions, DUE))).to_pylist()[0],
        of_partly_known=_partly_known(engine, runs),
        unknown=facts["unknown"],
        earlier_versions=runs.replaced,
        cancelled=runs.cancelled,
        refused=runs.refused,
        currency=runs.currency,
    )


def _partly_known(engine: Engine, runs: MergedRuns) -> dict[str, int]:
    """Add up the known items of consignments whose decision states no amount, because another item's is unknown."""
    of_decision = {name: f"decided_{name}" for name in DUE}
    stated = runs.decisions.select("consignment_id", "version", **{new: name for name, new in of_decision.items()})
    open_ones = stated.filter(ibis.or_(*(stated[new].isnull() for new in of_decision.values())))
    joined = runs.items.join(open_ones, ["consignment_id", "version"])
    sums = {
        name: ibis.ifelse(joined[new].isnull(), joined[name], 0).sum().fill_null(0) for name, new in of_decision.items()
    }
    found: dict[str, int] = engine.fetch(joined.agg(**sums)).to_pylist()[0]
    return found


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
        **known_sums(both, DUE),
    )
    return grouped.order_by("payer", "period", "status")
