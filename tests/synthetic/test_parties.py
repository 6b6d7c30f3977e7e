"""Names and addresses: the manners differ for the eye, never for a key."""

from __future__ import annotations

import re

import numpy as np
import pytest

from passavant.dataset.keys import normalise
from passavant.synthetic.chance import mix
from passavant.synthetic.parties import MANNERS, load_people, names_file
from passavant.synthetic.world import world_file

PEOPLE = load_people()
WORDS = mix(np.arange(300), 5)


def written(what: str, code: str, manner: int) -> list[str]:
    """Write 300 names or addresses of a country."""
    country = np.full(len(WORDS), PEOPLE.number(code))
    return getattr(PEOPLE, what)(country, WORDS, np.full(len(WORDS), manner)).to_pylist()


@pytest.mark.parametrize("what", ["person", "initial", "business", "address"])
@pytest.mark.parametrize("code", list(names_file().countries))
def test_every_manner_gives_the_same_key(what: str, code: str) -> None:
    keys = [[normalise(text) for text in written(what, code, manner)] for manner in range(MANNERS)]

    assert keys[0] == keys[1] == keys[2]
    assert all(keys[0])


def test_capitals_and_missing_accents_show() -> None:
    plain, capitals, bare = (written("person", "FR", manner) for manner in range(MANNERS))

    assert [text.upper() for text in plain] == capitals
    assert any("é" in text for text in plain)
    assert not any("é" in text or "É" in text for text in bare)


def test_an_initial_is_that_of_the_same_person() -> None:
    pairs = zip(written("person", "IT", 0), written("initial", "IT", 0), strict=True)

    assert [] == [(name, cut) for name, cut in pairs if cut != f"{name[0]}. {name.split(' ', 1)[1]}"]


@pytest.mark.parametrize(
    ("code", "shape"),
    [
        ("DE", r".+ \d+, \d{5} .+"),
        ("FR", r"\d+ .+, \d{5} .+"),
        ("NL", r".+ \d+, \d{4} [A-Z]{2} .+"),
        ("NO", r".+ \d+, \d{4} .+"),
        ("CH", r"(.+ \d+|\d+ .+), \d{4} .+"),
        ("NG", r"\d+ .+, .+, .+ \d{6}|\d+ .+, [A-Z].+ \d{6}"),
        ("KR", r".+-(ro|daero) \d+, .+-gu, .+ \d{5}"),
    ],
)
def test_an_address_is_written_in_the_manner_of_its_country(code: str, shape: str) -> None:
    assert [] == [text for text in written("address", code, 0) if not re.fullmatch(shape, text)]


def test_every_country_of_the_world_has_names_and_an_office() -> None:
    countries = names_file().countries
    needed = set(world_file().departures)
    for destination in world_file().destinations.values():
        needed |= set(destination.importers) | set(destination.hubs)

    assert set() == needed - set(countries)
    assert [] == [c for c in needed if not re.fullmatch(c + "[A-Z]{4}", countries[c].office)]


def test_every_culture_is_used_and_every_trade_is_a_family_of_goods() -> None:
    from passavant.synthetic.catalogue import goods_file

    file = names_file()
    families = {good.family for good in goods_file().goods}

    assert set(file.cultures) == {culture for country in file.countries.values() for culture in country.cultures}
    assert families == set(file.firms.trades)


def test_the_file_says_where_it_comes_from() -> None:
    assert "Apache-2.0" == names_file().licence
    assert names_file().source
