"""Mappings: how a foreign file says what our data set says.

A mapping is a YAML file: for each of our columns the foreign column it comes from, the translation of its values, an
exact factor between units, or a constant. It also names the elements that the source never carries, so that their
absence is not held against the declarant.

>>> load_mapping("korea").columns["hs_code"].source
'HS6 Code'
"""

from __future__ import annotations

import hashlib
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from passavant.dataset.mapping_checks import check_mapping
from passavant.dataset.reasons import Bilingual
from passavant.errors import BadInput
from passavant.texts import load_yaml, validate

__all__ = ["ANY_OTHER", "MAPPINGS", "Column", "Mapping", "load_mapping", "shipped_mappings"]

#: Where the mappings that ship with Passavant lie.
MAPPINGS = Path(__file__).parent / "data" / "mappings"

#: In ``values``: any other value that is not empty.
ANY_OTHER = "*"

_FACTOR_DIGITS = 14
_FACTOR_SCALE = 9


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Column(_Strict):
    """Where one of our columns comes from.

    Attributes:
        source: The foreign column (``from`` in the file); for JSON also a pointer such as ``/buyer/name``.
        default: The value where the foreign column is absent or empty.
        values: Foreign value → ours; ``*`` stands for any other that is not empty. Others stay as they are.
        factor: Exact decimal by which the foreign number is multiplied: ``"0.001"`` for grams to kilograms.
        date_format: How the foreign column writes dates, as strptime does: ``"%d/%m/%Y"``.
        decimal_comma: Numbers are written ``1234,50``, or ``1.234,50`` with points between thousands.
    """

    source: str | None = Field(default=None, alias="from", min_length=1)
    default: str | None = Field(default=None, min_length=1, coerce_numbers_to_str=True)
    values: dict[str, str] = Field(default_factory=dict)
    factor: Decimal | None = Field(default=None, gt=0, max_digits=_FACTOR_DIGITS, decimal_places=_FACTOR_SCALE)
    date_format: str | None = Field(default=None, min_length=2)
    decimal_comma: bool | None = None

    @field_validator("factor", mode="before")
    @classmethod
    def _as_written(cls, value: Any) -> Any:
        return str(value) if isinstance(value, float) else value

    @field_validator("factor")
    @classmethod
    def _without_exponent(cls, value: Decimal | None) -> Decimal | None:
        return None if value is None else Decimal(f"{value:f}")

    @field_validator("values", mode="before")
    @classmethod
    def _as_text(cls, value: Any) -> Any:
        return {_word(key): _word(one) for key, one in value.items()} if isinstance(value, dict) else value

    @model_validator(mode="after")
    def _from_somewhere(self) -> Column:
        if self.source is None and self.default is None:
            raise ValueError("a column needs `from:` or `default:`")
        return self


class Mapping(_Strict):
    """One foreign shape. ``name`` is the shipped name or the file's stem, ``digest`` the SHA-256 of the file.

    Attributes:
        title: What it is, in both languages.
        source: Where the shape comes from.
        licence: Licence of the source's data.
        encoding: Encoding of the files (default: byte order mark, else UTF-8).
        delimiter: Delimiter of CSV files (default: found in the header).
        time_zone: Zone of dates and times written without one (default: UTC).
        date_format: How dates are written, where a column does not say (default: ISO 8601).
        decimal_comma: Numbers are written ``1234,50``.
        columns: Our column → where it comes from.
        not_supplied: Elements that the source never carries; ``channel`` also where it carries it for some rows only.
    """

    name: str = ""
    digest: str = ""
    mapping: str | None = None
    version: str | int
    title: Bilingual
    source: str
    licence: str
    encoding: str | None = None
    delimiter: str | None = Field(default=None, min_length=1, max_length=1)
    time_zone: str | None = None
    date_format: str | None = None
    decimal_comma: bool = False
    columns: dict[str, Column]
    not_supplied: list[str] = []

    @field_validator("columns", mode="before")
    @classmethod
    def _short_form(cls, value: Any) -> Any:
        """Allow ``hs_code: HS6 Code`` for ``hs_code: {from: HS6 Code}``."""
        if not isinstance(value, dict):
            return value
        return {name: {"from": one} if isinstance(one, str) else one for name, one in value.items()}


def shipped_mappings() -> dict[str, Mapping]:
    """Return the mappings that ship with Passavant, by name."""
    return {path.stem: _read(path) for path in sorted(MAPPINGS.glob("*.yaml"))}


def load_mapping(name_or_path: str | Path) -> Mapping:
    """Return a shipped mapping by its name, or one from a YAML file.

    Raises:
        BadInput: neither a shipped mapping nor a file (the shipped ones are listed), or the file has a mistake (the error
            names file and line).
    """
    path = MAPPINGS / f"{name_or_path}.yaml"
    if "/" not in str(name_or_path) and path.is_file():
        return _read(path)
    if Path(name_or_path).is_file():
        return _read(Path(name_or_path))
    names = ", ".join(sorted(one.stem for one in MAPPINGS.glob("*.yaml")))
    raise BadInput(
        "dataset.mapping.unknown",
        got=(
            f"there is no mapping {str(name_or_path)!r}",
            f"il n'y a pas de table de correspondance {str(name_or_path)!r}",
        ),
        expected=(f"one of: {names}; or a YAML file", f"l'une de : {names} ; ou un fichier YAML"),
        next_step=(
            "Check the name, or write a mapping as docs/how-to/mapping.md shows.",
            "Vérifiez le nom, ou écrivez une table de correspondance comme le montre docs/how-to/mapping.fr.md.",
        ),
    )


@lru_cache(maxsize=32)
def _cached(path: Path, _changed: int) -> Mapping:
    document = load_yaml(path)
    mapping = validate(Mapping, document)
    check_mapping(mapping, document)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return mapping.model_copy(update={"name": path.stem, "digest": digest})


def _read(path: Path) -> Mapping:
    return _cached(path, path.stat().st_mtime_ns)


def _word(value: Any) -> Any:
    """Write the scalars of YAML as a data file writes them."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else value
