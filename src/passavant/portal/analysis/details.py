"""Reasons, senders and inspection results as tables."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from passavant.clearance.reason_words import general_text
from passavant.clearance.run_law import RunLaw, law_of
from passavant.clearance.words import LANES
from passavant.lake.manifest import read_manifest
from passavant.portal.analysis import figures, results
from passavant.portal.analysis.filters import Choice
from passavant.portal.analysis.overview import nothing
from passavant.portal.analysis.store import Store
from passavant.portal.analysis.tables import Column, Shown
from passavant.portal.declarations.grounds import lake
from passavant.portal.integrity.proportions import Proportion
from passavant.portal.look.language import current
from passavant.portal.look.templatetags.look import money, number

__all__ = ["FEWEST", "reason_tables", "result_tables", "sender_tables", "stratum_row"]

#: Fewest inspected consignments of the random stratum that a table counts.
FEWEST = 10


def reason_tables(store: Store, choice: Choice) -> list[Shown]:
    """Return the reasons that most consignments bear, with their words and the law behind each."""
    total, law = figures.total(store, choice)[0], _law(store)
    cells = []
    for one in figures.reasons(store, choice):
        words, cited = _said(law, one.code, choice)
        cells.append((words, cited, one.code, one.consignments, one.consignments / total if total else None))
    columns = (
        Column("text", _("Reason")), Column("reference", _("Law or list")), Column("code", _("Code")),
        Column("consignments", _("Consignments"), "count"), Column("share", _("Share"), "percent"),
    )  # fmt: skip
    caption = _("Most frequent reasons (share of %(total)s consignments; one may bear several)") % {
        "total": number(total)
    }
    return [Shown("reasons", caption, columns, cells, nothing())]


def sender_tables(store: Store, choice: Choice) -> list[Shown]:
    """Return volume and quality for each declarant."""
    law = _law(store)
    cells = []
    for one in figures.senders(store, choice):
        sent = one.read + one.rejected
        words = " ".join(_said(law, code, choice)[0] for code in one.codes[:2])
        cells.append((
            one.declarant, one.consignments, one.asked / one.consignments, sent, one.rejected / sent if sent else None, one.splits, words or None,
        ))  # fmt: skip
    columns = (
        Column("declarant", _("Declarant")), Column("consignments", _("Consignments"), "count"),
        Column("asked_share", _("Asked for information"), "percent"), Column("rows", _("Goods items sent"), "count"),
        Column("unreadable_share", _("Rejected as unreadable"), "percent"), Column("splits", _("Possible splits"), "count"),
        Column("quality", _("Most frequent faults of quality")),
    )  # fmt: skip
    note = _(
        "Asked for information: of the consignments. Rejected as unreadable: of the goods items sent, whatever their channel or lane; a rejected row has no day of law and counts on the most frequent one of its run. Possible splits: consignments to one importer on one day that together exceed a limit."
    )
    return [Shown("senders", _("Declarants, by consignments"), columns, cells, nothing(), note=note)]


def result_tables(store: Store, choice: Choice) -> list[Shown]:
    """Return hit rates with their intervals, and what was recovered."""
    found = results.of_period(store, choice)
    if found is None:
        return []
    lanes = {code: text.say(current()).capitalize() for code, text in LANES.items()}
    rows = [
        (_("All inspections"), found.hits),
        *((lanes.get(lane, lane), share) for lane, share in found.by_lane.items()),
    ]
    cells: list[tuple[Any, ...]] = [
        (name, one.count, one.of, one.share, one.low if one.of else None, one.high if one.of else None)
        for name, one in rows
    ]
    cells.append(stratum_row(found.stratum))
    columns = (
        Column("of", _("Of")), Column("irregular", _("Irregular"), "count"), Column("inspected", _("Inspected"), "count"),
        Column("share", _("Hit rate"), "percent"), Column("low", _("From (95%)"), "percent"), Column("high", _("To (95%)"), "percent"),
    )  # fmt: skip
    note = _(
        "Intervals are Wilson's, 95%. The hit rate of selected consignments says how good the selection is. The random stratum is drawn from all consignments before any selection: its share of irregular ones estimates that of the whole flow, which is the leakage of what is released unseen."
    )
    shown = [
        Shown(
            "results",
            _("Inspection results of the period, by the day on which they were recorded"),
            columns,
            cells,
            nothing(),
            note=note,
        )
    ]
    if found.recovered:
        money_cells = [(currency, money(minor, currency)) for currency, minor in sorted(found.recovered.items())]
        shown.append(
            Shown(
                "recovered",
                _("Value recovered"),
                (Column("currency", _("Currency")), Column("amount", _("Amount"))),
                money_cells,
                nothing(),
            )
        )
    return shown


def stratum_row(found: Proportion) -> tuple[Any, ...]:
    """Return the row of the random stratum; of few, a figure would tell which consignments were drawn.

    Args:
        found: Irregular ones of those inspected.
    """
    name = _("Random stratum: estimate for all consignments")
    if found.of < FEWEST:
        return (name, None, _("fewer than %(n)s") % {"n": number(FEWEST)}, None, None, None)
    return (name, found.count, found.of, found.share, found.low, found.high)


def _said(law: RunLaw | None, code: str, choice: Choice) -> tuple[str, str]:
    reason = law.reasons.get(code) if law else None
    if law is None or reason is None:
        return code, "—"
    return general_text(reason, law, choice.end, current()), reason.cited.say(current())


def _law(store: Store) -> RunLaw | None:
    """Return the law and the rules of the newest run that counts."""
    return _law_of(lake() / "runs" / store.counted[-1]) if store.counted else None


@lru_cache(maxsize=4)
def _law_of(run: Path) -> RunLaw:
    return law_of(run, read_manifest(run))
