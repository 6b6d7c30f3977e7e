"""Fields that the data set does not know."""

from __future__ import annotations

from passavant.dataset.unknown_fields import MOST_NAMED, unknown_fields


def test_a_field_is_counted_once_for_each_record_whatever_its_items() -> None:
    records = [{"items": [{"hs_kode": "1"}, {"hs_kode": "2"}]}, {"items": [{"hs_kode": "3"}, 4]}, "no record"]

    assert [{"field": "items[].hs_kode", "records": 2, "did_you_mean": "hs_code"}] == unknown_fields(records)


def test_a_number_of_a_goods_item_beside_its_items_is_not_read() -> None:
    flat, nested = {"quantity": 1, "origin": "CN"}, {"quantity": 1, "origin": "CN", "items": [{}]}

    assert [] == unknown_fields([flat])
    assert [("quantity", "items[].quantity")] == [
        (one["field"], one["did_you_mean"]) for one in unknown_fields([nested])
    ]


def test_other_letters_are_another_name_and_the_right_one_is_told() -> None:
    assert [{"field": "HS Code", "records": 1, "did_you_mean": "hs_code"}] == unknown_fields([{"HS Code": "610910"}])


def test_the_most_frequent_are_named_and_no_more_than_a_page_of_them() -> None:
    often = [{"zz": 1}, {"zz": 1}]
    found = unknown_fields([*often, {f"x{number:03}": 1 for number in range(100)}])

    assert (MOST_NAMED, "zz", None) == (len(found), found[0]["field"], found[0]["did_you_mean"])
