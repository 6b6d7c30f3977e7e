"""The console's forms."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from passavant.clearance.words import LANES as LANE_WORDS
from passavant.clearance.words import OUTCOME
from passavant.errors import BadInput
from passavant.money.currency import currency_codes, minor_digits
from passavant.portal.cases.inspections import Finding
from passavant.portal.cases.models import OPEN, Case
from passavant.portal.cases.photos import LARGEST, photo_type
from passavant.portal.cases.queries import LANES, LaneCount
from passavant.portal.cases.words import FINDINGS, REASONS, STATES
from passavant.portal.look.language import current
from passavant.texts import Text

__all__ = [
    "ActionForm",
    "CapacityForm",
    "FilterForm",
    "NamesForm",
    "ResultForm",
    "SearchForm",
    "SecondForm",
    "WithdrawForm",
]

_NOTE = forms.Textarea(attrs={"rows": "3", "maxlength": "500"})
_NO_NAMES = _("No names of the parties: the note is kept with the case.")


def _choices(words: Mapping[str, Text], *first: tuple[str, Any]) -> list[tuple[str, Any]]:
    return [*first, *((code, text.say(current())) for code, text in words.items())]


def _states() -> list[tuple[str, Any]]:
    return _choices({str(state): STATES[state] for state in OPEN}, ("", _("All")))


def _outcomes() -> list[tuple[str, Any]]:
    told = {code: text for code, text in OUTCOME.items() if code != "release"}
    return [(code, str(name)[:1].upper() + str(name)[1:]) for code, name in _choices(told, ("", _("All")))]


def _findings() -> list[tuple[str, Any]]:
    return _choices(FINDINGS, ("", "—"))


def _question() -> forms.CharField:
    return forms.CharField(
        label=_("What do you ask the declarant?"), required=False, max_length=1000,
        help_text=_("The declarant reads these words, in the language you write them in. No names of the parties."),
        widget=forms.Textarea(attrs={"rows": "4", "maxlength": "1000"}),
    )  # fmt: skip


class FilterForm(forms.Form):
    """What the queue shows; the lane is a tab."""

    lane = forms.ChoiceField(
        label=_("Lane"), required=False, choices=[("", ""), *((lane, lane) for lane in LANES)], widget=forms.HiddenInput
    )
    who = forms.ChoiceField(
        label=_("With whom"), required=False,
        choices=[
            ("", _("Everybody")), ("mine", _("With me")), ("nobody", _("With nobody")),
            ("second", _("Proposals for me to answer")),
        ],
    )  # fmt: skip
    state = forms.ChoiceField(label=_("State"), required=False, choices=lazy(_states, list))
    advised = forms.ChoiceField(label=_("Advice"), required=False, choices=lazy(_outcomes, list))
    due = forms.ChoiceField(label=_("Answer due"), required=False, choices=[("", _("All")), ("overdue", _("Overdue"))])
    declarant = forms.CharField(label=_("Declarant"), required=False, max_length=64)


class SearchForm(forms.Form):
    """What is looked for."""

    q = forms.CharField(
        label=_("Search all cases"), required=False, max_length=300,
        help_text=_("A number of the consignment, a party's key, the beginning of an HS code, or words of the goods' description."),
        widget=forms.TextInput(attrs={"type": "search", "spellcheck": "false"}),
    )  # fmt: skip


class ActionForm(forms.Form):
    """Why something is done."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    reason = forms.ChoiceField(label=_("Reason"), widget=forms.RadioSelect)
    note = forms.CharField(label=_("Note"), required=False, max_length=500, widget=_NOTE, help_text=_NO_NAMES)

    def __init__(self, action: str, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["reason"].choices = _choices(REASONS[action])  # type: ignore[attr-defined]
        if action == "request_information":
            self.fields["question"] = _question()
            self.order_fields(["seen", "reason", "question", "note"])
            self.fields["note"].help_text = _("Kept with the case: the declarant does not read it.")

    def clean(self) -> dict[str, Any]:
        """Ask for words where the reason is another: a note, or a question to the declarant."""
        given = super().clean() or {}
        if given.get("reason") != "other":
            return given
        if "question" in self.fields and not given.get("question"):
            self.add_error("question", _("Say in words what you ask"))
        elif "question" not in self.fields and not given.get("note"):
            self.add_error("note", _("Say in the note what the reason is"))
        return given


class SecondForm(forms.Form):
    """What a second person answers to a proposal."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    answer = forms.ChoiceField(
        label=_("Do you approve?"),
        widget=forms.RadioSelect,
        choices=[("approve", _("Yes, approve")), ("reject", _("No"))],
    )
    note = forms.CharField(label=_("Note"), required=False, max_length=500, widget=_NOTE, help_text=_NO_NAMES)

    def clean(self) -> dict[str, Any]:
        """Ask why not."""
        given = super().clean() or {}
        if given.get("answer") == "reject" and not given.get("note"):
            self.add_error("note", _("Say why you do not approve"))
        return given


class WithdrawForm(forms.Form):
    """Why one takes back what one proposed."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    note = forms.CharField(label=_("Why do you take it back?"), max_length=500, widget=_NOTE, help_text=_NO_NAMES)


class NamesForm(forms.Form):
    """Why names are needed."""

    purpose = forms.CharField(
        label=_("Why do you need the names?"), min_length=5, max_length=500,
        help_text=_("Your words and your name go to the audit trail; the names are shown this once."),
    )  # fmt: skip


class CapacityForm(forms.Form):
    """How many cases a day of each lane."""

    def __init__(self, lanes: list[LaneCount], *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for one in lanes:
            name = LANE_WORDS[one.lane].say(current())
            self.fields[one.lane] = forms.IntegerField(
                label=_("Cases a day, lane: %(lane)s") % {"lane": name}, min_value=0, max_value=1_000_000, initial=one.per_day,
                widget=forms.TextInput(attrs={"class": "govuk-input--width-5", "inputmode": "numeric"}),
            )  # fmt: skip


class ResultForm(forms.Form):
    """What an inspection found."""

    hit = forms.ChoiceField(
        label=_("Did the inspection find anything?"),
        widget=forms.RadioSelect,
        choices=[("yes", _("Yes")), ("no", _("No"))],
    )
    found = forms.ChoiceField(label=_("What was found"), required=False, choices=lazy(_findings, list))
    value = forms.CharField(
        label=_("Value recovered"), required=False, max_length=20,
        help_text=_("Duty and taxes recovered, or the value of what was seized, such as 49.90."),
        widget=forms.TextInput(attrs={"class": "govuk-input--width-10", "inputmode": "decimal"}),
    )  # fmt: skip
    currency = forms.CharField(
        label=_("Currency"),
        required=False,
        max_length=3,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-4"}),
    )
    hs_code = forms.CharField(
        label=_("HS code of what was found"), required=False, max_length=10,
        validators=[RegexValidator(r"^[0-9]{6,10}$", _("Give 6 to 10 digits, such as 610910"))],
        widget=forms.TextInput(attrs={"class": "govuk-input--width-10", "inputmode": "numeric"}),
    )  # fmt: skip
    note = forms.CharField(label=_("Note"), required=False, max_length=500, widget=_NOTE, help_text=_NO_NAMES)
    photo = forms.FileField(label=_("Photo"), required=False, help_text=_("JPEG, PNG or WebP, at most 10 megabytes."))

    def __init__(self, case: Case, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["currency"].initial = case.currency

    def clean_currency(self) -> str:
        """Return the code, in capitals."""
        code = str(self.cleaned_data["currency"]).upper()
        if code and code not in currency_codes():
            raise ValidationError(_("No currency has this code; give three letters such as USD"))
        return code

    def clean_photo(self) -> bytes:
        """Return the picture's bytes, checked by what they hold."""
        file = self.cleaned_data["photo"]
        if not file:
            return b""
        content = b"" if file.size > LARGEST else file.read()
        try:
            photo_type(content)
        except BadInput as error:
            raise ValidationError(
                _("This file is no photo that is taken: JPEG, PNG or WebP, at most 10 megabytes")
            ) from error
        return bytes(content)

    def clean(self) -> dict[str, Any]:
        """Check that the parts belong together."""
        given = super().clean() or {}
        if given.get("hit") == "yes" and not given.get("found"):
            self.add_error("found", _("Choose what was found"))
        if given.get("hit") == "no" and (given.get("found") or given.get("value")):
            self.add_error("hit", _("Something is entered below: say yes, or empty it"))
        if given.get("found") == "other" and not given.get("note"):
            self.add_error("note", _("Say in the note what was found"))
        given["value_minor"] = self._minor(str(given.get("value") or ""), str(given.get("currency") or ""))
        return given

    def _minor(self, text: str, currency: str) -> int | None:
        if not text:
            return None
        digits = minor_digits(currency) if currency else None
        if digits is None:
            self.add_error("currency", _("Give the currency of the value"))
            return None
        try:
            minor = Decimal("".join(text.split()).replace(",", ".")).scaleb(digits)
            whole = int(minor)
        except (InvalidOperation, ValueError, OverflowError):
            whole, minor = -1, Decimal(0)
        if whole != minor or not 0 <= whole < 10**15:
            self.add_error("value", _("Write an amount such as 49.90"))
            return None
        return whole

    def finding(self) -> Finding:
        """Return what was entered; the form is valid."""
        given = self.cleaned_data
        minor = given["value_minor"]
        return Finding(
            given["hit"] == "yes", given["found"], minor, given["currency"] if minor is not None else "", given["hs_code"],
            given["note"], given["photo"],
        )  # fmt: skip
