"""One's own account: the language of its pages, and the roles it has."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from passavant.portal.people.roles import Role

__all__ = ["LanguageForm", "choose_language", "roles_of"]


class LanguageForm(forms.Form):
    """Which language."""

    language = forms.ChoiceField(
        label=_("Language of your pages"),
        choices=[("en", "English"), ("fr", "Français")],
        widget=forms.RadioSelect,
        help_text=_("You can read any page in the other language by the link at its top."),
    )


def choose_language(person: Any, code: str) -> str:
    """Keep the language in which a person's pages come after sign-in."""
    person.language = code
    person.save(update_fields=["language"])
    return code


def roles_of(person: Any) -> list[tuple[str, str]]:
    """Return each role of a person with the organisation it is for."""
    found = person.memberships.select_related("organisation").order_by("organisation__name", "role")
    return [(str(Role(one.role).label), one.organisation.name) for one in found]
