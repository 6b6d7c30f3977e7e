"""What is counted once for each run equals what a count over all decisions gives, however often a consignment was decided."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from lakes import NEWEST, add_day, at_home

from passavant.lake import run_folders
from passavant.portal.analysis import store as stores
from passavant.portal.analysis.cubes import build, places, whole_of
from passavant.portal.analysis.figures import outcomes, per_day, reasons, revenue, senders, total
from passavant.portal.analysis.filters import Choice
from passavant.portal.analysis.store import build_missing, current

_ALL = Choice(dt.date(2020, 1, 1), dt.date(2030, 1, 1))
_COUNTED = """
    SELECT * FROM read_parquet($files, union_by_name = true)
    QUALIFY row_number() OVER (PARTITION BY consignment_id ORDER BY version DESC, decided_at DESC, decision_id DESC) = 1
"""


def _truth(home: Path, what: str) -> list[tuple[object, ...]]:
    files = [str(run / "decisions.parquet") for run in run_folders(home / "lake")]
    return duckdb.execute(f"WITH counted AS ({_COUNTED}) {what}", {"files": files}).fetchall()


def _amend(home: Path, run: Path, share: int) -> None:
    """Decide every n-th consignment again, in a run of its own: a version higher, in another lane, for twice the duty."""
    name = f"2026112{share}T000000Z-0123abcd-4567cdef"
    target = home / "lake" / "runs" / name
    shutil.copytree(run, target)
    table = pq.read_table(run / "decisions.parquet")
    table = table.filter(pc.equal(pc.bit_wise_and(table["consignment_no"], share), 0))
    for column, values in (
        ("version", pc.add(table["version"], pa.scalar(1, pa.int32()))),
        ("lane", pa.array(["blue"] * len(table))),
        ("duty_minor", pc.multiply(table["duty_minor"], 2)),
    ):
        table = table.set_column(table.schema.get_field_index(column), column, values)
    pq.write_table(table, target / "decisions.parquet")
    listing = home / "lake" / "lake.json"
    listing.write_text(listing.read_text().replace("\n  ]", f',\n    "{name}"\n  ]'))


@pytest.fixture
def amended(tmp_path: Path) -> Path:
    run = add_day(tmp_path, NEWEST, seed=1, rows=600)
    add_day(tmp_path, NEWEST - dt.timedelta(days=1), seed=2, rows=400)
    _amend(tmp_path, run, 3)
    _amend(tmp_path, run, 1)
    return tmp_path


def test_sums_equal_those_over_the_decisions_that_count(amended: Path) -> None:
    with at_home(amended):
        store = current()
        lanes = per_day(store, _ALL, "lane", ("green", "blue", "yellow", "red"))
        [money] = revenue(store, _ALL)
        found = (
            total(store, _ALL)[0],
            {name: sum(row[place] for row in lanes.counts) for place, name in enumerate(lanes.names)},
            (sum(money.duty), sum(money.vat), sum(money.fees), sum(money.vendor_vat)),
            outcomes(store, _ALL),
            {one.code: one.consignments for one in reasons(store, _ALL, most=1000)},
        )
    codes = "SELECT code, count(*) FROM (SELECT unnest(list_distinct(list_transform(reasons, lambda r: r.code))) AS code FROM counted) GROUP BY ALL"
    amounts = "SELECT sum(duty_minor)::BIGINT, sum(vat_minor)::BIGINT, sum(fees_minor)::BIGINT, sum(vendor_vat_minor)::BIGINT FROM counted"

    assert (
        _truth(amended, "SELECT count(*) FROM counted")[0][0],
        dict(_truth(amended, "SELECT lane, count(*) FROM counted GROUP BY ALL")),
        _truth(amended, amounts)[0],
        dict(_truth(amended, "SELECT outcome, count(*) FROM counted GROUP BY ALL")),
        dict(_truth(amended, codes)),
    ) == found


def test_each_filter_chooses_its_part(amended: Path) -> None:
    [(declarant, channel)] = _truth(amended, "SELECT declarant_id, channel FROM counted ORDER BY ALL LIMIT 1")
    choices = {
        "lane = 'blue'": Choice(_ALL.start, _ALL.end, lane="blue"),
        f"channel = '{channel}'": Choice(_ALL.start, _ALL.end, channel=str(channel)),
        f"declarant_id = '{declarant}'": Choice(_ALL.start, _ALL.end, declarant=str(declarant)),
        f"law_on = '{NEWEST}'": Choice(NEWEST, NEWEST),
    }
    with at_home(amended):
        store = current()
        found = {where: total(store, choice)[0] for where, choice in choices.items()}

    assert {where: _truth(amended, f"SELECT count(*) FROM counted WHERE {where}")[0][0] for where in choices} == found
    assert all(found.values())


def test_a_new_run_adds_one_cube_and_changes_none(tmp_path: Path) -> None:
    add_day(tmp_path, NEWEST, seed=1, rows=200)
    with at_home(tmp_path):
        before = total(current(), _ALL)[0]
        first = run_folders(tmp_path / "lake")
        kept = {file: file.read_bytes() for file in places(first)[-1].iterdir()}
        add_day(tmp_path, NEWEST, seed=2, rows=200)
        after = total(current(), _ALL)[0]
        both = run_folders(tmp_path / "lake")

    assert after > before
    with at_home(tmp_path):
        assert kept == {file: file.read_bytes() for file in places(first)[-1].iterdir()}
        assert sorted(places(both)) == sorted(places(both)[0].parent.iterdir())


def test_a_large_run_is_left_to_the_worker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stores, "AT_ONCE", 10)
    add_day(tmp_path, NEWEST, seed=1, rows=200)
    with at_home(tmp_path):
        waiting = current().waiting, total(current(), _ALL)[0]
        counted = build_missing()
        ready = current().waiting

    assert ((1, 0), 1, 0) == (waiting, counted, ready)


def test_a_lake_that_was_replaced_is_counted_anew(tmp_path: Path) -> None:
    add_day(tmp_path, NEWEST, seed=1, rows=200)
    with at_home(tmp_path):
        before = total(current(), _ALL)[0]
        shutil.rmtree(tmp_path / "lake")
        add_day(tmp_path, NEWEST, seed=5, rows=100)
        after = total(current(), _ALL)[0]
        build_missing()
        left = sorted(path.name for path in (tmp_path / "cache/analysis").iterdir())
        expected = sorted(place.name for place in places(run_folders(tmp_path / "lake")))

    assert before > after > 0
    assert expected == left


def test_an_empty_lake_has_no_figures(tmp_path: Path) -> None:
    with at_home(tmp_path):
        store = current()

        assert (0, 0, 0) == total(store, _ALL)
        assert ((), [], []) == (per_day(store, _ALL, "lane", ()).days, revenue(store, _ALL), senders(store, _ALL))


def test_built_twice_is_built_once(tmp_path: Path) -> None:
    add_day(tmp_path, NEWEST, seed=1, rows=100)
    with at_home(tmp_path):
        runs = run_folders(tmp_path / "lake")
        build(runs, places(runs)[0])
        before = {file: file.stat().st_mtime_ns for file in places(runs)[0].iterdir()}
        build(runs, places(runs)[0])

        assert before == {file: file.stat().st_mtime_ns for file in places(runs)[0].iterdir()}


def test_counts_added_up_say_the_same(amended: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def figures() -> object:
        stores._stores.clear()  # a process that starts
        store = current()
        return total(store, _ALL), revenue(store, _ALL), reasons(store, _ALL, most=1000), senders(store, _ALL)

    with at_home(amended):
        one_by_one = figures()
        monkeypatch.setattr(stores, "TOGETHER", 2)
        build_missing()
        where = places(run_folders(amended / "lake"))
        added_up = figures()

        assert [False, True, False, True] == [whole_of(place).is_dir() for place in where]
    assert one_by_one == added_up


def test_rejected_rows_count_for_their_sender(tmp_path: Path) -> None:
    run = add_day(tmp_path, NEWEST, seed=1, rows=300)
    [sender] = pq.read_table(run / "decisions.parquet")["declarant_id"][:1].to_pylist()
    pq.write_table(
        pa.table({"declarant_id": [sender, sender, "nobody"], "source_row": [1, 2, 3]}), run / "rejected.parquet"
    )
    with at_home(tmp_path):
        found = {one.declarant: one for one in senders(current(), _ALL)}

    assert 2 == found[sender].rejected
    assert 300 == sum(one.read for one in found.values())
