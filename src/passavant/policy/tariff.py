"""Duty rates by HS6: a shipped table, or a policy's stated defaults spread over every known HS6.

A code of HS 2022 that a table of HS 2017 lacks takes the highest rate of the codes from which it came.

The table has the columns hs6, tariff_ppm (int64, parts per million; null when no percentage expresses the rate),
tariff_kind (advalorem, specific, unmatched) and tariff_several (several rates stand under the HS6, the highest was taken).
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from passavant.errors import BadInput, Place
from passavant.policy.load import CORRELATION, HS6_CODES, Policy
from passavant.policy.model import TariffPrefix

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["correlation", "hs6_codes", "tariff_table"]

#: 100,000 %: no tariff is higher.
_MOST_PPM = 1_000_000_000


class _Line(NamedTuple):
    hs6: str
    tariff_ppm: int | None
    tariff_kind: str
    tariff_several: bool


def tariff_table(policy: Policy) -> pa.Table:
    """Return the policy's duty rates, one row per known HS6."""
    import pyarrow as pa

    if policy.tariff_path:
        lines = list(_from_file(policy.tariff_path))
        lines += _correlated({line.hs6: line for line in lines})
    else:
        lines = list(_from_defaults(policy.file.tariff.default or []))
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


def correlation() -> dict[str, list[str]]:
    """Return the HS 2017 codes from which the goods of an HS 2022 code came (`data/tariffs/hs2022_to_hs2017.csv`)."""
    with CORRELATION.open(encoding="utf-8", newline="") as file:
        return {row["hs2022"]: row["hs2017"].split() for row in csv.DictReader(_uncommented(file))}


def _correlated(lines: dict[str, _Line]) -> Iterator[_Line]:
    """Give codes of HS 2022 that a table of HS 2017 lacks the highest rate of those they came from."""
    for code, sources in correlation().items():
        found = [lines[source] for source in sources if source in lines]
        if code in lines or not found:
            continue
        rates = [line.tariff_ppm for line in found if line.tariff_ppm is not None]
        if len(rates) < len(found):
            yield _Line(code, None, "specific", False)
        else:
            yield _Line(
                code, max(rates), "advalorem", len(set(rates)) > 1 or any(line.tariff_several for line in found)
            )


def _from_file(path: Path) -> Iterator[_Line]:
    with path.open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(_uncommented(file)), 2):
            try:
                rate = int(row["rate_ppm"]) if row["rate_ppm"] else None
                if not 0 <= (rate or 0) <= _MOST_PPM:
                    raise ValueError(rate)
                yield _Line(row["hs6"], rate, row["kind"], row["several"] in ("1", "True", "true"))
            except (KeyError, ValueError) as error:
                raise BadInput(
                    "policy.tariff.unreadable",
                    got=(f"a tariff row that cannot be used: {row}", f"une ligne de tarif inutilisable : {row}"),
                    expected=(
                        "the columns hs6, rate_ppm (whole, 0 or more), kind, several",
                        "les colonnes hs6, rate_ppm (entier, 0 ou plus), kind, several",
                    ),
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
