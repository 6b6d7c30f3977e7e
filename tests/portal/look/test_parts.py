"""Parts of pages: each says in text what it says in colour, each number stands as its language writes it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory
from django.utils.translation import override

from passavant.clearance.words import LANES, OUTCOME
from passavant.errors import BadInput


def _shown(source: str, language: str = "en", **context: Any) -> str:
    with override(language):
        return Template("{% load look %}" + source).render(Context(context))


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "EUR 1,234.50 2026-07-01 1,234 12.00\u00a0%"),
        ("fr", "1\u202f234,50 EUR 01/07/2026 1\u202f234 12,00\u00a0%"),
    ],
)
def test_amounts_days_and_numbers_follow_the_language(language: str, said: str) -> None:
    page = "{{ minor|money:'EUR' }} {{ day|day }} {{ n|number }} {{ ppm|percent }}"

    assert said == _shown(page, language, minor=123450, day=dt.date(2026, 7, 1), n=1234, ppm=120_000)


def test_what_is_not_known_is_a_dash() -> None:
    page = "{{ x|money:'EUR' }}{{ x|day }}{{ x|moment }}{{ x|number }}{{ x|percent }}{{ x|declared:'EUR' }}"

    assert "——————" == _shown(page, x=None)


def test_a_moment_is_told_in_utc() -> None:
    moment = dt.datetime(2026, 7, 1, 0, 30, tzinfo=dt.timezone(dt.timedelta(hours=2)))

    assert "30/06/2026 22:30\u00a0UTC" == _shown("{{ m|moment }}", "fr", m=moment)


def test_a_declared_amount_keeps_its_decimals() -> None:
    assert "0,125 EUR" == _shown("{{ a|declared:'EUR' }}", "fr", a=Decimal("0.125"))


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_outcome_and_lane_stands_in_text(language: str) -> None:
    shown = {code: _shown("{% outcome code %}", language, code=code) for code in OUTCOME}
    lanes = {code: _shown("{% lane code %}", language, code=code) for code in LANES}

    assert [] == [
        code for code, text in shown.items() if OUTCOME[code].say(language)[1:] not in text.replace("&#x27;", "'")
    ]
    assert [] == [code for code, text in lanes.items() if LANES[code].say(language)[1:] not in text]
    assert "govuk-tag--grey" in _shown("{% outcome 'unheard_of' %}")


def test_a_table_has_a_caption_scoped_heads_and_numbers_at_the_right() -> None:
    page = _shown(
        '{% include "look/parts/table.html" %}',
        caption="Waiting", head=["Id", "Value"], rows=[[("A1", "/en/a1/"), "EUR 1.00"], ["<b>", "2"]], numeric=[1], empty="None waits.",
    )  # fmt: skip

    assert page.count('scope="col"') == 2
    assert page.count('scope="row"') == 2
    assert '<a class="govuk-link" href="/en/a1/">A1</a>' in page
    assert 'data-label="Value"' in page
    assert "&lt;b&gt;" in page
    assert 3 == page.count("--numeric")


def test_an_empty_table_says_so() -> None:
    page = _shown('{% include "look/parts/table.html" %}', rows=[], empty="None waits.")

    assert "None waits." in page
    assert "<table" not in page


def test_pages_of_a_list_keep_what_was_asked() -> None:
    request = RequestFactory().get("/en/list/?lane=red&page=2")
    page = _shown("{% pagination page %}", request=request, page=Paginator(range(100), 10).page(2))

    assert 'href="?lane=red&amp;page=3"' in page
    assert 'rel="prev"' in page
    assert 1 == page.count('aria-current="page"')


def test_a_list_of_one_page_shows_none() -> None:
    assert "" == _shown("{% pagination page %}", page=Paginator(range(3), 10).page(1)).strip()


@pytest.mark.parametrize(
    ("language", "said"), [("en", "Next step: Give one."), ("fr", "À faire\u00a0: Donnez-en une.")]
)
def test_a_refusal_is_told_with_its_next_step(language: str, said: str) -> None:
    error = BadInput(
        "x.y.z", got=("nothing", "rien"), expected=("a date", "une date"), next_step=("Give one.", "Donnez-en une.")
    )

    assert said in _shown("{% problem error %}", language, error=error)
    assert "" == _shown("{% problem error %}", language, error=None).strip()


@pytest.mark.parametrize(
    ("part", "given", "said"),
    [
        ("button", {"text": "Send", "kind": "warning"}, '<button type="submit" class="govuk-button govuk-button--warning">Send'),
        ("button", {"text": "Go", "href": "/x/"}, 'href="/x/"'),
        ("summary_list", {"rows": [("Key", "Value", "/x/", "Change")]}, '<a class="govuk-link" href="/x/">Change'),
        ("breadcrumbs", {"items": [("The law", "/en/policies/")]}, 'href="/en/policies/"'),
        ("notification", {"text": "Saved", "kind": "success"}, 'role="alert"'),
        ("tabs", {"label": "Views", "items": [("One", "/1/", True), ("Two", "/2/", False)]}, 'href="/1/" aria-current="page"'),
        ("details", {"summary": "More", "text": "Text"}, "<summary"),
        ("inset", {"text": "Note"}, "govuk-inset-text"),
        ("warning", {"text": "Careful"}, "Careful"),
        ("tag", {"text": "New", "colour": "blue"}, "govuk-tag--blue"),
    ],
    ids=lambda value: value if isinstance(value, str) and value.isidentifier() else "",
)  # fmt: skip
def test_a_part_shows_what_it_is_given(part: str, given: dict[str, Any], said: str) -> None:
    assert said in _shown(f'{{% include "look/parts/{part}.html" %}}', **given)


def test_filters_stand_in_the_address() -> None:
    class Filters(forms.Form):
        lane = forms.ChoiceField(label="Lane", choices=[("red", "Red")])

    page = _shown('{% include "look/parts/filters.html" %}', form=Filters(), request=RequestFactory().get("/en/list/"))

    assert 'method="get" action="/en/list/"' in page
    assert 'href="/en/list/"' in page
    assert "csrf" not in page


def test_a_form_is_sent_with_its_token() -> None:
    class Reason(forms.Form):
        why = forms.CharField(label="Why")
        proof = forms.FileField(label="Proof")

    page = _shown(
        '{% include "look/parts/form.html" with submit="Refuse" kind="warning" %}', form=Reason(), csrf_token="token"
    )

    assert 'method="post"' in page
    assert 'value="token"' in page
    assert 'enctype="multipart/form-data"' in page
    assert "govuk-button--warning" in page
