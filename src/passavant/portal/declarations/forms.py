"""Forms of an operator's own pages: which declarations are shown, and the answer to what customs asks."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from passavant.errors import BadInput
from passavant.portal.cases.answer_files import ENDINGS, taken
from passavant.portal.cases.answer_refusals import LONGEST
from passavant.portal.declarations.standing import FILTERS, STANDINGS
from passavant.portal.look.language import current
from passavant.portal.look.told import told_in_line

__all__ = ["AnswerForm", "StandingForm"]


def _standings() -> list[tuple[str, Any]]:
    return [("", _("All")), *((code, STANDINGS[code].say(current())) for code in FILTERS)]


class StandingForm(forms.Form):
    """Which declarations are shown."""

    state = forms.ChoiceField(label=_("State"), required=False, choices=lazy(_standings, list))


class _Several(forms.FileInput):
    allow_multiple_selected = True


class _Files(forms.FileField):
    """Files, each checked by what it holds."""

    widget = _Several(attrs={"accept": ",".join(ENDINGS)})

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[Any]]:
        """Return them, read once to be checked and set back to their beginning."""
        files = [super(_Files, self).clean(one, initial) for one in data or ()]
        try:
            taken(files)
        except BadInput as error:
            raise ValidationError(told_in_line(error, expected=True)) from error
        for file in files:
            file.seek(0)
        return files


class AnswerForm(forms.Form):
    """What a declarant answers."""

    text = forms.CharField(
        label=_("Your answer"), max_length=LONGEST,
        help_text=_("In your own words. Customs reads it with the consignment."),
        widget=forms.Textarea(attrs={"rows": "6", "maxlength": str(LONGEST)}),
    )  # fmt: skip
    documents = _Files(
        label=_("Documents"), required=False, help_text=_("Up to 5 files: PDF, JPEG or PNG, each of at most 10 MiB, 20 MiB together.")
    )  # fmt: skip
