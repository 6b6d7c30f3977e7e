"""The forms of the rules: the editor, a back-test, a proposal and what a second person says."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from passavant.clearance.words import CERTAINTY, OUTCOME, RISKS
from passavant.errors import BadInput
from passavant.portal.look.language import current
from passavant.portal.rulebook.content import Content
from passavant.portal.rulebook.language import check
from passavant.portal.rulebook.testing import LONGEST

__all__ = ["ReasonForm", "RuleForm", "TestForm", "put_error"]

_AREA = forms.Textarea(attrs={"rows": 2})
_CODE = forms.Textarea(attrs={"rows": 4, "class": "pv-code", "spellcheck": "false"})
_DATE = {"type": "date", "class": "govuk-input--width-10"}
#: Outcomes that a rule may lead to, lowest first.
_OUTCOMES = ("release", "request_information", "screen", "control", "do_not_load")


class RuleForm(forms.Form):
    """What a rule says. The condition is checked by the clearance's own parser, whose words are the error."""

    code = forms.CharField(
        label=_("Code"),
        max_length=60,
        validators=[
            RegexValidator("^[a-z][a-z0-9_]*$", _("Begin with a letter; small letters, digits and underscores only"))
        ],
        help_text=_(
            "Names the rule for ever: small letters, digits and underscores. The reason on a decision will be clearance.rule.CODE."
        ),
    )
    when = forms.CharField(
        label=_("Condition"),
        max_length=4000,
        widget=_CODE,
        help_text=_(
            "A condition on one goods item, in SQL, such as: hs_code LIKE '7113%' AND goods_total &gt; 15000. Names, types and functions are listed below."
        ),
    )
    from_day = forms.DateField(
        label=_("Holds from"),
        required=False,
        widget=forms.DateInput(attrs=_DATE, format="%Y-%m-%d"),
        help_text=_("First day of law."),
    )
    until_day = forms.DateField(
        label=_("Holds until"),
        required=False,
        widget=forms.DateInput(attrs=_DATE, format="%Y-%m-%d"),
        help_text=_("Last day of law."),
    )
    outcome = forms.ChoiceField(
        label=_("Outcome"), help_text=_("The least that a hit leads to; a rule never lowers an outcome.")
    )
    risk = forms.ChoiceField(label=_("Risk"), help_text=_("Fiscal and non-fiscal risks are never added up."))
    certainty = forms.ChoiceField(label=_("Certainty"), help_text=_("How sure the rule is of what it says."))
    text_en = forms.CharField(
        label=_("Words in English"), max_length=400, widget=_AREA, help_text=_("What the reason says on a decision.")
    )
    text_fr = forms.CharField(label=_("Words in French"), max_length=400, widget=_AREA)
    reference_en = forms.CharField(label=_("Law or list behind it, in English"), max_length=400)
    reference_fr = forms.CharField(label=_("Law or list behind it, in French"), max_length=400)
    restricted = forms.BooleanField(label=_("Restricted goods: full declaration (category 4)"), required=False)
    declarant = forms.BooleanField(label=_("The declarant may see this reason"), required=False)
    audit = forms.BooleanField(label=_("Mark what is released for audit afterwards (blue lane)"), required=False)
    note = forms.CharField(label=_("What you changed, and why"), max_length=500, help_text=_("Stands in the trail."))

    def __init__(self, *args: Any, fixed: str = "", **more: Any) -> None:
        super().__init__(*args, **more)
        for name, words, codes in (
            ("outcome", OUTCOME, _OUTCOMES),
            ("risk", RISKS, tuple(RISKS)),
            ("certainty", CERTAINTY, ("low", "medium", "high")),
        ):
            self.fields[name].choices = [(code, words[code].say(current()).capitalize()) for code in codes]  # type: ignore[attr-defined]
        if fixed:
            self.fields["code"].widget = forms.HiddenInput()
            self.initial["code"] = fixed
        self.fixed = fixed

    def clean_code(self) -> str:
        """Keep the code of a rule that exists."""
        return self.fixed or str(self.cleaned_data["code"])

    def clean_when(self) -> str:
        """Check the condition on its own."""
        text = " ".join(str(self.cleaned_data["when"]).split("\r\n")).strip()
        try:
            check(text)
        except BadInput as error:
            raise forms.ValidationError(_say(error)) from error
        return text

    def content(self) -> Content:
        """Return what a valid form says."""
        told = {name: value for name, value in self.cleaned_data.items() if name != "note"}
        return Content(**told)


class TestForm(forms.Form):
    """On how many days to try a rule."""

    __test__ = False  # no test of pytest's
    days = forms.IntegerField(
        label=_("Days"),
        min_value=1,
        max_value=LONGEST,
        initial=30,
        widget=forms.NumberInput(attrs={"class": "govuk-input--width-4", "inputmode": "numeric"}),
        help_text=_("Days of law, back from the newest that the lake holds."),
    )


#: A refusal that begins with the condition it is about: a column keeps its name.
_CONDITION = re.compile(r"\w*_|\w+ (?:[-=<>!+*(]|IN\b|LIKE\b|IS\b|BETWEEN\b|NOT\b)")


class ReasonForm(forms.Form):
    """Why something is proposed, approved or refused."""

    reason = forms.CharField(label=_("Reason"), max_length=500, widget=_AREA, help_text=_("Stands in the trail."))


def put_error(form: forms.Form, error: BadInput) -> None:
    """Tie a refusal to the field that it is about."""
    field = error.place.field if error.place else None
    form.add_error(field if field in form.fields else None, _say(error))


def _say(error: BadInput) -> str:
    told = error.record(current())
    got, expected = str(told["got"]), str(told["expected"])
    if not _CONDITION.match(got):
        got = got[:1].upper() + got[1:]
    return f"{got}. {_('Expected: %(expected)s') % {'expected': expected}}"
