"""A clearance made ready: the leaves that ``clear --snapshot`` gives, however the declarations come."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from passavant import settings
from passavant.clearance import ClearOptions, Run, clear
from passavant.clearance.prepared import Cleared, Grounds, PreparedClearance
from passavant.clearance.rules import load_rules
from passavant.dataset.intake import take_in
from passavant.engines import open_duckdb
from passavant.money.exchange import load_rates
from passavant.policy.load import load_policy
from passavant.signals import open_snapshot

RATES = Path(__file__).parent.parent.parent / "examples" / "rates-example.csv"
_STRATUM = 20_000
_AT = dt.datetime(2026, 9, 16, 8, tzinfo=dt.UTC)


def _ready(policy_id: str, snapshot: Path) -> PreparedClearance:
    policy, key_id = load_policy(policy_id), settings.key_id(settings.secret())
    rates = load_rates([RATES])
    grounds = Grounds(policy, load_rules(), rates, open_snapshot(snapshot, policy, key_id=key_id), key_id, _STRATUM)
    return PreparedClearance(grounds, dt.date(2026, 8, 20), dt.date(2026, 9, 20))


def _intake(source: Path, policy: str, work: Path) -> pa.Table:
    found = take_in([source], work=work, engine=open_duckdb(), secret=settings.secret(), administration=policy)
    return pa.concat_tables([pq.read_table(file) for file in found.parquet])


def _batches(items: pa.Table, seed: int) -> list[pa.Table]:
    """Deal whole consignments into batches of one to some hundreds, in random order."""
    chance = random.Random(seed)
    names = pc.unique(items["consignment_id"]).to_pylist()
    chance.shuffle(names)
    batches = []
    while names:
        size = chance.choice([1, 2, 30, 400, 900])
        taken, names = names[:size], names[size:]
        batches.append(items.filter(pc.is_in(items["consignment_id"], pa.array(taken))))
    return batches


def _leaves(decisions: pa.Table) -> dict[tuple[str, int], str]:
    rows = decisions.select(["consignment_id", "version", "decision_id"]).to_pylist()
    return {(row["consignment_id"], row["version"]): row["decision_id"] for row in rows}


_PROVED = [pytest.param(policy, marks=pytest.mark.prove) for policy in ("CH", "NG", "NO")]


@pytest.mark.parametrize("policy", ["EU", "KR", *_PROVED])
def test_batches_of_any_size_have_the_leaves_of_the_whole_day(
    policy: str, run: Callable[[str], Run], day: Callable[[str], Path], tmp_path: Path
) -> None:
    snapshot = run(policy).out / "snapshot"
    options = ClearOptions(policy=policy, rates=[RATES], stratum_ppm=_STRATUM, snapshot=snapshot)
    whole = clear([day(policy)], tmp_path / "out", options)
    items = _intake(day(policy), policy, tmp_path / "intake")
    ready = _ready(policy, snapshot)

    found: dict[tuple[str, int], str] = {}
    rows: list[pa.Table] = []
    for batch in _batches(items, seed=5):
        cleared = ready.run(batch, _AT)
        found |= _leaves(cleared.decisions)
        rows.append(cleared.items)

    held = _held(whole.out)
    expected = {
        key: leaf for key, leaf in _leaves(pq.read_table(whole.out / "decisions.parquet")).items() if key[0] not in held
    }
    assert expected == {key: leaf for key, leaf in found.items() if key[0] not in held}
    assert len(expected) > 2000
    assert _items(pq.read_table(whole.out / "items.parquet"), held) == _items(pa.concat_tables(rows), held)


def _items(table: pa.Table, held: set[str]) -> list[dict[str, object]]:
    order = [("consignment_id", "ascending"), ("version", "ascending"), ("item_no", "ascending")]
    return [row for row in table.sort_by(order).to_pylist() if row["consignment_id"] not in held]


def _held(out: Path) -> set[str]:
    """Return the consignments of which a row was rejected: whoever asks one by one has them refused whole."""
    items = pq.read_table(out / "decisions.parquet", columns=["consignment_id", "reasons"]).to_pylist()
    code = "dataset.consignment.rejected_item"
    return {row["consignment_id"] for row in items if any(reason["code"] == code for reason in row["reasons"])}


def test_tables_have_the_columns_of_a_run(
    run: Callable[[str], Run], day: Callable[[str], Path], tmp_path: Path
) -> None:
    done = run("EU")
    items = _intake(day("EU"), "EU", tmp_path / "intake").slice(0, 20)

    cleared: Cleared = _ready("EU", done.out / "snapshot").run(items, _AT)

    assert _columns(pq.read_schema(done.out / "items.parquet")) == _columns(cleared.items.schema)
    assert _columns(pq.read_schema(done.out / "decisions.parquet")) == _columns(cleared.decisions.schema)
    assert [_AT] == pc.unique(cleared.decisions["decided_at"]).to_pylist()


def _columns(schema: pa.Schema) -> list[tuple[str, pa.DataType]]:
    return [(field.name, field.type) for field in schema]


def test_a_day_outside_the_span_is_not_covered(
    run: Callable[[str], Run], day: Callable[[str], Path], tmp_path: Path
) -> None:
    items = _intake(day("EU"), "EU", tmp_path / "intake").slice(0, 3)
    years = pa.array([dt.datetime(year, 9, 15, tzinfo=dt.UTC) for year in (2025, 2026, 2027)], items["lodged_at"].type)
    place = items.column_names.index("lodged_at")
    items = items.set_column(place, "lodged_at", years)
    accepted = items.column_names.index("accepted_at")
    items = items.set_column(accepted, "accepted_at", pa.nulls(3, items["accepted_at"].type))

    covered = _ready("EU", run("EU").out / "snapshot").covers(items)

    assert [False, True, False] == covered.to_pylist()
