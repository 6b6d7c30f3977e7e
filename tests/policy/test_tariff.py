"""Duty rates by HS6: codes of HS 2022 find the rates of the codes from which they came."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest

from passavant.errors import BadInput
from passavant.policy import hs6_codes, load_policy, tariff_table
from passavant.policy.tariff import correlation

_MINIMAL = (Path(__file__).parent.parent / "fixtures" / "policies" / "minimal.yaml").read_text()


@cache
def _eu() -> dict[str, dict[str, Any]]:
    return {row["hs6"]: row for row in tariff_table(load_policy("EU")).to_pylist()}


def test_a_code_of_hs_2022_takes_the_rate_of_its_origin() -> None:
    assert _eu()["851712"]["tariff_ppm"] == _eu()["851713"]["tariff_ppm"]


def test_of_several_origins_the_highest_rate_counts_and_is_said() -> None:
    row = _eu()["880622"]

    assert (77_000, "advalorem", True) == (row["tariff_ppm"], row["tariff_kind"], row["tariff_several"])


def test_a_code_without_correlation_has_no_rate() -> None:
    assert "unmatched" == _eu()["284441"]["tariff_kind"]


def test_every_code_stands_once() -> None:
    assert len(hs6_codes()) == tariff_table(load_policy("EU")).num_rows


def test_the_correlation_leads_from_new_codes_to_known_ones() -> None:
    known = set(hs6_codes())

    assert 152 == len(correlation())
    assert known >= {code for new, old in correlation().items() for code in (new, *old)}
    assert not {code for old in correlation().values() for code in old} & correlation().keys()


def test_a_negative_rate_is_refused_with_its_row(tmp_path: Path) -> None:
    (tmp_path / "own.csv").write_text("hs6,rate_ppm,kind,several\n610910,-1,advalorem,false\n")
    path = tmp_path / "policy.yaml"
    path.write_text(_MINIMAL.replace('default: [{prefix: "", rate: 20}]', "file: own.csv"))

    with pytest.raises(BadInput, match=r"own\.csv, row 2"):
        tariff_table(load_policy(path))
