"""One declared column of a consignment: its meaning, its type, who holds it and when it is required."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from passavant.dataset.reasons import Bilingual

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["Code", "Element", "Level", "Privacy", "Strict", "Type"]

Type = Literal["string", "code_upper", "code_lower", "digits", "integer", "decimal", "timestamp", "boolean"]
Level = Literal["header", "consignment", "item", "platform"]
Privacy = Literal["public", "commercial", "personal"]
_Names = Annotated[tuple[str, ...], Field(strict=False)]  # YAML writes lists


class Strict(BaseModel):
    """Nothing is guessed: no unknown key, no value of another type, no change after reading."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Code(Strict):
    """One value of a closed list."""

    code: str = Field(pattern=r"^[a-z0-9_]+$")
    label: Bilingual


class Element(Strict):
    """One declared column.

    Attributes:
        name: Column name.
        level: ``header`` (the declaration), ``consignment``, ``item``, or ``platform`` (known to a platform only).
        label: Short name in both languages.
        definition: What it means, in our own words.
        type: How a reader treats the text; codes are trimmed and set in upper or lower case.
        precision: Digits in all, for decimals.
        scale: Digits after the point, for decimals.
        max_length: Longest text accepted, in characters.
        unit: Unit of the value (``kg``, ``UTC``), or the list it comes from; ``currency`` means the declared currency.
        codes: The closed list of values, where there is one.
        code_list: The outside list of values (ISO 3166-1 alpha-2, HS …).
        wco_id: Identifier in the WCO Data Model 3.6.
        eucdm: Data element number in the EU Customs Data Model.
        eucdm_status: ``C``: the number is confirmed by a published source; ``K``: own knowledge, still to be checked.
        upu: Whether the CN23 and its electronic messages have it.
        held_by: Who first knows it.
        sent_in: Messages in which it travels.
        required_when: SQL boolean expression over the declared columns; None: optional.
        privacy: ``personal`` data are never shown outside the vault.
        key: Part of the key of a goods item.
        repeats: The same on every row of the consignment.
        default: Value when the column is absent.
        intake: The keyed column that replaces it after intake.
        example: A value as a file would write it.
    """

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    level: Level
    label: Bilingual
    definition: Bilingual
    type: Type
    precision: int | None = Field(default=None, ge=1, le=38)
    scale: int | None = Field(default=None, ge=0, le=38)
    max_length: int | None = Field(default=None, ge=1)
    unit: str | None = None
    codes: Annotated[tuple[Code, ...], Field(strict=False)] = ()
    code_list: str | None = None
    wco_id: str | None = Field(default=None, pattern=r"^[A-Z]?[0-9]{3}$")
    eucdm: str | None = Field(default=None, pattern=r"^[0-9]{2} [0-9]{2} [0-9]{3} [0-9]{3}$")
    eucdm_status: Literal["C", "K"] | None = None
    upu: Literal["yes", "no", "partly"] = "no"
    held_by: _Names = Field(min_length=1)
    sent_in: _Names
    required_when: str | None = Field(default=None, min_length=1)
    privacy: Privacy
    key: bool = False
    repeats: bool = False
    default: int | None = None
    intake: str | None = None
    example: str = Field(min_length=1)

    @model_validator(mode="after")
    def _whole(self) -> Element:
        if {self.precision is None, self.scale is None} != {self.type != "decimal"}:
            raise ValueError("precision and scale belong to decimals, and only to them")
        if (self.eucdm is None) != (self.eucdm_status is None):
            raise ValueError("eucdm and eucdm_status go together")
        if self.repeats == (self.level == "item"):
            raise ValueError("what is not of the item repeats on each of its rows, and nothing else does")
        return self

    @property
    def eucdm_shown(self) -> str:
        """Return the EUCDM number with its status, as it must always be shown: ``18 04 000 000 (C)``; else empty."""
        return f"{self.eucdm} ({self.eucdm_status})" if self.eucdm else ""

    def arrow_type(self) -> pa.DataType:
        """Return the Arrow type: decimals exact, integers 32 bits, timestamps microseconds UTC, codes as strings."""
        import pyarrow as pa

        if self.type == "decimal":
            return pa.decimal128(self.precision or 0, self.scale or 0)
        kinds = {"integer": pa.int32(), "timestamp": pa.timestamp("us", "UTC"), "boolean": pa.bool_()}
        return kinds.get(self.type, pa.string())
