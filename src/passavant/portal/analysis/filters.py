"""What a dashboard is about: a period by the day of law, a channel, a declarant, a lane; all in the address of the page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from passavant.clearance.words import LANES
from passavant.dataset.schema import load_schema
from passavant.portal.analysis.store import Store
from passavant.portal.look.language import current

__all__ = ["Choice", "FilterForm", "channels", "chosen", "newest_day", "oldest_day"]

_PERIODS = [
    ("7", _("Last 7 days")),
    ("30", _("Last 30 days")),
    ("90", _("Last 90 days")),
    ("all", _("All days")),
    ("own", _("From the first to the last day, below")),
]
_DEFAULT = "30"
_DATE = {"type": "date", "class": "govuk-input--width-10"}
_LONGEST = 3660


@dataclass(frozen=True)
class Choice:
    """What the figures are of; an empty text chooses everything.

    Attributes:
        start: First day of law.
        end: Last day.
    """

    start: dt.date
    end: dt.date
    channel: str = ""
    declarant: str = ""
    lane: str = ""

    @property
    def values(self) -> dict[str, Any]:
        """What queries are given."""
        return {
            "start": self.start,
            "end": self.end,
            "channel": self.channel,
            "declarant": self.declarant,
            "lane": self.lane,
        }


class FilterForm(forms.Form):
    """The filters of every dashboard."""

    period = forms.ChoiceField(
        label=_("Period"),
        choices=_PERIODS,
        required=False,
        help_text=_("Days of law, back from the newest that the lake holds."),
    )
    start = forms.DateField(
        label=_("First day"), required=False, widget=forms.DateInput(attrs=_DATE, format="%Y-%m-%d")
    )
    end = forms.DateField(label=_("Last day"), required=False, widget=forms.DateInput(attrs=_DATE, format="%Y-%m-%d"))
    channel = forms.ChoiceField(label=_("Channel"), required=False)
    declarant = forms.CharField(
        label=_("Declarant"), max_length=64, required=False, help_text=_("As its declarations name it.")
    )
    lane = forms.ChoiceField(label=_("Lane"), required=False)

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        super().__init__({"period": _DEFAULT, **{name: value for name, value in (data or {}).items() if value}})
        lanes = [(code, text.say(current()).capitalize()) for code, text in LANES.items()]
        for name, choices in (("channel", channels()), ("lane", lanes)):
            self.fields[name].choices = [("", _("All")), *choices]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Refuse a period that ends before it begins, or has no beginning or end."""
        cleaned = super().clean() or {}
        if cleaned.get("period") != "own" and (cleaned.get("start") or cleaned.get("end")):
            cleaned["period"] = "own"
        if cleaned.get("period") != "own":
            return cleaned
        for name in ("start", "end"):
            if not cleaned.get(name) and name not in self.errors:
                self.add_error(name, forms.ValidationError(_("Give both days")))
        start, end = cleaned.get("start"), cleaned.get("end")
        if start and end and end < start:
            self.add_error("end", forms.ValidationError(_("Give a last day that is not before the first")))
        elif start and end and (end - start).days > _LONGEST:
            self.add_error("end", forms.ValidationError(_("Give a period of at most ten years")))
        return cleaned


def chosen(form: FilterForm, store: Store) -> Choice:
    """Return what a valid form chooses, counted back from the newest day of the lake."""
    told = form.cleaned_data
    others = {name: told.get(name) or "" for name in ("channel", "declarant", "lane")}
    if told.get("period") == "own":
        return Choice(told["start"], told["end"], **others)
    newest = newest_day(store)
    if told.get("period") == "all":
        return Choice(oldest_day(store, newest), newest, **others)
    days = int(told.get("period") or _DEFAULT)
    return Choice(newest - dt.timedelta(days=days - 1), newest, **others)


def newest_day(store: Store) -> dt.date:
    """Return the newest day of law; one far ahead is a mistake in a declaration, not the newest day."""
    today = dt.datetime.now(dt.UTC).date()
    found = store.ask("SELECT max(day) FROM volumes WHERE day <= $tomorrow", {"tomorrow": today + dt.timedelta(days=1)})
    return found[0][0] or today


def oldest_day(store: Store, newest: dt.date) -> dt.date:
    """Return the oldest day of law, at most ten years before the newest."""
    first = newest - dt.timedelta(days=_LONGEST)
    found = store.ask(
        "SELECT min(day) FROM volumes WHERE day BETWEEN $first AND $newest", {"first": first, "newest": newest}
    )
    return found[0][0] or newest


def channels() -> list[tuple[str, str]]:
    """Return the channels with their names."""
    channel = next(element for element in load_schema().elements if element.name == "channel")
    return [(code.code, code.label.text.say(current())) for code in channel.codes]
