"""The dashboards: one page for each question, the filters in its address, every table as CSV."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from passavant.errors import PassavantError
from passavant.portal.analysis import figures
from passavant.portal.analysis.details import reason_tables, result_tables, sender_tables
from passavant.portal.analysis.filters import Choice, FilterForm, chosen, newest_day, oldest_day
from passavant.portal.analysis.overview import overview as overview_tables
from passavant.portal.analysis.permissions import integrity_readers, readers
from passavant.portal.analysis.store import Store, current
from passavant.portal.analysis.tables import Shown
from passavant.portal.csv_export import stream
from passavant.portal.people.permissions import requires

__all__ = ["overview", "reasons", "results", "senders", "tabs"]

_Tables = Callable[[Store, Choice], list[Shown]]


@require_safe
@requires(readers)
def overview(request: HttpRequest) -> HttpResponse:
    """Show volumes, lanes, outcomes and revenue."""
    return _page(request, "analysis", _("Volumes and revenue"), overview_tables)


@require_safe
@requires(readers)
def reasons(request: HttpRequest) -> HttpResponse:
    """Show the most frequent reasons."""
    return _page(request, "analysis_reasons", _("Reasons"), reason_tables)


@require_safe
@requires(readers)
def senders(request: HttpRequest) -> HttpResponse:
    """Show volume and quality for each declarant."""
    return _page(request, "analysis_senders", _("Quality by declarant"), sender_tables)


@require_safe
@requires(readers)
def results(request: HttpRequest) -> HttpResponse:
    """Show what inspections found."""
    return _page(request, "analysis_results", _("Inspection results"), result_tables)


def tabs(person: Any, here: str) -> list[tuple[str, str, bool]]:
    """Return the pages of this app that a person may see: text, address, and whether it is shown now."""
    named = [
        ("analysis", _("Volumes and revenue"), readers), ("analysis_reasons", _("Reasons"), readers),
        ("analysis_senders", _("Quality by declarant"), readers), ("analysis_results", _("Inspection results"), readers),
        ("analysis_integrity", _("Integrity indicators"), integrity_readers),
    ]  # fmt: skip
    return [(text, reverse(name), name == here) for name, text, permission in named if permission(person)]


def _page(request: HttpRequest, name: str, title: str, tables: _Tables) -> HttpResponse:
    form = FilterForm(request.GET.dict())
    shown: dict[str, Any] = {"form": form, "title": title, "tabs": tabs(request.user, name), "name": name}
    if not form.is_valid():
        return render(request, "analysis/dashboard.html", shown)
    try:
        store = current()
        choice = chosen(form, store)
        found = tables(store, choice)
    except PassavantError as error:
        return render(request, "analysis/dashboard.html", shown | {"problem": error})
    if "table" in request.GET:
        return _as_csv(found, request.GET["table"], choice)  # type: ignore[no-any-return]
    consignments, items, unknown = figures.total(store, choice)
    return render(request, "analysis/dashboard.html", shown | {
        "choice": choice, "tables": [(one, _csv_address(request, one.key)) for one in found], "store": store,
        "consignments": consignments, "items": items, "unknown": unknown, "older": _older(request, store, choice),
    })  # fmt: skip


def _older(request: HttpRequest, store: Store, choice: Choice) -> str:
    """Return the address of the page over all days, where older ones lie outside the period; else nothing."""
    if choice.start <= oldest_day(store, newest_day(store)):
        return ""
    asked = request.GET.copy()
    for name in ("start", "end"):
        asked.pop(name, None)
    asked["period"] = "all"
    return f"{request.path}?{asked.urlencode()}"


def _as_csv(tables: list[Shown], key: str, choice: Choice) -> Any:
    found = next((one for one in tables if one.key == key), None)
    if found is None:
        raise Http404
    return stream(f"{key}-{choice.start}-{choice.end}.csv", found.heading, found.cells)


def _csv_address(request: HttpRequest, key: str) -> str:
    asked = request.GET.copy()
    asked["table"] = key
    return f"{request.path}?{asked.urlencode()}"
