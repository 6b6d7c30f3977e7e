"""How Django's forms are written: labels, hints and errors tied to their fields, in GOV.UK's markup."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

__all__ = ["Field", "Fault", "Renderer", "faults", "has_faults"]

_CLASSES = {
    "input": "govuk-input",
    "textarea": "govuk-textarea",
    "select": "govuk-select",
    "file": "govuk-file-upload",
    "checkbox": "govuk-checkboxes__input",
    "checkboxes": "govuk-checkboxes__input",
    "radios": "govuk-radios__input",
}
_LONGEST_SAID = 60
#: Limits of a field, said with its name: what the library says of them names none.
_LIMITS = {
    "min_length": gettext_lazy("“%(field)s”: write at least %(limit)s characters"),
    "max_length": gettext_lazy("“%(field)s”: write at most %(limit)s characters"),
    "min_value": gettext_lazy("“%(field)s”: give %(limit)s or more"),
    "max_value": gettext_lazy("“%(field)s”: give %(limit)s or less"),
}
_KINDS: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.RadioSelect, "radios"),
    (forms.CheckboxSelectMultiple, "checkboxes"),
    (forms.CheckboxInput, "checkbox"),
    (forms.Select, "select"),
    (forms.Textarea, "textarea"),
    (forms.FileInput, "file"),
)


class Field(BoundField):
    """A field as a page shows it."""

    def __init__(self, form: forms.BaseForm, field: forms.Field, name: str) -> None:
        super().__init__(form, field, name)
        field.widget.attrs.pop("placeholder", None)  # the label says it, and stays when something is typed

    @property
    def kind(self) -> str:
        """Return what is shown: ``input``, ``textarea``, ``select``, ``file``, ``checkbox``, ``checkboxes`` or ``radios``."""
        widget = self.field.widget
        return next((kind for of, kind in _KINDS if isinstance(widget, of)), "input")

    @property
    def place(self) -> str:
        """Return the id to which an error leads: of several boxes, that of the first."""
        own = str(self.id_for_label or self.auto_id)
        return f"{own}_0" if self.kind in ("radios", "checkboxes") else own

    def build_widget_attrs(self, attrs: dict[str, Any], widget: forms.Widget | None = None) -> dict[str, Any]:
        """Add the classes; of Django's attributes, an error and a hint are tied to the field already."""
        attrs = super().build_widget_attrs(attrs, widget)
        if not self.is_hidden:
            shown = _CLASSES[self.kind]
            given = (widget or self.field.widget).attrs.get("class", "")
            faulty = f"{shown}--error" if self.errors and not shown.endswith("__input") else ""
            attrs["class"] = " ".join(filter(None, (shown, given, faulty)))
            if self.kind == "input":
                attrs.setdefault("autocomplete", (widget or self.field.widget).attrs.get("autocomplete", "off"))
        return attrs


class Renderer(TemplatesSetting):
    """Writes every form of the portal, those of libraries too."""

    form_template_name = "look/forms/form.html"
    field_template_name = "look/forms/field.html"
    bound_field_class = Field


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong with a form, and the id of the field to correct."""

    text: str
    place: str


def faults(context: Mapping[str, Any]) -> list[Fault]:
    """Return what is wrong with the forms that a page shows, in the order of their fields."""
    return [fault for form in _faulty(context) for fault in _faults_of(form)]


def has_faults(context: Mapping[str, Any]) -> bool:
    """Return whether something is wrong with a form that a page shows."""
    return any(True for _ in _faulty(context))


def _faulty(context: Mapping[str, Any]) -> Iterable[forms.BaseForm]:
    seen: set[int] = set()
    for value in context.values():
        if isinstance(value, forms.BaseForm) and id(value) not in seen and value.is_bound and value.errors:
            seen.add(id(value))
            yield value


def _faults_of(form: forms.BaseForm) -> Iterable[Fault]:
    fields = [field for field in form if not field.is_hidden]
    first = _place(fields[0]) if fields else ""
    for text in form.non_field_errors():
        yield Fault(str(text), first)
    for field in form:
        for error in field.errors.as_data():
            yield Fault(_said(field, error), first if field.is_hidden else _place(field))


def _said(field: BoundField, error: forms.ValidationError) -> str:
    if error.code == "required":
        return _("Fill in: %(field)s") % {"field": field.label}
    if error.code == "invalid_choice":
        value = str((error.params or {}).get("value", field.data))[:_LONGEST_SAID]
        return _("%(field)s: “%(value)s” is none of the choices") % {"field": field.label, "value": value}
    params: dict[str, Any] = error.params or {}
    if error.code in _LIMITS and "limit_value" in params:
        return str(_LIMITS[error.code]) % {"field": field.label, "limit": params["limit_value"]}
    return str(error.messages[0])


def _place(field: BoundField) -> str:
    return field.place if isinstance(field, Field) else str(field.auto_id)
