"""A refusal told in one line is made of whole sentences, each ended once."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from passavant.errors import PassavantError
from passavant.portal.cases import refusals
from passavant.portal.cases.answer_refusals import too_many
from passavant.portal.look.told import told_in_line


@pytest.mark.parametrize(
    ("error", "language", "said"),
    [
        (too_many(20), "en", "One more answer. Expected: at most 20 answers about a consignment. Write to the customs office."),
        (too_many(20), "fr", "Une réponse de plus. Attendu\u00a0: 20 réponses au plus par envoi. Écrivez au bureau de douane."),
    ],
    ids=["en", "fr"],
)  # fmt: skip
def test_what_was_got_what_was_expected_and_the_next_step_are_sentences(
    error: PassavantError, language: str, said: str
) -> None:
    with override(language):
        told = told_in_line(error, expected=True)

    assert said == told


@pytest.mark.parametrize("language", ["en", "fr"])
def test_what_ends_with_a_full_stop_gets_no_second_one(language: str) -> None:
    with override(language):
        told = told_in_line(refusals.closed())

    assert 2 == told.count(".")
    assert ".." not in told
