"""Tags and filters of the pages: ``{% load look %}``."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import template
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.paginator import Page
from django.http import HttpRequest
from django.utils.safestring import mark_safe

from passavant.money.display import show_amount, show_declared
from passavant.portal.look import built, forms, language, navigation, words
from passavant.texts import day as say_day
from passavant.texts import number as say_number

__all__ = ["register"]

register = template.Library()
_PPM_PER_PERCENT = 10_000
_SVG = re.compile(r'<svg(?:\s+(?:width|height)="[^"]*")*')


# Filters


@register.filter
def money(minor: int | None, currency: str) -> str:
    """Write an amount in minor units: ``{{ row.duty_minor|money:row.currency_due }}``."""
    return show_amount(minor, currency, language.current())


@register.filter
def declared(amount: Decimal | None, currency: str | None) -> str:
    """Write an amount as it was declared: ``{{ item.intrinsic_value|declared:item.currency }}``."""
    return show_declared(amount, currency, language.current())


@register.filter
def day(value: dt.date | None) -> str:
    """Write a day: ``2026-09-15``, ``15/09/2026``; a dash when there is none."""
    return say_day(value, language.current())


@register.filter
def moment(value: dt.datetime | str | None) -> str:
    """Write a day and a time, in UTC; a text as receipts have it (``2026-11-25T17:41:55Z``) likewise."""
    if value is None:
        return "—"
    if isinstance(value, str):
        value = dt.datetime.fromisoformat(value)
    shown = value.astimezone(dt.UTC)
    return f"{say_day(shown.date(), language.current())} {shown:%H:%M}\u00a0UTC"


@register.filter
def number(value: int | float | Decimal | None, decimals: int = 0) -> str:
    """Write a number with the separators of the language; a dash when there is none."""
    return "—" if value is None else say_number(value, language.current(), int(decimals))


@register.filter
def percent(ppm: int | None) -> str:
    """Write a rate given per million as a percentage."""
    return "—" if ppm is None else f"{say_number(Decimal(ppm) / _PPM_PER_PERCENT, language.current(), 2)}\u00a0%"


@register.filter
def is_link(cell: Any) -> bool:
    """Return whether a cell of a table is a pair of text and address."""
    return isinstance(cell, tuple)


@register.filter
def inline_svg(drawing: str) -> str:
    """Put a drawing made on this server (a QR code) into the page; the page's style gives it its size."""
    return mark_safe(_SVG.sub('<svg class="pv-qr" aria-hidden="true"', drawing[drawing.find("<svg") :], count=1))  # noqa: S308 - made here


@register.filter
def at(texts: Sequence[Any], place: int) -> Any:
    """Return what stands at a place of a sequence, or nothing."""
    return texts[place] if place < len(texts) else ""


@register.filter
def sentence(text: str, place: str = "") -> str:
    """End a text with a full stop, and begin it with a capital unless it stands within a line or begins with a code."""
    text = text.strip()
    whole = text if text.endswith((".", "!", "?", "…", "”", "»")) else f"{text}."
    return whole if place == "within" or not whole.split(maxsplit=1)[0].isalpha() else whole[:1].upper() + whole[1:]


# Frame


@register.simple_tag
def built_file(name: str) -> str:
    """Return the address of a built file: ``{% built_file "portal.css" %}``."""
    return built.built_address(name)


@register.simple_tag
def portal_name() -> str:
    """Return what this portal is called."""
    return str(settings.PORTAL_NAME)


@register.simple_tag
def sends_mail() -> bool:
    """Return whether this portal can write to its people: ``{% sends_mail as mail %}``."""
    return not str(settings.EMAIL_BACKEND).endswith("dummy.EmailBackend")


@register.simple_tag(takes_context=True)
def languages(context: dict[str, Any]) -> Sequence[language.Version]:
    """Return this page in every language: ``{% languages as versions %}``."""
    request = _request(context)
    return language.versions(request.get_full_path() if request else "/")


@register.simple_tag(takes_context=True)
def absolute(context: dict[str, Any], address: str) -> str:
    """Return an address with the name of this host."""
    request = _request(context)
    return request.build_absolute_uri(address) if request else address


@register.simple_tag(takes_context=True)
def places(context: dict[str, Any]) -> Sequence[navigation.Place]:
    """Return where the reader may go: ``{% places as shown %}``."""
    request = _request(context)
    person = getattr(request, "user", None) or AnonymousUser()
    return navigation.places_for(person, request.path if request else "")


@register.simple_tag(takes_context=True)
def has_faults(context: template.Context) -> bool:
    """Return whether a form of this page has an error: ``{% has_faults as faulty %}``."""
    return forms.has_faults(_variables(context))


@register.inclusion_tag("look/parts/error_summary.html", takes_context=True)
def error_summary(context: template.Context) -> dict[str, Any]:
    """Show what is wrong with the forms of this page, each fault with a link to its field."""
    return {"faults": forms.faults(_variables(context))}


@register.simple_tag(takes_context=True)
def wants_second_factor(context: dict[str, Any]) -> bool:
    """Return whether the reader's role needs a second factor that is not set up: ``{% wants_second_factor as wanting %}``."""
    from allauth.mfa.utils import is_mfa_enabled

    person = getattr(_request(context), "user", None)
    return bool(person and person.is_authenticated and person.needs_second_factor and not is_mfa_enabled(person))


# Parts


@register.inclusion_tag("look/parts/tag.html")
def outcome(code: str) -> dict[str, str]:
    """Show an outcome."""
    text, colour = words.outcome_tag(code)
    return {"text": text, "colour": colour}


@register.inclusion_tag("look/parts/tag.html")
def lane(code: str) -> dict[str, str]:
    """Show a lane."""
    text, colour = words.lane_tag(code)
    return {"text": text, "colour": colour}


@register.inclusion_tag("look/parts/problem.html")
def problem(error: Any) -> dict[str, Any]:
    """Show a refusal (a ``PassavantError``): what was got, what was expected, the next step."""
    return {"told": error.record(language.current()) if error else None}


@register.inclusion_tag("look/parts/pagination.html", takes_context=True)
def pagination(context: dict[str, Any], page: Page[Any]) -> dict[str, Any]:
    """Show the other pages of a list; what else the address asks for is kept."""
    request = _request(context)
    asked = request.GET.copy() if request else None

    def address(to: int) -> str:
        if asked is None:
            return f"?page={to}"
        asked["page"] = str(to)
        return f"?{asked.urlencode()}"

    shown = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    numbers = [
        {"number": one, "address": address(one), "here": one == page.number} if isinstance(one, int) else None
        for one in shown
    ]
    return {
        "page": page,
        "numbers": numbers,
        "before": address(page.number - 1) if page.has_previous() else None,
        "after": address(page.number + 1) if page.has_next() else None,
    }


def _request(context: Any) -> HttpRequest | None:
    request = context.get("request")
    return request if isinstance(request, HttpRequest) else None


def _variables(context: template.Context) -> dict[str, Any]:
    return {str(name): value for name, value in context.flatten().items()}
