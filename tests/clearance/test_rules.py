"""Analyst rules are typed when they are read, as the rules of a policy are."""

from __future__ import annotations

from pathlib import Path

import pytest

from passavant.clearance.rules import load_rules, starter_rules
from passavant.errors import BadInput

_FILE = """rules_version: "1"
schema_version: 1
licence: Apache-2.0
source: {en: Test, fr: Essai}
rules:
  - id: own
    when: "WHEN"
    outcome: screen
    risk: fiscal
    text: {en: Own, fr: Propre}
    reference: test
"""


@pytest.mark.parametrize(
    ("when", "says"),
    [
        ("regexp_matches(text, '(')", "cannot be used"),
        ("goods_total = 'x'", "against a text"),
        ("LENGTH(goods_total) > 1", "threshold currency"),
        ("goods_value < duty_minor", "puts an amount of the threshold currency against an amount of the currency due"),
        ("nature = 'gifts'", "did you mean gift?"),
        ("hours_before_arrival", "is a number"),
    ],
)
def test_an_ill_typed_rule_is_refused_with_its_line(tmp_path: Path, when: str, says: str) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(_FILE.replace("WHEN", when))

    with pytest.raises(BadInput) as caught:
        load_rules([path])

    shown = caught.value.diagnostics("en")
    assert says in shown
    assert "own.yaml:7" in shown


def test_the_starter_rules_are_well_typed() -> None:
    assert 19 == len(load_rules([starter_rules()]).conditions)
