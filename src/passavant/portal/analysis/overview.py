"""Volumes, lanes, outcomes and revenue as tables and charts."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from passavant.clearance.words import LANES, OUTCOME
from passavant.dataset.reasons import OUTCOMES
from passavant.portal.analysis import figures
from passavant.portal.analysis.charts import LANES as LANE_COLOURS
from passavant.portal.analysis.charts import PATTERNS, Chart, Stack, columns, swatch
from passavant.portal.analysis.filters import Choice, channels
from passavant.portal.analysis.store import Store
from passavant.portal.analysis.tables import Column, Shown
from passavant.portal.look.language import current
from passavant.portal.look.templatetags.look import day, money, number

__all__ = ["nothing", "overview"]


def overview(store: Store, choice: Choice) -> list[Shown]:
    """Return every table of the page."""
    ways, lanes = dict(channels()), {code: text.say(current()).capitalize() for code, text in LANES.items()}
    volumes = figures.per_day(store, choice, "channel", tuple(ways))
    by_lane = figures.per_day(store, choice, "lane", tuple(lanes))
    return [
        _series("volumes", _("Consignments per day, by channel"), volumes, ways),
        _series("lanes", _("Consignments per day, by lane"), by_lane, lanes),
        _outcomes(store, choice),
        *(_revenue(one) for one in figures.revenue(store, choice)),
    ]


def nothing() -> str:
    """Say that there is nothing."""
    return _("No decision in this period with these filters.")


def _series(key: str, title: str, series: figures.Series, names: dict[str, str]) -> Shown:
    titles = [names.get(name, name) for name in series.names]
    caption = _("%(title)s (%(total)s in all)") % {"title": title, "total": number(series.total)}
    shown = (
        Column("day", _("Day"), "day"),
        *(Column(name, text, "count") for name, text in zip(series.names, titles, strict=True)),
        Column("all", _("All"), "count"),
    )
    cells = [(one, *counts, sum(counts)) for one, counts in zip(series.days, series.counts, strict=True)]
    return Shown(key, caption, shown, cells, nothing(), _stacked(key, title, series, titles) if cells else None)


def _stacked(key: str, title: str, series: figures.Series, titles: Sequence[str]) -> Chart:
    stacks = [Stack(day(one), counts) for one, counts in zip(series.days, series.counts, strict=True)]
    most = max(stacks, key=lambda stack: sum(stack.parts))
    told = _("From %(start)s to %(end)s: %(total)s consignments, most on %(day)s (%(most)s).") % {
        "start": stacks[0].label, "end": stacks[-1].label, "total": number(series.total), "day": most.label, "most": number(sum(most.parts)),
    }  # fmt: skip
    palette = [LANE_COLOURS.get(name, PATTERNS[place % len(PATTERNS)]) for place, name in enumerate(series.names)]
    drawing, top = columns(stacks, key, title, told, palette)
    legend = tuple((text, swatch(key, place, palette)) for place, text in enumerate(titles))
    return Chart(
        key,
        title,
        told,
        drawing,
        legend,
        _("%(count)s consignments") % {"count": number(top)},
        (stacks[0].label, stacks[-1].label),
    )


def _outcomes(store: Store, choice: Choice) -> Shown:
    counted = figures.outcomes(store, choice)
    total = sum(counted.values())
    cells = [
        (OUTCOME[code].say(current()).capitalize(), counted[code], counted[code] / total)
        for code in OUTCOMES
        if counted.get(code)
    ]
    caption = _("Outcomes (share of %(total)s consignments)") % {"total": number(total)}
    shown = (
        Column("outcome", _("Outcome")),
        Column("consignments", _("Consignments"), "count"),
        Column("share", _("Share"), "percent"),
    )
    return Shown("outcomes", caption, shown, cells, nothing())


def _revenue(one: figures.Revenue) -> Shown:
    key, amounts = f"revenue-{one.currency}", {"duty": _("Duty"), "vat": _("VAT at the border"), "fees": _("Fees")}
    parts = (one.duty, one.vat, one.fees)
    sums = [sum(values) for values in zip(*parts, strict=True)]
    title = _("Due at the border per day, in %(currency)s") % {"currency": one.currency}
    shown = (
        Column("day", _("Day"), "day"), *(Column(f"{name}_minor", text, "money", one.currency) for name, text in amounts.items()),
        Column("due_minor", _("All due at the border"), "money", one.currency),
        Column("vendor_vat_minor", _("VAT collected by the vendor (apart)"), "money", one.currency),
    )  # fmt: skip
    cells = list(zip(one.days, *parts, sums, one.vendor_vat, strict=True))
    caption = _("%(title)s: %(due)s; collected by vendors, apart: %(vendor)s") % {
        "title": title, "due": money(sum(sums), one.currency), "vendor": money(sum(one.vendor_vat), one.currency),
    }  # fmt: skip
    note = (
        _("%(count)s consignments have an amount that could not be worked out; it is in no sum.")
        % {"count": number(one.unknown)}
        if one.unknown
        else ""
    )
    return Shown(key, caption, shown, cells, nothing(), _amounts(key, title, one, list(amounts.values())), note)


def _amounts(key: str, title: str, one: figures.Revenue, titles: Sequence[str]) -> Chart:
    parts = list(zip(one.duty, one.vat, one.fees, strict=True))
    stacks = [Stack(day(on), tuple(max(0, part) for part in row)) for on, row in zip(one.days, parts, strict=True)]
    whole = sum(map(sum, parts))
    told = _("From %(start)s to %(end)s: %(due)s due at the border.") % {
        "start": stacks[0].label,
        "end": stacks[-1].label,
        "due": money(whole, one.currency),
    }
    drawing, top = columns(stacks, key, title, told)
    legend = tuple((text, swatch(key, place)) for place, text in enumerate(titles))
    shown = money(top, one.currency)
    return Chart(key, title, told, drawing, legend, shown, (stacks[0].label, stacks[-1].label))
