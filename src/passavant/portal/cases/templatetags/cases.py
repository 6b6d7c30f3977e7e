"""Tags and filters of the console's pages: ``{% load cases %}``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django import template
from django.http import HttpRequest
from django.utils import timezone

from passavant.clearance.words import CATEGORIES
from passavant.portal.cases.models import Case, CaseEvent
from passavant.portal.cases.onward import case_address, kept_list, queue_address
from passavant.portal.cases.units import UNITS
from passavant.portal.cases.words import ACTIONS, FINDINGS, REASONS, STATE_COLOURS, STATES, VERBS
from passavant.portal.look.language import current
from passavant.texts import Text, pick

__all__ = ["register"]

register = template.Library()
_HOUR = 60


@register.filter
def age(since: dt.datetime) -> str:
    """Write how long something waits: ``45 min``, ``3 h``, ``2 d 4 h``."""
    return _spoken(timezone.now() - since)


def _spoken(span: dt.timedelta) -> str:
    minutes = max(0, int(span.total_seconds()) // 60)
    hours, days = minutes // _HOUR, minutes // (24 * _HOUR)
    if days:
        return f"{days}\u00a0{pick('d', 'j', current())} {hours % 24}\u00a0h"
    return f"{hours}\u00a0h" if hours else f"{minutes}\u00a0min"


@register.inclusion_tag("look/parts/tag.html")
def state(code: str) -> dict[str, str]:
    """Show a case's state."""
    return {"text": _said(STATES, code), "colour": STATE_COLOURS.get(code, "grey")}


@register.filter
def action_name(code: str) -> str:
    """Write an action as a button says it."""
    return _said(ACTIONS, code)


@register.filter
def finding(code: str) -> str:
    """Write what an inspection found."""
    return _said(FINDINGS, code)


@register.filter
def unit(code: str | None) -> str:
    """Write a unit with its word: ``H87 (piece)``."""
    word = UNITS.get(code or "")
    return f"{code} ({word.say(current())})" if word else code or ""


@register.filter
def file_kind(kind: str) -> str:
    """Write what a file is: ``PDF``, ``JPEG``."""
    return kind.rpartition("/")[2].upper()


@register.filter
def asked_for(code: str) -> str:
    """Write what an officer asks of a declarant."""
    return _said(REASONS["request_information"], code)


@register.filter
def category_name(number: int | None) -> str:
    """Write a release category with its number."""
    return f"{number} – {CATEGORIES[number].say(current())}" if number in CATEGORIES else "—"


@register.filter
def verb(event: CaseEvent) -> str:
    """Write what was done; a proposal and an approval name the action they are about."""
    said = _said(VERBS, event.action)
    about = event.data.get("action")
    return f"{said} ({_said(ACTIONS, about)})" if about else said


@register.filter
def why(event: CaseEvent) -> str:
    """Write the reason of an event."""
    codes = REASONS.get(event.data.get("action", event.action), {}) if event.action != "result" else FINDINGS
    return _said(codes, event.reason) if event.reason else ""


@register.filter
def proposed_reason(proposed: Mapping[str, str]) -> str:
    """Write the reason of a proposal."""
    return _said(REASONS.get(proposed["action"], {}), proposed["reason"])


@register.inclusion_tag("cases/due.html")
def due(case: Case) -> dict[str, object]:
    """Show by when a case is to be answered, and how far that is."""
    between = case.due_at - timezone.now()
    return {"case": case, "apart": _spoken(abs(between)), "late": case.is_overdue, "past": between < dt.timedelta()}


@register.simple_tag(takes_context=True)
def in_list(context: dict[str, object], name: str, *args: object, **more: str) -> str:
    """Return an address that keeps the list which somebody works through: ``{% in_list "case" case.pk %}``."""
    return case_address(name, _list(context), *args, **more)


@register.simple_tag(takes_context=True)
def whole_list(context: dict[str, object]) -> str:
    """Return the address of that list."""
    return queue_address(_list(context))


def _list(context: dict[str, object]) -> str:
    own, request = context.get("list"), context.get("request")
    return str(own) if own is not None else kept_list(request) if isinstance(request, HttpRequest) else ""


def _said(words: Mapping[str, Text], code: str) -> str:
    return words[code].say(current()) if code in words else str(code)
