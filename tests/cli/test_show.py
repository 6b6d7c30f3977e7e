"""What commands print cannot steer a terminal."""

from __future__ import annotations

import json

import pytest

from passavant.cli.show import as_json, echo, table

_ODD = "shirt\x1b]0;owned\x07\x9b31m\u202e"


def test_text_and_tables_lose_their_control_characters(capsys: pytest.CaptureFixture[str]) -> None:
    echo(f"{_ODD}\nsecond line")
    table([["name", "n"], [f"{_ODD}\nforged  9", "1"]])
    printed = capsys.readouterr().out

    assert not set("\x1b\x07\x9b\u202e") & set(printed)
    assert "\nsecond line\n" in printed
    assert "\nforged" not in printed


def test_json_stays_exact(capsys: pytest.CaptureFixture[str]) -> None:
    as_json({"description": _ODD})
    printed = capsys.readouterr().out

    assert not set("\x1b\x07\x9b\u202e") & set(printed)
    assert {"description": _ODD} == json.loads(printed)
