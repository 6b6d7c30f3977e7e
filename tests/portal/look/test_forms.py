"""Forms: each field has its label, each fault stands at its field and is led to from the top."""

from __future__ import annotations

import re

import pytest
from django import forms
from django.template import Context, Template
from django.utils.translation import override

from passavant.portal.look.forms import faults


class _Form(forms.Form):
    name = forms.CharField(
        label="Name", help_text="As in the passport.", widget=forms.TextInput(attrs={"placeholder": "Ada"})
    )
    lane = forms.ChoiceField(label="Lane", choices=[("g", "Green"), ("r", "Red")], widget=forms.RadioSelect)
    kinds = forms.MultipleChoiceField(
        label="Kinds", choices=[("a", "A"), ("b", "B")], widget=forms.CheckboxSelectMultiple
    )
    country = forms.ChoiceField(label="Country", choices=[("FR", "France")])
    why = forms.CharField(label="Why", widget=forms.Textarea, required=False)
    file = forms.FileField(label="File")
    sure = forms.BooleanField(label="I am sure")
    token = forms.CharField(widget=forms.HiddenInput)

    def clean(self) -> dict[str, object]:
        raise forms.ValidationError("These do not go together")


def _page(form: forms.Form, language: str = "en") -> str:
    page = Template("{% load look %}{% error_summary %}{{ form }}")
    with override(language):
        return page.render(Context({"form": form}))


def test_every_field_has_its_label_and_class() -> None:
    page = _page(_Form())
    fields = re.findall(r'<(?:input|select|textarea)(?![^>]*hidden)[^>]* id="([^"]+)"', page)

    assert 9 == len(fields)
    assert [] == [one for one in fields if f'for="{one}"' not in page]
    assert 2 == page.count("<fieldset")
    assert {
        "govuk-input",
        "govuk-select",
        "govuk-textarea",
        "govuk-file-upload",
        "govuk-radios__input",
        "govuk-checkboxes__input",
    } <= set(re.findall(r'class="(govuk-[^" ]+)"', page))
    assert "placeholder" not in page


def test_a_hint_is_tied_to_its_field() -> None:
    page = _page(_Form())

    assert re.search(
        r'id="id_name"[^>]*aria-describedby="id_name_helptext"|aria-describedby="id_name_helptext"[^>]*id="id_name"',
        page,
    )
    assert 'id="id_name_helptext" class="govuk-hint">As in the passport.' in page


def test_each_fault_is_tied_to_its_field_and_led_to_from_the_top() -> None:
    page = _page(_Form({}, {}))
    led_to = re.findall(r'<li><a href="#([^"]+)">', page)

    assert ["id_name", "id_name", "id_lane_0", "id_kinds_0", "id_country", "id_file", "id_sure", "id_name"] == led_to
    assert [] == [one for one in led_to if f'id="{one}"' not in page]
    assert 'aria-invalid="true"' in page
    assert "id_name_helptext id_name_error" in page
    assert 'id="id_name_error"' in page
    assert "govuk-input--error" in page


@pytest.mark.parametrize(("language", "said"), [("en", "Fill in: Name"), ("fr", "À remplir\u00a0: Name")])
def test_a_missing_field_is_named(language: str, said: str) -> None:
    assert said in _page(_Form({}, {}), language)


def test_an_unsent_form_has_no_fault() -> None:
    assert [] == faults({"form": _Form(), "other": 3})
    assert "govuk-error" not in _page(_Form())
