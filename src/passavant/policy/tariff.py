"""Duty rates by HS6: a shipped table, or a policy's stated defaults spread over every known HS6.

The table has the columns hs6, tariff_ppm (int64, parts per million; null when no percentage expresses the rate),
tariff_kind (advalorem, specific, unmatched) and tariff_several (several rates stand under the HS6, the highest was taken).
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from passavant.errors import BadInput, Place
from passavant.policy.load import HS6_CODES, Policy
from passavant.policy.model import TariffPrefix

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["hs6_codes", "tariff_table"]


class _Line(NamedTuple):
    hs6: str
    tariff_ppm: int | None
    tariff_kind: str
    tariff_several: bool


def tariff_table(policy: Policy) -> pa.Table:
    """Return the policy's duty rates, one row per known HS6."""
    import pyarrow as pa

    lines = list(_from_file(policy) if policy.tariff_path else _from_defaults(policy.file.tariff.default or []))
    known = {line.hs6 for line in lines}
    lines += [_Line(code, None, "unmatched", False) for code in hs6_codes() if code not in known]
    schema = pa.schema(
        [("hs6", pa.string()), ("tariff_ppm", pa.int64()), ("tariff_kind", pa.string()), ("tariff_several", pa.bool_())]
    )
    return pa.Table.from_pylist([line._asdict() for line in lines], schema=schema)


@cache
def hs6_codes() -> tuple[str, ...]:
    """Return every six-digit code of HS 2017 and HS 2022 (`data/tariffs/hs6_codes.csv`)."""
    with HS6_CODES.open(encoding="utf-8", newline="") as file:
        return tuple(row["hs6"] for row in csv.DictReader(_uncommented(file)))


def _from_file(policy: Policy) -> Iterator[_Line]:
    path = policy.tariff_path
    assert path is not None  # noqa: S101  # the caller looked
    with path.open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(_uncommented(file)), 2):
            try:
                rate = int(row["rate_ppm"]) if row["rate_ppm"] else None
                yield _Line(row["hs6"], rate, row["kind"], row["several"] in ("1", "True", "true"))
            except (KeyError, ValueError) as error:
                raise BadInput(
                    "policy.tariff.unreadable",
                    got=(f"a tariff row that cannot be used: {row}", f"une ligne de tarif inutilisable : {row}"),
                    expected=("the columns hs6, rate_ppm, kind, several", "les colonnes hs6, rate_ppm, kind, several"),
                    next_step=("Correct the row.", "Corrigez la ligne."),
                    place=Place(file=str(path), row=number),
                ) from error


def _from_defaults(prefixes: list[TariffPrefix]) -> Iterator[_Line]:
    by_prefix = {entry.prefix: entry for entry in prefixes}
    for code in hs6_codes():
        entry = next((by_prefix[code[:length]] for length in range(6, -1, -1) if code[:length] in by_prefix), None)
        if entry is None:
            continue
        if entry.rate is None:
            yield _Line(code, None, "specific", False)
        else:
            yield _Line(code, int(entry.rate * 10_000), "advalorem", False)


def _uncommented(lines: Iterator[str]) -> Iterator[str]:
    return (line for line in lines if not line.startswith("#"))
