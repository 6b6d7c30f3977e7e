"""The form in which law is written: dated parameters, tables and named rules, checked strictly."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from passavant.dataset.reasons import Bilingual, Certainty, Outcome, Reference

__all__ = [
    "Charge", "Cited", "Dated", "Exclusion", "Limit", "Parameter", "PolicyFile", "Quota", "Requirement", "RoundingRule", "Rule",
    "SchemeRule", "Split", "Table", "TariffSource", "Waiver",
]  # fmt: skip


def _exact(value: Any) -> Any:
    return Decimal(str(value)) if isinstance(value, int | float) and not isinstance(value, bool) else value


Exact = Annotated[Decimal, BeforeValidator(_exact)]
Currency = Annotated[str, Field(pattern="^[A-Z]{3}$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Cited(_Strict):
    """An entry and the law behind it; a ``note`` of the authors is shown with the policy, never in an answer."""

    reference: Reference
    note: Bilingual | None = None


class Dated(_Strict):
    """A value of law and the local dates on which it holds (``to`` is inclusive; else the next ``from`` ends it)."""

    from_: dt.date = Field(alias="from")
    to: dt.date | None = None
    value: Exact
    reference: Reference | None = None
    url: str | None = None
    certainty: Certainty | None = None
    note: Bilingual | None = None


class Parameter(_Strict):
    """A dated scalar. ``unit`` is a currency code, ``percent``, ``count`` or ``kg``."""

    label: Bilingual
    unit: str = Field(pattern="^([A-Z]{3}|percent|count|kg)$")
    basis: (
        Literal["intrinsic", "article", "cif", "fob", "tax_amount", "person_quota", "registration", "weight"] | None
    ) = None
    values: list[Dated] = Field(min_length=1)


class Table(Cited):
    """Dated values by a key column; ``default`` serves keys that have no row."""

    label: Bilingual
    unit: str = Field(pattern="^([A-Z]{3}|percent|count|kg)$")
    key: str
    default: Exact | None = None
    certainty: Certainty = "high"
    rows: dict[str, list[Dated]]


class RoundingRule(Cited):
    """How one kind of amount is rounded: to a multiple of ``to`` minor units."""

    mode: Literal["half_up", "down", "up"] = "half_up"
    to: Literal[1, 2, 5, 10, 20, 50, 100, 1000] = 1


class Roundings(_Strict):
    """Rounding of each kind of amount; VAT that a vendor collects is exact to the minor unit unless stated."""

    duty: RoundingRule
    vat: RoundingRule
    fee: RoundingRule
    vendor_vat: RoundingRule | None = None


class Exchange(Cited):
    """Which rate is used: the last published day, or the month's rate (second-last Wednesday of the month before)."""

    rule: Literal["daily", "monthly"]
    certainty: Certainty = "high"


class CustomsValue(Cited):
    """What the customs value includes: ``cif`` with transport and insurance, ``fob`` without."""

    basis: Literal["cif", "fob"]


class TariffPrefix(_Strict):
    """A stated default rate for HS codes that begin with ``prefix``; ``specific`` is a rate no percentage expresses."""

    prefix: str = Field(pattern="^[0-9]{0,6}$")
    rate: Exact | None = None
    specific: str | None = None


class TariffSource(Cited):
    """Where duty rates come from: a table shipped with the policy, or stated defaults by HS prefix."""

    file: str | None = None
    default: list[TariffPrefix] | None = None
    certainty: Certainty = "high"


class Charge(_Strict):
    """What a rule charges. At most one of ``free``, ``tariff``, ``rate``, ``flat``, ``per_kg`` leads."""

    free: bool = False
    tariff: bool = False
    rate: str | None = None
    flat: str | None = None
    per: Literal["item", "subheading", "consignment", "article"] | None = None
    per_kg: str | None = None
    minimum_per_kg: str | None = None
    deduct: str | None = None
    base: list[Literal["goods", "customs_value", "transport", "duty", "fee"]] = []
    collected_by: Literal["border", "vendor"] = "border"


class _Named(Cited):
    id: str = Field(pattern="^[a-z][a-z0-9_]*$")
    text: Bilingual
    certainty: Certainty = "high"
    from_: dt.date | None = Field(default=None, alias="from")
    to: dt.date | None = None


class Rule(_Named):
    """A charge and the condition under which it applies; the highest priority wins, then the order in the file."""

    when: str
    priority: int = 0
    charge: Charge


class Exclusion(_Named):
    """Goods that lose relief, scheme or both; they need a full declaration but are not held for that."""

    when: str
    loses: list[Literal["relief", "scheme"]] = Field(min_length=1)


class SchemeFault(_Strict):
    """What a scheme number that does not hold leads to."""

    outcome: Outcome = "release"
    text: Bilingual


class SchemeRule(Cited):
    """When a claimed vendor scheme is valid and when it applies; ``text`` says the same in words."""

    id: str = Field(pattern="^[a-z][a-z0-9_]*$")
    scheme: str
    text: Bilingual | None = None
    valid_when: str
    applies_when: str
    invalid: SchemeFault
    exceeded: SchemeFault
    certainty: Certainty = "high"


class Waiver(_Named):
    """Amounts of a whole consignment that are not collected (a threshold on the amount of tax)."""

    of: list[Literal["duty", "vat"]] = Field(min_length=1)
    when: str


class Requirement(_Named):
    """A condition that must not be met: when it is, the outcome is at least ``outcome``."""

    when: str
    outcome: Outcome = "request_information"
    declarant: bool = True


class Limit(Cited):
    """A parameter used as a limit, with the law that makes it one."""

    parameter: str
    certainty: Certainty = "high"


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, dict) else value


class Split(Cited):
    """Exact-key split rule: at least ``min_parcels`` to one party in a day, each within, together above the threshold."""

    threshold: str
    min_parcels: int = Field(ge=2)
    certainty: Certainty = "medium"


class Quota(Cited):
    """A personal quota: which importations count, per person and period."""

    person: Literal["importer_id", "importer"] = "importer_id"
    period: Literal["year", "month"]
    count_when: str
    certainty: Certainty = "high"


class Rules(_Strict):
    """The rules of one policy, by subject."""

    exclusion: list[Exclusion] = []
    scheme: list[SchemeRule] = []
    duty: list[Rule] = Field(min_length=1)
    fee: list[Rule] = []
    vat: list[Rule] = Field(min_length=1)
    waiver: list[Waiver] = []
    requirement: list[Requirement] = []


class Console(_Strict):
    """How officers decide: below an advice that ``two_persons`` names, one person alone does not."""

    two_persons: list[Outcome] = ["control", "do_not_load"]


class PolicyFile(_Strict):
    """One jurisdiction's law on e-commerce consignments.

    ``other_currencies`` are those in which
    charges, too, may be stated (they are converted); ``time_zones`` gives countries of destination a zone of their own; ``conditions`` are names that rules may use in
    place of what they say; any of the limits ``full_declaration_above`` (one or a list) asks for a full declaration;
    ``console`` says how officers decide and changes no answer.
    """

    policy: str = Field(pattern="^[A-Z]{2,8}$")
    schema_version: Literal[1]
    version: str
    title: Bilingual
    licence: str
    source: Bilingual
    currency: Currency
    threshold_currency: Currency
    other_currencies: list[Currency] = []
    time_zone: str
    time_zones: dict[str, str] = {}
    valid_from: dt.date
    valid_to: dt.date | None = None
    destinations: list[str] = Field(min_length=1)
    exchange: Exchange
    customs_value: CustomsValue
    rounding: Roundings
    parameters: dict[str, Parameter]
    tables: dict[str, Table] = {}
    tariff: TariffSource
    conditions: dict[Annotated[str, Field(pattern="^[a-z][a-z0-9_]*$")], str] = {}
    rules: Rules
    full_declaration_above: Annotated[list[Limit], BeforeValidator(_as_list)] = []
    split: Split | None = None
    quota: Quota | None = None
    console: Console = Console()
