"""The indicators of integrity as a page: each with its denominator, interval, office's share and how it is made."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from passavant.portal.analysis.permissions import integrity_readers
from passavant.portal.analysis.tables import Column, Shown
from passavant.portal.analysis.views import tabs
from passavant.portal.csv_export import stream
from passavant.portal.integrity.hours import office_hours
from passavant.portal.integrity.indicators import Indicator
from passavant.portal.integrity.services import HEADING, indicators, rows
from passavant.portal.integrity.words import METHOD, WORDS
from passavant.portal.look.language import current
from passavant.portal.people.permissions import person_behind, requires

__all__ = ["PeriodForm", "integrity"]

_DATE = {"type": "date", "class": "govuk-input--width-10"}
_DAYS = 30


class PeriodForm(forms.Form):
    """From which day to which."""

    start = forms.DateField(label=gettext_lazy("First day"), widget=forms.DateInput(attrs=_DATE, format="%Y-%m-%d"))
    end = forms.DateField(label=gettext_lazy("Last day"), widget=forms.DateInput(attrs=_DATE, format="%Y-%m-%d"))

    def __init__(self, data: Mapping[str, Any]) -> None:
        today = dt.datetime.now(dt.UTC).date()
        usual = {"start": str(today - dt.timedelta(days=_DAYS - 1)), "end": str(today)}
        super().__init__(usual | {name: data[name] for name in usual if data.get(name)})

    def clean(self) -> dict[str, Any]:
        """Refuse a period that ends before it begins."""
        cleaned = super().clean() or {}
        if cleaned.get("start") and cleaned.get("end") and cleaned["end"] < cleaned["start"]:
            self.add_error("end", forms.ValidationError(_("Give a last day that is not before the first")))
        return cleaned


@require_safe
@requires(integrity_readers)
def integrity(request: HttpRequest) -> HttpResponse:
    """Show them; whoever reads them is in the trail."""
    form = PeriodForm(request.GET.dict())
    shown: dict[str, Any] = {
        "form": form,
        "tabs": tabs(request.user, "analysis_integrity"),
        "method": METHOD.say(current()),
    }
    if form.is_valid():
        start, end = form.cleaned_data["start"], form.cleaned_data["end"]
        found = indicators(start, end, by=person_behind(request).email)
        if request.GET.get("format") == "csv":
            answer: Any = stream(f"integrity-{start}-{end}.csv", HEADING, rows(found))
            return answer  # type: ignore[no-any-return]
        asked = request.GET.copy()
        asked["format"] = "csv"
        shown |= {
            "tables": _tables(found),
            "start": start,
            "end": end,
            "hours": str(office_hours()),
            "csv": f"?{asked.urlencode()}",
        }
    return render(request, "analysis/integrity.html", shown)


def _tables(found: list[Indicator]) -> list[Shown]:
    """Return one table for each indicator, what asks for a closer look first."""
    columns = (
        Column("person", _("Person")), Column("subject", _("About")), Column("count", _("Cases"), "count"), Column("of", _("Of"), "count"),
        Column("share", _("Share"), "percent"), Column("low", _("From (95%)"), "percent"), Column("high", _("To (95%)"), "percent"),
        Column("office", _("Office"), "percent"), Column("flagged", _("To be looked at")),
    )  # fmt: skip
    tables = []
    for code, words in WORDS.items():
        own = sorted((one for one in found if one.code == code), key=lambda one: (not one.flagged, one.person))
        tables.append(
            Shown(
                code,
                words.say(current()),
                columns,
                [_cells(one) for one in own],
                _("%(what)s: no such decision in this period.") % {"what": words.say(current())},
            )
        )
    return tables


def _cells(one: Indicator) -> tuple[Any, ...]:
    flagged = _("yes") if one.flagged else _("no")
    return (
        one.person,
        one.subject or "—",
        one.own.count,
        one.own.of,
        one.own.share,
        one.own.low,
        one.own.high,
        one.office.share,
        flagged,
    )
