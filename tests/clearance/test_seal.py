"""A run sealed, and one of its decisions proved: whatever is changed afterwards is noticed."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from passavant.clearance import Run
from passavant.clearance.explain import explain
from passavant.clearance.leaf import leaf_sha256
from passavant.clearance.seal import prove_decision, seal_run
from passavant.errors import NotFound, PassavantError
from passavant.sealing import SigningKey
from passavant.sealing.desk import LocalDesk
from passavant.sealing.keys import LOG, create_key
from passavant.sealing.log import LogWriter, create_log
from passavant.sealing.merkle import leaf_hash, verify_inclusion
from passavant.sealing.trust import TrustPolicy

_ISSUER = SigningKey.generate("customs.example/clearance")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> LocalDesk:
    folder = tmp_path_factory.mktemp("log") / "log"
    key = create_key(LOG, "seals.customs.example/clearance", None)
    create_log(folder, key)
    with LogWriter(folder, key) as writer:
        writer.admit(_ISSUER.verifier)
    return LocalDesk(folder)


@pytest.fixture
def sealed(run: Callable[[str], Run], desk: LocalDesk, tmp_path: Path) -> tuple[Path, TrustPolicy]:
    out = tmp_path / "out"
    shutil.copytree(run("EU").out, out)
    seal_run(out, _ISSUER, desk)
    return out, TrustPolicy().with_log(desk.key)


def _ids(out: Path) -> list[str]:
    ids: list[str] = pq.read_table(out / "decisions.parquet")["consignment_id"].to_pylist()
    return ids


def _prove(sealed: tuple[Path, TrustPolicy], consignment: str) -> Any:
    out, policy = sealed
    return prove_decision(out, explain(out, consignment).found, policy)


def test_a_sealed_decision_is_proved(sealed: tuple[Path, TrustPolicy]) -> None:
    ids = _ids(sealed[0])
    for place in (0, len(ids) // 2, len(ids) - 1):
        proof = _prove(sealed, ids[place])
        leaf = leaf_hash(bytes.fromhex(proof.decision_id))

        assert (place, len(ids)) == (proof.index, proof.size)
        assert verify_inclusion(proof.index, proof.size, leaf, proof.path, proof.root)
        assert proof.verdict.entry.statement.tree_root == proof.root.hex()


@pytest.mark.parametrize("policy", ["EU", "NG"])
def test_every_leaf_is_put_together_again(policy: str, run: Callable[[str], Run]) -> None:
    out, manifest = run(policy).out, run(policy).manifest
    items: dict[tuple[str, int], list[dict[str, Any]]] = {}
    for item in pq.read_table(out / "items.parquet").to_pylist():
        items.setdefault((item["consignment_id"], item["version"]), []).append(item)
    rows = pq.read_table(out / "decisions.parquet").to_pylist()
    manifest = json.loads((out / "manifest.json").read_text())

    assert [row["decision_id"] for row in rows] == [
        leaf_sha256(row, items[row["consignment_id"], row["version"]], manifest) for row in rows
    ]


@pytest.mark.parametrize(
    ("file", "column", "value"),
    [
        ("items", "duty_minor", 1),
        ("items", "description", "something else"),
        ("items", "hs_code", "000000"),
        ("items", "intrinsic_value", None),
        ("decisions", "outcome", "release"),
        ("decisions", "lane", "green"),
        ("decisions", "vat_minor", 7),
        ("decisions", "decision_id", "00" * 32),
        ("decisions", "supersedes", "ff" * 32),
    ],
)
def test_a_change_of_one_cell_is_noticed(sealed: tuple[Path, TrustPolicy], file: str, column: str, value: Any) -> None:
    out, _ = sealed
    rows = pq.read_table(out / "decisions.parquet").to_pylist()
    held = next(row["consignment_id"] for row in rows if row["outcome"] == "control")
    table = pq.read_table(out / f"{file}.parquet")
    place = table["consignment_id"].to_pylist().index(held)
    cells = table[column].to_pylist()
    assert cells[place] != value
    cells[place] = value
    index = table.schema.get_field_index(column)
    changed = table.set_column(index, table.schema.field(index), pa.array(cells, table.schema.field(index).type))
    pq.write_table(changed, out / f"{file}.parquet")
    with pytest.raises(PassavantError) as caught:
        _prove(sealed, held)

    assert 1 == caught.value.exit_code


def test_a_changed_manifest_is_noticed(sealed: tuple[Path, TrustPolicy]) -> None:
    out, _ = sealed
    manifest = out / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"rows_in": 3000', '"rows_in": 3001'))
    with pytest.raises(PassavantError) as caught:
        _prove(sealed, _ids(out)[0])

    assert "sealing.verification.no" == caught.value.code


def test_a_decision_taken_out_is_noticed_by_the_others(sealed: tuple[Path, TrustPolicy]) -> None:
    out, _ = sealed
    table = pq.read_table(out / "decisions.parquet")
    pq.write_table(table.slice(1), out / "decisions.parquet")
    with pytest.raises(PassavantError) as caught:
        _prove(sealed, _ids(out)[0])

    assert "root" in caught.value.got[0]


def test_a_run_that_was_not_sealed_says_so(run: Callable[[str], Run], desk: LocalDesk) -> None:
    out = run("EU").out
    with pytest.raises(NotFound) as caught:
        prove_decision(out, explain(out, _ids(out)[0]).found, TrustPolicy().with_log(desk.key))

    assert "--seal" in caught.value.next_step[0]


def test_a_log_that_is_not_trusted_proves_nothing(sealed: tuple[Path, TrustPolicy]) -> None:
    out, _ = sealed
    with pytest.raises(NotFound) as caught:
        prove_decision(out, explain(out, _ids(out)[0]).found, TrustPolicy())

    assert "sealing.trust.log" == caught.value.code
