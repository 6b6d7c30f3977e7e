"""Splits, quotas, versions: what earlier parcels mean for later ones, and never for themselves."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from passavant.clearance import ClearOptions, clear
from passavant.errors import BadInput

pytestmark = pytest.mark.long

Decide = Callable[..., dict[str, dict[str, Any]]]
_SPLIT = "signals.split.exact_key"
_SUPERSEDED = "clearance.version.superseded"
_REPEATED = "clearance.version.repeated"
_ONE = {"importer_name": "Ada", "intrinsic_value": "60.00"}


def test_three_parcels_below_the_threshold_and_above_it_together_are_a_split(decide: Decide) -> None:
    answers = decide(_ONE, _ONE, _ONE, {"importer_name": "Bob"})

    assert all(
        _SPLIT in answers[name]["codes"] and answers[name]["outcome"] == "request_information"
        for name in ("A1", "A2", "A3")
    )
    assert _SPLIT not in answers["A4"]["codes"]
    reason = next(reason for reason in answers["A1"]["reasons"] if reason["code"] == _SPLIT)
    assert reason == {"code": _SPLIT, "item_no": None, "params": '{"parcels":"3","value":"18000"}'}


@pytest.mark.parametrize(
    "changes",
    [
        [_ONE, _ONE],
        [_ONE | {"intrinsic_value": "40.00"}] * 3,
        [_ONE, _ONE, _ONE | {"lodged_at": "2026-06-16T10:00:00Z"}],
        [_ONE, _ONE, _ONE | {"importer_address": "9 rue Z, 75001 Paris"}],
    ],
)
def test_two_parcels_small_sums_other_days_and_other_addresses_are_none(
    decide: Decide, changes: list[dict[str, str]]
) -> None:
    assert not any(_SPLIT in answer["codes"] for answer in decide(*changes).values())


def test_names_that_differ_in_case_accents_and_points_are_one_party(decide: Decide) -> None:
    answers = decide(
        _ONE | {"importer_name": "Zoë M. Élan"},
        _ONE | {"importer_name": "ZOE M ELAN"},
        _ONE | {"importer_name": "zoé  m. élan"},
    )

    assert all(_SPLIT in answer["codes"] for answer in answers.values())


def test_earlier_runs_count_and_a_repeated_run_does_not_count_twice(
    declared: Callable[..., Path], decide: Decide, tmp_path: Path
) -> None:
    first = tmp_path / "first"
    clear([declared(_ONE, _ONE)], first, ClearOptions(policy="EU", stratum_ppm=0))

    alone = decide(_ONE | {"declaration_id": "B1"})
    later = decide(_ONE | {"declaration_id": "B1"}, history=[first])
    again = decide(_ONE, _ONE, history=[first])

    assert _SPLIT not in alone["B1"]["codes"]
    assert _SPLIT in later["B1"]["codes"]
    assert not any(_SPLIT in answer["codes"] for answer in again.values())


def test_a_frozen_snapshot_is_looked_up_and_each_row_adds_only_itself(
    declared: Callable[..., Path], decide: Decide, tmp_path: Path
) -> None:
    first = tmp_path / "first"
    clear([declared(_ONE, _ONE)], first, ClearOptions(policy="EU", stratum_ppm=0))

    frozen = decide(_ONE, _ONE | {"declaration_id": "B1"}, _ONE | {"declaration_id": "B2"}, snapshot=first / "snapshot")

    assert _SPLIT not in frozen["A1"]["codes"]  # it is in the snapshot already: two parcels, not three
    assert _SPLIT in frozen["B1"]["codes"]
    assert '"parcels":"3"' in str(frozen["B1"]["reasons"])
    assert '"parcels":"3"' in str(frozen["B2"]["reasons"])


def test_an_altered_snapshot_is_refused(declared: Callable[..., Path], tmp_path: Path) -> None:
    first = tmp_path / "first"
    source = declared(_ONE)
    clear([source], first, ClearOptions(policy="EU", stratum_ppm=0))
    (first / "snapshot" / "quota.parquet").write_bytes(b"altered")

    with pytest.raises(BadInput, match=r"quota.parquet was altered"):
        clear([source], tmp_path / "second", ClearOptions(policy="EU", snapshot=first / "snapshot"))


def test_an_amended_declaration_supersedes_and_the_old_decision_stays(decide: Decide, tmp_path: Path) -> None:
    answers = decide({"declaration_id": "V"}, {"declaration_id": "V", "version": "2", "intrinsic_value": "90"})

    rows = {
        row["version"]: row for row in pq.read_table(next(tmp_path.glob("out-*")) / "decisions.parquet").to_pylist()
    }
    assert rows[2]["supersedes"] == rows[1]["decision_id"]
    assert rows[1]["supersedes"] is None
    assert answers["V"]["vat_minor"] == 1800


def test_an_amendment_in_a_later_run_supersedes_the_earlier_decision(
    declared: Callable[..., Path], decide: Decide, tmp_path: Path
) -> None:
    first = tmp_path / "first"
    run = clear([declared({"declaration_id": "V"})], first, ClearOptions(policy="EU", stratum_ppm=0))
    before = pq.read_table(run.out / "decisions.parquet").to_pylist()[0]

    later = decide({"declaration_id": "V", "version": "2"}, history=[first])["V"]

    assert later["supersedes"] == before["decision_id"]


def test_an_older_version_than_one_already_decided_is_asked_about(
    declared: Callable[..., Path], decide: Decide, tmp_path: Path
) -> None:
    first = tmp_path / "first"
    clear([declared({"declaration_id": "V", "version": "2"})], first, ClearOptions(policy="EU", stratum_ppm=0))

    late = decide({"declaration_id": "V"}, history=[first])["V"]
    frozen = decide({"declaration_id": "V"}, snapshot=first / "snapshot")["V"]
    again = decide({"declaration_id": "V", "version": "2"}, history=[first])["V"]

    for answer in (late, frozen):
        assert (answer["outcome"], answer["superseded_by"]) == ("request_information", 2)
        assert {"code": _SUPERSEDED, "item_no": None, "params": '{"decided":"2"}'} in answer["reasons"]
    assert _SUPERSEDED not in again["codes"]


def test_versions_in_one_input_are_decided_beside_each_other_and_counted_once(
    declared: Callable[..., Path], tmp_path: Path
) -> None:
    source = declared(*({"declaration_id": "V", "version": str(version)} for version in (1, 2, 3)))

    summary = clear([source], tmp_path / "out", ClearOptions(policy="EU", stratum_ppm=0)).summary

    assert (summary.consignments, summary.earlier_versions, summary.item_rows) == (1, 2, 3)
    assert summary.by_outcome == {"release": 1}
    assert summary.sums["vat_minor"] == 2000
    assert sum(pq.read_table(tmp_path / "out" / "decisions.parquet")["version"].to_pylist()) == 1 + 2 + 3


def test_a_parcel_decided_twice_in_history_is_one_parcel(
    declared: Callable[..., Path], decide: Decide, tmp_path: Path
) -> None:
    source, runs = declared(_ONE), []
    for name, rate in (("first", "1.1"), ("second", "1.2")):
        rates = tmp_path / f"{name}.csv"
        rates.write_text(f"date,currency,units_per_eur\n2026-06-15,USD,{rate}\n")
        runs.append(clear([source], tmp_path / name, ClearOptions(policy="EU", stratum_ppm=0, rates=[rates])).out)

    answer = decide(_ONE | {"declaration_id": "B1"}, history=runs)["B1"]

    assert (
        pq.read_table(runs[0] / "decisions.parquet")["decision_id"]
        != (pq.read_table(runs[1] / "decisions.parquet")["decision_id"])
    )
    assert _SPLIT not in answer["codes"]


def test_a_late_first_version_does_not_revive_over_the_second(
    declared: Callable[..., Path], decide: Decide, tmp_path: Path
) -> None:
    low, high = _ONE | {"declaration_id": "V"}, _ONE | {"declaration_id": "V", "version": "2", "intrinsic_value": "900"}
    first = tmp_path / "first"
    clear([declared(high, _ONE)], first, ClearOptions(policy="EU", stratum_ppm=0))

    answers = decide(low, _ONE | {"declaration_id": "B1"}, history=[first])

    # Version 2 is above the threshold and in no split: two parcels within it remain.
    assert _SPLIT not in answers["B1"]["codes"]


@pytest.mark.parametrize("name", ["unknown", "N/A"])
def test_strangers_with_a_stop_word_for_a_name_are_not_one_party(decide: Decide, name: str) -> None:
    answers = decide(*[_ONE | {"importer_name": name}] * 3)

    assert not any(_SPLIT in answer["codes"] for answer in answers.values())
    assert all(answer["party_key"] is None for answer in answers.values())


def test_a_person_without_a_name_or_an_id_has_no_quota_of_their_own(decide: Decide, tmp_path: Path) -> None:
    changes = [_NIGERIA | {"importer_name": "unknown", "importer_id": ""}] * 5

    answers = decide(*changes, policy="NG", rates=[_naira(tmp_path)])

    assert all("signals.quota.no_person" in answer["codes"] for answer in answers.values())
    assert {answer["category"] for answer in answers.values()} == {2}


@pytest.mark.parametrize("way", ["history", "snapshot"])
def test_state_of_another_policy_or_secret_is_refused(
    declared: Callable[..., Path], decide: Decide, tmp_path: Path, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = tmp_path / "first"
    clear([declared(_ONE)], first, ClearOptions(policy="EU", stratum_ppm=0))
    state: dict[str, Any] = {"history": [first]} if way == "history" else {"snapshot": first / "snapshot"}

    with pytest.raises(BadInput, match="of the policy EU") as refused:
        decide(_ONE, policy="NO", **state)
    assert "NO" in refused.value.expected[1]
    monkeypatch.setenv("PASSAVANT_SECRET", "quite another secret")
    with pytest.raises(BadInput, match="the key id of this run"):
        decide(_ONE, **state)


def test_a_threshold_currency_that_changed_is_refused(
    declared: Callable[..., Path], decide: Decide, tmp_path: Path
) -> None:
    first = tmp_path / "first"
    clear([declared(_ONE)], first, ClearOptions(policy="EU", stratum_ppm=0))
    manifest = json.loads((first / "manifest.json").read_text())
    manifest["policy"]["threshold_currency"] = "XOF"
    (first / "manifest.json").write_text(json.dumps(manifest))

    with pytest.raises(BadInput, match="of the threshold currency XOF"):
        decide(_ONE, history=[first])


def test_a_damaged_history_is_refused_by_name(declared: Callable[..., Path], decide: Decide, tmp_path: Path) -> None:
    first = tmp_path / "first"
    clear([declared(_ONE)], first, ClearOptions(policy="EU", stratum_ppm=0))
    path = first / "decisions.parquet"
    path.write_bytes(path.read_bytes()[:-100])

    with pytest.raises(BadInput, match=r"decisions.parquet: the file is not the one its run wrote"):
        decide(_ONE, history=[first])


_NIGERIA = {
    "importer_country": "NG", "importer_name": "Chidi", "importer_id": "12345678901", "currency": "USD", "intrinsic_value": "50",
}  # fmt: skip


def _naira(folder: Path) -> Path:
    rates = folder / "ngn.csv"
    days = (f"2026-06-{day:02},NGN,1700\n2026-06-{day:02},USD,1.1" for day in range(1, 16))
    rates.write_text("date,currency,units_per_eur\n" + "\n".join(days))
    return rates


def test_the_fifth_importation_of_the_year_has_no_relief_in_nigeria(decide: Decide, tmp_path: Path) -> None:
    changes = [_NIGERIA | {"lodged_at": f"2026-06-{day:02}T10:00:00Z"} for day in (5, 3, 1, 4, 2)]

    answers = decide(*changes, policy="NG", rates=[_naira(tmp_path)])

    assert [answers[f"A{number}"]["category"] for number in range(1, 6)] == [3, 2, 2, 2, 2]
    assert answers["A1"]["duty_minor"] > 0
    assert "signals.quota.counted" in answers["A1"]["codes"]


@pytest.mark.parametrize("way", ["one input", "history", "later history", "snapshot"])
def test_an_amendment_keeps_its_place_in_the_quota(
    declared: Callable[..., Path], decide: Decide, tmp_path: Path, way: str
) -> None:
    parcels = [_NIGERIA | {"lodged_at": f"2026-06-{day:02}T10:00:00Z"} for day in (1, 2, 3, 4, 5)]
    amended = parcels[0] | {"declaration_id": "A1", "version": "2", "lodged_at": "2026-06-10T10:00:00Z"}
    options: dict[str, Any] = {"policy": "NG", "rates": [_naira(tmp_path)]}
    first, second = tmp_path / "first", tmp_path / "second"
    if way == "one input":
        answer = decide(*parcels, amended, **options)["A1"]
    else:
        run = clear([declared(*parcels)], first, ClearOptions(stratum_ppm=0, **options))
        state: dict[str, Any] = {"history": [run.out]}
        if way == "later history":
            amendment = declared(amended)
            clear([amendment], second, ClearOptions(stratum_ppm=0, **options, **state))
            amended, state = amended | {"version": "3"}, {"history": [second]}
        answer = decide(amended, **options, **({"snapshot": first / "snapshot"} if way == "snapshot" else state))["A1"]

    assert (answer["category"], answer["duty_minor"], answer["outcome"]) == (2, 0, "release")
    assert str(answer["first_lodged_at"]) == "2026-06-01 10:00:00+00:00"


@pytest.mark.parametrize("way", ["one input", "history", "snapshot"])
def test_without_a_time_of_lodging_the_acceptance_gives_the_place_in_the_quota(
    declared: Callable[..., Path], decide: Decide, tmp_path: Path, way: str
) -> None:
    parcels = [
        _NIGERIA | {"declaration_id": f"Q{day}", "lodged_at": "", "accepted_at": f"2026-06-{day:02}T10:00:00Z"}
        for day in (6, 5, 4, 3, 2, 1)
    ]
    options: dict[str, Any] = {"policy": "NG", "rates": [_naira(tmp_path)]}
    if way == "one input":
        answers = decide(*parcels, **options)
    else:
        run = clear([declared(*parcels[2:])], tmp_path / "first", ClearOptions(stratum_ppm=0, **options))
        state = {"history": [run.out]} if way == "history" else {"snapshot": run.out / "snapshot"}
        answers = decide(*parcels[:2], **options, **state)

    assert [3, 3] == [answers[name]["category"] for name in ("Q5", "Q6")]
    assert all(answer["category"] == 2 for name, answer in answers.items() if name < "Q5")
    assert "2026-06-05 10:00:00+00:00" == str(answers["Q5"]["first_lodged_at"])


def test_an_importation_counts_when_any_of_its_items_does(decide: Decide, tmp_path: Path) -> None:
    letter = {"nature": "documents", "intrinsic_value": "0", "hs_code": "", "description": "letter"}
    goods = {"item_no": "2"}
    whole = [
        _NIGERIA | {"declaration_id": f"L{day}", "lodged_at": f"2026-06-{day:02}T10:00:00Z"} for day in range(1, 6)
    ]
    changes = [one | item for one in whole for item in (letter, goods)]

    answers = decide(*changes, policy="NG", rates=[_naira(tmp_path)])

    assert [True] * 5 == [answer["counts"] for answer in answers.values()]
    assert [2, 2, 2, 2, 3] == [answers[f"L{day}"]["category"] for day in range(1, 6)]


def test_parcels_without_a_value_make_no_split(decide: Decide) -> None:
    nothing, some = _ONE | {"intrinsic_value": "0"}, _ONE | {"intrinsic_value": "90.00"}

    answers = decide(some, some, nothing, nothing)

    assert not any(_SPLIT in answer["codes"] for answer in answers.values())


def _folded_and_frozen(
    decide: Decide,
    declared: Callable[..., Path],
    folder: Path,
    earlier: list[dict[str, str]],
    row: list[dict[str, str]],
) -> tuple[dict[str, Any], dict[str, Any]]:
    run = clear([declared(*earlier)], folder / "earlier", ClearOptions(policy="EU", stratum_ppm=0))
    ways: list[dict[str, Any]] = [{"history": [run.out]}, {"snapshot": run.out / "snapshot"}]
    folded, frozen = (
        {name: [one for one in answer["reasons"] if one["code"] == _SPLIT] for name, answer in found.items()}
        for found in (decide(*row, **way) for way in ways)
    )
    return folded, frozen


def _parcel(name: str, value: int, day: int, version: int = 1, party: str = "Ada") -> dict[str, str]:
    return {
        "declaration_id": name, "version": str(version), "importer_name": party, "intrinsic_value": str(value),
        "lodged_at": f"2026-06-{day:02}T10:00:00Z",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("earlier", "amendment", "params"),
    [
        (
            [_parcel("X", 100, 1), _parcel("B", 100, 2), _parcel("C", 100, 2)],
            _parcel("X", 100, 2, version=2),
            '{"parcels":"3","value":"30000"}',
        ),
        (
            [_parcel("X", 10, 2), _parcel("B", 60, 2), _parcel("C", 60, 2)],
            _parcel("X", 100, 2, version=2),
            '{"parcels":"3","value":"22000"}',
        ),
    ],
    ids=["moved to another day", "a higher value"],
)
def test_an_amendment_is_seen_alike_by_a_fold_and_a_frozen_snapshot(
    declared: Callable[..., Path],
    decide: Decide,
    tmp_path: Path,
    earlier: list[dict[str, str]],
    amendment: dict[str, str],
    params: str,
) -> None:
    folded, frozen = _folded_and_frozen(decide, declared, tmp_path, earlier, [amendment])

    assert [params] == [reason["params"] for reason in folded["X"]]
    assert folded == frozen


def test_a_day_with_amendments_is_seen_alike_by_a_fold_and_a_frozen_snapshot(
    declared: Callable[..., Path], decide: Decide, tmp_path: Path
) -> None:
    draw = random.Random(7)
    values, days = (0, 10, 40, 60, 100, 150, 151, 100, 90), (14, 15)
    parties = [f"Party {number}" for number in range(60)]
    earlier = [
        _parcel(f"{party}-{number}", draw.choice(values), draw.choice(days), party=party)
        for party in parties
        for number in range(draw.randint(3, 8))
    ]
    today = [  # one for each party, amended or new: what a frozen snapshot does not fold would differ otherwise
        _parcel(f"{party}-{draw.randint(0, 9)}", draw.choice(values), draw.choice(days), version=2, party=party)
        for party in parties
    ]

    folded, frozen = _folded_and_frozen(decide, declared, tmp_path, earlier, today)

    assert folded == frozen
    assert 5 < sum(bool(reasons) for reasons in folded.values()) < 55


def _simplified(out: Path) -> list[tuple[str, int]]:
    lines = [json.loads(line)["declaration"] for line in (out / "simplified.jsonl").read_text().splitlines()]
    return [(line["declaration_id"], line["version"]) for line in lines]


def test_an_amended_declaration_gives_one_simplified_declaration(declared: Callable[..., Path], tmp_path: Path) -> None:
    source = declared({"declaration_id": "V"}, {"declaration_id": "V", "version": "2"}, {"declaration_id": "W"})

    run = clear([source], tmp_path / "out", ClearOptions(policy="EU", stratum_ppm=0))

    assert [("V", 2), ("W", 1)] == sorted(_simplified(run.out))


def test_a_superseded_declaration_gives_no_simplified_declaration(
    declared: Callable[..., Path], tmp_path: Path
) -> None:
    options = ClearOptions(policy="EU", stratum_ppm=0)
    first = clear([declared({"declaration_id": "V", "version": "2"})], tmp_path / "first", options)

    late = clear([declared({"declaration_id": "V"})], tmp_path / "late", replace(options, history=[first.out]))

    assert [] == _simplified(late.out)


@pytest.mark.parametrize(
    ("unreadable", "held"),
    [("1", {"2": False, "3": False}), ("2", {"2": True, "3": False}), ("3", {"2": True, "3": True}), ("x", {"2": True, "3": True})],
)  # fmt: skip
def test_a_rejected_row_holds_its_version_and_those_it_amends(
    declared: Callable[..., Path], tmp_path: Path, unreadable: str, held: dict[str, bool]
) -> None:
    parts = [{"declaration_id": "V", "version": version} for version in ("2", "3")]
    bad = {"declaration_id": "V", "version": unreadable, "item_no": "2", "quantity": "many"}

    run = clear([declared(*parts, bad)], tmp_path / "out", ClearOptions(policy="EU", stratum_ppm=0))

    rows = pq.read_table(run.out / "decisions.parquet").to_pylist()
    codes = {str(row["version"]): {reason["code"] for reason in row["reasons"]} for row in rows}
    assert held == {version: "dataset.consignment.rejected_item" in found for version, found in codes.items()}
    (rejected,) = pq.read_table(run.out / "rejected.parquet").to_pylist()
    assert rejected["version"] == (None if unreadable == "x" else int(unreadable))


@pytest.mark.parametrize("way", ["history", "snapshot"])
def test_a_version_already_decided_with_other_content_is_asked_about(
    declared: Callable[..., Path], decide: Decide, tmp_path: Path, way: str
) -> None:
    names = ("same", "value", "items", "amended", "dollars")
    one = {name: {"declaration_id": name, "intrinsic_value": "50"} for name in names}
    one["dollars"] |= {"currency": "USD"}
    rates = [tmp_path / "first.csv", tmp_path / "second.csv"]
    for path, rate in zip(rates, ("1.1", "1.2"), strict=True):
        path.write_text(f"date,currency,units_per_eur\n2026-06-15,USD,{rate}\n")
    options = ClearOptions(policy="EU", stratum_ppm=0, rates=rates[:1])
    first = clear([declared(*one.values())], tmp_path / "first", options).out
    state: dict[str, Any] = {"history": [first]} if way == "history" else {"snapshot": first / "snapshot"}

    answers = decide(
        one["same"],
        one["value"] | {"intrinsic_value": "500"},
        one["items"] | {"intrinsic_value": "25"},
        one["items"] | {"intrinsic_value": "25", "item_no": "2"},
        one["amended"] | {"intrinsic_value": "500", "version": "2"},
        one["dollars"],  # the same declaration, worth something else under corrected rates
        rates=rates[1:],
        **state,
    )

    assert {"value", "items"} == {name for name, answer in answers.items() if _REPEATED in answer["codes"]}
    assert "request_information" == answers["value"]["outcome"]
    assert {"code": _REPEATED, "item_no": None, "params": "{}"} in answers["value"]["reasons"]
