"""A generated day: its promises about rows, keys, columns, times, values and repetition."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest

from passavant.dataset import load_schema
from passavant.errors import BadInput
from passavant.synthetic import COLUMNS, DESTINATIONS, Generated, generate, is_valid
from passavant.synthetic import day as day_module
from passavant.synthetic.catalogue import goods_file
from passavant.synthetic.parties import load_people, without_accents
from passavant.synthetic.world import build_world, world_file

Rows = Callable[[str], list[dict[str, object]]]
Made = Callable[[str], Generated]
DAY, ROWS = date(2026, 9, 15), 20_000  # as conftest makes them
RATES = world_file().units_per_eur


def make(out: Path, rows: int = 600, **changes: object) -> Generated:
    """Make a small day."""
    options: dict[str, object] = {"seed": 5, "day": DAY, "destination": "EU"} | changes
    return generate(rows, out=out, **options)  # type: ignore[arg-type]


def town(place: str) -> str:
    """Return the regular expression of a place pattern, in capitals without accents."""
    return re.escape(without_accents(place.upper())).replace(r"\#", "[0-9]").replace("@", "[A-Z]")


def honest(row: dict[str, object]) -> bool:
    """Tell whether nothing was put into a row."""
    return not row["truth"]["kinds"]  # type: ignore[index]


@pytest.mark.parametrize("rows", [1, 2, 3, 600, 4_097])
def test_there_are_exactly_as_many_rows_as_asked(tmp_path: Path, rows: int) -> None:
    made = make(tmp_path / "day", rows)

    assert rows == made.rows == pq.read_table(made.parcels).num_rows == pq.read_table(made.truth).num_rows


def test_the_columns_are_the_declared_ones_all_text(made: Made) -> None:
    schema = pq.read_schema(made("EU").parcels)

    assert list(COLUMNS) == schema.names
    assert {pa.string()} == set(schema.types)


def test_the_columns_are_the_elements_of_the_schema() -> None:
    assert {element.name for element in load_schema().elements} == set(COLUMNS)


def test_an_empty_text_is_null(made: Made) -> None:
    declared = pq.read_table(made("EU").parcels)

    assert [] == [name for name in COLUMNS if "" in declared[name].unique().to_pylist()]


@pytest.mark.parametrize("destination", DESTINATIONS)
def test_keys_are_unique_and_items_are_numbered(rows: Rows, destination: str) -> None:
    items = defaultdict(list)
    for row in rows(destination):
        items[row["declarant_id"], row["declaration_id"], row["version"]].append(int(str(row["item_no"])))
    shares = Counter(map(len, items.values()))

    assert [] == [numbers for numbers in items.values() if numbers != list(range(1, len(numbers) + 1))]
    assert {1, 2, 3, 4} == set(shares)
    assert 0.10 < 1 - shares[1] / shares.total() < 0.14


def test_fields_of_a_consignment_are_repeated(rows: Rows) -> None:
    own = {"item_no", "intrinsic_value", "description", "hs_code", "origin", "quantity", "unit", "gross_mass_kg"}
    own |= {"net_mass_kg", "packages", "second_hand", "truth"}
    seen: dict[object, dict[str, object]] = {}
    for row in rows("EU"):
        shared = {name: value for name, value in row.items() if name not in own}
        assert seen.setdefault(row["declaration_id"], shared) == shared


def test_the_same_seed_gives_the_same_content(tmp_path: Path) -> None:
    first, second = make(tmp_path / "a"), make(tmp_path / "b")

    assert pq.read_table(first.parcels).equals(pq.read_table(second.parcels))
    assert pq.read_table(first.truth).equals(pq.read_table(second.truth))
    assert replace(first, folder=second.folder, parcels=second.parcels, truth=second.truth) == second


@pytest.mark.parametrize("change", [{"seed": 6}, {"day": date(2026, 9, 16)}, {"destination": "CH"}])
def test_another_seed_day_or_destination_gives_another_day(tmp_path: Path, change: dict[str, object]) -> None:
    first, second = pq.read_table(make(tmp_path / "a").parcels), pq.read_table(make(tmp_path / "b", **change).parcels)
    same = [name for name in ("declaration_id", "order_id", "importer_address") if first[name].equals(second[name])]

    assert [] == same
    assert set() == set(first["order_id"].drop_null().to_pylist()) & set(second["order_id"].drop_null().to_pylist())


def test_portions_make_one_day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(day_module, "_PORTION", 1_000)
    told: list[int] = []
    made = make(tmp_path / "day", 4_500, progress=told.append)
    parcels = pq.read_table(made.parcels)
    keys = set(zip(parcels["declaration_id"].to_pylist(), parcels["item_no"].to_pylist(), strict=True))

    assert [1_000, 1_000, 1_000, 1_000, 500] == told
    assert 4_500 == len(keys)
    assert 5 == pq.ParquetFile(made.parcels).num_row_groups
    assert made.consignments == len(parcels["declaration_id"].unique())
    assert parcels["s10"].drop_null().value_counts().field(1).to_pylist().count(1) > 1_000


def test_csv_and_parquet_hold_the_same_text(tmp_path: Path) -> None:
    parquet, csv = make(tmp_path / "a"), make(tmp_path / "b", format="csv")
    options = pa.csv.ConvertOptions(
        column_types=dict.fromkeys(COLUMNS, pa.string()), strings_can_be_null=True, null_values=[""]
    )
    read = pa.csv.read_csv(csv.parcels, convert_options=options)

    assert "parcels.csv" == csv.parcels.name
    assert pq.read_table(parquet.parcels).to_pydict() == read.to_pydict()
    assert pq.read_table(parquet.truth).equals(pq.read_table(csv.truth))


@pytest.mark.parametrize("destination", DESTINATIONS)
def test_everything_is_lodged_on_the_same_day_in_utc_and_there(rows: Rows, destination: str) -> None:
    zone = ZoneInfo(world_file().destinations[destination].zone)
    for row in rows(destination):
        lodged, arrival = datetime.fromisoformat(str(row["lodged_at"])), datetime.fromisoformat(str(row["arrival_at"]))
        accepted = datetime.fromisoformat(str(row["accepted_at"] or row["lodged_at"]))
        assert str(row["lodged_at"]).endswith("Z")
        assert DAY == lodged.date() == lodged.astimezone(zone).date() == accepted.astimezone(zone).date()
        assert lodged <= accepted < arrival


def test_lodging_is_spread_over_the_day(rows: Rows) -> None:
    hours = Counter(str(row["lodged_at"])[11:13] for row in rows("EU"))

    assert 22 == len(hours)
    assert max(hours.values()) < 3 * ROWS / 22


@pytest.mark.parametrize("destination", DESTINATIONS)
def test_values_are_small_with_a_thin_tail(rows: Rows, destination: str) -> None:
    eur = [float(str(row["intrinsic_value"])) / RATES[str(row["currency"])] for row in rows(destination)]

    assert 8 < sum(eur) / len(eur) < 15
    assert 0.0005 < sum(value > 150 for value in eur) / len(eur) < 0.02
    assert min(eur) > 0


def test_no_value_is_nothing_or_one(rows: Rows) -> None:
    assert [] == [row["intrinsic_value"] for row in rows("EU") if float(str(row["intrinsic_value"])) in (0, 1)]


def test_amounts_have_the_decimals_of_their_currency(rows: Rows) -> None:
    for row in rows("KR"):
        shape = r"[0-9]+" if row["currency"] in ("JPY", "KRW") else r"[0-9]+\.[0-9]{2}"
        for name in ("intrinsic_value", "transport_cost", "insurance_cost", "amount_paid"):
            assert row[name] is None or re.fullmatch(shape, str(row[name])), (name, row[name])


@pytest.mark.parametrize("destination", DESTINATIONS)
def test_gross_mass_exceeds_net_mass(rows: Rows, destination: str) -> None:
    known = [row for row in rows(destination) if row["gross_mass_kg"]]

    assert len(known) > 0.99 * ROWS
    assert [] == [row for row in known if not 0 < float(str(row["net_mass_kg"])) < float(str(row["gross_mass_kg"]))]


@pytest.mark.parametrize("destination", DESTINATIONS)
def test_buyers_live_where_the_parcel_goes(rows: Rows, destination: str) -> None:
    countries = load_people().file.countries
    known = list(world_file().destinations[destination].importers)
    towns = {code: re.compile("|".join(map(town, countries[code].places))) for code in known}
    found = [row for row in rows(destination) if honest(row)]

    assert set(known) == {row["importer_country"] for row in found}
    for row in found:
        locality = without_accents(str(row["importer_address"]).upper()).split(", ", 1)[1]
        assert towns[str(row["importer_country"])].fullmatch(locality), row["importer_address"]


def test_buyers_come_back(rows: Rows) -> None:
    parcels = defaultdict(set)
    for row in rows("EU"):
        if honest(row):
            parcels[row["importer_name"], row["importer_address"]].add(row["declaration_id"])
    several = sum(len(ids) for ids in parcels.values() if len(ids) > 1)

    assert 0.05 < several / sum(map(len, parcels.values())) < 0.25


@pytest.mark.parametrize(
    ("destination", "form"), [("NG", r"[0-9]{11}"), ("KR", r"P[0-9]{12}"), ("EU", r"[A-Z]{2}[0-9]{9}|None")]
)
def test_the_importer_id_has_its_form(rows: Rows, destination: str, form: str) -> None:
    ids = [str(row["importer_id"]) for row in rows(destination) if honest(row)]

    assert [] == [number for number in ids if not re.fullmatch(form, number)]


def test_a_person_keeps_one_id(rows: Rows) -> None:
    ids = defaultdict(set)
    for row in rows("KR"):
        if honest(row):
            ids[row["importer_name"], row["importer_address"]].add(row["importer_id"])

    assert sum(len(numbers) > 1 for numbers in ids.values()) / len(ids) < 0.002  # namesakes at one address


def test_channels_and_departures_follow_the_mix(rows: Rows) -> None:
    channels, departures = (Counter(row[name] for row in rows("EU")) for name in ("channel", "departure_country"))

    assert all(abs(channels[c] / ROWS - share / 100) < 0.015 for c, share in world_file().channels.items())
    assert 0.72 < departures["CN"] / ROWS < 0.78


def test_post_travels_under_s10_and_the_rest_under_waybills(rows: Rows) -> None:
    for row in rows("EU"):
        post = row["channel"] == "post"
        assert post == (row["s10"] is not None) == (row["receptacle"] is not None)
        assert post == (row["house_waybill"] is None) == (row["master_waybill"] is None)


def test_what_flies_together_arrives_together(rows: Rows) -> None:
    arrivals = defaultdict(set)
    for row in rows("EU"):
        if row["master_waybill"]:
            arrivals[row["master_waybill"]].add((row["arrival_at"], row["departure_country"], row["channel"]))

    assert 50 < len(arrivals) < 0.05 * ROWS
    assert {1} == set(map(len, arrivals.values()))


def test_a_dispatch_flies_between_two_offices_and_arrives_once(rows: Rows) -> None:
    offices = {code: country.office for code, country in load_people().file.countries.items()}
    arrivals = defaultdict(set)
    for row in rows("EU"):
        if row["receptacle"]:
            here, there = offices[str(row["departure_country"])], offices[str(row["importer_country"])]
            assert str(row["receptacle"]).startswith(here + there)
            arrivals[str(row["receptacle"])[:20]].add(row["arrival_at"])

    assert {1} == set(map(len, arrivals.values()))


@pytest.mark.parametrize("destination", DESTINATIONS)
def test_check_digits_are_right_but_where_the_truth_says(rows: Rows, destination: str) -> None:
    wrong = [row for row in rows(destination) if row["s10"] and not is_valid(str(row["s10"]))]
    said = [row for row in rows(destination) if "bad_s10" in row["truth"]["kinds"]]  # type: ignore[index]

    assert wrong == said
    assert said


def test_schemes_belong_to_the_marketplace_but_where_the_truth_says(rows: Rows) -> None:
    world = build_world(11, "EU")
    pools = {
        market.id: {world.scheme_ids[start + n] for n in range(count)}
        for market, start, count in zip(
            world.file.marketplaces, world.scheme_start.tolist(), world.scheme_count.tolist(), strict=False
        )
    }
    sold = [row for row in rows("EU") if row["scheme_id"] and row["marketplace_id"]]
    foreign = [row for row in sold if row["scheme_id"] not in pools[str(row["marketplace_id"])]]

    assert foreign == [row for row in sold if "borrowed_scheme" in row["truth"]["kinds"]]  # type: ignore[index]
    assert len(sold) > 0.7 * ROWS


@pytest.mark.parametrize(("destination", "scheme"), [("EU", "ioss"), ("NO", "voec"), ("CH", "ch_mail_order")])
def test_a_scheme_stays_within_its_threshold(rows: Rows, destination: str, scheme: str) -> None:
    file = world_file().destinations[destination]
    most = file.threshold / RATES[file.currency] * 1.0001
    totals: dict[object, float] = defaultdict(float)
    for row in rows(destination):
        assert row["scheme"] in (None, scheme)
        assert (row["scheme"] is None) == (row["scheme_id"] is None)
        eur = float(str(row["intrinsic_value"])) / RATES[str(row["currency"])]
        if row["scheme"] and file.scheme_per == "item":
            assert eur / int(str(row["quantity"])) <= most
        elif row["scheme"]:
            totals[row["declaration_id"]] += eur

    assert [] == [total for total in totals.values() if total > most]


def test_the_norwegian_scheme_takes_no_food(rows: Rows) -> None:
    food = {good.hs for good in goods_file().goods if good.family == "food"}
    found = [row for row in rows("NO") if row["truth"]["true_hs_code"] in food]  # type: ignore[index]

    assert found
    assert [] == [row for row in found if row["scheme"]]


def test_orders_and_payments_go_with_marketplaces(rows: Rows) -> None:
    for row in rows("EU"):
        ordered = row["marketplace_id"] is not None
        assert ordered == (row["order_id"] is not None) == (row["amount_paid"] is not None)
        assert ordered == (row["payment_ref"] is not None)
        assert not ordered or row["seller_id"] is not None
        assert not ordered or row["nature"] == "sale" or "gift_misuse" in row["truth"]["kinds"]  # type: ignore[index]
        assert row["channel"] != "platform" or ordered


def test_gifts_come_from_persons_and_stay_small(rows: Rows) -> None:
    totals: dict[object, float] = defaultdict(float)
    for row in rows("EU"):
        if row["nature"] == "gift":
            assert row["scheme"] is None
            assert not honest(row) or row["seller_id"] is row["marketplace_id"] is row["amount_paid"] is None
            assert "C08" == row["procedure"]
            totals[row["declaration_id"]] += float(str(row["intrinsic_value"])) / RATES[str(row["currency"])]

    assert totals
    assert max(totals.values()) <= 45


def test_second_hand_goods_say_so(rows: Rows) -> None:
    marks = (", second-hand", ", d'occasion", ", de segunda mano")
    plain = [row for row in rows("EU") if row["description"] and honest(row)]

    assert [] == [row for row in plain if (row["second_hand"] == "true") != str(row["description"]).endswith(marks)]
    assert any(row["second_hand"] == "true" for row in plain)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"rows": 0}, "synthetic.rows.invalid"),
        ({"rows": -3}, "synthetic.rows.invalid"),
        ({"rows": 10**9}, "synthetic.rows.invalid"),
        ({"seed": -1}, "synthetic.seed.invalid"),
        ({"format": "xlsx"}, "synthetic.format.invalid"),
        ({"destination": "eu"}, "synthetic.destination.unknown"),
    ],
)
def test_what_cannot_be_made_is_refused_and_nothing_is_written(
    tmp_path: Path, changes: dict[str, object], code: str
) -> None:
    with pytest.raises(BadInput) as error:
        make(tmp_path / "day", **changes)  # type: ignore[arg-type]

    assert code == error.value.code
    assert all(error.value.got + error.value.expected + error.value.next_step)
    assert [] == list(tmp_path.iterdir())


def test_a_folder_that_holds_something_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("mine")
    with pytest.raises(BadInput) as error:
        make(tmp_path)

    assert "synthetic.output.not_empty" == error.value.code
    assert ["note.txt"] == [path.name for path in tmp_path.iterdir()]


def test_an_empty_folder_is_used(tmp_path: Path) -> None:
    (tmp_path / "day").mkdir()
    make(tmp_path / "day")

    assert {"parcels.parquet", "truth.parquet"} == {path.name for path in (tmp_path / "day").iterdir()}
    assert ["day"] == [path.name for path in tmp_path.iterdir()]


def test_a_file_in_the_way_of_the_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(BadInput) as error:
        make(tmp_path / "file" / "day")

    assert "synthetic.output.unwritable" == error.value.code


def test_an_interrupted_day_leaves_nothing(tmp_path: Path) -> None:
    def stop(_rows: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make(tmp_path / "day", progress=stop)

    assert [] == list(tmp_path.iterdir())


def test_the_answer_is_plain_for_json(tmp_path: Path) -> None:
    made = make(tmp_path / "day")

    assert "2026-09-15" == made.as_dict()["day"]
    assert str(made.parcels) == made.as_dict()["parcels"]
