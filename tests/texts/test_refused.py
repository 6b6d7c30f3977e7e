"""A value that a file's form refuses is explained in words, in both languages."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from passavant.policy.model import Dated, Parameter, RoundingRule, Rule
from passavant.texts.refused import refused


@pytest.mark.parametrize(
    ("model", "content", "expected"),
    [
        (RoundingRule, {"mode": "near", "reference": "x"}, "l'une des valeurs half_up, down, up"),
        (RoundingRule, {"to": 3, "reference": "x"}, "l'une des valeurs 1, 2, 5, 10, 20, 50, 100, 1000"),
        (Parameter, {"label": {"en": "a", "fr": "b"}, "unit": "eur", "values": []}, "percent, count, kg, ou une devise en trois lettres majuscules"),
        (Dated, {"from": "soon", "value": 1}, "un jour tel que 2026-07-01"),
        (Dated, {"from": "2026-07-01", "value": "much"}, "un nombre tel que 12.5"),
    ],
)  # fmt: skip
def test_what_was_expected_is_said_in_french(model: type[Rule], content: dict[str, object], expected: str) -> None:
    with pytest.raises(ValidationError) as caught:
        model.model_validate(content)
    got, asked = refused(caught.value.errors()[0])  # type: ignore[arg-type]  # a TypedDict is a mapping

    assert expected == asked[1]
    assert "Input" not in got[1]
