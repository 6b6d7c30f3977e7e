"""A run sealed, and one of its decisions proved: whatever is changed afterwards is noticed."""

from __future__ import annotations

import dataclasses
import hashlib
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
from passavant.clearance.seal import RUN_TYPE, prove_decision, seal_run
from passavant.errors import NotFound, PassavantError
from passavant.sealing import SigningKey
from passavant.sealing.desk import Document, LocalDesk, revoke, seal
from passavant.sealing.keys import LOG, create_key
from passavant.sealing.log import LogWriter, create_log
from passavant.sealing.merkle import leaf_hash, verify_inclusion
from passavant.sealing.trust import TrustPolicy

_ISSUER = SigningKey.generate("customs.example/clearance")
_OTHER = SigningKey.generate("permits.example/office")


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory) -> LocalDesk:
    folder = tmp_path_factory.mktemp("log") / "log"
    key = create_key(LOG, "seals.customs.example/clearance", None)
    create_log(folder, key)
    with LogWriter(folder, key) as writer:
        writer.admit(_ISSUER.verifier)
        writer.admit(_OTHER.verifier)
    return LocalDesk(folder)


@pytest.fixture
def sealed(run: Callable[[str], Run], desk: LocalDesk, tmp_path: Path) -> tuple[Path, TrustPolicy]:
    out = tmp_path / "out"
    shutil.copytree(run("EU").out, out)
    seal_run(out, _ISSUER, desk)
    return out, TrustPolicy().with_log(desk.key)


@pytest.fixture
def fresh(run: Callable[[str], Run], tmp_path: Path) -> Path:
    """Return a run whose manifest no other test has: a log keeps the first seal of a file."""
    out = tmp_path / "fresh"
    shutil.copytree(run("EU").out, out)
    _rewrite(out, lambda manifest: manifest | {"note": str(tmp_path)})
    return out


def _rewrite(out: Path, change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    path = out / "manifest.json"
    path.write_text(json.dumps(change(json.loads(path.read_text()))))


def _manifest(out: Path, **fields: Any) -> Document:
    path = out / "manifest.json"
    return Document(path, hashlib.sha256(path.read_bytes()).digest(), **fields)


def _write_receipt(out: Path, text: str) -> None:
    (out / "manifest.json.tlog-proof").write_text(text)


def _forge(out: Path) -> str:
    """Change a decision with everything that hangs on it: leaf, file digests, manifest; return its consignment."""
    decisions, items = (pq.read_table(out / f"{name}.parquet") for name in ("decisions", "items"))
    rows, goods = decisions.to_pylist(), items.to_pylist()
    row = next(one for one in rows if one["outcome"] == "control")
    row |= {"outcome": "release", "lane": "green"}
    own = [
        item for item in goods if (item["consignment_id"], item["version"]) == (row["consignment_id"], row["version"])
    ]
    row["decision_id"] = leaf_sha256(row, own, json.loads((out / "manifest.json").read_text()))
    pq.write_table(pa.Table.from_pylist(rows, decisions.schema), out / "decisions.parquet")
    told = {"sha256": hashlib.sha256((out / "decisions.parquet").read_bytes()).hexdigest()}
    _rewrite(out, lambda manifest: manifest | {"files": manifest["files"] | {"decisions.parquet": told}})
    return str(row["consignment_id"])


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

    assert "clearance.seal.altered" == caught.value.code
    assert "manifest.json" in caught.value.got[0]


def test_a_decision_taken_out_is_noticed_by_the_others(sealed: tuple[Path, TrustPolicy]) -> None:
    out, _ = sealed
    table = pq.read_table(out / "decisions.parquet")
    pq.write_table(table.slice(1), out / "decisions.parquet")
    with pytest.raises(PassavantError) as caught:
        _prove(sealed, _ids(out)[0])

    assert "clearance.seal.altered" == caught.value.code
    assert "decisions.parquet" in caught.value.got[0]


def test_a_decision_that_is_not_in_the_files_is_not_proved(sealed: tuple[Path, TrustPolicy]) -> None:
    out, policy = sealed
    found = explain(out, _ids(out)[0]).found
    other = dataclasses.replace(found, decision={**(found.decision or {}), "vat_minor": 7})
    with pytest.raises(PassavantError) as caught:
        prove_decision(out, other, policy)

    assert "clearance.seal.altered" == caught.value.code
    assert "leaf" in caught.value.got[0]


def test_decisions_under_another_root_are_not_proved(fresh: Path, desk: LocalDesk) -> None:
    count = len(_ids(fresh))
    (receipt,) = seal([_manifest(fresh, doc_type=RUN_TYPE, tree_size=count, tree_root="00" * 32)], _ISSUER, desk)
    _write_receipt(fresh, receipt.text())
    with pytest.raises(PassavantError) as caught:
        _prove((fresh, TrustPolicy().with_log(desk.key)), _ids(fresh)[0])

    assert "clearance.seal.altered" == caught.value.code
    assert "root" in caught.value.got[0]


@pytest.mark.parametrize("name", ["decisions-zz.parquet", "items-zz.parquet", "rejected-zz.parquet"])
def test_a_file_that_the_manifest_does_not_list_is_noticed(sealed: tuple[Path, TrustPolicy], name: str) -> None:
    out, policy = sealed
    found = explain(out, _ids(out)[0]).found
    shutil.copy(out / "items.parquet", out / name)
    with pytest.raises(PassavantError) as caught:
        prove_decision(out, found, policy)

    assert "clearance.seal.altered" == caught.value.code
    assert name in caught.value.got[0]
    assert 1 == caught.value.exit_code


@pytest.mark.parametrize("name", ["decisions.parquet", "items.parquet"])
def test_a_listed_file_that_is_missing_is_named(sealed: tuple[Path, TrustPolicy], name: str) -> None:
    out, policy = sealed
    found = explain(out, _ids(out)[0]).found
    (out / name).unlink()
    with pytest.raises(PassavantError) as caught:
        prove_decision(out, found, policy)

    assert "clearance.seal.altered" == caught.value.code
    assert name in caught.value.got[0]
    assert 1 == caught.value.exit_code


def test_a_changed_run_sealed_again_by_another_issuer_is_refused_where_one_is_pinned(
    fresh: Path, desk: LocalDesk
) -> None:
    consignment = _forge(fresh)
    seal_run(fresh, _OTHER, desk)
    trusting = TrustPolicy().with_log(desk.key)
    pinning = dataclasses.replace(trusting, issuers={_ISSUER.name: (_ISSUER.verifier,)})
    with pytest.raises(PassavantError) as caught:
        _prove((fresh, pinning), consignment)

    assert "clearance.seal.issuer" == caught.value.code
    assert _OTHER.name in caught.value.got[0]
    assert _ISSUER.name in caught.value.expected[0]
    assert 1 == caught.value.exit_code
    assert not _prove((fresh, trusting), consignment).verdict.issuer_pinned


def test_the_pinned_issuer_proves(sealed: tuple[Path, TrustPolicy]) -> None:
    out, policy = sealed
    pins = {_OTHER.name: (_OTHER.verifier,), _ISSUER.name: (_ISSUER.verifier,)}
    proof = _prove((out, dataclasses.replace(policy, issuers=pins)), _ids(out)[0])

    assert proof.verdict.issuer_pinned


def test_a_manifest_sealed_as_a_plain_document_says_so(fresh: Path, desk: LocalDesk) -> None:
    (receipt,) = seal([_manifest(fresh)], _ISSUER, desk)
    _write_receipt(fresh, receipt.text())
    with pytest.raises(PassavantError) as caught:
        _prove((fresh, TrustPolicy().with_log(desk.key)), _ids(fresh)[0])

    assert "clearance.seal.plain" == caught.value.code
    assert "plain document" in caught.value.got[0]
    assert 1 == caught.value.exit_code


def test_a_seal_of_another_kind_proves_no_decision(
    fresh: Path, sealed: tuple[Path, TrustPolicy], desk: LocalDesk
) -> None:
    root = _prove(sealed, _ids(sealed[0])[0]).root
    document = _manifest(fresh, doc_type="851", tree_size=len(_ids(fresh)), tree_root=root.hex())
    _write_receipt(fresh, seal([document], _ISSUER, desk)[0].text())
    with pytest.raises(PassavantError) as caught:
        _prove((fresh, sealed[1]), _ids(fresh)[0])

    assert "clearance.seal.plain" == caught.value.code
    assert "type 851" in caught.value.got[0]


def test_a_seal_that_holds_is_answered_by_the_log(fresh: Path, desk: LocalDesk) -> None:
    seal_run(fresh, _ISSUER, desk)
    found, policy = explain(fresh, _ids(fresh)[0]).found, TrustPolicy().with_log(desk.key)

    assert "sealed" == prove_decision(fresh, found, policy).verdict.state
    assert "valid" == prove_decision(fresh, found, policy, desk).verdict.state


def test_a_revoked_run_is_not_proved_where_the_log_is_asked(fresh: Path, desk: LocalDesk) -> None:
    said = seal_run(fresh, _ISSUER, desk).entry.statement
    revoke(said.document, "issued_in_error", _ISSUER, desk)
    found, policy = explain(fresh, _ids(fresh)[0]).found, TrustPolicy().with_log(desk.key)
    with pytest.raises(PassavantError) as caught:
        prove_decision(fresh, found, policy, desk)

    assert "clearance.seal.revoked" == caught.value.code
    assert "délivré par erreur" in caught.value.got[1]
    assert 1 == caught.value.exit_code
    assert "sealed" == prove_decision(fresh, found, policy).verdict.state


def test_a_superseded_run_is_not_proved_where_the_log_is_asked(fresh: Path, desk: LocalDesk, tmp_path: Path) -> None:
    said = seal_run(fresh, _ISSUER, desk).entry.statement
    newer = hashlib.sha256(str(tmp_path).encode()).digest()
    seal([Document(tmp_path / "newer.json", newer, replaces=said.document)], _ISSUER, desk)
    found, policy = explain(fresh, _ids(fresh)[0]).found, TrustPolicy().with_log(desk.key)
    with pytest.raises(PassavantError) as caught:
        prove_decision(fresh, found, policy, desk)

    assert "clearance.seal.superseded" == caught.value.code
    assert newer.hex() in caught.value.got[0]


def test_an_expired_seal_of_a_run_proves_nothing(fresh: Path, desk: LocalDesk) -> None:
    fields = {"doc_type": RUN_TYPE, "tree_size": len(_ids(fresh)), "tree_root": "00" * 32}
    document = _manifest(fresh, valid_until="2026-01-01T00:00:00Z", **fields)
    _write_receipt(fresh, seal([document], _ISSUER, desk)[0].text())
    with pytest.raises(PassavantError) as caught:
        _prove((fresh, TrustPolicy().with_log(desk.key)), _ids(fresh)[0])

    assert "clearance.seal.expired" == caught.value.code
    assert "2026-01-01" in caught.value.got[0]


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


def test_a_run_that_lost_a_table_is_not_sealed(fresh: Path, desk: LocalDesk) -> None:
    decisions = fresh / "decisions.parquet"
    kept = decisions.read_bytes()
    decisions.unlink()
    with pytest.raises(PassavantError, match=r"no file decisions.parquet"):
        seal_run(fresh, _ISSUER, desk)
    decisions.write_bytes(kept)

    assert seal_run(fresh, _ISSUER, desk).entry.statement.tree_root


@pytest.mark.parametrize("name", ["policy.yaml", "simplified.jsonl", "rules/starter.yaml"])
def test_the_law_and_what_was_written_for_others_are_under_the_seal(fresh: Path, desk: LocalDesk, name: str) -> None:
    seal_run(fresh, _ISSUER, desk)
    with (fresh / name).open("a") as file:
        file.write("\n")
    with pytest.raises(PassavantError, match=rf"a file {name} that was changed"):
        _prove((fresh, TrustPolicy().with_log(desk.key)), _ids(fresh)[0])
