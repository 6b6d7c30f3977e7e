"""What the values of a policy must fulfil: known units, no hole in the dates, nothing lost when made whole, no missing key."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal

from passavant.errors import BadInput
from passavant.money.currency import minor_digits
from passavant.policy.faults import Path, fault, unknown
from passavant.policy.model import Dated, PolicyFile, Table
from passavant.policy.names import DECLARED, kinds_of
from passavant.texts import Document, day, plural

__all__ = ["check_values"]

_PLACES = {"percent": 4, "count": 0, "kg": 6}
#: Larger than any amount, rate or count of law; far from what would overflow.
_LARGEST = Decimal(10) ** 15
_PLAIN_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")


def check_values(file: PolicyFile, document: Document) -> None:
    """Refuse values that leave a day open, lose digits, or stand under a key that no consignment has.

    Raises:
        BadInput: the first fault, with file and line.
    """
    for name, parameter in file.parameters.items():
        _check_unit(file, document, parameter.unit, ("parameters", name, "unit"))
        _check_dates(file, document, parameter.values, True, ("parameters", name, "values"))
        _check_exact(document, parameter.values, parameter.unit, ("parameters", name, "values"))
    for name, table in file.tables.items():
        _check_unit(file, document, table.unit, ("tables", name, "unit"))
        _check_keys(file, document, table, ("tables", name))
        if table.default is not None:
            _check_number(document, table.default, table.unit, ("tables", name, "default"))
        for key, values in table.rows.items():
            _check_dates(file, document, values, table.default is None, ("tables", name, "rows", key))
            _check_exact(document, values, table.unit, ("tables", name, "rows", key))
    _check_tariff(file, document)


def _check_unit(file: PolicyFile, document: Document, unit: str, path: Path) -> None:
    currencies = dict.fromkeys((file.currency, file.threshold_currency, *file.other_currencies))
    if unit not in _PLACES and unit not in currencies:
        listed = ", ".join((*_PLACES, *currencies))
        raise fault(
            document,
            path,
            (f"{unit} is no unit of this policy", f"{unit} n'est pas une unité de cette réglementation"),
            (f"one of {listed} (more under other_currencies)", f"l'une de {listed} (d'autres sous other_currencies)"),
        )


def _check_dates(file: PolicyFile, document: Document, values: list[Dated], whole: bool, path: Path) -> None:
    """Refuse values out of order, overlapping, or with a hole on a day on which the policy is in force."""
    if whole and (not values or values[0].from_ > file.valid_from):
        start = values[0].from_ if values else None
        raise _hole(document, (*path, 0), file.valid_from, start)
    for index, value in enumerate(values):
        following = values[index + 1].from_ if index + 1 < len(values) else None
        if following is not None and following <= value.from_:
            raise fault(
                document,
                (*path, index + 1),
                (
                    f"{following} does not come after {value.from_}",
                    f"le {day(following, 'fr')} ne suit pas le {day(value.from_, 'fr')}",
                ),
                ("dates in order", "des dates dans l'ordre"),
            )
        if value.to is None:
            continue
        end = following - dt.timedelta(days=1) if following else file.valid_to
        enough = following is None and file.valid_to is not None and value.to >= file.valid_to
        if whole and value.to != end and not enough:
            raise _hole(document, (*path, index), value.to + dt.timedelta(days=1), following)


def _check_exact(document: Document, values: list[Dated], unit: str, path: Path) -> None:
    for index, value in enumerate(values):
        _check_number(document, value.value, unit, (*path, index))


def _check_number(document: Document, value: Decimal, unit: str, path: Path) -> None:
    """Refuse what would be cut when it is made whole (XOF 5.7, 7.00005 %), and what law never is."""
    places = _PLACES.get(unit, minor_digits(unit) or 0)
    if value.scaleb(places) % 1:
        raise fault(
            document,
            path,
            (f"{value} has more than {places} decimal places", f"{value} a plus de {places} décimales")
            if places
            else (f"{value} is no whole number", f"{value} n'est pas un nombre entier"),
            (
                f"{unit}: at most {places} decimal {plural(places, 'place')}",
                f"{unit} : au plus {places} {plural(places, 'décimale')}",
            )
            if places
            else (f"{unit}: a whole number", f"{unit} : un nombre entier"),
        )
    if not 0 <= value.scaleb(places) < _LARGEST:
        raise fault(
            document,
            path,
            (f"{value} is out of range", f"{value} est hors limites"),
            ("0 or more, and no more than any law asks", "0 ou plus, dans l'ordre de grandeur d'un texte de loi"),
        )


def _check_keys(file: PolicyFile, document: Document, table: Table, path: Path) -> None:
    columns = [name for name, kind in kinds_of().items() if name in DECLARED and kind.family == "text"]
    if table.key not in columns:
        what = ("column of texts or codes", "une colonne de textes ou de codes")
        raise unknown(document, (*path, "key"), table.key, what, columns)
    if table.key != "importer_country":
        return
    for key in table.rows:
        if key not in file.destinations:
            what = ("country of destination of this policy", "un pays de destination de cette réglementation")
            raise unknown(document, (*path, "rows", key), key, what, file.destinations)
    missing = [country for country in file.destinations if country not in table.rows]
    if missing and table.default is None:
        shown = ", ".join(missing)
        raise fault(
            document,
            (*path, "rows"),
            (f"no row for {shown}", f"aucune ligne pour {shown}"),
            ("a row for each destination, or a default", "une ligne par destination, ou une valeur par défaut"),
        )


def _check_tariff(file: PolicyFile, document: Document) -> None:
    name = file.tariff.file
    if name is not None and not _PLAIN_NAME.fullmatch(name):
        raise fault(
            document,
            ("tariff", "file"),
            (
                f"{name!r} names no file beside the policy",
                f"{name!r} ne désigne pas un fichier voisin de la réglementation",
            ),
            (
                "the plain name of a file beside the policy",
                "le simple nom d'un fichier placé à côté de la réglementation",
            ),
        )
    for index, entry in enumerate(file.tariff.default or []):
        if (entry.rate is None) == (entry.specific is None):
            raise fault(
                document,
                ("tariff", "default", index),
                ("both or neither of rate and specific", "rate et specific, ou aucun des deux"),
                ("one of them", "l'un des deux"),
            )
        if entry.rate is not None:
            _check_number(document, entry.rate, "percent", ("tariff", "default", index, "rate"))


def _hole(document: Document, path: Path, first: dt.date, following: dt.date | None) -> BadInput:
    until_en, until_fr = (f" until {following}", f" jusqu'au {day(following, 'fr')}") if following else ("", "")
    return fault(
        document,
        path,
        (
            f"no value in force from {first}{until_en}",
            f"aucune valeur en vigueur à partir du {day(first, 'fr')}{until_fr}",
        ),
        (
            "a value for each day on which the policy is in force",
            "une valeur pour chaque jour où la réglementation est en vigueur",
        ),
    )
