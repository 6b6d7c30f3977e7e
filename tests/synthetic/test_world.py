"""The world: the same for a seed on every day, its parts where the numbers say."""

from __future__ import annotations

import re

import numpy as np
import pytest

from passavant.errors import BadInput
from passavant.synthetic.draft import KINDS
from passavant.synthetic.world import CHANNELS, NATURES, World, build_world, world_file

DESTINATIONS = list(world_file().destinations)
FORMS = {"EU": r"IM[0-9]{10}", "NO": r"[0-9]{7}", "CH": r"CHE-[0-9]{3}\.[0-9]{3}\.[0-9]{3}"}


@pytest.fixture(params=DESTINATIONS)
def world(request: pytest.FixtureRequest) -> World:
    return build_world(3, request.param)


def test_the_file_names_every_channel_nature_and_fault() -> None:
    file = world_file()

    assert set(CHANNELS) == set(file.channels)
    assert set(NATURES) == set(file.natures)
    assert set(KINDS) - {"address_noise"} == set(file.faults)
    assert "Apache-2.0" == file.licence


def test_the_mix_is_that_of_the_design() -> None:
    file = world_file()
    departures = {country: entry.share for country, entry in file.departures.items()}

    assert {"post": 35, "express": 30, "platform": 30, "operator": 5} == file.channels
    assert 0.73 < departures["CN"] / sum(departures.values()) < 0.77
    assert 27 == len(file.destinations["EU"].importers)
    assert 0.005 < sum(file.faults.values()) < 0.02


def test_every_currency_has_a_rate(world: World) -> None:
    used = {entry.currency for entry in world.file.departures.values()} | set(world.destination.currencies)

    assert set() == used - set(world.file.units_per_eur)


def test_nothing_leaves_for_where_it_is(world: World) -> None:
    assert set() == set(world.departures) & set(world.importers)


def test_scheme_numbers_have_their_form_and_belong_to_one_marketplace(world: World) -> None:
    if world.code not in FORMS:
        assert [] == world.scheme_ids
        return

    assert [] == [number for number in world.scheme_ids if not re.fullmatch(FORMS[world.code], number)]
    assert len(world.scheme_ids) == len(set(world.scheme_ids))
    assert world.scheme_count.sum() == len(world.scheme_ids)


def test_a_seller_uses_a_number_of_its_own_marketplace(world: World) -> None:
    sellers = np.arange(len(world.sellers.market))
    market, scheme = world.sellers.market, world.scheme_of(sellers)
    start, end = world.scheme_start[market], world.scheme_start[market] + world.scheme_count[market]

    assert ((scheme == -1) | ((scheme >= start) & (scheme < end))).all()
    assert (scheme[market >= 0] >= 0).all() == bool(world.scheme_ids)


def test_the_listed_seller_sells_on_a_marketplace_of_the_same_country(world: World) -> None:
    sellers = world.sellers

    assert (sellers.market[sellers.listed] >= 0).all()
    assert (sellers.departure[sellers.listed] == sellers.departure).all()
    assert (sellers.listed[sellers.market >= 0] == np.flatnonzero(sellers.market >= 0)).all()


def test_sellers_are_chosen_from_their_country(world: World) -> None:
    rng = np.random.default_rng(1)
    departure = rng.integers(len(world.departures), size=5_000)

    assert (departure == world.sellers.departure[world.sellers.choose(departure, rng.random(5_000))]).all()


def test_a_seller_is_the_same_for_every_destination() -> None:
    europe, korea = build_world(3, "EU"), build_world(3, "KR")
    names = [dict(zip(w.sellers.id.to_pylist(), w.sellers.name.to_pylist(), strict=True)) for w in (europe, korea)]

    assert names[1].items() <= names[0].items()
    assert len(names[1]) < len(names[0])  # those of Korea stay at home


def test_another_seed_is_another_world() -> None:
    assert build_world(3, "EU").sellers.name != build_world(4, "EU").sellers.name
    assert build_world(3, "EU").scheme_ids != build_world(4, "EU").scheme_ids


def test_an_unknown_destination_is_refused_with_the_known_ones() -> None:
    with pytest.raises(BadInput) as error:
        build_world(3, "XX")

    assert "'XX'" in error.value.got[0]
    assert "EU, NO, CH, NG, KR" in error.value.expected[1]
