"""A rule and its back-test in words and tables, as pages show them."""

from __future__ import annotations

import datetime as dt
import difflib
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from passavant.clearance.words import CERTAINTY, LANES, OUTCOME, RISKS
from passavant.portal.analysis.store import runs
from passavant.portal.analysis.tables import Column, Shown
from passavant.portal.cases.models import Case
from passavant.portal.cases.permissions import reads_cases
from passavant.portal.integrity.proportions import Proportion
from passavant.portal.look.language import current
from passavant.portal.look.templatetags.look import day, number, percent
from passavant.portal.rulebook.content import Content
from passavant.portal.rulebook.kept_names import keeps
from passavant.portal.rulebook.language import FUNCTION_WORDS, functions, meaning, names
from passavant.portal.rulebook.models import Version
from passavant.portal.rulebook.services import content_of, days_tested, state_of
from passavant.portal.rulebook.testing import Cost

__all__ = [
    "difference",
    "figures_tables",
    "fields_rows",
    "functions_table",
    "in_words",
    "names_table",
    "sample_links",
    "share_text",
    "versions_table",
]


def in_words(content: Content) -> str:
    """Return what a rule does, in a sentence."""
    told = _("If %(condition)s, the outcome is at least “%(outcome)s”. Reason given: %(text)s (%(reference)s).") % {
        "condition": content.condition,
        "outcome": OUTCOME[content.outcome].say(current()),
        "text": (content.text_fr if current() == "fr" else content.text_en).rstrip("."),
        "reference": content.reference_fr if current() == "fr" else content.reference_en,
    }
    return str(told)


def fields_rows(content: Content) -> list[tuple[Any, Any]]:
    """Return a rule's fields as rows of a list."""
    yes = {True: _("yes"), False: _("no")}
    return [
        (_("Condition"), content.when),
        (_("Holds from"), day(content.from_day)),
        (_("Holds until"), day(content.until_day)),
        (_("Outcome"), OUTCOME[content.outcome].say(current())),
        (_("Risk"), RISKS[content.risk].say(current())),
        (_("Certainty"), CERTAINTY[content.certainty].say(current())),
        (_("Words in English"), content.text_en),
        (_("Words in French"), content.text_fr),
        (_("Law or list behind it"), content.reference_fr if current() == "fr" else content.reference_en),
        (_("Restricted goods: full declaration (category 4)"), yes[content.restricted]),
        (_("The declarant may see this reason"), yes[content.declarant]),
        (_("Mark what is released for audit afterwards (blue lane)"), yes[content.audit]),
    ]


def names_table() -> Shown:
    """Return the names that a condition may use, and whether the past can be asked for each."""
    kept = _kept()
    columns = (Column("name", _("Name")), Column("type", _("Type")), Column("meaning", _("Meaning")), Column("values", _("Values")), Column("kept", _("Can be back-tested")))  # fmt: skip
    cells = [
        (one.name, one.type, one.meaning, ", ".join(one.values) or "—", _("yes") if one.name in kept else _("no"))
        for one in names(current())
    ]
    return Shown("names", _("Names that a condition may use"), columns, cells, "")


def functions_table() -> Shown:
    """Return the functions that a condition may call."""
    columns = (Column("name", _("Function")), Column("meaning", _("Meaning")), Column("example", _("Example")))
    cells = [(name, FUNCTION_WORDS[name][0].say(current()), FUNCTION_WORDS[name][1]) for name in functions()]
    return Shown("functions", _("Functions that a condition may call"), columns, cells, "")


def versions_table(versions: list[Version]) -> Shown:
    """Return the versions of a rule, newest first."""
    columns = (Column("version", _("Version")), Column("state", _("State")), Column("tested", _("Days back-tested"), "count"), Column("author", _("Author")), Column("made", _("Made"), "day"), Column("note", _("What changed")))  # fmt: skip
    cells = [
        (
            (str(one.number), reverse("rule_version", args=[one.rule_id, one.number])), state_of(one).label, days_tested(one),
            str(one.author), one.made_at.date(), one.note or "—",
        )
        for one in versions
    ]  # fmt: skip
    return Shown("versions", _("Versions"), columns, cells, "")


def difference(old: Version, new: Version) -> Shown:
    """Return what differs between two versions, field by field."""
    before, after = dict(fields_rows(content_of(old))), fields_rows(content_of(new))
    cells = [(name, before[name], value) for name, value in after if before[name] != value]
    columns = (Column("field", _("Field")), Column("old", _("Version %(number)s") % {"number": old.number}), Column("new", _("Version %(number)s") % {"number": new.number}))  # fmt: skip
    return Shown("difference", _("What differs"), columns, cells, _("Nothing differs."))


def changed_lines(old: Version, new: Version) -> list[str]:
    """Return the differing lines of the two files, as diff writes them."""
    return list(
        difflib.unified_diff(old.text.splitlines(), new.text.splitlines(), f"{old}", f"{new}", lineterm="", n=1)
    )


def figures_tables(figures: dict[str, Any]) -> list[Shown]:
    """Return a back-test's figures by lane and by day."""
    lanes = [
        (LANES[lane].say(current()).capitalize() if lane in LANES else lane, count, _of(count, figures["hits"]))
        for lane, count in sorted(figures["by_lane"].items(), key=lambda pair: list(LANES).index(pair[0]))
    ]
    by_lane = Shown(
        "lanes", ngettext("Hits by the lane that they had (share of %(hits)s hit)", "Hits by the lane that they had (share of %(hits)s hits)", figures["hits"]) % {"hits": number(figures["hits"])},
        (Column("lane", _("Lane")), Column("hits", _("Consignments hit"), "count"), Column("share", _("Share"), "percent")), lanes, _("No hit."),
    )  # fmt: skip
    days = [
        (dt.date.fromisoformat(on), hits, new, figures["selected_by_day"].get(on, 0))
        for on, (hits, new) in figures["by_day"].items()
    ]
    by_day = Shown(
        "days", _("Hits by day of law"),
        (Column("day", _("Day"), "day"), Column("hits", _("Consignments hit"), "count"), Column("new", _("Not selected so far"), "count"), Column("red", _("Red lane so far"), "count")),
        days, _("No hit."),
    )  # fmt: skip
    return [by_lane, by_day]


def share_text(share: Proportion | None) -> str:
    """Return a hit rate with its denominator and interval."""
    if share is None:
        return _("No inspection result is recorded yet.")
    if not share.of:
        return _("None of the hits was inspected.")
    return _("%(count)s of %(of)s inspected: %(share)s (95%% interval %(low)s to %(high)s). These were inspected for other reasons, so the rate may differ for the rest.") % {
        "count": number(share.count), "of": number(share.of), "share": percent(round((share.share or 0) * 1_000_000)),
        "low": percent(round(share.low * 1_000_000)), "high": percent(round(share.high * 1_000_000)),
    }  # fmt: skip


def figures_rows(figures: dict[str, Any], cost: Cost, rate: Proportion | None) -> list[tuple[Any, Any]]:
    """Return the figures of a back-test as rows of a list."""
    capacity = number(cost.capacity) if cost.capacity is not None else _("not set (PASSAVANT_CONTROLS_A_DAY)")
    new = figures["hits"] - figures["already"]
    return [
        (_("Period"), ngettext("%(start)s to %(end)s, %(days)s day with declarations", "%(start)s to %(end)s, %(days)s days with declarations", figures["days"]) % {"start": day(dt.date.fromisoformat(figures["start"])), "end": day(dt.date.fromisoformat(figures["end"])), "days": number(figures["days"])}),
        (_("Runs read"), number(len(figures["runs"]))),
        (_("Consignments"), number(figures["consignments"])),
        (_("Consignments hit"), f"{number(figures['hits'])} ({percent(round(1_000_000 * figures['hits'] / figures['consignments']))})"),
        (_("Of these, selected already at this outcome or a higher one"), number(figures["already"])),
        (_("Of these, by a version of this very rule"), number(figures["own"])),
        (_("Not selected so far"), number(new)),
        (_("Hit rate on known inspection results"), share_text(rate)),
        (_("Added per day, on average"), number(cost.added, 1)),
        (_("Added on the fullest day"), number(cost.most)),
        (_("Red lane per day so far"), number(cost.now, 1)),
        (_("Controls that the office can make in a day"), capacity),
    ]  # fmt: skip


def sample_links(sample: list[str], reader: Any) -> list[tuple[str, str]]:
    """Return the consignments of a sample, each with the address of its case; empty where it has none or the reader sees none."""
    known: dict[str, int] = {}
    if reads_cases(reader):
        found = Case.objects.filter(consignment_id__in=sample).order_by("version")
        known = dict(found.values_list("consignment_id", "pk"))  # the newest version stays
    return [(name, reverse("case", args=[known[name]]) if name in known else "") for name in sample]


def _of(count: int, whole: int) -> float | None:
    return count / whole if whole else None


def _kept() -> frozenset[str]:
    """Return the names that the newest run of the lake can tell; where there is none, nothing is promised."""
    import pyarrow.parquet as pq

    from passavant.lake.tables import run_tables

    listed = runs()
    if not listed:
        return frozenset()
    columns: list[str] = pq.read_schema(run_tables(listed[-1], "items")[0]).names
    return frozenset(keeps(columns))


def unkept_names(content: Content, used: frozenset[str]) -> list[str]:
    """Return the names of a condition that the past cannot be asked for, with what they mean."""
    kept = _kept()
    return [f"{name} ({meaning(name).say(current())})" for name in sorted(used - kept)] if kept else []
