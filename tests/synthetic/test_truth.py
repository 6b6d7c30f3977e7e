"""The truth joins the declared rows one to one, and each kind of fault is what its name says."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from decimal import Decimal

import pyarrow.parquet as pq
import pytest

from passavant.dataset.keys import normalise
from passavant.synthetic import DESTINATIONS, KINDS, Generated
from passavant.synthetic.catalogue import goods_file
from passavant.synthetic.faults import PARTY_STOP_WORDS
from passavant.synthetic.truth import TRUTH
from passavant.synthetic.world import world_file

Rows = Callable[[str], list[dict[str, object]]]
Made = Callable[[str], Generated]
ROWS = 20_000  # as conftest makes them
RATES = world_file().units_per_eur


def holding(rows: list[dict[str, object]], kind: str) -> list[dict[str, object]]:
    """Return the rows that carry a kind of fault."""
    return [row for row in rows if kind in row["truth"]["kinds"]]  # type: ignore[index]


@pytest.mark.parametrize("destination", DESTINATIONS)
def test_it_joins_one_to_one(made: Made, destination: str) -> None:
    parcels, truth = pq.read_table(made(destination).parcels), pq.read_table(made(destination).truth)
    keys = ["declarant_id", "declaration_id", "version", "item_no"]
    declared = [tuple(map(str, row.values())) for row in parcels.select(keys).to_pylist()]
    known = [tuple(map(str, row.values())) for row in truth.select(keys).to_pylist()]

    assert TRUTH.equals(truth.schema)
    assert declared == known
    assert ROWS == len(set(known))


@pytest.mark.parametrize("destination", DESTINATIONS)
def test_faults_are_a_small_share_and_counted(made: Made, rows: Rows, destination: str) -> None:
    found = Counter(kind for row in rows(destination) for kind in row["truth"]["kinds"])  # type: ignore[index]
    counted = made(destination).faults
    faulty = sum(bool(row["truth"]["kinds"]) for row in rows(destination))  # type: ignore[index]

    assert set(KINDS) == set(counted)
    assert {kind: count for kind, count in counted.items() if count} == found
    assert 0.005 < faulty / ROWS < 0.02


def test_every_kind_is_found_where_there_are_schemes(rows: Rows) -> None:
    assert [] == [kind for kind in KINDS if not holding(rows("EU"), kind)]


def test_no_scheme_is_borrowed_where_there_is_none(rows: Rows) -> None:
    assert [] == holding(rows("NG"), "borrowed_scheme") + holding(rows("KR"), "borrowed_scheme")


@pytest.mark.parametrize("destination", DESTINATIONS)
def test_a_split_exceeds_the_threshold_together_and_never_alone(rows: Rows, destination: str) -> None:
    place = world_file().destinations[destination]
    threshold = place.threshold / RATES[place.currency]
    groups: dict[object, list[dict[str, object]]] = defaultdict(list)
    for row in holding(rows(destination), "split"):
        groups[row["truth"]["split_group"]].append(row)  # type: ignore[index]

    assert len(groups) >= 5
    for members in groups.values():
        eur = [float(str(row["intrinsic_value"])) / RATES[str(row["currency"])] for row in members]
        assert 3 <= len({row["declaration_id"] for row in members}) == len(members) <= 6
        assert max(eur) < 0.9 * threshold
        assert sum(eur) > 1.2 * threshold


@pytest.mark.parametrize("destination", DESTINATIONS)
def test_a_split_has_one_buyer_and_its_noise_is_named(rows: Rows, destination: str) -> None:
    groups: dict[object, list[dict[str, object]]] = defaultdict(list)
    for row in rows(destination):
        if row["truth"]["split_group"]:  # type: ignore[index]
            groups[row["truth"]["split_group"]].append(row)  # type: ignore[index]
    noisy = 0
    for members in groups.values():
        keys = Counter(normalise(f"{row['importer_name']} | {row['importer_address']}") for row in members)
        odd = sum("address_noise" in row["truth"]["kinds"] for row in members)  # type: ignore[index]
        noisy += odd
        assert odd <= 1
        assert len(members) - odd == keys.most_common(1)[0][1]
        assert 1 == len({row["importer_country"] for row in members}) == len({row["seller_id"] for row in members})

    assert noisy == len(holding(rows(destination), "address_noise"))


def test_only_splits_have_a_group(rows: Rows) -> None:
    grouped = [row for row in rows("EU") if row["truth"]["split_group"]]  # type: ignore[index]

    assert grouped == holding(rows("EU"), "split")


@pytest.mark.parametrize("destination", DESTINATIONS)
def test_the_true_value_differs_only_where_it_was_undervalued(rows: Rows, destination: str) -> None:
    for row in rows(destination):
        truth: dict[str, object] = row["truth"]  # type: ignore[assignment]
        declared, true = Decimal(str(row["intrinsic_value"])), truth["true_value"]
        if "undervalued" in truth["kinds"]:  # type: ignore[operator]
            assert declared < Decimal("0.6") * true  # type: ignore[operator]
        else:
            assert declared == true


def test_what_was_paid_betrays_undervaluation(rows: Rows) -> None:
    declared: dict[object, Decimal] = defaultdict(Decimal)
    for row in rows("EU"):
        declared[row["declaration_id"]] += Decimal(str(row["intrinsic_value"]))
    ratio = {
        row["declaration_id"]: declared[row["declaration_id"]] / Decimal(str(row["amount_paid"]))
        for row in rows("EU")
        if row["amount_paid"]
    }
    low = {key for key, value in ratio.items() if value < Decimal("0.8")}

    assert low == {row["declaration_id"] for row in holding(rows("EU"), "undervalued")} & set(ratio)
    assert low


@pytest.mark.parametrize("destination", DESTINATIONS)
def test_the_true_code_differs_only_where_it_is_wrong_or_missing(rows: Rows, destination: str) -> None:
    for row in rows(destination):
        truth: dict[str, object] = row["truth"]  # type: ignore[assignment]
        wrong = row["hs_code"] is not None and row["hs_code"] != truth["true_hs_code"]
        assert wrong == ("wrong_hs" in truth["kinds"])  # type: ignore[operator]
        assert row["hs_code"] is not None or "missing_element" in truth["kinds"]  # type: ignore[operator]


def test_every_code_is_one_of_the_catalogue(rows: Rows) -> None:
    file = goods_file()
    known = {good.hs for good in (*file.goods, *file.documents, *file.prohibited)}
    declared = {row["hs_code"] for row in rows("EU")} - {None}

    assert declared <= known
    assert {row["truth"]["true_hs_code"] for row in rows("EU")} <= known  # type: ignore[index]
    assert len(declared) > 120


def test_one_row_in_a_thousand_is_prohibited(rows: Rows) -> None:
    codes = {good.hs for good in goods_file().prohibited}
    found = holding(rows("EU"), "prohibited")

    assert 0.0008 * ROWS < len(found) < 0.0012 * ROWS
    assert {row["truth"]["true_hs_code"] for row in found} <= codes  # type: ignore[index]


def test_some_prohibited_goods_hide_and_some_say_what_they_are(rows: Rows) -> None:
    file = goods_file()
    open_words = tuple(text for good in file.prohibited for text in (*good.en, *good.fr, *good.es))
    found = [row for place in DESTINATIONS for row in holding(rows(place), "prohibited")]
    said = [row for row in found if str(row["description"]).startswith(open_words)]

    assert 0.4 < len(said) / len(found) < 0.8
    assert [] == holding(said, "wrong_hs")


@pytest.mark.parametrize(("kind", "pool"), [("vague", goods_file().vague), ("stop_word", goods_file().stop_words)])
def test_empty_words_stand_where_the_truth_says(rows: Rows, kind: str, pool: list[str]) -> None:
    assert holding(rows("EU"), kind) == [row for row in rows("EU") if row["description"] in pool]


def test_one_element_is_missing_where_the_truth_says(rows: Rows) -> None:
    elements = ("importer_name", "importer_address", "exporter_name", "description", "hs_code", "origin")
    elements = (*elements, "gross_mass_kg", "importer_id")
    for row in rows("KR"):
        missing = [name for name in elements if row[name] is None]
        assert len(missing) == ("missing_element" in row["truth"]["kinds"])  # type: ignore[index]


def test_party_stop_words_stand_where_the_truth_says(rows: Rows) -> None:
    names = ("importer_name", "importer_address", "exporter_name")
    found = [row for row in rows("EU") if any(row[name] in PARTY_STOP_WORDS for name in names)]

    assert holding(rows("EU"), "party_stop_word") == found


def test_a_false_gift_is_sent_by_a_firm(rows: Rows) -> None:
    from passavant.synthetic.world import build_world

    firms = set(build_world(11, "EU").sellers.name.to_pylist())
    gifts = [row for row in rows("EU") if row["nature"] == "gift"]
    from_firms = [row for row in gifts if row["exporter_name"] in firms]

    assert holding(rows("EU"), "gift_misuse") == from_firms
    assert len(from_firms) < len(gifts)
    assert 0 < sum(row["order_id"] is not None for row in from_firms) < len(from_firms)
