"""Find a held consignment by what holds it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from passavant.clearance.find import held_consignment
from passavant.errors import NotFound

Decide = Callable[..., dict[str, dict[str, Any]]]


def test_the_first_reason_that_occurs_decides_and_any_held_one_serves_else(decide: Decide, tmp_path: Path) -> None:
    decide({}, {"hs_code": "6109"}, {"description": "gift"})
    out = next(tmp_path.glob("out-*"))

    assert "EU:D1:A3" == held_consignment(out, ["no.such.reason", "dataset.description.stop_word"])
    assert "EU:D1:A2" == held_consignment(out, ["no.such.reason"])


def test_where_all_are_released_none_is_held(decide: Decide, tmp_path: Path) -> None:
    decide({})

    with pytest.raises(NotFound, match="released") as caught:
        held_consignment(next(tmp_path.glob("out-*")), [])

    assert "mainlevée" in caught.value.diagnostics("fr")
