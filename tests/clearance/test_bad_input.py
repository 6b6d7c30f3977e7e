"""Bad input ends in exit 2, a rejected row or a named hold: never a traceback, a lost row or half an output."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest

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
    _refused(_passavant("clear", source, "--policy", "ZZ", "-o", tmp_path / "out"), "ZZ", code=1)
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
    assert "envois décidés" in result.stdout.decode()


@pytest.mark.parametrize("absurd", ["1e300", "99999999999999999999", "NaN", "inf", "0x10", "1_000"])
def test_absurd_numbers_are_rejected_rows(tmp_path: Path, declared: Callable[..., Path], absurd: str) -> None:
    result = _passavant("clear", declared({}, {"intrinsic_value": absurd}), "--policy", "EU", "-o", tmp_path / "out")

    assert result.returncode == 0, result.stderr.decode()
    assert pq.read_table(tmp_path / "out" / "rejected.parquet").to_pylist()[0]["errors"][0]["value"] == absurd
