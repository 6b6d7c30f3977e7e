"""From one case to the next: the list that somebody works through stands in the address of each case, and is kept along the way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _

from passavant.portal.cases.forms import FilterForm
from passavant.portal.cases.models import Case
from passavant.portal.cases.queries import next_case
from passavant.portal.people.permissions import person_behind

__all__ = ["case_address", "filters_of", "kept_list", "queue_address", "say_done", "written"]

#: Name under which the address of a case holds the filters of the list.
_NAME = "queue"


def filters_of(form: FilterForm) -> dict[str, Any]:
    """Return the filters that an address asks for; what is not valid is left out, and told by the form."""
    form.is_valid()
    return form.cleaned_data


def written(filters: Mapping[str, Any]) -> str:
    """Return filters as the queue's address holds them."""
    return urlencode({name: value for name, value in filters.items() if value})


def kept_list(request: HttpRequest) -> str:
    """Return the filters of the list from which a case was opened, as :func:`written` gives them; what is no filter is left out."""
    return written(filters_of(FilterForm(QueryDict(request.GET.get(_NAME, "")))))


def case_address(name: str, kept: str, *args: object, **more: str) -> str:
    """Return the address of a page about a case that keeps the list.

    Args:
        name: Of the address.
        kept: The list.
        args: What the address holds.
        more: What it asks besides.
    """
    asked = {_NAME: kept, **more} if kept else more
    return reverse(name, args=args) + (f"?{urlencode(asked)}" if asked else "")


def queue_address(kept: str) -> str:
    """Return the address of the list."""
    return reverse("cases") + (f"?{kept}" if kept else "")


def say_done(request: HttpRequest, case: Case, said: str) -> None:
    """Say that something is done, with the ways on: to the next case of the list, and back to it."""
    kept = kept_list(request)
    following = next_case(case, filters_of(FilterForm(QueryDict(kept))), person_behind(request))
    ways = [(queue_address(kept), _("Back to the queue"))]
    if following is not None:
        ways.insert(0, (case_address("case", kept, following.pk), _("Next case")))
    links = format_html_join(" ", '<a class="govuk-notification-banner__link" href="{}">{}</a>', ways)
    messages.success(request, format_html('{} <span class="pv-ways">{}</span>', said, links))
