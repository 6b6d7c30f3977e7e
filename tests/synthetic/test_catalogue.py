"""The list of goods: known codes, plausible figures, texts in three languages."""

from __future__ import annotations

import csv
from importlib.resources import files

import numpy as np
import pytest

from passavant.synthetic.catalogue import Good, goods_file, load_catalogue

ALL = [*goods_file().goods, *goods_file().documents, *goods_file().prohibited]


@pytest.fixture(scope="module")
def hs_2017() -> set[str]:
    """The subheadings of HS 2017, as the policies' tariff table knows them."""
    path = files("passavant.policy").joinpath("data/tariffs/hs6_codes.csv")
    with path.open(encoding="utf-8") as table:
        return {row["hs6"] for row in csv.DictReader(table) if row["hs2017"] == "true"}


def test_every_hs_code_is_a_subheading_of_hs_2017(hs_2017: set[str]) -> None:
    assert len(hs_2017) > 5_000
    assert [] == [(good.id, good.hs) for good in ALL if good.hs not in hs_2017]


def test_the_list_is_long_enough_and_names_each_good_once() -> None:
    ids = [good.id for good in ALL]

    assert len(goods_file().goods) >= 150
    assert len(ids) == len(set(ids))


def test_the_file_says_where_it_comes_from() -> None:
    file = goods_file()

    assert "Apache-2.0" == file.licence
    assert "HS 2017" == file.nomenclature
    assert file.version
    assert file.source


def test_what_hides_hides_under_an_ordinary_good() -> None:
    ordinary = {good.id for good in goods_file().goods}

    assert [] == [good.id for good in goods_file().prohibited if good.hides_as not in ordinary]


def test_options_and_second_hand_exist_in_three_languages() -> None:
    for option, languages in goods_file().options.items():
        assert {"en", "fr", "es"} == set(languages), option
        assert all(languages.values()), option


def test_no_honest_text_is_a_stop_word_or_vague() -> None:
    catalogue, file = load_catalogue(), goods_file()
    nothing = {text.casefold() for text in (*file.vague, *file.stop_words)}
    honest = catalogue.texts[: catalogue.vague[0]]

    assert [] == [text for text in honest if text.casefold() in nothing]


def test_no_vague_text_is_a_lone_stop_word() -> None:
    file = goods_file()

    assert set() == {text.casefold() for text in file.vague} & {text.casefold() for text in file.stop_words}


@pytest.mark.parametrize("good", ALL, ids=lambda good: good.id)
def test_texts_of_a_good_stand_where_the_arrays_say(good: Good) -> None:
    catalogue = load_catalogue()
    place = catalogue.goods.index(good)
    start, end = catalogue.start[place], catalogue.start[place] + catalogue.count[place]
    texts = catalogue.texts[start:end]
    second_hand = catalogue.texts[start + catalogue.second_hand : end + catalogue.second_hand]
    beginnings = (*good.en, *good.fr, *good.es)

    assert [] == [text for text in texts if not text.startswith(beginnings)]
    assert all(old.startswith(new + ", ") for new, old in zip(texts, second_hand, strict=True))
    assert good.hs == catalogue.codes[catalogue.code[place]]


def test_the_pools_of_nothing_stand_where_the_arrays_say() -> None:
    catalogue, file = load_catalogue(), goods_file()
    start, count = catalogue.vague
    end, stops = catalogue.stop_words

    assert file.vague == catalogue.texts[start : start + count]
    assert file.stop_words == catalogue.texts[end : end + stops]


def test_shares_of_origin_add_up() -> None:
    assert np.allclose(1, load_catalogue().origin_share.sum(axis=1))
