"""An explanation quotes the law that decided, says who may see what, and answers for rejected rows too."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from passavant.clearance import ClearOptions, clear
from passavant.clearance.explain import explain
from passavant.errors import BadInput, NotFound
from passavant.policy import load_policy, shipped_policies

Write = Callable[[Path, list[dict[str, Any]]], Path]


def own_policy(folder: Path) -> Path:
    """Write a policy of one's own: the European one with another text and another limit."""
    text = shipped_policies()["EU"].read_text(encoding="utf-8")
    changed = text.replace("value: 150", "value: 140").replace("Flat duty of", "Levelled duty of")
    assert changed != text
    path = folder / "mine.yaml"
    path.write_text(changed, encoding="utf-8")
    return path


def keep_policy(out: Path, policy: Path) -> None:
    """Put the policy into the run as `clear` does, so that this test holds whichever writes it."""
    shutil.copy(policy, out / "policy.yaml")
    manifest = json.loads((out / "manifest.json").read_text())
    manifest["policy"]["file"] = "policy.yaml"
    manifest["files"]["policy.yaml"] = {"sha256": hashlib.sha256(policy.read_bytes()).hexdigest()}
    (out / "manifest.json").write_text(json.dumps(manifest))


_CASES: list[dict[str, Any]] = [
    {},
    {"description": "gift"},
    {"intrinsic_value": "1,250.00"},
    *({"importer_name": "Ada", "declaration_id": f"S{n}", "intrinsic_value": "80"} for n in range(3)),
    {"declaration_id": "M"},
    {"declaration_id": "M", "item_no": "2", "quantity": "two"},
    {"declaration_id": "A@1"},
    {"declaration_id": "B", "version": "1"},
    {"declaration_id": "B", "version": "2"},
    {"declaration_id": "T", "description": "blue \x1b]0;owned\x07 cotton t-shirt"},
]


@pytest.fixture(scope="module")
def run(write: Write, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a run of every case under the shipped European policy."""
    folder = tmp_path_factory.mktemp("explained")
    clear([write(folder, _CASES)], folder / "out", ClearOptions(policy="EU", stratum_ppm=0))
    return folder / "out"


@pytest.fixture(scope="module")
def cleared_mine(write: Write, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a run of two parcels, the second with a stop word, under a policy of one's own that is gone since."""
    folder = tmp_path_factory.mktemp("mine")
    policy = own_policy(folder)
    rows = write(folder, [{}, {"description": "gift"}])
    clear([rows], folder / "out", ClearOptions(policy=str(policy), stratum_ppm=0))
    keep_policy(folder / "out", policy)
    policy.unlink()
    return folder / "out"


@pytest.fixture
def out(cleared_mine: Path, tmp_path: Path) -> Path:
    """Return a copy of that run, to change at will."""
    return Path(shutil.copytree(cleared_mine, tmp_path / "out"))


def test_the_policy_that_decided_is_quoted(out: Path) -> None:
    found = explain(out, "A1")

    assert found.law.same
    assert [] == found.law.doubts
    assert "140" in str(found.law.parameters(found.decision and found.decision["law_on"], "en")["low_value_limit"])


def test_a_tariff_file_that_stayed_behind_does_not_matter(out: Path) -> None:
    text = (out / "policy.yaml").read_text().replace("eu_cet_2020.csv", "tariff-of-mine.csv")
    (out / "policy.yaml").write_text(text)
    keep_policy(out, shutil.copy(out / "policy.yaml", out.parent / "again.yaml"))

    assert explain(out, "A1").law.same


def test_an_altered_policy_is_not_quoted(out: Path) -> None:
    with (out / "policy.yaml").open("a") as file:
        file.write("\n# altered\n")
    found = explain(out, "A1")

    assert not found.law.same
    assert {} == found.law.parameters(found.decision and found.decision["law_on"])
    assert "the policy at hand is not the one that decided".capitalize() in found.text("en")
    assert "n'est pas celle qui a décidé" in found.text("fr")


def test_a_policy_outside_the_run_is_never_read(out: Path) -> None:
    outside = out.parent / "outside.yaml"
    shutil.copy(out / "policy.yaml", outside)
    manifest = json.loads((out / "manifest.json").read_text())
    manifest["policy"]["file"] = "../outside.yaml"
    manifest["files"]["../outside.yaml"] = {"sha256": hashlib.sha256(outside.read_bytes()).hexdigest()}
    (out / "manifest.json").write_text(json.dumps(manifest))

    assert not explain(out, "A1").law.same


def test_without_any_policy_every_other_reason_keeps_its_words(out: Path) -> None:
    (out / "policy.yaml").unlink()
    manifest = json.loads((out / "manifest.json").read_text())
    manifest["policy"]["id"] = "ZZ"
    (out / "manifest.json").write_text(json.dumps(manifest))
    text = explain(out, "A2").text("en")

    assert "is a stop word" in text
    assert "appear by code only" in text


def test_reasons_say_their_risk_and_who_may_see_them(run: Path) -> None:
    answer = explain(run, "S1").as_dict()
    reasons = {reason["code"]: reason for reason in answer["decision"]["reasons"]}

    assert (False, "fiscal", "request_information") == tuple(
        reasons["signals.split.exact_key"][name] for name in ("declarant", "risk", "outcome")
    )
    assert "fiscal risk – not told to the declarant" in explain(run, "S1").text("en")
    assert "risque fiscal – non communiqué au déclarant" in explain(run, "S1").text("fr")
    assert "Règle de fractionnement de la réglementation" in explain(run, "S1").text("fr")


def test_a_declarant_is_told_neither_hidden_reasons_nor_the_lane(run: Path) -> None:
    found = explain(run, "S1", audience="declarant")
    text, answer = found.text("en"), json.dumps(found.as_dict(), default=str)

    for told in (text, answer):
        assert "split" not in told
        assert "lane" not in told
        assert "person_key" not in told
    assert "request for information" in text


def test_what_the_thresholds_were_compared_with_is_shown(run: Path) -> None:
    text = explain(run, "A1").text("en")

    assert "Compared with the thresholds: EUR 100.00" in text


def test_a_rejected_row_is_explained_with_its_remedy(run: Path) -> None:
    found = explain(run, "A3")

    assert found.decision is None
    assert "EU:D1:A3" == found.as_dict()["consignment_id"]
    assert "1,250.00" in found.text("en")
    assert "Remède" in found.text("fr")
    assert found.text("en") == explain(run, "EU:D1:A3").text("en") == explain(run, "declared.csv:4").text("en")


def test_a_decided_consignment_shows_its_rejected_rows(run: Path) -> None:
    text = explain(run, "M").text("en")

    assert "request for information" in text
    assert "Rejected rows" in text


def test_an_id_that_holds_an_at_sign_is_found(run: Path) -> None:
    found = {asked: explain(run, asked).decision for asked in ("EU:D1:A@1", "A@1", "EU:D1:A@1@1", "B@1", "B")}

    assert ["A@1", "A@1", "A@1", "B", "B"] == [row and row["declaration_id"] for row in found.values()]
    assert [1, 1, 1, 1, 2] == [row and row["version"] for row in found.values()]


def test_an_unknown_consignment_names_near_ones(run: Path) -> None:

    with pytest.raises(NotFound, match="EU:D1:A1"):
        explain(run, "EU:D1:A")


def test_a_folder_that_is_no_run_cannot_be_used(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no finished run"):
        explain(tmp_path, "A1")


def test_declared_text_cannot_steer_the_terminal(run: Path) -> None:
    text = explain(run, "T").text("en")

    assert "\x1b" not in text
    assert "cotton t-shirt" in text


def test_the_shipped_policy_is_the_one_that_decided_when_digests_agree(run: Path) -> None:
    found = explain(run, "A1")

    assert found.law.policy is not None
    assert load_policy("EU").digest == found.law.policy.digest
    assert [] == found.law.doubts


def test_a_declarant_who_is_not_told_the_reason_is_told_so(run: Path) -> None:
    split = explain(run, "EU:D1:S0", audience="declarant")
    asked = explain(run, "EU:D1:A2", audience="declarant")

    assert "Customs does not state what this rests on" in split.text("en")
    assert "La douane ne communique pas" in split.text("fr")
    assert "does not state" not in asked.text("en")
    assert "does not state" not in explain(run, "EU:D1:S0").text("en")


def test_a_duty_of_zero_by_a_rate_is_shown_with_it(write: Write, tmp_path: Path) -> None:
    source = write(tmp_path, [{"hs_code": "847130", "description": "laptop computer", "intrinsic_value": "500"}])
    clear([source], tmp_path / "out", ClearOptions(policy="EU", stratum_ppm=0))
    consignment = pq.read_table(next((tmp_path / "out").glob("decisions*.parquet")))["consignment_id"][0].as_py()
    duty = [line for line in explain(tmp_path / "out", consignment).text("en").splitlines() if "(0.00 %)" in line]

    assert 1 == len(duty)
    assert "EUR 0.00" in duty[0]


@pytest.mark.parametrize("table", ["decisions", "items"])
def test_a_run_that_lost_a_table_is_told_so(decide: Callable[..., Any], tmp_path: Path, table: str) -> None:
    decide({})
    out = next(tmp_path.glob("out-*"))
    (out / f"{table}.parquet").unlink()
    with pytest.raises(BadInput) as caught:
        explain(out, "EU:D1:A1")

    assert f"no {table}.parquet" == caught.value.got[0]
