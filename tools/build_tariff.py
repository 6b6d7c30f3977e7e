"""Build the tariff tables that ship with Passavant from public copies of the tariff and of the nomenclature.

Run from the root of the repository::

    python tools/build_tariff.py --data ../shared/data

Two files are written to ``src/passavant/policy/data/tariffs``:

``eu_cet_2020.csv``
    ``hs6``, ``rate_ppm`` (highest rate under the HS6 in parts per million, 12 % is 120000; empty when ``kind`` is
    ``specific``), ``kind`` (``advalorem`` or ``specific``), ``lines`` (tariff lines under the HS6), ``several`` (their
    ad valorem rates differ), ``text`` (the rates as the tariff writes them, each once, the first six).
``hs6_codes.csv``
    ``hs6``, ``hs2017``, ``hs2022``: which edition of the Harmonized System knows the code. Codes only, no descriptions.

An HS6 is ``specific`` as soon as one of its lines is no plain percentage (specific, compound, seasonal, entry price):
which line applies cannot be told from six digits, and no rate is ever guessed. Editions of the nomenclature meet by
identical codes only; a code of one edition is never turned into one of the other.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path

CET = Path("tariff/uk_gt_2021_and_eu_cet_cn8.csv")
NOMENCLATURE = Path("hs/harmonized-system.csv")
TARGET = Path("src/passavant/policy/data/tariffs")
CET_COLUMNS = ["hs6", "rate_ppm", "kind", "lines", "several", "text"]
HS6_COLUMNS = ["hs6", "hs2017", "hs2022"]

_PPM_PER_PERCENT = 10_000
_TEXTS_SHOWN = 6
_LAST_CHAPTER = 97  # 98 and 99 are left to each country; the source's own "not specified" code stands in 99


def main(arguments: Sequence[str] | None = None) -> int:
    """Write both tables and say how many rows each has."""
    parser = argparse.ArgumentParser(
        description="Build the shipped tariff tables.", epilog="See the module's docstring."
    )
    parser.add_argument(
        "--data", type=Path, required=True, help="folder that holds tariff/ and hs/, e.g. ../shared/data"
    )
    parser.add_argument("--target", type=Path, default=TARGET, help=f"folder to write to (default: {TARGET})")
    options = parser.parse_args(arguments)
    for path in (options.data / CET, options.data / NOMENCLATURE):
        if not path.is_file():
            parser.error(f"{path} is not there; --data must hold {CET} and {NOMENCLATURE}")
    cet = list(cet_rows(read(options.data / CET)))
    codes = list(hs6_rows((row["hs6"] for row in cet), read(options.data / NOMENCLATURE)))
    options.target.mkdir(parents=True, exist_ok=True)
    write(options.target / "eu_cet_2020.csv", CET_COLUMNS, cet)
    write(options.target / "hs6_codes.csv", HS6_COLUMNS, codes)
    specific = sum(row["kind"] == "specific" for row in cet)
    sys.stdout.write(f"eu_cet_2020.csv: {len(cet)} HS6, {specific} of them specific\nhs6_codes.csv: {len(codes)} HS6\n")
    return 0


def cet_rows(lines: Iterable[Mapping[str, str]]) -> Iterator[dict[str, str]]:
    """Yield one row per HS6 of the Common External Tariff, in order."""
    by_hs6: dict[str, list[Mapping[str, str]]] = {}
    for line in lines:
        by_hs6.setdefault(line["cn8"][:6], []).append(line)
    for hs6 in sorted(by_hs6):
        yield cet_row(hs6, by_hs6[hs6])


def cet_row(hs6: str, lines: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """Return the row of one HS6: the highest ad valorem rate, or a named hold when a line is no plain percentage."""
    rates = {per_million(line["eu_cet_advalorem_pct"]) for line in lines if line["eu_cet_advalorem_pct"]}
    advalorem = all(line["eu_cet_advalorem_pct"] for line in lines)
    return {
        "hs6": hs6,
        "rate_ppm": str(max(rates)) if advalorem else "",
        "kind": "advalorem" if advalorem else "specific",
        "lines": str(len(lines)),
        "several": "true" if advalorem and len(rates) > 1 else "false",
        "text": texts(lines),
    }


def per_million(percent: str) -> int:
    """Turn a percentage into parts per million.

    >>> per_million("12.0")
    120000
    """
    scaled = Decimal(percent) * _PPM_PER_PERCENT
    if scaled != scaled.to_integral_value() or scaled < 0:
        raise ValueError(f"{percent} % is no whole number of parts per million")
    return int(scaled)


def texts(lines: Sequence[Mapping[str, str]]) -> str:
    """Return the rates as written, each once, blanks evened out."""
    found = dict.fromkeys(" ".join(line["eu_cet_rate"].split()) for line in lines)
    shown = list(found)[:_TEXTS_SHOWN]
    return " | ".join(shown) + (" | …" if len(found) > _TEXTS_SHOWN else "")


def hs6_rows(hs2017: Iterable[str], nomenclature: Iterable[Mapping[str, str]]) -> Iterator[dict[str, str]]:
    """Yield every six-digit code with the editions that know it."""
    old = {code for code in hs2017 if int(code[:2]) <= _LAST_CHAPTER}
    new = {row["hscode"] for row in nomenclature if row["level"] == "6" and int(row["hscode"][:2]) <= _LAST_CHAPTER}
    for code in sorted(old | new):
        yield {"hs6": code, "hs2017": str(code in old).lower(), "hs2022": str(code in new).lower()}


def read(path: Path) -> list[dict[str, str]]:
    """Read a CSV file with a header."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def write(path: Path, columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> None:
    """Write a CSV file, the same bytes on every machine."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    sys.exit(main())
