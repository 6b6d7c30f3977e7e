"""The administration's forms; each change asks why, for the audit trail."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from passavant.errors import BadInput
from passavant.portal.administration.shown import scope_choices
from passavant.portal.look.told import told_in_line
from passavant.portal.operators.networks import checked_networks
from passavant.portal.people.models import Organisation
from passavant.portal.people.roles import Role

__all__ = [
    "DeclarantForm", "InviteForm", "KeyForm", "OrganisationForm", "PeopleFilter", "QuotaForm", "ReasonForm", "RoleForm",
]  # fmt: skip

_MOST = 2**31 - 1
_SHORT = forms.TextInput(attrs={"class": "govuk-input--width-10", "inputmode": "numeric"})
_LONGEST_DAYS = 3660


def _organisations() -> list[tuple[Any, Any]]:
    return [("", _("Choose")), *Organisation.objects.values_list("pk", "name")]


def _operators() -> list[tuple[Any, Any]]:
    return [("", _("Choose")), *Organisation.objects.exclude(declarant_id="").values_list("pk", "name")]


def _roles() -> list[tuple[Any, Any]]:
    return [("", _("Choose")), *Role.choices]


class _WithOrganisation(forms.Form):
    """What names an organisation."""

    def clean_organisation(self) -> Organisation:
        """Return the organisation itself."""
        return Organisation.objects.get(pk=self.cleaned_data["organisation"])


class PeopleFilter(forms.Form):
    """Whom the list shows."""

    q = forms.CharField(label=_("Name or e-mail address"), required=False, max_length=200)
    role = forms.ChoiceField(label=_("Role"), required=False, choices=[("", _("All")), *Role.choices])
    state = forms.ChoiceField(
        label=_("Account"), required=False, choices=[("", _("All")), ("open", _("Open")), ("closed", _("Closed"))]
    )


class ReasonForm(forms.Form):
    """Why something is done."""

    purpose = forms.CharField(
        label=_("Why?"), min_length=3, max_length=500,
        help_text=_("Your words and your name go to the audit trail."),
    )  # fmt: skip


class RoleForm(_WithOrganisation, ReasonForm):
    """A role, and for which organisation."""

    role = forms.ChoiceField(label=_("Role"), choices=lazy(_roles, list))
    organisation = forms.ChoiceField(label=_("For which organisation?"), choices=lazy(_organisations, list))
    field_order: Iterable[str] | None = ("role", "organisation", "purpose")


class InviteForm(RoleForm):
    """A new account with its first role."""

    email = forms.EmailField(
        label=_("E-mail address"), max_length=254, widget=forms.EmailInput(attrs={"spellcheck": "false"})
    )
    name = forms.CharField(label=_("Name"), max_length=200, help_text=_("As colleagues know the person."))
    language = forms.ChoiceField(
        label=_("Language of the pages"), choices=[("en", "English"), ("fr", "Français")], initial="en"
    )
    field_order = ("email", "name", "role", "organisation", "language", "purpose")


class OrganisationForm(ReasonForm):
    """A new organisation."""

    name = forms.CharField(label=_("Name"), max_length=200)
    declarant_id = forms.CharField(
        label=_("Declarant"), required=False, max_length=64,
        help_text=_("As its declarations name it; leave it empty where it sends none."),
        widget=forms.TextInput(attrs={"class": "govuk-input--width-20", "spellcheck": "false"}),
    )  # fmt: skip
    field_order = ("name", "declarant_id", "purpose")


class DeclarantForm(ReasonForm):
    """By which name an organisation's declarations call it."""

    declarant_id = forms.CharField(
        label=_("Declarant"), max_length=64, help_text=_("As its declarations name it. It cannot be changed afterwards."),
        widget=forms.TextInput(attrs={"class": "govuk-input--width-20", "spellcheck": "false"}),
    )  # fmt: skip
    field_order = ("declarant_id", "purpose")


class QuotaForm(ReasonForm):
    """How many declarations an organisation may send."""

    kind = forms.ChoiceField(
        label=_("Of which data?"), widget=forms.RadioSelect, initial="real",
        choices=[("real", _("Real declarations")), ("trial", _("Trial data, by sandbox keys"))],
    )  # fmt: skip
    per_minute = forms.IntegerField(label=_("Declarations a minute"), min_value=1, max_value=_MOST, widget=_SHORT)
    per_day = forms.IntegerField(label=_("Declarations a day (UTC)"), min_value=1, max_value=_MOST, widget=_SHORT)
    field_order = ("kind", "per_minute", "per_day", "purpose")


class KeyForm(_WithOrganisation, ReasonForm):
    """A new key of the API."""

    organisation = forms.ChoiceField(
        label=_("For which organisation?"), choices=lazy(_operators, list),
        help_text=_("Only organisations with a declarant are listed."),
    )  # fmt: skip
    label = forms.CharField(
        label=_("What is it for?"),
        max_length=100,
        help_text=_("In the organisation's own words, such as: sorting centre."),
    )
    scopes = forms.MultipleChoiceField(
        label=_("What may it do?"), choices=lazy(scope_choices, list), widget=forms.CheckboxSelectMultiple
    )
    sandbox = forms.BooleanField(
        label=_("For trials alone"), required=False, help_text=_("What it sends reaches no officer and no real record.")
    )
    days = forms.IntegerField(
        label=_("Days until it ends"), required=False, min_value=1, max_value=_LONGEST_DAYS, widget=_SHORT,
        help_text=_("Empty: it has no end."),
    )  # fmt: skip
    networks = forms.CharField(
        label=_("From which networks?"), required=False, max_length=1000,
        help_text=_("In CIDR notation, such as 203.0.113.0/24, with a space between two. Empty: from anywhere."),
        widget=forms.TextInput(attrs={"spellcheck": "false"}),
    )  # fmt: skip
    field_order = ("organisation", "label", "scopes", "sandbox", "days", "networks", "purpose")

    def clean_networks(self) -> list[str]:
        """Return them one by one, or say which is none: with what else is wrong, not after it."""
        try:
            return checked_networks(str(self.cleaned_data["networks"]).replace(",", " ").split())
        except BadInput as error:
            raise forms.ValidationError(told_in_line(error)) from error
