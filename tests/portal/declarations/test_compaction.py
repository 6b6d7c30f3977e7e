"""The journal in the lake: the same decisions, the state folded, nothing twice and nothing lost, wherever it was stopped."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from declarations.conftest import RATES
from declared import declaration
from django.test import Client

from passavant.clearance.account import account
from passavant.clearance.explain import explain
from passavant.dataset.vault import Vault
from passavant.lake import read_manifest, run_folders
from passavant.portal.analysis.store import current
from passavant.portal.cases.models import Case
from passavant.portal.cases.seen import read_seen, seen_token
from passavant.portal.cases.services import act
from passavant.portal.declarations import compaction, states, words
from passavant.portal.declarations import desk as desks
from passavant.portal.declarations.answers import entry_answer
from passavant.portal.declarations.arrow import packed, unpacked
from passavant.portal.declarations.cancelling import cancel
from passavant.portal.declarations.desk import desk
from passavant.portal.declarations.grounds import kept_grounds, lake, snapshots
from passavant.portal.declarations.journal import found_of
from passavant.portal.declarations.models import Batch, Compaction, Entry
from passavant.portal.declarations.words import law_behind
from passavant.portal.people.models import Person
from passavant.portal.people.services import make_account
from passavant.signals import cancelled_files

Send = Callable[..., Any]
Key = Callable[..., dict[str, str]]
_SPLIT = "signals.split.exact_key"
_RULE = """
rules_version: "1"
schema_version: 1
licence: Apache-2.0
source: {en: "of the test", fr: "du test"}
rules:
  - id: shirts
    when: "hs_code LIKE '6109%'"
    outcome: control
    risk: fiscal
    text: {en: "Shirts.", fr: "Chemises."}
    reference: {en: "HS 6109", fr: "SH 6109"}
"""


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, _here: None, db: None) -> Iterator[Path]:
    """Give each test a lake of its own, and a desk that looks it up."""
    monkeypatch.setenv("PASSAVANT_HOME", str(tmp_path))
    monkeypatch.setenv("PASSAVANT_RATES", str(RATES))
    before = desk()
    at = desks.Desk.__new__(desks.Desk)
    at.__dict__.update(before.__dict__)
    desks.replace(at)
    at.take_up(None)
    yield tmp_path
    desks.replace(before)
    before.take_up(None)


def test_the_lake_holds_what_was_decided_as_a_run_that_can_be_explained(send: Send) -> None:
    told = send([declaration(f"A{number}") for number in range(30)]).json()["declarations"]

    made = compaction.compact(settled=0)

    (run,) = run_folders(lake())
    rows = pq.read_table(run / "decisions.parquet", columns=["consignment_id", "decision_id"]).to_pylist()
    assert 1 == made
    assert {one["consignment_id"]: one["decision_id"] for one in told} == {
        row["consignment_id"]: row["decision_id"] for row in rows
    }
    assert (30, 0) == (read_manifest(run)["consignments"], read_manifest(run)["rejected_rows"])
    explained = explain(lake(), "EU:LP:A7", audience="declarant")
    assert told[7]["decision_id"] == explained.as_dict()["decision"]["decision_id"]
    assert explained.law.same


def test_names_go_to_the_vault_and_leave_the_journal(send: Send, own_home: Path) -> None:
    send(declaration("B1"))
    key = Batch.objects.get()

    compaction.compact(settled=0)

    row = pq.read_table(run_folders(lake())[0] / "items.parquet", columns=["importer_key"]).to_pylist()[0]
    found = Vault(own_home / "parties").read([row["importer_key"]], reader="test", purpose="test").to_pylist()
    assert ["Ada B1"] == [one["name"] for one in found]
    assert b"" == bytes(Batch.objects.get(pk=key.pk).parties)


def test_later_parcels_see_those_that_were_compacted(send: Send) -> None:
    same = {"importer_name": "Ada", "intrinsic_value": "60.00"}
    send([declaration(f"C{number}", **same) for number in range(2)])
    compaction.compact(settled=0)
    desk().refresh()

    send(declaration("C2", **same))

    decided = [found_of(entry).decision or {} for entry in Entry.objects.select_related("batch").order_by("pk")]
    codes = [[reason["code"] for reason in one["reasons"]] for one in decided]
    assert [False, False, True] == [_SPLIT in found for found in codes]


def test_a_rule_that_is_brought_into_force_decides_the_next_declaration(
    send: Send, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    before = send(declaration("R1")).json()["declarations"][0]
    rule = Path(tmp_path / "rule.yaml")
    rule.write_text(_RULE)
    monkeypatch.setenv("PASSAVANT_RULES", str(rule))

    desk().refresh()

    after = send(declaration("R2")).json()["declarations"][0]
    assert ("release", "control") == (before["outcome"], after["outcome"])


def test_compacting_again_changes_nothing(send: Send) -> None:
    send(declaration("D1"))
    compaction.compact(settled=0)

    assert 0 == compaction.compact(settled=0)
    assert (1, 1) == (len(run_folders(lake())), Compaction.objects.count())


@pytest.mark.parametrize("at", ["publish", "fold_state", "_keep_names"])
def test_a_compaction_that_was_stopped_is_gone_on_with(send: Send, monkeypatch: pytest.MonkeyPatch, at: str) -> None:
    send([declaration(f"E{number}") for number in range(5)])
    work = getattr(compaction, at)

    def stopped(*given: Any) -> None:
        if at == "publish":
            work(*given)
        raise KeyboardInterrupt

    cancel(Entry.objects.get(declaration_id="E3"), "sent back", by="test")
    monkeypatch.setattr(compaction, at, stopped)
    with pytest.raises(KeyboardInterrupt):
        compaction.compact(settled=0)
    monkeypatch.setattr(compaction, at, work)
    send(declaration("E9"))

    compaction.compact(settled=0)

    found = [row for run in run_folders(lake()) for row in pq.read_table(run / "decisions.parquet").to_pylist()]
    gone = [row for path in cancelled_files(run_folders(lake())) for row in pq.read_table(path).to_pylist()]
    decided = Entry.objects.exclude(kind=Entry.Kind.CANCELLED)
    assert sorted(decided.values_list("decision_id", flat=True)) == sorted(row["decision_id"] for row in found)
    assert [("EU:LP:E3", 2)] == [(row["consignment_id"], row["version"]) for row in gone]
    assert not Batch.objects.filter(compaction=None).exists()
    assert not Entry.objects.filter(kind=Entry.Kind.CANCELLED, compaction=None).exists()


def test_a_clock_that_steps_back_leaves_no_batch_behind(send: Send) -> None:
    send(declaration("T1"))
    send(declaration("T2"))
    first, _ = Batch.objects.order_by("pk")
    Batch.objects.filter(pk=first.pk).update(at=first.at + dt.timedelta(hours=1))

    made = [compaction.compact(settled=0)]
    Batch.objects.filter(pk=first.pk).update(at=first.at)
    made.append(compaction.compact(settled=0))

    found = [row for run in run_folders(lake()) for row in pq.read_table(run / "decisions.parquet").to_pylist()]
    assert [1, 1] == made
    assert {"EU:LP:T1", "EU:LP:T2"} == {row["consignment_id"] for row in found}


def test_trial_data_never_reaches_the_lake_and_keeps_no_names(send: Send, key: Callable[..., dict[str, str]]) -> None:
    send(declaration("F1"), headers=key(sandbox=True))
    send(declaration("F2"))

    made = compaction.compact(settled=0)

    (run,) = run_folders(lake())
    assert 1 == made
    assert ["EU:LP:F2"] == pq.read_table(run / "decisions.parquet")["consignment_id"].to_pylist()
    assert 0 == unpacked(Batch.objects.get(sandbox=True).parties).num_rows


def test_what_the_journal_was_emptied_of_is_answered_from_the_lake(send: Send) -> None:
    told = send(declaration("G1")).json()["declarations"][0]
    compaction.compact(settled=0)
    Compaction.objects.update(at=dt.datetime.now(dt.UTC) - dt.timedelta(days=31))
    assert 1 == compaction.empty(days=30)

    answer = entry_answer(Entry.objects.select_related("batch").get())

    assert {name: told[name] for name in answer if name in told} == answer


def test_the_lake_answers_for_the_very_version_whatever_another_is_called(send: Send) -> None:
    send([declaration("Q1"), declaration("Q1@1"), declaration("Q2", order_id="EU:LP:Q3@1"), declaration("Q3")])
    before = {entry.pk: found_of(entry).decision for entry in Entry.objects.all()}
    compaction.compact(settled=0)
    Compaction.objects.update(at=dt.datetime.now(dt.UTC) - dt.timedelta(days=31))
    compaction.empty(days=30)

    after = {entry.pk: found_of(entry).decision for entry in Entry.objects.all()}

    assert before == after
    _cancel("Q1")
    compaction.compact(settled=0)
    gone = pq.read_table(cancelled_files(run_folders(lake()))[0]).to_pylist()[0]
    numbers = {decision["consignment_id"]: decision["consignment_no"] for decision in before.values() if decision}
    assert (numbers["EU:LP:Q1"], "EU:LP:Q1") == (gone["consignment_no"], gone["consignment_id"])


def _cancel(number: str) -> None:
    cancel(Entry.objects.filter(declaration_id=number).latest("version"), "returned to the sender", by="test")


def test_what_is_cancelled_is_owed_by_nobody_and_counts_in_no_figure(send: Send) -> None:
    send([declaration(f"K{number}") for number in range(3)])
    compaction.compact(settled=0)
    before = account(lake())

    _cancel("K0")
    made = compaction.compact(settled=0)

    after = account(lake())
    counted = current().ask("SELECT sum(consignments), sum(duty) FROM volumes", {})[0]
    assert (1, 2) == (made, len(run_folders(lake())))
    assert before.totals["duty_minor"] * 2 == after.totals["duty_minor"] * 3 > 0
    assert (True, 1, 0) == (after.reconciled, after.cancelled, after.earlier_versions)
    assert "1 cancelled declaration, not counted" in after.verdict("en")
    assert (2, after.totals["duty_minor"]) == counted


def test_what_is_lodged_again_after_a_cancellation_counts_again(send: Send) -> None:
    send(declaration("L1"))
    compaction.compact(settled=0)
    _cancel("L1")
    compaction.compact(settled=0)

    send(declaration("L1", version=3))
    compaction.compact(settled=0)

    assert (0, 1) == (account(lake()).cancelled, account(lake()).earlier_versions)
    assert [(1,)] == current().ask("SELECT sum(consignments) FROM volumes", {})


def test_later_parcels_do_not_see_one_that_was_cancelled(send: Send) -> None:
    same = {"importer_name": "Ada", "intrinsic_value": "60.00"}
    send([declaration(f"M{number}", **same) for number in range(2)])
    compaction.compact(settled=0)
    for number in range(2):
        _cancel(f"M{number}")
    compaction.compact(settled=0)
    desk().refresh()

    told = send(declaration("M2", **same)).json()["declarations"][0]

    found = found_of(Entry.objects.select_related("batch").get(consignment_id=told["consignment_id"])).decision or {}
    assert _SPLIT not in [reason["code"] for reason in found["reasons"]]


def test_the_words_of_a_decision_are_those_of_the_rules_that_took_it(
    send: Send, monkeypatch: pytest.MonkeyPatch, own_home: Path
) -> None:
    monkeypatch.setattr(words, "_found", {})
    rule = own_home / "rule.yaml"
    rule.write_text(_RULE)
    monkeypatch.setenv("PASSAVANT_RULES", str(rule))
    desk().refresh()
    send(declaration("W1"))
    other = own_home / "other.yaml"
    other.write_text(_RULE.replace("Shirts.", "Hats."))
    monkeypatch.setenv("PASSAVANT_RULES", str(other))
    desk().refresh()

    said = []
    for work in (lambda: 0, lambda: compaction.compact(settled=0)):
        work()
        entry = Entry.objects.get()
        law = law_behind(found_of(entry).decision or {}, entry.batch_id)
        said.append((law.reasons["clearance.rule.shirts"].text.en, law.doubts))

    assert [("Shirts.", []), ("Shirts.", [])] == said


def test_batches_of_two_versions_of_passavant_become_one_run(send: Send) -> None:
    send(declaration("V1"))
    send(declaration("V2"))
    older = Batch.objects.earliest("pk")
    Batch.objects.filter(pk=older.pk).update(items=packed(unpacked(older.items).drop_columns(["fx_last"])))

    compaction.compact(settled=0)

    (run,) = run_folders(lake())
    assert 2 == pq.read_table(run / "items.parquet", columns=["fx_last"]).num_rows


def test_states_and_grounds_that_nothing_needs_are_removed(send: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(states, "_STATES", 1)
    monkeypatch.setattr(states, "_GROUNDS", 1)
    for number in range(3):
        send(declaration(f"P{number}"))
        compaction.compact(settled=0)
        desk().refresh()
    send(declaration("P9"))

    states.prune()

    left = [path.name for path in snapshots().iterdir() if not path.name.startswith("empty-")]
    assert [Compaction.objects.latest("pk").snapshot] == left
    assert Batch.objects.latest("pk").basis in {path.name for path in kept_grounds().iterdir()}
    assert 2 >= len(list(kept_grounds().iterdir()))


def _settle(number: str, action: str, reason: str) -> None:
    officer = Person.objects.filter(email="omar@customs.example").first() or make_account(
        "omar@customs.example", "Omar", "a long pass phrase", by="test"
    )
    case = Case.objects.get(declaration_id=number)
    act(case.pk, action, officer, reason, seen=read_seen(case.pk, seen_token(case)))


def test_what_an_officer_released_is_due_and_what_was_refused_is_owed_by_nobody(
    send: Send, client: Client, key: Key
) -> None:
    send([declaration(f"S{number}", channel="post", s10=None) for number in range(3)])
    compaction.compact(settled=0)
    before = {line["status"]: line["consignments"] for line in account(lake()).lines}

    _settle("S0", "release", "in_order")
    _settle("S1", "refuse", "unsafe")
    compaction.compact(settled=0)

    after = account(lake())
    assert {"held": 3} == before
    assert {"due": 1, "held": 1} == {line["status"]: line["consignments"] for line in after.lines}
    assert (True, 1) == (after.reconciled, after.refused)
    assert "An officer released it on" in explain(lake(), "EU:LP:S0").text("en")
    assert "L'agent" not in explain(lake(), "EU:LP:S2").text("fr")
    assert 0 == compaction.compact(settled=0)
    states = client.get("/api/v1/declarations", headers=key()).json()["declarations"]
    assert {"S0": "released", "S1": "refused", "S2": "asked"} == {one["declaration_id"]: one["state"] for one in states}
    found = client.get("/api/v1/declarations?state=released", headers=key()).json()["declarations"]
    assert ["S0"] == [one["declaration_id"] for one in found]


def test_an_explanation_from_the_lake_says_that_the_declaration_was_cancelled(send: Send) -> None:
    send(declaration("X1"))
    compaction.compact(settled=0)
    _cancel("X1")
    compaction.compact(settled=0)

    found = explain(lake(), "EU:LP:X1", audience="declarant")

    assert "Since then: Its declarant cancelled it on" in found.text("en")
    assert "plus rien n'est dû" in found.as_dict()["since"][0]["fr"]
