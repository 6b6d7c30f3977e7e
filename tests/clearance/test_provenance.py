"""An answer is a function of the declaration and of digests: what decides is in one of them, and stays with the run."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from passavant.clearance import ClearOptions, Run, clear
from passavant.clearance.flags import ReasonBook
from passavant.clearance.provenance import keep_rules
from passavant.clearance.rules import starter_rules
from passavant.dataset.reasons import Reason
from passavant.policy import load as loading
from passavant.policy import load_policy

_PLAIN: dict[str, Any] = {"text": {"en": "a", "fr": "b"}, "reference": "c"}


@pytest.mark.parametrize(
    "change", [{"outcome": "control"}, {"certainty": "low"}, {"audit": True}, {"full_declaration": True}]
)
def test_the_digest_of_reasons_covers_what_each_does_to_an_answer(change: dict[str, Any]) -> None:
    plain, changed = (ReasonBook({"x.y.z": Reason(**_PLAIN | one)}, ()) for one in ({}, change))

    assert plain.digest != changed.digest


def test_the_digest_of_reasons_covers_their_level() -> None:
    reasons = {"x.y.z": Reason(**_PLAIN)}

    assert ReasonBook(reasons, ()).digest != ReasonBook(reasons, ["x.y.z"]).digest


def test_the_digest_of_a_policy_covers_the_list_of_hs6_codes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    policy = tmp_path / "mine.yaml"
    shutil.copy(load_policy("NO").path, policy)
    before = load_policy(policy).digest
    codes = tmp_path / "codes.csv"
    codes.write_text(loading.HS6_CODES.read_text().rsplit("\n", 2)[0])
    monkeypatch.setattr(loading, "HS6_CODES", codes)
    loading._load.cache_clear()

    assert load_policy(policy).digest != before
    loading._load.cache_clear()


def test_a_decision_carries_the_digests_it_depends_on(run: Callable[[str], Run]) -> None:
    made = run("NG")
    digests = made.manifest["digests"]

    table = pq.read_table(made.out / "decisions.parquet")
    names = ("policy_digest", "rules_digest", "rates_digest", "snapshot_digest", "model_digest", "key_id", "basis")
    found = {name: set(table[name].to_pylist()) for name in names}
    expected = {f"{kind}_digest": {digests[kind]} for kind in ("policy", "rules", "rates", "snapshot")}

    assert (
        expected | {"model_digest": {None}, "key_id": {digests["key_id"]}, "basis": {made.manifest["basis"]}} == found
    )
    assert {"reasons", "dataset", "mapping"} <= digests.keys()
    assert digests["mapping"] == "none"


def test_an_item_keeps_the_rate_that_its_thresholds_hang_on(run: Callable[[str], Run]) -> None:
    rows = pq.read_table(run("NG").out / "items.parquet", columns=["currency", "fx_rate", "fx_threshold"]).to_pylist()

    assert {1} == {row["fx_threshold"] for row in rows if row["currency"] == "USD"}
    assert all(row["fx_threshold"] is not None for row in rows if row["fx_rate"] is not None)


def test_the_law_of_a_run_stays_with_it(declared: Callable[..., Path], tmp_path: Path) -> None:
    policy, rules = tmp_path / "mine.yaml", tmp_path / "own.yaml"
    shutil.copy(load_policy("NO").path, policy)
    shutil.copy(starter_rules(), rules)

    made = clear([declared({})], tmp_path / "out", ClearOptions(policy=str(policy), rules=[rules]))
    manifest = made.manifest

    assert manifest["policy"]["file"] == "policy.yaml"
    assert (made.out / "policy.yaml").read_bytes() == policy.read_bytes()
    assert load_policy(made.out / "policy.yaml").digest == manifest["policy"]["digest"]
    assert manifest["policy"]["threshold_currency"] == "NOK"
    digest = hashlib.sha256(rules.read_bytes()).hexdigest()
    assert manifest["rules"] == [{"file": "rules/own.yaml", "digest": digest}]
    assert (made.out / "rules" / "own.yaml").read_bytes() == rules.read_bytes()


def test_rule_files_of_one_name_are_kept_apart(tmp_path: Path) -> None:
    files = []
    for folder in ("a", "b", "c"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "own.yaml").write_text(folder)
        files.append(tmp_path / folder / "own.yaml")

    kept = keep_rules(files, tmp_path)

    assert [entry["file"] for entry in kept] == ["rules/own.yaml", "rules/own-2.yaml", "rules/own-3.yaml"]
    assert [(tmp_path / entry["file"]).read_text() for entry in kept] == ["a", "b", "c"]
