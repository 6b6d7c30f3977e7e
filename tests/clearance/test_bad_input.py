"""Bad input ends in exit 2, a rejected row or a named hold: never a traceback, a lost row or half an output."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from passavant.clearance import ClearOptions, clear

pytestmark = pytest.mark.long

_PROGRAM = str(Path(sys.executable).with_name("passavant"))


def _passavant(*arguments: str | Path, stdin: bytes | None = None, **env: str) -> subprocess.CompletedProcess[bytes]:
    command = [_PROGRAM, *map(str, arguments)]
    return subprocess.run(
        command, input=stdin, capture_output=True, env=os.environ | {"PASSAVANT_LANG": "en"} | env, check=False
    )


def _refused(result: subprocess.CompletedProcess[bytes], *says: str, code: int = 2) -> None:
    shown = result.stderr.decode()
    assert result.returncode == code, shown
    assert "Traceback" not in shown
    for text in ("Expected:", "Next step:", *says):
        assert text in shown


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"declarant_id,declaration_id\n", "no rows"),
        (b"a,b,c\n1,2,3\n", "declaration_id"),
        (b"declarant_id,declaration_id,declaration_id\n1,2,3\n", "declaration_id"),
        (b"PAR1 this is no Parquet file", ""),
    ],
)
def test_a_file_without_a_usable_start_is_refused_and_nothing_is_written(
    tmp_path: Path, content: bytes, says: str
) -> None:
    path = tmp_path / ("day.parquet" if content.startswith(b"PAR1") else "day.csv")
    path.write_bytes(content)

    result = _passavant("clear", path, "--policy", "EU", "-o", tmp_path / "out")

    _refused(result, says, path.name)
    assert sorted(entry.name for entry in tmp_path.iterdir()) == [path.name]


def test_a_missing_file_a_missing_policy_and_an_existing_out_are_refused(
    tmp_path: Path, declared: Callable[..., Path]
) -> None:
    source = declared({})
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "file").write_text("mine")

    _refused(_passavant("clear", tmp_path / "nothing.csv", "--policy", "EU", "-o", tmp_path / "out"), "nothing.csv")
    _refused(_passavant("clear", source, "--policy", "ZZ", "-o", tmp_path / "out"), "ZZ")
    _refused(
        _passavant("clear", source, "--policy", "EU", "-o", tmp_path / "taken", "--replace"),
        "is not a Passavant run; left alone",
    )
    assert (tmp_path / "taken" / "file").read_text() == "mine"


def test_a_policy_with_a_hole_and_a_rule_that_names_no_column_are_refused_with_their_line(
    tmp_path: Path, declared: Callable[..., Path]
) -> None:
    text = (Path(__file__).parent.parent / "fixtures" / "policies" / "minimal.yaml").read_text()
    (tmp_path / "hole.yaml").write_text(
        text.replace("from: 2024-01-01, value: 20", "from: 2024-01-01, to: 2024-05-31, value: 20")
    )
    (tmp_path / "name.yaml").write_text(text.replace("goods_total <= relief", "value <= relief"))
    source = declared({})

    _refused(
        _passavant("clear", source, "--policy", tmp_path / "hole.yaml", "-o", tmp_path / "out"),
        "hole.yaml:23",
        "2024-06-01",
    )
    _refused(
        _passavant("clear", source, "--policy", tmp_path / "name.yaml", "-o", tmp_path / "out"),
        "name.yaml:",
        "'value'",
    )


def test_an_analyst_rule_that_names_no_column_is_refused_with_its_line(
    tmp_path: Path, declared: Callable[..., Path]
) -> None:
    from passavant.clearance.rules import starter_rules

    rules = tmp_path / "rules.yaml"
    rules.write_text(starter_rules().read_text().replace("nature = 'gift' AND", "natur = 'gift' AND"))

    _refused(
        _passavant("clear", declared({}), "--policy", "EU", "--rules", rules, "-o", tmp_path / "out"),
        "rules.yaml:",
        "natur",
        "nature",
    )


def test_bad_rows_are_rejected_each_once_with_file_row_field_value_and_remedy(
    tmp_path: Path, declared: Callable[..., Path]
) -> None:
    path = declared(
        {},
        {"intrinsic_value": "1,250.00"},
        {"lodged_at": "yesterday"},
        {"item_no": "0", "quantity": "many"},
        {"declaration_id": ""},
        {"declaration_id": "A1"},
    )
    data = path.read_bytes() + b"D1,short\n" + b"D1,A9,\xff\xfe\n" + b"x" * 3_000_000 + b"\n"
    path.write_bytes(data)

    result = _passavant("clear", path, "--policy", "EU", "-o", tmp_path / "out")

    assert result.returncode == 0, result.stderr.decode()
    rejected = pq.read_table(tmp_path / "out" / "rejected.parquet").to_pylist()
    assert sorted(row["source_row"] for row in rejected) == [3, 4, 5, 6, 7, 8, 9, 10]
    by_row = {row["source_row"]: row for row in rejected}
    assert [(error["field"], error["value"]) for error in by_row[3]["errors"]] == [("intrinsic_value", "1,250.00")]
    assert {error["field"] for error in by_row[5]["errors"]} == {"item_no", "quantity"}
    assert all(
        error["remedy_en"] and error["remedy_fr"] and error["expected_en"]
        for row in rejected
        for error in row["errors"]
    )
    assert len(pq.read_table(tmp_path / "out" / "items.parquet")) == 1


def test_a_byte_order_mark_and_standard_input_are_read(tmp_path: Path, declared: Callable[..., Path]) -> None:
    data = declared({}, {}).read_bytes()

    plain = _passavant("clear", "-", "--policy", "EU", "-o", tmp_path / "one", "--json", stdin=b"\xef\xbb\xbf" + data)
    wide = _passavant(
        "clear", "-", "--policy", "EU", "-o", tmp_path / "two", "--json", stdin=data.decode().encode("utf-16")
    )

    for result, out in ((plain, "one"), (wide, "two")):
        assert result.returncode == 0, result.stderr.decode()
        assert len(pq.read_table(tmp_path / out / "items.parquet")) == 2


def test_a_file_of_only_bad_rows_gives_a_finished_run_without_decisions(
    tmp_path: Path, declared: Callable[..., Path]
) -> None:
    result = _passavant(
        "clear", declared({"quantity": "x"}, {"quantity": "y"}), "--policy", "EU", "-o", tmp_path / "out"
    )

    assert result.returncode == 0, result.stderr.decode()
    assert len(pq.read_table(tmp_path / "out" / "rejected.parquet")) == 2
    assert len(pq.read_table(tmp_path / "out" / "decisions.parquet")) == 0


def test_a_pipe_gets_no_progress_bar_and_french_speaks_french(tmp_path: Path, declared: Callable[..., Path]) -> None:
    result = _passavant("clear", declared({}), "--policy", "EU", "-o", tmp_path / "out", PASSAVANT_LANG="fr")

    assert result.stderr == b""
    assert "1 envoi traité" in result.stdout.decode()


def test_absurd_numbers_are_rejected_rows(tmp_path: Path, declared: Callable[..., Path]) -> None:
    absurd = ["1e300", "99999999999999999999", "NaN", "inf", "0x10", "1_000"]
    rejected = _rejected(declared({}, *({"intrinsic_value": value} for value in absurd)), tmp_path / "out")

    assert [[value] for value in absurd] == [[error["value"] for error in row["errors"]] for row in rejected]


def _rejected(path: Path, out: Path) -> list[dict[str, Any]]:
    """Clear a file within this process; return its rejected rows in order."""
    clear([path], out, ClearOptions(policy="EU"))
    return sorted(pq.read_table(out / "rejected.parquet").to_pylist(), key=lambda row: row["source_row"])


def _decided(out: Path) -> dict[str, dict[str, Any]]:
    rows = pq.read_table(out / "decisions.parquet").to_pylist()
    return {row["consignment_id"]: row | {"codes": [reason["code"] for reason in row["reasons"]]} for row in rows}


_HELD = ("request_information", "dataset.consignment.rejected_item")


def _is_held(decision: dict[str, Any]) -> bool:
    return (decision["outcome"], _HELD[1] in decision["codes"]) == (_HELD[0], True)


def test_a_rejected_item_holds_its_own_consignment_whatever_signs_its_ids_hold(
    tmp_path: Path, declared: Callable[..., Path]
) -> None:
    bad = {"item_no": "2", "intrinsic_value": "12,5"}
    odd = {"declarant_id": "D:1", "declaration_id": "50%"}
    french = {"administration": "FR", "declaration_id": "F"}
    unrelated = {"declarant_id": "D", "declaration_id": "1:50%"}
    path = declared(odd | {"administration": "EU"}, odd | bad, french, french | bad, unrelated, {"declaration_id": "F"})

    rejected = _rejected(path, tmp_path / "out")
    decided = _decided(tmp_path / "out")

    assert {"EU:D%3A1:50%", "FR:D1:F"} == {name for name, one in decided.items() if _is_held(one)}
    assert ["release", "release"] == [decided[name]["outcome"] for name in ("EU:D:1:50%", "EU:D1:F")]
    assert ["EU", "FR"] == [row["administration"] for row in rejected]


_FIELDS = {
    "declarant_id": "D1", "declaration_id": "A1", "lodged_at": "2026-06-15T10:00:00Z", "channel": "express",
    "house_waybill": "H1", "importer_name": "Ada Lund", "importer_address": "1 rue X", "importer_country": "FR",
    "exporter_name": "Shop", "exporter_address": "2 road Y", "exporter_country": "CN", "nature": "sale", "currency": "EUR",
    "hs_code": "610910", "origin": "CN", "quantity": "1", "gross_mass_kg": "0.3", "intrinsic_value": "10",
    "description": "blue cotton t-shirt",
}  # fmt: skip


def _csv_with(line: bytes) -> bytes:
    return b"\n".join([",".join(_FIELDS).encode(), ",".join(_FIELDS.values()).encode(), line, b""])


def _json_with(record: str) -> bytes:
    return f"{json.dumps(_FIELDS)}\n{record}\n".encode()


_NESTED = json.dumps(_FIELDS | {"items": [{"item_no": 1}, "oops"]})
_DAMAGED: list[tuple[str, bytes]] = [
    ("a.csv", _csv_with(b"D1,A1,,,,,,,,,,,,,,,,,blue \xff shirt")),
    ("a.csv", _csv_with(b'D1,A1,,,,"never closed,,,,,,,,,,,,,')),
    ("a.csv", _csv_with(b"D1,A1," + b"x" * 2_000_000)),
    ("a.csv", _csv_with(b"D1,A1," + b"x" * 140_000)),
    ("a.csv", _csv_with("D1,A1,a\u2028b\x1cc".encode())),
    ("a.jsonl", _json_with(_NESTED)),
    ("a.jsonl", _json_with('{"declarant_id": "D1", "declaration_id": "A1", "description": "\\ud800"}')),
    ("a.jsonl", _json_with('{"declarant_id": "D1", "declaration_id": "A1", "quantity": 1')),
    ("a.jsonl", _json_with('{"declarant_id": "D1", "declaration_id": "A1", "items": []}')),
    ("a.jsonl", _json_with(_NESTED.replace("blue", "BAD")).replace(b"BAD", b"\xff")),
    ("a.json", b"[" + _json_with('{"declarant_id": "D1", "declaration_id": "A1", "quantity": }') + b"]"),
]


@pytest.mark.parametrize(("name", "content"), _DAMAGED, ids=[f"{place}" for place in range(len(_DAMAGED))])
def test_a_damaged_record_whose_ids_are_legible_holds_its_consignment(
    tmp_path: Path, name: str, content: bytes
) -> None:
    path = tmp_path / name
    path.write_bytes(content.replace(b"}\n{", b"},\n{") if name == "a.json" else content)

    rejected = _rejected(path, tmp_path / "out")

    assert {("EU", "D1", "A1")} == {
        (row["administration"], row["declarant_id"], row["declaration_id"]) for row in rejected
    }
    assert _is_held(_decided(tmp_path / "out")["EU:D1:A1"])


def test_a_parquet_row_with_a_broken_text_holds_its_consignment(tmp_path: Path) -> None:
    names = [*_FIELDS, "item_no"]
    columns = [pa.array([value, value], pa.string()) for value in _FIELDS.values()] + [pa.array(["1", "2"])]
    broken = pa.Array.from_buffers(pa.string(), 2, pa.array([b"shirt", b"\xff\xff"], pa.binary()).buffers())
    columns[names.index("description")] = broken
    pq.write_table(pa.table(columns, names=names), tmp_path / "a.parquet")

    _rejected(tmp_path / "a.parquet", tmp_path / "out")

    assert _is_held(_decided(tmp_path / "out")["EU:D1:A1"])


def test_a_duplicate_row_is_told_as_one(tmp_path: Path, declared: Callable[..., Path]) -> None:
    path = declared({"declaration_id": "A"}, {"declaration_id": "A"})

    _passavant("clear", path, "--policy", "EU", "-o", tmp_path / "out")
    shown = _passavant("explain", tmp_path / "out", "EU:D1:A")

    assert _is_held(_decided(tmp_path / "out")["EU:D1:A"])
    assert "could not be read, or repeats another row" in shown.stdout.decode()


def test_two_codes_in_one_field_are_not_merged_and_no_rate_is_applied(decide: Callable[..., Any]) -> None:
    found = decide({"hs_code": "6109.10 / 8517.13"}, {"hs_code": "6109 10-00'90"}, {"hs_code": "n/a"})
    answers = {name: found[name] for name in ("A1", "A2", "A3")}

    assert [True, False, True] == ["dataset.hs_code.form" in one["codes"] for one in answers.values()]
    assert ["request_information", "release", "request_information"] == [one["outcome"] for one in answers.values()]
    assert ["610910/851713", "6109100090", "n/a"] == [one["goods"][0]["hs_code"] for one in answers.values()]
    assert "dataset.hs_code.unknown" not in answers["A1"]["codes"]
    assert answers["A1"]["duty_minor"] in (None, 0)


def test_a_control_character_in_a_key_or_code_is_a_rejected_row(tmp_path: Path, declared: Callable[..., Path]) -> None:
    bad = {"declarant_id": "D\x1f1", "declaration_id": "A\x001", "administration": "E\x7fU", "currency": "E\x01UR"}
    rejected = _rejected(declared(*({field: value} for field, value in bad.items())), tmp_path / "out")
    errors = [error for row in rejected for error in row["errors"]]

    assert list(bad) == [error["field"] for error in errors]
    assert {"dataset.row.control_character"} == {error["code"] for error in errors}
    assert [value.encode("unicode_escape").decode() for value in bad.values()] == [error["value"] for error in errors]


def test_control_characters_in_a_text_become_one_space(decide: Callable[..., Any]) -> None:
    answers = decide({"description": "blue\x00\x1f\ncotton\x7ft-shirt\x0b"}, {"description": "\x01"})

    assert ["blue cotton t-shirt", None] == [answers[name]["goods"][0]["description"] for name in ("A1", "A2")]
    assert "dataset.required.description" in answers["A2"]["codes"]
