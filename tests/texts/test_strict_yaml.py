"""YAML is read strictly, and each complaint names file and line."""

import datetime as dt

import pytest
from pydantic import BaseModel, ConfigDict

from passavant.errors import BadInput
from passavant.texts import parse_yaml, validate


class _Small(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: str
    size: int


def test_norway_codes_and_dates_are_what_they_look_like() -> None:
    data = parse_yaml("country: NO\ncode: 0101\nsince: 2021-07-01\nyes: on\n", "x.yaml").data

    assert data == {"country": "NO", "code": "0101", "since": dt.date(2021, 7, 1), "yes": "on"}


def test_a_key_written_twice_is_refused_with_its_line() -> None:
    with pytest.raises(BadInput, match=r"x\.yaml:3, field a\.b"):
        parse_yaml("a:\n  b: 1\n  b: 2\n", "x.yaml")


def test_broken_indentation_is_refused_with_its_line() -> None:
    with pytest.raises(BadInput, match=r"x\.yaml:2"):
        parse_yaml("a: 1\n b: 2\n", "x.yaml")


def test_python_tags_are_refused() -> None:
    with pytest.raises(BadInput):
        parse_yaml("a: !!python/object/apply:os.system ['true']\n", "x.yaml")


@pytest.mark.parametrize(("text", "line"), [("name: a\nsize: b\n", 2), ("name: a\nsize: 1\nsise: 2\n", 3)])
def test_a_value_of_the_wrong_form_is_refused_with_its_line(text: str, line: int) -> None:
    with pytest.raises(BadInput, match=f"x.yaml:{line}"):
        validate(_Small, parse_yaml(text, "x.yaml"))


def test_an_unknown_key_is_named_with_the_nearest_known_one() -> None:
    with pytest.raises(BadInput) as caught:
        validate(_Small, parse_yaml("name: a\nsise: 2\n", "x.yaml"))

    assert "unknown key 'sise'" in caught.value.diagnostics("en")
    assert "did you mean size?" in caught.value.diagnostics("en")
    assert "vouliez-vous écrire size ?" in caught.value.diagnostics("fr")


def test_all_missing_keys_are_listed() -> None:
    with pytest.raises(BadInput, match="name, size"):
        validate(_Small, parse_yaml("{}\n", "x.yaml"))


@pytest.mark.parametrize("text", ["a: &a [*a]", "a: &a {b: *a}", "a: " + "[" * 5_000 + "]" * 5_000])
def test_entries_nested_without_end_are_refused(text: str) -> None:
    with pytest.raises(BadInput, match="nested without end"):
        parse_yaml(text, "endless.yaml")
