"""Charts of what was decided: release categories, outcomes and lanes, hours of lodging."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from passavant.clearance.report_charts import Bar, Column, Label, bars, columns
from passavant.clearance.report_html import Html, table
from passavant.clearance.report_view import View
from passavant.clearance.report_words import CATEGORIES, LANES, OUTCOME

__all__ = ["categories", "hours", "outcomes"]

_LANE_COLOURS = {"green": "#2e7d4f", "blue": "#2f6fb3", "yellow": "#a37c00", "red": "#b3312b"}
_QUARTER = 900

#: One row of a chart of counts: its name, its consignments, its colour (None: dark blue).
_Row = tuple[str, int, str | None]


def categories(view: View) -> Html:
    """Show consignments by release category."""
    title = view.t("Release categories", "Catégories de mainlevée")
    about = view.t(
        "Consignments by category of the WCO Immediate Release Guidelines.",
        "Envois par catégorie des directives de l'OMD sur la mainlevée immédiate.",
    )
    rows: list[_Row] = []
    for category, words in CATEGORIES.items():
        count = view.figures.count(lambda group, wanted=category: group.category == wanted)
        rows.append((words.say(view.language), count, None))
    return _counted(view, view.label("categories", title, about), view.t("Category", "Catégorie"), rows)


def outcomes(view: View) -> Html:
    """Show consignments by outcome and lane."""
    title = view.t("Outcomes and lanes", "Suites données et circuits")
    about = view.t(
        "The answer to the declarant, and the lane in which customs works.",
        "La réponse faite au déclarant, et le circuit de traitement en douane.",
    )
    rows: list[_Row] = []
    for outcome, words in OUTCOME.items():
        for lane, colour in _LANE_COLOURS.items():
            pair = (outcome, lane)
            count = view.figures.count(lambda group, wanted=pair: (group.outcome, group.lane) == wanted)
            if count:
                rows.append((f"{words.say(view.language)}, {LANES[lane].say(view.language)}", count, colour))
    label = view.label("outcomes", title, about)
    return _counted(view, label, view.t("Outcome and lane", "Suite donnée et circuit"), rows)


def hours(view: View) -> Html:
    """Show consignments by the local hour at which they were lodged."""
    policy = view.law.policy
    zone = policy.file.time_zone if policy else "UTC"
    title = view.t("Hours of lodging", "Heures de dépôt")
    about = view.t(
        f"Consignments by hour of the day at which the declaration was lodged, time of {zone}.",
        f"Envois selon l'heure de dépôt de la déclaration, à l'heure de {zone}.",
    )
    counts = _by_hour(view, ZoneInfo(zone))
    rows = [
        Column(hour, hour + 1, counts[hour], f"{hour:02d}:00–{hour:02d}:59: {view.n(counts[hour])}")
        for hour in range(24)
    ]
    label = view.label("hours", title, about)
    axes = (view.t("Hour of the day", "Heure de la journée"), view.t("Consignments", "Envois"))
    svg = columns(rows, label, axes=axes, language=view.language) if counts else ""
    headings = [view.t("Hour", "Heure"), axes[1], view.t("Share", "Part")]
    cells = [[f"{hour:02d}:00–{hour:02d}:59", view.n(counts[hour]), view.share(counts[hour])] for hour in range(24)]
    return view.exhibit(label, svg, table(title, headings, cells, numeric=(1, 2)))


def _by_hour(view: View, zone: ZoneInfo) -> Counter[int]:
    counts: Counter[int] = Counter()
    for quarter, count in view.figures.lodged.items():
        instant = dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(seconds=quarter * _QUARTER)
        counts[instant.astimezone(zone).hour] += count
    return counts


def _counted(view: View, label: Label, heading: str, rows: Sequence[_Row]) -> Html:
    shown = [Bar(name, view.counted(count), (count,), colour) for name, count, colour in rows]
    svg = bars(shown, label) if view.figures.consignments else ""
    headings = [heading, view.t("Consignments", "Envois"), view.t("Share", "Part")]
    cells = [[name, view.n(count), view.share(count)] for name, count, _ in rows]
    return view.exhibit(label, svg, table(label.title, headings, cells, numeric=(1, 2)))
