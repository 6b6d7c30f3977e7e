"""What the editor says of the language is what the clearance's own parser knows."""

from __future__ import annotations

import pytest

from passavant.clearance import rules as clearance
from passavant.engines.rule_language import FUNCTIONS
from passavant.portal.rulebook.language import FUNCTION_WORDS, check, functions, kinds, names


def test_the_names_are_those_of_the_clearance() -> None:
    assert clearance._kinds() == kinds()
    assert set(kinds()) == {one.name for one in names("en")}


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_name_has_words(language: str) -> None:
    assert [] == [one.name for one in names(language) if not one.meaning or one.meaning == one.name]


def test_short_lists_of_values_are_given() -> None:
    [channel] = [one for one in names("en") if one.name == "channel"]

    assert {"post", "express"} <= set(channel.values)


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_each_function_is_explained_by_an_example_that_holds(name: str) -> None:
    example = FUNCTION_WORDS[name][1]
    whole = {"ABS": f"{example} > 1", "COALESCE": f"{example} = 'CN'", "LOWER": f"{example} = 'x'", "UPPER": f"{example} = 'X'"}.get(name, example)  # fmt: skip

    assert name in check(whole).text.upper()
    assert functions() == FUNCTIONS
