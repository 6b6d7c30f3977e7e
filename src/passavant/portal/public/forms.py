"""The forms of the public pages; every input is bounded."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.http import QueryDict
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from passavant.dataset.codes import countries, country_name
from passavant.money.currency import currency_codes
from passavant.portal.look.language import current
from passavant.portal.public.policies import destinations
from passavant.portal.public.question import Question

__all__ = ["DayForm", "QuestionForm", "ReceiptForm", "with_defaults"]

_NATURES = [
    ("sale", _("Something bought")),
    ("gift", _("A gift from one private person to another")),
    ("sample", _("A commercial sample")),
    ("return", _("Goods that come back")),
    ("documents", _("Documents without commercial value")),
]
_CHANNELS = [
    ("post", _("Post")),
    ("express", _("Express carrier")),
    ("platform", _("Carrier of the shop or marketplace")),
]
#: Signs of an amount that are read: more are no amount of money.
_LONGEST = 40
_DATE = forms.DateInput(attrs={"type": "date", "class": "govuk-input--width-10"}, format="%Y-%m-%d")


def _destinations() -> list[tuple[str, str]]:
    return _named(destinations())


def _countries() -> list[tuple[str, str]]:
    return _named(countries())


def _named(codes: Iterable[str]) -> list[tuple[str, str]]:
    named = [(code, country_name(code, current())) for code in codes]
    return [("", "—"), *sorted(named, key=lambda pair: _plain(pair[1]))]


def _plain(name: str) -> str:
    """Return a name as it sorts: accents do not count."""
    import unicodedata

    return "".join(sign for sign in unicodedata.normalize("NFD", name.lower()) if not unicodedata.combining(sign))


class _Money(forms.Field):
    """An amount written with a point or a comma; spaces may group its digits."""

    def __init__(self, *, most: Decimal, **more: Any) -> None:
        self._most = most
        super().__init__(**more)
        self.widget.attrs |= {"inputmode": "decimal", "class": "govuk-input--width-10", "maxlength": "20"}

    def to_python(self, value: Any) -> Any:
        """Return a Decimal, or None."""
        text = "".join(str(value or "")[:_LONGEST].split())
        if not text:
            return None
        try:
            amount = Decimal(
                text.replace(",", ".") if text.count(",") == 1 and "." not in text else text.replace(",", "")
            )
        except InvalidOperation as error:
            raise ValidationError(_("Write an amount such as 49.90")) from error
        if not amount.is_finite() or amount < 0 or amount > self._most:
            raise ValidationError(_("Give an amount from 0 to %(most)s"), params={"most": f"{self._most:f}"})
        if -int(amount.as_tuple().exponent) > 4:
            raise ValidationError(_("Give at most four decimals"))
        return amount


class _Code(forms.CharField):
    """A code, however it is grouped by spaces or points, in capitals or not."""

    def to_python(self, value: Any) -> str:
        """Return it without them."""
        return "".join(str(super().to_python(value)).replace(".", "").split()).lower()


class QuestionForm(forms.Form):
    """What a shopper asks."""

    destination = forms.ChoiceField(label=_("Where does the parcel go?"), choices=lazy(_destinations, list))
    sent_from = forms.ChoiceField(label=_("Country it is sent from"), choices=lazy(_countries, list))
    origin = forms.ChoiceField(
        label=_("Country where the goods were made"), choices=lazy(_countries, list), required=False,
        help_text=_("If it is another than the one they are sent from."),
    )  # fmt: skip
    value = _Money(label=_("Price of the goods"), most=Decimal(1_000_000), help_text=_("Without carriage."))
    shipping = _Money(label=_("Carriage"), most=Decimal(100_000), required=False, help_text=_("In the same currency."))
    currency = forms.CharField(
        label=_("Currency"), max_length=3, min_length=3, initial="EUR", help_text=_("Its three letters, such as USD."),
        widget=forms.TextInput(attrs={"class": "govuk-input--width-4", "autocapitalize": "characters", "spellcheck": "false"}),
    )  # fmt: skip
    hs_code = _Code(
        label=_("Tariff code (HS)"), max_length=14,
        validators=[RegexValidator(r"^[0-9]{6,10}$", _("Give 6 to 10 digits, such as 6109 10"))],
        help_text=_("At least six digits. T-shirts of cotton are 6109 10, mobile telephones 8517 13, toys 9503 00."),
        widget=forms.TextInput(attrs={"class": "govuk-input--width-10", "inputmode": "numeric"}),
    )  # fmt: skip
    quantity = forms.IntegerField(
        label=_("How many articles"), min_value=1, max_value=10_000, initial=1,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-5", "inputmode": "numeric"}),
    )  # fmt: skip
    mass = _Money(
        label=_("Weight in kilograms"), most=Decimal(1_000), required=False, help_text=_("Some rates go by weight.")
    )
    on = forms.DateField(label=_("Day of arrival"), widget=_DATE, help_text=_("The law of this day applies."))
    nature = forms.ChoiceField(label=_("What is it?"), choices=_NATURES, widget=forms.RadioSelect, initial="sale")
    channel = forms.ChoiceField(
        label=_("How does it travel?"), choices=_CHANNELS, widget=forms.RadioSelect, initial="post"
    )
    collected = forms.BooleanField(
        label=_("The seller collects the VAT of the destination at the checkout"), required=False,
        help_text=_("Sellers registered for IOSS (European Union), VOEC (Norway) or Swiss mail order do."),
    )  # fmt: skip

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["on"].initial = dt.datetime.now(dt.UTC).date()

    def clean_currency(self) -> str:
        """Return the code, in capitals."""
        code = str(self.cleaned_data["currency"]).upper()
        if code not in currency_codes():
            raise ValidationError(_("No currency has this code; give three letters such as USD"))
        return code

    def clean_on(self) -> dt.date:
        """Refuse days far off."""
        day: dt.date = self.cleaned_data["on"]
        today = dt.datetime.now(dt.UTC).date()
        if not dt.date(2015, 1, 1) <= day <= today + dt.timedelta(days=731):
            raise ValidationError(_("Give a day from 2015 on, at most two years ahead"))
        return day

    def clean_value(self) -> Decimal:
        """Refuse nothing."""
        amount: Decimal | None = self.cleaned_data["value"]
        if not amount:
            raise ValidationError(_("Give the price of the goods; for a gift, what they are worth"))
        return amount

    def question(self) -> Question:
        """Return what was asked; the form is valid."""
        given = dict(self.cleaned_data)
        given["policy"] = destinations()[given["destination"]]
        given["origin"] = given["origin"] or given["sent_from"]
        given["shipping"] = given["shipping"] or Decimal(0)
        return Question(**given)


def with_defaults(given: QueryDict) -> QueryDict:
    """Return what an address asks, with what the empty form shows where the address says nothing."""
    whole = given.copy()
    for name, field in QuestionForm().fields.items():
        if name not in whole and field.initial is not None:
            whole[name] = str(field.initial)
    return whole


class DayForm(forms.Form):
    """Which day's law."""

    on = forms.DateField(label=_("Day"), widget=_DATE, required=False)

    def clean_on(self) -> dt.date:
        """Return the day, or today."""
        return self.cleaned_data["on"] or dt.datetime.now(dt.UTC).date()


class ReceiptForm(forms.Form):
    """A receipt, and the digest of the document that it is said to be of."""

    receipt = forms.FileField(
        label=_("Receipt"), max_length=300, allow_empty_file=False,
        help_text=_("A file whose name ends in .tlog-proof. The receipt is sent to this site, the document is not."),
    )  # fmt: skip
    digest = _Code(
        label=_("SHA-256 of the document"), max_length=120,
        validators=[RegexValidator(r"^[0-9a-f]{64}$", _("Give 64 hexadecimal digits"))],
        help_text=_("The page above shows it for a file. On a computer: sha256sum FILE"),
    )  # fmt: skip

    def clean_receipt(self) -> str:
        """Return the text of the receipt."""
        file = self.cleaned_data["receipt"]
        if file.size > 128 * 1024:
            raise ValidationError(_("No receipt is larger than 128 kilobytes"))
        try:
            return str(file.read().decode("utf-8"))
        except UnicodeDecodeError as error:
            raise ValidationError(_("This file is no receipt: it is not text")) from error
